import { Catalog, type Table } from './catalog.js';
import { decode, encode } from './codec.js';
import type { Engine } from './engine.js';
import type { Filter } from './filter.js';
import { entriesOf, type Index } from './index-spec.js';
import { choosePlan, type Plan, type Range } from './plan.js';
import { serverError } from './refusal.js';
import { sorted, type Sort } from './sort.js';
import { field, type Doc, type Value } from './value.js';

/** A stored document with its place in the order of insertion. */
export interface Row {
  readonly seq: number;
  readonly text: string;
  readonly doc: Doc;
}

interface RawRow {
  readonly key?: Buffer;
  readonly seq: number;
  readonly doc: string;
}

const PAGE = 500;

function toRow({ seq, doc }: RawRow): Row {
  return { seq, text: doc, doc: decode(doc) };
}

/** Documents and index entries of all collections. Every method runs inside a read or a write. */
export class Storage {
  readonly catalog: Catalog;

  constructor(readonly engine: Engine) {
    this.catalog = new Catalog(engine);
  }

  /** Reads one document by its place; null when it is gone. */
  row(table: Table, seq: number): Row | null {
    const sql = `SELECT seq, doc FROM ${table.docs} WHERE seq = ?`;
    const raw = this.engine.prepare(sql).get(seq) as RawRow | undefined;
    return raw === undefined ? null : toRow(raw);
  }

  /** Counts all documents. */
  count(table: Table): number {
    return this.engine.prepare(`SELECT count(*) FROM ${table.docs}`).pluck().get() as number;
  }

  /** Stores a new document; nothing is changed where a unique index refuses it. */
  insert(table: Table, doc: Doc): void {
    if (Array.isArray(field(doc, '_id'))) {
      throw serverError(53, 'InvalidIdField', "The '_id' value cannot be of type array");
    }
    const entries = table.indexes.map((index) => [index, entriesOf(index, doc)] as const);
    for (const [index, { keys }] of entries) this.refuseTwice(table, index, keys.values(), -1, doc);
    const sql = `INSERT INTO ${table.docs} (doc) VALUES (?)`;
    const seq = Number(this.engine.prepare(sql).run(encode(doc)).lastInsertRowid);
    for (const [index, { keys, viaArray }] of entries) {
      if (viaArray && !index.multikey) this.catalog.markMultikey(table.name, index);
      for (const key of keys.values()) this.enter(index, key, seq);
    }
  }

  /** Stores a document in place of another; tells whether it differs. */
  replace(table: Table, old: Row, doc: Doc): boolean {
    const text = encode(doc);
    if (text === old.text) return false;
    const changes = table.indexes.map((index) => {
      const before = entriesOf(index, old.doc).keys;
      const { keys, viaArray } = entriesOf(index, doc);
      const gone = [...before].flatMap(([hex, key]) => (keys.has(hex) ? [] : [key]));
      const come = [...keys].flatMap(([hex, key]) => (before.has(hex) ? [] : [key]));
      return { index, gone, come, viaArray };
    });
    for (const { index, come } of changes) this.refuseTwice(table, index, come, old.seq, doc);
    this.engine.prepare(`UPDATE ${table.docs} SET doc = ? WHERE seq = ?`).run(text, old.seq);
    for (const { index, gone, come, viaArray } of changes) {
      if (viaArray && !index.multikey) this.catalog.markMultikey(table.name, index);
      for (const key of gone) this.leave(index, key, old.seq);
      for (const key of come) this.enter(index, key, old.seq);
    }
    return true;
  }

  /** Removes a document. */
  remove(table: Table, row: Row): void {
    this.engine.prepare(`DELETE FROM ${table.docs} WHERE seq = ?`).run(row.seq);
    for (const index of table.indexes) {
      for (const key of entriesOf(index, row.doc).keys.values()) this.leave(index, key, row.seq);
    }
  }

  /** Enters all documents into a new index. */
  fill(table: Table, index: Index): void {
    for (const page of this.pages(table, { kind: 'all' }, PAGE)) {
      for (const { seq, doc } of page) {
        const { keys, viaArray } = entriesOf(index, doc);
        this.refuseTwice(table, index, keys.values(), seq, doc);
        if (viaArray && !index.multikey) this.catalog.markMultikey(table.name, index);
        for (const key of keys.values()) this.enter(index, key, seq);
      }
    }
  }

  /** Chooses the plan for a filter. */
  plan(table: Table, filter: Filter, sort: Sort, limited: boolean): Plan {
    return choosePlan(table.indexes, filter, sort, limited);
  }

  /** Finds the first match in the order asked for, at once. */
  first(table: Table, filter: Filter, sort: Sort): Row | null {
    const plan = this.plan(table, filter, sort, true);
    const walk = sort.length === 0 || (plan.kind === 'index' && plan.ordered);
    const found: Row[] = [];
    for (const page of this.pages(table, plan, walk ? 20 : PAGE)) {
      for (const row of page) {
        if (!filter.matches(row.doc)) continue;
        if (walk) return row;
        found.push(row);
      }
    }
    return sorted(found, sort, (row) => row.doc)[0] ?? null;
  }

  /**
   * Walks the candidates of a plan, each once, in pages; between two pages anything may happen to
   * the file.
   */
  *pages(table: Table, plan: Plan, size: number): Generator<Row[]> {
    if (plan.kind === 'all') {
      yield* this.allPages(table, size);
      return;
    }
    const seen = new Set<number>();
    const parts = plan.kind === 'union' ? plan.plans : null;
    if (parts === null && plan.kind === 'index') {
      for (const range of plan.ranges) {
        for (const page of this.rangePages(table, plan.index, range, plan.reverse, size)) {
          yield page.filter(({ seq }) => !seen.has(seq) && seen.add(seq));
        }
      }
      return;
    }
    for (const part of parts ?? []) {
      for (const page of this.pages(table, part, size)) {
        yield page.filter(({ seq }) => !seen.has(seq) && seen.add(seq));
      }
    }
  }

  private *allPages(table: Table, size: number): Generator<Row[]> {
    const sql = `SELECT seq, doc FROM ${table.docs} WHERE seq > ? ORDER BY seq LIMIT ?`;
    for (let last = -1; ;) {
      const page = this.engine.rows(sql, last, size) as RawRow[];
      if (page.length > 0) yield page.map(toRow);
      if (page.length < size) return;
      last = page.at(-1)?.seq ?? last;
    }
  }

  private *rangePages(
    table: Table,
    index: Index,
    { lo, hi }: Range,
    reverse: boolean,
    size: number,
  ): Generator<Row[]> {
    const select = `SELECT x.key, x.seq, d.doc FROM ${index.table} x CROSS JOIN ${table.docs} d
      ON d.seq = x.seq WHERE x.key >= ? AND x.key < ?`;
    const turn = reverse ? 'DESC' : 'ASC';
    const order = `ORDER BY x.key ${turn}, x.seq ${turn} LIMIT ?`;
    const next = `${select} AND (x.key, x.seq) ${reverse ? '<' : '>'} (?, ?) ${order}`;
    let page = this.engine.rows(`${select} ${order}`, lo, hi, size) as RawRow[];
    for (;;) {
      if (page.length > 0) yield page.map(toRow);
      const last = page.at(-1);
      if (page.length < size || last === undefined) return;
      page = this.engine.rows(next, lo, hi, last.key, last.seq, size) as RawRow[];
    }
  }

  private refuseTwice(
    table: Table,
    index: Index,
    keys: Iterable<Buffer>,
    own: number,
    doc: Doc,
  ): void {
    if (!index.spec.unique) return;
    const sql = `SELECT 1 FROM ${index.table} WHERE key = ? AND seq <> ? LIMIT 1`;
    for (const key of keys) {
      if (this.engine.prepare(sql).get(key, own) === undefined) continue;
      const keyValue: Record<string, Value> = {};
      for (const [path] of index.spec.keys) {
        let value: Value | undefined = doc;
        for (const segment of path.split('.')) {
          value = typeof value === 'object' && value !== null ? field(value as Doc, segment) : null;
        }
        keyValue[path] = value ?? null;
      }
      const text = `E11000 duplicate key error collection: ${table.name} index: ${index.spec.name}`;
      throw serverError(11000, 'DuplicateKey', `${text} dup key: ${JSON.stringify(keyValue)}`, {
        keyPattern: Object.fromEntries(index.spec.keys),
        keyValue,
      });
    }
  }

  private enter(index: Index, key: Buffer, seq: number): void {
    this.engine.prepare(`INSERT INTO ${index.table} VALUES (?, ?)`).run(key, seq);
  }

  private leave(index: Index, key: Buffer, seq: number): void {
    this.engine.prepare(`DELETE FROM ${index.table} WHERE key = ? AND seq = ?`).run(key, seq);
  }
}
