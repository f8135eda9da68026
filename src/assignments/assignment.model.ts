import { Schema, type Connection } from 'mongoose';
import { TrellisError } from '../errors.js';
import type { AssignmentId, ContextId, ResourceLinkId } from '../ids.js';
import type { Assignment, TaskDesign } from './assignment.js';

const schema = new Schema(
  {
    _id: { type: String, required: true },
    deploymentId: { type: String, required: true },
    contextId: { type: String, required: true, index: true },
    version: { type: Number, required: true },
    // The design is checked by its own schema before it gets here and read back whole.
    draft: { type: Schema.Types.Mixed, required: true },
    published: { type: Schema.Types.Mixed, default: null },
    publishedAt: { type: Date, default: null },
    revision: { type: Number, default: 0 },
    placements: { type: Schema.Types.Mixed, default: [] },
    groupingId: { type: String, default: null },
    resourceLinkIds: { type: [String], default: [] },
    copiedFrom: { type: Schema.Types.Mixed, default: null },
    isNative: { type: Boolean, default: false },
    createdBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'assignments', minimize: false },
);

type Stored = Omit<Assignment, 'id'> & { readonly _id: AssignmentId };

function toAssignment({ _id, ...rest }: Stored): Assignment {
  return { id: _id, ...rest };
}

/** What may change together in one guarded write. */
export type AssignmentChange = Partial<
  Pick<
    Assignment,
    | 'draft'
    | 'published'
    | 'publishedAt'
    | 'revision'
    | 'placements'
    | 'groupingId'
    | 'resourceLinkIds'
    | 'copiedFrom'
    | 'isNative'
  >
>;

/** Assignments of a course; every query is confined to its context. */
export function assignmentModel(connection: Connection) {
  const Model = connection.model('Assignment', schema);

  async function find(contextId: ContextId, id: string): Promise<Assignment | null> {
    const found = (await Model.findOne({ _id: id, contextId }).lean()) as Stored | null;
    return found === null ? null : toAssignment(found);
  }

  return {
    find,

    /** @throws TrellisError NOT_FOUND also for an assignment of another course. */
    async get(contextId: ContextId, id: string): Promise<Assignment> {
      const found = await find(contextId, id);
      if (found === null) throw new TrellisError('NOT_FOUND', 'no such assignment in this course');
      return found;
    },

    /** All assignments of the course, newest change first. */
    async list(contextId: ContextId): Promise<readonly Assignment[]> {
      const found = (await Model.find({ contextId })
        .sort({ updatedAt: -1 })
        .lean()) as unknown as Stored[];
      return found.map(toAssignment);
    },

    async create(assignment: Assignment): Promise<void> {
      const { id, ...rest } = assignment;
      await Model.create({ _id: id, ...rest } as never);
    },

    /**
     * Writes a change if nobody wrote since `assignment` was read.
     *
     * @returns The assignment as it is now.
     * @throws TrellisError EDIT_CONFLICT when somebody did; nothing is written then.
     */
    async change(assignment: Assignment, change: AssignmentChange, now: Date): Promise<Assignment> {
      const written = (await Model.findOneAndUpdate(
        { _id: assignment.id, contextId: assignment.contextId, version: assignment.version },
        { $set: { ...change, updatedAt: now }, $inc: { version: 1 } },
        { returnDocument: 'after' },
      ).lean()) as Stored | null;
      if (written === null) throw new TrellisError('EDIT_CONFLICT', 'assignment changed meanwhile');
      return toAssignment(written);
    },

    /** Adds a link by which the assignment is reached. Not guarded: adding twice changes nothing. */
    async addLink(contextId: ContextId, id: AssignmentId, linkId: ResourceLinkId): Promise<void> {
      await Model.updateOne({ _id: id, contextId }, { $addToSet: { resourceLinkIds: linkId } });
    },

    /** Takes back one that was just made and that no link reaches and no student saw. */
    async removeUnused(contextId: ContextId, id: AssignmentId): Promise<void> {
      await Model.deleteOne({ _id: id, contextId, published: null });
    },

    /** An assignment of any course of the same deployment, for copies; never shown to a person. */
    async findInDeployment(deploymentId: string, id: string): Promise<Assignment | null> {
      const found = (await Model.findOne({ _id: id, deploymentId }).lean()) as Stored | null;
      return found === null ? null : toAssignment(found);
    },
  };
}

export type Assignments = ReturnType<typeof assignmentModel>;
export type { TaskDesign };
