import { describe, expect, test } from 'vitest';
import en from '../../config/locales/en/grading-rules.json' with { type: 'json' };
import es from '../../config/locales/es/grading-rules.json' with { type: 'json' };
import {
  gradeState,
  POINT_DEFAULTS,
  roundPoints,
  rubricPoints,
  type CriterionMark,
  type RubricCriterion,
} from '../../src/grading/points.js';
import { parseTypedPoints } from '../../src/grading/typed-points.js';
import { diceOf } from '../../src/groups/dice.js';

const levelled = (id: string, ...points: number[]): RubricCriterion => ({
  id,
  kind: 'levelled',
  levels: points.map((p) => ({ id: `${id}${p}`, points: p })),
});
const single = (id: string, pointsPossible: number): RubricCriterion => ({
  id,
  kind: 'single-point',
  pointsPossible,
});
const rubric = [levelled('a', 0, 2, 4), levelled('b', 0, 3, 6)];
const rules = { ...POINT_DEFAULTS, pointsPossible: 10 };
const marks = (...pairs: [string, string][]): CriterionMark[] =>
  pairs.map(([criterionId, levelId]) => ({ criterionId, levelId }));

describe('rubric to points', () => {
  test.each([
    [
      'all at the top',
      rubric,
      marks(['a', 'a4'], ['b', 'b6']),
      rules,
      0,
      { state: 'graded', points: 10, capped: false },
    ],
    [
      'zero is a grade',
      rubric,
      marks(['a', 'a0'], ['b', 'b0']),
      rules,
      0,
      { state: 'graded', points: 0, capped: false },
    ],
    [
      'scaled to the column',
      rubric,
      marks(['a', 'a2'], ['b', 'b3']),
      { ...rules, pointsPossible: 100 },
      0,
      { state: 'graded', points: 50, capped: false },
    ],
    [
      'typed points win over a level',
      rubric,
      [
        { criterionId: 'a', levelId: 'a0', points: 3.5 },
        { criterionId: 'b', levelId: 'b3' },
      ],
      rules,
      0,
      { state: 'graded', points: 6.5, capped: false },
    ],
    [
      'an adjustment for one student',
      rubric,
      marks(['a', 'a2'], ['b', 'b3']),
      rules,
      -1.5,
      { state: 'graded', points: 3.5, capped: false },
    ],
    [
      'never above the maximum',
      rubric,
      marks(['a', 'a4'], ['b', 'b6']),
      rules,
      3,
      { state: 'graded', points: 10, capped: true },
    ],
    [
      'but with extra credit',
      rubric,
      marks(['a', 'a4'], ['b', 'b6']),
      { ...rules, extraCredit: true },
      3,
      { state: 'graded', points: 13, capped: false },
    ],
    [
      'never below zero',
      rubric,
      marks(['a', 'a0'], ['b', 'b0']),
      rules,
      -2,
      { state: 'graded', points: 0, capped: true },
    ],
    [
      'half a rubric is no grade',
      rubric,
      marks(['a', 'a4']),
      rules,
      0,
      { state: 'partly', openCriterionIds: ['b'] },
    ],
    [
      'nothing is no zero',
      rubric,
      [],
      rules,
      0,
      { state: 'ungraded', openCriterionIds: ['a', 'b'] },
    ],
    [
      'a level that is gone is open',
      rubric,
      marks(['a', 'a9'], ['b', 'b6']),
      rules,
      0,
      { state: 'partly', openCriterionIds: ['a'] },
    ],
    [
      'an emptied rubric is ungraded',
      [],
      marks(['a', 'a4']),
      rules,
      0,
      { state: 'ungraded', openCriterionIds: [] },
    ],
    [
      'a rubric worth nothing divides by nothing',
      [levelled('a', 0)],
      marks(['a', 'a0']),
      rules,
      0,
      { state: 'graded', points: 0, capped: false },
    ],
    [
      'single points',
      [single('a', 4), single('b', 6)],
      [
        { criterionId: 'a', single: 'met' },
        { criterionId: 'b', single: 'not-yet' },
      ],
      rules,
      0,
      { state: 'graded', points: 7, capped: false },
    ],
    [
      'beyond counts only as extra credit',
      [single('a', 10)],
      [{ criterionId: 'a', single: 'beyond' }],
      rules,
      0,
      { state: 'graded', points: 10, capped: false },
    ],
    [
      'beyond, with extra credit',
      [single('a', 10)],
      [{ criterionId: 'a', single: 'beyond' }],
      { ...rules, extraCredit: true },
      0,
      { state: 'graded', points: 11, capped: false },
    ],
    [
      'a typed NaN is open',
      [single('a', 10)],
      [{ criterionId: 'a', points: NaN }],
      rules,
      0,
      { state: 'ungraded', openCriterionIds: ['a'] },
    ],
  ] as const)('%s', (_name, criteria, given, how, adjustment, expected) => {
    expect(rubricPoints(criteria, given, how, adjustment)).toEqual(expected);
  });

  test('any marks give a number within the column, at most four decimals, never -0', () => {
    const dice = diceOf(7);
    for (let i = 0; i < 2000; i += 1) {
      const criteria = Array.from({ length: 1 + dice.roll(6) }, (_, c) =>
        levelled(`c${c}`, 0, 1 + dice.roll(7), 3 + dice.roll(9)),
      );
      const given = criteria.map((c) => ({ criterionId: c.id, points: dice.roll(13) / 3 }));
      const how = { ...rules, pointsPossible: [1, 3, 7, 10, 33.3][dice.roll(5)]! };
      const result = rubricPoints(criteria, given, how, dice.roll(9) - 4);
      if (result.state !== 'graded') throw new Error('not graded');
      expect(result.points).toBeGreaterThanOrEqual(0);
      expect(result.points).toBeLessThanOrEqual(how.pointsPossible);
      expect(Object.is(result.points, -0)).toBe(false);
      expect(Number(result.points.toFixed(4))).toBe(result.points);
    }
  });

  test.each([
    [1.00005, 1.0001],
    [2.34565, 2.3457],
    [0.1 + 0.2, 0.3],
    [-0.00001, 0],
    [-1.23456, -1.2346],
    [7, 7],
  ])('rounds %d to %d', (points, expected) =>
    expect(Object.is(roundPoints(points), expected)).toBe(true),
  );

  test.each([
    [{ points: 0, isExcused: false, isMissing: false }, 'graded'],
    [{ points: 0, isExcused: false, isMissing: true }, 'graded'],
    [{ points: null, isExcused: false, isMissing: true }, 'missing'],
    [{ points: 8, isExcused: true, isMissing: true }, 'excused'],
    [{ points: null, isExcused: false, isMissing: false }, 'ungraded'],
  ] as const)('zero, excused and missing are three things (%#)', (grade, state) =>
    expect(gradeState(grade)).toBe(state),
  );
});

describe('typed points', () => {
  const column = { pointsPossible: 10, extraCredit: false };
  test.each([
    ['7.5', 7.5, null],
    ['7,5', 7.5, 'read-comma'],
    [' 8 ', 8, null],
    ['0', 0, null],
    ['-0', 0, null],
    ['.5', 0.5, null],
    ['10', 10, null],
    ['75%', 7.5, 'read-percent'],
    ['７', 7, null],
    ['', null, null],
    ['  ', null, null],
    ['+3', 3, null],
  ])('"%s" is %s', (typed, points, note) => {
    expect(parseTypedPoints(typed, column)).toEqual({
      ok: true,
      points,
      noteKey: note === null ? null : `grading-rules.points.${note}`,
    });
  });

  test.each([
    ['NaN', column, 'not-a-number'],
    ['1e9', column, 'not-a-number'],
    ['Infinity', column, 'not-a-number'],
    ['ten', column, 'not-a-number'],
    ['7.5.1', column, 'not-a-number'],
    ['.', column, 'not-a-number'],
    ['7/10', column, 'not-a-number'],
    ['0x1F', column, 'not-a-number'],
    ['-1', column, 'negative'],
    ['−2,5', column, 'negative'],
    ['11', column, 'beyond-maximum'],
    ['10.0001', column, 'beyond-maximum'],
    ['7.12345', column, 'too-many-decimals'],
    ['1,234', { ...column, pointsPossible: 2000 }, 'which-comma'],
    ['1000', { ...column, extraCredit: true }, 'far-beyond'],
    ['99999999', column, 'not-a-number'],
  ])('"%s" is refused', (typed, how, problem) => {
    expect(parseTypedPoints(typed, how)).toMatchObject({
      ok: false,
      messageKey: `grading-rules.points.${problem}`,
    });
    for (const words of [en, es]) expect(Object.keys(words.points)).toContain(problem);
  });

  test('beyond the maximum as extra credit', () => {
    expect(parseTypedPoints('11', { ...column, extraCredit: true })).toMatchObject({
      ok: true,
      points: 11,
    });
  });
});
