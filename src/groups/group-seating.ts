/* eslint-disable @typescript-eslint/no-non-null-assertion --
   the innermost loops of the search: flat arrays, every index in range by construction */
import type { Units } from './group-units.js';

/**
 * Units seated in a fixed number of groups, with sums kept up to date so that asking what a group
 * would feel like with one unit out and another in costs a handful of additions.
 */
export class Seating {
  /** Group of each unit; the unit that is nobody sits nowhere (-1). */
  readonly group: Int32Array;
  /** Students in each group. */
  readonly size: Int32Array;
  /** Units of group g: member[g · stride] … member[g · stride + units[g] − 1]. */
  readonly member: Int32Array;
  readonly units: Int32Array;
  readonly stride: number;
  /** Students alone with a trait in the group {@link replaced} was last asked about. */
  lonely = 0;
  private readonly place: Int32Array;
  private readonly level: Float64Array;
  private readonly wide: Float64Array;
  private readonly holders: Int32Array;
  private readonly namers: Int32Array;
  private readonly carriers: Int32Array;
  private readonly pairs: Int32Array;
  /** Earlier meetings of each unit with each group. */
  private readonly link: Int32Array;
  private readonly wishers: Int32Array;
  private readonly unmet: Int32Array;
  /** Open wishes of each student that each group would meet. */
  private readonly met: Uint8Array;
  /** Units kept apart from each unit, by group. */
  private readonly foes: Uint8Array;
  private readonly sizePart: Float64Array;
  private readonly pairPrice: Float64Array;
  private readonly basis: 0 | 1 | 2 | 3;
  private readonly basisWeight: number;
  private readonly wishesWeight: number;
  private readonly byRepeats: boolean;

  /**
   * @param all - The units.
   * @param count - Number of groups.
   */
  constructor(
    readonly all: Units,
    readonly count: number,
  ) {
    const { room, blocks } = all;
    const { weight, basis, target, n } = room;
    const units = all.count + 1;
    const most = Math.min(n, blocks.max + 8 * all.largest);
    this.stride = most;
    this.group = new Int32Array(units).fill(-1);
    this.size = new Int32Array(count);
    this.member = new Int32Array(count * most);
    this.units = new Int32Array(count);
    this.place = new Int32Array(units);
    this.level = new Float64Array(count);
    this.wide = new Float64Array(count);
    this.holders = new Int32Array(count * all.kinds);
    this.namers = new Int32Array(count);
    this.carriers = new Int32Array(count * all.traits);
    this.pairs = new Int32Array(count);
    this.byRepeats = weight.repeats > 0;
    this.link = new Int32Array(this.byRepeats ? units * count : 0);
    this.wishers = new Int32Array(count);
    this.unmet = new Int32Array(count);
    this.wishesWeight = basis === 'wishes' ? weight.basis : weight.wishes;
    this.met = new Uint8Array(this.wishesWeight > 0 ? n * count : 0);
    this.foes = new Uint8Array(all.hasFoes ? units * count : 0);
    this.basisWeight = weight.basis;
    this.basis =
      weight.basis === 0
        ? 0
        : basis === 'mixed'
          ? 1
          : basis === 'similar'
            ? 2
            : basis === 'interest'
              ? 3
              : 0;
    this.sizePart = new Float64Array(most + 1);
    this.pairPrice = new Float64Array(most + 1);
    for (let size = 1; size <= most; size += 1) {
      this.sizePart[size] = target > 0 ? Math.abs(size - target) / target : 0;
      this.pairPrice[size] = size > 1 ? weight.repeats / (4 * size * (size - 1)) : 0;
    }
  }

  /** Takes every unit from where it sits and seats all as told. */
  seat(groups: Int32Array): void {
    const { all, count } = this;
    for (const list of [this.size, this.units, this.level, this.wide, this.holders, this.namers]) {
      list.fill(0);
    }
    for (const list of [this.carriers, this.pairs, this.link, this.wishers, this.met, this.foes]) {
      list.fill(0);
    }
    this.group.fill(-1);
    for (let u = 0; u < all.count; u += 1) this.join(u, groups[u]!);
    for (let g = 0; g < count; g += 1) this.recount(g);
  }

  /** Moves units to other groups, one after the other; `g` and `h` are all the groups touched. */
  move(u: number, to: number): void {
    const from = this.group[u]!;
    this.leave(u);
    this.join(u, to);
    this.recount(from);
    this.recount(to);
  }

  /** Exchanges two units of different groups. */
  swap(u: number, v: number): void {
    const g = this.group[u]!;
    const h = this.group[v]!;
    this.leave(u);
    this.leave(v);
    this.join(u, h);
    this.join(v, g);
    this.recount(g);
    this.recount(h);
  }

  /** Whether a unit would meet somebody kept apart from it in a group that another unit leaves. */
  meetsFoe(u: number, g: number, but: number): boolean {
    const { foe, count } = this.all;
    return this.foes[u * this.count + g]! - foe[u * (count + 1) + but]! > 0;
  }

  private leave(u: number): void {
    const { group, member, place, stride, units } = this;
    const g = group[u]!;
    const last = units[g]! - 1;
    const moved = member[g * stride + last]!;
    member[g * stride + place[u]!] = moved;
    place[moved] = place[u]!;
    units[g] = last;
    group[u] = -1;
    this.tally(u, g, -1);
  }

  private join(u: number, g: number): void {
    const at = this.units[g]!;
    this.member[g * this.stride + at] = u;
    this.place[u] = at;
    this.units[g] = at + 1;
    this.group[u] = g;
    this.tally(u, g, 1);
  }

  /** Adds what a unit brings to a group's sums, or takes it away. */
  private tally(u: number, g: number, sign: number): void {
    const { all, count } = this;
    this.size[g]! += sign * all.size[u]!;
    this.level[g]! += sign * all.z[u]!;
    this.wide[g]! += sign * all.absZ[u]!;
    this.namers[g]! += sign * all.namers[u]!;
    for (let k = 0, kinds = all.kinds; k < kinds; k += 1) {
      this.holders[g * kinds + k]! += sign * all.holds[u * kinds + k]!;
    }
    for (let t = 0, traits = all.traits; t < traits; t += 1) {
      this.carriers[g * traits + t]! += sign * all.carries[u * traits + t]!;
    }
    if (this.byRepeats) {
      const { from, item, times } = all.partners;
      this.pairs[g]! += sign * (this.link[u * count + g]! + all.ownMet[u]!);
      for (let at = from[u]!, end = from[u + 1]!; at < end; at += 1) {
        this.link[item[at]! * count + g]! += sign * times[at]!;
      }
    }
    if (this.wishesWeight > 0) {
      const { from, item, times } = all.admirers;
      this.wishers[g]! += sign * all.wishers[u]!;
      for (let at = from[u]!, end = from[u + 1]!; at < end; at += 1) {
        this.met[item[at]! * count + g]! += sign * times[at]!;
      }
    }
    if (all.hasFoes) {
      for (const v of all.blocks.apart[u]!) this.foes[v * count + g]! += sign;
    }
  }

  /** Counts the members of a group whose wishes are not met. */
  private recount(g: number): void {
    if (this.wishesWeight === 0) return;
    const { member, units, stride, met, count } = this;
    const { from, item } = this.all.open;
    let unmet = 0;
    for (let at = g * stride, end = at + units[g]!; at < end; at += 1) {
      const u = member[at]!;
      for (let own = from[u]!, last = from[u + 1]!; own < last; own += 1) {
        if (met[item[own]! * count + g] === 0) unmet += 1;
      }
    }
    this.unmet[g] = unmet;
  }

  /**
   * Discomfort of a group with one unit out and another in, either of which may be nobody. Sets
   * {@link lonely}.
   */
  replaced(g: number, out: number, into: number): number {
    const { all, basis } = this;
    const size = this.size[g]! - all.size[out]! + all.size[into]!;
    let d = this.sizePart[size]!;
    if (this.byRepeats) {
      const { ownMet, met } = all;
      const { link, count } = this;
      const eighths =
        this.pairs[g]! -
        (link[out * count + g]! + ownMet[out]!) +
        (link[into * count + g]! + ownMet[into]! - met[into * (all.count + 1) + out]!);
      d += this.pairPrice[size]! * eighths;
    }
    if (basis === 1) {
      const { z, absZ } = all;
      const level = this.level[g]! - z[out]! + z[into]!;
      const wide = this.wide[g]! - absZ[out]! + absZ[into]!;
      d +=
        this.basisWeight * (Math.abs(level / size) + 0.5 * Math.abs(wide / size - all.room.spread));
    }
    if (basis === 2) d += this.basisWeight * this.range(g, out, into);
    else if (basis === 3) d += this.basisWeight * this.unshared(g, out, into);
    if (this.wishesWeight > 0) {
      const wishers = this.wishers[g]! - all.wishers[out]! + all.wishers[into]!;
      if (wishers > 0) d += (this.wishesWeight * this.unmetWith(g, out, into)) / wishers;
    }
    let lonely = 0;
    for (let t = 0, traits = all.traits; t < traits; t += 1) {
      const { carries } = all;
      const carriers =
        this.carriers[g * traits + t]! - carries[out * traits + t]! + carries[into * traits + t]!;
      if (carriers === 1) lonely += 1;
    }
    this.lonely = lonely;
    return d;
  }

  private range(g: number, out: number, into: number): number {
    const { low, high } = this.all;
    const { member } = this;
    let least = low[into]!;
    let most = high[into]!;
    for (let at = g * this.stride, end = at + this.units[g]!; at < end; at += 1) {
      const u = member[at]!;
      if (u === out) continue;
      if (low[u]! < least) least = low[u]!;
      if (high[u]! > most) most = high[u]!;
    }
    return most > least ? most - least : 0;
  }

  private unshared(g: number, out: number, into: number): number {
    const { kinds, holds } = this.all;
    const { holders } = this;
    const namers = this.namers[g]! - this.all.namers[out]! + this.all.namers[into]!;
    if (namers === 0) return 0;
    let most = 1;
    const row = g * kinds;
    const outRow = out * kinds;
    const inRow = into * kinds;
    for (let k = 0; k < kinds; k += 1) {
      const holding = holders[row + k]! - holds[outRow + k]! + holds[inRow + k]!;
      if (holding > most) most = holding;
    }
    return (namers - most) / namers;
  }

  private unmetWith(g: number, out: number, into: number): number {
    const { open, admirers, wanted, count: units, blocks } = this.all;
    const { met, count, group } = this;
    const { of } = blocks;
    const row = units + 1;
    let unmet = this.unmet[g]!;
    for (let at = open.from[out]!, end = open.from[out + 1]!; at < end; at += 1) {
      if (met[open.item[at]! * count + g] === 0) unmet -= 1;
    }
    for (let at = open.from[into]!, end = open.from[into + 1]!; at < end; at += 1) {
      const i = open.item[at]!;
      if (met[i * count + g] === wanted[i * row + out]) unmet += 1;
    }
    for (let at = admirers.from[out]!, end = admirers.from[out + 1]!; at < end; at += 1) {
      const i = admirers.item[at]!;
      if (group[of[i]!] !== g) continue;
      if (met[i * count + g] === admirers.times[at] && wanted[i * row + into] === 0) unmet += 1;
    }
    for (let at = admirers.from[into]!, end = admirers.from[into + 1]!; at < end; at += 1) {
      const i = admirers.item[at]!;
      const u = of[i]!;
      if (group[u] === g && u !== out && met[i * count + g] === 0) unmet -= 1;
    }
    return unmet;
  }
}
