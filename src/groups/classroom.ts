/* eslint-disable @typescript-eslint/no-non-null-assertion --
   flat arrays indexed by student, all of the same length n by construction */
import type { Basis, GroupRequest, GroupStudent, Word } from './group-request.js';

/** Lists of whole numbers, one per student, laid end to end: those of i are from[i] … from[i + 1]. */
export interface Lists {
  readonly from: Int32Array;
  readonly items: Int32Array;
}

/**
 * The present students of a request as numbers 0 … n − 1, with everything the score needs in flat
 * arrays. Nothing of the absent or unknown is left in it.
 */
export interface Classroom {
  readonly n: number;
  readonly ids: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly basis: Basis;
  /** Weights of the basis, repeats and wishes: 0, 1 or 3; 0 too where there is nothing to weigh. */
  readonly weight: { readonly basis: number; readonly repeats: number; readonly wishes: number };
  /** Wanted group size in students, above 0; 0 only where the request gives none that makes sense. */
  readonly target: number;
  /** 1 where the readiness is known. */
  readonly known: Uint8Array;
  readonly readiness: Float64Array;
  /** Class standard deviation of the known readiness, dividing by their number. */
  readonly deviation: number;
  readonly z: Float64Array;
  /** Average of |z| over all present students. */
  readonly spread: number;
  readonly interests: Lists;
  readonly interestNames: readonly string[];
  readonly traits: Lists;
  readonly traitNames: readonly string[];
  /** Wishes for present classmates. */
  readonly wishes: Lists;
  /** Value of each pair's earlier meetings in eighths, n × n, both ways. */
  readonly met: Uint8Array;
}

const WEIGHT = new Map<string, number>([
  ['off', 0],
  ['a little', 1],
  ['a lot', 3],
]);
/** Activities that still count as "together before"; the newest counts 8 eighths, the oldest 1. */
const REMEMBERED = 8;

/**
 * Lists the students a request's groups are made of: present, each id once.
 *
 * @param request - The request.
 * @returns The first entry of every id not marked absent, in the order of the request.
 */
export function presentStudents(request: GroupRequest): GroupStudent[] {
  const first = new Map<string, GroupStudent>();
  for (const student of request.students) {
    if (!first.has(student.id)) first.set(student.id, student);
  }
  return [...first.values()].filter((student) => student.absent !== true);
}

/** The weight of a word; a word unknown here counts as if left out. */
function weigh(word: Word | undefined, otherwise: Word): number {
  return WEIGHT.get(word ?? otherwise) ?? WEIGHT.get(otherwise) ?? 0;
}

function lists(perStudent: readonly (readonly number[])[]): Lists {
  const from = new Int32Array(perStudent.length + 1);
  perStudent.forEach((own, i) => (from[i + 1] = from[i]! + own.length));
  return { from, items: Int32Array.from(perStudent.flat()) };
}

function named(perStudent: readonly (readonly string[] | undefined)[]): [Lists, string[]] {
  const numberOf = new Map<string, number>();
  const numbered = perStudent.map((own) =>
    [...new Set(own ?? [])].map((name) => {
      const number = numberOf.get(name) ?? numberOf.size;
      numberOf.set(name, number);
      return number;
    }),
  );
  return [lists(numbered), [...numberOf.keys()]];
}

function meetings(request: GroupRequest, indexOf: ReadonlyMap<string, number>): Uint8Array {
  const n = indexOf.size;
  const met = new Uint8Array(n * n);
  const newest = (request.history ?? []).slice(-REMEMBERED).reverse();
  const counted = new Uint8Array(newest.length === 0 ? 0 : n * n);
  newest.forEach((activity, age) => {
    for (const group of activity) {
      const members = new Set<number>();
      for (const id of group) {
        const i = indexOf.get(id);
        if (i !== undefined) members.add(i);
      }
      for (const i of members) {
        for (const j of members) {
          if (i === j || counted[i * n + j] === age + 1) continue;
          counted[i * n + j] = age + 1;
          met[i * n + j]! += REMEMBERED - age;
        }
      }
    }
  });
  return met;
}

function targetOf(size: GroupRequest['size'], n: number): number {
  if (size.target !== undefined && size.target > 0 && Number.isFinite(size.target)) {
    return size.target;
  }
  const min = size.min !== undefined && Number.isFinite(size.min) ? size.min : 1;
  const max = size.max !== undefined && Number.isFinite(size.max) ? size.max : Math.max(n, min);
  return Math.max(0, (min + max) / 2);
}

/**
 * Numbers the present students of a request and gathers what the score weighs: z values, interests,
 * traits, wishes and meetings ("Who counts" and "The score" of the grouping rules).
 *
 * @param request - The request; it is read, never changed.
 * @returns The class in flat arrays.
 */
export function classroomOf(request: GroupRequest): Classroom {
  const present = presentStudents(request);
  const n = present.length;
  const ids = present.map((student) => student.id);
  const indexOf = new Map(ids.map((id, i) => [id, i]));
  const known = Uint8Array.from(present, ({ readiness }) =>
    typeof readiness === 'number' && Number.isFinite(readiness) ? 1 : 0,
  );
  const readiness = Float64Array.from(present, (student, i) =>
    known[i] === 1 ? (student.readiness ?? 0) : 0,
  );
  const values = readiness.filter((_, i) => known[i] === 1);
  const mean = values.length === 0 ? 0 : values.reduce((sum, value) => sum + value) / values.length;
  const hasSpread = values.some((value) => value !== values[0]);
  const deviation = hasSpread
    ? Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    : 0;
  const z = readiness.map((value, i) =>
    known[i] === 1 && deviation > 0 ? (value - mean) / deviation : 0,
  );
  const [interests, interestNames] = named(present.map((student) => student.interests));
  const [traits, traitNames] = named(present.map((student) => student.traits));
  const given = new Map(Object.entries(request.wishes ?? {}));
  const wishes = lists(
    ids.map((id, i) => {
      const wished = (given.get(id) ?? []).map((other) => indexOf.get(other));
      return [...new Set(wished)].filter((j): j is number => j !== undefined && j !== i);
    }),
  );
  const met = meetings(request, indexOf);
  const { basis } = request;
  const somethingToWeigh = {
    random: false,
    wishes: wishes.items.length > 0,
    interest: interests.items.length > 0,
    mixed: deviation > 0,
    similar: deviation > 0,
  } satisfies Record<Basis, boolean>;
  const weights = request.weights ?? {};
  return {
    n,
    ids,
    indexOf,
    basis,
    weight: {
      basis: somethingToWeigh[basis] ? weigh(weights.basis, 'a lot') : 0,
      repeats: met.some((value) => value > 0) ? weigh(weights.repeats, 'a little') : 0,
      wishes:
        basis === 'wishes' || wishes.items.length === 0 ? 0 : weigh(weights.wishes, 'a little'),
    },
    target: targetOf(request.size, n),
    known,
    readiness,
    deviation,
    z,
    spread: n === 0 ? 0 : z.reduce((sum, value) => sum + Math.abs(value), 0) / n,
    interests,
    interestNames,
    traits,
    traitNames,
    wishes,
    met,
  };
}
