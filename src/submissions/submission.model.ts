import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type {
  AssignmentId,
  ContextId,
  MembershipId,
  ResourceLinkId,
  SubmissionId,
} from '../ids.js';
import type { HandIn, Submission } from './submission.js';

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    assignmentId: { type: String, required: true },
    membershipId: { type: String, required: true, index: true },
    resourceLinkId: { type: String, default: null },
    version: { type: Number, required: true },
    state: { type: String, required: true },
    chosenIds: { type: [String], default: [] },
    drafts: { type: Schema.Types.Mixed, default: [] },
    handIns: { type: Schema.Types.Mixed, default: [] },
    doneStepIds: { type: [String], default: [] },
    selfRatings: { type: Schema.Types.Mixed, default: [] },
    reflections: { type: Schema.Types.Mixed, default: [] },
    wishes: { type: [String], default: [] },
    showsAll: { type: Boolean, default: false },
    request: { type: Schema.Types.Mixed, default: null },
    tierId: { type: String, default: null },
    seenRevision: { type: Number, default: 0 },
    openedAt: { type: Date, required: true },
    changedAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'submissions', minimize: false },
);
schema.index({ assignmentId: 1, membershipId: 1 }, { unique: true });

type Late = 'reflections' | 'wishes' | 'showsAll';
type Stored = Omit<Submission, 'id' | Late> &
  Partial<Pick<Submission, Late>> & { readonly _id: SubmissionId };

function toSubmission({ _id, ...rest }: Stored): Submission {
  // Documents of before a field was added read as its empty value.
  return { reflections: [], wishes: [], showsAll: false, ...rest, id: _id };
}

export type SubmissionChange = Partial<
  Omit<Submission, 'id' | 'contextId' | 'assignmentId' | 'membershipId' | 'version'>
>;

/** What the live board reads of a submission. */
export type BoardSubmission = Pick<
  Submission,
  'membershipId' | 'state' | 'chosenIds' | 'request' | 'tierId' | 'changedAt' | 'wishes'
> & { readonly handIns: readonly Pick<HandIn, 'at' | 'isLate'>[] };

/** Submissions of a course: one per student and assignment. */
export function submissionModel(connection: Connection) {
  const Model = connection.model('Submission', schema);

  async function find(
    contextId: ContextId,
    assignmentId: AssignmentId,
    membershipId: MembershipId,
  ): Promise<Submission | null> {
    const found = (await Model.findOne({
      assignmentId,
      membershipId,
      contextId,
    }).lean()) as Stored | null;
    return found === null ? null : toSubmission(found);
  }

  return {
    find,

    async byId(contextId: ContextId, id: string): Promise<Submission | null> {
      const found = (await Model.findOne({ _id: id, contextId }).lean()) as Stored | null;
      return found === null ? null : toSubmission(found);
    },

    /** The student's submission, begun when they first open the task. */
    async open(
      place: {
        readonly contextId: ContextId;
        readonly assignmentId: AssignmentId;
        readonly membershipId: MembershipId;
      },
      resourceLinkId: ResourceLinkId | null,
      revision: number,
      now: Date,
    ): Promise<Submission> {
      const known = await find(place.contextId, place.assignmentId, place.membershipId);
      if (known !== null) return known;
      const made: Submission = {
        id: newId() as SubmissionId,
        ...place,
        resourceLinkId,
        version: 1,
        state: 'not-started',
        chosenIds: [],
        drafts: [],
        handIns: [],
        doneStepIds: [],
        selfRatings: [],
        reflections: [],
        wishes: [],
        showsAll: false,
        request: null,
        tierId: null,
        seenRevision: revision,
        openedAt: now,
        changedAt: now,
      };
      const { id, ...rest } = made;
      try {
        await Model.create({ _id: id, ...rest } as never);
        return made;
      } catch (error) {
        if ((error as { code?: unknown }).code !== 11000) throw error;
        const other = await find(place.contextId, place.assignmentId, place.membershipId);
        if (other === null) throw error;
        return other;
      }
    },

    /**
     * Writes a change if nobody wrote since `submission` was read.
     *
     * @throws TrellisError EDIT_CONFLICT when somebody did; nothing is written then.
     */
    async change(submission: Submission, change: SubmissionChange, now: Date): Promise<Submission> {
      const written = (await Model.findOneAndUpdate(
        { _id: submission.id, version: submission.version },
        { $set: { changedAt: now, ...change }, $inc: { version: 1 } },
        { returnDocument: 'after' },
      ).lean()) as Stored | null;
      if (written === null) throw new TrellisError('EDIT_CONFLICT', 'submission changed meanwhile');
      return toSubmission(written);
    },

    async ofAssignment(
      contextId: ContextId,
      assignmentId: AssignmentId,
    ): Promise<readonly Submission[]> {
      const found = (await Model.find({ assignmentId, contextId }).lean()) as unknown as Stored[];
      return found.map(toSubmission);
    },

    /** Everybody's state in an assignment without their work: light enough to ask for every few seconds. */
    async board(
      contextId: ContextId,
      assignmentId: AssignmentId,
    ): Promise<readonly BoardSubmission[]> {
      return (await Model.find(
        { assignmentId, contextId },
        {
          membershipId: 1,
          state: 1,
          chosenIds: 1,
          request: 1,
          tierId: 1,
          changedAt: 1,
          wishes: 1,
          'handIns.at': 1,
          'handIns.isLate': 1,
        },
      ).lean()) as unknown as BoardSubmission[];
    },

    /** The last few finished pieces of a student in the course, newest first, without their work. */
    async lately(
      contextId: ContextId,
      membershipId: MembershipId,
    ): Promise<readonly Pick<Submission, 'assignmentId' | 'reflections'>[]> {
      return (await Model.find(
        { membershipId, contextId, state: { $in: ['handed-in', 'returned', 'taken-back'] } },
        { assignmentId: 1, reflections: 1 },
      )
        .sort({ changedAt: -1 })
        .limit(3)
        .lean()) as unknown as Pick<Submission, 'assignmentId' | 'reflections'>[];
    },

    async ofMember(
      contextId: ContextId,
      membershipId: MembershipId,
    ): Promise<readonly Submission[]> {
      const found = (await Model.find({ membershipId, contextId }).lean()) as unknown as Stored[];
      return found.map(toSubmission);
    },
  };
}

export type Submissions = ReturnType<typeof submissionModel>;
