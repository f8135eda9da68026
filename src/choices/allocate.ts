import { diceOf, shuffle } from '../groups/dice.js';

export interface PlaceOption {
  readonly id: string;
  /** Most students; null: any number. */
  readonly places: number | null;
  /** Fewest students for which it takes place; 0 or left out: any number. */
  readonly atLeast?: number;
}

export interface Wisher {
  readonly id: string;
  /** Option ids, most wanted first; empty: has not chosen yet. */
  readonly wishes: readonly string[];
  /** Options this student cannot have at all. */
  readonly notFor?: readonly string[];
}

export interface Placing {
  readonly studentId: string;
  /** null: nowhere left to go; a person decides. */
  readonly optionId: string | null;
  /** 1 for the first wish; null when it was not wished for. */
  readonly wish: number | null;
  /** Words in `choices-rules.allocation.<reason>`. */
  readonly because: 'wish' | 'wishes-full' | 'undecided' | 'no-place-left';
}

export interface Allocation {
  readonly placings: readonly Placing[];
  /** Options that do not take place, because too few could be given to them. */
  readonly closedOptionIds: readonly string[];
  /** Sum over students of `wishCost`; nobody can make it smaller. */
  readonly cost: number;
}

/** Grows with the square of the rank: two second wishes are kinder than a first and a third. */
const COST_OF = (rank: number): number => rank * rank;
const COST_UNWISHED = 1_000;
const COST_NOWHERE = 1_000_000;
/** Small enough never to outweigh a wish; makes sizes even among equals. */
const COST_OF_PLACE = 1e-7;

/**
 * What it costs a student to get an option: the square of its rank, counted from 0; 1,000 for one
 * they did not wish for (0 for those who wished nothing); 1,000,000 for none at all.
 *
 * @param student - With their wishes.
 * @param optionId - null: none at all.
 * @returns The cost, or Infinity for an option they cannot have.
 */
export function wishCost(student: Wisher, optionId: string | null): number {
  if (optionId === null) return COST_NOWHERE;
  if (student.notFor?.includes(optionId) === true) return Infinity;
  const rank = student.wishes.indexOf(optionId);
  if (rank >= 0) return COST_OF(rank);
  return student.wishes.length === 0 ? 0 : COST_UNWISHED;
}

/**
 * Places students one after another, each time along the cheapest chain of moves (successive
 * shortest paths of a minimum cost flow), so that the outcome is optimal whatever the order.
 *
 * @returns For each student the index of their option; `options.length` for nowhere.
 */
function cheapest(students: readonly Wisher[], options: readonly PlaceOption[]): number[] {
  const nowhere = options.length;
  const size = options.length + 1;
  const cost = students.map((student) => [
    ...options.map((option) => wishCost(student, option.id)),
    COST_NOWHERE,
  ]);
  const costAt = (s: number, o: number): number => cost[s]?.[o] ?? Infinity;
  const members = Array.from({ length: size }, () => new Set<number>());
  const given = students.map(() => nowhere);
  const room = (o: number): boolean =>
    o === nowhere || (members[o]?.size ?? 0) < (options[o]?.places ?? Infinity);

  students.forEach((_student, s) => {
    const distance = Array.from({ length: size }, (_unused, o) => costAt(s, o));
    // The option and the student through whom an option was reached.
    const via = Array.from({ length: size }, () => ({ from: -1, mover: -1 }));
    const queue = Array.from({ length: size }, (_unused, o) => o);
    const queued = queue.map(() => true);
    for (let head = 0; head < queue.length; head += 1) {
      const from = queue[head] ?? 0;
      queued[from] = false;
      const here = distance[from] ?? Infinity;
      if (here === Infinity) continue;
      for (const mover of members[from] ?? []) {
        const base = here - costAt(mover, from);
        for (let to = 0; to < size; to += 1) {
          const there = base + costAt(mover, to);
          if (to === from || there >= (distance[to] ?? Infinity) - 1e-9) continue;
          distance[to] = there;
          via[to] = { from, mover };
          if (queued[to] !== true) {
            queued[to] = true;
            queue.push(to);
          }
        }
      }
    }
    let end = nowhere;
    const total = (o: number): number =>
      (distance[o] ?? Infinity) + (o === nowhere ? 0 : COST_OF_PLACE * (members[o]?.size ?? 0));
    for (let o = 0; o < options.length; o += 1) if (room(o) && total(o) < total(end)) end = o;
    for (let to = end; ;) {
      const { from, mover } = via[to] ?? { from: -1, mover: -1 };
      const comes = mover < 0 ? s : mover;
      if (from >= 0) members[from]?.delete(comes);
      members[to]?.add(comes);
      given[comes] = to;
      if (from < 0) break;
      to = from;
    }
  });
  return given;
}

/**
 * Gives students their places by ranked wishes: no first come, first served. The sum of `wishCost`
 * is the smallest possible; equal claims are decided by the seed, and sizes stay even among equals.
 * An option that gets fewer than `atLeast` is closed, the least wanted first, and its students are
 * placed anew.
 *
 * @param students - All who are to be placed; those without wishes are placed too.
 * @param options - With their places.
 * @param seed - The same seed gives the same places.
 * @returns A placing per student, in the order given; everyone has one or is told why not. Product
 * row 37.
 */
export function allocate(
  students: readonly Wisher[],
  options: readonly PlaceOption[],
  seed: number,
): Allocation {
  const order = students.map((_student, i) => i);
  shuffle(order, diceOf(seed));
  const drawn = order.flatMap((i) => students[i] ?? []);
  let open = [...options];
  const closed: string[] = [];
  let given = cheapest(drawn, open);
  for (;;) {
    const counts = open.map((_option, o) => given.filter((g) => g === o).length);
    const wanted = (id: string): number => drawn.filter((s) => s.wishes[0] === id).length;
    const [least] = open
      .filter((option, o) => (counts[o] ?? 0) > 0 && (counts[o] ?? 0) < (option.atLeast ?? 0))
      .sort((a, b) => wanted(a.id) - wanted(b.id) || (a.id < b.id ? -1 : 1));
    if (least === undefined) break;
    closed.push(least.id);
    open = open.filter((option) => option !== least);
    given = cheapest(drawn, open);
  }
  const optionOf = new Map(
    drawn.map((student, i) => [student.id, open[given[i] ?? -1]?.id ?? null]),
  );
  const placings = students.map((student): Placing => {
    const optionId = optionOf.get(student.id) ?? null;
    const rank = optionId === null ? -1 : student.wishes.indexOf(optionId);
    return {
      studentId: student.id,
      optionId,
      wish: rank < 0 ? null : rank + 1,
      because:
        optionId === null
          ? 'no-place-left'
          : rank >= 0
            ? 'wish'
            : student.wishes.length === 0
              ? 'undecided'
              : 'wishes-full',
    };
  });
  const cost = students.reduce((sum, s) => sum + wishCost(s, optionOf.get(s.id) ?? null), 0);
  return { placings, closedOptionIds: closed, cost };
}
