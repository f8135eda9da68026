/* eslint-disable @typescript-eslint/no-non-null-assertion --
   the innermost loops of the search: flat arrays, every index in range by construction */
import type { Seating } from './group-seating.js';

/**
 * What the groups of a seating feel like, kept up to date move by move, and the best grouping met.
 * The worst group counts through an eighth power mean, which leads a search where the worst alone
 * would leave it on a plain.
 */
export class Feelings {
  /** The best grouping met: fewest students alone first, then the lowest total. */
  readonly best: Int32Array;
  alone = Infinity;
  total = Infinity;
  protected readonly d: Float64Array;
  protected readonly felt: Float64Array;
  protected readonly lonely: Int32Array;
  protected sum = 0;
  protected worst = 0;
  protected norm = 1;
  /** What {@link change} was last asked about. */
  protected newD = 0;
  protected newFelt = 0;
  protected newLonely = 0;
  private aloneNow = 0;
  private steep = 0;
  protected readonly share: number;

  /** @param seating - Where the units sit; its own to change. */
  constructor(readonly seating: Seating) {
    const { all, count } = seating;
    this.best = new Int32Array(all.count);
    this.d = new Float64Array(count);
    this.felt = new Float64Array(count);
    this.lonely = new Int32Array(count);
    this.share = 0.25 / count;
  }

  /** Sets the seating and measures it. */
  start(groups: Int32Array): void {
    this.seating.seat(groups);
    this.measure();
    this.keepIfBest();
  }

  protected measure(): void {
    const { seating, d, lonely } = this;
    const nobody = seating.all.count;
    this.sum = 0;
    this.worst = 0;
    this.aloneNow = 0;
    for (let g = 0; g < seating.count; g += 1) {
      const value = seating.replaced(g, nobody, nobody);
      d[g] = value;
      this.sum += value;
      if (value > this.worst) this.worst = value;
      lonely[g] = seating.lonely;
      this.aloneNow += seating.lonely;
    }
  }

  protected keepIfBest(): void {
    if (this.aloneNow > this.alone) return;
    const total = 0.75 * this.worst + this.share * this.sum;
    if (this.aloneNow === this.alone && total >= this.total - 1e-11) return;
    this.alone = this.aloneNow;
    this.total = total;
    const { group } = this.seating;
    for (let u = 0; u < this.best.length; u += 1) this.best[u] = group[u]!;
  }

  /** Fits the smooth stand-in for the worst group to the groups as they are. */
  protected rescale(): void {
    const { d } = this;
    const top = Math.max(this.worst, 1e-9);
    let sum = 0;
    for (const value of d) sum += eighth(value / top);
    // The eighth root by two dozen Newton steps.
    let root = 1;
    for (let i = 0; i < 24; i += 1) root -= (root - sum / (eighth(root) / root)) / 8;
    this.norm = top * root;
    this.steep = (0.75 * this.norm) / 8;
    for (let g = 0; g < d.length; g += 1) this.felt[g] = this.feel(d[g]!);
  }

  protected feel(value: number): number {
    return this.steep * eighth(value / this.norm) + this.share * value;
  }

  /** Change of the search's measure with one unit out of a group and another in. */
  protected change(g: number, out: number, into: number): number {
    const { seating } = this;
    this.newD = seating.replaced(g, out, into);
    this.newFelt = this.feel(this.newD);
    this.newLonely = seating.lonely;
    return this.newFelt - this.felt[g]! + (this.newLonely - this.lonely[g]!) * this.norm;
  }

  /** What a group adds to the search's measure: less it cannot get than by all of it. */
  protected load(g: number): number {
    return this.felt[g]! + this.lonely[g]! * this.norm;
  }

  protected take(g: number, d: number, felt: number, lonely: number): void {
    this.sum += d - this.d[g]!;
    this.aloneNow += lonely - this.lonely[g]!;
    this.d[g] = d;
    this.felt[g] = felt;
    this.lonely[g] = lonely;
  }

  protected finish(oldWorst: number, newWorst: number): void {
    if (newWorst >= this.worst) this.worst = newWorst;
    else if (oldWorst >= this.worst) {
      let worst = 0;
      for (let g = 0; g < this.d.length; g += 1) if (this.d[g]! > worst) worst = this.d[g]!;
      this.worst = worst;
    }
    this.keepIfBest();
  }
}

function eighth(x: number): number {
  const x2 = x * x;
  const x4 = x2 * x2;
  return x4 * x4;
}
