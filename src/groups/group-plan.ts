import type { Classroom } from './classroom.js';
import { diceOf, shuffle, type Dice } from './dice.js';
import { MOST_UNITS } from './group-columns.js';
import { apartClique, seatInGroups } from './group-feasible.js';
import { Refinement, standingOf } from './group-refine.js';
import { groupCounts, type Blocks } from './group-rules.js';
import { Annealing } from './group-search.js';
import { Seating } from './group-seating.js';
import { unitsOf, type Units } from './group-units.js';

/** Steps of the exact search for one number of groups. */
const SEAT_STEPS = 20_000;
/** Nanoseconds of the budget that are planned for a class; the rest is margin for a slower machine. */
const PLANNED_PER_MS_CLASS = 600_000;
/** The same for several classes at once. */
const PLANNED_PER_MS = 480_000;
/** The same for a school year at once, where memory is slower. */
const PLANNED_PER_MS_LARGE = 380_000;
/** Share of it for the annealing where possible groups can be listed; the rest refines. */
const SEARCH_SHARE = 0.4;
/** Steps of one annealing run per student: many short runs find more than a long one. */
const RUN_STEPS = 350;
/** Average size up to which the possible groups of a class, and of a larger class, can be listed. */
const LISTABLE = 5;
const LISTABLE_LARGE = 4.5;
/** Numbers of groups that are tried at all. */
const MOST_COUNTS = 6;
/** Share of moves for the worse accepted at the start and at the end of a run. */
const LOOSE = 0.02;
const STRICT = 0.003;

/** Lowest total that any grouping into `count` groups can have: even sizes, and nothing else wrong. */
function sizeBound(room: Classroom, count: number): number {
  const { n, target } = room;
  if (target <= 0) return 0;
  const small = Math.floor(n / count);
  const large = n - small * count;
  const off = Math.abs(small - target) / target;
  const offLarge = Math.abs(small + 1 - target) / target;
  const worst = large === 0 ? off : Math.max(off, offLarge);
  return 0.75 * worst + (0.25 * (off * (count - large) + offLarge * large)) / count;
}

/** Students who are alone with a trait in any grouping: the only holder in the class. */
function aloneAnyway(room: Classroom): number {
  const holders = new Int32Array(room.traitNames.length);
  for (const trait of room.traits.items) holders[trait] = (holders[trait] ?? 0) + 1;
  return holders.filter((count) => count === 1).length;
}

/** Rough cost of one step of the annealing in nanoseconds, from what there is to weigh. */
function stepCost({ room, kinds, traits, largest, hasFoes }: Units, size: number): number {
  const { weight, basis } = room;
  const byWishes = weight.wishes > 0 || (basis === 'wishes' && weight.basis > 0);
  const each =
    75 +
    (weight.basis > 0 && basis === 'mixed' ? 15 : 0) +
    (weight.basis > 0 && basis === 'similar' ? 4 * size : 0) +
    5 * kinds +
    8 * traits +
    (weight.repeats > 0 ? 20 : 0) +
    (byWishes ? 60 : 0) +
    (hasFoes ? 10 : 0);
  return each * (largest > 1 ? 1.5 : 1) * (room.n > 200 ? 1.9 : 1);
}

/** The search with one number of groups. */
interface Candidate {
  readonly count: number;
  readonly bound: number;
  readonly search: Annealing;
}

/** Runs annealing with several numbers of groups, the more often the better it goes. */
class Contest {
  readonly tried: Candidate[] = [];
  top: Candidate | null = null;

  constructor(
    private readonly units: Units,
    private readonly dice: Dice,
    private readonly clique: readonly number[],
    private readonly fewestAlone: number,
  ) {}

  /** Takes a number of groups into the contest; false where there is no such grouping. */
  enter(count: number, bound: number): boolean {
    const groups = this.fresh(count);
    if (groups === null) return false;
    const search = new Annealing(new Seating(this.units, count), this.dice);
    search.start(groups);
    const candidate = { count, bound, search };
    this.tried.push(candidate);
    if (this.top === null || isBetter(candidate, this.top)) this.top = candidate;
    return true;
  }

  /** Whether nothing better can have so low a bound. */
  isSettled(bound: number): boolean {
    const search = this.top?.search;
    return (
      search !== undefined && search.alone <= this.fewestAlone && bound >= search.total - 1e-10
    );
  }

  /** Spends steps on runs of about the length given. */
  run(steps: number, length: number): void {
    const { tried } = this;
    let left = steps;
    const probe = Math.min(length / 2, (0.3 * steps) / tried.length);
    if (tried.length > 1) {
      for (const candidate of tried) left -= this.turn(candidate, probe, false);
      this.rank();
      const close = tried.slice(0, 3);
      const second = Math.min(length, (0.3 * left) / close.length);
      for (const candidate of close) left -= this.turn(candidate, second, false);
    }
    const turns = Math.max(1, Math.round(left / length));
    for (let turn = 0; turn < turns; turn += 1) {
      this.rank();
      const candidate = tried[turn % 4 === 3 ? 1 : 0] ?? tried[0];
      if (candidate !== undefined) this.turn(candidate, left / turns, turn >= turns / 2);
    }
  }

  private rank(): void {
    this.tried.sort((a, b) => (isBetter(a, b) ? -1 : isBetter(b, a) ? 1 : a.bound - b.bound));
  }

  private turn(candidate: Candidate, steps: number, fromBest: boolean): number {
    const { search, bound, count } = candidate;
    if (this.isSettled(bound)) return 0;
    const groups = fromBest ? search.best.slice() : this.fresh(count);
    if (groups === null) return 0;
    search.start(groups);
    search.run({
      steps: Math.max(1, Math.floor(steps)),
      loose: LOOSE,
      strict: STRICT,
    });
    if (this.top === null || isBetter(candidate, this.top)) this.top = candidate;
    return steps;
  }

  /** A grouping that keeps the rules, with students who are alike for the rules shuffled. */
  private fresh(count: number): Int32Array | null {
    const { blocks } = this.units;
    const seats = seatInGroups(blocks, count, this.dice, SEAT_STEPS, this.clique);
    if (typeof seats === 'string') return null;
    const free: number[] = [];
    blocks.members.forEach((members, b) => {
      if (members.length === 1 && (blocks.apart[b] ?? []).length === 0) free.push(b);
    });
    const seatsFree = free.map((b) => seats[b] ?? 0);
    shuffle(seatsFree, this.dice);
    free.forEach((b, at) => (seats[b] = seatsFree[at] ?? 0));
    return seats;
  }
}

function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.search.alone !== b.search.alone) return a.search.alone < b.search.alone;
  return a.search.total < b.search.total - 1e-10;
}

/**
 * Searches the best grouping of a class under its rules, over the numbers of groups the size band
 * allows.
 *
 * @param room - The class.
 * @param blocks - Its rules.
 * @param seed - Decides between equals.
 * @param budgetMs - Milliseconds the steps are planned for.
 * @returns A group number per student, or null where the rules cannot all hold.
 */
export function bestGrouping(
  room: Classroom,
  blocks: Blocks,
  seed: number,
  budgetMs: number,
): Int32Array | null {
  const { fewest, most } = groupCounts(blocks);
  const clique = apartClique(blocks);
  const counts: { count: number; bound: number }[] = [];
  for (let count = Math.max(fewest, clique.length); count <= most; count += 1) {
    counts.push({ count, bound: sizeBound(room, count) });
  }
  counts.sort((a, b) => a.bound - b.bound || a.count - b.count);
  const fewestGroups = counts.find(({ count }) => count === fewest);
  if (
    room.traitNames.length > 0 &&
    fewestGroups !== undefined &&
    counts.indexOf(fewestGroups) > 1
  ) {
    counts.splice(counts.indexOf(fewestGroups), 1);
    counts.splice(1, 0, fewestGroups);
  }
  const dice = diceOf(seed, 1);
  const units = unitsOf(room, blocks);
  const fewestAlone = aloneAnyway(room);
  const contest = new Contest(units, dice, clique, fewestAlone);
  const mostCounts = room.n > 400 ? 3 : MOST_COUNTS;
  for (const { count, bound } of counts) {
    if (contest.tried.length >= mostCounts) break;
    if (!contest.isSettled(bound)) contest.enter(count, bound);
  }
  if (contest.top === null) return null;

  const perMs =
    room.n > 400
      ? PLANNED_PER_MS_LARGE
      : room.n > MOST_UNITS
        ? PLANNED_PER_MS
        : PLANNED_PER_MS_CLASS;
  const budgetNs = (Number.isFinite(budgetMs) ? Math.max(1, budgetMs) : 100) * perMs;
  const size = room.n / contest.top.count;
  const listable = size <= (room.n <= MOST_UNITS ? LISTABLE : LISTABLE_LARGE);
  const searchNs = budgetNs * (listable ? SEARCH_SHARE : 1);
  contest.run(searchNs / stepCost(units, size), RUN_STEPS * room.n);

  const best = new Int32Array(room.n);
  const groups: number[][] = Array.from({ length: contest.top.count }, () => []);
  contest.top.search.best.forEach((g, b) => groups[g]?.push(b));
  const standing = standingOf(room, blocks, groups);
  const lowest = Math.min(...counts.map(({ bound }) => bound));
  const restNs = budgetNs - searchNs;
  if (restNs > 0) {
    new Refinement(room, blocks, dice, standing, restNs, lowest, fewestAlone).run();
  }
  standing.groups.forEach((group, g) => {
    for (const b of group) for (const i of blocks.members[b] ?? []) best[i] = g;
  });
  return best;
}
