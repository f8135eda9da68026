import { Schema, type Connection } from 'mongoose';
import type { ContextId, MembershipId } from '../ids.js';
import type { LearnerSupports } from './supports.js';

const schema = new Schema(
  {
    // A membership has at most one document of supports.
    _id: { type: String, required: true },
    contextId: { type: String, required: true, index: true },
    extraDays: { type: Number, default: 0 },
    largePrint: { type: Boolean, default: false },
    readAloud: { type: Boolean, default: false },
    stepsAtATime: { type: Number, default: null },
    note: { type: String, default: '' },
    changedBy: { type: String, required: true },
    changedAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'learnersupports', minimize: false },
);

type Stored = Omit<LearnerSupports, 'membershipId'> & { readonly _id: MembershipId };

function toSupports({
  _id,
  extraDays,
  largePrint,
  readAloud,
  stepsAtATime,
  note,
}: Stored): LearnerSupports {
  return { membershipId: _id, extraDays, largePrint, readAloud, stepsAtATime, note };
}

/** Supports of single students; confined to their course. */
export function supportsModel(connection: Connection) {
  const Model = connection.model('LearnerSupports', schema);
  return {
    /** null: the student has none. */
    async find(contextId: ContextId, membershipId: MembershipId): Promise<LearnerSupports | null> {
      const found = (await Model.findOne({ _id: membershipId, contextId }).lean()) as Stored | null;
      return found === null ? null : toSupports(found);
    },

    /** Everybody of the course who has supports. */
    async list(contextId: ContextId): Promise<readonly LearnerSupports[]> {
      const found = (await Model.find({ contextId }).lean()) as unknown as Stored[];
      return found.map(toSupports);
    },

    async set(
      contextId: ContextId,
      supports: LearnerSupports,
      by: MembershipId,
      now: Date,
    ): Promise<void> {
      const { membershipId, ...rest } = supports;
      const values = { ...rest, contextId, changedBy: by, changedAt: now };
      const written = await Model.updateOne({ _id: membershipId, contextId }, { $set: values });
      if (written.matchedCount > 0) return;
      try {
        await Model.create({ _id: membershipId, ...values } as never);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 11000) throw error;
        // Two teachers at once: the later one stands.
        await Model.updateOne({ _id: membershipId, contextId }, { $set: values });
      }
    },
  };
}

export type SupportsOfLearners = ReturnType<typeof supportsModel>;
