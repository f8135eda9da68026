import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import type { AssignmentId, ContextId, MembershipId, TierId } from '../ids.js';

/** What was decided about one student, by whom, when; never changed afterwards. */
export interface PlacementDecision {
  readonly _id: string;
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  readonly membershipId: MembershipId;
  /**
   * `confirmed`: as suggested; `changed`: another route than suggested; `kept`: stays although
   * flagged; `request-yes`, `request-no`: the student's own wish.
   */
  readonly what: 'confirmed' | 'changed' | 'kept' | 'request-yes' | 'request-no';
  readonly tierId: TierId;
  /** null: not enough evidence at that time. */
  readonly suggestedTierId: TierId | null;
  readonly reason: string;
  readonly byMembershipId: MembershipId;
  readonly at: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    assignmentId: { type: String, required: true, index: true },
    membershipId: { type: String, required: true, index: true },
    what: { type: String, required: true },
    tierId: { type: String, required: true },
    suggestedTierId: { type: String, default: null },
    reason: { type: String, default: '' },
    byMembershipId: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { versionKey: false, collection: 'placementdecisions', minimize: false },
);
schema.index({ contextId: 1, what: 1 });

/** Decisions about placements; every query is confined to its context. */
export function placementLogModel(connection: Connection) {
  const Model = connection.model('PlacementDecision', schema);
  return {
    async add(decisions: readonly Omit<PlacementDecision, '_id'>[]): Promise<void> {
      if (decisions.length > 0)
        await Model.insertMany(
          decisions.map((decision) => ({ _id: newId(), ...decision })),
          { ordered: false },
        );
    },

    /** Newest first. */
    async ofAssignment(
      contextId: ContextId,
      assignmentId: AssignmentId,
      limit: number,
    ): Promise<readonly PlacementDecision[]> {
      return (await Model.find({ assignmentId, contextId })
        .sort({ _id: -1 })
        .limit(limit)
        .lean()) as unknown as PlacementDecision[];
    },

    /** When somebody was last kept where they are with a reason, anywhere in the course. */
    async keptAt(contextId: ContextId): Promise<ReadonlyMap<MembershipId, Date>> {
      const kept = (await Model.find({ contextId, what: 'kept' })
        .sort({ _id: 1 })
        .lean()) as unknown as PlacementDecision[];
      return new Map(kept.map((decision) => [decision.membershipId, decision.at]));
    },
  };
}

export type PlacementLog = ReturnType<typeof placementLogModel>;
