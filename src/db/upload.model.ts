import { Readable } from 'node:stream';
import { Schema, type Connection } from 'mongoose';
import type { ContextId, MembershipId } from '../ids.js';
import type { FileFacts, FileStore, PutOutcome } from './files.js';
import { newId } from './ids.js';

/** Largest part of an upload, in bytes; a lost network costs no more than one. */
export const MAX_PART_BYTES = 1024 * 1024;
const DAY_MS = 86_400_000;

/** A file on its way, in parts; kept for a day so that it can be resumed. */
export interface Upload {
  readonly _id: string;
  readonly contextId: ContextId;
  readonly ownerId: MembershipId;
  readonly name: string;
  /** When the file was last changed on its device: the same name and size alone are not the same file. */
  readonly modifiedMs: number;
  /** Bytes that will come. */
  readonly total: number;
  /** Bytes that are here: the offset of the next part. */
  readonly received: number;
  /** Keys of the parts, in order. */
  readonly parts: readonly string[];
  readonly createdAt: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    ownerId: { type: String, required: true },
    name: { type: String, required: true },
    modifiedMs: { type: Number, required: true },
    total: { type: Number, required: true },
    received: { type: Number, required: true },
    parts: { type: [String], default: [] },
    createdAt: { type: Date, required: true, index: true },
  },
  { versionKey: false, collection: 'uploads', minimize: false },
);

/** Uploads that can be resumed: whoever serves the next part finds the earlier ones. */
export function uploadModel(connection: Connection, files: FileStore) {
  const Model = connection.model('Upload', schema);

  async function clear(upload: Upload): Promise<void> {
    await Promise.all(upload.parts.map((key) => files.blobs.remove(key)));
    await Model.deleteOne({ _id: upload._id });
  }

  return {
    /** Somebody's own upload; nobody finds another's. */
    async find(ownerId: MembershipId, id: string): Promise<Upload | null> {
      return (await Model.findOne({ _id: id, ownerId }).lean()) as Upload | null;
    },

    /**
     * Begins an upload, or finds the one that broke off for the same file today.
     *
     * @param total - Bytes that will come, at most the store's limit.
     */
    async begin(
      facts: Pick<Upload, 'contextId' | 'ownerId' | 'name' | 'modifiedMs'>,
      total: number,
      now: Date,
    ): Promise<Upload> {
      const known = (await Model.findOne({
        ...facts,
        total,
        createdAt: { $gt: new Date(now.getTime() - DAY_MS) },
      }).lean()) as Upload | null;
      if (known !== null) return known;
      const made: Upload = {
        _id: newId(),
        ...facts,
        total,
        received: 0,
        parts: [],
        createdAt: now,
      };
      await Model.create(made as never);
      return made;
    },

    /**
     * Adds the part that begins where the upload stands.
     *
     * @returns The upload as it is now; its `received` says where the next part begins, also when
     *   this one was refused because another came first.
     */
    async append(upload: Upload, offset: number, part: Buffer): Promise<Upload> {
      if (offset !== upload.received || offset + part.length > upload.total) return upload;
      const key = `part-${upload._id}-${offset}`;
      await files.blobs.write(key, Readable.from(part));
      const written = (await Model.findOneAndUpdate(
        { _id: upload._id, received: offset },
        { $set: { received: offset + part.length }, $push: { parts: key } },
        { returnDocument: 'after' },
      ).lean()) as Upload | null;
      return (
        written ?? ((await Model.findOne({ _id: upload._id }).lean()) as Upload | null) ?? upload
      );
    },

    /** Puts the parts together and keeps the file; the upload is over whatever comes out. */
    async finish(upload: Upload, purpose: FileFacts['purpose'], now: Date): Promise<PutOutcome> {
      async function* bytes(): AsyncGenerator<Buffer> {
        for (const key of upload.parts) {
          for await (const chunk of files.blobs.read(key)) yield chunk as Buffer;
        }
      }
      const outcome = await files.put(Readable.from(bytes()), { ...upload, purpose }, now);
      await clear(upload);
      return outcome;
    },

    /** Forgets uploads that stood still for more than a day. */
    async sweep(now: Date): Promise<void> {
      const old = (await Model.find({ createdAt: { $lt: new Date(now.getTime() - DAY_MS) } })
        .limit(200)
        .lean()) as unknown as Upload[];
      for (const upload of old) await clear(upload);
    },
  };
}

export type Uploads = ReturnType<typeof uploadModel>;
