/* eslint-disable @typescript-eslint/no-non-null-assertion --
   the innermost loops of the search: flat arrays, every index in range by construction */
import { eachUnit, type Columns } from './group-columns.js';

/** The groups that stay as they are while others are formed anew. */
export interface Rest {
  readonly worst: number;
  readonly sum: number;
  readonly count: number;
  readonly alone: number;
}

/**
 * Picks columns that cover every unit exactly once with the best total, by branch and bound: always
 * at the unit with the fewest columns left, best columns first, cut where the cheapest share of every
 * unit left cannot beat the best total known.
 */
export class Cover {
  /** Best known: to be beaten, and beaten as the search goes on. */
  alone = Infinity;
  total = Infinity;
  /** Bits of each chosen group, low and high words in turn; empty until something better is met. */
  found: number[] = [];
  work = 0;
  private readonly picked: number[] = [];
  private readonly counts = new Int32Array(64);
  private readonly cheapest = new Float64Array(64);
  private readonly least = new Float64Array(64);
  private d = new Float64Array(0);
  private low = new Int32Array(0);
  private high = new Int32Array(0);
  private lonely = new Uint8Array(0);
  private size = new Uint8Array(0);
  private units = new Uint8Array(0);
  private firstUnit = new Int32Array(0);
  private share = new Float64Array(0);
  private list = new Int32Array(0);
  private mostWork = 0;
  private lambda = 0;
  private lambdaWorst = 0;
  private largest = 1;
  private n = 0;

  /**
   * @param weights - Students in each unit.
   * @param rest - The groups outside.
   */
  constructor(
    private readonly weights: Int32Array,
    private readonly rest: Rest,
  ) {
    this.n = weights.reduce((sum, weight) => sum + weight, 0);
    this.left = this.n;
  }

  /**
   * Searches among some columns.
   *
   * @param columns - All columns.
   * @param chosen - The numbers of those to use, in order of discomfort.
   * @param mostWork - Work before giving up.
   * @returns Whether the search went through.
   */
  search(columns: Columns, chosen: readonly number[], mostWork: number): boolean {
    const m = chosen.length;
    this.d = Float64Array.from(chosen, (c) => columns.d[c]!);
    this.low = Int32Array.from(chosen, (c) => columns.low[c]!);
    this.high = Int32Array.from(chosen, (c) => columns.high[c]!);
    this.lonely = Uint8Array.from(chosen, (c) => columns.alone[c]!);
    this.size = Uint8Array.from(chosen, (c) => columns.size[c]!);
    this.share = new Float64Array(m);
    this.firstUnit = new Int32Array(m + 1);
    const units: number[] = [];
    const least = this.size.reduce((few, size) => Math.min(few, size), 250);
    this.list = new Int32Array(m * (Math.ceil(this.n / Math.max(1, least)) + 2));
    for (let c = 0; c < m; c += 1) {
      eachUnit(this.low[c]!, this.high[c]!, (unit) => units.push(unit));
      this.firstUnit[c + 1] = units.length;
      this.list[c] = c;
    }
    this.units = Uint8Array.from(units);
    this.largest = this.size.reduce((most, size) => Math.max(most, size), 1);
    this.mostWork = this.work + mostWork;
    this.reprice();
    const { sum, worst, alone, count } = this.rest;
    this.dive(0, m, this.outLow, this.outHigh, this.left, sum, worst, alone, count);
    return this.work <= this.mostWork;
  }

  private outLow = 0;
  private outHigh = 0;
  private left = 0;

  /** Leaves some units out: they sit in the rest. */
  without(low: number, high: number): void {
    this.outLow = low;
    this.outHigh = high;
    eachUnit(low, high, (unit) => (this.left -= this.weights[unit]!));
  }

  /** Sets the price at which one more group pays, from the total to beat. */
  private reprice(): void {
    this.lambdaWorst = this.rest.worst;
    this.lambda = Number.isFinite(this.total) ? 4 * this.total - 3 * this.lambdaWorst : 1e6;
    for (let c = 0; c < this.share.length; c += 1) {
      this.share[c] = (this.d[c]! - this.lambda) / this.size[c]!;
    }
  }

  private dive(
    from: number,
    to: number,
    low: number,
    high: number,
    left: number,
    sum: number,
    worst: number,
    alone: number,
    count: number,
  ): void {
    if (left === 0) {
      const total = 0.75 * worst + (0.25 * sum) / count;
      if (alone > this.alone || (alone === this.alone && total >= this.total - 1e-10)) return;
      this.alone = alone;
      this.total = total;
      this.found = this.picked.flatMap((c) => [this.low[c]!, this.high[c]!]);
      this.reprice();
      return;
    }
    this.work += 8 + to - from;
    if (this.work > this.mostWork) return;
    const { counts, cheapest, least, list, units, firstUnit, share, d, weights } = this;
    const n = weights.length;
    for (let unit = 0; unit < n; unit += 1) {
      counts[unit] = 0;
      cheapest[unit] = Infinity;
    }
    for (let at = from; at < to; at += 1) {
      const c = list[at]!;
      const own = share[c]!;
      for (let slot = firstUnit[c]!, end = firstUnit[c + 1]!; slot < end; slot += 1) {
        const unit = units[slot]!;
        if (counts[unit]! === 0) least[unit] = d[c]!;
        counts[unit]! += 1;
        if (own < cheapest[unit]!) cheapest[unit] = own;
      }
    }
    let bound = sum - this.lambda * count;
    let top = worst;
    for (let unit = 0; unit < n; unit += 1) {
      const covered = unit < 32 ? (low >>> unit) & 1 : (high >>> (unit - 32)) & 1;
      if (covered === 1) continue;
      if (counts[unit] === 0) return;
      bound += weights[unit]! * cheapest[unit]!;
      if (least[unit]! > top) top = least[unit]!;
    }
    let last = to;
    if (alone >= this.alone) {
      const groups = 3 * (count + Math.ceil(left / this.largest));
      bound += (top - this.lambdaWorst) * groups;
      if (alone > this.alone || bound >= -1e-9) return;
      // What a column costs beyond the cheapest shares of its units comes on top of the bound:
      // columns that are too dear go, which leaves the units fewer.
      last = from;
      for (let at = from; at < to; at += 1) {
        const c = list[at]!;
        const own = d[c]!;
        let dear = own - this.lambda;
        const end = firstUnit[c + 1]!;
        for (let slot = firstUnit[c]!; slot < end; slot += 1) {
          dear -= weights[units[slot]!]! * cheapest[units[slot]!]!;
        }
        if (own > top) dear += (own - top) * groups;
        if (bound + dear < -1e-9) {
          list[last] = c;
          last += 1;
          continue;
        }
        for (let slot = firstUnit[c]!; slot < end; slot += 1) counts[units[slot]!]! -= 1;
      }
    }
    let pick = -1;
    let fewest = Infinity;
    for (let unit = 0; unit < n; unit += 1) {
      const covered = unit < 32 ? (low >>> unit) & 1 : (high >>> (unit - 32)) & 1;
      if (covered === 1) continue;
      const options = counts[unit]!;
      if (options === 0) return;
      if (options < fewest) {
        fewest = options;
        pick = unit;
      }
    }
    const bit = pick < 32 ? 1 << pick : 1 << (pick - 32);
    for (let at = from; at < last; at += 1) {
      const c = list[at]!;
      const cLow = this.low[c]!;
      const cHigh = this.high[c]!;
      if (((pick < 32 ? cLow : cHigh) & bit) === 0) continue;
      if (alone + this.lonely[c]! > this.alone) continue;
      let end = last;
      for (let other = from; other < last; other += 1) {
        const o = list[other]!;
        if ((this.low[o]! & cLow) === 0 && (this.high[o]! & cHigh) === 0) {
          list[end] = o;
          end += 1;
        }
      }
      this.work += (last - from) >> 1;
      this.picked.push(c);
      this.dive(
        last,
        end,
        low | cLow,
        high | cHigh,
        left - this.size[c]!,
        sum + d[c]!,
        Math.max(worst, d[c]!),
        alone + this.lonely[c]!,
        count + 1,
      );
      this.picked.pop();
      if (this.work > this.mostWork) return;
    }
  }
}
