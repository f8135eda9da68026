import { expect, test } from 'vitest';
import { firstDesign, type Assignment, type Placement } from '../../src/assignments/assignment.js';
import { evidenceOfGrade } from '../../src/insights/evidence-of-grade.js';
import { goalKey } from '../../src/insights/goal-key.js';
import { decide, needsReason, reviewPlacements } from '../../src/insights/review.js';
import { PLAIN_CALENDAR } from '../../src/insights/school-days.js';
import type { GoalId, MembershipId, TierId } from '../../src/ids.js';

const now = new Date('2026-03-20T10:00:00Z');
const DAY = 86_400_000;
const ana = 'ana' as MembershipId;
let ids = 0;
const first = firstDesign(
  { title: 'T', descriptionHtml: '', pointsPossible: 10, dueAt: null, language: 'en' },
  () => `id${(ids += 1)}`,
  { text: '', link: '', file: '', base: 'Base' },
);
const base = first.tiers[0]!;
const tiers = (['support', 'base', 'stretch'] as const).map((kind) => ({
  ...base,
  id: kind as string as TierId,
  kind,
  name: kind,
}));
const goals = ['g1', 'g2'].map((id) => ({ id: id as GoalId, text: `Goal ${id}`, code: '' }));
const design = { ...first, tiers, goals };

function review(
  values: Readonly<Record<string, readonly number[]>>,
  placement: Partial<Placement> | null = null,
  joinedAt = new Date(0),
) {
  const placements: Placement[] =
    placement === null
      ? []
      : [
          {
            membershipId: ana,
            tierId: 'base' as TierId,
            because: 'learner',
            groupId: null,
            byMembershipId: ana,
            at: new Date(0),
            reason: '',
            suggestedTierId: null,
            ...placement,
          },
        ];
  const assignment = {
    draft: design,
    published: design,
    publishedAt: new Date(now.getTime() - 10 * DAY),
    placements,
  } as unknown as Assignment;
  const rows = reviewPlacements({
    assignment,
    learners: [{ id: ana, joinedAt }],
    evidence: goals.flatMap((goal) =>
      (values[goal.id] ?? []).map((value, i) => ({
        membershipId: ana,
        goalKey: goalKey(goal),
        value,
        at: new Date(now.getTime() - (i + 1) * DAY),
        source: 'ticket',
        label: '',
      })),
    ),
    routes: new Map(),
    keptAt: new Map(),
    calendar: PLAIN_CALENDAR,
    now,
  });
  return { assignment, row: rows[0]! };
}

test.each([
  ['no evidence: the base task', {}, null, 'base'],
  ['one piece moves nobody', { g1: [99] }, null, 'base'],
  ['clearly above: up', { g1: [97, 96, 95] }, 'stretch', 'stretch'],
  [
    'clearly below: down is suggested, never done by "confirm all"',
    { g1: [10, 12, 11] },
    'support',
    'base',
  ],
  [
    'two goals between two levels: the higher',
    { g1: [97, 96, 95], g2: [70, 72, 71] },
    'stretch',
    'stretch',
  ],
])('%s', (_name, values, suggested, proposed) => {
  const { row } = review(values);
  expect(row.suggested?.kind ?? null).toBe(suggested);
  expect(row.proposed.kind).toBe(proposed);
});

test('placed below the suggestion is a mismatch until there is a reason', () => {
  const values = { g1: [97, 96, 95] };
  expect(review(values, { tierId: 'base' as TierId }).row.isMismatch).toBe(true);
  const kept = review(values, { tierId: 'base' as TierId, reason: 'was ill' }).row;
  expect(kept.isMismatch).toBe(false);
  expect(kept.proposed.kind).toBe('base');
  expect(needsReason(kept, tiers[1]!)).toBe(true);
  expect(needsReason(kept, tiers[2]!)).toBe(false);
});

test('a late joiner shows up until a teacher placed them', () => {
  expect(review({}, null, now).row.isLate).toBe(true);
  expect(review({}, {}, now).row.isLate).toBe(false);
  expect(review({}).row.isLate).toBe(false);
});

test('a decision that the group brings already places nobody by name', () => {
  const { row, assignment } = review({}, { because: 'group', tierId: 'stretch' as TierId });
  const rows = new Map([[ana, row]]);
  const same = [{ membershipId: ana, tierId: 'stretch' as TierId, reason: '' }];
  const other = [{ membershipId: ana, tierId: 'base' as TierId, reason: '' }];
  expect(decide(assignment.placements, same, rows, ana, now).map((p) => p.because)).toEqual([
    'group',
  ]);
  expect(decide(assignment.placements, other, rows, ana, now).map((p) => p.because)).toEqual([
    'group',
    'learner',
  ]);
});

test.each([
  [{ text: 'I can  add.', code: '' }, { text: 'i can add', code: '' }, true],
  [{ text: 'One wording', code: 'MS-1' }, { text: 'Another', code: 'ms-1' }, true],
  [{ text: 'I can add', code: '' }, { text: 'I can subtract', code: '' }, false],
])('goals are the same by code or words', (a, b, isSame) => {
  expect(goalKey(a) === goalKey(b)).toBe(isSame);
});

test('a grade speaks for each goal by the criteria that name it; excused and unmarked say nothing', () => {
  const criterion = (id: string, goalIds: string[], points: number) => ({
    id,
    text: id,
    goalIds,
    kind: 'single-point',
    points,
    levels: [],
    isAnchor: false,
  });
  const graded = {
    goals,
    criteria: [criterion('c1', ['g1'], 10), criterion('c2', ['g2'], 5), criterion('c3', [], 5)],
  } as never;
  const mark = (id: string, points: number | null) => ({
    criterionId: id,
    points,
    comment: '',
    nextMove: '',
  });
  const release = (kind: string, points: (number | null)[]) =>
    ({
      kind,
      points: 0,
      pointsPossible: 20,
      marks: points.map((p, i) => mark(`c${i + 1}`, p)),
    }) as never;
  const values = (kind: string, points: (number | null)[]) =>
    evidenceOfGrade(graded, release(kind, points)).map((e) => e.value);
  expect(values('scored', [5, 5, 5])).toEqual([66.7, 100]);
  expect(values('scored', [5, null, null])).toEqual([50]);
  expect(values('scored', [0, 0, 0])).toEqual([0, 0]);
  expect(values('excused', [5, 5, 5])).toEqual([]);
  expect(values('missing', [5, 5, 5])).toEqual([]);
});
