import { Schema, type Connection } from 'mongoose';
import { TrellisError } from '../errors.js';
import type { ContextId, DeploymentId } from '../ids.js';
import { newId } from '../db/ids.js';

/** A course (or section) of one deployment, with the service addresses of its newest launch. */
export interface Context {
  readonly _id: ContextId;
  readonly deploymentId: DeploymentId;
  /** The platform's id of the course. */
  readonly platformId: string;
  readonly title: string;
  readonly label: string;
  readonly history: readonly string[];
  readonly timeZone: string | null;
  readonly membershipsUrl: string | null;
  readonly groupsUrl: string | null;
  /** The platform's ids of the course's groups, where a teacher's launch tells them. */
  readonly groupIds: readonly string[];
  readonly lineItemsUrl: string | null;
  readonly scopes: readonly string[];
  readonly assistants: { readonly mayGrade: boolean; readonly mayGroup: boolean };
  readonly roster: {
    /** Last complete read; null: never. */
    readonly readAt: Date | null;
    /** When the read that is under way began; null: none is. */
    readonly readingSince: Date | null;
    /** Why the last try failed, as a catalogue key under `groups.roster-problem`; null: it did not. */
    readonly problem: string | null;
  };
  /** Next number for a student without a name ("Student 14"). */
  readonly nextNumber: number;
  readonly createdAt: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    deploymentId: { type: String, required: true },
    platformId: { type: String, required: true },
    title: { type: String, default: '' },
    label: { type: String, default: '' },
    history: { type: [String], default: [] },
    timeZone: { type: String, default: null },
    membershipsUrl: { type: String, default: null },
    groupsUrl: { type: String, default: null },
    groupIds: { type: [String], default: [] },
    lineItemsUrl: { type: String, default: null },
    scopes: { type: [String], default: [] },
    assistants: { type: Schema.Types.Mixed, default: { mayGrade: true, mayGroup: false } },
    roster: {
      type: Schema.Types.Mixed,
      default: { readAt: null, readingSince: null, problem: null },
    },
    nextNumber: { type: Number, default: 1 },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'contexts', minimize: false },
);
schema.index({ deploymentId: 1, platformId: 1 }, { unique: true });

/** What a launch says about its course. */
export type ContextFacts = Pick<
  Context,
  | 'title'
  | 'label'
  | 'history'
  | 'timeZone'
  | 'membershipsUrl'
  | 'groupsUrl'
  | 'groupIds'
  | 'lineItemsUrl'
  | 'scopes'
>;

/** Courses by deployment and the platform's id. */
export function contextModel(connection: Connection) {
  const Model = connection.model('Context', schema);

  async function byPlatformId(
    deploymentId: DeploymentId,
    platformId: string,
  ): Promise<Context | null> {
    // Each launch asks: straight to the store, as a query costs three times as much.
    const found = await Model.collection.findOne({ deploymentId, platformId });
    return found as unknown as Context | null;
  }

  return {
    /**
     * The course of a launch, made at its first one. Blank or missing facts keep what is known
     * (CORE-10); writes only what changed.
     */
    async see(
      deploymentId: DeploymentId,
      platformId: string,
      facts: ContextFacts,
      now: Date,
    ): Promise<Context> {
      const known = await byPlatformId(deploymentId, platformId);
      if (known === null) {
        try {
          const made: Context = {
            _id: newId() as ContextId,
            deploymentId,
            platformId,
            ...facts,
            assistants: { mayGrade: true, mayGroup: false },
            roster: { readAt: null, readingSince: null, problem: null },
            nextNumber: 1,
            createdAt: now,
          };
          await Model.create(made as never);
          return made;
        } catch (error) {
          // Two first launches at once: the other one made it.
          if ((error as { code?: unknown }).code !== 11000) throw error;
          const other = await byPlatformId(deploymentId, platformId);
          if (other === null) throw error;
          return other;
        }
      }
      const change = Object.fromEntries(
        Object.entries(facts).filter(([key, value]) => {
          const isBlank =
            value === null || value === '' || (Array.isArray(value) && value.length === 0);
          return (
            !isBlank && JSON.stringify(value) !== JSON.stringify(known[key as keyof ContextFacts])
          );
        }),
      );
      if (Object.keys(change).length === 0) return known;
      await Model.updateOne({ _id: known._id }, { $set: change });
      return { ...known, ...change };
    },

    async get(id: ContextId): Promise<Context> {
      const found = (await Model.findById(id).lean()) as Context | null;
      if (found === null) throw new TrellisError('NOT_FOUND', 'no such course');
      return found;
    },

    byPlatformId,

    async setRoster(id: ContextId, roster: Context['roster']): Promise<void> {
      await Model.updateOne({ _id: id }, { $set: { roster } });
    },

    async setAssistants(id: ContextId, assistants: Context['assistants']): Promise<void> {
      await Model.updateOne({ _id: id }, { $set: { assistants } });
    },

    /** Takes `count` numbers for students without names; the first of them. */
    async takeNumbers(id: ContextId, count: number): Promise<number> {
      const after = (await Model.findOneAndUpdate(
        { _id: id },
        { $inc: { nextNumber: count } },
        { returnDocument: 'after' },
      ).lean()) as Context | null;
      if (after === null) throw new TrellisError('NOT_FOUND', 'no such course');
      return after.nextNumber - count;
    },

    async listOfDeployment(deploymentId: DeploymentId): Promise<readonly Context[]> {
      return (await Model.find({ deploymentId })
        .sort({ createdAt: -1 })
        .lean()) as unknown as Context[];
    },

    /** The newest course of these deployments; null when none has launched. */
    async newestOf(deploymentIds: readonly DeploymentId[]): Promise<Context | null> {
      const found = await Model.findOne({ deploymentId: { $in: [...deploymentIds] } })
        .sort({ createdAt: -1 })
        .lean();
      return found as Context | null;
    },

    /** Courses of every deployment, newest first: for who runs the server. */
    async listAll(limit: number): Promise<readonly Context[]> {
      const found = await Model.find({}).sort({ createdAt: -1 }).limit(limit).lean();
      return found as unknown as Context[];
    },

    async countAll(): Promise<number> {
      return Model.countDocuments({});
    },
  };
}

export type Contexts = ReturnType<typeof contextModel>;
