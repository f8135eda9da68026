/* eslint-disable @typescript-eslint/no-non-null-assertion --
   the innermost loops of the search: flat arrays, every index in range by construction */
import type { Dice } from './dice.js';
import type { Blocks } from './group-rules.js';
import type { Seating } from './group-seating.js';

/** The best grouping a search has met: fewest students alone first, then the lowest total. */
export interface BestSeats {
  readonly groups: Int32Array;
  count: number;
  alone: number;
  total: number;
}

/** How one annealing run goes. Temperatures are in units of the total. */
export interface Plan {
  readonly steps: number;
  readonly hot: number;
  readonly cold: number;
  /** Power of the norm that stands in for the worst group while searching. */
  readonly power: number;
  /** Share of moves that start at a bad group. */
  readonly aim: number;
  readonly cycle: number;
}

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

function raise(x: number, power: number): number {
  let result = 1;
  let base = x;
  for (let left = power; left > 0; left >>= 1) {
    if ((left & 1) === 1) result *= base;
    base *= base;
  }
  return result;
}

/**
 * Anneals a seating: tries to exchange students or blocks between groups, to move one, and to pass
 * three around, never breaking a rule; keeps the best grouping met.
 */
export class Annealing {
  private readonly d: Float64Array;
  private readonly simple: boolean;
  private readonly first: Int32Array;
  private readonly foes: readonly Int32Array[] | null;
  private sum = 0;
  private worst = 0;
  private alone = 0;
  /** Scale of the smooth stand-in for the worst group. */
  private norm = 1;
  private power = 8;
  private readonly share: number;
  private readonly fresh = new Float64Array(3);
  private readonly aloneNow: Int32Array;
  private readonly moved: number[] = [];
  private worstLeft = false;

  constructor(
    private readonly seating: Seating,
    private readonly blocks: Blocks,
    private readonly dice: Dice,
    private readonly best: BestSeats,
  ) {
    this.d = new Float64Array(seating.count);
    this.aloneNow = new Int32Array(seating.count);
    this.simple = blocks.members.length === blocks.n;
    this.first = Int32Array.from(blocks.members, (m) => m[0]!);
    this.foes = blocks.apart.some((a) => a.length > 0)
      ? blocks.apart.map((a) => Int32Array.from(a))
      : null;
    this.share = 0.25 / seating.count;
  }

  /** Sets the seating and measures it. */
  start(groups: Int32Array): void {
    this.seating.seat(groups);
    this.measure();
    this.keepIfBest();
  }

  private measure(): void {
    const { seating, d } = this;
    this.sum = 0;
    this.worst = 0;
    this.alone = 0;
    for (let g = 0; g < seating.count; g += 1) {
      const value = seating.discomfort(g);
      d[g] = value;
      this.sum += value;
      if (value > this.worst) this.worst = value;
      this.aloneNow[g] = seating.alone[g]!;
      this.alone += seating.alone[g]!;
    }
  }

  private keepIfBest(): void {
    const { best, seating } = this;
    if (this.alone > best.alone) return;
    const total = 0.75 * this.worst + (0.25 * this.sum) / seating.count;
    if (this.alone === best.alone && total >= best.total - 1e-11) return;
    best.alone = this.alone;
    best.total = total;
    best.count = seating.count;
    best.groups.set(seating.group);
  }

  private rescale(): void {
    const { d, power } = this;
    const top = Math.max(this.worst, 1e-9);
    let sum = 0;
    for (const value of d) sum += raise(value / top, power);
    // The p-norm by two Newton steps from a start that is close for large powers.
    let root = 1;
    for (let i = 0; i < 30; i += 1) root -= (root - sum / raise(root, power - 1)) / power;
    this.norm = top * root;
  }

  /** The search's own measure of one group's discomfort. */
  private feel(value: number): number {
    const x = value / this.norm;
    const x2 = x * x;
    const x4 = x2 * x2;
    const high = this.power === 8 ? x4 * x4 : raise(x, this.power);
    return ((0.75 * this.norm) / this.power) * high + this.share * value;
  }

  private aimed(): number {
    const { dice, d, seating } = this;
    const a = dice.roll(seating.count);
    const b = dice.roll(seating.count);
    const g = d[a]! > d[b]! ? a : b;
    return seating.member[g * seating.stride + dice.roll(seating.size[g]!)]!;
  }

  /** Runs a plan from the present seating. */
  run(plan: Plan): void {
    const { seating, dice, blocks } = this;
    const { count, size, member, stride, group } = seating;
    if (count < 2) return;
    const { n, min, max } = blocks;
    this.power = plan.power;
    const segments = Math.max(8, Math.min(200, Math.floor(plan.steps / 400)));
    const perSegment = Math.ceil(plan.steps / segments);
    const ratio = (plan.cold / plan.hot) ** (1 / (segments - 1));
    let heat = plan.hot;
    const flexible = min < max;
    for (let segment = 0; segment < segments; segment += 1) {
      this.measure();
      this.rescale();
      const temperature = heat * (0.75 * this.worst + (0.25 * this.sum) / count + 1e-9);
      const fine = this.norm;
      heat *= ratio;
      for (let step = 0; step < perSegment; step += 1) {
        const bits = dice.bits();
        const i = (bits & 0xff) < plan.aim * 256 ? this.aimed() : dice.roll(n);
        const g = group[i]!;
        let h = dice.roll(count - 1);
        if (h >= g) h += 1;
        const limit = temperature * EXPONENTIAL[(bits >>> 8) & 4095]!;
        if (!this.simple) {
          this.tryBlocks(i, g, h, limit, fine, (bits >>> 20) % 3 !== 0);
          continue;
        }
        if (flexible && size[g]! > min && size[h]! < max && (bits >>> 20) % 3 === 0) {
          if (this.foes !== null && this.meetsFoe(i, h, -1)) continue;
          seating.move(i, h);
          this.settle(g, h, limit, fine, i, -1);
          continue;
        }
        const j = member[h * stride + dice.roll(size[h]!)]!;
        if (((bits >>> 20) & 0xff) < plan.cycle * 256 && count > 2) {
          this.tryCycle(i, j, g, h, limit, fine);
          continue;
        }
        if (this.foes !== null && (this.meetsFoe(i, h, j) || this.meetsFoe(j, g, i))) continue;
        seating.swap(i, j);
        this.settle(g, h, limit, fine, i, j);
      }
    }
  }

  /** Whether a student would meet somebody kept apart from them, one student set aside. */
  private meetsFoe(i: number, to: number, but: number): boolean {
    const own = this.foes![i]!;
    const { group } = this.seating;
    for (let at = 0; at < own.length; at += 1) {
      const foe = own[at]!;
      if (foe !== but && group[foe] === to) return true;
    }
    return false;
  }

  /** Change of the search's measure in one group since it was last taken over. */
  private changeIn(g: number, slot: number, fine: number): number {
    const now = this.seating.discomfort(g);
    this.fresh[slot] = now;
    const lonely = this.seating.alone[g]! - this.aloneNow[g]!;
    return this.feel(now) - this.feel(this.d[g]!) + lonely * fine;
  }

  /** Takes over what {@link changeIn} measured. */
  private take(g: number, slot: number): void {
    const now = this.fresh[slot]!;
    const old = this.d[g]!;
    this.d[g] = now;
    this.sum += now - old;
    if (now >= this.worst) this.worst = now;
    else if (old >= this.worst) this.worstLeft = true;
    const lonely = this.seating.alone[g]!;
    this.alone += lonely - this.aloneNow[g]!;
    this.aloneNow[g] = lonely;
  }

  private finish(): void {
    if (this.worstLeft) {
      this.worstLeft = false;
      let worst = 0;
      for (let g = 0; g < this.d.length; g += 1) if (this.d[g]! > worst) worst = this.d[g]!;
      this.worst = worst;
    }
    this.keepIfBest();
  }

  /** Accepts or undoes a swap (j >= 0) or a move (j = -1) between g and h that has been done. */
  private settle(g: number, h: number, limit: number, fine: number, i: number, j: number): void {
    const change = this.changeIn(g, 0, fine) + this.changeIn(h, 1, fine);
    if (change > limit) {
      if (j >= 0) this.seating.swap(i, j);
      else this.seating.move(i, g);
      return;
    }
    this.take(g, 0);
    this.take(h, 1);
    this.finish();
  }

  /** i takes j's place, j goes to a third group, and somebody from there takes i's place. */
  private tryCycle(i: number, j: number, g: number, h: number, limit: number, fine: number): void {
    const { seating, dice } = this;
    const { count, size, member, stride } = seating;
    const l = dice.roll(count);
    if (l === g || l === h) return;
    const m = member[l * stride + dice.roll(size[l]!)]!;
    if (
      this.foes !== null &&
      (this.meetsFoe(i, h, j) || this.meetsFoe(j, l, m) || this.meetsFoe(m, g, i))
    ) {
      return;
    }
    seating.swap(i, j);
    seating.swap(j, m);
    const change =
      this.changeIn(g, 0, fine) + this.changeIn(h, 1, fine) + this.changeIn(l, 2, fine);
    if (change > limit) {
      seating.swap(j, m);
      seating.swap(i, j);
      return;
    }
    this.take(g, 0);
    this.take(h, 1);
    this.take(l, 2);
    this.finish();
  }

  /** Exchanges blocks between g and h, as many from either side as the size band needs. */
  private tryBlocks(
    i: number,
    g: number,
    h: number,
    limit: number,
    fine: number,
    alsoBack: boolean,
  ): void {
    const { seating, blocks, dice, moved } = this;
    const { size, member, stride, group } = seating;
    const { min, max, of, members } = blocks;
    moved.length = 0;
    moved.push(of[i]!);
    let toH = members[of[i]!]!.length;
    if (alsoBack) {
      const back = of[member[h * stride + dice.roll(size[h]!)]!]!;
      moved.push(back);
      toH -= members[back]!.length;
    }
    for (let tries = 0; ; tries += 1) {
      const inG = size[g]! - toH;
      const inH = size[h]! + toH;
      if (inG >= min && inH >= min && inG <= max && inH <= max) break;
      if (tries === 6) return;
      const fromG = inG > max || inH < min;
      const side = fromG ? g : h;
      const block = of[member[side * stride + dice.roll(size[side]!)]!]!;
      if (moved.includes(block)) continue;
      moved.push(block);
      toH += fromG ? members[block]!.length : -members[block]!.length;
    }
    for (const block of moved) this.moveBlock(block, group[this.first[block]!] === g ? h : g);
    const change =
      this.foes !== null && moved.some((block) => this.blockMeetsFoe(block))
        ? Infinity
        : this.changeIn(g, 0, fine) + this.changeIn(h, 1, fine);
    if (change > limit) {
      for (const block of moved) this.moveBlock(block, group[this.first[block]!] === g ? h : g);
      return;
    }
    this.take(g, 0);
    this.take(h, 1);
    this.finish();
  }

  private moveBlock(block: number, to: number): void {
    for (const i of this.blocks.members[block]!) this.seating.move(i, to);
  }

  private blockMeetsFoe(block: number): boolean {
    const { group } = this.seating;
    const at = group[this.first[block]!]!;
    for (const foe of this.foes![block]!) if (group[this.first[foe]!] === at) return true;
    return false;
  }
}
