import { Schema } from 'mongoose';
import { oncePerConnection } from '../db/once.js';
import type { DeploymentId, RegistrationId } from '../ids.js';

/** One installation of Trellis on a platform: the tenant (REG-02). */
export interface Deployment {
  readonly id: DeploymentId;
  readonly registrationId: RegistrationId;
  /** The platform's own id, compared exactly, at most 255 characters (REG-04). */
  readonly platformId: string;
  /** `waiting`: seen in a launch, not yet approved; it opens nothing. */
  readonly status: 'active' | 'waiting';
  /** How it became known: typed in, bound by the first launch, approved by an admin, or only seen. */
  readonly how: 'listed' | 'first-launch' | 'approved' | 'registered' | 'seen';
  readonly createdAt: Date;
  /** Address of ours to which the platform sends notices; null or missing: none was left there. */
  readonly noticesTo?: string | null;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    registrationId: { type: String, required: true },
    platformId: { type: String, required: true },
    status: { type: String, required: true },
    how: { type: String, required: true },
    createdAt: { type: Date, required: true },
    noticesTo: { type: String, default: null },
  },
  { versionKey: false, collection: 'deployments', minimize: false },
);
schema.index({ registrationId: 1, platformId: 1 }, { unique: true });

/** Unknown deployments kept per registration, so that strangers cannot fill the store. */
export const MAX_WAITING = 100;

function fromRow(row: unknown): Deployment | null {
  if (row === null) return null;
  const { _id, ...facts } = row as Omit<Deployment, 'id'> & { readonly _id: DeploymentId };
  return { id: _id, ...facts };
}

function fromRows(rows: readonly unknown[]): readonly Deployment[] {
  return rows.map(fromRow).filter((row) => row !== null);
}

/** Deployments of registrations. */
export const deploymentModel = oncePerConnection((connection) => {
  const Model = connection.model('Deployment', schema);
  return {
    async find(id: string): Promise<Deployment | null> {
      return fromRow(await Model.findById(id).lean());
    },
    async findByPlatformId(
      registrationId: RegistrationId,
      platformId: string,
    ): Promise<Deployment | null> {
      // Each launch asks: straight to the store, as a query costs three times as much.
      return fromRow(await Model.collection.findOne({ registrationId, platformId }));
    },
    async list(registrationId: RegistrationId): Promise<readonly Deployment[]> {
      return fromRows(await Model.find({ registrationId }).sort({ _id: 1 }).lean());
    },
    async countWaiting(registrationId: RegistrationId): Promise<number> {
      return Model.countDocuments({ registrationId, status: 'waiting' });
    },
    async listWaiting(): Promise<readonly Deployment[]> {
      return fromRows(await Model.find({ status: 'waiting' }).sort({ _id: 1 }).lean());
    },
    /** Adds one; a second of the same registration and platform id fails with code 11000. */
    async create({ id, ...facts }: Deployment): Promise<void> {
      await Model.create({ _id: id, ...facts });
    },
    async activate(id: DeploymentId, how: Deployment['how']): Promise<void> {
      await Model.updateOne({ _id: id }, { $set: { status: 'active', how } });
    },
    /** Remembers where the platform sends its notices. */
    async setNoticesTo(id: DeploymentId, noticesTo: string): Promise<void> {
      await Model.updateOne({ _id: id }, { $set: { noticesTo } });
    },
    /** Forgets a deployment that only waited; an active one keeps its data. */
    async dismiss(id: DeploymentId): Promise<void> {
      await Model.deleteOne({ _id: id, status: 'waiting' });
    },
  };
});

export type Deployments = ReturnType<typeof deploymentModel>;
