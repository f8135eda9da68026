import { Schema, type Connection } from 'mongoose';
import { TrellisError } from '../errors.js';
import type { ContextId, MembershipId } from '../ids.js';

export interface PlanStep {
  readonly id: string;
  readonly text: string;
  readonly dueAt: Date | null;
  readonly isDone: boolean;
}

/** A goal that a student and a teacher agreed on: a plan both sign. Any change takes back both signs. */
export interface PersonalGoal {
  readonly id: string;
  readonly text: string;
  /** What the student will do and by when. */
  readonly steps: readonly PlanStep[];
  /** How both will know. */
  readonly evidence: string;
  readonly signedByStudentAt: Date | null;
  readonly signedByTeacher: { readonly membershipId: MembershipId; readonly at: Date } | null;
  readonly state: 'open' | 'reached' | 'put-away';
  readonly createdBy: MembershipId;
  readonly createdAt: Date;
}

/** What a student keeps about their own way in a course. No ranks, no styles. */
export interface Growth {
  readonly _id: MembershipId;
  readonly contextId: ContextId;
  readonly version: number;
  readonly goals: readonly PersonalGoal[];
  readonly interests: readonly string[];
  readonly preferences: readonly string[];
  readonly updatedAt: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true, index: true },
    version: { type: Number, required: true },
    goals: { type: Schema.Types.Mixed, default: [] },
    interests: { type: [String], default: [] },
    preferences: { type: [String], default: [] },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'growths', minimize: false },
);

/** Goals, plans, interests and preferences: one document per student and course. */
export function growthModel(connection: Connection) {
  const Model = connection.model('Growth', schema);

  async function find(contextId: ContextId, id: MembershipId): Promise<Growth | null> {
    return (await Model.findOne({ _id: id, contextId }).lean()) as Growth | null;
  }

  return {
    find,

    /** A student's page, empty when nothing was written yet. */
    async get(contextId: ContextId, id: MembershipId, now: Date): Promise<Growth> {
      return (
        (await find(contextId, id)) ?? {
          _id: id,
          contextId,
          version: 0,
          goals: [],
          interests: [],
          preferences: [],
          updatedAt: now,
        }
      );
    },

    async ofContext(contextId: ContextId): Promise<readonly Growth[]> {
      return (await Model.find({ contextId }).lean()) as unknown as Growth[];
    },

    /**
     * Writes a change if nobody wrote since `growth` was read.
     *
     * @throws TrellisError EDIT_CONFLICT when somebody did; nothing is written then.
     */
    async change(
      growth: Growth,
      change: Partial<Pick<Growth, 'goals' | 'interests' | 'preferences'>>,
      now: Date,
    ): Promise<void> {
      if (growth.version === 0) {
        try {
          await Model.create({ ...growth, ...change, version: 1, updatedAt: now } as never);
          return;
        } catch (error) {
          if ((error as { code?: unknown }).code !== 11000) throw error;
          throw new TrellisError('EDIT_CONFLICT', 'growth page changed meanwhile');
        }
      }
      const written = await Model.updateOne(
        { _id: growth._id, version: growth.version },
        { $set: { ...change, updatedAt: now }, $inc: { version: 1 } },
      );
      if (written.matchedCount !== 1)
        throw new TrellisError('EDIT_CONFLICT', 'growth page changed meanwhile');
    },
  };
}

export type Growths = ReturnType<typeof growthModel>;
