import { compareValues, kindOf } from './compare.js';
import type { Clause, Filter } from './filter.js';
import { after, keyBytes, type Direction } from './index-key.js';
import type { Index } from './index-spec.js';
import { predicateOf } from './operator.js';
import type { Sort } from './sort.js';
import { isDoc, type Value } from './value.js';

/** A stretch of an index: from `lo` inclusive to `hi` exclusive. */
export interface Range {
  readonly lo: Buffer;
  readonly hi: Buffer;
}

/** One way to the candidates: all documents, stretches of an index, or several ways together. */
export type Plan =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'index';
      readonly index: Index;
      readonly ranges: readonly Range[];
      readonly reverse: boolean;
      /** Whether the candidates come in the order that was asked for. */
      readonly ordered: boolean;
    }
  | { readonly kind: 'union'; readonly plans: readonly Plan[] };

const MOST_RANGES = 1000;
const START = Buffer.alloc(0);
const END = Buffer.from([0xff]);

/** Arrays and documents are compared whole by the filter; an index has their items. */
function isPoint(value: Value | undefined): value is Value {
  return value !== undefined && !Array.isArray(value) && !isDoc(value);
}

function pointsOf(clauses: readonly Clause[], path: string): readonly Value[] | null {
  for (const { path: at, op, operand } of clauses) {
    if (at !== path) continue;
    if ((op === '$eq' || op === '$all') && isPoint(operand)) return [operand];
  }
  for (const { path: at, op, operand } of clauses) {
    if (at === path && op === '$in' && Array.isArray(operand) && operand.every(isPoint)) {
      return operand;
    }
  }
  return null;
}

const RANGES = ['$gt', '$gte', '$lt', '$lte'];

/** Reaches to the end of the value's kind, as `$gt: 5` finds numbers only. */
function bound(op: string, operand: Value, direction: Direction): Range {
  const bytes = keyBytes(operand, direction);
  const kind = Buffer.from([direction === 1 ? kindOf(operand) : 0xff - kindOf(operand)]);
  const strict = op === '$gt' || op === '$lt';
  const rising = op.startsWith('$gt') === (direction === 1);
  if (rising) return { lo: strict ? after(bytes) : bytes, hi: after(kind) };
  return { lo: kind, hi: strict ? bytes : after(bytes) };
}

/** With arrays about, two bounds may hold for two different items, so only one is used. */
function rangeOf(clauses: readonly Clause[], index: Index, at: number): Range | null {
  const [path, direction] = index.spec.keys[at] ?? ['', 1];
  let range: Range | null = null;
  for (const { path: on, op, operand } of clauses) {
    if (on !== path || !RANGES.includes(op) || !isPoint(operand)) continue;
    if (operand === null || Number.isNaN(operand)) continue;
    const { lo, hi } = bound(op, operand, direction);
    if (range === null) range = { lo, hi };
    else if (!index.multikey) {
      range = {
        lo: Buffer.compare(lo, range.lo) > 0 ? lo : range.lo,
        hi: Buffer.compare(hi, range.hi) < 0 ? hi : range.hi,
      };
    }
  }
  return range;
}

/** A sparse or partial index may only be used where the filter leaves out what it leaves out. */
function covers(index: Index, clauses: readonly Clause[]): boolean {
  const sure = (path: string): boolean =>
    clauses.some(({ path: on, op, operand }) => {
      if (on !== path) return false;
      if (op === '$eq' || op === '$all' || RANGES.includes(op)) return operand !== null;
      if (op === '$in') return Array.isArray(operand) && !operand.includes(null);
      return op === '$exists' && operand === true;
    });
  if (index.spec.sparse && !index.spec.keys.some(([path]) => sure(path))) return false;
  if (index.partial === null) return true;
  return index.partial.clauses.every((wanted) => {
    if (wanted.op === '$exists' && wanted.operand === true && sure(wanted.path)) return true;
    return clauses.some(
      (clause) =>
        clause.path === wanted.path &&
        (wanted.op === '$type'
          ? clause.op === '$eq' && predicateOf('$type', wanted.operand).test(clause.operand)
          : clause.op === wanted.op && compareValues(clause.operand, wanted.operand) === 0),
    );
  });
}

function orderOf(index: Index, fixed: readonly string[], sort: Sort): 'asc' | 'desc' | null {
  if (index.multikey) return null;
  const open = sort.filter(([path]) => !fixed.includes(path));
  if (open.length === 0) return 'asc';
  const rest = index.spec.keys.filter(([path]) => !fixed.includes(path));
  const flips = open.map(([path, direction], i) =>
    rest[i]?.[0] === path ? rest[i][1] * direction : 0,
  );
  if (flips.every((flip) => flip === 1)) return 'asc';
  return flips.every((flip) => flip === -1) ? 'desc' : null;
}

interface Candidate {
  readonly plan: Plan;
  readonly score: number;
}

function viaIndex(index: Index, filter: Filter, sort: Sort, limited: boolean): Candidate | null {
  if (!covers(index, filter.clauses)) return null;
  let starts: Buffer[] = [START];
  const fixed: string[] = [];
  let at = 0;
  let single = true;
  for (; at < index.spec.keys.length; at += 1) {
    const [path, direction] = index.spec.keys[at] ?? ['', 1];
    const points = pointsOf(filter.clauses, path);
    if (points === null || starts.length * points.length > MOST_RANGES) break;
    const ends = points.map((point) => keyBytes(point, direction));
    starts = starts.flatMap((start) => ends.map((end) => Buffer.concat([start, end])));
    fixed.push(path);
    if (points.length !== 1) single = false;
  }
  const range = at < index.spec.keys.length ? rangeOf(filter.clauses, index, at) : null;
  const order = single ? orderOf(index, fixed, sort) : null;
  const ranges = [
    ...new Map(starts.map((start) => [start.toString('latin1'), start])).values(),
  ].map((start) => ({
    lo: range === null ? start : Buffer.concat([start, range.lo]),
    hi:
      range === null ? (start.length === 0 ? END : after(start)) : Buffer.concat([start, range.hi]),
  }));
  const useful = fixed.length > 0 || range !== null;
  const ordered = order !== null && sort.length > 0;
  if (!useful && !(ordered && limited)) return null;
  const whole = index.spec.unique && fixed.length === index.spec.keys.length;
  const score =
    (whole ? 100 : 0) + fixed.length * 10 + (range === null ? 0 : 5) + (ordered ? 3 : 0);
  const plan: Plan = { kind: 'index', index, ranges, reverse: order === 'desc', ordered };
  return { plan, score };
}

/**
 * Chooses how to find the candidates of a filter. Every match is among the candidates; the filter
 * still has to be asked about each.
 *
 * @param indexes - The collection's indexes.
 * @param filter - The filter.
 * @param sort - The order that was asked for.
 * @param limited - Whether only the first few are wanted, so that walking an index in order pays.
 * @returns The plan.
 */
export function choosePlan(
  indexes: readonly Index[],
  filter: Filter,
  sort: Sort,
  limited: boolean,
): Plan {
  let best: Candidate | null = null;
  for (const index of indexes) {
    const candidate = viaIndex(index, filter, sort, limited);
    if (candidate !== null && candidate.score > (best?.score ?? -1)) best = candidate;
  }
  if (best !== null && best.score > 3) return best.plan;
  for (const branches of filter.either) {
    const plans = branches.map((branch) => choosePlan(indexes, branch, [], false));
    if (plans.every((plan) => plan.kind !== 'all')) return { kind: 'union', plans };
  }
  return best?.plan ?? { kind: 'all' };
}
