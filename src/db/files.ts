import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Schema, type Connection } from 'mongoose';
import type { ContextId, FileId, MembershipId } from '../ids.js';
import { diskBlobs, gridBlobs, type Blobs, type ByteRange } from './blobs.js';
import { kindOf, safeName, type FileProblem } from './file-kind.js';
import { newId } from './ids.js';
import { cleanPhoto, isPhoto } from './photo.js';

/** Largest file that is taken, in bytes: 20 MB. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;

/** What a file is for: work is its owner's and staff's, a material is for the whole course. */
export type FilePurpose = 'work' | 'material' | 'feedback';

/** A file that was taken. */
export interface StoredFile {
  readonly id: FileId;
  readonly contextId: ContextId;
  readonly ownerId: MembershipId;
  readonly purpose: FilePurpose;
  readonly name: string;
  /** Found in the content. */
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly createdAt: Date;
}

/** Whose file it is and where it belongs. */
export interface FileFacts {
  readonly contextId: ContextId;
  readonly ownerId: MembershipId;
  readonly purpose: FilePurpose;
  /** As the browser named it; made safe here. */
  readonly name: string;
}

export type PutOutcome =
  | { readonly ok: true; readonly file: StoredFile }
  | { readonly ok: false; readonly problem: FileProblem };

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true, index: true },
    ownerId: { type: String, required: true, index: true },
    purpose: { type: String, required: true },
    name: { type: String, required: true },
    mediaType: { type: String, required: true },
    bytes: { type: Number, required: true },
    sha256: { type: String, required: true, index: true },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'files', minimize: false },
);

type Row = Omit<StoredFile, 'id'> & { readonly _id: FileId };

function toFile({ _id, ...rest }: Row): StoredFile {
  return { id: _id, ...rest };
}

/** Ends a stream with `too-large` once more bytes came than may come. */
export class TooLarge extends Error {}

function limited(maxBytes: number, onChunk: (chunk: Buffer) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        done(new TooLarge('file too large'));
        return;
      }
      onChunk(chunk);
      done(null, chunk);
    },
  });
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * Keeps files by their content: on disk for the embedded store, in GridFS on MongoDB.
 *
 * Nothing is kept before its size and its content have been looked at, and a stream that ends early
 * leaves nothing behind.
 *
 * @param place - The connection, its kind, the data folder, and optionally another limit in bytes.
 */
export function createFileStore(place: {
  readonly connection: Connection;
  readonly kind: 'embedded' | 'mongodb';
  readonly dataDir: string;
  readonly maxBytes?: number;
}) {
  const Model = place.connection.model('File', schema);
  const folder = join(place.dataDir, 'files');
  const incoming = join(folder, 'incoming');
  const maxBytes = place.maxBytes ?? MAX_FILE_BYTES;
  const blobs: Blobs =
    place.kind === 'mongodb' ? gridBlobs(place.connection) : diskBlobs(join(folder, 'content'));

  /** A path for bytes that were not looked at yet. */
  async function aside(): Promise<string> {
    await mkdir(incoming, { recursive: true });
    return join(incoming, newId());
  }

  /** Looks at bytes on disk and keeps them; the path is gone afterwards, whatever comes out. */
  async function keep(path: string, facts: FileFacts, now: Date): Promise<PutOutcome> {
    const cleaned = `${path}.clean`;
    try {
      const name = safeName(facts.name);
      const { size } = await stat(path);
      if (size === 0) return { ok: false, problem: 'empty' };
      if (size > maxBytes) return { ok: false, problem: 'too-large' };
      const kind = await kindOf(path, name);
      if (!kind.ok) return kind;
      let { mediaType } = kind;
      let source = path;
      if (isPhoto(mediaType)) {
        try {
          mediaType = await cleanPhoto(path, cleaned, mediaType);
        } catch {
          return { ok: false, problem: 'broken-image' };
        }
        source = cleaned;
      }
      const sha256 = await hashOf(source);
      if (!(await blobs.has(sha256))) await blobs.write(sha256, createReadStream(source));
      const file: StoredFile = {
        id: newId() as FileId,
        contextId: facts.contextId,
        ownerId: facts.ownerId,
        purpose: facts.purpose,
        name,
        mediaType,
        bytes: (await stat(source)).size,
        sha256,
        createdAt: now,
      };
      const { id, ...rest } = file;
      await Model.create({ _id: id, ...rest } as never);
      return { ok: true, file };
    } finally {
      await Promise.all([rm(path, { force: true }), rm(cleaned, { force: true })]);
    }
  }

  return {
    maxBytes,
    /** The bytes by key, for uploads in parts. */
    blobs,
    aside,
    keep,

    /**
     * Takes a file from a stream.
     *
     * @param source - Its bytes; read to their end or destroyed.
     * @param facts - Whose it is.
     * @returns The file, or why it was refused; a stream that broke off counts as `cut-off`.
     */
    async put(source: Readable, facts: FileFacts, now: Date): Promise<PutOutcome> {
      const path = await aside();
      try {
        await pipeline(
          source,
          limited(maxBytes, () => undefined),
          createWriteStream(path),
        );
      } catch (error) {
        await rm(path, { force: true });
        if (error instanceof TooLarge) return { ok: false, problem: 'too-large' };
        // A disk without room is the house's trouble, not the sender's.
        if ((error as { code?: unknown }).code === 'ENOSPC') throw error;
        return { ok: false, problem: 'cut-off' };
      }
      return keep(path, facts, now);
    },

    /** A file of this course; null also for one of another course. */
    async find(contextId: ContextId, id: string): Promise<StoredFile | null> {
      const found = (await Model.findOne({ _id: id, contextId }).lean()) as Row | null;
      return found === null ? null : toFile(found);
    },

    /** A file by its id alone: only where a signature has already said that it may be seen. */
    async findSigned(id: string): Promise<StoredFile | null> {
      const found = (await Model.findOne({ _id: id }).lean()) as Row | null;
      return found === null ? null : toFile(found);
    },

    /** The bytes of a file, or a part of them. */
    open(file: StoredFile, range?: ByteRange): Readable {
      return blobs.read(file.sha256, range);
    },

    /** Everything somebody put here, for exports and erasure. */
    async ofOwner(contextId: ContextId, ownerId: MembershipId): Promise<readonly StoredFile[]> {
      const found = (await Model.find({ contextId, ownerId }).lean()) as unknown as Row[];
      return found.map(toFile);
    },

    /** Forgets a file; its bytes go when no other file has the same content. */
    async remove(contextId: ContextId, id: string): Promise<void> {
      const found = (await Model.findOne({ _id: id, contextId }).lean()) as Row | null;
      if (found === null) return;
      await Model.deleteOne({ _id: id, contextId });
      if ((await Model.countDocuments({ sha256: found.sha256 })) === 0) {
        await blobs.remove(found.sha256);
      }
    },

    /** Clears away what broken-off uploads left more than a day ago. */
    async sweep(now: Date): Promise<void> {
      const names = await readdir(incoming).catch(() => []);
      for (const name of names) {
        const path = join(incoming, name);
        const facts = await stat(path).catch(() => null);
        if (facts !== null && now.getTime() - facts.mtimeMs > 86_400_000) {
          await rm(path, { force: true });
        }
      }
    },
  };
}

export type FileStore = ReturnType<typeof createFileStore>;
