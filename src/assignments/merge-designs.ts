import type { TaskDesign } from './assignment.js';

/** One field that two people changed to different values. */
export interface MergeConflict {
  /** Where: `tiers.<id>.minutes`. */
  readonly path: string;
  readonly mine: unknown;
  readonly theirs: unknown;
}

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/**
 * Whether two parts of a design say the same.
 *
 * @param a - Plain data: records, lists, dates, texts, numbers.
 */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Date || b instanceof Date) {
    return a instanceof Date && b instanceof Date && a.getTime() === b.getTime();
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => isSame(a[key], b[key]));
}

/** What tells the items of a list apart: their id, a date's addressee, a plain id itself. */
function keyOf(item: unknown): string | null {
  if (typeof item === 'string') return item;
  if (!isRecord(item)) return null;
  const { id, scope, tierId, groupId, membershipId } = item;
  if (typeof id === 'string') return id;
  if (typeof scope !== 'string') return null;
  const addressee = [tierId, groupId, membershipId].find((one) => typeof one === 'string');
  return typeof addressee === 'string' ? `${scope}:${addressee}` : null;
}

function keyed(list: readonly unknown[]): ReadonlyMap<string, unknown> | null {
  const found = new Map<string, unknown>();
  for (const item of list) {
    const key = keyOf(item);
    if (key === null || found.has(key)) return null;
    found.set(key, item);
  }
  return found;
}

interface Merging {
  readonly prefers: 'mine' | 'theirs';
  readonly conflicts: MergeConflict[];
}

/** Items of both, in their order; new ones of mine stand behind the item they stood behind. */
function mergeLists(
  base: ReadonlyMap<string, unknown>,
  mine: ReadonlyMap<string, unknown>,
  theirs: ReadonlyMap<string, unknown>,
  path: string,
  merging: Merging,
): unknown[] {
  const order = [...theirs.keys()];
  let before: string | null = null;
  for (const key of mine.keys()) {
    if (!order.includes(key)) {
      const at = before === null ? -1 : order.indexOf(before);
      order.splice(at + 1, 0, key);
    }
    before = key;
  }
  const merged: unknown[] = [];
  for (const key of order) {
    const [was, my, their] = [base.get(key), mine.get(key), theirs.get(key)];
    if (my === undefined && their === undefined) continue;
    if (my === undefined) {
      // Taken away by me: stays only if the other one worked on it meanwhile.
      if (was === undefined || !isSame(was, their)) merged.push(their);
    } else if (their === undefined) {
      if (was === undefined || !isSame(was, my)) merged.push(my);
    } else merged.push(mergeValues(was, my, their, `${path}.${key}`, merging));
  }
  return merged;
}

function mergeValues(
  base: unknown,
  mine: unknown,
  theirs: unknown,
  path: string,
  merging: Merging,
): unknown {
  if (isSame(mine, theirs) || isSame(base, mine)) return theirs;
  if (isSame(base, theirs)) return mine;
  if (isRecord(mine) && isRecord(theirs)) {
    const was: Json = isRecord(base) ? base : {};
    const keys = new Set([...Object.keys(theirs), ...Object.keys(mine)]);
    return Object.fromEntries(
      [...keys].map((key) => [
        key,
        mergeValues(
          was[key],
          mine[key],
          theirs[key],
          path === '' ? key : `${path}.${key}`,
          merging,
        ),
      ]),
    );
  }
  if (Array.isArray(mine) && Array.isArray(theirs)) {
    const [wasBy, mineBy, theirsBy] = [
      keyed(Array.isArray(base) ? base : []),
      keyed(mine),
      keyed(theirs),
    ];
    if (wasBy !== null && mineBy !== null && theirsBy !== null) {
      return mergeLists(wasBy, mineBy, theirsBy, path, merging);
    }
  }
  merging.conflicts.push({ path, mine, theirs });
  return merging.prefers === 'mine' ? mine : theirs;
}

/**
 * Brings two people's changes of one design together.
 *
 * Changes of different parts are both kept. Where both changed the same field to something
 * different, `prefers` decides what the result holds, and the field is told as a conflict so that
 * the page can show both (issue 4, bad input).
 *
 * @param base - The design both started from.
 * @param mine - As the one who saves now has it.
 * @param theirs - As it was saved meanwhile.
 * @param prefers - Whose value the result holds where both changed a field.
 */
export function mergeDesigns(
  base: TaskDesign,
  mine: TaskDesign,
  theirs: TaskDesign,
  prefers: 'mine' | 'theirs',
): { readonly merged: TaskDesign; readonly conflicts: readonly MergeConflict[] } {
  const merging: Merging = { prefers, conflicts: [] };
  const merged = mergeValues(base, mine, theirs, '', merging) as TaskDesign;
  return { merged, conflicts: merging.conflicts };
}
