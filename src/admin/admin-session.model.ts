import { createHash, randomBytes } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import type { DeploymentId, RegistrationId } from '../ids.js';

/** A one-time link or an open visit to the admin console. */
export interface AdminSession {
  readonly _id: string;
  readonly kind: 'link' | 'visit';
  /** Who: `operator` for a link of the command line, else the registration an administrator came by. */
  readonly actor: string;
  /** The one installation an administrator came from by launch; null: everything (an operator). */
  readonly scope: AdminScope | null;
  readonly secretHash: string;
  readonly expiresAt: Date;
}

/** Nothing crosses a tenant: an administrator of one installation sees no other. */
export interface AdminScope {
  readonly registrationId: RegistrationId;
  readonly deploymentId: DeploymentId;
}

/** A link waits this long to be opened. */
export const LINK_MINUTES = 15;
/** A visit lasts this long. */
export const VISIT_HOURS = 4;

const schema = new Schema(
  {
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    actor: { type: String, required: true },
    scope: { type: Schema.Types.Mixed, default: null },
    secretHash: { type: String, required: true },
    expiresAt: { type: Date, required: true, index: { expires: 0 } },
  },
  { versionKey: false, collection: 'adminsessions', minimize: false },
);

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Tokens are `<id>.<secret>`; only a hash of the secret is stored. */
export function adminSessionModel(connection: Connection) {
  const Model = connection.model('AdminSession', schema);

  async function make(
    kind: AdminSession['kind'],
    actor: string,
    scope: AdminScope | null,
    expiresAt: Date,
  ): Promise<string> {
    const id = newId();
    const secret = randomBytes(32).toString('base64url');
    await Model.create({ _id: id, kind, actor, scope, secretHash: hashOf(secret), expiresAt });
    return `${id}.${secret}`;
  }

  return {
    /** A one-time token for a link to the console. */
    createLink: (actor: string, scope: AdminScope | null, now: Date): Promise<string> =>
      make('link', actor, scope, new Date(now.getTime() + LINK_MINUTES * 60_000)),

    /** Opens a visit for somebody whose link or launch was verified. */
    createVisit: (actor: string, scope: AdminScope | null, now: Date): Promise<string> =>
      make('visit', actor, scope, new Date(now.getTime() + VISIT_HOURS * 3_600_000)),

    /** Uses up a link: one caller gets it, everybody later null. */
    async useLink(token: string, now: Date): Promise<AdminSession | null> {
      const [id = '', secret = ''] = token.split('.');
      return (await Model.findOneAndDelete({
        _id: id,
        kind: 'link',
        secretHash: hashOf(secret),
        expiresAt: { $gt: now },
      }).lean()) as AdminSession | null;
    },

    /** The visit of a token, or null when it is over or unknown. */
    async findVisit(token: string, now: Date): Promise<AdminSession | null> {
      const [id = '', secret = ''] = token.split('.');
      return (await Model.findOne({
        _id: id,
        kind: 'visit',
        secretHash: hashOf(secret),
        expiresAt: { $gt: now },
      }).lean()) as AdminSession | null;
    },

    async end(token: string): Promise<void> {
      await Model.deleteOne({ _id: token.split('.')[0] ?? '' });
    },
  };
}

export type AdminSessions = ReturnType<typeof adminSessionModel>;
