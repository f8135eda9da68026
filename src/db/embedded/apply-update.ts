import { mongo } from 'mongoose';

import { compareValues } from './compare.js';
import type { Filter } from './filter.js';
import { refuse, serverError } from './refusal.js';
import { addToSet, pop, pull, pullAll, push, type Change } from './update-array.js';
import { field, isDoc, setField, toValue, type Doc, type Value } from './value.js';

interface Step {
  readonly path: readonly string[];
  readonly change: Change;
  /** Operators that take away do not make the way to what is missing. */
  readonly creates: boolean;
  readonly onlyOnInsert: boolean;
}

/** An update that was understood completely. */
export type Update = readonly Step[];

function numberOf(op: string, operand: unknown): number {
  const value = toValue(operand);
  if (typeof value === 'number') return value;
  throw serverError(14, 'TypeMismatch', `Cannot ${op} with a non-numeric argument`);
}

function arithmetic(op: string, operand: unknown): Change {
  const by = numberOf(op, operand);
  return (old, path) => {
    if (old === undefined) return op === '$inc' ? by : 0;
    if (typeof old !== 'number') {
      throw serverError(14, 'TypeMismatch', `Cannot apply ${op} to '${path}', which is no number`);
    }
    return op === '$inc' ? old + by : old * by;
  };
}

function extreme(operand: unknown, sign: 1 | -1): Change {
  const value = toValue(operand);
  return (old) => (old === undefined || compareValues(value, old) * sign > 0 ? copy(value) : old);
}

function copy(value: Value): Value {
  return toValue(value);
}

function changeOf(op: string, operand: unknown): Change {
  switch (op) {
    case '$set':
    case '$setOnInsert': {
      const value = toValue(operand);
      return () => copy(value);
    }
    case '$unset':
      return () => undefined;
    case '$inc':
    case '$mul':
      return arithmetic(op, operand);
    case '$min':
      return extreme(operand, -1);
    case '$max':
      return extreme(operand, 1);
    case '$push':
      return push(operand);
    case '$addToSet':
      return addToSet(operand);
    case '$pull':
      return pull(operand);
    case '$pullAll':
      return pullAll(operand);
    case '$pop':
      return pop(operand);
    default:
      return refuse(`the update operator ${op}`);
  }
}

function parsePath(text: string): string[] {
  const path = text.split('.');
  if (path.includes('')) {
    throw serverError(56, 'EmptyFieldName', `The update path '${text}' has an empty field name`);
  }
  const positional = path.find((segment) => segment.startsWith('$'));
  if (positional !== undefined) refuse(`"${positional}" in the update path ${text}`);
  return path;
}

const POSITION = /^(?:0|[1-9]\d*)$/;

/** MongoDB applies changes in this order, which decides the order of new fields. */
function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const x = a[i] ?? '';
    const y = b[i] ?? '';
    if (x === y) continue;
    if (POSITION.test(x) && POSITION.test(y)) return Number(x) - Number(y);
    return compareValues(x, y);
  }
  return a.length - b.length;
}

function refuseConflicts(sorted: readonly (readonly string[])[], code: number, name: string): void {
  const seen = new Set<string>();
  for (const path of sorted) {
    for (let length = 1; length <= path.length; length += 1) {
      const start = path.slice(0, length).join('.');
      if (seen.has(start)) {
        const text = `Updating the path '${path.join('.')}' would create a conflict at '${start}'`;
        throw serverError(code, name, text);
      }
    }
    seen.add(path.join('.'));
  }
}

/**
 * Understands an update of MongoDB's operators.
 *
 * @param raw - The update as the caller gave it.
 * @returns Its steps, in the order MongoDB applies them.
 * @throws NotOnEmbeddedStore naming what the embedded store does not have: pipelines, positional
 *   paths, `$rename`, `$currentDate`, `$bit`, `$sort` in `$push`.
 */
export function compileUpdate(raw: unknown): Update {
  if (Array.isArray(raw)) return refuse('updates that are aggregation pipelines');
  if (typeof raw !== 'object' || raw === null) throw new TypeError('An update is an object');
  const steps: Step[] = [];
  for (const [op, operands] of Object.entries(raw) as [string, unknown][]) {
    if (!op.startsWith('$')) {
      throw new mongo.MongoInvalidArgumentError('Update document requires atomic operators');
    }
    if (typeof operands !== 'object' || operands === null) {
      throw serverError(9, 'FailedToParse', `${op} needs an object`);
    }
    const creates = !['$unset', '$pull', '$pullAll', '$pop'].includes(op);
    for (const [key, operand] of Object.entries(operands) as [string, unknown][]) {
      const onlyOnInsert = op === '$setOnInsert';
      steps.push({ path: parsePath(key), change: changeOf(op, operand), creates, onlyOnInsert });
    }
    if (Object.keys(operands).length === 0) changeOf(op, op === '$pop' ? 1 : []);
  }
  steps.sort((a, b) => comparePaths(a.path, b.path));
  refuseConflicts(
    steps.map((step) => step.path),
    40,
    'ConflictingUpdateOperators',
  );
  return steps;
}

function notViable(segment: string, where: string): never {
  const text = `Cannot create field '${segment}' in element {${where}}`;
  throw serverError(28, 'PathNotViable', text);
}

/** Reads one step of the way; for an array the segment must be a position in it. */
function child(node: Doc | Value[], segment: string): Value | undefined {
  if (!Array.isArray(node)) return field(node, segment);
  return POSITION.test(segment) ? node[Number(segment)] : undefined;
}

function putChild(node: Doc | Value[], segment: string, value: Value | undefined): void {
  if (!Array.isArray(node)) {
    if (value === undefined) Reflect.deleteProperty(node, segment);
    else setField(node, segment, value);
    return;
  }
  const position = Number(segment);
  if (value === undefined) {
    if (position < node.length) node[position] = null;
    return;
  }
  if (position - node.length > 1_500_000) {
    throw serverError(2, 'BadValue', `Cannot fill the array up to position ${segment}`);
  }
  while (node.length < position) node.push(null);
  node[position] = value;
}

function applyStep(root: Doc, step: Step): void {
  const { path, change, creates } = step;
  let node: Doc | Value[] = root;
  for (const [i, segment] of path.entries()) {
    const viable = !Array.isArray(node) || POSITION.test(segment);
    if (!viable) {
      if (creates) notViable(segment, path.slice(0, i).join('.'));
      return;
    }
    const old: Value | undefined = child(node, segment);
    if (i === path.length - 1) {
      const value = change(old, path.join('.'));
      if (value !== undefined || old !== undefined) putChild(node, segment, value);
      return;
    }
    if (old === undefined) {
      if (!creates) return;
      const made: Doc = {};
      putChild(node, segment, made);
      node = made;
    } else if (isDoc(old) || Array.isArray(old)) {
      node = old;
    } else if (creates) {
      notViable(path[i + 1] ?? '', path.slice(0, i + 1).join('.'));
    } else {
      return;
    }
  }
}

/**
 * Applies an update to a document.
 *
 * @param old - The document, which stays as it is.
 * @param update - The update.
 * @param inserting - Whether the document is being made by an upsert, so `$setOnInsert` counts.
 * @returns The new document.
 * @throws mongo.MongoServerError where MongoDB would refuse: 14 for `$inc` of a text, 28 for a path
 *   through a value, 66 for another `_id`.
 */
export function applyUpdate(old: Doc, update: Update, inserting: boolean): Doc {
  const doc = copy(old) as Doc;
  for (const step of update) {
    if (inserting || !step.onlyOnInsert) applyStep(doc, step);
  }
  const id = field(old, '_id');
  if (id !== undefined && compareValues(id, field(doc, '_id')) !== 0) {
    throw serverError(66, 'ImmutableField', "The update would change the immutable field '_id'");
  }
  return doc;
}

/**
 * Begins the document of an upsert with what the filter says by equality.
 *
 * @param filter - The filter that matched nothing.
 * @returns The document, before the update is applied to it.
 * @throws NotOnEmbeddedStore where MongoDB may read an equality out of a one-branch `$or`, a
 *   one-value `$in` or an `$all`.
 */
export function upsertBase(filter: Filter): Doc {
  const equalities = filter.clauses.filter((clause) => clause.op === '$eq');
  if (filter.either.some((branches) => branches.length === 1)) refuse('upserts by a $or of one');
  for (const { op, operand } of filter.clauses) {
    if (op === '$all') refuse('upserts by $all');
    if (op === '$in' && Array.isArray(operand) && operand.length === 1) {
      refuse('upserts by a $in of one value');
    }
  }
  const paths = equalities.map(({ path }) => parsePath(path));
  refuseConflicts([...paths].sort(comparePaths), 54, 'NotSingleValueField');
  const base: Doc = {};
  for (const { path, operand } of equalities) {
    const change = () => copy(operand);
    applyStep(base, { path: parsePath(path), change, creates: true, onlyOnInsert: false });
  }
  return base;
}
