/* eslint-disable @typescript-eslint/no-non-null-assertion --
   flat arrays indexed by student, block and group, in range by construction */
import type { Classroom } from './classroom.js';
import type { Dice } from './dice.js';
import { bestPerUnit, Columns, MOST_UNITS } from './group-columns.js';
import { Cover } from './group-cover.js';
import { aloneIn, discomfortOf } from './group-discomfort.js';
import type { Blocks } from './group-rules.js';

/** A grouping being refined. */
export interface Standing {
  /** Blocks of each group. */
  groups: number[][];
  d: number[];
  lonely: number[];
  total: number;
  alone: number;
}

/** Planned nanoseconds: a set looked at, a unit of covering work, a column prepared, a fresh start. */
const SET_NS = 20;
const COVER_NS = 14;
const COLUMN_NS = 250;
const TURN_NS = 30_000;
/** Sets of one listing for the whole class, and for some groups of it. */
const CLASS_SETS = 900_000;
const PART_SETS = 45_000;
/** Shares of the total known that are hoped for before the thorough search. */
const HOPES = [0.5, 0.7, 0.85, 0.93];

/**
 * Refines a grouping by listing possible groups with their discomfort and picking the best cover by
 * branch and bound: for the whole class where that is small enough, then again and again for a few
 * groups, the worst ones more often (large neighbourhood search).
 */
export class Refinement {
  private spent = 0;
  private readonly weights: Int32Array;
  /** Planned nanoseconds for a set looked at. */
  private readonly setNs: number;
  /** True once nothing better exists. */
  proven = false;

  constructor(
    private readonly room: Classroom,
    private readonly blocks: Blocks,
    private readonly dice: Dice,
    readonly standing: Standing,
    private readonly budgetNs: number,
    private readonly lowest: number,
    private readonly fewestAlone: number,
  ) {
    this.weights = Int32Array.from(blocks.members, (m) => m.length);
    const { basis, weight } = room;
    const byBasis = weight.basis > 0 && (basis === 'wishes' ? 16 : basis === 'interest' ? 45 : 0);
    this.setNs = SET_NS + (byBasis || 0) + (weight.wishes > 0 ? 8 : 0);
  }

  /** Spends the budget, or stops where nothing better exists. */
  run(): void {
    const { blocks, room, standing } = this;
    const all = blocks.members.map((_, b) => b);
    if (this.settled()) return;
    const longest = Math.max(...standing.groups.map((g) => this.studentsIn(g)));
    const small = all.length <= 14;
    const affordable = (size: number): boolean => {
      const sets = setsUpTo(all.length, Math.min(blocks.max, size));
      return small || (sets <= CLASS_SETS && sets * this.setNs < this.budgetNs * 0.75);
    };
    const usual = Math.ceil(room.n / standing.groups.length);
    const largest = [longest + 1, longest, usual].find(affordable);
    if (all.length <= MOST_UNITS && largest !== undefined) {
      this.wholeClass(all, small, small ? blocks.max : largest, largest >= longest);
    }
    const columns = new Columns(room, blocks, 6_000, 120);
    let idle = 0;
    while (this.spent < this.budgetNs && !this.settled() && idle < 400) {
      idle = this.part(columns) ? 0 : idle + 1;
    }
  }

  private settled(): boolean {
    const { standing } = this;
    return (
      this.proven || (standing.alone <= this.fewestAlone && standing.total < this.lowest + 1e-10)
    );
  }

  private studentsIn(group: readonly number[]): number {
    return group.reduce((sum, b) => sum + this.weights[b]!, 0);
  }

  private wholeClass(all: readonly number[], small: boolean, largest: number, goOn: boolean): void {
    const { room, blocks, standing } = this;
    const columns = new Columns(room, blocks, small ? 70_000 : 16_000, 200);

    const worst = Math.max(...standing.d);
    const reach = small ? standing.total / 0.75 : Math.min(standing.total / 0.75, worst * 1.02);
    const limit = standing.alone > this.fewestAlone ? Infinity : reach + 1e-9;
    const listed = columns.list(all, limit, standing.alone, CLASS_SETS, largest);
    this.spent += columns.work * this.setNs + columns.count * COLUMN_NS;
    const order = columns.inOrder();
    const cover = new Cover(this.weights, { worst: 0, sum: 0, count: 0, alone: 0 });
    cover.alone = standing.alone;
    cover.total = standing.total;
    const share = (this.budgetNs - this.spent) * 0.6;
    // Asking for much more than is known is refused quickly, or else saves the long way there.
    for (const hope of small ? [] : HOPES) {
      cover.alone = standing.alone;
      cover.total = hope * standing.total;
      const most = cover.total / 0.75;
      const chosen = bestPerUnit(columns, order, 40).filter((c) => columns.d[c]! < most);
      const before = cover.work;
      cover.search(columns, chosen, share / 6 / COVER_NS);
      this.spent += (cover.work - before) * COVER_NS + chosen.length * COLUMN_NS;
      if (cover.found.length > 0) this.takeOver(cover, all, []);
      cover.found = [];
    }
    cover.alone = standing.alone;
    cover.total = standing.total;
    for (let perUnit = 12; ; perUnit *= 2) {
      const chosen = bestPerUnit(columns, order, perUnit);
      const everything = chosen.length === columns.count;
      const before = cover.work;
      const through = cover.search(
        columns,
        chosen,
        Math.max(20_000, share / (small && everything ? 1 : 3) / COVER_NS),
      );
      this.spent += (cover.work - before) * COVER_NS + chosen.length * COLUMN_NS;
      if (cover.found.length > 0) this.takeOver(cover, all, []);
      cover.found = [];
      if (everything && through && listed && columns.complete && (small || limit === Infinity))
        this.proven = true;
      if (everything || this.spent > this.budgetNs * 0.8 || !through) break;
    }
    let idle = 0;
    while (goOn && this.spent < this.budgetNs && !this.settled() && idle < 300) {
      idle = this.partOfListed(columns, order, all) ? 0 : idle + 1;
    }
  }

  /** Chooses groups to form anew: a bad one first, others by lot, up to so many students. */
  private choose(students: number): number[] {
    const { standing, dice } = this;
    const { groups, d, lonely } = standing;
    let start = dice.roll(groups.length);
    const how = dice.roll(4);
    if (how < 2) {
      d.forEach((value, g) => {
        if (value > d[start]!) start = g;
      });
    } else if (how === 2) {
      const other = dice.roll(groups.length);
      if (d[other]! > d[start]!) start = other;
    }
    if (standing.alone > this.fewestAlone && dice.roll(2) === 0) {
      const withAlone = groups.map((_, g) => g).filter((g) => lonely[g]! > 0);
      start = withAlone[dice.roll(withAlone.length)] ?? start;
    }
    const chosen = [start];
    let sum = this.studentsIn(groups[start]!);
    for (let tries = 0; tries < 12 && chosen.length < groups.length; tries += 1) {
      const g = dice.roll(groups.length);
      const size = this.studentsIn(groups[g]!);
      if (chosen.includes(g) || sum + size > students) continue;
      chosen.push(g);
      sum += size;
    }
    return chosen;
  }

  private restOf(chosen: readonly number[]): {
    worst: number;
    sum: number;
    count: number;
    alone: number;
  } {
    const { d, lonely, groups } = this.standing;
    const rest = { worst: 0, sum: 0, count: groups.length - chosen.length, alone: 0 };
    const picked = new Set(chosen);
    for (let g = 0; g < d.length; g += 1) {
      if (picked.has(g)) continue;
      rest.worst = Math.max(rest.worst, d[g]!);
      rest.sum += d[g]!;
      rest.alone += lonely[g]!;
    }
    return rest;
  }

  private partOfListed(columns: Columns, order: Int32Array, all: readonly number[]): boolean {
    const { standing } = this;
    const chosen = this.choose(24);
    let low = 0;
    let high = 0;
    for (const g of chosen) {
      for (const b of standing.groups[g]!) {
        if (b < 32) low |= 1 << b;
        else high |= 1 << (b - 32);
      }
    }
    const inside: number[] = [];
    const rest = this.restOf(chosen);
    const limit = this.limitWith(rest);
    for (let at = 0; at < order.length; at += 1) {
      const c = order[at]!;
      if (columns.d[c]! >= limit) break;
      if ((columns.low[c]! & ~low) === 0 && (columns.high[c]! & ~high) === 0) inside.push(c);
      if (inside.length >= 700) break;
    }
    const cover = new Cover(this.weights, rest);
    const out = this.bitsOutside(low, high);
    cover.without(out.low, out.high);
    return this.solve(cover, columns, inside, chosen, all, order.length * 3);
  }

  private bitsOutside(low: number, high: number): { low: number; high: number } {
    const units = this.weights.length;
    const full = (count: number): number => (count >= 32 ? -1 : count <= 0 ? 0 : (1 << count) - 1);
    return { low: full(units) & ~low, high: full(units - 32) & ~high };
  }

  private limitWith(rest: { sum: number }): number {
    const { standing } = this;
    if (standing.alone > this.fewestAlone) return Infinity;
    return (standing.total - (0.25 * rest.sum) / standing.groups.length) / 0.75;
  }

  private part(columns: Columns): boolean {
    const { standing, blocks } = this;
    const longest = Math.max(...standing.groups.map((g) => this.studentsIn(g)));
    let students = 2 * longest;
    while (students < 40 && setsUpTo(students + 1, Math.min(blocks.max, longest + 1)) < PART_SETS)
      students += 1;
    const chosen = this.choose(students);
    const units = chosen.flatMap((g) => standing.groups[g]!);
    if (units.length > MOST_UNITS) {
      this.spent += TURN_NS;
      return false;
    }
    const rest = this.restOf(chosen);
    columns.list(units, this.limitWith(rest), standing.alone - rest.alone, PART_SETS * 3);
    this.spent += columns.work * this.setNs;
    const cover = new Cover(
      Int32Array.from(units, (b) => this.weights[b]!),
      rest,
    );
    const inside = bestPerUnit(columns, columns.inOrder(), 60);
    return this.solve(cover, columns, inside, chosen, units, columns.count);
  }

  private solve(
    cover: Cover,
    columns: Columns,
    inside: readonly number[],
    chosen: readonly number[],
    units: readonly number[],
    looked: number,
  ): boolean {
    const { standing } = this;
    cover.alone = standing.alone;
    cover.total = standing.total;
    cover.search(columns, inside, 25_000);
    this.spent += cover.work * COVER_NS + inside.length * COLUMN_NS + looked * 2 + TURN_NS;
    if (cover.found.length === 0) return false;
    this.takeOver(
      cover,
      units,
      chosen.length === standing.groups.length ? [] : this.others(chosen),
    );
    return true;
  }

  private others(chosen: readonly number[]): number[] {
    const picked = new Set(chosen);
    return this.standing.groups.map((_, g) => g).filter((g) => !picked.has(g));
  }

  private takeOver(cover: Cover, units: readonly number[], kept: readonly number[]): void {
    const { standing } = this;
    const fresh: number[][] = [];
    for (let at = 0; at < cover.found.length; at += 2) {
      const low = cover.found[at]!;
      const high = cover.found[at + 1]!;
      fresh.push(units.filter((_, unit) => (((unit < 32 ? low : high) >>> (unit % 32)) & 1) === 1));
    }
    const next = standingOf(this.room, this.blocks, fresh);
    standing.groups = [...kept.map((g) => standing.groups[g]!), ...next.groups];
    standing.d = [...kept.map((g) => standing.d[g]!), ...next.d];
    standing.lonely = [...kept.map((g) => standing.lonely[g]!), ...next.lonely];
    standing.total = totalOf(standing.d);
    standing.alone = standing.lonely.reduce((all, value) => all + value, 0);
  }
}

/** Number of sets of one up to `largest` out of `units`. */
function setsUpTo(units: number, largest: number): number {
  let sum = 0;
  let sets = 1;
  for (let size = 1; size <= Math.min(units, largest) && sum < 1e9; size += 1) {
    sets = (sets * (units - size + 1)) / size;
    sum += sets;
  }
  return sum;
}

/**
 * Measures a grouping given as blocks per group.
 *
 * @param room - The class.
 * @param blocks - Its rules.
 * @param groups - Blocks of each group.
 * @returns The grouping with each group's discomfort and the total.
 */
export function standingOf(room: Classroom, blocks: Blocks, groups: number[][]): Standing {
  const students = groups.map((group) => group.flatMap((b) => blocks.members[b]!));
  const d = students.map((group) => discomfortOf(room, group));
  const lonely = students.map((group) => aloneIn(room, group).length);
  return {
    groups,
    d,
    lonely,
    total: totalOf(d),
    alone: lonely.reduce((all, value) => all + value, 0),
  };
}

function totalOf(d: readonly number[]): number {
  let worst = 0;
  let sum = 0;
  for (const value of d) {
    worst = Math.max(worst, value);
    sum += value;
  }
  return 0.75 * worst + (0.25 * sum) / Math.max(1, d.length);
}
