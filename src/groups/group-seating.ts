/* eslint-disable @typescript-eslint/no-non-null-assertion --
   the innermost loops of the search: flat arrays, every index in range by construction */
import type { Classroom } from './classroom.js';

/**
 * Students seated in a fixed number of groups, with sums kept up to date so that trying a move costs
 * time in the size of two groups only. Moves are done, measured, and undone where they do not help.
 */
export class Seating {
  readonly n: number;
  readonly group: Int32Array;
  readonly size: Int32Array;
  /** Members of group g: member[g · room] … ; their place in it by student. */
  readonly member: Int32Array;
  readonly stride: number;
  private readonly place: Int32Array;
  /** Value of the earlier meetings in each group, in eighths. */
  private readonly pairs: Int32Array;
  private readonly traitCount: Int16Array;
  private readonly interestCount: Int16Array;
  /** Students alone with a trait, per group (student and trait counted). */
  readonly alone: Int32Array;
  private readonly traits: number;
  private readonly kinds: number;
  private readonly byMixed: boolean;
  private readonly bySimilar: boolean;
  private readonly byInterest: boolean;
  private readonly byRepeats: boolean;
  private readonly byWishes: boolean;
  private readonly basisWeight: number;
  private readonly repeatsWeight: number;
  private readonly wishesWeight: number;
  private readonly absZ: Float64Array;
  private readonly scaled: Float64Array;
  private readonly hasInterest: Uint8Array;

  /**
   * @param room - The class.
   * @param count - Number of groups.
   * @param most - Most students a group may ever hold while a move is tried.
   */
  constructor(
    readonly room: Classroom,
    readonly count: number,
    most: number,
  ) {
    const { n, weight, basis, deviation } = room;
    this.n = n;
    this.stride = most;
    this.group = new Int32Array(n).fill(-1);
    this.size = new Int32Array(count);
    this.member = new Int32Array(count * most);
    this.place = new Int32Array(n);
    this.pairs = new Int32Array(count);
    this.traits = room.traitNames.length;
    this.kinds = room.interestNames.length;
    this.byMixed = basis === 'mixed' && weight.basis > 0;
    this.bySimilar = basis === 'similar' && weight.basis > 0;
    this.byInterest = basis === 'interest' && weight.basis > 0;
    this.byRepeats = weight.repeats > 0;
    this.byWishes = weight.wishes > 0 || (basis === 'wishes' && weight.basis > 0);
    this.basisWeight = weight.basis;
    this.repeatsWeight = weight.repeats / 4;
    this.wishesWeight = basis === 'wishes' ? weight.basis : weight.wishes;
    this.traitCount = new Int16Array(count * this.traits);
    this.interestCount = new Int16Array(this.byInterest ? count * this.kinds : 0);
    this.alone = new Int32Array(count);
    this.absZ = room.z.map(Math.abs);
    this.scaled = room.readiness.map((value) => (deviation > 0 ? value / (4 * deviation) : 0));
    this.hasInterest = Uint8Array.from({ length: n }, (_, i) =>
      room.interests.from[i + 1]! > room.interests.from[i]! ? 1 : 0,
    );
  }

  /** Takes every student from where they sit and seats them as told. */
  seat(groups: Int32Array): void {
    this.size.fill(0);
    this.pairs.fill(0);
    this.traitCount.fill(0);
    this.interestCount.fill(0);
    this.alone.fill(0);
    for (let i = 0; i < this.n; i += 1) this.join(i, groups[i]!);
  }

  /** Moves a student to another group. */
  move(i: number, to: number): void {
    this.leave(i);
    this.join(i, to);
  }

  /** Exchanges two students of different groups. */
  swap(i: number, j: number): void {
    const { group, member, place, stride } = this;
    const g = group[i]!;
    const h = group[j]!;
    if (this.byRepeats) {
      const { met } = this.room;
      const rowI = i * this.n;
      const rowJ = j * this.n;
      let inG = -met[rowI + j]!;
      let inH = inG;
      for (let at = g * stride, end = at + this.size[g]!; at < end; at += 1) {
        const y = member[at]!;
        inG += met[rowJ + y]! - met[rowI + y]!;
      }
      for (let at = h * stride, end = at + this.size[h]!; at < end; at += 1) {
        const y = member[at]!;
        inH += met[rowI + y]! - met[rowJ + y]!;
      }
      this.pairs[g]! += inG;
      this.pairs[h]! += inH;
    }
    member[g * stride + place[i]!] = j;
    member[h * stride + place[j]!] = i;
    const kept = place[i]!;
    place[i] = place[j]!;
    place[j] = kept;
    group[i] = h;
    group[j] = g;
    if (this.traits > 0) {
      this.countTraits(i, g, -1);
      this.countTraits(j, h, -1);
      this.countTraits(i, h, 1);
      this.countTraits(j, g, 1);
    }
    if (this.byInterest) {
      this.countInterests(i, g, -1);
      this.countInterests(j, h, -1);
      this.countInterests(i, h, 1);
      this.countInterests(j, g, 1);
    }
  }

  private leave(i: number): void {
    const { group, member, place, stride, size } = this;
    const g = group[i]!;
    const last = size[g]! - 1;
    const from = g * stride;
    const moved = member[from + last]!;
    member[from + place[i]!] = moved;
    place[moved] = place[i]!;
    size[g] = last;
    group[i] = -1;
    if (this.byRepeats) this.pairs[g]! -= this.valueOf(i, g);
    if (this.traits > 0) this.countTraits(i, g, -1);
    if (this.byInterest) this.countInterests(i, g, -1);
  }

  private join(i: number, g: number): void {
    if (this.byRepeats) this.pairs[g]! += this.valueOf(i, g);
    const at = this.size[g]!;
    this.member[g * this.stride + at] = i;
    this.place[i] = at;
    this.size[g] = at + 1;
    this.group[i] = g;
    if (this.traits > 0) this.countTraits(i, g, 1);
    if (this.byInterest) this.countInterests(i, g, 1);
  }

  private valueOf(i: number, g: number): number {
    const { met } = this.room;
    const row = i * this.n;
    let sum = 0;
    for (let at = g * this.stride, end = at + this.size[g]!; at < end; at += 1) {
      sum += met[row + this.member[at]!]!;
    }
    return sum;
  }

  private countTraits(i: number, g: number, by: number): void {
    const { from, items } = this.room.traits;
    const { traitCount, alone } = this;
    const row = g * this.traits;
    for (let at = from[i]!, end = from[i + 1]!; at < end; at += 1) {
      const slot = row + items[at]!;
      const before = traitCount[slot]!;
      const after = before + by;
      traitCount[slot] = after;
      if (after === 1) alone[g]! += 1;
      else if (before === 1) alone[g]! -= 1;
    }
  }

  private countInterests(i: number, g: number, by: number): void {
    const { from, items } = this.room.interests;
    const row = g * this.kinds;
    for (let at = from[i]!, end = from[i + 1]!; at < end; at += 1) {
      this.interestCount[row + items[at]!]! += by;
    }
  }

  /** Discomfort of a group as it sits now. */
  discomfort(g: number): number {
    const size = this.size[g]!;
    const from = g * this.stride;
    const end = from + size;
    const { member } = this;
    const { target } = this.room;
    let d = target > 0 ? Math.abs(size - target) / target : 0;
    if (this.byMixed) {
      const { z, spread } = this.room;
      const { absZ } = this;
      let level = 0;
      let wide = 0;
      for (let at = from; at < end; at += 1) {
        const y = member[at]!;
        level += z[y]!;
        wide += absZ[y]!;
      }
      d += this.basisWeight * (Math.abs(level / size) + 0.5 * Math.abs(wide / size - spread));
    } else if (this.bySimilar) {
      const { known } = this.room;
      const { scaled } = this;
      let low = Infinity;
      let high = -Infinity;
      for (let at = from; at < end; at += 1) {
        const y = member[at]!;
        if (known[y] === 0) continue;
        const value = scaled[y]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (high > low) d += this.basisWeight * (high - low);
    } else if (this.byInterest) {
      d += this.basisWeight * this.unshared(g);
    }
    if (this.byRepeats && size > 1) {
      d += (this.repeatsWeight * this.pairs[g]!) / (size * (size - 1));
    }
    if (this.byWishes) {
      const { from: first, items } = this.room.wishes;
      const { group } = this;
      let wishers = 0;
      let unmet = 0;
      for (let at = from; at < end; at += 1) {
        const y = member[at]!;
        let wish = first[y]!;
        const last = first[y + 1]!;
        if (wish === last) continue;
        wishers += 1;
        while (wish < last && group[items[wish]!] !== g) wish += 1;
        if (wish === last) unmet += 1;
      }
      if (unmet > 0) d += (this.wishesWeight * unmet) / wishers;
    }
    return d;
  }

  private unshared(g: number): number {
    const { from, items } = this.room.interests;
    const { member, interestCount, hasInterest } = this;
    const row = g * this.kinds;
    let most = 0;
    let namers = 0;
    for (let at = g * this.stride, end = at + this.size[g]!; at < end; at += 1) {
      const y = member[at]!;
      namers += hasInterest[y]!;
      for (let own = from[y]!, last = from[y + 1]!; own < last; own += 1) {
        const holders = interestCount[row + items[own]!]!;
        if (holders > most) most = holders;
      }
    }
    return namers === 0 ? 0 : (namers - most) / namers;
  }
}
