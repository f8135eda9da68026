/* eslint-disable @typescript-eslint/no-non-null-assertion --
   the innermost loops of the search: flat arrays, every index in range by construction */
import type { Dice } from './dice.js';
import { Feelings } from './group-feelings.js';
import type { Seating } from './group-seating.js';

/** How one annealing run goes. */
export interface Plan {
  readonly steps: number;
  /** Share of the moves for the worse that is accepted at the start and at the end. */
  readonly loose: number;
  readonly strict: number;
}

/** Moves of 256 that start at a bad group, go to a friend, go to a twin, pass three units around. */
const AIMED = 190;
const TO_FRIEND = 160;
const TO_TWIN = 40;
const AROUND = 10;
/** Fewer of the first above so many students, where most groups still have much to gain. */
const AIMED_LARGE = 140;
const SCHOOL = 400;

/** Exponentially distributed numbers for the acceptance test, from arithmetic that is alike on every machine. */
const EXPONENTIAL = ((): Float64Array => {
  const table = new Float64Array(4096);
  for (let i = 0; i < 4096; i += 1) {
    // -ln(x) by halving down to [1/2, 1) and the series of the inverse hyperbolic tangent.
    let x = (i + 0.5) / 4096;
    let halvings = 0;
    for (; x < 0.5; x *= 2) halvings += 1;
    const y = (x - 1) / (x + 1);
    let term = y;
    let sum = 0;
    for (let odd = 1; odd < 40; odd += 2) {
      sum += term / odd;
      term *= y * y;
    }
    table[i] = halvings * 0.6931471805599453 - 2 * sum;
  }
  return table;
})();

/** Temperature at the start of a run, at least, in parts of the best total. */
const FIRST_HEAT = 0.03;
/** Times the temperature is changed in a run, at most. */
const MOST_SEGMENTS = 200;

/**
 * Anneals a seating: tries to exchange units between groups, to move one, and to pass three around,
 * never breaking a rule; keeps the best grouping met. The worst group counts through an eighth
 * power mean, which leads the search where the worst alone would leave it on a plain.
 */
export class Annealing extends Feelings {
  private readonly alike: boolean;
  private readonly flexible: boolean;
  private readonly aims: number;
  private readonly moved: number[] = [];
  private limit = 0;
  private state: number;
  private worse = 0;
  private taken = 0;
  private heat = FIRST_HEAT;

  /**
   * @param seating - Where the units sit; its own to change.
   * @param dice - Choose the moves.
   */
  constructor(seating: Seating, dice: Dice) {
    super(seating);
    const { all } = seating;
    this.alike = all.largest === 1;
    this.flexible = all.blocks.min < all.blocks.max;
    this.aims = all.room.n > SCHOOL ? AIMED_LARGE : AIMED;
    this.state = dice.bits() | 1;
  }

  /** 32 random bits: Marsaglia's xorshift, faster than the dice it starts from. */
  private bits(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x;
  }

  private roll(sides: number): number {
    return Math.floor((this.bits() >>> 0) * 2.3283064365386963e-10 * sides);
  }

  /** A unit of the worse of two groups. */
  private aimed(): number {
    const { d, seating } = this;
    const a = this.roll(seating.count);
    const b = this.roll(seating.count);
    const g = d[a]! > d[b]! ? a : b;
    return seating.member[g * seating.stride + this.roll(seating.units[g]!)]!;
  }

  /** Tries some moves at one temperature. */
  sweep(steps: number, temperature: number): void {
    const { seating } = this;
    const { count, size, member, stride, group, units, all } = seating;
    const { min, max } = all.blocks;
    const nobody = all.count;
    this.measure();
    this.rescale();
    for (let step = 0; step < steps; step += 1) {
      const bits = this.bits();
      const u = (bits & 0xff) < this.aims ? this.aimed() : this.roll(all.count);
      const g = group[u]!;
      let h = -1;
      let v = -1;
      const lot = this.roll(256);
      if (lot < TO_FRIEND) {
        const { from, item } = all.friends;
        const own = from[u + 1]! - from[u]!;
        if (own > 0) h = group[item[from[u]! + this.roll(own)]!]!;
      } else if (lot >= 256 - TO_TWIN) {
        const { from, item } = all.twins;
        const own = from[u + 1]! - from[u]!;
        if (own > 0) {
          v = item[from[u]! + this.roll(own)]!;
          h = group[v]!;
        }
      }
      if (h < 0 || h === g) {
        v = -1;
        h = this.roll(count - 1);
        if (h >= g) h += 1;
      }
      this.limit = temperature * EXPONENTIAL[(bits >>> 8) & 4095]!;
      const kind = (bits >>> 20) & 0xff;
      if (this.flexible && kind < 64) {
        const own = all.size[u]!;
        if (size[g]! - own >= min && size[h]! + own <= max) {
          this.exchange(u, nobody, g, h);
          continue;
        }
      }
      if (v < 0) v = member[h * stride + this.roll(units[h]!)]!;
      if (!this.alike) {
        const by = all.size[v]! - all.size[u]!;
        if (by !== 0 && !this.fit(size[g]! + by, size[h]! - by)) {
          this.several(u, g, h);
          continue;
        }
      }
      if (count > 2 && kind >= 256 - AROUND) this.cycle(u, v, g, h);
      else this.exchange(u, v, g, h);
    }
  }

  /**
   * Runs a plan from the present seating. The temperature follows from the share of moves for the
   * worse that are to be accepted, so that it suits whatever the class has to weigh.
   */
  run(plan: Plan): void {
    if (this.seating.count < 2) return;
    const segments = Math.max(8, Math.min(MOST_SEGMENTS, Math.floor(plan.steps / 200)));
    const perSegment = Math.ceil(plan.steps / segments);
    let accepted = plan.loose;
    this.heat = Math.max(this.heat, FIRST_HEAT);
    for (let segment = 0; segment < segments; segment += 1) {
      this.worse = 0;
      this.taken = 0;
      this.sweep(perSegment, this.heat * (this.total + 1e-9));
      accepted += 0.2 * (this.taken / Math.max(1, this.worse) - accepted);
      const left = 1 - segment / segments;
      const wanted = plan.strict + (plan.loose - plan.strict) * left * left * left;
      this.heat *= accepted > wanted ? 0.88 : 1.12;
    }
  }

  private fit(inG: number, inH: number): boolean {
    const { min, max } = this.seating.all.blocks;
    return inG >= min && inH >= min && inG <= max && inH <= max;
  }

  /** Exchanges u of g and v of h, or moves u to h where v is nobody, if it helps enough. */
  private exchange(u: number, v: number, g: number, h: number): void {
    const { seating, limit } = this;
    if (
      seating.all.hasFoes &&
      (seating.meetsFoe(u, h, v) || (v < seating.all.count && seating.meetsFoe(v, g, u)))
    )
      return;
    const first = this.change(g, u, v);
    if (first - this.load(h) > limit) {
      this.worse += 1;
      return;
    }
    const { newD, newFelt, newLonely } = this;
    const change = first + this.change(h, v, u);
    if (change > 1e-9) this.worse += 1;
    if (change > limit) return;
    if (change > 1e-9) this.taken += 1;
    const oldWorst = Math.max(this.d[g]!, this.d[h]!);
    this.take(g, newD, newFelt, newLonely);
    this.take(h, this.newD, this.newFelt, this.newLonely);
    if (v === seating.all.count) seating.move(u, h);
    else seating.swap(u, v);
    this.finish(oldWorst, Math.max(newD, this.newD));
  }

  /** u takes v's place, v goes to a third group, and a unit from there takes u's place. */
  private cycle(u: number, v: number, g: number, h: number): void {
    const { seating, limit } = this;
    const { size, all } = seating;
    const l = this.roll(seating.count);
    if (l === g || l === h) return;
    const w = seating.member[l * seating.stride + this.roll(seating.units[l]!)]!;
    const { size: own } = all;
    const { min } = all.blocks;
    if (
      !this.alike &&
      !(
        this.fit(size[g]! - own[u]! + own[w]!, size[h]! - own[v]! + own[u]!) &&
        this.fit(size[l]! - own[w]! + own[v]!, min)
      )
    ) {
      return;
    }
    if (all.hasFoes) {
      if (seating.meetsFoe(u, h, v) || seating.meetsFoe(v, l, w) || seating.meetsFoe(w, g, u))
        return;
    }
    const first = this.change(g, u, w);
    if (first - this.load(h) - this.load(l) > limit) return;
    const d1 = this.newD;
    const felt1 = this.newFelt;
    const lonely1 = this.newLonely;
    const second = first + this.change(h, v, u);
    if (second - this.load(l) > limit) return;
    const d2 = this.newD;
    const felt2 = this.newFelt;
    const lonely2 = this.newLonely;
    if (second + this.change(l, w, v) > limit) return;
    const oldWorst = Math.max(this.d[g]!, this.d[h]!, this.d[l]!);
    this.take(g, d1, felt1, lonely1);
    this.take(h, d2, felt2, lonely2);
    this.take(l, this.newD, this.newFelt, this.newLonely);
    seating.swap(u, v);
    seating.swap(v, w);
    this.finish(oldWorst, Math.max(d1, d2, this.newD));
  }

  /** Exchanges units between g and h, u among them, as many from either as the size band needs. */
  private several(u: number, g: number, h: number): void {
    const { seating, moved, limit } = this;
    const { size, member, stride, group, units, all } = seating;
    const { min, max } = all.blocks;
    moved.length = 0;
    moved.push(u);
    let toH = all.size[u]!;
    for (let tries = 0; ; tries += 1) {
      const inG = size[g]! - toH;
      const inH = size[h]! + toH;
      if (this.fit(inG, inH)) break;
      if (tries === 6) return;
      const fromG = inG > max || inH < min;
      const side = fromG ? g : h;
      const v = member[side * stride + this.roll(units[side]!)]!;
      if (moved.includes(v)) continue;
      moved.push(v);
      toH += fromG ? all.size[v]! : -all.size[v]!;
    }
    for (const v of moved) seating.move(v, group[v] === g ? h : g);
    const nobody = all.count;
    let change = 0;
    if (all.hasFoes && moved.some((v) => seating.meetsFoe(v, group[v]!, nobody))) change = Infinity;
    else change = this.change(g, nobody, nobody);
    const { newD, newFelt, newLonely } = this;
    if (change < Infinity && change + this.change(h, nobody, nobody) <= limit) {
      const oldWorst = Math.max(this.d[g]!, this.d[h]!);
      this.take(g, newD, newFelt, newLonely);
      this.take(h, this.newD, this.newFelt, this.newLonely);
      this.finish(oldWorst, Math.max(newD, this.newD));
      return;
    }
    for (const v of moved) seating.move(v, group[v] === g ? h : g);
  }
}
