import { compareValues } from './compare.js';
import { compileFilter, isOperators } from './filter.js';
import { refuse, serverError } from './refusal.js';
import { isDoc, toValue, type Value } from './value.js';

/** Changes a value in place of the old one; undefined stands for a missing field, both ways. */
export type Change = (old: Value | undefined, path: string) => Value | undefined;

type RawDoc = Readonly<Record<string, unknown>>;

function arrayAt(old: Value | undefined, path: string): Value[] {
  if (old === undefined) return [];
  if (Array.isArray(old)) return [...old];
  throw serverError(2, 'BadValue', `The field '${path}' must be an array`);
}

function each(operand: RawDoc, allowed: readonly string[], op: string): Value[] {
  for (const key of Object.keys(operand)) {
    if (!allowed.includes(key)) refuse(`${key} in ${op}`);
  }
  const items = toValue(operand['$each']);
  if (!Array.isArray(items)) throw serverError(2, 'BadValue', `$each in ${op} needs an array`);
  return items;
}

function whole(operand: RawDoc, key: string): number | undefined {
  const value = operand[key];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw serverError(2, 'BadValue', `The value for ${key} must be an integer`);
  }
  return value;
}

/**
 * `$push`, with `$each`, `$position` and `$slice`.
 *
 * @param operand - The item, or the modifiers.
 * @returns The change.
 */
export function push(operand: unknown): Change {
  const modifiers = isOperators(operand) ? operand : { $each: [operand] };
  const items = each(modifiers, ['$each', '$position', '$slice'], '$push');
  const position = whole(modifiers, '$position');
  const slice = whole(modifiers, '$slice');
  return (old, path) => {
    const list = arrayAt(old, path);
    list.splice(position ?? list.length, 0, ...structuredCopy(items));
    if (slice === undefined) return list;
    return slice < 0 ? list.slice(slice) : list.slice(0, slice);
  };
}

/** Items must not be shared between the documents of an updateMany. */
function structuredCopy(items: readonly Value[]): Value[] {
  return items.map((item) => toValue(item));
}

/**
 * `$addToSet`, with `$each`: what is there already is not added again.
 *
 * @param operand - The item, or `{ $each }`.
 * @returns The change.
 */
export function addToSet(operand: unknown): Change {
  const modifiers = isOperators(operand) ? operand : { $each: [operand] };
  const items = each(modifiers, ['$each'], '$addToSet');
  return (old, path) => {
    const list = arrayAt(old, path);
    for (const item of structuredCopy(items)) {
      if (!list.some((other) => compareValues(other, item) === 0)) list.push(item);
    }
    return list;
  };
}

function removal(keep: (item: Value) => boolean, op: string): Change {
  return (old, path) => {
    if (old === undefined) return undefined;
    if (Array.isArray(old)) return old.filter(keep);
    throw serverError(2, 'BadValue', `Cannot apply ${op} to the non-array value at '${path}'`);
  };
}

/**
 * `$pull`: a value takes out its equals; operators take out the items they hold for; a document
 * takes out the documents it matches as a filter.
 *
 * @param operand - The value, operators or filter.
 * @returns The change.
 */
export function pull(operand: unknown): Change {
  if (operand instanceof RegExp || isOperators(operand)) {
    const filter = compileFilter({ item: operand });
    return removal((item) => !filter.matches({ item }), '$pull');
  }
  const value = toValuePatternSafe(operand);
  if (value === undefined) {
    const filter = compileFilter(operand);
    return removal((item) => !isDoc(item) || !filter.matches(item), '$pull');
  }
  return removal((item) => compareValues(item, value) !== 0, '$pull');
}

/** Documents are filters here; everything else is compared. */
function toValuePatternSafe(operand: unknown): Value | undefined {
  if (typeof operand === 'object' && operand !== null) {
    const proto: unknown = Object.getPrototypeOf(operand);
    if (proto === Object.prototype || proto === null) return undefined;
  }
  const value = toValue(operand);
  return isDoc(value) ? refuse('$pull with a document that is no plain object') : value;
}

/**
 * `$pullAll`: takes out every item equal to one of a list.
 *
 * @param operand - The list.
 * @returns The change.
 */
export function pullAll(operand: unknown): Change {
  const values = toValue(operand);
  if (!Array.isArray(values)) throw serverError(2, 'BadValue', '$pullAll requires an array');
  const listed = (item: Value) => values.some((value) => compareValues(item, value) === 0);
  return removal((item) => !listed(item), '$pullAll');
}

/**
 * `$pop`: takes out the first (-1) or the last (1) item.
 *
 * @param operand - 1 or -1.
 * @returns The change.
 */
export function pop(operand: unknown): Change {
  if (operand !== 1 && operand !== -1) {
    throw serverError(9, 'FailedToParse', '$pop expects 1 or -1');
  }
  return (old, path) => {
    if (old === undefined) return undefined;
    if (!Array.isArray(old)) {
      throw serverError(14, 'TypeMismatch', `Path '${path}' contains an element of non-array type`);
    }
    return operand === 1 ? old.slice(0, -1) : old.slice(1);
  };
}
