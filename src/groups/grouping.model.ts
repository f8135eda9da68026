import { Schema, type Connection } from 'mongoose';
import { TrellisError } from '../errors.js';
import type { AssignmentId, ContextId, GroupingId } from '../ids.js';
import type { Grouping } from './grouping.js';

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    assignmentId: { type: String, required: true, index: true },
    version: { type: Number, required: true },
    state: { type: String, required: true },
    order: { type: Schema.Types.Mixed, required: true },
    rules: { type: Schema.Types.Mixed, required: true },
    groups: { type: Schema.Types.Mixed, default: [] },
    taskRoles: { type: [String], default: [] },
    repeats: { type: Number, default: 0 },
    alone: { type: Schema.Types.Mixed, default: [] },
    from: { type: Date, required: true },
    until: { type: Date, required: true },
    endedAt: { type: Date, default: null },
    previousId: { type: String, default: null },
    madeBy: { type: String, required: true },
    madeAt: { type: Date, required: true },
    steps: { type: Schema.Types.Mixed, default: [] },
  },
  { versionKey: false, collection: 'groupings', minimize: false },
);
schema.index({ contextId: 1, madeAt: -1 });

type Stored = Omit<Grouping, 'id'> & { readonly _id: GroupingId };

function toGrouping({ _id, ...rest }: Stored): Grouping {
  return { id: _id, ...rest };
}

/** Groupings of a course that are read for repeats, roles and flexibility. */
const REMEMBERED = 60;

export type GroupingChange = Partial<
  Pick<Grouping, 'state' | 'groups' | 'taskRoles' | 'until' | 'endedAt' | 'steps'>
>;

/** Groupings of a course, one per regroup; every query is confined to its context. */
export function groupingModel(connection: Connection) {
  const Model = connection.model('Grouping', schema);

  async function find(contextId: ContextId, id: string): Promise<Grouping | null> {
    const found = (await Model.findOne({ _id: id, contextId }).lean()) as Stored | null;
    return found === null ? null : toGrouping(found);
  }

  return {
    find,

    /** @throws TrellisError NOT_FOUND also for a grouping of another course. */
    async get(contextId: ContextId, id: string): Promise<Grouping> {
      const found = await find(contextId, id);
      if (found === null) throw new TrellisError('NOT_FOUND', 'no such grouping in this course');
      return found;
    },

    /** The newest groupings of the course, newest first, without what was changed by hand. */
    async recent(contextId: ContextId): Promise<readonly Omit<Grouping, 'steps'>[]> {
      const found = (await Model.find({ contextId }, { steps: 0 })
        .sort({ madeAt: -1 })
        .limit(REMEMBERED)
        .lean()) as unknown as Stored[];
      return found.map(toGrouping);
    },

    /** Every grouping of an assignment, newest first. */
    async ofAssignment(
      contextId: ContextId,
      assignmentId: AssignmentId,
    ): Promise<readonly Grouping[]> {
      const found = (await Model.find({ assignmentId, contextId })
        .sort({ madeAt: -1 })
        .lean()) as unknown as Stored[];
      return found.map(toGrouping);
    },

    async create(grouping: Grouping): Promise<void> {
      const { id, ...rest } = grouping;
      await Model.create({ _id: id, ...rest } as never);
    },

    /**
     * Writes a change if nobody wrote since `grouping` was read.
     *
     * @throws TrellisError EDIT_CONFLICT when somebody did; nothing is written then.
     */
    async change(grouping: Grouping, change: GroupingChange): Promise<Grouping> {
      const written = (await Model.findOneAndUpdate(
        { _id: grouping.id, contextId: grouping.contextId, version: grouping.version },
        { $set: change, $inc: { version: 1 } },
        { returnDocument: 'after' },
      ).lean()) as Stored | null;
      if (written === null) throw new TrellisError('EDIT_CONFLICT', 'grouping changed meanwhile');
      return toGrouping(written);
    },

    /** Sets state or end whatever was changed by hand meanwhile. */
    async settle(
      contextId: ContextId,
      id: GroupingId,
      change: Partial<Pick<Grouping, 'state' | 'endedAt'>>,
    ): Promise<void> {
      await Model.updateOne({ _id: id, contextId }, { $set: change, $inc: { version: 1 } });
    },
  };
}

export type Groupings = ReturnType<typeof groupingModel>;
