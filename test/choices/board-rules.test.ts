import { describe, expect, test } from 'vitest';
import en from '../../config/locales/en/choices-rules.json' with { type: 'json' };
import es from '../../config/locales/es/choices-rules.json' with { type: 'json' };
import {
  boardProblems,
  isComplete,
  mayChoose,
  whatIsLeft,
  whyNotChoose,
  type Board,
  type BoardOption,
  type BoardRule,
} from '../../src/choices/board-rules.js';
import { coverageGrid } from '../../src/choices/coverage.js';
import { startHere } from '../../src/choices/start-here.js';
import { diceOf } from '../../src/groups/dice.js';

const nine = (): BoardOption[] =>
  Array.from({ length: 9 }, (_, cell) => ({ id: `c${cell}`, cell }));
const board = (rule: BoardRule, options: BoardOption[]): Board => ({ rule, options });
const ids = (n: number): BoardOption[] => Array.from({ length: n }, (_, i) => ({ id: `o${i}` }));
const menu: BoardOption[] = [
  { id: 's1', course: 'starter' },
  { id: 's2', course: 'starter' },
  { id: 'm1', course: 'main' },
  { id: 'd1', course: 'dessert' },
];

describe('rules of a board', () => {
  test.each([
    ['pick 2 of 4: nothing yet', board({ kind: 'pick', n: 2 }, ids(4)), [], false, 2, 4],
    ['pick 2 of 4: one', board({ kind: 'pick', n: 2 }, ids(4)), ['o1'], false, 1, 3],
    ['pick 2 of 4: done', board({ kind: 'pick', n: 2 }, ids(4)), ['o1', 'o3'], true, 0, 0],
    ['the same one twice is one', board({ kind: 'pick', n: 2 }, ids(4)), ['o1', 'o1'], false, 1, 3],
    [
      'an option taken off the board counts for nothing',
      board({ kind: 'pick', n: 2 }, ids(4)),
      ['o1', 'gone'],
      false,
      1,
      3,
    ],
    [
      '3×3: a corner opens three lines',
      board({ kind: 'three-in-a-row' }, nine()),
      ['c0'],
      false,
      2,
      6,
    ],
    ['3×3: the middle opens all', board({ kind: 'three-in-a-row' }, nine()), ['c4'], false, 2, 8],
    ['3×3: two leave one', board({ kind: 'three-in-a-row' }, nine()), ['c0', 'c8'], false, 1, 1],
    ['3×3: a diagonal', board({ kind: 'three-in-a-row' }, nine()), ['c2', 'c4', 'c6'], true, 0, 0],
    [
      '3×3: two that share no line',
      board({ kind: 'three-in-a-row' }, nine()),
      ['c0', 'c5'],
      false,
      null,
      0,
    ],
    ['menu: one course done', board({ kind: 'one-per-course' }, menu), ['s1'], false, 2, 2],
    ['menu: done', board({ kind: 'one-per-course' }, menu), ['s2', 'm1', 'd1'], true, 0, 0],
    [
      'points: 5 of 2, 3 and 4',
      board({ kind: 'points', n: 5 }, [
        { id: 'a', points: 2 },
        { id: 'b', points: 3 },
        { id: 'c', points: 4 },
      ]),
      ['a'],
      false,
      1,
      2,
    ],
    [
      'points: more than asked is fine',
      board({ kind: 'points', n: 5 }, [
        { id: 'a', points: 2 },
        { id: 'c', points: 4 },
      ]),
      ['a', 'c'],
      true,
      0,
      0,
    ],
    [
      'a board without options is never complete',
      board({ kind: 'one-per-course' }, []),
      [],
      false,
      0,
      0,
    ],
  ] as const)('%s', (_name, b, chosen, complete, atLeast, open) => {
    expect(isComplete(b, chosen)).toBe(complete);
    const left = whatIsLeft(b, chosen);
    expect([left.complete, left.atLeast, left.optionIds.length]).toEqual([complete, atLeast, open]);
  });

  test.each([
    ['unknown', { kind: 'pick', n: 2 }, ids(3), [], 'x', []],
    ['already-chosen', { kind: 'pick', n: 2 }, ids(3), ['o0'], 'o0', []],
    ['complete', { kind: 'pick', n: 1 }, ids(3), ['o0'], 'o1', []],
    ['closed', { kind: 'pick', n: 1 }, ids(3), [], 'o1', ['o1']],
    ['course-done', { kind: 'one-per-course' }, menu, ['s1'], 's2', []],
    ['not-in-line', { kind: 'three-in-a-row' }, nine(), ['c0'], 'c5', []],
    ['not-in-line', { kind: 'three-in-a-row' }, nine(), ['c0'], 'c1', ['c2']],
    ['cannot-be-completed', { kind: 'three-in-a-row' }, nine(), ['c0', 'c5'], 'c1', []],
    [
      'cannot-be-completed',
      { kind: 'points', n: 9 },
      [
        { id: 'a', points: 2 },
        { id: 'b', points: 3 },
      ],
      [],
      'a',
      [],
    ],
  ] as const)('refuses: %s', (why, rule, options, chosen, tapped, closed) => {
    expect(whyNotChoose({ rule, options }, chosen, tapped, closed)).toBe(why);
    expect(Object.keys(en.refusal)).toContain(why);
    expect(Object.keys(es.refusal)).toContain(why);
  });

  test('1,000 random boards read like a brute-force reading of the rule', () => {
    const dice = diceOf(20260807);
    const pick = <T>(list: readonly T[]): T => list[dice.roll(list.length)]!;
    for (let round = 0; round < 1000; round += 1) {
      const kind = pick(['pick', 'three-in-a-row', 'one-per-course', 'points'] as const);
      const count = kind === 'three-in-a-row' ? 7 + dice.roll(3) : 1 + dice.roll(9);
      const options: BoardOption[] = Array.from({ length: count }, (_, i) => ({
        id: `o${i}`,
        cell: i,
        course: pick(['starter', 'main', 'dessert']),
        points: dice.roll(6),
      }));
      const n = 1 + dice.roll(kind === 'points' ? 18 : count + 1);
      const rule: BoardRule = kind === 'pick' || kind === 'points' ? { kind, n } : { kind };
      const b = { rule, options };
      const closed = new Set(options.filter(() => dice.roll(6) === 0).map(({ id }) => id));

      const satisfies = (mask: number): boolean => {
        const set = options.filter((_, i) => (mask >> i) & 1);
        const cells = set.map((o) => o.cell!);
        switch (kind) {
          case 'pick':
            return set.length === n;
          case 'points':
            return set.reduce((sum, o) => sum + o.points!, 0) >= n;
          case 'one-per-course':
            return [...new Set(options.map((o) => o.course))].every(
              (c) => set.filter((o) => o.course === c).length === 1,
            );
          case 'three-in-a-row': {
            const rows = new Set(cells.map((c) => Math.floor(c / 3)));
            const columns = new Set(cells.map((c) => c % 3));
            const sums =
              cells.every((c) => Math.floor(c / 3) === c % 3) ||
              cells.every((c) => Math.floor(c / 3) + (c % 3) === 2);
            return set.length === 3 && (rows.size === 1 || columns.size === 1 || sums);
          }
        }
      };
      const all = Array.from({ length: 1 << count }, (_, mask) => mask).filter(satisfies);
      const closedMask = options.reduce((m, o, i) => (closed.has(o.id) ? m | (1 << i) : m), 0);

      // A walk of choices, as a student would make them, and one random set to begin with.
      let mask = dice.roll(3) === 0 ? dice.roll(1 << count) & dice.roll(1 << count) : 0;
      for (let step = 0; step < 5; step += 1) {
        const chosen = options.filter((_, i) => (mask >> i) & 1).map(({ id }) => id);
        expect(isComplete(b, chosen)).toBe(satisfies(mask));
        const reach = (m: number) =>
          all.filter((end) => (end & m) === m && (end & ~m & closedMask) === 0);
        const may = options.filter((o, i) => {
          const expected =
            !satisfies(mask) &&
            ((mask | closedMask) >> i) % 2 === 0 &&
            reach(mask | (1 << i)).length > 0;
          expect([round, o.id, mayChoose(b, chosen, o.id, [...closed])]).toEqual([
            round,
            o.id,
            expected,
          ]);
          return expected;
        });
        const left = whatIsLeft(b, chosen, [...closed]);
        expect(left.optionIds).toEqual(may.map(({ id }) => id));
        const sizes = reach(mask).map(
          (end) => (end & ~mask).toString(2).replaceAll('0', '').length,
        );
        const fewest = satisfies(mask) ? 0 : sizes.length === 0 ? null : Math.min(...sizes);
        expect([round, left.atLeast]).toEqual([round, fewest]);
        if (may.length === 0) break;
        mask |= 1 << options.indexOf(pick(may));
      }
    }
  });

  test.each([
    [board({ kind: 'pick', n: 1 }, []), ['no-options']],
    [board({ kind: 'pick', n: 0 }, ids(4)), ['number-not-whole']],
    [board({ kind: 'pick', n: 9 }, ids(4)), ['too-few-options']],
    [board({ kind: 'pick', n: 1 }, ids(2)), ['few-shown']],
    [board({ kind: 'pick', n: 1 }, ids(300)), ['many-shown']],
    [
      board({ kind: 'points', n: 9 }, [{ id: 'a', points: 2 }, { id: 'b' }]),
      ['option-without-points', 'too-few-points'],
    ],
    [board({ kind: 'one-per-course' }, [...menu, { id: 'x' }]), ['option-without-course']],
    [board({ kind: 'three-in-a-row' }, nine().slice(1)), ['cells-not-3x3']],
    [board({ kind: 'three-in-a-row' }, nine()), []],
    [board({ kind: 'pick', n: 2 }, ids(4)), []],
  ])('problems of a board before it is published (%#)', (b, problems) => {
    expect(boardProblems(b)).toEqual(problems);
    for (const code of problems) expect(Object.keys(en.problem)).toContain(code);
  });
});

describe('coverage', () => {
  test('names the criterion that an option misses, and blocks', () => {
    const grid = coverageGrid(
      [
        { id: 'a', criterionIds: ['c1', 'c2'] },
        { id: 'b', criterionIds: ['c2', 'c9'] },
      ],
      ['c1', 'c2'],
    );
    expect(grid.rows.map((row) => row.missing)).toEqual([[], ['c1']]);
    expect(grid.blocks).toBe(true);
    expect(coverageGrid([{ id: 'a', criterionIds: ['c2', 'c1'] }], ['c1', 'c2']).blocks).toBe(
      false,
    );
  });
});

describe('where a novice starts', () => {
  const options = [
    { id: 'film', form: 'audio', minutes: 40 },
    { id: 'essay', form: 'text', minutes: 35 },
    { id: 'poem', form: 'text', minutes: 20 },
    { id: 'model', form: 'photo', minutes: 30 },
  ];
  test.each([
    ['two short ones of different form', options, 0, ['poem', 'model']],
    [
      'what the teacher marked',
      options.map((o) => ({ ...o, goodStart: o.id === 'film' || o.id === 'essay' })),
      1,
      ['film', 'essay'],
    ],
    ['all, after two choices', options, 2, null],
    ['all, if there are only two', options.slice(0, 2), 0, null],
  ])('%s', (_name, list, before, expected) => expect(startHere(list, before)).toEqual(expected));
});
