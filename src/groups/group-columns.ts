/* eslint-disable @typescript-eslint/no-non-null-assertion --
   the innermost loops of the search: flat arrays, every index in range by construction */
import type { Classroom } from './classroom.js';
import type { Blocks } from './group-rules.js';

/** Most blocks a set of columns can be made of: two words of bits. */
export const MOST_UNITS = 64;

/**
 * Possible groups ("columns") of some blocks, each with its discomfort: every set within the size
 * band whose discomfort stays under a limit.
 */
export class Columns {
  count = 0;
  readonly d: Float64Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** Students in each column. */
  readonly size: Uint8Array;
  /** Students alone with a trait, per column. */
  readonly alone: Uint8Array;
  /** Sets looked at, which is what the listing costs. */
  work = 0;
  /** Nothing at or above this discomfort is kept. */
  limit = Infinity;
  private readonly inGroup: Int32Array;
  private readonly foeLow: Int32Array;
  private readonly foeHigh: Int32Array;
  private readonly wishLow: Int32Array;
  private readonly wishHigh: Int32Array;
  private readonly wisher: Uint8Array;
  private readonly tally: Int16Array;
  private readonly traitTally: Int16Array;
  private readonly unitLimit = new Float64Array(MOST_UNITS);
  private mostAlone = 255;
  private largest = 0;
  /** Whether nothing under the limit was let go. */
  complete = true;

  /**
   * @param room - The class.
   * @param blocks - Its rules.
   * @param most - Columns to keep at once; beyond it only the best of each unit stay.
   * @param perUnit - How many stay then.
   */
  constructor(
    private readonly room: Classroom,
    private readonly blocks: Blocks,
    private readonly most: number,
    private readonly perUnit: number,
  ) {
    this.d = new Float64Array(most);
    this.low = new Int32Array(most);
    this.high = new Int32Array(most);
    this.size = new Uint8Array(most);
    this.alone = new Uint8Array(most);
    this.inGroup = new Int32Array(256);
    this.foeLow = new Int32Array(MOST_UNITS);
    this.foeHigh = new Int32Array(MOST_UNITS);
    this.wishLow = new Int32Array(room.n);
    this.wishHigh = new Int32Array(room.n);
    this.wisher = new Uint8Array(room.n);
    this.tally = new Int16Array(room.interestNames.length);
    this.traitTally = new Int16Array(room.traitNames.length);
    for (let i = 0; i < room.n; i += 1) {
      if (room.wishes.from[i + 1]! > room.wishes.from[i]!) this.wisher[i] = 1;
    }
  }

  /**
   * Lists the columns of some blocks.
   *
   * @param units - The blocks, at most {@link MOST_UNITS}.
   * @param limit - Only columns of less discomfort are kept.
   * @param mostAlone - Only columns with at most so many students alone are kept.
   * @param mostWork - Sets to look at before giving up.
   * @param largest - Most students in a column, within the size band.
   * @returns Whether all were listed.
   */
  list(
    units: readonly number[],
    limit: number,
    mostAlone: number,
    mostWork: number,
    largest = 250,
  ): boolean {
    const { room, blocks } = this;
    this.count = 0;
    this.work = 0;
    this.limit = limit;
    this.mostAlone = Math.min(255, mostAlone);
    const unitOf = new Map(units.map((block, unit) => [block, unit]));
    units.forEach((block, unit) => {
      this.foeLow[unit] = 0;
      this.foeHigh[unit] = 0;
      for (const foe of blocks.apart[block]!) {
        const other = unitOf.get(foe) ?? -1;
        if (other >= 32) this.foeHigh[unit] |= 1 << (other - 32);
        else if (other >= 0) this.foeLow[unit] |= 1 << other;
      }
      for (const i of blocks.members[block]!) {
        let low = 0;
        let high = 0;
        for (let at = room.wishes.from[i]!; at < room.wishes.from[i + 1]!; at += 1) {
          const other = unitOf.get(blocks.of[room.wishes.items[at]!]!) ?? -1;
          if (other >= 32) high |= 1 << (other - 32);
          else if (other >= 0) low |= 1 << other;
        }
        this.wishLow[i] = low;
        this.wishHigh[i] = high;
      }
    });
    this.units = units;
    this.complete = true;
    this.unitLimit.fill(Infinity);
    this.largest = Math.min(blocks.max, largest);
    while (room.target > 0 && this.largest > room.target) {
      if ((this.largest - room.target) / room.target < limit) break;
      this.largest -= 1;
    }
    this.mostWork = mostWork;
    this.prepare();
    this.grow(0, 0, 0, 0, 0, 0, 0, 0, Infinity, -Infinity);
    if (this.work > mostWork) this.complete = false;
    return this.work <= mostWork;
  }

  private units: readonly number[] = [];
  private readonly unitSize = new Int32Array(MOST_UNITS);
  private readonly unitPairs = new Int32Array(MOST_UNITS);
  private readonly unitLevel = new Float64Array(MOST_UNITS);
  private readonly unitWide = new Float64Array(MOST_UNITS);
  private readonly unitLeast = new Float64Array(MOST_UNITS);
  private readonly unitTop = new Float64Array(MOST_UNITS);
  /** Earlier meetings between units, in eighths, and by depth with all units picked so far. */
  private readonly meet = new Int32Array(MOST_UNITS * MOST_UNITS);
  private readonly meetSoFar = new Int32Array(MOST_UNITS * (MOST_UNITS + 1));
  private namers = 0;
  private sharing = 0;
  private readonly unitFirst = new Int32Array(MOST_UNITS);
  private readonly sizePart = new Float64Array(251);
  private readonly pairPrice = new Float64Array(251);
  private mostWork = 0;

  /** Adds up what each unit brings to a group, so that growing a set costs a few additions. */
  private prepare(): void {
    const { units, room, blocks, largest } = this;
    const { met, n, z, known, readiness, target } = room;
    units.forEach((block, unit) => {
      const own = blocks.members[block]!;
      this.unitFirst[unit] = own[0]!;
      this.unitSize[unit] = own.length;
      this.unitLevel[unit] = own.reduce((sum, i) => sum + z[i]!, 0);
      this.unitWide[unit] = own.reduce((sum, i) => sum + Math.abs(z[i]!), 0);
      const values = own.filter((i) => known[i] === 1).map((i) => readiness[i]!);
      this.unitLeast[unit] = values.reduce((least, value) => Math.min(least, value), Infinity);
      this.unitTop[unit] = values.reduce((top, value) => Math.max(top, value), -Infinity);
      units.forEach((other, at) => {
        let sum = 0;
        for (const i of own) for (const j of blocks.members[other]!) sum += met[i * n + j]!;
        this.meet[unit * MOST_UNITS + at] = block === other ? 0 : sum;
        if (block === other) this.unitPairs[unit] = sum / 2;
      });
    });
    this.meetSoFar.fill(0, 0, MOST_UNITS);
    for (let size = 1; size <= largest; size += 1) {
      this.sizePart[size] = target > 0 ? Math.abs(size - target) / target : 0;
      this.pairPrice[size] = size > 1 ? room.weight.repeats / (4 * size * (size - 1)) : 0;
    }
  }

  /** Puts every later unit that fits beside the units picked so far, in turn. */
  private grow(
    from: number,
    depth: number,
    size: number,
    low: number,
    high: number,
    pairs: number,
    level: number,
    wide: number,
    least: number,
    top: number,
  ): void {
    const { room, largest, unitSize, unitPairs, unitLevel, unitWide, meetSoFar, meet } = this;
    const { foeLow, foeHigh, sizePart, pairPrice, inGroup, unitFirst } = this;
    const count = this.units.length;
    const { min } = this.blocks;
    const { weight, basis, deviation, spread } = room;
    const repeats = weight.repeats > 0;
    const similar = basis === 'similar' && weight.basis > 0;
    const mixed = basis === 'mixed' && weight.basis > 0;
    const byInterest = basis === 'interest' && weight.basis > 0;
    const dearest = pairPrice[largest]!;
    const row = depth * MOST_UNITS;
    this.work += count - from;
    if (this.work > this.mostWork) return;
    for (let unit = from; unit < count; unit += 1) {
      if ((foeLow[unit]! & low) !== 0 || (foeHigh[unit]! & high) !== 0) continue;
      const newSize = size + unitSize[unit]!;
      if (newSize > largest) continue;
      const newPairs = repeats ? pairs + unitPairs[unit]! + meetSoFar[row + unit]! : 0;
      const newLevel = level + unitLevel[unit]!;
      const newWide = wide + unitWide[unit]!;
      let newLeast = least;
      let newTop = top;
      let soFar = 0;
      if (similar) {
        newLeast = Math.min(least, this.unitLeast[unit]!);
        newTop = Math.max(top, this.unitTop[unit]!);
        if (newTop > newLeast) soFar = (weight.basis * (newTop - newLeast)) / (4 * deviation);
        if (soFar >= this.limit) continue;
      }
      inGroup[size] = unitFirst[unit]!;
      if (newSize > size + 1) {
        const own = this.blocks.members[this.units[unit]!]!;
        for (let at = 1; at < own.length; at += 1) inGroup[size + at] = own[at]!;
      }
      if (newSize >= min) {
        let d = soFar + sizePart[newSize]! + pairPrice[newSize]! * newPairs;
        if (mixed && d < this.limit) {
          d +=
            weight.basis *
            (Math.abs(newLevel / newSize) + 0.5 * Math.abs(newWide / newSize - spread));
        }
        if (d < this.limit) {
          this.keep(
            newSize,
            unit < 32 ? low | (1 << unit) : low,
            unit < 32 ? high : high | (1 << (unit - 32)),
            d,
          );
        }
      }
      if (newSize >= largest || soFar + dearest * newPairs >= this.limit) continue;
      if (byInterest && newSize > 1) {
        // Who does not hold the shared interest now never will.
        this.unshared(newSize);
        const apart = this.namers - this.sharing;
        const share = apart / Math.max(1, this.namers + largest - newSize);
        if (weight.basis * share + dearest * newPairs >= this.limit) continue;
      }
      if (repeats) {
        for (let later = unit + 1; later < count; later += 1) {
          meetSoFar[row + MOST_UNITS + later] =
            meetSoFar[row + later]! + meet[unit * MOST_UNITS + later]!;
        }
      }
      this.grow(
        unit + 1,
        depth + 1,
        newSize,
        unit < 32 ? low | (1 << unit) : low,
        unit < 32 ? high : high | (1 << (unit - 32)),
        newPairs,
        newLevel,
        newWide,
        newLeast,
        newTop,
      );
    }
  }

  private keep(size: number, low: number, high: number, soFar: number): void {
    const { room } = this;
    let d = soFar;
    if (room.basis === 'wishes' ? room.weight.basis > 0 : room.weight.wishes > 0) {
      let wishers = 0;
      let unmet = 0;
      for (let at = 0; at < size; at += 1) {
        const i = this.inGroup[at]!;
        wishers += this.wisher[i]!;
        if (this.wisher[i] === 1 && ((this.wishLow[i]! & low) | (this.wishHigh[i]! & high)) === 0) {
          unmet += 1;
        }
      }
      const wanted = room.basis === 'wishes' ? room.weight.basis : room.weight.wishes;
      if (unmet > 0) d += (wanted * unmet) / wishers;
      if (d >= this.limit) return;
    }
    if (room.basis === 'interest' && room.weight.basis > 0) {
      d += room.weight.basis * this.unshared(size);
      if (d >= this.limit) return;
    }
    const alone = room.traitNames.length > 0 ? this.aloneAmong(size) : 0;
    if (alone > this.mostAlone) return;
    if (this.count === this.most) this.sink();
    if (!this.complete && !this.goodForSome(low, high, d)) return;
    this.d[this.count] = d;
    this.low[this.count] = low;
    this.high[this.count] = high;
    this.size[this.count] = size;
    this.alone[this.count] = alone;
    this.count += 1;
  }

  private goodForSome(low: number, high: number, d: number): boolean {
    for (let bits = low; bits !== 0; bits &= bits - 1) {
      if (d < this.unitLimit[31 - Math.clz32(bits & -bits)]!) return true;
    }
    for (let bits = high; bits !== 0; bits &= bits - 1) {
      if (d < this.unitLimit[63 - Math.clz32(bits & -bits)]!) return true;
    }
    return false;
  }

  private unshared(size: number): number {
    const { from, items } = this.room.interests;
    const { tally, inGroup } = this;
    let most = 0;
    let namers = 0;
    for (let at = 0; at < size; at += 1) {
      const i = inGroup[at]!;
      if (from[i + 1]! > from[i]!) namers += 1;
      for (let own = from[i]!; own < from[i + 1]!; own += 1) {
        const count = tally[items[own]!]! + 1;
        tally[items[own]!] = count;
        if (count > most) most = count;
      }
    }
    for (let at = 0; at < size; at += 1) {
      const i = inGroup[at]!;
      for (let own = from[i]!; own < from[i + 1]!; own += 1) tally[items[own]!] = 0;
    }
    this.namers = namers;
    this.sharing = most;
    return namers === 0 ? 0 : (namers - most) / namers;
  }

  private aloneAmong(size: number): number {
    const { from, items } = this.room.traits;
    const { traitTally, inGroup } = this;
    let alone = 0;
    for (let at = 0; at < size; at += 1) {
      const i = inGroup[at]!;
      for (let own = from[i]!; own < from[i + 1]!; own += 1) {
        const count = traitTally[items[own]!]! + 1;
        traitTally[items[own]!] = count;
        if (count === 1) alone += 1;
        else if (count === 2) alone -= 1;
      }
    }
    for (let at = 0; at < size; at += 1) {
      const i = inGroup[at]!;
      for (let own = from[i]!; own < from[i + 1]!; own += 1) traitTally[items[own]!] = 0;
    }
    return alone;
  }

  /** Lets go of what is not among the best of any of its units, and lowers their limits. */
  private sink(): void {
    this.work += this.count * 4;
    const kept = bestPerUnit(this, this.inOrder(), this.perUnit, this.unitLimit);
    const keep = new Uint8Array(this.count);
    for (const c of kept) keep[c] = 1;
    let next = 0;
    for (let c = 0; c < this.count; c += 1) {
      if (keep[c] === 0) continue;
      this.d[next] = this.d[c]!;
      this.low[next] = this.low[c]!;
      this.high[next] = this.high[c]!;
      this.size[next] = this.size[c]!;
      this.alone[next] = this.alone[c]!;
      next += 1;
    }
    this.count = next;
    this.complete = false;
    let limit = 0;
    for (let unit = 0; unit < this.units.length; unit += 1) {
      limit = Math.max(limit, this.unitLimit[unit]!);
    }
    this.limit = Math.min(this.limit, limit);
  }

  /** Numbers of the columns in order of discomfort. */
  inOrder(): Int32Array {
    // Discomfort and number packed into one float each, so that the native sort does the work.
    const { count, d } = this;
    let top = 1e-9;
    for (let c = 0; c < count; c += 1) if (d[c]! > top) top = d[c]!;
    const keys = new Float64Array(count);
    for (let c = 0; c < count; c += 1) keys[c] = Math.floor((d[c]! / top) * 2 ** 32) * 2 ** 20 + c;
    keys.sort();
    const order = new Int32Array(count);
    for (let at = 0; at < count; at += 1) order[at] = keys[at]! % 2 ** 20;
    return order;
  }
}

/** Calls back with the number of every bit of two words. */
export function eachUnit(low: number, high: number, visit: (unit: number) => void): void {
  for (let bits = low; bits !== 0; bits &= bits - 1) visit(31 - Math.clz32(bits & -bits));
  for (let bits = high; bits !== 0; bits &= bits - 1) visit(63 - Math.clz32(bits & -bits));
}

/**
 * Picks the columns that are among the best of at least one of their units.
 *
 * @param columns - All columns.
 * @param order - Their numbers in order of discomfort.
 * @param perUnit - How many of a unit's columns count as its best.
 * @param limits - Gets each unit's discomfort above which none of its columns was picked for it.
 * @returns Their numbers, in order.
 */
export function bestPerUnit(
  columns: Columns,
  order: Int32Array,
  perUnit: number,
  limits: Float64Array | null = null,
): number[] {
  const { low, high, d } = columns;
  const seen = new Int32Array(MOST_UNITS);
  const chosen: number[] = [];
  for (let at = 0; at < order.length; at += 1) {
    const c = order[at]!;
    let wanted = false;
    for (let bits = low[c]!; bits !== 0 && !wanted; bits &= bits - 1) {
      wanted = seen[31 - Math.clz32(bits & -bits)]! < perUnit;
    }
    for (let bits = high[c]!; bits !== 0 && !wanted; bits &= bits - 1) {
      wanted = seen[63 - Math.clz32(bits & -bits)]! < perUnit;
    }
    if (!wanted) continue;
    eachUnit(low[c]!, high[c]!, (unit) => {
      seen[unit]! += 1;
      if (seen[unit] === perUnit && limits !== null) limits[unit] = d[c]!;
    });
    chosen.push(c);
  }
  return chosen;
}
