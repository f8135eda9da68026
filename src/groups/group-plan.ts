import type { Classroom } from './classroom.js';
import { diceOf, shuffle, type Dice } from './dice.js';
import { apartClique, seatInGroups } from './group-feasible.js';
import { groupCounts, type Blocks } from './group-rules.js';
import { MOST_UNITS } from './group-columns.js';
import { Annealing, type BestSeats } from './group-search.js';
import { Refinement, standingOf } from './group-refine.js';
import { Seating } from './group-seating.js';

/** Steps of the exact search for one number of groups. */
const SEAT_STEPS = 20_000;
/** Nanoseconds of the budget that are planned for; the rest is margin for a slower machine. */
const PLANNED_PER_MS = 480_000;
/** The same for a school year at once, where memory is slower. */
const PLANNED_PER_MS_LARGE = 380_000;
/** Share of it for the annealing; the rest refines what it found. */
const SEARCH_SHARE = 0.2;
/** The same where discomfort moves in leaps. */
const SEARCH_SHARE_LEAPS = 0.4;
/** The same where the groups are too large for listing every possible one. */
const SEARCH_SHARE_LARGE = 0.75;

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
function stepCost(room: Classroom, blocks: Blocks, size: number): number {
  const perMember =
    3 +
    (room.weight.repeats > 0 ? 5 : 0) +
    (room.weight.wishes > 0 || (room.basis === 'wishes' && room.weight.basis > 0) ? 9 : 0) +
    (room.basis === 'interest' && room.weight.basis > 0 ? 8 : 0);
  const perSwap = 70 + (room.traitNames.length > 0 ? 60 : 0) + (room.basis === 'interest' ? 60 : 0);
  const perBlock = blocks.members.length < room.n ? 150 + 20 * size : 0;
  return perSwap + perBlock + 2 * size * perMember + (room.n > 200 ? 60 : 0);
}

interface Candidate {
  readonly count: number;
  readonly bound: number;
  readonly search: Annealing;
  readonly best: BestSeats;
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
  const counts: number[] = [];
  for (let count = Math.max(fewest, clique.length); count <= most; count += 1) counts.push(count);
  const bounds = new Map(counts.map((count) => [count, sizeBound(room, count)]));
  const bound = (count: number): number => bounds.get(count) ?? 0;
  counts.sort((a, b) => bound(a) - bound(b) || a - b);
  const dice = diceOf(seed, 1);
  const budgetNs =
    (Number.isFinite(budgetMs) ? Math.max(1, budgetMs) : 100) *
    (room.n > 400 ? PLANNED_PER_MS_LARGE : PLANNED_PER_MS);
  const size = room.n / Math.max(1, counts[0] ?? 1);
  const leaps = room.basis === 'interest';
  const listable = room.n <= MOST_UNITS ? size <= 5 : size <= 4.5;
  const share = leaps ? SEARCH_SHARE_LEAPS : SEARCH_SHARE;
  const searchNs = budgetNs * (listable ? share : SEARCH_SHARE_LARGE);
  const steps = Math.floor(searchNs / stepCost(room, blocks, size));
  const fewestAlone = aloneAnyway(room);

  const probing = leaps ? 0.8 : 0.25;
  const tried: Candidate[] = [];
  let top: Candidate | null = null;
  const better = (a: Candidate, b: Candidate | null): boolean =>
    b === null ||
    a.best.alone < b.best.alone ||
    (a.best.alone === b.best.alone && a.best.total < b.best.total - 1e-10);
  const done = (next: number): boolean =>
    top !== null && top.best.alone <= fewestAlone && next >= top.best.total - 1e-10;
  const probes = Math.min(counts.length, room.n > 400 ? 3 : 6);
  for (const count of probeOrder(counts, probes, fewest, room)) {
    if (done(bound(count))) continue;
    const candidate = open(room, blocks, count, bound(count), dice, clique);
    if (candidate === null) continue;
    run(candidate, Math.floor((probing * steps) / probes), 0.04, leaps);
    tried.push(candidate);
    if (better(candidate, top)) top = candidate;
  }
  if (tried.length === 0) {
    for (const count of counts) {
      const candidate = open(room, blocks, count, bound(count), dice, clique);
      if (candidate === null) continue;
      tried.push(candidate);
      top = candidate;
      break;
    }
  }
  if (top === null) return null;
  tried.sort((a, b) => (better(a, b) ? -1 : better(b, a) ? 1 : 0));
  const shares = tried.length === 1 ? [1] : [0.75, 0.25];
  tried.slice(0, 2).forEach((candidate, at) => {
    if (done(candidate.bound)) return;
    const own = Math.floor((1 - probing) * steps * (shares[at] ?? 0));
    const runs = Math.max(1, Math.min(6, Math.floor(own / (room.n * 600))));
    for (let turn = 0; turn < runs; turn += 1) {
      if (turn > 0) restart(candidate, room, blocks, dice, clique);
      run(candidate, Math.floor(own / runs), 0.02, leaps);
    }
    if (better(candidate, top)) top = candidate;
  });
  const best = top.best.groups;
  const groups: number[][] = Array.from({ length: top.count }, () => []);
  blocks.members.forEach((members, b) => groups[best[members[0] ?? 0] ?? 0]?.push(b));
  const standing = standingOf(room, blocks, groups);
  const lowest = Math.min(...bounds.values());
  new Refinement(room, blocks, dice, standing, budgetNs - searchNs, lowest, fewestAlone).run();
  standing.groups.forEach((group, g) => {
    for (const b of group) for (const i of blocks.members[b] ?? []) best[i] = g;
  });
  return best;
}

function probeOrder(
  counts: readonly number[],
  probes: number,
  fewest: number,
  room: Classroom,
): number[] {
  const chosen = counts.slice(0, probes);
  if (room.traitNames.length > 0 && counts.includes(fewest) && !chosen.includes(fewest)) {
    chosen.splice(1, 0, fewest);
  }
  return chosen;
}

/** One annealing run; a basis whose discomfort moves in leaps needs more heat to move at all. */
function run(candidate: Candidate, steps: number, hot: number, leaps: boolean): void {
  const heat = leaps ? { hot: 0.3, cold: 0.003, power: 8 } : { hot, cold: 0.01, power: 4 };
  candidate.search.run({ steps, ...heat, aim: 0.4, cycle: 0.1 });
}

function open(
  room: Classroom,
  blocks: Blocks,
  count: number,
  bound: number,
  dice: Dice,
  clique: readonly number[],
): Candidate | null {
  const groups = start(room, blocks, count, dice, clique);
  if (groups === null) return null;
  const largest = blocks.members.reduce((most, m) => Math.max(most, m.length), 1);
  const seating = new Seating(room, count, Math.min(room.n, blocks.max + 8 * largest));
  const best = { groups: groups.slice(), count, alone: Infinity, total: Infinity };
  const search = new Annealing(seating, blocks, dice, best);
  search.start(groups);
  return { count, bound, search, best };
}

function restart(
  candidate: Candidate,
  room: Classroom,
  blocks: Blocks,
  dice: Dice,
  clique: readonly number[],
): void {
  const groups = start(room, blocks, candidate.count, dice, clique);
  if (groups !== null) candidate.search.start(groups);
}

/** A grouping that keeps the rules, with students who are alike for the rules shuffled. */
function start(
  room: Classroom,
  blocks: Blocks,
  count: number,
  dice: Dice,
  clique: readonly number[],
): Int32Array | null {
  const seats = seatInGroups(blocks, count, dice, SEAT_STEPS, clique);
  if (typeof seats === 'string') return null;
  const free: number[] = [];
  blocks.members.forEach((members, b) => {
    if (members.length === 1 && (blocks.apart[b] ?? []).length === 0) free.push(b);
  });
  const seatsFree = free.map((b) => seats[b] ?? 0);
  shuffle(seatsFree, dice);
  free.forEach((b, at) => (seats[b] = seatsFree[at] ?? 0));
  return Int32Array.from({ length: room.n }, (_, i) => seats[blocks.of[i] ?? 0] ?? 0);
}
