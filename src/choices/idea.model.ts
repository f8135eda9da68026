import { Schema, type Connection } from 'mongoose';
import type { ProductForm } from '../assignments/assignment.js';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { AssignmentId, ContextId, CriterionId, MembershipId, OptionId } from '../ids.js';

/** What a student proposes, in the words of the rubric. */
export interface IdeaText {
  readonly title: string;
  readonly what: string;
  readonly form: ProductForm;
  /** How it will show each criterion. */
  readonly shows: readonly { readonly criterionId: CriterionId; readonly text: string }[];
  readonly needs: string;
}

/** A student's own way to show the learning, waiting for or with the teacher's answer. */
export interface Idea extends IdeaText {
  readonly _id: string;
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  readonly membershipId: MembershipId;
  readonly version: number;
  readonly state: 'open' | 'approved' | 'adjusted' | 'declined';
  /** The teacher's sentence; empty while open. */
  readonly sentence: string;
  readonly answeredBy: MembershipId | null;
  readonly answeredAt: Date | null;
  /** The option it became. */
  readonly optionId: OptionId | null;
  readonly at: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    assignmentId: { type: String, required: true, index: true },
    membershipId: { type: String, required: true },
    version: { type: Number, required: true },
    title: { type: String, required: true },
    what: { type: String, required: true },
    form: { type: String, required: true },
    shows: { type: Schema.Types.Mixed, default: [] },
    needs: { type: String, default: '' },
    state: { type: String, required: true },
    sentence: { type: String, default: '' },
    answeredBy: { type: String, default: null },
    answeredAt: { type: Date, default: null },
    optionId: { type: String, default: null },
    at: { type: Date, required: true },
  },
  { versionKey: false, collection: 'ideas', minimize: false },
);
schema.index({ assignmentId: 1, membershipId: 1 });

/** Own ideas of an assignment's students. */
export function ideaModel(connection: Connection) {
  const Model = connection.model('Idea', schema);
  return {
    /** One student's ideas, newest first. */
    async of(
      contextId: ContextId,
      assignmentId: AssignmentId,
      membershipId: MembershipId,
    ): Promise<readonly Idea[]> {
      return (await Model.find({ assignmentId, membershipId, contextId })
        .sort({ at: -1 })
        .lean()) as unknown as Idea[];
    },

    async ofAssignment(contextId: ContextId, assignmentId: AssignmentId): Promise<readonly Idea[]> {
      return (await Model.find({ assignmentId, contextId })
        .sort({ at: -1 })
        .lean()) as unknown as Idea[];
    },

    async get(contextId: ContextId, id: string): Promise<Idea> {
      const found = (await Model.findOne({ _id: id, contextId }).lean()) as Idea | null;
      if (found === null) throw new TrellisError('NOT_FOUND', 'no such idea in this course');
      return found;
    },

    /** Proposes an idea; a student's open one is replaced. */
    async propose(
      place: Pick<Idea, 'contextId' | 'assignmentId' | 'membershipId'>,
      idea: IdeaText,
      now: Date,
    ): Promise<Idea> {
      const open = (await Model.findOne({ ...place, state: 'open' }).lean()) as Idea | null;
      if (open !== null) {
        const written = (await Model.findOneAndUpdate(
          { _id: open._id, state: 'open' },
          { $set: { ...idea, at: now }, $inc: { version: 1 } },
          { returnDocument: 'after' },
        ).lean()) as Idea | null;
        if (written !== null) return written;
      }
      const made: Idea = {
        _id: newId(),
        ...place,
        ...idea,
        version: 1,
        state: 'open',
        sentence: '',
        answeredBy: null,
        answeredAt: null,
        optionId: null,
        at: now,
      };
      await Model.create(made as never);
      return made;
    },

    /**
     * Answers an open idea.
     *
     * @throws TrellisError EDIT_CONFLICT when it changed or was answered meanwhile.
     */
    async answer(
      idea: Idea,
      answer: Pick<Idea, 'state' | 'sentence' | 'answeredBy' | 'answeredAt' | 'optionId'> &
        Partial<IdeaText>,
    ): Promise<void> {
      const written = await Model.updateOne(
        { _id: idea._id, version: idea.version, state: 'open' },
        { $set: answer, $inc: { version: 1 } },
      );
      if (written.matchedCount !== 1)
        throw new TrellisError('EDIT_CONFLICT', 'idea changed meanwhile');
    },
  };
}

export type Ideas = ReturnType<typeof ideaModel>;
