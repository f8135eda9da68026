import { compilePipeline, distinctValues } from './aggregate.js';
import { bulkError, bulkOps, bulkResult, type BulkResult } from './bulk-result.js';
import { Cursor } from './cursor.js';
import { compileFilter } from './filter.js';
import { indexSpec, type IndexSpec } from './index-spec.js';
import { checked, countOption, type Options } from './options.js';
import { compileProjection } from './projection.js';
import { Reader, type Question } from './reader.js';
import { refuse, serverError } from './refusal.js';
import { compileSort } from './sort.js';
import type { Storage } from './storage.js';
import { toDoc, type Doc, type Value } from './value.js';
import { deleteOp, replaceOp, updateOp, withId, type Outcome, type WriteOp } from './write-op.js';
import { Writer, type OneOutcome } from './writer.js';

/**
 * A collection of the embedded store with the methods of the MongoDB driver's collection that
 * Mongoose calls. Methods that are not here are refused by name.
 */
export class EmbeddedCollection {
  private readonly reader: Reader;
  private readonly writer: Writer;

  constructor(
    private readonly storage: Storage,
    readonly collectionName: string,
  ) {
    this.reader = new Reader(storage, collectionName);
    this.writer = new Writer(storage, collectionName, this.reader);
  }

  find(filter?: unknown, options?: Options): Cursor {
    const question = this.question(filter, options);
    return new Cursor(
      () => this.reader.documents(question),
      () => this.reader.all(question),
    );
  }

  async findOne(filter?: unknown, options?: Options): Promise<Doc | null> {
    const question = this.question(filter, { ...options, limit: 1 });
    if (question.skip > 0) return (await this.reader.all(question))[0] ?? null;
    const row = await this.reader.first(question.filter, question.sort);
    return row === null ? null : question.projection(row.doc);
  }

  async countDocuments(filter?: unknown, options?: Options): Promise<number> {
    const question = this.question(filter, options);
    const none = question.filter.complete && question.filter.clauses.length === 0;
    if (none && question.skip === 0 && question.limit === 0) return this.reader.count();
    return (await this.reader.all({ ...question, sort: [], projection: (doc) => doc })).length;
  }

  async estimatedDocumentCount(): Promise<number> {
    return this.reader.count();
  }

  async distinct(path: string, filter?: unknown, options?: Options): Promise<Value[]> {
    const docs = await this.reader.all(this.question(filter, options));
    return distinctValues(docs, path);
  }

  aggregate(stages: readonly unknown[], options?: Options): Cursor {
    checked(options);
    const { match, run } = compilePipeline(stages);
    const question = this.question(match, {});
    const all = async () => run(await this.reader.all(question));
    return new Cursor(async function* () {
      yield* await all();
    }, all);
  }

  async insertOne(doc: Record<string, unknown>, options?: Options) {
    checked(options);
    const { error, result } = await this.bulk([{ insertOne: { document: doc } }], true);
    if (error !== null) throw error.single;
    const insertedId = result.insertedIds[0] ?? null;
    doc['_id'] ??= insertedId;
    return { acknowledged: true, insertedId };
  }

  async insertMany(docs: readonly Record<string, unknown>[], options?: Options) {
    const ordered = checked(options)['ordered'] !== false;
    const ops = docs.map((doc) => {
      const stored = withId(toDoc(doc));
      doc['_id'] ??= stored['_id'];
      return { insertOne: { document: stored } };
    });
    const { error, result } = await this.bulk(ops, ordered);
    if (error !== null) throw error.whole;
    const { acknowledged, insertedCount, insertedIds } = result;
    return { acknowledged, insertedCount, insertedIds };
  }

  async bulkWrite(ops: readonly unknown[], options?: Options): Promise<BulkResult> {
    const { error, result } = await this.bulk(ops, checked(options)['ordered'] !== false);
    if (error !== null) throw error.whole;
    return result;
  }

  async updateOne(filter: unknown, update: unknown, options?: Options) {
    return updateResult(await this.writer.one(updateOp(filter, update, options, false)));
  }

  async updateMany(filter: unknown, update: unknown, options?: Options) {
    return updateResult(await this.writer.many(updateOp(filter, update, options, true)));
  }

  async replaceOne(filter: unknown, replacement: unknown, options?: Options) {
    return updateResult(await this.writer.one(replaceOp(filter, replacement, options)));
  }

  async deleteOne(filter: unknown, options?: Options) {
    const { removed } = await this.writer.one(deleteOp(filter, options, false));
    return { acknowledged: true, deletedCount: removed };
  }

  async deleteMany(filter: unknown, options?: Options) {
    const { removed } = await this.writer.many(deleteOp(filter, options, true));
    return { acknowledged: true, deletedCount: removed };
  }

  async findOneAndUpdate(filter: unknown, update: unknown, options?: Options) {
    return this.findOneAnd(updateOp(filter, update, options, false), options);
  }

  async findOneAndReplace(filter: unknown, replacement: unknown, options?: Options) {
    return this.findOneAnd(replaceOp(filter, replacement, options), options);
  }

  async findOneAndDelete(filter: unknown, options?: Options) {
    return this.findOneAnd(deleteOp(filter, options, false), options);
  }

  async createIndex(fields: unknown, options?: Options): Promise<string> {
    const spec = indexSpec(fields, options ?? {});
    await this.storage.engine.write(() => {
      this.storage.catalog.createIndex(this.collectionName, spec, (table, index) =>
        this.storage.fill(table, index),
      );
    });
    return spec.name;
  }

  async indexes(): Promise<Record<string, unknown>[]> {
    return this.storage.engine.read(() => {
      const table = this.storage.catalog.find(this.collectionName);
      return (table?.indexes ?? []).map(({ spec }) => inMongosWords(spec));
    });
  }

  listIndexes(): { readonly toArray: () => Promise<Record<string, unknown>[]> } {
    return { toArray: () => this.indexes() };
  }

  async indexInformation(): Promise<Record<string, unknown>> {
    const all = await this.indexes();
    return Object.fromEntries(
      all.map(({ name, key }) => [String(name), Object.entries(key as Record<string, unknown>)]),
    );
  }

  async dropIndex(name: string): Promise<void> {
    await this.storage.engine.write(() => {
      const table = this.storage.catalog.find(this.collectionName);
      const index = table?.indexes.find(({ spec }) => spec.name === name);
      if (index === undefined || name === '_id_') {
        throw serverError(27, 'IndexNotFound', `There is no index ${name} that can be dropped`);
      }
      this.storage.catalog.dropIndex(this.collectionName, index);
    });
  }

  async drop(): Promise<boolean> {
    await this.storage.engine.write(() => this.storage.catalog.drop(this.collectionName));
    return true;
  }

  private question(filter: unknown, options: Options | undefined): Question {
    const known = checked(options);
    return {
      filter: compileFilter(filter),
      sort: compileSort(known['sort']),
      skip: countOption(known, 'skip'),
      limit: countOption(known, 'limit'),
      projection: compileProjection(known['projection']),
    };
  }

  private async findOneAnd(op: WriteOp, options: Options | undefined): Promise<unknown> {
    const { returnDocument, includeResultMetadata, projection } = options ?? {};
    const project = compileProjection(projection);
    const outcome: OneOutcome = await this.writer.one(op);
    const doc = returnDocument === 'after' && op.change !== null ? outcome.after : outcome.before;
    const value = doc === null ? null : project(doc);
    if (includeResultMetadata !== true) return value;
    const { matched, removed, upsertedId } = outcome;
    const touched = matched + removed + (upsertedId === null ? 0 : 1);
    const more = op.change === null ? {} : { updatedExisting: matched === 1 };
    const upserted = upsertedId === null ? {} : { upserted: upsertedId };
    return { lastErrorObject: { n: touched, ...more, ...upserted }, value, ok: 1 };
  }

  private async bulk(raw: readonly unknown[], ordered: boolean) {
    const ops = bulkOps(raw);
    const { done, failures } = await this.writer.bulk(ops, ordered);
    const result = bulkResult(ops, done);
    const first = failures[0];
    if (first === undefined) return { result, error: null };
    return { result, error: { whole: bulkError(failures, result), single: first.error } };
  }
}

function updateResult({ matched, modified, upsertedId }: Outcome) {
  return {
    acknowledged: true,
    matchedCount: matched,
    modifiedCount: modified,
    upsertedCount: upsertedId === null ? 0 : 1,
    upsertedId,
  };
}

function inMongosWords(spec: IndexSpec): Record<string, unknown> {
  return {
    v: 2,
    key: Object.fromEntries(spec.keys),
    name: spec.name,
    ...(spec.unique && spec.name !== '_id_' ? { unique: true } : {}),
    ...(spec.sparse ? { sparse: true } : {}),
    ...(spec.partial === null
      ? {}
      : { partialFilterExpression: JSON.parse(spec.partial) as unknown }),
    ...(spec.expireAfterSeconds === null ? {} : { expireAfterSeconds: spec.expireAfterSeconds }),
  };
}

/**
 * Gives a collection whose every other method refuses by name, instead of not being there.
 *
 * @param storage - The store.
 * @param name - The collection's name.
 * @returns The collection.
 */
export function openCollection(storage: Storage, name: string): EmbeddedCollection {
  return new Proxy(new EmbeddedCollection(storage, name), {
    get(target, key, receiver) {
      if (typeof key !== 'string' || key in target || key === 'then') {
        return Reflect.get(target, key, receiver) as unknown;
      }
      return () => refuse(`the method ${key} of collections`);
    },
  });
}
