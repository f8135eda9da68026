import type { SortKey } from './compare.js';
import { refuse } from './refusal.js';
import { field, isDoc, type Doc, type Value } from './value.js';

const POSITION = /^\d+$/;

function noPosition(segment: string): void {
  if (POSITION.test(segment)) refuse(`array positions in a path (".${segment}")`);
}

/**
 * Asks whether any value that a path reaches passes a test. Arrays on the way stand for each of
 * their documents; documents without the rest of the path are tested as missing.
 *
 * @param doc - Where the path starts.
 * @param path - The field names.
 * @param intoArray - Whether an array at the end is tested item by item before it is tested itself.
 * @param test - The test; undefined is a missing field.
 * @returns Whether one passed.
 * @throws NotOnEmbeddedStore when the path names a position of an array.
 */
export function someAt(
  doc: Doc,
  path: readonly string[],
  intoArray: boolean,
  test: (value: Value | undefined) => boolean,
): boolean {
  let node: Value | undefined = doc;
  for (const [i, segment] of path.entries()) {
    if (Array.isArray(node)) {
      noPosition(segment);
      const rest = path.slice(i);
      return node.some((item) => isDoc(item) && someAt(item, rest, intoArray, test));
    }
    node = isDoc(node) ? field(node, segment) : undefined;
    if (node === undefined) return test(undefined);
  }
  if (intoArray && Array.isArray(node) && node.some(test)) return true;
  return test(node);
}

/** What an index or a sort sees of one path of a document. */
export interface KeysAt {
  readonly keys: SortKey[];
  /** Whether an array was met: then one document may have several keys. */
  viaArray: boolean;
  /** Whether the field is there at all, null included. */
  present: boolean;
}

function collect(
  node: Value | undefined,
  path: readonly string[],
  from: number,
  out: KeysAt,
): void {
  if (from === path.length) {
    if (node !== undefined) out.present = true;
    if (Array.isArray(node)) {
      out.viaArray = true;
      out.keys.push(...(node.length === 0 ? [undefined] : node));
    } else {
      out.keys.push(node ?? null);
    }
    return;
  }
  const segment = path[from] ?? '';
  if (Array.isArray(node)) {
    noPosition(segment);
    out.viaArray = true;
    if (node.length === 0) out.keys.push(null);
    for (const item of node) {
      if (isDoc(item)) collect(item, path, from, out);
      else out.keys.push(null);
    }
    return;
  }
  if (isDoc(node)) collect(field(node, segment), path, from + 1, out);
  else out.keys.push(null);
}

/**
 * Collects the keys under which an index or a sort finds a document: a missing field is null, an
 * array is each of its items, an empty array is undefined.
 *
 * @param doc - The document.
 * @param path - The field names.
 * @returns The keys, at least one.
 */
export function keysAt(doc: Doc, path: readonly string[]): KeysAt {
  const out: KeysAt = { keys: [], viaArray: false, present: false };
  collect(doc, path, 0, out);
  return out;
}
