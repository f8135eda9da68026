/* eslint-disable @typescript-eslint/no-non-null-assertion --
   flat arrays indexed by block, in range by construction */
import type { Blocks, LiveRule } from './group-rules.js';

/**
 * Rules known to be needed for a clash: a grouping that breaks one rule and keeps all others of the
 * clash proves it for that rule. From one such grouping others are reached by exchanging two blocks
 * (model rotation), which spares a search for most rules.
 */
export class Needed {
  private readonly rules = new Set<LiveRule>();

  /** Whether the clash is known to end without a rule. */
  has(rule: LiveRule): boolean {
    return this.rules.has(rule);
  }

  /**
   * Takes in that a clash ends without one rule.
   *
   * @param rule - That rule.
   * @param core - The clash.
   * @param blocks - The students under the whole clash.
   * @param seats - A group per block of the rules left, under which they hold.
   */
  learn(rule: LiveRule, core: readonly LiveRule[], blocks: Blocks, seats: Int32Array): void {
    this.rules.add(rule);
    if (rule.rule.rule !== 'apart') return;
    const { members, of } = blocks;
    const ties = members.map((): { with: number; rule: LiveRule }[] => []);
    for (const other of core) {
      if (other.rule.rule !== 'apart') continue;
      const a = of[other.students[0]!]!;
      const b = of[other.students[1]!]!;
      ties[a]!.push({ with: b, rule: other });
      ties[b]!.push({ with: a, rule: other });
    }
    const open: { rule: LiveRule; seats: Int32Array }[] = [{ rule, seats }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const from = next.seats;
      for (const student of next.rule.students) {
        const a = of[student]!;
        for (let b = 0; b < members.length; b += 1) {
          if (from[a] === from[b] || members[a]!.length !== members[b]!.length) continue;
          const broken = this.onlyBroken(ties, from, a, b);
          if (broken === null || this.rules.has(broken)) continue;
          this.rules.add(broken);
          const turned = from.slice();
          turned[a] = from[b]!;
          turned[b] = from[a]!;
          open.push({ rule: broken, seats: turned });
        }
      }
    }
  }

  /** The one rule that is broken once two blocks are exchanged; null where none or several are. */
  private onlyBroken(
    ties: readonly (readonly { with: number; rule: LiveRule }[])[],
    seats: Int32Array,
    a: number,
    b: number,
  ): LiveRule | null {
    let broken: LiveRule | null = null;
    for (const tie of ties[a]!) {
      if (seats[tie.with] !== seats[b] || tie.with === b) continue;
      if (broken !== null) return null;
      broken = tie.rule;
    }
    for (const tie of ties[b]!) {
      if (seats[tie.with] !== seats[a] || tie.with === a) continue;
      if (broken !== null) return null;
      broken = tie.rule;
    }
    return broken;
  }
}
