import { describe, expect, test } from 'vitest';
import en from '../../config/locales/en/tiers-rules.json' with { type: 'json' };
import es from '../../config/locales/es/tiers-rules.json' with { type: 'json' };
import type { FlexibleGroupId, MembershipId, TierId } from '../../src/ids.js';
import { effectiveDate, type DateRule } from '../../src/tiers/effective-date.js';
import { NEUTRAL_SETS, neutralLabels, type NeutralSet } from '../../src/tiers/neutral-labels.js';
import { resolveTier, type TierPlan } from '../../src/tiers/resolve.js';

const plan: TierPlan = {
  baseTierId: 'base' as TierId,
  tierIds: new Set(['base', 'a', 'b'] as TierId[]),
  byLearner: new Map([
    ['ana', 'a'],
    ['old', 'deleted'],
  ] as [MembershipId, TierId][]),
  byGroup: new Map([
    ['g1', 'a'],
    ['g2', 'b'],
    ['g3', 'deleted'],
  ] as [FlexibleGroupId, TierId][]),
};

describe('resolving a tier', () => {
  test.each([
    ['by name before by group', 'ana', ['g2'], { tierId: 'a', because: 'learner' }],
    [
      'the newest group with a tier',
      'ben',
      ['g9', 'g2', 'g1'],
      { tierId: 'b', because: 'group', groupId: 'g2' },
    ],
    ['the base for everybody else', 'cem', ['g9'], { tierId: 'base', because: 'base' }],
    ['the base where the tier is gone', 'old', ['g3'], { tierId: 'base', because: 'base' }],
  ])('%s', (_name, membershipId, groupIds, expected) => {
    expect(
      resolveTier(plan, {
        membershipId: membershipId as MembershipId,
        groupIds: groupIds as FlexibleGroupId[],
      }),
    ).toEqual(expected);
  });
});

const day = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 86_400_000);
const rule = (scope: DateRule['scope'], scopeId: string, n: number | null): DateRule => ({
  scope,
  scopeId,
  dueAt: n === null ? null : day(n),
});

describe('the effective date', () => {
  const who = { membershipId: 'ana', groupIds: ['g1', 'g2'], tierId: 't1' };
  test.each([
    ['nothing set', [], null, 'none'],
    ['the assignment', [rule('assignment', '', 5)], 5, 'assignment'],
    [
      "the student's wins, though it is earlier",
      [rule('assignment', '', 5), rule('student', 'ana', 2), rule('group', 'g1', 9)],
      2,
      'student',
    ],
    [
      "another student's is passed over",
      [rule('assignment', '', 5), rule('student', 'ben', 9)],
      5,
      'assignment',
    ],
    ['group before tier', [rule('tier', 't1', 9), rule('group', 'g1', 3)], 3, 'group'],
    [
      'the most lenient of two groups',
      [rule('group', 'g1', 3), rule('group', 'g2', 4), rule('group', 'g3', 9)],
      4,
      'group',
    ],
    [
      'no date at all is the most lenient',
      [rule('group', 'g1', 3), rule('group', 'g2', null)],
      null,
      'group',
    ],
    [
      'the tier',
      [rule('tier', 't1', 9), rule('tier', 't2', 12), rule('assignment', '', 5)],
      9,
      'tier',
    ],
  ] as const)('%s', (_name, rules, n, because) => {
    const date = effectiveDate(rules, who);
    expect([date.dueAt?.getTime() ?? null, date.because]).toEqual([
      n === null ? null : day(n).getTime(),
      because,
    ]);
    expect(effectiveDate([...rules].reverse(), who)).toEqual(date);
    expect(en.date[because]).not.toMatch(/tier|level/i);
    expect(es.date[because]).not.toBe('');
  });
});

describe('neutral labels', () => {
  const tiers = ['t-low', 't-mid', 't-high'];
  test('are the same for an assignment and shuffled between assignments, without order', () => {
    for (const set of Object.keys(NEUTRAL_SETS) as NeutralSet[]) {
      const perTier = new Map(tiers.map((id) => [id, new Map<string, number>()]));
      for (let i = 0; i < 600; i += 1) {
        const labels = neutralLabels(tiers, set, `assignment ${i}`);
        expect(neutralLabels([...tiers].reverse(), set, `assignment ${i}`)).toEqual(labels);
        expect(new Set(labels.values()).size).toBe(3);
        for (const [id, label] of labels) {
          const seen = perTier.get(id)!;
          seen.set(label, (seen.get(label) ?? 0) + 1);
        }
      }
      for (const seen of perTier.values()) {
        expect(seen.size).toBe(NEUTRAL_SETS[set].length);
        expect(Math.max(...seen.values())).toBeLessThan(100);
      }
    }
  });

  test('have words in both languages', () => {
    for (const [set, names] of Object.entries(NEUTRAL_SETS))
      for (const words of [en, es])
        expect(Object.keys(words.label[set as NeutralSet])).toEqual([...names]);
  });
});
