import { describe, expect, test } from 'vitest';
import type { Placement } from '../../src/assignments/assignment.js';
import type { FlexibleGroupId, MembershipId, OptionId, TierId } from '../../src/ids.js';
import { handInProblems, makeHandIn } from '../../src/submissions/hand-in.js';
import { moveLearner, routeAskedFor } from '../../src/submissions/move-learner.js';
import { studentTask } from '../../src/submissions/my-task.js';
import type { Submission } from '../../src/submissions/submission.js';
import { aDesign, anOption } from '../http/submissions-class.js';

const me = 'me' as MembershipId;
const teacher = 'teacher' as MembershipId;
const now = new Date('2030-01-01T10:00:00Z');
const design = aDesign();
const [base, support, stretch] = design.tiers.map((t) => t.id) as [TierId, TierId, TierId];

function aPlacement(change: Partial<Placement>): Placement {
  return {
    membershipId: me,
    tierId: support,
    because: 'learner',
    groupId: null,
    byMembershipId: teacher,
    at: now,
    reason: '',
    suggestedTierId: null,
    ...change,
  };
}

function aSubmission(change: Partial<Submission> = {}): Submission {
  return {
    membershipId: me,
    state: 'working',
    chosenIds: [],
    drafts: [],
    handIns: [],
    selfRatings: [],
    reflections: [],
    ...change,
  } as unknown as Submission;
}

describe('what a student works on', () => {
  test('nothing while nothing is published', () => {
    expect(studentTask({ published: null, placements: [] }, me)).toBeNull();
  });

  test.each([
    ['no placement', [], base, 'base'],
    ['placed by name', [aPlacement({})], support, 'learner'],
    [
      'by name over group',
      [
        aPlacement({ because: 'group', groupId: 'g' as FlexibleGroupId, tierId: stretch }),
        aPlacement({}),
      ],
      support,
      'learner',
    ],
    ['somebody else’s placement', [aPlacement({ membershipId: teacher })], base, 'base'],
    ['a tier that is gone', [aPlacement({ tierId: 'gone' as TierId })], base, 'base'],
  ])('%s', (_what, placements, tierId, because) => {
    const task = studentTask({ published: design, placements }, me)!;
    expect([task.tier.id, task.because]).toEqual([tierId, because]);
  });

  test('options of other tiers and other students’ ideas are not there; what was chosen stays', () => {
    const only = anOption({ tierIds: [stretch] });
    const theirs = anOption({ onlyFor: teacher });
    const mine = anOption({ onlyFor: me });
    const published = { ...design, board: { ...design.board, options: [only, theirs, mine] } };
    const ids = (chosen: readonly OptionId[]) =>
      studentTask({ published, placements: [] }, me, [], chosen)!.options.map((o) => o.id);
    expect(ids([])).toEqual([mine.id]);
    expect(ids([only.id, theirs.id])).toEqual([only.id, mine.id]);
  });

  test('the date of the student wins, with its reason', () => {
    const dueAt = new Date('2030-02-01T00:00:00Z');
    const published = {
      ...design,
      dates: [{ scope: 'learner' as const, tierId: null, groupId: null, membershipId: me, dueAt }],
    };
    const { due } = studentTask({ published, placements: [] }, me)!;
    expect(due).toMatchObject({ dueAt, because: 'student' });
  });
});

describe('handing in', () => {
  const task = studentTask({ published: design, placements: [] }, me)!;
  const [text] = task.options;
  const work = { html: '<p>x</p>', linkUrl: '', files: [], characters: 1 };
  const draft = { optionId: text!.id, work, version: 1, savedAt: now, writer: { id: '', step: 0 } };

  test('names what is missing', () => {
    expect(handInProblems(task, aSubmission(), false)).toEqual([{ kind: 'nothing-chosen' }]);
    const chosen = aSubmission({ chosenIds: [text!.id] });
    expect(handInProblems(task, chosen, true)).toMatchObject([{ kind: 'empty' }]);
    expect(handInProblems(task, { ...chosen, drafts: [draft] }, true)).toEqual([]);
    expect(handInProblems(task, { ...chosen, drafts: [draft] }, false)).toEqual([
      { kind: 'choices-left' },
    ]);
  });

  test('is late by the server’s time and the student’s own date, and counts attempts', () => {
    const dueAt = new Date(now.getTime() - 3_600_000);
    const late = { ...task, due: { dueAt, because: 'student' as const, messageKey: '' } };
    const submission = aSubmission({ chosenIds: [text!.id], drafts: [draft] });
    const first = makeHandIn(late, submission, [], now);
    expect(first).toMatchObject({ attempt: 1, isLate: true, memberIds: [me] });
    const second = makeHandIn(task, { ...submission, handIns: [first] }, [me, teacher], now);
    expect(second).toMatchObject({ attempt: 2, memberIds: [me, teacher] });
    expect(second.works[0]!.work).toEqual(work);
  });
});

describe('moving one student', () => {
  const assignment = { published: design, draft: design, placements: [] };
  const move = { membershipId: me, tierId: stretch, byMembershipId: teacher, reason: '' };

  test('places by name and keeps everybody else', () => {
    const other = aPlacement({ membershipId: teacher });
    const outcome = moveLearner({ ...assignment, placements: [other, aPlacement({})] }, move, now);
    expect(outcome.ok && outcome.placements.map((p) => [p.membershipId, p.tierId])).toEqual([
      [teacher, support],
      [me, stretch],
    ]);
  });

  test('below what the evidence suggested needs a reason', () => {
    const placements = [aPlacement({ tierId: stretch, suggestedTierId: stretch })];
    const down = { ...move, tierId: support };
    expect(moveLearner({ ...assignment, placements }, down, now)).toEqual({
      ok: false,
      problem: 'needs-reason',
    });
    expect(moveLearner({ ...assignment, placements }, { ...down, reason: 'x' }, now).ok).toBe(true);
  });

  test.each([
    [base, 'stretch', stretch],
    [base, 'simpler', support],
    [support, 'stretch', base],
    [stretch, 'stretch', null],
    [support, 'simpler', null],
  ] as const)('from %s, %s', (from, kind, to) => {
    expect(routeAskedFor(design, from, kind)).toBe(to);
  });
});
