import { Schema, type Connection } from 'mongoose';
import type { AssignmentId, MembershipId } from '../ids.js';

const schema = new Schema(
  {
    _id: { type: String, required: true },
    assignmentId: { type: String, required: true, index: true },
    membershipId: { type: String, required: true },
    by: { type: String, required: true },
    until: { type: Date, required: true },
  },
  { versionKey: false, collection: 'deskclaims' },
);

/** Who is at a piece right now. */
export interface DeskClaim {
  readonly membershipId: MembershipId;
  readonly by: MembershipId;
  readonly until: Date;
}

/** A claim without a save ends by itself. */
const CLAIM_MS = 5 * 60_000;

/** Soft claims of pieces on the desk, so that two teachers do not grade the same one. */
export function deskClaimModel(connection: Connection) {
  const Model = connection.model('DeskClaim', schema);
  const idOf = (assignmentId: AssignmentId, membershipId: MembershipId): string =>
    `${assignmentId}:${membershipId}`;

  return {
    /**
     * Claims a piece, or renews the own claim.
     *
     * @param takesOver - Also where somebody else is at it: they said so.
     * @returns The other teacher's claim where there is one; null: it is ours.
     */
    async take(
      assignmentId: AssignmentId,
      membershipId: MembershipId,
      by: MembershipId,
      now: Date,
      takesOver = false,
    ): Promise<DeskClaim | null> {
      const _id = idOf(assignmentId, membershipId);
      const mine = { by, until: new Date(now.getTime() + CLAIM_MS) };
      const written = await Model.updateOne(
        takesOver ? { _id } : { _id, $or: [{ by }, { until: { $lte: now } }] },
        { $set: mine },
      );
      if (written.matchedCount === 1) return null;
      try {
        await Model.create({ _id, assignmentId, membershipId, ...mine } as never);
        return null;
      } catch (error) {
        if ((error as { code?: unknown }).code !== 11000) throw error;
        return (await Model.findOne({ _id }).lean()) as unknown as DeskClaim | null;
      }
    },

    /** Gives a piece free again. */
    async give(
      assignmentId: AssignmentId,
      membershipId: MembershipId,
      by: MembershipId,
    ): Promise<void> {
      await Model.deleteOne({ _id: idOf(assignmentId, membershipId), by });
    },

    /** Claims in force for an assignment. */
    async inForce(assignmentId: AssignmentId, now: Date): Promise<readonly DeskClaim[]> {
      return (await Model.find({
        assignmentId,
        until: { $gt: now },
      }).lean()) as unknown as DeskClaim[];
    },
  };
}

export type DeskClaims = ReturnType<typeof deskClaimModel>;
