import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { AssignmentId, ContextId, GradeId, MembershipId } from '../ids.js';
import type { Grade } from './grade.js';

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    assignmentId: { type: String, required: true },
    membershipId: { type: String, required: true, index: true },
    version: { type: Number, required: true },
    kind: { type: String, required: true },
    marks: { type: Schema.Types.Mixed, default: [] },
    points: { type: Number, default: null },
    annotations: { type: Schema.Types.Mixed, default: [] },
    adjustment: { type: Number, default: 0 },
    comment: { type: String, default: '' },
    nextMove: { type: String, default: '' },
    isFinished: { type: Boolean, default: false },
    gradedBy: { type: String, default: null },
    gradedAt: { type: Date, default: null },
    attempt: { type: Number, default: null },
    released: { type: Schema.Types.Mixed, default: null },
    releaseAt: { type: Date, default: null, index: true },
    needsDelivery: { type: Boolean, default: false, index: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'grades', minimize: false },
);
schema.index({ assignmentId: 1, membershipId: 1 }, { unique: true });
schema.index({ contextId: 1, updatedAt: 1 });

type Late = 'points' | 'annotations';
type Stored = Omit<Grade, 'id' | Late> & Partial<Pick<Grade, Late>> & { readonly _id: GradeId };

function toGrade({ _id, ...rest }: Stored): Grade {
  // Documents of before a field was added read as its empty value.
  return { points: null, annotations: [], ...rest, id: _id };
}

export type GradeChange = Partial<
  Omit<Grade, 'id' | 'contextId' | 'assignmentId' | 'membershipId' | 'version'>
>;

/** Grades of a course: one per student and assignment. */
export function gradeModel(connection: Connection) {
  const Model = connection.model('Grade', schema);

  async function find(
    contextId: ContextId,
    assignmentId: AssignmentId,
    membershipId: MembershipId,
  ): Promise<Grade | null> {
    const found = (await Model.findOne({
      assignmentId,
      membershipId,
      contextId,
    }).lean()) as Stored | null;
    return found === null ? null : toGrade(found);
  }

  return {
    find,

    /** The student's grade, begun empty when nobody graded yet. */
    async open(
      place: {
        readonly contextId: ContextId;
        readonly assignmentId: AssignmentId;
        readonly membershipId: MembershipId;
      },
      now: Date,
    ): Promise<Grade> {
      const known = await find(place.contextId, place.assignmentId, place.membershipId);
      if (known !== null) return known;
      const made: Grade = {
        id: newId() as GradeId,
        ...place,
        version: 1,
        kind: 'scored',
        marks: [],
        points: null,
        annotations: [],
        adjustment: 0,
        comment: '',
        nextMove: '',
        isFinished: false,
        gradedBy: null,
        gradedAt: null,
        attempt: null,
        released: null,
        releaseAt: null,
        needsDelivery: false,
        updatedAt: now,
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
     * Writes a change if nobody wrote since `grade` was read.
     *
     * @throws TrellisError EDIT_CONFLICT when somebody did; nothing is written then.
     */
    async change(grade: Grade, change: GradeChange, now: Date): Promise<Grade> {
      const written = (await Model.findOneAndUpdate(
        { _id: grade.id, version: grade.version },
        { $set: { updatedAt: now, ...change }, $inc: { version: 1 } },
        { returnDocument: 'after' },
      ).lean()) as Stored | null;
      if (written === null) throw new TrellisError('EDIT_CONFLICT', 'grade changed meanwhile');
      return toGrade(written);
    },

    async ofAssignment(
      contextId: ContextId,
      assignmentId: AssignmentId,
    ): Promise<readonly Grade[]> {
      const found = (await Model.find({ assignmentId, contextId }).lean()) as unknown as Stored[];
      return found.map(toGrade);
    },

    async ofMember(contextId: ContextId, membershipId: MembershipId): Promise<readonly Grade[]> {
      const found = (await Model.find({ membershipId, contextId }).lean()) as unknown as Stored[];
      return found.map(toGrade);
    },

    /** Grades of a course written since a moment, for what is derived from them. */
    async changedSince(contextId: ContextId, since: Date): Promise<readonly Grade[]> {
      const found = (await Model.find({
        contextId,
        updatedAt: { $gt: since },
      }).lean()) as unknown as Stored[];
      return found.map(toGrade);
    },

    /** Released grades without their delivery yet, of every course: work for the job. */
    async needingDelivery(limit: number): Promise<readonly Grade[]> {
      const found = (await Model.find({ needsDelivery: true })
        .limit(limit)
        .lean()) as unknown as Stored[];
      return found.map(toGrade);
    },

    /** The delivery of this release exists; a newer release keeps its own mark. */
    async delivered(id: GradeId, sequence: number): Promise<void> {
      await Model.updateOne(
        { _id: id, 'released.sequence': sequence },
        { $set: { needsDelivery: false } },
      );
    },

    /** Takes a planned release away; the grade stays held. */
    async unschedule(id: GradeId): Promise<void> {
      await Model.updateOne({ _id: id }, { $set: { releaseAt: null }, $inc: { version: 1 } });
    },

    /** Held grades whose scheduled release has come. */
    async dueForRelease(now: Date, limit: number): Promise<readonly Grade[]> {
      const found = (await Model.find({ releaseAt: { $lte: now } })
        .limit(limit)
        .lean()) as unknown as Stored[];
      return found.map(toGrade);
    },
  };
}

export type Grades = ReturnType<typeof gradeModel>;
