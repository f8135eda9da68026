import { Schema, type Connection } from 'mongoose';
import type { RegistrationId } from '../ids.js';

const schema = new Schema(
  {
    _id: { type: String, required: true },
    pausedUntil: { type: Date, required: true },
  },
  { versionKey: false, collection: 'ratepauses' },
);

/**
 * Pauses that a platform asked for, shared by all processes: Canvas counts per client id over all
 * its schools (lms/canvas.md section 7), so one answer "too fast" holds back everybody there.
 */
export function ratePauseModel(connection: Connection) {
  const Model = connection.model('RatePause', schema);
  return {
    /** Pauses in force, by registration. */
    async inForce(now: Date): Promise<ReadonlySet<string>> {
      const found = await Model.find({ pausedUntil: { $gt: now } }).lean();
      return new Set(found.map((pause) => pause._id));
    },

    /** Holds back what goes to this registration's platform until then; the longest pause holds. */
    async pause(registrationId: RegistrationId, pausedUntil: Date): Promise<void> {
      const written = await Model.updateOne(
        { _id: registrationId, pausedUntil: { $lt: pausedUntil } },
        { $set: { pausedUntil } },
      );
      if (written.matchedCount === 1) return;
      try {
        await Model.create({ _id: registrationId, pausedUntil });
      } catch (error) {
        if ((error as { code?: unknown }).code !== 11000) throw error;
      }
    },
  };
}

export type RatePauses = ReturnType<typeof ratePauseModel>;
