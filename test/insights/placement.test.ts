import { describe, expect, test } from 'vitest';
import en from '../../config/locales/en/insights.json' with { type: 'json' };
import es from '../../config/locales/es/insights.json' with { type: 'json' };
import { diceOf } from '../../src/groups/dice.js';
import {
  isBelowSuggestion,
  LEVELS,
  suggestPlacement,
  type Evidence,
  type Level,
} from '../../src/insights/placement.js';
import {
  addSchoolDays,
  localDay,
  schoolDaysBetween,
  type SchoolCalendar,
} from '../../src/insights/school-days.js';
import { lateJoiners, stuckFlag, type PlacedActivity } from '../../src/insights/stuck.js';

const DAY = 86_400_000;
const now = new Date(Date.UTC(2026, 2, 20, 12));
const ago = (days: number) => new Date(now.getTime() - days * DAY);
/** Scores oldest first, one a day, the last one yesterday. */
const scores = (...list: number[]): Evidence[] =>
  list.map((score, i) => ({ score, at: ago(list.length - i) }));

describe('suggesting a placement', () => {
  test.each<[string, number[], Level | null, Level, string, boolean]>([
    ['no evidence, never placed: base', [], null, 'base', 'stay', false],
    ['one piece, however good, moves nobody', [100], 'support', 'support', 'stay', false],
    ['one piece, however bad, moves nobody', [0], 'stretch', 'stretch', 'stay', false],
    ['2 of the last 3 above the margin: up', [20, 70, 70], 'support', 'base', 'up', false],
    ['only 1 of the last 3 above it: no', [40, 40, 100], 'support', 'support', 'stay', false],
    ['2 of 2 above: up', [95, 95], 'base', 'stretch', 'up', false],
    [
      'exactly at the edge of the margin is not above it',
      [93, 93, 80],
      'base',
      'stretch',
      'up',
      true,
    ],
    ['3 of 3 below the margin: down', [51, 51, 51], 'base', 'support', 'down', false],
    ['2 of 3 below: no', [51, 53, 51], 'base', 'base', 'stay', true],
    ['2 of 2 below: not yet 3 of 3', [10, 10], 'base', 'base', 'stay', true],
    ['down is one level at a time', [10, 10, 10], 'stretch', 'base', 'down', false],
    ['never placed counts as base', [10, 10, 10], null, 'support', 'down', false],
    ['borderline goes up, with a support', [58, 61, 57], 'support', 'base', 'up', true],
    ['borderline stays up, with a support', [58, 61, 57], 'base', 'base', 'stay', true],
    ['borderline at the upper cut', [80, 84, 88], 'base', 'stretch', 'up', true],
    ['clear of all margins stays', [75, 74, 72], 'base', 'base', 'stay', false],
    [
      'from support straight to stretch, when all say so',
      [96, 97, 98],
      'support',
      'stretch',
      'up',
      false,
    ],
    ['at the top there is no up', [99, 99, 99], 'stretch', 'stretch', 'stay', false],
    ['at the bottom there is no down', [5, 5, 5], 'support', 'support', 'stay', false],
  ])('%s', (_name, list, current, level, direction, withSupport) => {
    const suggestion = suggestPlacement(scores(...list), now, current);
    expect([suggestion.level, suggestion.direction, suggestion.withSupport]).toEqual([
      level,
      direction,
      withSupport,
    ]);
    expect(suggestion.needsAgreement).toBe(direction === 'down');
    const key = suggestion.messageKey.replace('insights.placement.', '');
    for (const words of [en, es])
      expect(Object.keys(words.placement).some((k) => k === key || k.startsWith(`${key}_`))).toBe(
        true,
      );
  });

  test('noise of ±8 around a cut never flaps over 20 pieces', () => {
    const dice = diceOf(1);
    for (let student = 0; student < 500; student += 1) {
      const cut = [60, 85][dice.roll(2)]!;
      let level: Level = LEVELS[dice.roll(3)]!;
      let changes = 0;
      const evidence: Evidence[] = [];
      for (let piece = 0; piece < 20; piece += 1) {
        const at = ago(20 - piece);
        evidence.push({ score: cut - 8 + dice.roll(1601) / 100, at });
        const suggestion = suggestPlacement(evidence, at, level);
        if (suggestion.level !== level) changes += 1;
        level = suggestion.level;
      }
      // From two levels away it takes two moves to arrive; once there, none.
      expect(changes).toBeLessThanOrEqual(2);
      const settled = level;
      for (let piece = 0; piece < 20; piece += 1) {
        evidence.push({
          score: cut - 8 + dice.roll(1601) / 100,
          at: new Date(now.getTime() + piece * 3_600_000),
        });
        expect(
          suggestPlacement(evidence, new Date(now.getTime() + piece * 3_600_000), level).level,
        ).toBe(settled);
      }
    }
  });

  test('late evidence outweighs old', () => {
    const risen = suggestPlacement(scores(40, 40, 40, 90, 90), now, 'base').estimate!;
    const fallen = suggestPlacement(scores(90, 90, 90, 40, 40), now, 'base').estimate!;
    expect(risen).toBeGreaterThan(65);
    expect(fallen).toBeLessThan(65);
    expect(suggestPlacement(scores(40, 40, 40, 90, 90), now, 'support').direction).toBe('up');
  });

  test('only five pieces of thirty days count, and nothing from the future', () => {
    const old = [
      { score: 0, at: ago(31) },
      { score: 0, at: ago(300) },
    ];
    expect(suggestPlacement(old, now, 'base').enough).toBe(false);
    expect(suggestPlacement([...old, ...scores(95, 95)], now, 'base').pieces).toHaveLength(2);
    expect(suggestPlacement(scores(0, 0, 0, 80, 80, 80, 80, 80), now, 'base').estimate).toBe(80);
    expect(
      suggestPlacement(
        [
          { score: 99, at: ago(-1) },
          { score: NaN, at: ago(1) },
          { score: 99, at: ago(1) },
        ],
        now,
        'base',
      ).enough,
    ).toBe(false);
  });

  test('a better score never leads to a lower route', () => {
    const dice = diceOf(3);
    for (let i = 0; i < 3000; i += 1) {
      const list = Array.from({ length: 2 + dice.roll(4) }, () => dice.roll(101));
      const better = list.map((score) => Math.min(100, score + dice.roll(20)));
      const current = LEVELS[dice.roll(3)]!;
      const rank = (of: number[]) =>
        LEVELS.indexOf(suggestPlacement(scores(...of), now, current).level);
      expect([list, better, rank(better) >= rank(list)]).toEqual([list, better, true]);
    }
  });

  test('placed below the suggestion needs a reason, without evidence none', () => {
    const suggestion = suggestPlacement(scores(95, 96, 97), now, 'base');
    expect(LEVELS.map((level) => isBelowSuggestion(level, suggestion))).toEqual([
      true,
      true,
      false,
    ]);
    expect(isBelowSuggestion('support', suggestPlacement([], now, null))).toBe(false);
  });
});

const history = (...levels: (Level | null)[]): PlacedActivity[] =>
  levels.map((level, i) => ({ activityId: `a${i}`, at: ago((levels.length - i) * 2), level }));

describe('stuck on the support route', () => {
  test.each<[string, PlacedActivity[], Date | null, string | null]>([
    [
      'four running',
      history('base', 'support', 'support', 'support', 'support'),
      null,
      'activities',
    ],
    ['three running', history('base', 'support', 'support', 'support'), null, null],
    ['four, with a break', history('support', 'support', 'base', 'support', 'support'), null, null],
    [
      'four, with a task for everybody between',
      history('support', 'support', null, 'support', 'support'),
      null,
      null,
    ],
    ['four on base', history('base', 'base', 'base', 'base'), null, null],
    [
      'three over 20 school days',
      [30, 20, 10].map((d, i) => ({ activityId: `a${i}`, at: ago(d), level: 'support' as const })),
      null,
      'school-days',
    ],
    [
      'two over a year: never',
      [300, 10].map((d, i) => ({ activityId: `a${i}`, at: ago(d), level: 'support' as const })),
      null,
      null,
    ],
    [
      'kept with a reason last week',
      history('support', 'support', 'support', 'support'),
      ago(3),
      null,
    ],
    [
      'kept, and four more since',
      history('base', 'support', 'support', 'support', 'support'),
      ago(9),
      'activities',
    ],
    ['nothing at all', [], null, null],
  ])('%s', (_name, activities, keptAt, because) => {
    const flag = stuckFlag([...activities].reverse(), now, keptAt);
    expect(flag?.because ?? null).toBe(because);
    if (flag !== null) expect(flag.actions).toHaveLength(3);
  });

  test('late joiners: after the start, and not placed yet, newest first', () => {
    const members = [
      { id: 'early', joinedAt: ago(9), isPlaced: false },
      { id: 'late', joinedAt: ago(3), isPlaced: false },
      { id: 'placed', joinedAt: ago(2), isPlaced: true },
      { id: 'later', joinedAt: ago(1), isPlaced: false },
    ];
    expect(lateJoiners(members, ago(5))).toEqual(['later', 'late']);
  });
});

describe('school days', () => {
  const school: SchoolCalendar = {
    timeZone: 'America/Chicago',
    weekend: [0, 6],
    holidays: new Set(['2026-03-09']),
  };
  const friday = new Date('2026-03-06T15:00:00-06:00');
  test.each([
    ['the same day', '2026-03-06T23:00:00-06:00', 0],
    ['over a weekend and a holiday', '2026-03-10T08:00:00-05:00', 1],
    ['backwards', '2026-03-01T08:00:00-06:00', 0],
    ['still Friday in Chicago though Saturday in UTC', '2026-03-07T05:30:00Z', 0],
    ['two weeks', '2026-03-20T08:00:00-05:00', 9],
  ])('%s', (_name, to, days) => expect(schoolDaysBetween(friday, new Date(to), school)).toBe(days));

  test('going on and counting back agree, at any start', () => {
    const dice = diceOf(5);
    for (let i = 0; i < 300; i += 1) {
      const from = new Date(now.getTime() + dice.roll(400 * 24) * 3_600_000);
      const days = 1 + dice.roll(40);
      const to = addSchoolDays(from, days, { ...school, timeZone: 'UTC' });
      expect(schoolDaysBetween(from, to, { ...school, timeZone: 'UTC' })).toBe(days);
      expect(new Date(localDay(to, 'UTC')).getUTCDay() % 6).not.toBe(0);
    }
    expect(addSchoolDays(friday, 0, school)).toEqual(friday);
    const never = { ...school, weekend: [0, 1, 2, 3, 4, 5, 6] };
    expect(addSchoolDays(friday, 3, never).getTime()).toBeGreaterThan(friday.getTime());
  });
});
