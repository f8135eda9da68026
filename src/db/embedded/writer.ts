import { mongo } from 'mongoose';

import type { Table } from './catalog.js';
import type { Reader } from './reader.js';
import type { Row, Storage } from './storage.js';
import { field, type Doc } from './value.js';
import type { Outcome, WriteOp } from './write-op.js';

/** How many documents one transaction changes at most, so that others get at the file between. */
const BATCH = 200;

/** What became of the one document an operation was about. */
export interface OneOutcome extends Outcome {
  readonly before: Doc | null;
  readonly after: Doc | null;
}

/** One step of a bulk write. */
export type BulkOp = { readonly insert: Doc } | { readonly write: WriteOp };

/** An operation of a bulk write that MongoDB would answer with an error. */
export interface BulkFailure {
  readonly index: number;
  readonly error: mongo.MongoServerError;
}

function nothing(): Outcome {
  return { matched: 0, modified: 0, removed: 0, upsertedId: null };
}

/** Changes of one collection. */
export class Writer {
  constructor(
    private readonly storage: Storage,
    private readonly name: string,
    private readonly reader: Reader,
  ) {}

  /**
   * Changes or removes the first match, or makes the document of an upsert. The match is looked for
   * without a lock and asked again under the lock, so that an operation with nothing to do does not
   * hold up others.
   */
  async one(op: WriteOp): Promise<OneOutcome> {
    const candidate = await this.reader.first(op.filter, op.sort);
    if (candidate === null && op.make === null) return { ...nothing(), before: null, after: null };
    return this.storage.engine.write(() => this.oneNow(op, candidate?.seq));
  }

  /** Changes or removes every match, in several transactions, as MongoDB does. */
  async many(op: WriteOp): Promise<Outcome> {
    const total = nothing();
    const places = await this.reader.places(op.filter);
    for (let from = 0; from < places.length; from += BATCH) {
      const batch = places.slice(from, from + BATCH);
      await this.storage.engine.write(() => {
        const table = this.storage.catalog.find(this.name);
        for (const seq of table === null ? [] : batch) {
          const row = table === null ? null : this.storage.row(table, seq);
          if (table !== null && row !== null && op.filter.matches(row.doc)) {
            this.apply(table, row, op, total);
          }
        }
      });
    }
    if (total.matched > 0 || total.removed > 0 || op.make === null) return total;
    return this.storage.engine.write(() => this.oneNow(op, undefined));
  }

  /** Stores new documents one by one or reports why not; changes that are allowed are kept. */
  async bulk(
    ops: readonly BulkOp[],
    ordered: boolean,
  ): Promise<{ readonly done: readonly (Outcome | null)[]; readonly failures: BulkFailure[] }> {
    const done: (Outcome | null)[] = [];
    const failures: BulkFailure[] = [];
    let at = 0;
    while (at < ops.length && !(ordered && failures.length > 0)) {
      const next = ops[at];
      if (next !== undefined && 'write' in next && next.write.many) {
        const index = at;
        at += 1;
        await this.attempt(index, done, failures, () => this.many(next.write));
        continue;
      }
      const from = at;
      const batch = await this.storage.engine.write(() =>
        this.batchNow(ops.slice(from, from + BATCH), from, ordered),
      );
      done.push(...batch.done);
      failures.push(...batch.failures);
      at += batch.done.length;
    }
    return { done, failures };
  }

  private async attempt(
    index: number,
    done: (Outcome | null)[],
    failures: BulkFailure[],
    work: () => Promise<Outcome>,
  ): Promise<void> {
    try {
      done.push(await work());
    } catch (error) {
      if (!(error instanceof mongo.MongoServerError)) throw error;
      failures.push({ index, error });
      done.push(null);
    }
  }

  /** Does as many steps as one transaction may hold, up to one that changes many documents. */
  private batchNow(
    ops: readonly BulkOp[],
    from: number,
    ordered: boolean,
  ): { done: (Outcome | null)[]; failures: BulkFailure[] } {
    const done: (Outcome | null)[] = [];
    const failures: BulkFailure[] = [];
    for (const op of ops) {
      if ('write' in op && op.write.many) break;
      try {
        if ('write' in op) {
          done.push(this.oneNow(op.write, undefined));
        } else {
          this.storage.insert(this.storage.catalog.make(this.name), op.insert);
          done.push(nothing());
        }
      } catch (error) {
        if (!(error instanceof mongo.MongoServerError)) throw error;
        failures.push({ index: from + done.length, error });
        done.push(null);
        if (ordered) break;
      }
    }
    return { done, failures };
  }

  private oneNow(op: WriteOp, candidate: number | undefined): OneOutcome {
    const outcome = nothing();
    const table = this.storage.catalog.find(this.name);
    const row = table === null ? null : this.match(table, op, candidate);
    if (table !== null && row !== null) {
      const after = this.apply(table, row, op, outcome);
      return { ...outcome, before: row.doc, after };
    }
    if (op.make === null) return { ...outcome, before: null, after: null };
    const made = op.make();
    this.storage.insert(this.storage.catalog.make(this.name), made);
    return { ...outcome, upsertedId: field(made, '_id') ?? null, before: null, after: made };
  }

  private match(table: Table, op: WriteOp, candidate: number | undefined): Row | null {
    const row = candidate === undefined ? null : this.storage.row(table, candidate);
    if (row !== null && op.filter.matches(row.doc)) return row;
    return this.storage.first(table, op.filter, op.sort);
  }

  private apply(table: Table, row: Row, op: WriteOp, outcome: Outcome): Doc | null {
    if (op.change === null) {
      this.storage.remove(table, row);
      outcome.removed += 1;
      return null;
    }
    const doc = op.change(row.doc);
    outcome.matched += 1;
    if (this.storage.replace(table, row, doc)) outcome.modified += 1;
    return doc;
  }
}
