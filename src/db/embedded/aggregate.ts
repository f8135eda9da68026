import { compareValues, kindOf } from './compare.js';
import { compileFilter } from './filter.js';
import { keyBytes } from './index-key.js';
import { compileProjection } from './projection.js';
import { refuse, serverError } from './refusal.js';
import { compileSort, sorted } from './sort.js';
import { field, isDoc, setField, toValue, type Doc, type Value } from './value.js';

type Stage = (docs: readonly Doc[]) => Doc[];
type Expression = (doc: Doc) => Value | undefined;

/** A field path of an expression; through an array it gives the array of what each item has. */
function valueAt(node: Value | undefined, path: readonly string[]): Value | undefined {
  if (path.length === 0 || node === undefined) return node;
  if (Array.isArray(node)) {
    return node.flatMap((item) => {
      const value = isDoc(item) || Array.isArray(item) ? valueAt(item, path) : undefined;
      return value === undefined ? [] : [value];
    });
  }
  const [first = '', ...rest] = path;
  return isDoc(node) ? valueAt(field(node, first), rest) : undefined;
}

/** A path, a document of expressions, or a constant; operators are refused. */
function expression(raw: unknown): Expression {
  if (typeof raw === 'string' && raw.startsWith('$')) {
    const path = raw.slice(1).split('.');
    if (path.some((segment) => segment === '' || segment.startsWith('$'))) {
      return refuse(`the variable ${raw}`);
    }
    return (doc) => valueAt(doc, path);
  }
  if (Array.isArray(raw)) return refuse('arrays in aggregation expressions');
  if (typeof raw === 'object' && raw !== null && Object.getPrototypeOf(raw) === Object.prototype) {
    const parts = Object.entries(raw as Record<string, unknown>).map(([name, inner]) => {
      if (name.startsWith('$')) return refuse(`the aggregation operator ${name}`);
      if (name.includes('.')) return refuse(`the field name ${name} in an expression`);
      return [name, expression(inner)] as const;
    });
    return (doc) => {
      const out: Doc = {};
      for (const [name, of] of parts) {
        const value = of(doc);
        if (value !== undefined) setField(out, name, value);
      }
      return out;
    };
  }
  const constant = toValue(raw);
  return () => constant;
}

type Fold = (values: readonly (Value | undefined)[]) => Value;

function numbers(values: readonly (Value | undefined)[]): number[] {
  return values.filter((value) => typeof value === 'number');
}

function best(values: readonly (Value | undefined)[], sign: 1 | -1): Value {
  let out: Value = null;
  for (const value of values) {
    if (value === undefined || value === null) continue;
    if (out === null || compareValues(value, out) * sign > 0) out = value;
  }
  return out;
}

const FOLDS: Readonly<Record<string, Fold>> = {
  $sum: (values) => numbers(values).reduce((total, value) => total + value, 0),
  $avg: (values) => {
    const all = numbers(values);
    return all.length === 0 ? null : all.reduce((total, value) => total + value, 0) / all.length;
  },
  $min: (values) => best(values, -1),
  $max: (values) => best(values, 1),
  $first: (values) => values[0] ?? null,
  $last: (values) => values.at(-1) ?? null,
  $push: (values) => values.filter((value) => value !== undefined),
};

function accumulator(name: string, raw: unknown): (docs: readonly Doc[]) => Value {
  const [op, operand] = Object.entries((raw ?? {}) as Record<string, unknown>)[0] ?? ['', null];
  if (name.includes('.')) return refuse(`the field name ${name} in $group`);
  if (op === '$count') return (docs) => docs.length;
  const fold = FOLDS[op] ?? refuse(`the accumulator ${op || 'of ' + name}`);
  const of = expression(operand);
  return (docs) => fold(docs.map(of));
}

function group(raw: unknown): Stage {
  const { _id: by, ...rest } = raw as Record<string, unknown>;
  if (by === undefined) throw serverError(15955, 'Location15955', '$group must have an _id');
  const key = expression(by);
  const fields = Object.entries(rest).map(([name, of]) => [name, accumulator(name, of)] as const);
  return (docs) => {
    const groups = new Map<string, { readonly id: Value; readonly docs: Doc[] }>();
    for (const doc of docs) {
      const id = key(doc) ?? null;
      const hex = keyBytes(id).toString('latin1');
      const known = groups.get(hex);
      if (known === undefined) groups.set(hex, { id, docs: [doc] });
      else known.docs.push(doc);
    }
    return [...groups.values()].map(({ id, docs: members }) => {
      const out: Doc = { _id: id };
      for (const [name, of] of fields) setField(out, name, of(members));
      return out;
    });
  };
}

function wholeNumber(name: string, raw: unknown, least: number): number {
  if (typeof raw === 'number' && Number.isInteger(raw) && raw >= least) return raw;
  throw serverError(5107201, 'Location5107201', `${name} needs a whole number from ${least}`);
}

function unwind(raw: unknown): Stage {
  if (typeof raw !== 'string' || !/^\$[^$.]+$/.test(raw)) return refuse('this form of $unwind');
  const name = raw.slice(1);
  return (docs) =>
    docs.flatMap((doc) => {
      const value = field(doc, name);
      if (value === undefined || value === null) return [];
      const items = Array.isArray(value) ? value : [value];
      return items.map((item) => ({ ...doc, [name]: item }));
    });
}

function stage(raw: unknown): Stage {
  const [name, body] = Object.entries(raw as Record<string, unknown>)[0] ?? ['', null];
  switch (name) {
    case '$match': {
      const { matches } = compileFilter(body);
      return (docs) => docs.filter(matches);
    }
    case '$sort': {
      const sort = compileSort(body);
      return (docs) => sorted(docs, sort, (doc) => doc);
    }
    case '$skip': {
      const count = wholeNumber(name, body, 0);
      return (docs) => docs.slice(count);
    }
    case '$limit': {
      const count = wholeNumber(name, body, 1);
      return (docs) => docs.slice(0, count);
    }
    case '$project': {
      const project = compileProjection(body);
      return (docs) => docs.map(project);
    }
    case '$count': {
      if (typeof body !== 'string' || !/^[^$.]+$/.test(body)) return refuse('this $count');
      return (docs) => (docs.length === 0 ? [] : [{ [body]: docs.length }]);
    }
    case '$group':
      return group(body);
    case '$unwind':
      return unwind(body);
    default:
      return refuse(`the aggregation stage ${name}`);
  }
}

/** An aggregation that was understood completely. */
export interface Pipeline {
  /** The filter of a first `$match`, which an index may serve. */
  readonly match: unknown;
  readonly run: (docs: readonly Doc[]) => Doc[];
}

/**
 * Understands an aggregation: `$match`, `$group`, `$sort`, `$skip`, `$limit`, `$project` of fields,
 * `$unwind` of a field, `$count`.
 *
 * @param raw - The stages.
 * @returns What runs them.
 * @throws NotOnEmbeddedStore naming the first stage or operator the embedded store does not have.
 */
export function compilePipeline(raw: readonly unknown[]): Pipeline {
  const stages = raw.map(stage);
  const first = raw[0] as { readonly $match?: unknown } | undefined;
  const run = (docs: readonly Doc[]) =>
    stages.reduce<readonly Doc[]>((current, next) => next(current), docs) as Doc[];
  return { match: first?.$match ?? {}, run };
}

/**
 * Collects the different values of a path, arrays item by item, as `distinct` does.
 *
 * @param docs - The documents.
 * @param path - The path.
 * @returns Each value once, in the order they were met.
 */
export function distinctValues(docs: readonly Doc[], path: string): Value[] {
  const out = new Map<string, Value>();
  const add = (value: Value) => {
    const hex = `${kindOf(value)} ${keyBytes(value).toString('latin1')}`;
    if (!out.has(hex)) out.set(hex, value);
  };
  const walk = (node: Value | undefined, rest: readonly string[]): void => {
    const [first, ...more] = rest;
    if (node === undefined) return;
    if (first === undefined) {
      if (Array.isArray(node)) node.forEach(add);
      else add(node);
    } else if (Array.isArray(node)) {
      if (/^\d+$/.test(first)) refuse(`array positions in a path (".${first}")`);
      for (const item of node) if (isDoc(item)) walk(item, rest);
    } else if (isDoc(node)) {
      walk(field(node, first), more);
    }
  };
  for (const doc of docs) walk(doc, path.split('.'));
  return [...out.values()];
}
