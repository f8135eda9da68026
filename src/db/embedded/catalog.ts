import type { Engine } from './engine.js';
import { openIndex, sameIndex, type Index, type IndexSpec } from './index-spec.js';
import { serverError } from './refusal.js';

/** A collection as the catalog knows it. */
export interface Table {
  readonly name: string;
  /** The table of its documents, quoted. */
  readonly docs: string;
  readonly indexes: readonly Index[];
}

const ID_INDEX: IndexSpec = {
  name: '_id_',
  keys: [['_id', 1]],
  unique: true,
  sparse: false,
  partial: null,
  expireAfterSeconds: null,
};

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

interface IndexRow {
  readonly collection: string;
  readonly name: string;
  readonly spec: string;
  readonly multikey: number;
}

/** The collections and indexes of a file. Other processes change them too, so it is read again when it changed. */
export class Catalog {
  private tables = new Map<string, Table>();
  private version = -1;
  /** Whether this process changed the catalog since the last time a write was undone. */
  private touched = false;

  constructor(private readonly engine: Engine) {
    engine.onUndo = () => {
      if (!this.touched) return;
      this.touched = false;
      this.version = -1;
      this.engine.forget();
    };
  }

  /** Gives a collection, or null where nothing was ever stored in it. */
  find(name: string): Table | null {
    this.refresh();
    return this.tables.get(name) ?? null;
  }

  /** Gives the names of all collections. */
  names(): string[] {
    this.refresh();
    return [...this.tables.keys()];
  }

  /** Gives a collection and makes it first where it is missing; inside a write only. */
  make(name: string): Table {
    const known = this.find(name);
    if (known !== null) return known;
    this.engine.exec(
      `CREATE TABLE ${quoted(`docs ${name}`)} (seq INTEGER PRIMARY KEY AUTOINCREMENT, doc TEXT NOT NULL)`,
    );
    this.engine.prepare('INSERT INTO collections VALUES (?)').run(name);
    this.addIndex(name, ID_INDEX);
    return this.find(name) ?? this.make(name);
  }

  /** Drops a collection with everything in it; inside a write only. */
  drop(name: string): boolean {
    const table = this.find(name);
    if (table === null) return false;
    this.engine.forget();
    for (const index of table.indexes) this.engine.exec(`DROP TABLE ${index.table}`);
    this.engine.exec(`DROP TABLE ${table.docs}`);
    this.engine.prepare('DELETE FROM collections WHERE name = ?').run(name);
    this.engine.prepare('DELETE FROM indexes WHERE collection = ?').run(name);
    this.changed();
    return true;
  }

  /**
   * Makes an index and its entries for the documents that are there; inside a write only.
   *
   * @param name - The collection.
   * @param spec - The index.
   * @param fill - Called with the new index, to enter the documents.
   * @throws mongo.MongoServerError 85 or 86 where another index has its fields or its name.
   */
  createIndex(name: string, spec: IndexSpec, fill: (table: Table, index: Index) => void): void {
    const table = this.make(name);
    const twin = table.indexes.find((index) => index.spec.name === spec.name);
    if (twin !== undefined) {
      if (sameIndex(twin.spec, spec)) return;
      throw serverError(86, 'IndexKeySpecsConflict', `Another index is named ${spec.name}`);
    }
    const fields = JSON.stringify(spec.keys);
    const rival = table.indexes.find(
      (index) => JSON.stringify(index.spec.keys) === fields && index.spec.partial === spec.partial,
    );
    if (rival !== undefined) {
      const text = `An index on the same fields is named ${rival.spec.name}`;
      throw serverError(85, 'IndexOptionsConflict', text);
    }
    this.addIndex(name, spec);
    const made = this.find(name)?.indexes.find((index) => index.spec.name === spec.name);
    if (made !== undefined) fill(table, made);
  }

  /** Drops an index; inside a write only. */
  dropIndex(name: string, index: Index): void {
    this.engine.forget();
    this.engine.exec(`DROP TABLE ${index.table}`);
    this.engine
      .prepare('DELETE FROM indexes WHERE collection = ? AND name = ?')
      .run(name, index.spec.name);
    this.changed();
  }

  /** Notes for every process that an index now has documents with arrays; inside a write only. */
  markMultikey(name: string, index: Index): void {
    index.multikey = true;
    this.engine
      .prepare('UPDATE indexes SET multikey = 1 WHERE collection = ? AND name = ?')
      .run(name, index.spec.name);
    this.changed();
  }

  private addIndex(name: string, spec: IndexSpec): void {
    const table = quoted(`index ${name} ${spec.name}`);
    this.engine.exec(
      `CREATE TABLE ${table} (key BLOB, seq INTEGER, PRIMARY KEY (key, seq)) WITHOUT ROWID`,
    );
    this.engine
      .prepare('INSERT INTO indexes VALUES (?, ?, ?, 0)')
      .run(name, spec.name, JSON.stringify(spec));
    this.changed();
  }

  private changed(): void {
    this.touched = true;
    this.engine.prepare('UPDATE store SET catalog = catalog + 1').run();
  }

  private refresh(): void {
    const current = this.engine.prepare('SELECT catalog FROM store').pluck().get() as number;
    if (current === this.version) return;
    const indexes = new Map<string, Index[]>();
    const rows = this.engine.prepare('SELECT * FROM indexes ORDER BY rowid').all() as IndexRow[];
    for (const row of rows) {
      const table = quoted(`index ${row.collection} ${row.name}`);
      const index = openIndex(JSON.parse(row.spec) as IndexSpec, table, row.multikey === 1);
      indexes.set(row.collection, [...(indexes.get(row.collection) ?? []), index]);
    }
    const names = this.engine.prepare('SELECT name FROM collections').pluck().all() as string[];
    this.tables = new Map(
      names.map((name) => [
        name,
        { name, docs: quoted(`docs ${name}`), indexes: indexes.get(name) ?? [] },
      ]),
    );
    this.version = current;
  }
}
