import { mongo } from 'mongoose';

import { refuse } from './refusal.js';
import { toDoc, type Doc, type Value } from './value.js';
import { deleteOp, replaceOp, updateOp, withId, type Outcome } from './write-op.js';
import type { BulkFailure, BulkOp } from './writer.js';

/** What Mongoose and its users read from the result of a bulk write. */
export interface BulkResult {
  readonly acknowledged: true;
  readonly ok: 1;
  readonly insertedCount: number;
  readonly matchedCount: number;
  readonly modifiedCount: number;
  readonly deletedCount: number;
  readonly upsertedCount: number;
  readonly insertedIds: Record<number, Value>;
  readonly upsertedIds: Record<number, Value>;
}

type Raw = Readonly<Record<string, unknown>>;

/**
 * Understands all operations of a bulk write before the first is done.
 *
 * @param ops - The operations, in the words of the MongoDB driver.
 * @returns What is to be done.
 * @throws NotOnEmbeddedStore naming an operation or operator that the embedded store does not have.
 */
export function bulkOps(ops: readonly unknown[]): BulkOp[] {
  return ops.map((op) => {
    const [name, body] = Object.entries(op as Raw)[0] ?? ['', {}];
    const { filter, update, replacement, document, ...options } = body as Raw;
    switch (name) {
      case 'insertOne':
        return { insert: withId(toDoc(document ?? body)) };
      case 'updateOne':
        return { write: updateOp(filter, update, options, false) };
      case 'updateMany':
        return { write: updateOp(filter, update, options, true) };
      case 'replaceOne':
        return { write: replaceOp(filter, replacement, options) };
      case 'deleteOne':
        return { write: deleteOp(filter, options, false) };
      case 'deleteMany':
        return { write: deleteOp(filter, options, true) };
      default:
        return refuse(`the bulk operation ${name}`);
    }
  });
}

function sum(outcomes: readonly (Outcome | null)[], of: (outcome: Outcome) => number): number {
  return outcomes.reduce((total, outcome) => total + (outcome === null ? 0 : of(outcome)), 0);
}

/**
 * Puts the result of a bulk write together.
 *
 * @param ops - What was to be done.
 * @param done - What each did, null where it failed.
 * @returns The result.
 */
export function bulkResult(ops: readonly BulkOp[], done: readonly (Outcome | null)[]): BulkResult {
  const insertedIds: Record<number, Value> = {};
  const upsertedIds: Record<number, Value> = {};
  for (const [i, outcome] of done.entries()) {
    const op = ops[i];
    if (outcome === null || op === undefined) continue;
    if ('insert' in op) insertedIds[i] = idOf(op.insert);
    else if (outcome.upsertedId !== null) upsertedIds[i] = outcome.upsertedId;
  }
  return {
    acknowledged: true,
    ok: 1,
    insertedCount: Object.keys(insertedIds).length,
    matchedCount: sum(done, (outcome) => outcome.matched),
    modifiedCount: sum(done, (outcome) => outcome.modified),
    deletedCount: sum(done, (outcome) => outcome.removed),
    upsertedCount: Object.keys(upsertedIds).length,
    insertedIds,
    upsertedIds,
  };
}

function idOf(doc: Doc): Value {
  return doc['_id'] ?? null;
}

/**
 * Makes the error of a bulk write in which some operations failed, as the MongoDB driver throws it.
 *
 * @param failures - What failed, at least one.
 * @param result - What was done all the same.
 * @returns The error, with the code of the first failure.
 */
export function bulkError(
  failures: readonly BulkFailure[],
  result: BulkResult,
): mongo.MongoBulkWriteError {
  const writeErrors = failures.map(({ index, error }) => {
    const { code, errmsg } = error as { code?: unknown; errmsg?: unknown };
    return { err: { index, code, errmsg }, index, code, errmsg };
  });
  const first = failures[0]?.error;
  const answer = { message: first?.message ?? '', code: Number(first?.code), writeErrors };
  const raw = { writeErrors, insertedIds: [], upserted: [] };
  const error = new mongo.MongoBulkWriteError(
    answer as unknown as ConstructorParameters<typeof mongo.MongoBulkWriteError>[0],
    Object.defineProperty({ ...result }, 'result', {
      value: raw,
    }) as unknown as ConstructorParameters<typeof mongo.MongoBulkWriteError>[1],
  );
  return Object.assign(error, {
    keyPattern: (first as { keyPattern?: unknown } | undefined)?.keyPattern,
    keyValue: (first as { keyValue?: unknown } | undefined)?.keyValue,
  });
}
