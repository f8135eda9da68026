import { compareValues, type SortKey } from './compare.js';
import type { Direction } from './index-key.js';
import { keysAt } from './path.js';
import { refuse, serverError } from './refusal.js';
import type { Doc } from './value.js';

/** Fields and directions, the most important first. */
export type Sort = readonly (readonly [path: string, direction: Direction])[];

function directionOf(value: unknown): Direction {
  if (value === 1 || value === 'asc' || value === 'ascending' || value === '1') return 1;
  if (value === -1 || value === 'desc' || value === 'descending' || value === '-1') return -1;
  return refuse(`the sort direction ${JSON.stringify(value)}`);
}

/**
 * Understands a sort in any of the forms the MongoDB driver takes.
 *
 * @param raw - An object, a Map, pairs, or a field name; nothing means no order.
 * @returns The sort.
 */
export function compileSort(raw: unknown): Sort {
  if (raw === undefined || raw === null) return [];
  if (typeof raw === 'string') return [[raw, 1]];
  if (typeof raw !== 'object') return refuse('this sort');
  const pairs: Iterable<unknown> =
    raw instanceof Map || Array.isArray(raw) ? raw : Object.entries(raw);
  return [...pairs].map((pair) => {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') return refuse('this sort');
    return [pair[0], directionOf(pair[1])] as const;
  });
}

function sortKey(doc: Doc, path: string, direction: Direction): { key: SortKey; multi: boolean } {
  const { keys, viaArray } = keysAt(doc, path.split('.'));
  let best = keys[0];
  for (const key of keys) if (compareValues(key, best) * direction < 0) best = key;
  return { key: best, multi: viaArray };
}

/**
 * Sorts documents in MongoDB's order: of an array the smallest item counts upwards and the greatest
 * downwards. Documents that are equal in all fields keep their order.
 *
 * @param docs - The documents.
 * @param sort - The sort.
 * @param docOf - Where the document of an item is.
 * @returns The sorted items.
 */
export function sorted<T>(items: readonly T[], sort: Sort, docOf: (item: T) => Doc): T[] {
  if (sort.length === 0) return [...items];
  const keyed = items.map((item) => {
    const parts = sort.map(([path, direction]) => sortKey(docOf(item), path, direction));
    if (parts.filter((part) => part.multi).length > 1) {
      throw serverError(2, 'BadValue', 'cannot sort with keys that are parallel arrays');
    }
    return { item, keys: parts.map((part) => part.key) };
  });
  keyed.sort((a, b) => {
    for (const [i, [, direction]] of sort.entries()) {
      const order = compareValues(a.keys[i], b.keys[i]);
      if (order !== 0) return order * direction;
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}
