import { describe, expect, test } from 'vitest';
import { diceOf, type Dice } from '../../src/groups/dice.js';
import { blindPairs } from '../../src/insights/blind-pairs.js';
import { severity, type GradedPiece } from '../../src/insights/severity.js';

const normal = (dice: Dice): number => {
  const u = () => (dice.roll(1_000_000_000) + 0.5) / 1_000_000_000;
  return Math.sqrt(-2 * Math.log(u())) * Math.cos(2 * Math.PI * u());
};
const bounded = (score: number) => Math.min(100, Math.max(0, score));

/** A class of 28 in three tiers, one SD (12 points) apart, with noisy anchors and past results. */
function aClass(
  dice: Dice,
  tasks: number,
  harshness: number,
  harshTier: string,
  sizes = [9, 10, 9],
) {
  const pieces: GradedPiece[] = [];
  const evidence = new Map<string, number[]>();
  sizes.forEach((size, t) => {
    for (let i = 0; i < size; i += 1) {
      const ability = 60 + (t - 1) * 12 + 12 * normal(dice);
      const studentId = `s${t}-${i}`;
      const tierId = `t${t}`;
      evidence.set(
        studentId,
        [0, 1, 2].map(() => bounded(ability + 10 * normal(dice))),
      );
      for (let k = 0; k < tasks; k += 1)
        pieces.push({
          taskId: `task${k}`,
          studentId,
          tierId,
          anchor: bounded(ability + 10 * normal(dice)),
          others: bounded(ability + 7 * normal(dice) - (tierId === harshTier ? harshness : 0)),
        });
    }
  });
  return { pieces, evidence };
}

describe('the severity meter, over 1,000 classes of 28', () => {
  test('finds 10 points of harshness after four tasks in at least 80 %, and names the tier', () => {
    const dice = diceOf(1);
    let found = 0;
    let named = 0;
    for (let i = 0; i < 1000; i += 1) {
      const harshTier = `t${i % 3}`;
      const { pieces, evidence } = aClass(dice, 4, 10, harshTier);
      const result = severity(pieces, evidence);
      if (result.state !== 'check') continue;
      found += 1;
      const flagged = result.tiers.filter((tier) => tier.isFlagged);
      expect(flagged).toHaveLength(1);
      if (flagged[0]!.tierId === harshTier && flagged[0]!.harsher > 0) named += 1;
    }
    expect(found).toBeGreaterThanOrEqual(800);
    expect(named).toBeGreaterThanOrEqual(800);
  });

  test('raises a false alarm in at most 5 %', () => {
    const dice = diceOf(2);
    let alarms = 0;
    for (let i = 0; i < 1000; i += 1) {
      const { pieces, evidence } = aClass(dice, 4, 0, 'none');
      if (severity(pieces, evidence).state === 'check') alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(50);
  });

  test('without past results and after one task it stays careful', () => {
    const dice = diceOf(3);
    let alarms = 0;
    for (let i = 0; i < 500; i += 1)
      if (severity(aClass(dice, 1, 0, 'none').pieces).state === 'check') alarms += 1;
    expect(alarms).toBeLessThanOrEqual(25);
  });

  test('the correction is what keeps the weaker tier from looking harshly graded', () => {
    const dice = diceOf(4);
    let corrected = 0;
    let naive = 0;
    for (let i = 0; i < 200; i += 1) {
      const { pieces } = aClass(dice, 4, 0, 'none');
      const result = severity(pieces);
      if (result.state === 'too-few') throw new Error('too few');
      corrected += result.tiers.find((t) => t.tierId === 't0')!.harsher / 200;
      // The comparison without it: the plain slope inside the tiers of one noisy anchor.
      const one = pieces.filter((p) => p.taskId === 'task0');
      const of = (id: string, key: 'anchor' | 'others') => {
        const list = one.filter((p) => (id === 't0') === (p.tierId === 't0')).map((p) => p[key]);
        return list.reduce((a, b) => a + b, 0) / list.length;
      };
      let xx = 0;
      let xy = 0;
      for (const tier of ['t0', 't1', 't2']) {
        const own = one.filter((p) => p.tierId === tier);
        const a = own.reduce((s, p) => s + p.anchor, 0) / own.length;
        const o = own.reduce((s, p) => s + p.others, 0) / own.length;
        for (const p of own) {
          xx += (p.anchor - a) ** 2;
          xy += (p.anchor - a) * (p.others - o);
        }
      }
      naive +=
        ((xy / xx) * (of('t0', 'anchor') - of('rest', 'anchor')) -
          (of('t0', 'others') - of('rest', 'others'))) /
        200;
    }
    expect(naive).toBeGreaterThan(4);
    expect(Math.abs(corrected)).toBeLessThan(1.5);
  });
});

test.each([
  ['five in a tier', [5, 10, 13]],
  ['one tier only', [28]],
  ['nobody', []],
])('too few to say: %s', (_name, sizes) => {
  const { pieces, evidence } = aClass(diceOf(5), 4, 30, 't0', sizes);
  expect(severity(pieces, evidence)).toMatchObject({ state: 'too-few', needed: 6 });
});

test('equal grades for all, and broken numbers, divide by nothing', () => {
  const pieces = [0, 1].flatMap((t) =>
    Array.from({ length: 8 }, (_, i) => ({
      taskId: 'k',
      studentId: `${t}${i}`,
      tierId: `t${t}`,
      anchor: 75,
      others: 75,
    })),
  );
  expect(severity(pieces)).toMatchObject({ state: 'alike' });
  expect(severity([...pieces, { ...pieces[0]!, anchor: NaN }])).toEqual(severity(pieces));
});

describe('blind pairs', () => {
  const { pieces } = aClass(diceOf(6), 4, 10, 't1');
  const byStudent = new Map(pieces.map((p) => [p.studentId, p.tierId]));

  test('are three, of one task each, across tiers, near on the anchor, everyone once', () => {
    const pairs = blindPairs(pieces, 't1', 1);
    expect(pairs).toHaveLength(3);
    for (const [a, b] of pairs) {
      expect(a.taskId).toBe(b.taskId);
      expect(
        [byStudent.get(a.studentId), byStudent.get(b.studentId)].filter((t) => t === 't1'),
      ).toHaveLength(1);
      const anchor = (p: typeof a) =>
        pieces.find((q) => q.taskId === p.taskId && q.studentId === p.studentId)!.anchor;
      expect(Math.abs(anchor(a) - anchor(b))).toBeLessThan(3);
      expect(Object.keys(a).sort()).toEqual(['studentId', 'taskId']);
    }
    expect(new Set(pairs.flat().map((p) => p.studentId)).size).toBe(6);
  });

  test('stand in an order that tells nothing', () => {
    const first = Array.from({ length: 60 }, (_, seed) =>
      byStudent.get(blindPairs(pieces, 't1', seed)[0]![0].studentId),
    );
    const own = first.filter((tier) => tier === 't1').length;
    expect(own).toBeGreaterThan(15);
    expect(own).toBeLessThan(45);
  });
});
