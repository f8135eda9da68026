import { Schema, type Connection } from 'mongoose';
import { TrellisError } from '../errors.js';
import type { AssignmentId, ContextId, DeploymentId, ResourceLinkId } from '../ids.js';
import { newId } from '../db/ids.js';

/** A place in a course of the platform from which Trellis is opened. */
export interface ResourceLink {
  readonly _id: ResourceLinkId;
  readonly deploymentId: DeploymentId;
  readonly contextId: ContextId;
  /** The platform's id of the link, unique in the deployment. */
  readonly platformId: string;
  /** null: nobody set it up yet. */
  readonly assignmentId: AssignmentId | null;
  readonly title: string;
  /** As sent; sanitized when it becomes a task. */
  readonly descriptionHtml: string;
  readonly pointsPossible: number | null;
  readonly dueAt: Date | null;
  /** The one column of this link; null: none known. */
  readonly lineItemUrl: string | null;
  readonly lineItemsUrl: string | null;
  readonly scopes: readonly string[];
  /** Shown on the page of an assignment that is handed in on the platform. */
  readonly isNative: boolean;
  /** A student opened it before any teacher did. */
  readonly openedByLearnerAt: Date | null;
  /** The column answered "gone" (AGS-15). */
  readonly isBroken: boolean;
  /** Assignment that our own signed custom parameter named, also one of a course copied from. */
  readonly namedAssignmentId: string | null;
  /** Platform ids of the links this one was copied from, nearest first. */
  readonly historyIds: readonly string[];
  readonly createdAt: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    deploymentId: { type: String, required: true },
    contextId: { type: String, required: true, index: true },
    platformId: { type: String, required: true },
    assignmentId: { type: String, default: null, index: true },
    title: { type: String, default: '' },
    descriptionHtml: { type: String, default: '' },
    pointsPossible: { type: Number, default: null },
    dueAt: { type: Date, default: null },
    lineItemUrl: { type: String, default: null },
    lineItemsUrl: { type: String, default: null },
    scopes: { type: [String], default: [] },
    isNative: { type: Boolean, default: false },
    openedByLearnerAt: { type: Date, default: null },
    isBroken: { type: Boolean, default: false },
    namedAssignmentId: { type: String, default: null },
    historyIds: { type: [String], default: [] },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'resourcelinks', minimize: false },
);
schema.index({ deploymentId: 1, platformId: 1 }, { unique: true });

export type LinkFacts = Pick<
  ResourceLink,
  | 'title'
  | 'descriptionHtml'
  | 'pointsPossible'
  | 'dueAt'
  | 'lineItemUrl'
  | 'lineItemsUrl'
  | 'scopes'
  | 'isNative'
  | 'namedAssignmentId'
  | 'historyIds'
>;

/** Links by deployment and the platform's id. */
export function resourceLinkModel(connection: Connection) {
  const Model = connection.model('ResourceLink', schema);

  async function byPlatformId(
    deploymentId: DeploymentId,
    platformId: string,
  ): Promise<ResourceLink | null> {
    // Each launch asks: straight to the store, as a query costs three times as much.
    const found = await Model.collection.findOne({ deploymentId, platformId });
    return found as unknown as ResourceLink | null;
  }

  return {
    byPlatformId,

    /** The link of a launch, made at its first one; addresses of the newest launch win (AGS-03). */
    async see(
      place: {
        readonly deploymentId: DeploymentId;
        readonly contextId: ContextId;
        readonly platformId: string;
      },
      facts: LinkFacts,
      now: Date,
    ): Promise<ResourceLink> {
      const known = await byPlatformId(place.deploymentId, place.platformId);
      if (known === null) {
        const made: ResourceLink = {
          _id: newId() as ResourceLinkId,
          ...place,
          ...facts,
          assignmentId: null,
          openedByLearnerAt: null,
          isBroken: false,
          createdAt: now,
        };
        try {
          await Model.create(made as never);
          return made;
        } catch (error) {
          if ((error as { code?: unknown }).code !== 11000) throw error;
          const other = await byPlatformId(place.deploymentId, place.platformId);
          if (other === null) throw error;
          return other;
        }
      }
      const change: Record<string, unknown> = Object.fromEntries(
        Object.entries(facts).filter(([key, value]) => {
          const isBlank =
            value === null || value === '' || (Array.isArray(value) && value.length === 0);
          return (
            !isBlank && JSON.stringify(value) !== JSON.stringify(known[key as keyof LinkFacts])
          );
        }),
      );
      // A line item that came back mends a broken link.
      if (known.isBroken && change['lineItemUrl'] !== undefined) change['isBroken'] = false;
      if (Object.keys(change).length > 0)
        await Model.updateOne({ _id: known._id }, { $set: change });
      return { ...known, ...change };
    },

    async find(contextId: ContextId, id: string): Promise<ResourceLink | null> {
      return (await Model.findOne({ _id: id, contextId }).lean()) as ResourceLink | null;
    },

    async get(contextId: ContextId, id: string): Promise<ResourceLink> {
      const found = (await Model.findOne({ _id: id, contextId }).lean()) as ResourceLink | null;
      if (found === null) throw new TrellisError('NOT_FOUND', 'no such link in this course');
      return found;
    },

    async ofAssignment(assignmentId: AssignmentId): Promise<readonly ResourceLink[]> {
      return (await Model.find({ assignmentId }).lean()) as unknown as ResourceLink[];
    },

    async change(id: ResourceLinkId, change: Partial<ResourceLink>): Promise<void> {
      await Model.updateOne({ _id: id }, { $set: change });
    },

    /**
     * Binds a link to its assignment, unless another teacher just did.
     *
     * @returns Whether this call bound it.
     */
    async bind(id: ResourceLinkId, assignmentId: AssignmentId): Promise<boolean> {
      const written = await Model.updateOne(
        { _id: id, assignmentId: null },
        { $set: { assignmentId } },
      );
      return written.modifiedCount === 1;
    },

    /** Links of the course that nobody set up. */
    async unbound(contextId: ContextId): Promise<readonly ResourceLink[]> {
      return (await Model.find({
        contextId,
        assignmentId: null,
      }).lean()) as unknown as ResourceLink[];
    },
  };
}

export type ResourceLinks = ReturnType<typeof resourceLinkModel>;
