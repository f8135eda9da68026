import { isAbsolute, join } from 'node:path';

import mongoose, { type Connection } from 'mongoose';

import { EmbeddedClient, embeddedDriver } from './embedded/driver.js';
import { StoreUnavailable } from './unavailable.js';

/** How long an operation waits for a MongoDB server before it is refused as unavailable. */
const SERVER_MS = 5_000;

/**
 * The open store. Features take `connection` and make their models on it, the same on both engines:
 *
 * ```ts
 * const schema = new Schema({ _id: { type: String, default: newId }, title: String, version: Number });
 *
 * export function thingModel(connection: Connection) {
 *   const Model = connection.model('Thing', schema);
 *   return {
 *     find: (id: string) => Model.findOne({ _id: id }).lean().exec(),
 *     rename: async (id: string, version: number, title: string) => {
 *       const update = { $set: { title }, $inc: { version: 1 } };
 *       const { matchedCount } = await Model.updateOne({ _id: id, version }, update).exec();
 *       return matchedCount === 1;
 *     },
 *   };
 * }
 * ```
 *
 * An upsert that does not name `_id` in its filter has to give one by `$setOnInsert`; MongoDB makes
 * an ObjectId otherwise.
 */
export interface Store {
  readonly connection: Connection;
  readonly kind: 'embedded' | 'mongodb';
  /** Waits until the collections and indexes of all models made so far are there. */
  ready(): Promise<void>;
  /** Tells whether the store can read and write now; never throws. */
  ping(): Promise<boolean>;
  /**
   * Removes what is over by the TTL indexes. MongoDB does it by itself, so there it does nothing.
   *
   * @param now - The time to judge by.
   */
  sweepExpired(now: Date): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the store. Any number can be open in one process, of either kind.
 *
 * @param url - `sqlite:<path>` (a relative path starts in the working folder, `sqlite::memory:` is
 *   kept nowhere), `mongodb://…` or `mongodb+srv://…`.
 * @param options - `dataDir`: the folder for a database whose address names no path (`sqlite:`).
 * @returns The store, connected.
 * @throws StoreUnavailable when it cannot be reached or opened.
 * @throws TypeError for an address of another kind.
 */
export async function openStore(
  url: string,
  options: { readonly dataDir: string },
): Promise<Store> {
  if (url.startsWith('sqlite:')) return openEmbedded(fileOf(url, options.dataDir));
  if (/^mongodb(?:\+srv)?:\/\//.test(url)) return openMongo(url);
  throw new TypeError('A store address begins with sqlite: or mongodb:// or mongodb+srv://');
}

function fileOf(url: string, dataDir: string): string {
  const path = url.slice('sqlite:'.length).replace(/^\/\/(?=[^/]|\/)/, '');
  if (path === ':memory:') return path;
  if (path === '') return join(dataDir, 'trellis.db');
  return isAbsolute(path) ? path : join(process.cwd(), path);
}

async function ready(connection: Connection): Promise<void> {
  await Promise.all(Object.values(connection.models).map((model) => model.init()));
}

async function openEmbedded(file: string): Promise<Store> {
  const instance = new mongoose.Mongoose();
  instance.setDriver(embeddedDriver());
  const connection = instance.createConnection();
  await connection.openUri(file);
  const client: unknown = connection.getClient();
  if (!(client instanceof EmbeddedClient)) throw new TypeError('Not an embedded connection');
  return {
    connection,
    kind: 'embedded',
    ready: () => ready(connection),
    ping: () => client.storage.engine.probe(),
    sweepExpired: async (now) => {
      await client.sweep(now);
    },
    close: () => connection.close(),
  };
}

async function openMongo(url: string): Promise<Store> {
  const connection = mongoose.createConnection();
  // An error after the first connection is told by the operation that meets it.
  connection.on('error', () => undefined);
  try {
    await connection.openUri(url, {
      // The address may ask for another patience.
      ...(url.includes('serverSelectionTimeoutMS=') ? {} : { serverSelectionTimeoutMS: SERVER_MS }),
      bufferCommands: false,
      readPreference: 'primary',
    });
  } catch (cause) {
    throw new StoreUnavailable('The MongoDB server cannot be reached', { cause });
  }
  return {
    connection,
    kind: 'mongodb',
    ready: () => ready(connection),
    ping: async () => {
      try {
        await connection.db?.admin().command({ ping: 1 });
        return connection.db !== undefined;
      } catch {
        return false;
      }
    },
    sweepExpired: () => Promise.resolve(),
    close: () => connection.close(),
  };
}
