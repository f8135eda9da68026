import { predicateOf, type Predicate } from './operator.js';
import { someAt } from './path.js';
import { refuse, serverError } from './refusal.js';
import { isDoc, toValue, type Doc, type Value } from './value.js';

/** A condition that every match fulfils, for choosing an index and for the document of an upsert. */
export interface Clause {
  readonly path: string;
  readonly op: string;
  readonly operand: Value;
}

/** A filter that was understood completely. */
export interface Filter {
  readonly matches: (doc: Doc) => boolean;
  readonly clauses: readonly Clause[];
  /** The branches of each `$or` that every match has to fulfil. */
  readonly either: readonly (readonly Filter[])[];
  /** Whether the clauses say all of it. */
  readonly complete: boolean;
}

type RawDoc = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is RawDoc {
  if (typeof value !== 'object' || value === null) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === Object.prototype || proto === null;
}

/**
 * Tells `{ $gt: 5 }` from a document to compare with.
 *
 * @param value - What stands behind a field name in a filter.
 * @returns Whether its keys are operators.
 */
export function isOperators(value: unknown): value is RawDoc {
  return isPlain(value) && (Object.keys(value)[0]?.startsWith('$') ?? false);
}

function notAll(predicates: readonly Predicate[], path: readonly string[]) {
  return (doc: Doc) => !predicates.every((predicate) => holds(predicate, doc, path));
}

function holds(predicate: Predicate, doc: Doc, path: readonly string[]): boolean {
  return someAt(doc, path, predicate.intoArray, predicate.test) !== predicate.negate;
}

function elemMatch(operand: unknown): Predicate {
  if (!isPlain(operand)) return refuse('$elemMatch without a document');
  const first = Object.keys(operand)[0] ?? '';
  if (first.startsWith('$') && !['$and', '$or', '$nor'].includes(first)) {
    const predicates = operatorsOf(operand, (name) => refuse(`${name} inside $elemMatch`));
    const one = (item: Value) => predicates.every((p) => p.test(item) !== p.negate);
    const test = (value: Value | undefined) => Array.isArray(value) && value.some(one);
    return { intoArray: false, negate: false, test };
  }
  const inner = compileFilter(operand);
  const one = (item: Value) => {
    if (Array.isArray(item)) return refuse('$elemMatch over arrays inside arrays');
    return isDoc(item) && inner.matches(item);
  };
  const test = (value: Value | undefined) => Array.isArray(value) && value.some(one);
  return { intoArray: false, negate: false, test };
}

function operatorsOf(raw: RawDoc, onNested: (name: string) => never): Predicate[] {
  const out: Predicate[] = [];
  for (const [name, operand] of Object.entries(raw)) {
    if (name === '$options' && '$regex' in raw) continue;
    if (name === '$not' || name === '$all') onNested(name);
    if (name === '$elemMatch') out.push(elemMatch(operand));
    else out.push(predicateOf(name, operand, raw['$options']));
  }
  return out;
}

interface Parts {
  readonly tests: ((doc: Doc) => boolean)[];
  readonly clauses: Clause[];
  readonly either: Filter[][];
  complete: boolean;
}

function addNot(parts: Parts, path: readonly string[], operand: unknown): void {
  parts.complete = false;
  if (operand instanceof RegExp) {
    parts.tests.push(notAll([predicateOf('$regex', operand)], path));
  } else if (isOperators(operand)) {
    const predicates = operatorsOf(operand, (name) => refuse(`${name} inside $not`));
    parts.tests.push(notAll(predicates, path));
  } else {
    refuse('$not without operators');
  }
}

function addAll(parts: Parts, key: string, operand: unknown): void {
  if (!Array.isArray(operand)) throw serverError(2, 'BadValue', '$all needs an array');
  parts.complete = false;
  if (operand.length === 0) parts.tests.push(() => false);
  for (const item of operand) {
    if (isOperators(item)) refuse('operators inside $all');
    const predicate = predicateOf('$eq', item);
    parts.tests.push((doc) => holds(predicate, doc, key.split('.')));
    parts.clauses.push({ path: key, op: '$all', operand: toValue(item) });
  }
}

function addOperator(
  parts: Parts,
  key: string,
  op: string,
  operand: unknown,
  options: unknown,
): void {
  const path = key.split('.');
  if (op === '$not') {
    addNot(parts, path, operand);
  } else if (op === '$all') {
    addAll(parts, key, operand);
  } else {
    const predicate = op === '$elemMatch' ? elemMatch(operand) : predicateOf(op, operand, options);
    parts.tests.push((doc) => holds(predicate, doc, path));
    const values: unknown[] = Array.isArray(operand) ? operand : [operand];
    const searched = ['$eq', '$in', '$gt', '$gte', '$lt', '$lte', '$exists', '$type'].includes(op);
    if (searched && !values.some((item) => item instanceof RegExp)) {
      parts.clauses.push({ path: key, op, operand: toValue(operand) });
    } else {
      parts.complete = false;
    }
  }
}

function addField(parts: Parts, key: string, value: unknown): void {
  if (value instanceof RegExp) {
    addOperator(parts, key, '$regex', value, undefined);
  } else if (isOperators(value)) {
    for (const [op, operand] of Object.entries(value)) {
      if (op === '$options' && '$regex' in value) continue;
      addOperator(parts, key, op, operand, value['$options']);
    }
  } else {
    addOperator(parts, key, '$eq', value, undefined);
  }
}

function addLogical(parts: Parts, key: string, value: unknown): void {
  if (!['$and', '$or', '$nor'].includes(key)) refuse(`the query operator ${key}`);
  if (!Array.isArray(value) || value.length === 0) {
    throw serverError(2, 'BadValue', `${key} must be a nonempty array`);
  }
  const branches = value.map((item) => compileFilter(item));
  if (key === '$and') {
    for (const branch of branches) {
      parts.tests.push(branch.matches);
      parts.clauses.push(...branch.clauses);
      parts.either.push(...branch.either.map((filters) => [...filters]));
      if (!branch.complete) parts.complete = false;
    }
    return;
  }
  parts.complete = false;
  const some = (doc: Doc) => branches.some((branch) => branch.matches(doc));
  if (key === '$or') {
    parts.tests.push(some);
    parts.either.push(branches);
  } else {
    parts.tests.push((doc) => !some(doc));
  }
}

/**
 * Understands a filter of MongoDB's query language.
 *
 * @param raw - The filter as the caller gave it; null and undefined match everything.
 * @returns The test, and what an index can use of it.
 * @throws NotOnEmbeddedStore naming the first operator that the embedded store does not have.
 */
export function compileFilter(raw: unknown): Filter {
  const parts: Parts = { tests: [], clauses: [], either: [], complete: true };
  if (raw !== null && raw !== undefined) {
    if (typeof raw !== 'object' || raw instanceof Map) return refuse('a filter that is no object');
    for (const [key, value] of Object.entries(raw)) {
      if (key === '$comment') continue;
      if (key.startsWith('$')) addLogical(parts, key, value);
      else addField(parts, key, value);
    }
  }
  const { tests, ...rest } = parts;
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return { matches: only, ...rest };
  return { matches: (doc) => tests.every((test) => test(doc)), ...rest };
}
