import { Schema, type Connection } from 'mongoose';

const schema = new Schema(
  {
    _id: { type: String, required: true },
    leasedBy: { type: String, required: true },
    leasedUntil: { type: Date, required: true },
  },
  { versionKey: false, collection: 'leases' },
);

/** Leases by name: at any moment at most one process holds one; a killed process loses its own. */
export function leaseModel(connection: Connection) {
  const Model = connection.model('Lease', schema);
  return {
    /**
     * Takes or prolongs a lease.
     *
     * @param name - What is leased, such as `roster:<context>`.
     * @param holder - Who takes it; the holder may take it again.
     * @param ms - How long it lasts unless prolonged, in milliseconds.
     * @returns Whether the holder has it now.
     */
    async take(name: string, holder: string, ms: number, now: Date): Promise<boolean> {
      const leasedUntil = new Date(now.getTime() + ms);
      const written = await Model.updateOne(
        { _id: name, $or: [{ leasedBy: holder }, { leasedUntil: { $lte: now } }] },
        { $set: { leasedBy: holder, leasedUntil } },
      );
      if (written.matchedCount === 1) return true;
      try {
        await Model.create({ _id: name, leasedBy: holder, leasedUntil });
        return true;
      } catch (error) {
        if ((error as { code?: unknown }).code === 11000) return false;
        throw error;
      }
    },

    /** Gives a lease back; without effect for another holder's. */
    async give(name: string, holder: string): Promise<void> {
      await Model.deleteOne({ _id: name, leasedBy: holder });
    },
  };
}

export type Leases = ReturnType<typeof leaseModel>;
