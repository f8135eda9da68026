import { Schema, type Connection } from 'mongoose';
import { TrellisError } from '../errors.js';
import type { ContextId, DeploymentId, MembershipId } from '../ids.js';
import type { Role } from '../lti/ports.js';
import { newId } from '../db/ids.js';

/** A user in a context, with the role of their last launch or of the roster. */
export interface Membership {
  readonly _id: MembershipId;
  readonly deploymentId: DeploymentId;
  readonly contextId: ContextId;
  readonly sub: string;
  readonly role: Role;
  readonly name: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly email: string | null;
  readonly isTestUser: boolean;
  readonly status: 'active' | 'left';
  /** Number of the neutral label for somebody without a name, stable in the course. */
  readonly number: number;
  readonly sectionIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly mentorOf: readonly string[];
  readonly locale: string | null;
  /** Roster or launch, whichever came first. */
  readonly joinedAt: Date;
  readonly firstLaunchAt: Date | null;
  readonly lastLaunchAt: Date | null;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    deploymentId: { type: String, required: true },
    contextId: { type: String, required: true },
    sub: { type: String, required: true },
    role: { type: String, required: true },
    name: { type: String, default: null },
    givenName: { type: String, default: null },
    familyName: { type: String, default: null },
    email: { type: String, default: null },
    isTestUser: { type: Boolean, default: false },
    status: { type: String, default: 'active' },
    number: { type: Number, required: true },
    sectionIds: { type: [String], default: [] },
    groupIds: { type: [String], default: [] },
    mentorOf: { type: [String], default: [] },
    locale: { type: String, default: null },
    joinedAt: { type: Date, required: true },
    firstLaunchAt: { type: Date, default: null },
    lastLaunchAt: { type: Date, default: null },
  },
  { versionKey: false, collection: 'memberships', minimize: false },
);
schema.index({ contextId: 1, sub: 1 }, { unique: true });
schema.index({ deploymentId: 1, sub: 1 });

/** What a launch or the roster says about a person. */
export type MemberFacts = Pick<
  Membership,
  | 'role'
  | 'name'
  | 'givenName'
  | 'familyName'
  | 'email'
  | 'isTestUser'
  | 'sectionIds'
  | 'groupIds'
  | 'mentorOf'
  | 'locale'
>;

/** Whether every row a bulk insert refused is there already. */
function areAllDuplicates(error: unknown): boolean {
  const { code, writeErrors } = (error ?? {}) as {
    readonly code?: unknown;
    readonly writeErrors?: readonly { readonly code?: unknown }[];
  };
  return code === 11000 && (writeErrors ?? []).every((one) => one.code === 11000);
}

/** People of a course; every query is confined to its context. */
export function membershipModel(connection: Connection) {
  const Model = connection.model('Membership', schema);

  async function bySub(contextId: ContextId, sub: string): Promise<Membership | null> {
    // Each launch asks: straight to the store, as a query costs three times as much.
    return (await Model.collection.findOne({ contextId, sub })) as unknown as Membership | null;
  }

  /** Facts that are told and differ; what a platform keeps to itself this time stays as known. */
  function differing(known: Membership, facts: MemberFacts): Partial<Membership> {
    return Object.fromEntries(
      Object.entries(facts).filter(([key, value]) => {
        const isSilent =
          value === null || (Array.isArray(value) && value.length === 0 && key !== 'mentorOf');
        return (
          !isSilent && JSON.stringify(value) !== JSON.stringify(known[key as keyof MemberFacts])
        );
      }),
    );
  }

  return {
    bySub,
    differing,

    /**
     * The membership of a launch, made at the first one.
     *
     * @param takeNumber - Gives the number of a new member's neutral label.
     * @returns It, and the role it had before when that changed.
     */
    async see(
      place: {
        readonly deploymentId: DeploymentId;
        readonly contextId: ContextId;
        readonly sub: string;
      },
      facts: MemberFacts,
      takeNumber: () => Promise<number>,
      now: Date,
    ): Promise<{ membership: Membership; roleBefore: Role | null }> {
      const known = await bySub(place.contextId, place.sub);
      if (known === null) {
        const made: Membership = {
          _id: newId() as MembershipId,
          ...place,
          ...facts,
          status: 'active',
          number: await takeNumber(),
          joinedAt: now,
          firstLaunchAt: now,
          lastLaunchAt: now,
        };
        try {
          await Model.create(made as never);
          return { membership: made, roleBefore: null };
        } catch (error) {
          if ((error as { code?: unknown }).code !== 11000) throw error;
          const other = await bySub(place.contextId, place.sub);
          if (other === null) throw error;
          return { membership: other, roleBefore: null };
        }
      }
      const change: Record<string, unknown> = differing(known, facts);
      if (known.status !== 'active') change['status'] = 'active';
      if (known.firstLaunchAt === null) change['firstLaunchAt'] = now;
      // Once an hour is exact enough for "last seen", and most launches write nothing.
      if (known.lastLaunchAt === null || now.getTime() - known.lastLaunchAt.getTime() > 3_600_000)
        change['lastLaunchAt'] = now;
      if (Object.keys(change).length > 0)
        await Model.updateOne({ _id: known._id }, { $set: change });
      const membership = { ...known, ...change };
      return { membership, roleBefore: membership.role === known.role ? null : known.role };
    },

    async find(contextId: ContextId, id: string): Promise<Membership | null> {
      return (await Model.findOne({ _id: id, contextId }).lean()) as Membership | null;
    },

    async get(contextId: ContextId, id: string): Promise<Membership> {
      const found = (await Model.findOne({ _id: id, contextId }).lean()) as Membership | null;
      if (found === null) throw new TrellisError('NOT_FOUND', 'no such person in this course');
      return found;
    },

    /** Everybody of the course, also those who left. */
    async list(contextId: ContextId): Promise<readonly Membership[]> {
      return (await Model.find({ contextId }).lean()) as unknown as Membership[];
    },

    /** Active students without test students, in no order. */
    async learners(contextId: ContextId): Promise<readonly Membership[]> {
      return (await Model.find({
        contextId,
        role: 'learner',
        status: 'active',
        isTestUser: false,
      }).lean()) as unknown as Membership[];
    },

    /** Courses of the same deployment in which this person teaches; for copies between them. */
    async taughtBy(deploymentId: DeploymentId, sub: string): Promise<readonly ContextId[]> {
      const found = (await Model.find(
        { deploymentId, sub, role: 'instructor', status: 'active' },
        { contextId: 1 },
      ).lean()) as unknown as Pick<Membership, 'contextId'>[];
      return found.map(({ contextId }) => contextId);
    },

    async insertMany(memberships: readonly Membership[]): Promise<void> {
      if (memberships.length === 0) return;
      try {
        await Model.insertMany(memberships, { ordered: false });
      } catch (error) {
        // Somebody launched while the list was read: their launch made them, with newer facts.
        if (!areAllDuplicates(error)) throw error;
      }
    },

    async change(id: MembershipId, change: Partial<Membership>): Promise<void> {
      await Model.updateOne({ _id: id }, { $set: change });
    },
  };
}

export type Memberships = ReturnType<typeof membershipModel>;
