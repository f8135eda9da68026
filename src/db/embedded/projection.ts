import { refuse, serverError } from './refusal.js';
import { field, isDoc, setField, toValue, type Doc, type Value } from './value.js';

/** Takes from a document what was asked for. */
export type Projection = (doc: Doc) => Doc;

/** The paths of a projection as a tree; true means the whole field. */
type Tree = Map<string, Tree | true>;

function addPath(tree: Tree, path: readonly string[], whole: string): void {
  let node = tree;
  for (const [i, segment] of path.entries()) {
    if (segment === '' || segment.startsWith('$')) refuse(`the projection path ${whole}`);
    const next = node.get(segment);
    if (next === true || (next !== undefined && i === path.length - 1)) {
      throw serverError(31249, 'Location31249', `Path collision at ${whole}`);
    }
    if (i === path.length - 1) {
      node.set(segment, true);
    } else {
      const made: Tree = next ?? new Map<string, Tree | true>();
      node.set(segment, made);
      node = made;
    }
  }
}

function include(doc: Doc, tree: Tree): Doc {
  const out: Doc = {};
  for (const key of Object.keys(doc)) {
    const under = tree.get(key);
    const value = field(doc, key);
    if (under === undefined || value === undefined) continue;
    const kept = under === true ? value : includeIn(value, under);
    if (kept !== undefined) setField(out, key, kept);
  }
  return out;
}

function includeIn(value: Value, tree: Tree): Value | undefined {
  if (isDoc(value)) return include(value, tree);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((item) => {
    const kept = includeIn(item, tree);
    return kept === undefined ? [] : [kept];
  });
}

function exclude(doc: Doc, tree: Tree): Doc {
  const out: Doc = {};
  for (const key of Object.keys(doc)) {
    const under = tree.get(key);
    const value = field(doc, key);
    if (under === true || value === undefined) continue;
    setField(out, key, under === undefined ? value : excludeIn(value, under));
  }
  return out;
}

function excludeIn(value: Value, tree: Tree): Value {
  if (isDoc(value)) return exclude(value, tree);
  return Array.isArray(value) ? value.map((item) => excludeIn(item, tree)) : value;
}

function isIncluded(path: string, value: unknown): boolean {
  const plain = toValue(value);
  if (typeof plain === 'boolean') return plain;
  if (typeof plain === 'number') return plain !== 0;
  return refuse(`the projection of ${path} by an expression`);
}

/**
 * Understands a projection: fields to take, or fields to leave out, `_id` apart.
 *
 * @param raw - The projection as the caller gave it.
 * @returns What takes the fields; documents come back whole where nothing was asked.
 * @throws NotOnEmbeddedStore for expressions, `$slice`, `$elemMatch` and positional paths.
 */
export function compileProjection(raw: unknown): Projection {
  if (raw === undefined || raw === null) return (doc) => doc;
  if (typeof raw !== 'object' || Array.isArray(raw)) return refuse('this projection');
  const wanted = Object.entries(raw).map(
    ([path, value]) => [path, isIncluded(path, value)] as const,
  );
  if (wanted.length === 0) return (doc) => doc;
  const others = wanted.filter(([path]) => path !== '_id');
  const id = wanted.find(([path]) => path === '_id')?.[1];
  const including = others.length > 0 ? others[0]?.[1] === true : id === true;
  const tree: Tree = new Map();
  for (const [path, value] of others) {
    if (value !== including) {
      throw serverError(31254, 'Location31254', `Cannot mix inclusion and exclusion at ${path}`);
    }
    addPath(tree, path.split('.'), path);
  }
  if (including ? id !== false : id === false) {
    if (!tree.has('_id')) addPath(tree, ['_id'], '_id');
  } else if (!including && id === undefined) {
    return (doc) => exclude(doc, tree);
  }
  return including ? (doc) => include(doc, tree) : (doc) => exclude(doc, tree);
}
