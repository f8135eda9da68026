import { Schema, type Connection } from 'mongoose';

/** A one-time invitation to register a platform dynamically (DYN-01). */
export interface Invite {
  /** Digest of what stands in the link. */
  readonly _id: string;
  readonly name: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    name: { type: String, default: null },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true, index: { expires: 0 } },
  },
  { versionKey: false, collection: 'invites' },
);

/** Invitations; using one deletes it. */
export function inviteModel(connection: Connection) {
  const Model = connection.model('Invite', schema);
  return {
    async create(invite: Invite): Promise<void> {
      await Model.create({ ...invite });
    },
    async find(id: string): Promise<Invite | null> {
      return (await Model.findById(id).lean()) as Invite | null;
    },
    /** @returns True for the one caller that used it. */
    async use(id: string): Promise<boolean> {
      const { deletedCount } = await Model.deleteOne({ _id: id });
      return deletedCount === 1;
    },
  };
}

export type Invites = ReturnType<typeof inviteModel>;
