import { Schema, type Connection } from 'mongoose';

const schema = new Schema(
  {
    _id: { type: String, required: true },
    expiresAt: { type: Date, required: true, index: { expires: 0 } },
  },
  { versionKey: false, collection: 'used_states' },
);

/** Whether an error is the store's "there is one already". */
export function isDuplicate(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 11000;
}

/**
 * States, and with them their nonces, that were used: one winner among any number of posts and
 * processes (AUTH-17, THR-03). Kept far longer than a state lives (AUTH-14), then swept.
 */
export function usedStateModel(connection: Connection) {
  const Model = connection.model('UsedState', schema);
  return {
    /**
     * Uses up a state.
     *
     * @param id - Digest of the state.
     * @returns True for the one caller that came first.
     */
    async use(id: string, expiresAt: Date): Promise<boolean> {
      try {
        await Model.collection.insertOne({ _id: id, expiresAt } as never);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
  };
}

export type UsedStates = ReturnType<typeof usedStateModel>;
