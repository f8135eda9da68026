import { Schema } from 'mongoose';
import { oncePerConnection } from '../db/once.js';
import type { RegistrationId } from '../ids.js';
import type { FamilyName } from '../lti/ports.js';

/** A platform and the client id under which it knows Trellis (REG-01): the trust between both. */
export interface Registration {
  readonly id: RegistrationId;
  readonly name: string;
  /** Compared exactly, case and all (REG-07). */
  readonly issuer: string;
  readonly clientId: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  /** `aud` of token requests where it is not the token endpoint; null otherwise. */
  readonly audience: string | null;
  readonly family: FamilyName;
  /** `pending`: registered by the platform itself and not yet approved by our admin (DYN-09). */
  readonly status: 'active' | 'disabled' | 'pending';
  readonly origin: 'operator' | 'dynamic';
  /**
   * What becomes of a deployment nobody has named yet (REG-03): `first-launch` binds the first one
   * that launches, `listed` lets every one wait for approval.
   */
  readonly deploymentPolicy: 'first-launch' | 'listed';
  /** The platform's own words about itself, for the admin: product and version. */
  readonly product: string | null;
  /** Origins that signed launches named as the platform's own: its pages frame Trellis (STORE-15). */
  readonly origins: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type RegistrationFacts = Omit<Registration, 'id' | 'origins' | 'createdAt' | 'updatedAt'>;

const schema = new Schema(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    issuer: { type: String, required: true },
    clientId: { type: String, required: true },
    authorizationEndpoint: { type: String, required: true },
    tokenEndpoint: { type: String, required: true },
    jwksUri: { type: String, required: true },
    audience: { type: String, default: null },
    family: { type: String, required: true },
    status: { type: String, required: true },
    origin: { type: String, required: true },
    deploymentPolicy: { type: String, required: true },
    product: { type: String, default: null },
    origins: { type: [String], default: [] },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'registrations', minimize: false },
);
schema.index({ issuer: 1, clientId: 1 }, { unique: true });

type Row = Omit<Registration, 'id'> & { readonly _id: RegistrationId };

function fromRow(row: unknown): Registration | null {
  if (row === null) return null;
  const { _id, ...facts } = row as Row;
  return { id: _id, ...facts };
}

function fromRows(rows: readonly unknown[]): readonly Registration[] {
  return rows.map(fromRow).filter((row) => row !== null);
}

/** Registrations; (issuer, client id) is unique in the store (DYN-10). */
export const registrationModel = oncePerConnection((connection) => {
  const Model = connection.model('Registration', schema);
  return {
    async find(id: string): Promise<Registration | null> {
      // Each launch asks: straight to the store, as a query costs three times as much.
      return fromRow(await Model.collection.findOne({ _id: id as never }));
    },
    async findByClient(issuer: string, clientId: string): Promise<Registration | null> {
      return fromRow(await Model.collection.findOne({ issuer, clientId }));
    },
    /** Up to two registrations of an issuer: enough to know whether there is exactly one. */
    async findByIssuer(issuer: string): Promise<readonly Registration[]> {
      return fromRows(await Model.find({ issuer }).limit(2).lean());
    },
    async list(): Promise<readonly Registration[]> {
      return fromRows(await Model.find({}).sort({ _id: 1 }).lean());
    },
    /** Adds one; a second of the same issuer and client fails with code 11000. */
    async create({ id, ...facts }: Registration): Promise<void> {
      await Model.create({ _id: id, ...facts, origins: [...facts.origins] });
    },
    async update(
      id: RegistrationId,
      facts: Partial<RegistrationFacts>,
      now: Date,
    ): Promise<Registration | null> {
      await Model.updateOne({ _id: id }, { $set: { ...facts, updatedAt: now } });
      return fromRow(await Model.findById(id).lean());
    },
    /** Remembers an origin that a signed launch named. */
    async addOrigin(id: RegistrationId, origin: string): Promise<void> {
      await Model.updateOne({ _id: id }, { $addToSet: { origins: origin } });
    },
    /**
     * Gives the first deployment its place: of several processes one wins.
     *
     * @returns Whether this caller may bind the deployment.
     */
    async takeFirstLaunch(id: RegistrationId, now: Date): Promise<boolean> {
      const outcome = await Model.updateOne(
        { _id: id, deploymentPolicy: 'first-launch' },
        { $set: { deploymentPolicy: 'listed', updatedAt: now } },
      );
      return outcome.modifiedCount === 1;
    },
  };
});

export type Registrations = ReturnType<typeof registrationModel>;
