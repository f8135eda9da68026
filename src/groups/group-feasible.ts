/* eslint-disable @typescript-eslint/no-non-null-assertion --
   flat arrays indexed by block and group, in range by construction */
import { diceOf, type Dice } from './dice.js';
import { groupCounts, type Blocks } from './group-rules.js';

/** Group of each block; 'none' where it is proven that there is no way; 'unknown' out of steps. */
export type Seats = Int32Array | 'none' | 'unknown';

/** Blocks kept apart from each other one and all, found greedily from several starts. */
export function apartClique(blocks: Blocks): number[] {
  let best: number[] = [];
  const sets = blocks.apart.map((others) => new Set(others));
  const byDegree = blocks.apart
    .map((_, b) => b)
    .filter((b) => sets[b]!.size > 0)
    .sort((a, b) => sets[b]!.size - sets[a]!.size || a - b);
  for (const start of byDegree.slice(0, 60)) {
    const clique = [start];
    let left = blocks.apart[start]!.filter((b) => b !== start);
    while (left.length > 0) {
      let pick = left[0]!;
      let most = -1;
      for (const b of left) {
        let common = 0;
        for (const other of left) if (sets[b]!.has(other)) common += 1;
        if (common > most) {
          most = common;
          pick = b;
        }
      }
      clique.push(pick);
      left = left.filter((b) => b !== pick && sets[pick]!.has(b));
    }
    if (clique.length > best.length) best = clique;
  }
  return best;
}

/**
 * Puts blocks into exactly `count` groups so that every rule holds: exact search by the block with
 * the fewest groups left per past failure (dom/wdeg with restarts), cut by a flow that sees whether
 * groups still below the minimum can be filled. Students without any tie are interchangeable, so
 * they are only counted and fill up at the end.
 */
class SeatSearch {
  private readonly sizes: Int32Array;
  private readonly order: number[];
  private readonly weight: Float64Array;
  private readonly twins: number[][];
  private readonly seat: Int32Array;
  private readonly held: Int32Array;
  /** Reasons why a block may not go to a group, counted. */
  private readonly barred: Int32Array;
  private readonly singles: number[];
  /** Blocks seated already that are kept apart from each block. */
  private readonly seatedFoes: Int32Array;
  private opened = 0;
  private nodes = 0;
  private nodeLimit = 0;
  private patient = false;

  constructor(
    private readonly blocks: Blocks,
    private readonly count: number,
    private readonly dice: Dice,
    private readonly clique: readonly number[],
  ) {
    const { members, apart } = blocks;
    this.sizes = Int32Array.from(members, (m) => m.length);
    const tied = members.map((_, b) => b).filter((b) => apart[b]!.length > 0 || this.sizes[b]! > 1);
    this.singles = members
      .map((_, b) => b)
      .filter((b) => apart[b]!.length === 0 && this.sizes[b] === 1);
    this.order = tied;
    this.weight = Float64Array.from(apart, (others, b) => others.length + this.sizes[b]! / 16);
    this.seat = new Int32Array(members.length).fill(-1);
    this.held = new Int32Array(count);
    this.seatedFoes = new Int32Array(members.length);
    this.barred = new Int32Array(members.length * count);
    const kinds = new Map<string, number[]>();
    this.twins = members.map(() => []);
    for (const b of tied) {
      const kind = `${this.sizes[b]!}:${[...apart[b]!].sort((x, y) => x - y).join(',')}`;
      const alike = kinds.get(kind) ?? [];
      if (alike.length === 0) kinds.set(kind, alike);
      alike.push(b);
      this.twins[b] = alike;
    }
  }

  /** Searches with restarts until found, proven impossible, or out of nodes. */
  run(limit: number): Seats {
    const { min, max, n } = this.blocks;
    const { sizes, blocks, clique, count } = this;
    const hopeless =
      count * min > n ||
      count * max < n ||
      clique.length > count ||
      sizes.some((size) => size > max) ||
      blocks.apart.some((others, b) => others.includes(b));
    if (hopeless) return 'none';
    for (let budget = 64 + this.order.length; ; budget *= 2) {
      this.nodes = 0;
      this.patient = budget > 64 + this.order.length;
      this.nodeLimit = Math.min(budget, limit);
      const found = this.descend();
      if (found === 'yes') return this.filled();
      if (found === 'no') return 'none';
      if (budget >= limit) return 'unknown';
    }
  }

  private place(b: number, g: number): void {
    this.seat[b] = g;
    this.held[g]! += this.sizes[b]!;
    if (g === this.opened) this.opened += 1;
    for (const other of this.blocks.apart[b]!) {
      this.barred[other * this.count + g]! += 1;
      this.seatedFoes[other]! += 1;
    }
  }

  private lift(b: number, g: number, openedBefore: number): void {
    this.seat[b] = -1;
    this.held[g]! -= this.sizes[b]!;
    this.opened = openedBefore;
    for (const other of this.blocks.apart[b]!) {
      this.barred[other * this.count + g]! -= 1;
      this.seatedFoes[other]! -= 1;
    }
  }

  private fits(b: number, g: number): boolean {
    return (
      this.barred[b * this.count + g] === 0 && this.held[g]! + this.sizes[b]! <= this.blocks.max
    );
  }

  /** The next block: of the clique first, then fewest groups left per weight. */
  private next(): number {
    const last = Math.min(this.opened + 1, this.count);
    for (const b of this.clique) if (this.seat[b] === -1) return b;
    let best = -1;
    let bestRank = Infinity;
    for (const b of this.order) {
      if (this.seat[b] !== -1) continue;
      let options = last - this.seatedFoes[b]!;
      if (options < last / 2) {
        options = 0;
        for (let g = 0; g < last; g += 1) if (this.fits(b, g)) options += 1;
      }
      if (options === 0) {
        this.weight[b]! += 1;
        return b;
      }
      const free = this.blocks.apart[b]!.length === 0 ? 1000 - this.sizes[b]! : 0;
      const rank = free + options / (1 + this.weight[b]!);
      if (rank < bestRank) {
        bestRank = rank;
        best = b;
      }
    }
    return best;
  }

  private descend(): 'yes' | 'no' | 'stopped' {
    this.nodes += 1;
    if (this.nodes > this.nodeLimit) return 'stopped';
    if (!this.canFill()) return 'no';
    const b = this.next();
    if (b === -1) return 'yes';
    const openedBefore = this.opened;
    const groups: number[] = [];
    for (let g = 0; g < Math.min(openedBefore + 1, this.count); g += 1) {
      if (this.fits(b, g)) groups.push(g);
    }
    const { held, count } = this;
    const luck = groups.map(() => this.dice.roll(1024));
    const byRoom = groups
      .map((_, at) => at)
      .sort((x, y) => held[groups[x]!]! - held[groups[y]!]! || luck[x]! - luck[y]!);
    const undone: number[] = [];
    const tried = new Set<number>();
    const onlySizes = this.blocks.apart[b]!.length === 0;
    let outcome: 'yes' | 'no' | 'stopped' = 'no';
    for (const at of byRoom) {
      const g = groups[at]!;
      // Once only blocks without ties are left, groups of one size are alike.
      if (onlySizes && tried.has(held[g]!) && g < openedBefore) continue;
      tried.add(held[g]!);
      this.place(b, g);
      outcome = this.descend();
      if (outcome === 'yes') return 'yes';
      this.lift(b, g, openedBefore);
      if (outcome === 'stopped') break;
      // What failed for this block fails for its twins; an unopened group stands for all of them.
      for (const twin of this.twins[b]!) {
        if (this.seat[twin] !== -1 || twin === b) continue;
        const last = g === openedBefore ? count : g + 1;
        for (let same = g; same < last; same += 1) {
          this.barred[twin * count + same]! += 1;
          undone.push(twin * count + same);
        }
      }
    }
    for (const slot of undone) this.barred[slot]! -= 1;
    return outcome;
  }

  /** Whether the groups below the minimum can still be filled, blocks taken as divisible. */
  private canFill(): boolean {
    const { min } = this.blocks;
    const { held, count, sizes } = this;
    let missing = 0;
    for (let g = 0; g < count; g += 1) missing += Math.max(0, min - held[g]!);
    const supply = this.singles.length;
    if (missing <= supply) return true;
    const left = this.order.filter((b) => this.seat[b] === -1);
    const total = left.reduce((sum, b) => sum + sizes[b]!, supply);
    if (missing > total) return false;
    // The flow costs more than a step, so the first, hopeful dive looks at it now and then only.
    const every = this.patient ? (left.length * count > 4_000 ? 16 : 8) : 32;
    if (this.nodes % every !== 1 % every || left.length * count > 60_000) return true;
    if (left.length * count > 8_000 && (!this.patient || this.nodes > 1)) return true;
    // Augmenting paths from each missing seat to a block that may sit there.
    const givesTo: Int32Array[] = left.map(() => new Int32Array(count));
    const spare = left.map((b) => sizes[b]!);
    let free = supply;
    const seen = new Uint8Array(count);
    const seenBlock = new Uint8Array(left.length);
    const fill = (g: number): boolean => {
      seen[g] = 1;
      for (let at = 0; at < left.length; at += 1) {
        if (spare[at]! > 0 && this.fits(left[at]!, g)) {
          spare[at]! -= 1;
          givesTo[at]![g]! += 1;
          return true;
        }
      }
      for (let at = 0; at < left.length; at += 1) {
        if (seenBlock[at] === 1 || !this.fits(left[at]!, g)) continue;
        seenBlock[at] = 1;
        const giving = givesTo[at]!;
        for (let h = 0; h < count; h += 1) {
          if (giving[h]! === 0 || seen[h] === 1) continue;
          if (fill(h)) {
            giving[h]! -= 1;
            giving[g]! += 1;
            return true;
          }
        }
      }
      return false;
    };
    for (let g = 0; g < count; g += 1) {
      for (let need = min - held[g]!; need > 0; need -= 1) {
        seen.fill(0);
        seenBlock.fill(0);
        if (fill(g)) continue;
        // What cannot come from a block must come from the students without ties.
        free -= need;
        if (free < 0) return false;
        break;
      }
    }
    return true;
  }

  /** Seats the students without ties: minimum first, then the smallest group. */
  private filled(): Int32Array {
    const { held, count } = this;
    for (const b of this.singles) {
      let least = 0;
      for (let g = 1; g < count; g += 1) if (held[g]! < held[least]!) least = g;
      this.seat[b] = least;
      held[least]! += 1;
    }
    return this.seat;
  }
}

/**
 * Puts blocks into exactly `count` groups within the size band, none with blocks kept apart.
 *
 * @param blocks - Students, band and ties.
 * @param count - Number of groups.
 * @param dice - Decide between ways that look equal.
 * @param limit - Steps before giving up.
 * @param clique - Blocks all apart from one another, if known ({@link apartClique}).
 * @returns A group number per block, or why there is none.
 */
export function seatInGroups(
  blocks: Blocks,
  count: number,
  dice: Dice,
  limit: number,
  clique: readonly number[] = apartClique(blocks),
): Seats {
  return new SeatSearch(blocks, count, dice, clique).run(limit);
}

/**
 * Finds out whether present students can be grouped at all, with whatever number of groups.
 *
 * @param blocks - Students, band and ties.
 * @param limit - Steps per number of groups before giving up on it.
 * @returns A group number per block; 'none' where it is proven that there is no way; 'unknown' where
 *   the steps did not suffice.
 */
export function anyGrouping(blocks: Blocks, limit: number): Seats {
  const { min, max, members, apart } = blocks;
  const { fewest, most } = groupCounts(blocks);
  if (fewest > most || members.some((m) => m.length > max)) return 'none';
  if (apart.some((others, b) => others.includes(b))) return 'none';
  if (min <= 1) return Int32Array.from(members, (_, b) => b);
  const clique = apartClique(blocks);
  if (clique.length > most) return 'none';
  let certain = true;
  const dice = diceOf(1);
  // More groups leave more room to keep apart, so they are tried first; each is tried briefly
  // before any is tried long.
  for (const steps of [Math.min(limit, 400), limit]) {
    certain = true;
    for (let count = most; count >= Math.max(fewest, clique.length); count -= 1) {
      const seats = seatInGroups(blocks, count, dice, steps, clique);
      if (typeof seats !== 'string') return seats;
      if (seats === 'unknown') certain = false;
    }
    if (certain) return 'none';
  }
  return 'unknown';
}
