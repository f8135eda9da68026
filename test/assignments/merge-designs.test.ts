import { describe, expect, test } from 'vitest';
import type { TaskDesign } from '../../src/assignments/assignment.js';
import { addGoal, addStep, removeGoal } from '../../src/assignments/design-parts.js';
import { isSame, mergeDesigns } from '../../src/assignments/merge-designs.js';
import { aDesign, counting } from '../support/design.js';

const base = aDesign();
const tier = (design: TaskDesign, change: Partial<TaskDesign['tiers'][number]>): TaskDesign => ({
  ...design,
  tiers: design.tiers.map((one, i) => (i === 0 ? { ...one, ...change } : one)),
});
const other = () => {
  const next = counting();
  return () => `other-${next()}`;
};

describe('mergeDesigns', () => {
  test('keeps changes of different fields', () => {
    const mine = tier(base, { minutes: 50 });
    const theirs = { ...base, title: 'Ponds' };
    const { merged, conflicts } = mergeDesigns(base, mine, theirs, 'theirs');
    expect(conflicts).toEqual([]);
    expect(merged.title).toBe('Ponds');
    expect(merged.tiers[0]?.minutes).toBe(50);
  });

  test('keeps parts that both added', () => {
    const mine = addGoal(base, { text: 'Mine', code: '' }, () => 'mine');
    const theirs = addGoal(base, { text: 'Theirs', code: '' }, () => 'theirs');
    const { merged, conflicts } = mergeDesigns(base, mine, theirs, 'theirs');
    expect(conflicts).toEqual([]);
    expect(merged.goals.map((goal) => goal.text).sort()).toEqual([
      'I can explain',
      'Mine',
      'Theirs',
    ]);
    expect(merged.tiers[0]?.goalIds).toHaveLength(3);
  });

  test('tells a field that both changed, and holds the preferred one', () => {
    const mine = tier(base, { minutes: 50 });
    const theirs = tier(base, { minutes: 60 });
    const kept = mergeDesigns(base, mine, theirs, 'theirs');
    expect(kept.conflicts).toEqual([
      { path: `tiers.${base.tiers[0]!.id}.minutes`, mine: 50, theirs: 60 },
    ]);
    expect(kept.merged.tiers[0]?.minutes).toBe(60);
    expect(mergeDesigns(base, mine, theirs, 'mine').merged.tiers[0]?.minutes).toBe(50);
  });

  test('the same change by both is no conflict', () => {
    const both = tier(base, { minutes: 50 });
    expect(mergeDesigns(base, both, tier(base, { minutes: 50 }), 'theirs').conflicts).toEqual([]);
  });

  test('what one removed and the other worked on stays', () => {
    const goal = base.goals[0]!;
    const mine = removeGoal(base, goal.id);
    const theirs = { ...base, goals: [{ ...goal, text: 'Reworded' }] };
    expect(mergeDesigns(base, mine, theirs, 'theirs').merged.goals[0]?.text).toBe('Reworded');
    expect(mergeDesigns(base, mine, { ...base, title: 'x' }, 'theirs').merged.goals).toEqual([]);
  });

  test('nothing anybody added is ever lost, whoever comes first', () => {
    const mineId = counting();
    const theirsId = other();
    const tierId = base.tiers[0]!.id;
    const mine = addStep(addStep(base, tierId, mineId), tierId, mineId);
    const theirs = addStep(base, tierId, theirsId);
    for (const [a, b] of [
      [mine, theirs],
      [theirs, mine],
    ] as const) {
      expect(mergeDesigns(base, a, b, 'theirs').merged.tiers[0]?.steps).toHaveLength(3);
    }
  });

  test('dates are compared by their time', () => {
    expect(isSame({ at: new Date(5) }, { at: new Date(5) })).toBe(true);
    expect(isSame({ at: new Date(5) }, { at: new Date(6) })).toBe(false);
  });
});
