import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { AssignmentId, ContextId, CriterionId, MembershipId } from '../ids.js';
import type { PeerPair } from './peer-pairs.js';

/** One thing that works and one next step, by one criterion. No points. */
export interface PeerNote {
  readonly criterionId: CriterionId;
  readonly works: string;
  readonly next: string;
}

/** What one student says about another's piece. Neither ever learns who the other is. */
export interface PeerReview {
  readonly _id: string;
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  readonly reviewerId: MembershipId;
  readonly authorId: MembershipId;
  readonly version: number;
  /** `given`: waits for the teacher; only a `released` one is read by its author. */
  readonly state: 'open' | 'given' | 'released' | 'hidden';
  readonly notes: readonly PeerNote[];
  readonly openedAt: Date;
  readonly givenAt: Date | null;
  readonly decidedBy: MembershipId | null;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    assignmentId: { type: String, required: true },
    reviewerId: { type: String, required: true },
    authorId: { type: String, required: true },
    version: { type: Number, required: true },
    state: { type: String, required: true },
    notes: { type: Schema.Types.Mixed, default: [] },
    openedAt: { type: Date, required: true },
    givenAt: { type: Date, default: null },
    decidedBy: { type: String, default: null },
  },
  { versionKey: false, collection: 'peerreviews', minimize: false },
);
schema.index({ assignmentId: 1, reviewerId: 1, authorId: 1 }, { unique: true });

/** Peer reviews of a course's assignments. */
export function peerReviewModel(connection: Connection) {
  const Model = connection.model('PeerReview', schema);

  async function list(
    filter: Partial<Record<'contextId' | 'assignmentId' | 'reviewerId' | 'authorId', string>>,
  ): Promise<readonly PeerReview[]> {
    return (await Model.find(filter).sort({ _id: 1 }).lean()) as unknown as PeerReview[];
  }

  return {
    /** Opens a review for each pair; a pair that stands already, also by somebody else just now, stays. */
    async open(
      place: { readonly contextId: ContextId; readonly assignmentId: AssignmentId },
      pairs: readonly PeerPair[],
      now: Date,
    ): Promise<void> {
      for (const { reviewerId, authorId } of pairs) {
        const made = {
          _id: newId(),
          ...place,
          reviewerId,
          authorId,
          version: 1,
          state: 'open',
          notes: [],
          openedAt: now,
          givenAt: null,
          decidedBy: null,
        };
        try {
          await Model.create(made as never);
        } catch (error) {
          if ((error as { code?: unknown }).code !== 11000) throw error;
        }
      }
    },

    ofAssignment: (contextId: ContextId, assignmentId: AssignmentId) =>
      list({ contextId, assignmentId }),

    /** Those that somebody writes, in an order that stays. */
    ofReviewer: (contextId: ContextId, assignmentId: AssignmentId, reviewerId: MembershipId) =>
      list({ contextId, assignmentId, reviewerId }),

    /** Those that an author may read. */
    async releasedTo(
      contextId: ContextId,
      assignmentId: AssignmentId,
      authorId: MembershipId,
    ): Promise<readonly PeerReview[]> {
      const all = await list({ contextId, assignmentId, authorId });
      return all.filter((review) => review.state === 'released');
    },

    /**
     * Writes a change if nobody wrote since `review` was read.
     *
     * @throws TrellisError EDIT_CONFLICT when somebody did; nothing is written then.
     */
    async change(
      review: PeerReview,
      change: Partial<Pick<PeerReview, 'state' | 'notes' | 'givenAt' | 'decidedBy'>>,
    ): Promise<void> {
      const written = await Model.updateOne(
        { _id: review._id, contextId: review.contextId, version: review.version },
        { $set: change, $inc: { version: 1 } },
      );
      if (written.matchedCount !== 1)
        throw new TrellisError('EDIT_CONFLICT', 'peer review changed meanwhile');
    },
  };
}

export type PeerReviews = ReturnType<typeof peerReviewModel>;
