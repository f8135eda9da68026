import { describe, expect, test } from 'vitest';
import type { SuccessCriterion, TaskDesign } from '../../src/assignments/assignment.js';
import { markPassages, placeOf, textOf } from '../../src/grading/annotate.js';
import { mixedOrder, nextPiece } from '../../src/grading/desk-order.js';
import { gradeStage, isReleasable } from '../../src/grading/grade-state.js';
import type { Grade } from '../../src/grading/grade.js';
import { makeRelease } from '../../src/grading/make-release.js';
import { bestFirst, learnPhrases } from '../../src/grading/phrases.js';
import { readAdjustment, readMarks } from '../../src/grading/read-marks.js';
import { rubricChanges } from '../../src/grading/rubric-change.js';
import { scoreOf } from '../../src/grading/score.js';
import type { Submission } from '../../src/submissions/submission.js';

const at = (minutes: number): Date => new Date(Date.UTC(2026, 0, 5, 8, minutes));

const levelled = (id: string, points: readonly number[]) =>
  ({
    id,
    text: `criterion ${id}`,
    goalIds: [],
    kind: 'levels',
    points: Math.max(...points),
    levels: points.map((p, i) => ({ points: p, label: `level ${i}`, description: '' })),
    isAnchor: false,
  }) as unknown as SuccessCriterion;

const single = (id: string, points: number) =>
  ({
    id,
    text: id,
    goalIds: [],
    kind: 'single-point',
    points,
    levels: [],
    isAnchor: false,
  }) as unknown as SuccessCriterion;

const design = (criteria: readonly SuccessCriterion[], extraCredit = false, pointsPossible = 20) =>
  ({ pointsPossible, criteria, settings: { allowsExtraCredit: extraCredit } }) as TaskDesign;

const grade = (change: Partial<Grade> = {}) =>
  ({
    kind: 'scored',
    marks: [],
    points: null,
    annotations: [],
    adjustment: 0,
    comment: '',
    nextMove: '',
    isFinished: false,
    gradedAt: null,
    attempt: null,
    released: null,
    releaseAt: null,
    ...change,
  }) as Grade;

const mark = (criterionId: string, points: number | null, level: string | null = null) =>
  ({ criterionId, points, level, comment: '', nextMove: '' }) as never;

const nothingTyped = {
  kind: 'scored',
  level: {},
  typed: {},
  note: {},
  move: {},
  points: '',
  adjustment: '',
  adjust: {},
  comment: '',
  nextMove: '',
} as const;

describe('points of a grade', () => {
  const rubric = design([levelled('a', [10, 7, 0]), single('b', 10)]);

  test.each([
    ['all levels marked', [mark('a', 7, 'level 1'), mark('b', 10, 'met')], 0, 17],
    [
      'a level that was edited since counts as it is now',
      [mark('a', 3, 'level 1'), mark('b', 10)],
      0,
      17,
    ],
    ['typed points where no level is marked', [mark('a', 8.5), mark('b', 5, 'not-yet')], 0, 13.5],
    ['an adjustment for one student', [mark('a', 10), mark('b', 10)], -1.5, 18.5],
    ['never beyond the maximum', [mark('a', 10), mark('b', 10)], 5, 20],
  ])('%s', (_name, marks, adjustment, points) => {
    expect(scoreOf(rubric, grade({ marks, adjustment }))).toMatchObject({
      state: 'graded',
      points,
    });
  });

  test('an open criterion is no grade, and a criterion that is gone does not count', () => {
    expect(scoreOf(rubric, grade({ marks: [mark('a', 7)] }))).toMatchObject({
      state: 'partly',
      openCriterionIds: ['b'],
    });
    const less = design([levelled('a', [10, 7, 0])]);
    expect(scoreOf(less, grade({ marks: [mark('a', 10), mark('b', 0)] }))).toMatchObject({
      points: 20,
    });
  });

  test('without criteria the typed points count, zero included', () => {
    expect(scoreOf(design([]), grade({ points: 0 }))).toMatchObject({ state: 'graded', points: 0 });
    expect(scoreOf(design([]), grade())).toMatchObject({ state: 'ungraded' });
  });
});

describe('what is typed at the desk', () => {
  const rubric = design([levelled('a', [10, 7, 0])]);

  test('typed points win over a level; the level’s own points stay the level', () => {
    const read = readMarks(rubric, { ...nothingTyped, level: { a: 'level 1' }, typed: { a: '8' } });
    expect(read).toMatchObject({ ok: true, value: { marks: [{ points: 8, level: null }] } });
    const same = readMarks(rubric, { ...nothingTyped, level: { a: 'level 1' }, typed: { a: '7' } });
    expect(same).toMatchObject({ ok: true, value: { marks: [{ points: 7, level: 'level 1' }] } });
  });

  test.each(['-1', 'NaN', '1e9', 'ten', '11'])('%s points are refused at their field', (typed) => {
    expect(readMarks(rubric, { ...nothingTyped, typed: { a: typed } })).toMatchObject({
      ok: false,
      problems: [{ field: 'typed-a' }],
    });
  });

  test.each([
    ['', 0],
    ['-1,5', -1.5],
    ['+2', 2],
    ['\u22120.5', -0.5],
    ['1e3', null],
    ['a', null],
    ['99999', null],
  ])('an adjustment of "%s" is %s', (typed, value) => {
    expect(readAdjustment(typed, 20)).toBe(value);
  });
});

describe('stages and releases', () => {
  const rubric = design([]);
  const handedIn = (attempt: number) =>
    ({
      state: 'handed-in',
      handIns: Array.from({ length: attempt }, (_, i) => ({ attempt: i + 1, at: at(i) })),
    }) as unknown as Submission;

  test('a piece goes from waiting to released, and back on a new attempt', () => {
    const made = grade({ points: 12, isFinished: true, gradedAt: at(5), attempt: 1 });
    expect(gradeStage(rubric, null, null)).toBe('none');
    expect(gradeStage(rubric, handedIn(1), null)).toBe('to-grade');
    expect(gradeStage(rubric, handedIn(1), grade({ gradedAt: at(4) }))).toBe('begun');
    expect(gradeStage(rubric, handedIn(1), made)).toBe('held');
    expect(gradeStage(rubric, handedIn(1), { ...made, releaseAt: at(60) })).toBe('scheduled');
    const released = {
      ...made,
      released: makeRelease(rubric, made, handedIn(1), 'teacher' as never, at(6)),
    };
    expect(gradeStage(rubric, handedIn(1), released)).toBe('released');
    expect(isReleasable(rubric, released)).toBe(false);
    expect(gradeStage(rubric, handedIn(1), { ...released, gradedAt: at(7) })).toBe('changed');
    expect(gradeStage(rubric, handedIn(2), released)).toBe('new-attempt');
  });

  test('a criterion added later opens a held grade again', () => {
    const made = grade({ points: 12, isFinished: true, gradedAt: at(5) });
    expect(isReleasable(design([single('new', 5)]), made)).toBe(false);
  });

  test('releases count up, and excused work has no points', () => {
    const excused = grade({ kind: 'excused', points: 9, isFinished: true, gradedAt: at(5) });
    const first = makeRelease(rubric, excused, null, 'teacher' as never, at(6));
    expect(first).toMatchObject({ kind: 'excused', points: 0, sequence: 1, attempt: null });
    const again = makeRelease(rubric, { ...excused, released: first }, null, 't' as never, at(7));
    expect(again?.sequence).toBe(2);
  });

  test('an edit of the rubric names those whose released grade it changes', () => {
    const old = design([levelled('a', [10, 5])]);
    const made = grade({
      membershipId: 'm' as never,
      marks: [mark('a', 5, 'level 1')],
      isFinished: true,
      gradedAt: at(1),
    });
    const out = { ...made, released: makeRelease(old, made, null, 't' as never, at(2)) };
    expect(rubricChanges(old, [out])).toEqual([]);
    expect(rubricChanges(design([levelled('a', [10, 8])]), [out])).toMatchObject([
      { membershipId: 'm', before: 10, after: 16 },
    ]);
  });
});

describe('the order of pieces', () => {
  const ids = Array.from({ length: 200 }, (_, i) => `student-${String(i).padStart(3, '0')}`);

  test('is the same again, another one elsewhere, and loses nobody', () => {
    const order = mixedOrder('task', ids);
    expect(mixedOrder('task', [...ids].reverse())).toEqual(order);
    expect(mixedOrder('other', ids)).not.toEqual(order);
    expect([...order].sort()).toEqual(ids);
  });

  test('tells nothing about the order they came in', () => {
    const order = mixedOrder('task', ids);
    const mean = (ids.length - 1) / 2;
    let product = 0;
    let square = 0;
    order.forEach((id, i) => {
      product += (i - mean) * (ids.indexOf(id) - mean);
      square += (i - mean) ** 2;
    });
    expect(Math.abs(product / square)).toBeLessThan(0.25);
  });

  test('the next piece goes round and comes to an end', () => {
    const waiting = new Set(['a', 'c']);
    const next = (current: string | null) =>
      nextPiece(['a', 'b', 'c'], current, (id) => waiting.has(id));
    expect(next(null)).toBe('a');
    expect(next('a')).toBe('c');
    expect(next('c')).toBe('a');
    waiting.delete('a');
    expect(next('c')).toBeNull();
  });
});

describe('notes at passages', () => {
  const html = '<p>Frogs &amp; <strong>toads eat</strong> flies.</p><p>Toads eat too.</p>';

  test('a passage over tags is marked in parts, and the HTML stays whole', () => {
    const quote = 'toads eat flies';
    const offset = textOf(html).indexOf(quote);
    expect(markPassages(html, [{ number: 1, quote, offset }])).toBe(
      '<p>Frogs &amp; <strong><mark class="noted" data-note="1">toads eat</mark></strong><mark class="noted" data-note="1"> flies</mark>.</p><p>Toads eat too.</p>',
    );
  });

  test('a passage that moved is found at its nearest place, one that is gone is left out', () => {
    expect(placeOf('x eat y eat', { quote: 'eat', offset: 7 })).toBe(8);
    expect(placeOf('nothing here', { quote: 'eat', offset: 0 })).toBeNull();
    expect(markPassages(html, [{ number: 1, quote: 'wolves', offset: 3 }])).toBe(html);
  });
});

describe('own phrases', () => {
  test('what is written often stands first; what was not used for long sinks', () => {
    let bank = learnPhrases([], ['Show your working.', 'x', ''], at(0));
    bank = learnPhrases(bank, ['Show your  working.', 'Say why.'], at(1));
    expect(bank.map(({ text, times }) => [text, times])).toEqual([
      ['Show your working.', 2],
      ['Say why.', 1],
    ]);
    const late = new Date(at(0).getTime() + 120 * 86_400_000);
    const fresh = learnPhrases(bank, ['Name your source.'], late);
    expect(bestFirst(fresh, late)[0]?.text).toBe('Name your source.');
    expect(learnPhrases(bank, ['', 'ok'], at(2))).toBe(bank);
  });
});
