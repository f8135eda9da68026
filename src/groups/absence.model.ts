import { Schema, type Connection } from 'mongoose';
import type { ContextId, MembershipId } from '../ids.js';

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    day: { type: String, required: true },
    memberIds: { type: [String], default: [] },
    expiresAt: { type: Date, required: true, index: { expires: 0 } },
  },
  { versionKey: false, collection: 'absences', minimize: false },
);

const KEPT_MS = 3 * 86_400_000;

/** Who is absent today: tapped once, then known to every assignment of the course that day. */
export function absenceModel(connection: Connection) {
  const Model = connection.model('Absence', schema);
  const key = (contextId: ContextId, day: string): string => `${contextId} ${day}`;
  return {
    /** @param day - In the school's zone, such as `2026-03-06`. */
    async on(contextId: ContextId, day: string): Promise<readonly MembershipId[]> {
      const found = (await Model.findOne({ _id: key(contextId, day), contextId }).lean()) as {
        readonly memberIds: readonly MembershipId[];
      } | null;
      return found?.memberIds ?? [];
    },

    async set(
      contextId: ContextId,
      day: string,
      memberIds: readonly MembershipId[],
      now: Date,
    ): Promise<void> {
      const change = { contextId, day, memberIds, expiresAt: new Date(now.getTime() + KEPT_MS) };
      const written = await Model.updateOne({ _id: key(contextId, day) }, { $set: change });
      if (written.matchedCount === 1 || memberIds.length === 0) return;
      try {
        await Model.create({ _id: key(contextId, day), ...change } as never);
      } catch (error) {
        // Two teachers at once: the other one made it; ours is the newer word.
        if ((error as { code?: unknown }).code !== 11000) throw error;
        await Model.updateOne({ _id: key(contextId, day) }, { $set: change });
      }
    },
  };
}

export type Absences = ReturnType<typeof absenceModel>;
