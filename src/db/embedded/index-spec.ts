import { compareValues } from './compare.js';
import { compileFilter, type Filter } from './filter.js';
import { keyBytes, type Direction } from './index-key.js';
import { keysAt } from './path.js';
import { refuse, serverError } from './refusal.js';
import { toValue, type Doc } from './value.js';

/** An index as it is kept in the catalog, in words JSON has. */
export interface IndexSpec {
  readonly name: string;
  readonly keys: readonly (readonly [path: string, direction: Direction])[];
  readonly unique: boolean;
  readonly sparse: boolean;
  /** The partialFilterExpression as JSON. */
  readonly partial: string | null;
  readonly expireAfterSeconds: number | null;
}

/** An index ready for use. */
export interface Index {
  readonly spec: IndexSpec;
  readonly paths: readonly (readonly string[])[];
  readonly partial: Filter | null;
  /** The table of its entries, quoted. */
  readonly table: string;
  /** Whether some document had an array on a path of it; then one document has several entries. */
  multikey: boolean;
}

const KNOWN = ['unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds', 'name'];
const HARMLESS = ['background', 'v', 'writeConcern', 'comment', 'maxTimeMS', 'commitQuorum'];

/**
 * Understands a request for an index.
 *
 * @param fields - `{ field: 1 }`, a Map or pairs.
 * @param options - Of MongoDB's options: unique, sparse, partialFilterExpression,
 *   expireAfterSeconds and name.
 * @returns The index's description.
 * @throws NotOnEmbeddedStore for text, geo, hashed and wildcard indexes and other options.
 */
export function indexSpec(fields: unknown, options: Readonly<Record<string, unknown>>): IndexSpec {
  if (typeof fields !== 'object' || fields === null) return refuse('this index');
  const pairs: Iterable<unknown> =
    fields instanceof Map || Array.isArray(fields) ? fields : Object.entries(fields);
  const keys = [...pairs].map((pair) => {
    if (!Array.isArray(pair)) return refuse('this index');
    const [path, direction] = pair as [unknown, unknown];
    if (typeof path !== 'string' || path.includes('$'))
      return refuse(`an index on ${String(path)}`);
    if (direction !== 1 && direction !== -1) return refuse(`a "${String(direction)}" index`);
    return [path, direction] as const;
  });
  if (keys.length === 0) throw serverError(67, 'CannotCreateIndex', 'An index needs a field');
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === false || HARMLESS.includes(name)) continue;
    if (!KNOWN.includes(name)) refuse(`the index option ${name}`);
  }
  const { partialFilterExpression, expireAfterSeconds, name } = options;
  const ttl = typeof expireAfterSeconds === 'number' ? expireAfterSeconds : null;
  if (ttl !== null && (keys.length !== 1 || keys[0]?.[0] === '_id')) {
    throw serverError(67, 'CannotCreateIndex', 'TTL indexes are single-field indexes');
  }
  return {
    name: typeof name === 'string' ? name : keys.flat().join('_'),
    keys,
    unique: options['unique'] === true,
    sparse: options['sparse'] === true,
    partial: partialFilterExpression === undefined ? null : partialOf(partialFilterExpression),
    expireAfterSeconds: ttl,
  };
}

/** Kept as JSON, so only conditions that JSON holds and that a plan can reason about. */
function partialOf(raw: unknown): string {
  const filter = compileFilter(raw);
  const plain = (value: unknown): boolean =>
    Array.isArray(value) ? value.every(plain) : value === null || typeof value !== 'object';
  if (!filter.complete || !filter.clauses.every(({ operand }) => plain(operand))) {
    return refuse('this partialFilterExpression');
  }
  return JSON.stringify(raw);
}

/**
 * Makes an index ready for use.
 *
 * @param spec - Its description.
 * @param table - The quoted table of its entries.
 * @param multikey - What the catalog says about arrays.
 * @returns The index.
 */
export function openIndex(spec: IndexSpec, table: string, multikey: boolean): Index {
  const partial = spec.partial === null ? null : compileFilter(JSON.parse(spec.partial));
  const paths = spec.keys.map(([path]) => path.split('.'));
  return { spec, paths, partial, table, multikey };
}

/** The entries of one document in one index. */
export interface Entries {
  /** Each once, as hexadecimal text to compare by. */
  readonly keys: ReadonlyMap<string, Buffer>;
  readonly viaArray: boolean;
}

const NONE: Entries = { keys: new Map(), viaArray: false };

/**
 * Computes the entries of a document.
 *
 * @param index - The index.
 * @param doc - The document.
 * @returns Its entries: none where the index is sparse or partial and leaves the document out.
 * @throws mongo.MongoServerError 171 for two arrays in one compound index, as MongoDB.
 */
export function entriesOf(index: Index, doc: Doc): Entries {
  if (index.partial?.matches(doc) === false) return NONE;
  const parts = index.paths.map((path) => keysAt(doc, path));
  if (index.spec.sparse && !parts.some((part) => part.present)) return NONE;
  if (parts.filter((part) => part.viaArray).length > 1) {
    throw serverError(171, 'CannotIndexParallelArrays', 'cannot index parallel arrays');
  }
  let keys: Buffer[] = [Buffer.alloc(0)];
  for (const [i, part] of parts.entries()) {
    const direction = index.spec.keys[i]?.[1] ?? 1;
    const bytes = part.keys.map((key) => keyBytes(key, direction));
    keys = keys.flatMap((start) => bytes.map((end) => Buffer.concat([start, end])));
  }
  const viaArray = parts.some((part) => part.viaArray);
  return { keys: new Map(keys.map((key) => [key.toString('latin1'), key])), viaArray };
}

/**
 * Tells whether two requests ask for the same index.
 *
 * @param a - One description.
 * @param b - The other.
 * @returns Whether fields and options agree; names do not count.
 */
export function sameIndex(a: IndexSpec, b: IndexSpec): boolean {
  return compareValues(toValue({ ...a, name: '' }), toValue({ ...b, name: '' })) === 0;
}
