import { createHash, randomBytes } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';

/** A one-time link or an open visit to the admin console. */
export interface AdminSession {
  readonly _id: string;
  readonly kind: 'link' | 'visit';
  /** Who: `operator` for a link of the command line, else the registration an administrator came by. */
  readonly actor: string;
  readonly secretHash: string;
  readonly expiresAt: Date;
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
    secretHash: { type: String, required: true },
    expiresAt: { type: Date, required: true, index: { expires: 0 } },
  },
  { versionKey: false, collection: 'adminsessions' },
);

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Tokens are `<id>.<secret>`; only a hash of the secret is stored. */
export function adminSessionModel(connection: Connection) {
  const Model = connection.model('AdminSession', schema);

  async function make(kind: AdminSession['kind'], actor: string, expiresAt: Date): Promise<string> {
    const id = newId();
    const secret = randomBytes(32).toString('base64url');
    await Model.create({ _id: id, kind, actor, secretHash: hashOf(secret), expiresAt });
    return `${id}.${secret}`;
  }

  return {
    /** A one-time token for a link to the console. */
    createLink: (actor: string, now: Date): Promise<string> =>
      make('link', actor, new Date(now.getTime() + LINK_MINUTES * 60_000)),

    /** Opens a visit for an administrator whose launch was verified. */
    createVisit: (actor: string, now: Date): Promise<string> =>
      make('visit', actor, new Date(now.getTime() + VISIT_HOURS * 3_600_000)),

    /** Uses up a link: one caller gets its actor, everybody later null. */
    async useLink(token: string, now: Date): Promise<string | null> {
      const [id = '', secret = ''] = token.split('.');
      const found = (await Model.findOneAndDelete({
        _id: id,
        kind: 'link',
        secretHash: hashOf(secret),
        expiresAt: { $gt: now },
      }).lean()) as AdminSession | null;
      return found?.actor ?? null;
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
