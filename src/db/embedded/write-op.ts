import { mongo } from 'mongoose';

import { applyUpdate, compileUpdate, upsertBase } from './apply-update.js';
import { compareValues } from './compare.js';
import { compileFilter, type Filter } from './filter.js';
import { checked, type Options } from './options.js';
import { refuse, serverError } from './refusal.js';
import { compileSort, type Sort } from './sort.js';
import { field, toDoc, type Doc, type Value } from './value.js';

/** A change of matching documents that was understood completely; nothing is stored yet. */
export interface WriteOp {
  readonly filter: Filter;
  readonly sort: Sort;
  readonly many: boolean;
  /** Makes the new document from the old one; null takes it away. */
  readonly change: ((old: Doc) => Doc) | null;
  /** Makes the document of an upsert; null where nothing is to be made. */
  readonly make: (() => Doc) | null;
}

/** What a change did. */
export interface Outcome {
  matched: number;
  modified: number;
  removed: number;
  upsertedId: Value | null;
}

/**
 * Gives a document its `_id`, an ObjectId where it has none, as the MongoDB driver does.
 *
 * @param doc - The document.
 * @returns The document with `_id` first.
 */
export function withId(doc: Doc): Doc {
  const id = field(doc, '_id');
  return { _id: id ?? new mongo.ObjectId(), ...doc, ...(id === null ? { _id: null } : {}) };
}

/**
 * Understands an update by operators.
 *
 * @param filter - Which documents.
 * @param update - The operators.
 * @param options - `upsert` and `sort` count.
 * @param many - Whether all matches are changed or the first only.
 * @returns The change.
 */
export function updateOp(
  filter: unknown,
  update: unknown,
  options: Options | undefined,
  many: boolean,
): WriteOp {
  const { upsert, sort } = checked(options);
  const steps = compileUpdate(update);
  const compiled = compileFilter(filter);
  const make = () => withId(applyUpdate(upsertBase(compiled), steps, true));
  if (upsert === true) upsertBase(compiled);
  return {
    filter: compiled,
    sort: compileSort(sort),
    many,
    change: (old) => applyUpdate(old, steps, false),
    make: upsert === true ? make : null,
  };
}

/**
 * Understands the replacement of one document by another.
 *
 * @param filter - Which document.
 * @param replacement - The new document; it keeps the `_id` of the old one.
 * @param options - `upsert` and `sort` count.
 * @returns The change.
 */
export function replaceOp(filter: unknown, replacement: unknown, options?: Options): WriteOp {
  const { upsert, sort } = checked(options);
  if (typeof replacement === 'object' && replacement !== null) {
    const operator = Object.keys(replacement).find((key) => key.startsWith('$'));
    if (operator !== undefined) refuse(`${operator} in a replacement document`);
  }
  const compiled = compileFilter(filter);
  const doc = toDoc(replacement);
  const wanted = field(doc, '_id');
  const change = (old: Doc): Doc => {
    const id = field(old, '_id') ?? null;
    if (wanted !== undefined && compareValues(wanted, id) !== 0) {
      throw serverError(66, 'ImmutableField', "The replacement would change the field '_id'");
    }
    return { _id: id, ...toDoc(doc) };
  };
  const make = (): Doc => {
    const id = wanted ?? field(upsertBase(compiled), '_id');
    return withId(id === undefined ? toDoc(doc) : { _id: id, ...toDoc(doc) });
  };
  return {
    filter: compiled,
    sort: compileSort(sort),
    many: false,
    change,
    make: upsert === true ? make : null,
  };
}

/**
 * Understands a removal.
 *
 * @param filter - Which documents.
 * @param options - `sort` counts.
 * @param many - Whether all matches go or the first only.
 * @returns The change.
 */
export function deleteOp(filter: unknown, options: Options | undefined, many: boolean): WriteOp {
  const { sort } = checked(options);
  const compiled = compileFilter(filter);
  return { filter: compiled, sort: compileSort(sort), many, change: null, make: null };
}
