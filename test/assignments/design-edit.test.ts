import { describe, expect, test } from 'vitest';
import type { TaskDesign } from '../../src/assignments/assignment.js';
import { applyEdit } from '../../src/assignments/apply-edit.js';
import { copyDesign, onto } from '../../src/assignments/copy-design.js';
import { changedFields, designFields } from '../../src/assignments/design-fields.js';
import { readDesignEdit } from '../../src/assignments/design-edit.schema.js';
import { addTier, fitPoints, MAX_TIERS, removeTier } from '../../src/assignments/design-parts.js';
import { applyFix } from '../../src/assignments/apply-fix.js';
import { takeMove } from '../../src/assignments/take-move.js';
import { fromLocal, toLocal } from '../../src/assignments/local-time.js';
import { checkDesign } from '../../src/tiers/design-check.js';
import { aDesign, counting, partWords } from '../support/design.js';

const zone = 'America/Chicago';
const apply = (design = aDesign(), body: unknown = {}) =>
  applyEdit(design, readDesignEdit(body).edit, zone);

/** `tiers[a][b]` names as the form parser nests them. */
function nested(fields: ReadonlyMap<string, string>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of fields) {
    const path = name.split(/[[\]]+/).filter((part) => part !== '');
    let at = root;
    path.slice(0, -1).forEach((part) => (at = (at[part] ??= {}) as Record<string, unknown>));
    at[path.at(-1)!] = value;
  }
  return root;
}

describe('applyEdit', () => {
  test('a form sent back unchanged changes nothing', () => {
    const newId = counting();
    const design = addTier(aDesign({}, newId), 'support', newId, partWords);
    expect(apply(design, nested(designFields(design, zone)))).toEqual(design);
  });

  test('plain text that was not touched keeps its formatting', () => {
    const design = aDesign();
    const [tier] = design.tiers;
    const rich = {
      ...design,
      tiers: [{ ...tier!, instructionsHtml: '<p><strong>Explain</strong> why.</p>' }],
    };
    const same = apply(rich, { tiers: { [tier!.id]: { text: 'Explain why.' } } });
    expect(same.tiers[0]?.instructionsHtml).toBe('<p><strong>Explain</strong> why.</p>');
    const typed = apply(rich, { tiers: { [tier!.id]: { text: 'Explain how.' } } });
    expect(typed.tiers[0]?.instructionsHtml).toBe('<p>Explain how.</p>');
  });

  test('one wrong field is refused and the others are taken', () => {
    const design = aDesign();
    const tier = design.tiers[0]!;
    const { edit, errors } = readDesignEdit({
      title: 'Ponds',
      tiers: { [tier.id]: { minutes: 'many', products: '2' } },
    });
    expect(Object.keys(errors)).toEqual([`tiers.${tier.id}.minutes`]);
    const edited = applyEdit(design, edit, zone);
    expect(edited.title).toBe('Ponds');
    expect(edited.tiers[0]).toMatchObject({ minutes: tier.minutes, products: 2 });
  });

  test('parts that are gone are left out, not made again', () => {
    expect(apply(aDesign(), { goals: { gone: { text: 'x' } } }).goals).toHaveLength(1);
  });

  test('what changed elsewhere is named field by field; new parts ask for the whole page', () => {
    const newId = counting();
    const design = aDesign({}, newId);
    expect(changedFields(design, { ...design, title: 'Ponds' }, zone)).toEqual([
      { name: 'title', value: 'Ponds' },
    ]);
    expect(changedFields(design, addTier(design, 'support', newId, partWords), zone)).toBeNull();
  });
});

describe('tiers', () => {
  test('there are at most three, and the base cannot be removed', () => {
    const newId = counting();
    let design = aDesign({}, newId);
    for (const kind of ['stretch', 'support', 'support'] as const)
      design = addTier(design, kind, newId, partWords);
    expect(design.tiers.map((tier) => tier.kind)).toEqual(['base', 'support', 'stretch']);
    expect(design.tiers).toHaveLength(MAX_TIERS);
    expect(removeTier(design, design.tiers[0]!.id).tiers).toHaveLength(3);
    expect(removeTier(design, design.tiers[1]!.id).tiers).toHaveLength(2);
  });

  test('a tier made from the base has its goals and criteria: parity finds nothing that blocks', () => {
    const newId = counting();
    const taken = takeMove(
      aDesign({}, newId),
      'support',
      { moveId: 'm', html: '<p>Use a starter.</p>', materials: [], minutes: 3 },
      newId,
      partWords,
    );
    expect(checkDesign(taken!.design).filter((note) => note.severity === 'blocks')).toEqual([]);
  });

  test('fixes mend what parity names', () => {
    const newId = counting();
    const design = addTier(aDesign({}, newId), 'support', newId, partWords);
    const tier = design.tiers[1]!;
    const broken: TaskDesign = {
      ...design,
      tiers: [design.tiers[0]!, { ...tier, goalIds: [], minutes: 90 }],
    };
    const notes = checkDesign(broken);
    expect(notes.map((note) => note.code)).toEqual(
      expect.arrayContaining(['goal-missing', 'minutes-differ']),
    );
    const mended = notes.reduce<TaskDesign>(
      (done, note) =>
        note.fix === null || note.fix.kind === 'fit-points'
          ? done
          : applyFix(done, note.tierId, note.fix, newId),
      broken,
    );
    const left = checkDesign(mended).map((note) => note.code);
    expect(left).not.toContain('goal-missing');
    expect(left).not.toContain('minutes-differ');
  });

  test('points are shared out so that the rubric adds up to the column', () => {
    const design = aDesign({ pointsPossible: 10 });
    const three = {
      ...design,
      criteria: [1, 2, 3].map((n) => ({
        ...design.criteria[0]!,
        id: `c${n}` as never,
        points: 20,
      })),
    };
    const fitted = fitPoints(three);
    expect(fitted.criteria.reduce((sum, c) => sum + c.points, 0)).toBeCloseTo(10, 6);
    for (const criterion of fitted.criteria)
      expect(criterion.levels[0]?.points).toBeCloseTo(criterion.points, 1);
  });
});

describe('copies', () => {
  test('have no date or idea of any student, new ids everywhere, and references that still fit', () => {
    const design = aDesign();
    const own = { ...design.board.options[0]!, id: 'idea' as never, onlyFor: 'someone' as never };
    const source = {
      ...design,
      board: { ...design.board, options: [...design.board.options, own] },
      dates: [
        {
          scope: 'learner',
          tierId: null,
          groupId: null,
          membershipId: 'someone' as never,
          dueAt: new Date(0),
        },
      ],
    } as typeof design;
    const next = counting();
    const copy = copyDesign(source, () => `copy-${next()}`, null);
    expect(JSON.stringify(copy)).not.toContain('someone');
    expect(copy.dates).toEqual([]);
    expect(copy.tiers[0]?.goalIds).toEqual(copy.goals.map((goal) => goal.id));
    expect(
      copy.board.options.every((option) => option.criterionIds[0] === copy.criteria[0]?.id),
    ).toBe(true);
    const before = new Set(
      [...source.goals, ...source.criteria, ...source.tiers].map(({ id }) => id as string),
    );
    expect([...copy.goals, ...copy.criteria, ...copy.tiers].some(({ id }) => before.has(id))).toBe(
      false,
    );
    const target = onto(copy, { title: 'New term', pointsPossible: 5, dueAt: null });
    expect(target).toMatchObject({ title: 'New term', pointsPossible: 5, dueAt: null });
  });
});

describe('local times', () => {
  test.each([
    ['winter', '2031-01-08T23:59', '2031-01-09T05:59:00.000Z'],
    ['summer', '2031-07-08T23:59', '2031-07-09T04:59:00.000Z'],
    ['a bare day, its end', '2031-07-08', '2031-07-09T04:59:00.000Z'],
  ])('%s', (_name, text, iso) => {
    const at = fromLocal(text, zone);
    expect(at?.toISOString()).toBe(iso);
    expect(fromLocal(toLocal(at, zone), zone)).toEqual(at);
  });

  test.each(['', 'tomorrow', '2031-02-31T10:00', '2031-13-01'])('%j is no date', (text) => {
    expect(fromLocal(text, zone)).toBeNull();
  });
});
