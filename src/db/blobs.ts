import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { mongo, type Connection } from 'mongoose';
import { newId } from './ids.js';

/** First and last byte to read, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Where bytes lie, by key; a key is hexadecimal or of our own making, never from outside. */
export interface Blobs {
  /** Keeps the bytes under the key; writing the same key again changes nothing that reads see. */
  write(key: string, source: Readable): Promise<void>;
  read(key: string, range?: ByteRange): Readable;
  has(key: string): Promise<boolean>;
  remove(key: string): Promise<void>;
}

/** Bytes in files below a folder: for the embedded store on one machine. */
export function diskBlobs(folder: string): Blobs {
  const pathOf = (key: string): string => join(folder, key.slice(0, 2), key);
  return {
    async write(key, source) {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      // Written aside and moved: a killed process leaves no half file under a key.
      const aside = `${path}.${newId()}`;
      try {
        await pipeline(source, createWriteStream(aside));
        await rename(aside, path);
      } catch (error) {
        await rm(aside, { force: true });
        throw error;
      }
    },
    read: (key, range) => createReadStream(pathOf(key), range ?? {}),
    has: (key) =>
      access(pathOf(key)).then(
        () => true,
        () => false,
      ),
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

/** Bytes in GridFS: for MongoDB, where several machines serve the same files. */
export function gridBlobs(connection: Connection): Blobs {
  let made: mongo.GridFSBucket | null = null;
  const bucket = (): mongo.GridFSBucket => {
    if (connection.db === undefined) throw new Error('files need an open connection');
    made ??= new mongo.GridFSBucket(connection.db, { bucketName: 'blobs' });
    return made;
  };
  const idOf = (key: string): mongo.ObjectId => key as unknown as mongo.ObjectId;
  const has = async (key: string): Promise<boolean> =>
    (
      await bucket()
        .find({ _id: idOf(key) })
        .limit(1)
        .toArray()
    ).length > 0;
  return {
    has,
    async write(key, source) {
      if (await has(key)) {
        source.destroy();
        return;
      }
      try {
        await pipeline(source, bucket().openUploadStreamWithId(idOf(key), key));
      } catch (error) {
        // The same content arrived twice at once: the other one is as good.
        if ((error as { code?: unknown }).code !== 11000) throw error;
      }
    },
    read: (key, range) =>
      bucket().openDownloadStream(
        idOf(key),
        range === undefined ? {} : { start: range.start, end: range.end + 1 },
      ),
    async remove(key) {
      if (await has(key)) await bucket().delete(idOf(key));
    },
  };
}
