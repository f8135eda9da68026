import { mongo } from 'mongoose';

import type { Doc, Value } from './value.js';

/** A value to sort by; undefined stands for an empty array, which MongoDB sorts before null. */
export type SortKey = Value | undefined;

/**
 * Gives the place of a value's kind in MongoDB's order of kinds ("Comparison/Sort Order" in the
 * MongoDB manual).
 *
 * @param value - Any value.
 * @returns A byte: a smaller one sorts first.
 */
export function kindOf(value: SortKey): number {
  if (value === undefined) return 0x08;
  if (value === null) return 0x10;
  if (typeof value === 'number') return 0x20;
  if (typeof value === 'string') return 0x30;
  if (typeof value === 'boolean') return 0x80;
  if (Array.isArray(value)) return 0x50;
  if (value instanceof Date) return 0x90;
  if (value instanceof mongo.ObjectId) return 0x70;
  if (value instanceof mongo.Binary) return 0x60;
  return 0x40;
}

function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  if (Number.isNaN(b)) return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

const SURROGATE = /[\ud800-\udfff]/;

/** MongoDB compares UTF-8 bytes; JavaScript's order differs where surrogates are involved. */
function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

function compareBinaries(a: mongo.Binary, b: mongo.Binary): number {
  return a.length() - b.length() || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value());
}

function compareArrays(a: readonly Value[], b: readonly Value[]): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const order = compareValues(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Field by field in stored order: kind, then name, then value; the shorter one is smaller. */
function compareDocs(a: Doc, b: Doc): number {
  const aKeys = Object.keys(a);
  const bKeys = Object.keys(b);
  for (let i = 0; i < aKeys.length && i < bKeys.length; i += 1) {
    const aKey = aKeys[i] ?? '';
    const bKey = bKeys[i] ?? '';
    const order =
      kindOf(a[aKey]) - kindOf(b[bKey]) ||
      compareStrings(aKey, bKey) ||
      compareValues(a[aKey], b[bKey]);
    if (order !== 0) return order;
  }
  return aKeys.length - bKeys.length;
}

/**
 * Compares two values in MongoDB's order.
 *
 * @param a - One value.
 * @param b - The other.
 * @returns Below zero when `a` comes first, zero when they are equal, above zero otherwise.
 */
export function compareValues(a: SortKey, b: SortKey): number {
  const kinds = kindOf(a) - kindOf(b);
  if (kinds !== 0 || a === null || a === undefined) return kinds;
  if (typeof a === 'number') return compareNumbers(a, b as number);
  if (typeof a === 'string') return compareStrings(a, b as string);
  if (typeof a === 'boolean') return Number(a) - Number(b);
  if (Array.isArray(a)) return compareArrays(a, b as Value[]);
  if (a instanceof Date) return a.getTime() - (b as Date).getTime();
  if (a instanceof mongo.ObjectId) return Buffer.compare(a.id, (b as mongo.ObjectId).id);
  if (a instanceof mongo.Binary) return compareBinaries(a, b as mongo.Binary);
  return compareDocs(a, b as Doc);
}
