import { mongo } from 'mongoose';

import { refuse } from './refusal.js';

/** A value as the store keeps it: what BSON would give back to a Node program. */
export type Value =
  null | boolean | number | string | Date | mongo.ObjectId | mongo.Binary | Value[] | Doc;

/** A document, or a document inside one. */
export interface Doc {
  [key: string]: Value;
}

/**
 * Tells documents from every other value.
 *
 * @param value - Any stored value, or undefined for a missing one.
 * @returns Whether it is a document.
 */
export function isDoc(value: Value | undefined): value is Doc {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof mongo.ObjectId) &&
    !(value instanceof mongo.Binary)
  );
}

/**
 * Reads a field of a document that is its own, so that a field called `constructor` is only there
 * when somebody stored it.
 *
 * @param doc - The document.
 * @param key - The field's name.
 * @returns The value, or undefined where the field is missing.
 */
export function field(doc: Doc, key: string): Value | undefined {
  return Object.hasOwn(doc, key) ? doc[key] : undefined;
}

/**
 * Sets a field of a document; a field called `__proto__` becomes a field like any other.
 *
 * @param doc - The document, changed in place.
 * @param key - The field's name.
 * @param value - Its new value.
 */
export function setField(doc: Doc, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(doc, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else {
    doc[key] = value;
  }
}

interface Foreign {
  readonly _bsontype?: unknown;
  readonly toBSON?: unknown;
}

/** Values of the `bson` package that come back as a number, or are refused by name. */
function fromBson(value: object, kind: unknown): Value {
  if (kind === 'ObjectId') return new mongo.ObjectId((value as mongo.ObjectId).toHexString());
  if (kind === 'Binary') {
    const binary = value as mongo.Binary;
    return new mongo.Binary(Buffer.from(binary.value()), binary.sub_type);
  }
  if (kind === 'Int32' || kind === 'Double') return Number(value.valueOf());
  if (kind === 'Long') return toValue(BigInt((value as mongo.Long).toString()));
  return refuse(`values of type ${String(kind)}`);
}

function fromObject(value: object): Value {
  if (Array.isArray(value)) return value.map((item) => toValue(item));
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new RangeError('An invalid date cannot be stored');
    return new Date(value.getTime());
  }
  if (value instanceof Uint8Array) return new mongo.Binary(Buffer.from(value));
  if (value instanceof RegExp) return refuse('regular expressions as values');
  const entries: Iterable<[unknown, unknown]> =
    value instanceof Map ? value : Object.entries(value);
  const doc: Doc = {};
  for (const [key, item] of entries) {
    if (typeof item === 'function') continue;
    if (typeof key !== 'string') return refuse('keys of a Map that are not strings');
    if (key.startsWith('$')) return refuse(`a stored field named ${key}`);
    if (key.includes('\0')) return refuse('a NUL character in a field name');
    setField(doc, key.toWellFormed(), toValue(item));
  }
  return doc;
}

/**
 * Turns what a program hands over into what is stored, as the BSON of the MongoDB driver would: a
 * Map becomes a document, a Buffer a Binary, undefined becomes null, Mongoose arrays and documents
 * become plain ones (their `toBSON` is asked). The result shares nothing with the input.
 *
 * @param value - Any value of a document, a filter or an update.
 * @returns The stored form.
 * @throws NotOnEmbeddedStore for kinds that are not kept: Decimal128, RegExp, symbols, integers
 *   beyond 2^53, field names that begin with `$`.
 * @throws RangeError for an invalid date.
 */
export function toValue(value: unknown): Value {
  switch (typeof value) {
    case 'string':
      return value.toWellFormed();
    case 'number':
    case 'boolean':
      return value;
    case 'undefined':
      return null;
    case 'bigint':
      if (!Number.isSafeInteger(Number(value))) return refuse(`the integer ${value.toString()}`);
      return Number(value);
    case 'object': {
      if (value === null) return null;
      const foreign = value as Foreign;
      if (typeof foreign._bsontype === 'string') return fromBson(value, foreign._bsontype);
      if (typeof foreign.toBSON === 'function') {
        const plain: unknown = (foreign.toBSON as () => unknown).call(value);
        if (plain !== value) return toValue(plain);
      }
      return fromObject(value);
    }
    default:
      return refuse(`values of type ${typeof value}`);
  }
}

/**
 * Turns what a program hands over into a stored document.
 *
 * @param value - A document.
 * @returns Its stored form, with `_id` as the first field where there is one, as MongoDB keeps it.
 * @throws TypeError when it is no document; otherwise as {@link toValue}.
 */
export function toDoc(value: unknown): Doc {
  const doc = toValue(value);
  if (!isDoc(doc)) throw new TypeError('Only documents can be stored');
  const id = field(doc, '_id');
  return id === undefined ? doc : { _id: id, ...doc };
}
