import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import type {
  AssignmentId,
  ContextId,
  DeliveryId,
  DeploymentId,
  MembershipId,
  RegistrationId,
  ResourceLinkId,
} from '../ids.js';
import type { Delivery, DeliveryState } from './delivery.js';

/** A delivery with whose it is and where it goes: one document per (line item, student). */
export interface DeliveryRow extends Delivery {
  readonly id: DeliveryId;
  /** Rises with each write; compare and set. */
  readonly rowVersion: number;
  /** Platforms count requests by client id, over all its deployments. */
  readonly registrationId: RegistrationId;
  readonly deploymentId: DeploymentId;
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  readonly membershipId: MembershipId;
  /** The platform's id of the student. */
  readonly sub: string;
  /** The link the student launched from: its section's column. */
  readonly resourceLinkId: ResourceLinkId | null;
  /** Column it was last sent to; found anew while null. */
  readonly lineItemUrl: string | null;
  /** Platform id of the teacher who graded; null: not told. */
  readonly scoringSub: string | null;
  /** Last comparison with what the platform holds. */
  readonly readBackAt: Date | null;
  readonly updatedAt: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    rowVersion: { type: Number, required: true },
    registrationId: { type: String, required: true },
    deploymentId: { type: String, required: true, index: true },
    contextId: { type: String, required: true, index: true },
    assignmentId: { type: String, required: true },
    membershipId: { type: String, required: true },
    sub: { type: String, required: true },
    resourceLinkId: { type: String, default: null },
    lineItemUrl: { type: String, default: null },
    scoringSub: { type: String, default: null },
    state: { type: String, required: true },
    wanted: { type: Schema.Types.Mixed, required: true },
    sent: { type: Schema.Types.Mixed, default: null },
    isOutcomeUnknown: { type: Boolean, default: false },
    confirmed: { type: Schema.Types.Mixed, default: null },
    theirPoints: { type: Number, default: null },
    keptTheirs: { type: Boolean, default: false },
    announcedAt: { type: Date, default: null },
    failures: { type: Number, default: 0 },
    nextAttemptAt: { type: Date, default: null },
    lease: { type: Schema.Types.Mixed, default: null },
    reason: { type: String, default: null },
    detail: { type: String, default: null },
    history: { type: Schema.Types.Mixed, default: [] },
    readBackAt: { type: Date, default: null },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'deliveries', minimize: false },
);
schema.index({ assignmentId: 1, membershipId: 1 }, { unique: true });
schema.index({ state: 1, registrationId: 1, nextAttemptAt: 1 });
schema.index({ contextId: 1, state: 1 });

type Stored = Omit<DeliveryRow, 'id'> & { readonly _id: DeliveryId };

function toRow({ _id, ...rest }: Stored): DeliveryRow {
  return { id: _id, ...rest };
}

/** Whose delivery it is. */
export type DeliveryPlace = Pick<
  DeliveryRow,
  | 'registrationId'
  | 'deploymentId'
  | 'contextId'
  | 'assignmentId'
  | 'membershipId'
  | 'sub'
  | 'resourceLinkId'
  | 'scoringSub'
>;

/** Deliveries: by student and assignment, by course, and those that are due. */
export function deliveryModel(connection: Connection) {
  const Model = connection.model('Delivery', schema);

  async function find(
    assignmentId: AssignmentId,
    membershipId: MembershipId,
  ): Promise<DeliveryRow | null> {
    const found = (await Model.findOne({ assignmentId, membershipId }).lean()) as Stored | null;
    return found === null ? null : toRow(found);
  }

  async function list(filter: Record<string, unknown>): Promise<readonly DeliveryRow[]> {
    const found = (await Model.find(filter).lean()) as unknown as Stored[];
    return found.map(toRow);
  }

  return {
    find,

    /** Makes the first one. @returns Whether it was made: another process may have been first. */
    async create(place: DeliveryPlace, delivery: Delivery, now: Date): Promise<boolean> {
      try {
        await Model.create({
          _id: newId(),
          rowVersion: 1,
          lineItemUrl: null,
          readBackAt: null,
          ...place,
          ...delivery,
          updatedAt: now,
        } as never);
        return true;
      } catch (error) {
        if ((error as { code?: unknown }).code === 11000) return false;
        throw error;
      }
    },

    /**
     * Writes a delivery if nobody wrote since `row` was read.
     *
     * @returns The row as it is now, or null when somebody did: nothing is written then.
     */
    async change(
      row: DeliveryRow,
      change: Partial<DeliveryRow>,
      now: Date,
    ): Promise<DeliveryRow | null> {
      // A changed copy of the row may be given whole: who and which version it is stays ours.
      const fields: Record<string, unknown> = { ...change, updatedAt: now };
      delete fields['id'];
      delete fields['rowVersion'];
      const written = (await Model.findOneAndUpdate(
        { _id: row.id, rowVersion: row.rowVersion },
        { $set: fields, $inc: { rowVersion: 1 } },
        { returnDocument: 'after' },
      ).lean()) as Stored | null;
      return written === null ? null : toRow(written);
    },

    async byId(contextId: ContextId, id: string): Promise<DeliveryRow | null> {
      const found = (await Model.findOne({ _id: id, contextId }).lean()) as Stored | null;
      return found === null ? null : toRow(found);
    },

    /** Registrations for which something is due now. */
    async registrationsDue(now: Date): Promise<readonly RegistrationId[]> {
      const [waiting, lost] = await Promise.all([
        Model.distinct('registrationId', { state: 'waiting', nextAttemptAt: { $lte: now } }),
        Model.distinct('registrationId', { state: 'sending', 'lease.until': { $lte: now } }),
      ]);
      return [...new Set([...waiting, ...lost] as RegistrationId[])];
    },

    /** Those of a registration that may be taken now, the longest waiting first. */
    async due(
      registrationId: RegistrationId,
      now: Date,
      limit: number,
    ): Promise<readonly DeliveryRow[]> {
      const lost = (await Model.find({
        state: 'sending',
        registrationId,
        'lease.until': { $lte: now },
      })
        .limit(limit)
        .lean()) as unknown as Stored[];
      const waiting = (await Model.find({
        state: 'waiting',
        registrationId,
        nextAttemptAt: { $lte: now },
      })
        .sort({ nextAttemptAt: 1 })
        .limit(limit)
        .lean()) as unknown as Stored[];
      return [...lost, ...waiting].slice(0, limit).map(toRow);
    },

    ofAssignment: (
      contextId: ContextId,
      assignmentId: AssignmentId,
    ): Promise<readonly DeliveryRow[]> => list({ contextId, assignmentId }),

    ofContext: (contextId: ContextId): Promise<readonly DeliveryRow[]> => list({ contextId }),

    /** Stuck ones of all courses, for the admin: states and reasons, no names. */
    async inStates(
      states: readonly DeliveryState[],
      limit: number,
    ): Promise<readonly DeliveryRow[]> {
      const found = (await Model.find({ state: { $in: [...states] } })
        .limit(limit)
        .lean()) as unknown as Stored[];
      return found.map(toRow);
    },

    /** Parked ones of a registration: their cause may be mended. */
    parked: (registrationId: RegistrationId): Promise<readonly DeliveryRow[]> =>
      list({ registrationId, state: 'parked' }),

    /** Parked and refused ones of the course: what a launch may free. One look, at each launch. */
    async stuckIn(contextId: ContextId): Promise<readonly DeliveryRow[]> {
      const found = Model.collection.find({ contextId, state: { $in: ['parked', 'refused'] } });
      return ((await found.toArray()) as unknown as Stored[]).map(toRow);
    },

    /** Parked ones of a course. */
    parkedIn: (contextId: ContextId): Promise<readonly DeliveryRow[]> =>
      list({ contextId, state: 'parked' }),

    /** Parked ones that nobody tried since `before`, of every course. */
    async parkedSince(before: Date, limit: number): Promise<readonly DeliveryRow[]> {
      const found = (await Model.find({ state: 'parked', updatedAt: { $lte: before } })
        .limit(limit)
        .lean()) as unknown as Stored[];
      return found.map(toRow);
    },

    /** Those of one student in a course. */
    ofMember: (contextId: ContextId, membershipId: MembershipId): Promise<readonly DeliveryRow[]> =>
      list({ contextId, membershipId }),

    /**
     * Settled ones to compare with what the platform holds: never compared since they were sent, or
     * not since `before` while they are newer than `oldest`.
     */
    async toReadBack(before: Date, oldest: Date, limit: number): Promise<readonly DeliveryRow[]> {
      const found = (await Model.find({
        state: { $in: ['accepted', 'differs', 'superseded'] },
        $or: [{ readBackAt: null }, { readBackAt: { $lt: before }, updatedAt: { $gt: oldest } }],
      })
        .limit(limit)
        .lean()) as unknown as Stored[];
      return found.map(toRow);
    },
  };
}

export type Deliveries = ReturnType<typeof deliveryModel>;
