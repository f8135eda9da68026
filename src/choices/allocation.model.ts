import { Schema, type Connection } from 'mongoose';
import type { AssignmentId, ContextId, MembershipId, OptionId } from '../ids.js';

/** Where somebody was placed among options with few places, and why. */
export interface PlaceGiven {
  readonly membershipId: MembershipId;
  readonly optionId: OptionId | null;
  /** Which of their wishes it was, from 1; null: none of them. */
  readonly wish: number | null;
  /** Key of the reason under `choices.place-reason`. */
  readonly reason: string;
}

/** The newest sharing-out of places of one assignment. */
export interface Allocation {
  readonly _id: AssignmentId;
  readonly contextId: ContextId;
  readonly given: readonly PlaceGiven[];
  readonly byMembershipId: MembershipId;
  readonly at: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    given: { type: Schema.Types.Mixed, default: [] },
    byMembershipId: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { versionKey: false, collection: 'allocations', minimize: false },
);

/** Who got which place. */
export function allocationModel(connection: Connection) {
  const Model = connection.model('Allocation', schema);
  return {
    async find(contextId: ContextId, assignmentId: AssignmentId): Promise<Allocation | null> {
      return (await Model.findOne({ _id: assignmentId, contextId }).lean()) as Allocation | null;
    },

    /** Sets the result of a new sharing-out in place of the last one. */
    async put(allocation: Allocation): Promise<void> {
      const { _id, ...rest } = allocation;
      const written = await Model.updateOne({ _id }, { $set: rest });
      if (written.matchedCount === 1) return;
      try {
        await Model.create(allocation as never);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 11000) throw error;
        await Model.updateOne({ _id }, { $set: rest });
      }
    },
  };
}

export type Allocations = ReturnType<typeof allocationModel>;
