import mongoose from 'mongoose';

import { openCollection, type EmbeddedCollection } from './collection.js';
import { Engine } from './engine.js';
import { compileFilter } from './filter.js';
import { refuse } from './refusal.js';
import { Storage } from './storage.js';

/** What stands where Mongoose expects the `Db` of the MongoDB driver. */
export class EmbeddedDb {
  private readonly collections = new Map<string, EmbeddedCollection>();

  constructor(
    private readonly storage: Storage,
    readonly databaseName: string,
  ) {}

  collection(name: string): EmbeddedCollection {
    const collection = this.collections.get(name) ?? openCollection(this.storage, name);
    this.collections.set(name, collection);
    return collection;
  }

  async createCollection(
    name: string,
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<EmbeddedCollection> {
    for (const [option, value] of Object.entries(options)) {
      const harmless = ['autoCreate', 'autoIndex', 'writeConcern'].includes(option);
      if (value !== undefined && !harmless) refuse(`the collection option ${option}`);
    }
    const known = await this.storage.engine.read(() => this.storage.catalog.find(name) !== null);
    if (!known) await this.storage.engine.write(() => this.storage.catalog.make(name));
    return this.collection(name);
  }

  listCollections(): { readonly toArray: () => Promise<{ readonly name: string }[]> } {
    const names = () => this.storage.catalog.names().map((name) => ({ name, type: 'collection' }));
    return { toArray: () => this.storage.engine.read(names) };
  }

  async dropCollection(name: string): Promise<boolean> {
    return this.storage.engine.write(() => this.storage.catalog.drop(name));
  }

  async dropDatabase(): Promise<boolean> {
    await this.storage.engine.write(() => {
      for (const name of this.storage.catalog.names()) this.storage.catalog.drop(name);
    });
    return true;
  }
}

/** What stands where Mongoose expects the `MongoClient`. */
export class EmbeddedClient {
  readonly storage: Storage;
  private readonly database: EmbeddedDb;

  constructor(readonly file: string) {
    this.storage = new Storage(new Engine(file));
    this.database = new EmbeddedDb(this.storage, 'trellis');
  }

  /** Prepares the file. */
  async connect(): Promise<this> {
    await this.storage.engine.start();
    return this;
  }

  db(): EmbeddedDb {
    return this.database;
  }

  close(): void {
    this.storage.engine.close();
  }

  startSession(): never {
    return refuse('sessions and transactions');
  }

  withSession(): never {
    return refuse('sessions and transactions');
  }

  bulkWrite(): never {
    return refuse('bulk writes over several collections');
  }

  /**
   * Removes what the TTL indexes say is over.
   *
   * @param now - The time to judge by.
   * @returns How many documents went.
   */
  async sweep(now: Date): Promise<number> {
    const { engine, catalog } = this.storage;
    const due = await engine.read(() =>
      catalog.names().flatMap((name) =>
        (catalog.find(name)?.indexes ?? []).flatMap(({ spec }) => {
          const [path] = spec.keys[0] ?? [];
          if (spec.expireAfterSeconds === null || path === undefined) return [];
          const before = new Date(now.getTime() - spec.expireAfterSeconds * 1000);
          const partial: unknown = spec.partial === null ? {} : JSON.parse(spec.partial);
          return [{ name, filter: { $and: [{ [path]: { $lte: before } }, partial] } }];
        }),
      ),
    );
    let gone = 0;
    for (const { name, filter } of due) {
      compileFilter(filter);
      gone += (await this.database.collection(name).deleteMany(filter)).deletedCount;
    }
    return gone;
  }
}

/** The members of Mongoose's connection that a driver sets; they are not in its public types. */
interface Inside {
  _connectionString: string;
  client: EmbeddedClient;
  db: EmbeddedDb;
  name: string;
  host: string;
  readyState: number;
  collections: Record<string, { onOpen: () => void }>;
  onOpen: () => void;
}

const Base = mongoose.Connection as unknown as new (base: unknown) => object;

/** Mongoose's connection over a file of the embedded store. */
class EmbeddedConnection extends Base {
  /** Called by Mongoose to connect; the address is a path or `:memory:`. */
  async createClient(file: string): Promise<this> {
    const inside = this as unknown as Inside;
    inside.readyState = mongoose.STATES.connecting;
    inside._connectionString = file;
    const client = await new EmbeddedClient(file).connect();
    inside.client = client;
    inside.db = client.db();
    inside.name = inside.db.databaseName;
    inside.host = 'embedded';
    inside.onOpen();
    for (const collection of Object.values(inside.collections)) collection.onOpen();
    return this;
  }

  /** Called by Mongoose to disconnect. */
  doClose(): Promise<this> {
    (this as unknown as Partial<Inside>).client?.close();
    return Promise.resolve(this);
  }

  useDb(): never {
    return refuse('several databases in one file');
  }

  setClient(): never {
    return refuse('clients of the MongoDB driver');
  }
}

/**
 * The Mongoose driver of the embedded store: Mongoose's own collection wraps ours, as it wraps the
 * one of the MongoDB driver.
 *
 * @returns What `setDriver` takes.
 */
export function embeddedDriver(): unknown {
  return { Connection: EmbeddedConnection, Collection: mongoose.Collection, plugins: [] };
}
