import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import type { AssignmentId, ContextId, MembershipId } from '../ids.js';

/** What one student is told after grading. */
export interface PlanMessage {
  readonly membershipId: MembershipId;
  readonly text: string;
}

/** A plan for what comes next: taken back for ten minutes, then told to the students. */
export interface NextStepPlan {
  readonly id: string;
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  readonly by: MembershipId;
  readonly madeAt: Date;
  /** Until then it can be undone, and nobody is told. */
  readonly undoUntil: Date;
  readonly state: 'open' | 'told' | 'undone';
  readonly messages: readonly PlanMessage[];
  readonly conferenceIds: readonly MembershipId[];
  /** Whom the job began to tell: nobody is told twice, whatever process dies. */
  readonly toldIds: readonly MembershipId[];
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    assignmentId: { type: String, required: true, index: true },
    by: { type: String, required: true },
    madeAt: { type: Date, required: true },
    undoUntil: { type: Date, required: true },
    state: { type: String, required: true, index: true },
    messages: { type: Schema.Types.Mixed, default: [] },
    conferenceIds: { type: [String], default: [] },
    toldIds: { type: [String], default: [] },
  },
  { versionKey: false, collection: 'nextstepplans', minimize: false },
);

/** How long a plan can be undone. */
export const UNDO_MS = 10 * 60_000;

type Stored = Omit<NextStepPlan, 'id'> & { readonly _id: string };

function toPlan({ _id, ...rest }: Stored): NextStepPlan {
  return { id: _id, ...rest };
}

/** Plans after grading. */
export function planModel(connection: Connection) {
  const Model = connection.model('NextStepPlan', schema);
  return {
    async make(
      plan: Pick<NextStepPlan, 'contextId' | 'assignmentId' | 'by' | 'messages' | 'conferenceIds'>,
      now: Date,
    ): Promise<void> {
      await Model.create({
        _id: newId(),
        ...plan,
        madeAt: now,
        undoUntil: new Date(now.getTime() + UNDO_MS),
        state: 'open',
        toldIds: [],
      } as never);
    },

    /** The newest plan of an assignment that was not undone. */
    async newest(assignmentId: AssignmentId): Promise<NextStepPlan | null> {
      const found = (await Model.findOne({ assignmentId, state: { $ne: 'undone' } })
        .sort({ madeAt: -1 })
        .lean()) as unknown as Stored | null;
      return found === null ? null : toPlan(found);
    },

    /** Takes a plan back. @returns False when its ten minutes are over. */
    async undo(contextId: ContextId, id: string, now: Date): Promise<boolean> {
      const written = await Model.updateOne(
        { _id: id, contextId, state: 'open', undoUntil: { $gt: now } },
        { $set: { state: 'undone' } },
      );
      return written.matchedCount === 1;
    },

    /** Plans whose undo has run out and whose students were not told yet. */
    async due(now: Date): Promise<readonly NextStepPlan[]> {
      const found = (await Model.find({
        state: 'open',
        undoUntil: { $lte: now },
      }).lean()) as unknown as Stored[];
      return found.map(toPlan);
    },

    /** Marks that a student is being told. @returns False: somebody began before. */
    async tell(id: string, membershipId: MembershipId): Promise<boolean> {
      const written = await Model.updateOne(
        { _id: id, state: 'open', toldIds: { $ne: membershipId } },
        { $push: { toldIds: membershipId } },
      );
      return written.matchedCount === 1;
    },

    async done(id: string): Promise<void> {
      await Model.updateOne({ _id: id, state: 'open' }, { $set: { state: 'told' } });
    },
  };
}

export type NextStepPlans = ReturnType<typeof planModel>;
