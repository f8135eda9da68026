import { Schema } from 'mongoose';
import { oncePerConnection } from '../db/once.js';

/** A signing key of ours; platforms read its public half from `/lti/keys`. */
export interface ToolKey {
  /** The kid; never used again (KEY-02). */
  readonly _id: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** The private half, sealed (AES-256-GCM) with a key made from SECRET (KEY-09). */
  readonly sealedPrivate: string;
  readonly createdAt: Date;
  /** Signs from here on: after the caches of platforms can have seen it. */
  readonly signsFrom: Date;
  /** Published until here; null: no end yet. */
  readonly publishedUntil: Date | null;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    publicJwk: { type: Schema.Types.Mixed, required: true },
    sealedPrivate: { type: String, required: true },
    createdAt: { type: Date, required: true },
    signsFrom: { type: Date, required: true },
    publishedUntil: { type: Date, default: null },
  },
  { versionKey: false, collection: 'tool_keys', minimize: false },
);

/** Our signing keys, oldest first. */
export const toolKeyModel = oncePerConnection((connection) => {
  const Model = connection.model('ToolKey', schema);
  return {
    async list(): Promise<readonly ToolKey[]> {
      return (await Model.find({}).sort({ createdAt: 1, _id: 1 }).lean()) as unknown as ToolKey[];
    },
    async create(key: ToolKey): Promise<void> {
      await Model.create({ ...key });
    },
    /** Ends the publishing of every other key once the overlap is over. */
    async retireOthers(kid: string, publishedUntil: Date): Promise<void> {
      await Model.updateMany(
        { _id: { $ne: kid }, publishedUntil: null },
        { $set: { publishedUntil } },
      );
    },
  };
});

export type ToolKeys = ReturnType<typeof toolKeyModel>;
