import { mongo } from 'mongoose';

import { compareValues, kindOf } from './compare.js';
import { refuse, serverError } from './refusal.js';
import { plainRegex } from './regex.js';
import { isDoc, toValue, type Value } from './value.js';

/** One test of one path: `{ age: { $gt: 5 } }`. */
export interface Predicate {
  /** Whether an array at the end of the path is tested item by item as well. */
  readonly intoArray: boolean;
  /** `$ne`, `$nin` and `$exists: false` hold where the test fails for everything on the path. */
  readonly negate: boolean;
  readonly test: (value: Value | undefined) => boolean;
}

const KIND_NAMES: Readonly<Record<string, number>> = {
  number: kindOf(0),
  string: kindOf(''),
  object: kindOf({}),
  array: kindOf([]),
  objectId: kindOf(new mongo.ObjectId()),
  bool: kindOf(true),
  date: kindOf(new Date(0)),
  null: kindOf(null),
};

function equals(operand: Value): Predicate['test'] {
  if (operand === null) return (value) => value === null || value === undefined;
  return (value) => value !== undefined && compareValues(value, operand) === 0;
}

/** Values of another kind never match, so `$gt: 5` finds no strings and no dates. */
function ordered(name: string, operand: Value): Predicate['test'] {
  const orEqual = name === '$gte' || name === '$lte';
  const sign = name === '$gt' || name === '$gte' ? 1 : -1;
  if (operand === null) return orEqual ? equals(null) : () => false;
  if (Array.isArray(operand) || isDoc(operand)) return refuse(`${name} with an array or document`);
  if (Number.isNaN(operand)) return orEqual ? equals(operand) : () => false;
  const kind = kindOf(operand);
  return (value) => {
    if (value === undefined || kindOf(value) !== kind || Number.isNaN(value)) return false;
    const order = Math.sign(compareValues(value, operand));
    return order === sign || (orEqual && order === 0);
  };
}

function regex(operand: unknown, options: unknown): Predicate['test'] {
  const source = operand instanceof RegExp ? operand.source : operand;
  const flags = options ?? (operand instanceof RegExp ? operand.flags : '');
  if (typeof source !== 'string' || typeof flags !== 'string') return refuse('this $regex');
  const matches = plainRegex(source, flags);
  return (value) => typeof value === 'string' && matches(value);
}

function oneOf(name: string, operand: unknown): Predicate['test'] {
  if (!Array.isArray(operand)) throw serverError(2, 'BadValue', `${name} needs an array`);
  const tests = operand.map((item: unknown) =>
    item instanceof RegExp ? regex(item, undefined) : equals(toValue(item)),
  );
  const texts = operand.every((item) => typeof item === 'string')
    ? new Set<unknown>(operand)
    : null;
  if (texts !== null) return (value) => texts.has(value);
  return (value) => tests.some((test) => test(value));
}

function ofKind(operand: unknown): Predicate['test'] {
  const names: unknown[] = Array.isArray(operand) ? operand : [operand];
  const kinds = names.map((name) => {
    const kind = typeof name === 'string' ? KIND_NAMES[name] : undefined;
    return kind ?? refuse(`$type ${String(name)}`);
  });
  return (value) => value !== undefined && kinds.includes(kindOf(value));
}

function ofSize(operand: unknown): Predicate['test'] {
  if (typeof operand !== 'number' || !Number.isInteger(operand) || operand < 0) {
    throw serverError(2, 'BadValue', '$size needs a whole number');
  }
  return (value) => Array.isArray(value) && value.length === operand;
}

function truthy(operand: unknown): boolean {
  return operand !== false && operand !== 0 && operand !== null && operand !== undefined;
}

/**
 * Makes the test of one operator, `$not`, `$all` and `$elemMatch` excepted, which hold others.
 *
 * @param name - The operator, for example `$gte`.
 * @param operand - What stands behind it, as the caller gave it.
 * @param options - `$options`, where the operator is `$regex`.
 * @returns The test.
 * @throws NotOnEmbeddedStore for an operator that the embedded store does not have.
 */
export function predicateOf(name: string, operand: unknown, options?: unknown): Predicate {
  switch (name) {
    case '$eq':
      return { intoArray: true, negate: false, test: equals(toValue(operand)) };
    case '$ne':
      if (operand instanceof RegExp) return refuse('$ne with a regular expression');
      return { intoArray: true, negate: true, test: equals(toValue(operand)) };
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return { intoArray: true, negate: false, test: ordered(name, toValue(operand)) };
    case '$in':
      return { intoArray: true, negate: false, test: oneOf(name, operand) };
    case '$nin':
      return { intoArray: true, negate: true, test: oneOf(name, operand) };
    case '$regex':
      return { intoArray: true, negate: false, test: regex(operand, options) };
    case '$type':
      return { intoArray: true, negate: false, test: ofKind(operand) };
    case '$exists':
      return { intoArray: false, negate: !truthy(operand), test: (value) => value !== undefined };
    case '$size':
      return { intoArray: false, negate: false, test: ofSize(operand) };
    default:
      return refuse(`the query operator ${name}`);
  }
}
