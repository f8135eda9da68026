import { describe, expect, test } from 'vitest';
import { diceOf, shuffle } from '../../src/groups/dice.js';
import { didItHelp, type DatedScore } from '../../src/insights/did-it-help.js';
import { mobility, type GroupedActivity } from '../../src/insights/mobility.js';
import type { Level } from '../../src/insights/placement.js';

const DAY = 86_400_000;
const start = new Date(Date.UTC(2026, 0, 5));
const day = (n: number) => new Date(start.getTime() + n * DAY);
const ids = (n: number) => Array.from({ length: n }, (_, i) => `s${i}`);
const tables = (list: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, g) =>
    list.slice(g * size, (g + 1) * size),
  );

function anActivity(n: number, changes: Partial<GroupedActivity> = {}): GroupedActivity {
  return { id: `a${n}`, at: day(n * 3), basis: 'mixed', groups: [], placements: [], ...changes };
}
const levelOf = (i: number, n: number): Level =>
  i < n / 3 ? 'support' : i < (2 * n) / 3 ? 'base' : 'stretch';

function fixedTerm(n: number, activities: number): GroupedActivity[] {
  const students = ids(n);
  return Array.from({ length: activities }, (_, a) =>
    anActivity(a, {
      basis: 'similar',
      groups: tables(students, 4),
      placements: students.map((studentId, i) => ({
        studentId,
        level: levelOf(i, n),
        isBelowWithoutReason: false,
      })),
    }),
  );
}

/** Seeded shuffles; of some, the one with the fewest repeated pairs, as a grouper with a memory does. */
function rotatingTerm(
  n: number,
  activities: number,
  seed: number,
  shuffles = 30,
): GroupedActivity[] {
  const dice = diceOf(seed);
  const met = new Set<string>();
  const pairs = (groups: string[][]) =>
    groups.flatMap((g) => g.flatMap((a, i) => g.slice(i + 1).map((b) => [a, b].sort().join())));
  return Array.from({ length: activities }, (_, a) => {
    let best: string[][] = [];
    let fewest = Infinity;
    for (let tries = 0; tries < shuffles; tries += 1) {
      const order = Array.from({ length: n }, (_unused, i) => i);
      shuffle(order, dice);
      const groups = tables(
        order.map((i) => `s${i}`),
        4,
      );
      const repeats = pairs(groups).filter((p) => met.has(p)).length;
      if (repeats < fewest) [best, fewest] = [groups, repeats];
    }
    pairs(best).forEach((p) => met.add(p));
    return anActivity(a, { groups: best });
  });
}

const measured = (students: readonly string[], activities: readonly GroupedActivity[]) => {
  const result = mobility(students, activities);
  if (result.state !== 'measured') throw new Error('too early');
  return result;
};

describe('the mobility meter', () => {
  test('fixed ability tables score under 30', () => {
    for (let n = 16; n <= 40; n += 4)
      for (const activities of [5, 6, 8, 20])
        expect(measured(ids(n), fixedTerm(n, activities)).index).toBeLessThan(30);
  });

  test('rotating mixed terms score over 75', () => {
    for (let seed = 0; seed < 20; seed += 1)
      expect(measured(ids(28), rotatingTerm(28, 8, seed)).index).toBeGreaterThan(75);
  });

  test('under three activities it is too early', () => {
    expect(mobility(ids(28), rotatingTerm(28, 2, 1))).toEqual({
      state: 'too-early',
      activities: 2,
      needed: 3,
    });
    expect(mobility([], []).state).toBe('too-early');
  });

  test('swapping a repeat for a first meeting raises the peers met', () => {
    const twice = [
      ['a', 'b'],
      ['c', 'd'],
    ];
    const before = measured(
      ['a', 'b', 'c', 'd'],
      [0, 1, 2].map((i) => anActivity(i, { groups: twice })),
    );
    const swapped = [0, 1, 2].map((i) =>
      anActivity(i, {
        groups:
          i === 2
            ? [
                ['a', 'c'],
                ['b', 'd'],
              ]
            : twice,
      }),
    );
    const after = measured(['a', 'b', 'c', 'd'], swapped);
    expect(after.parts.peers).toBeGreaterThan(before.parts.peers);
    expect(after.index).toBeGreaterThan(before.index);
  });

  test('any single first meeting in place of a repeat raises it, in random terms', () => {
    const dice = diceOf(8);
    let swaps = 0;
    for (let round = 0; round < 400; round += 1) {
      const term = rotatingTerm(12, 5, round, 1);
      const last = term.at(-1)!;
      const met = (id: string, upTo: number) =>
        new Set(term.slice(0, upTo).flatMap((a) => a.groups.filter((g) => g.includes(id)).flat()));
      const a = `s${dice.roll(12)}`;
      const b = `s${dice.roll(12)}`;
      const ga = last.groups.find((g) => g.includes(a))!;
      const gb = last.groups.find((g) => g.includes(b))!;
      if (ga === gb) continue;
      // Exchange a and b only where all whom they leave were met before, and somebody new is met.
      const leaves = (x: string, g: readonly string[]) =>
        g.every((p) => p === x || met(x, 4).has(p));
      const gains = (x: string, g: readonly string[], but: string) =>
        g.some((p) => p !== but && !met(x, 4).has(p));
      if (!leaves(a, ga) || !leaves(b, gb) || !(gains(a, gb, b) || gains(b, ga, a))) continue;
      swaps += 1;
      const groups = last.groups.map((g) => g.map((p) => (p === a ? b : p === b ? a : p)));
      const changed = [...term.slice(0, 4), { ...last, groups }];
      expect(measured(ids(12), changed).parts.peers).toBeGreaterThan(
        measured(ids(12), term).parts.peers,
      );
    }
    expect(swaps).toBeGreaterThan(5);
  });

  test('planted stuck students are all found, and nobody else', () => {
    const dice = diceOf(17);
    for (let round = 0; round < 300; round += 1) {
      const n = 8 + dice.roll(33);
      const students = ids(n);
      const count = 4 + dice.roll(5);
      const planted = new Set(students.filter(() => dice.roll(5) === 0));
      const few = new Set(students.filter((id) => !planted.has(id) && dice.roll(6) === 0));
      const term = rotatingTerm(n, count, round, 1).map((activity, a) => ({
        ...activity,
        groups: activity.groups.map((g) => g.filter((id) => !few.has(id) || a >= count - 2)),
        placements: students
          .filter((id) => !few.has(id) || a >= count - 2)
          .map((studentId) => ({
            studentId,
            isBelowWithoutReason: false,
            level:
              planted.has(studentId) && a >= count - 4
                ? ('support' as const)
                : few.has(studentId)
                  ? ('support' as const)
                  : (['support', 'base', 'stretch'] as const)[
                      (a + Number(studentId.slice(1))) % 3
                    ]!,
          })),
      }));
      const found = measured(students, term).flags.map((flag) => flag.studentId);
      expect(new Set(found)).toEqual(planted);
      expect(found).toHaveLength(planted.size);
    }
  });

  test('placements below the evidence without a reason count, and only the last eight activities do', () => {
    const students = ids(4);
    const one = (n: number, isBelowWithoutReason: boolean) =>
      anActivity(n, {
        basis: 'similar',
        groups: [students],
        placements: students.map((studentId) => ({
          studentId,
          level: (['base', 'stretch'] as const)[n % 2]!,
          isBelowWithoutReason,
        })),
      });
    const term = [one(0, true), ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => one(n, false))];
    expect(measured(students, term).parts.below).toBe(0);
    expect(measured(students, term.slice(0, 4)).parts.below).toBe(0.25);
  });

  test('a class that always works all together has met everybody there is to meet', () => {
    const term = [0, 1, 2].map((n) => anActivity(n, { groups: [ids(4)] }));
    expect(measured(ids(4), term).parts.peers).toBe(1);
  });

  test('a student who left counts for nothing', () => {
    const term = rotatingTerm(12, 4, 3);
    expect(measured(ids(12).slice(1), term).flags).toEqual([]);
    expect(measured(ids(12).slice(1), term).parts.peers).toBeLessThanOrEqual(1);
  });
});

describe('did this grouping help?', () => {
  const began = day(30);
  const ended = day(45);
  const evidence = (
    goalId: string,
    students: number,
    before: number,
    after: number,
    noise = 4,
  ): DatedScore[] => {
    const dice = diceOf(students + before);
    return ids(students).flatMap((studentId) =>
      [10, 20, 35, 50].map((at) => ({
        studentId,
        goalId,
        at: day(at),
        score: (at > 30 ? after : before) + dice.roll(2 * noise + 1) - noise,
      })),
    );
  };

  test.each([
    ['a clear rise', 12, 50, 70, 'rose'],
    ['a clear fall', 12, 70, 50, 'fell'],
    ['nothing', 12, 60, 60, 'no-clear-change'],
    ['five students', 5, 50, 90, 'too-few'],
  ])('%s', (_name, students, before, after, verdict) => {
    const [row] = didItHelp(evidence('g', students, before, after), began, ended, day(60));
    expect(row).toMatchObject({ goalId: 'g', students, verdict });
    if (verdict === 'rose') expect(row!.from!).toBeGreaterThan(0);
    if (verdict === 'too-few') expect(row!.change).toBeNull();
  });

  test('only students with both sides count, and only what lies in the windows', () => {
    const list = evidence('g', 8, 50, 70);
    const oneSided = { studentId: 'x', goalId: 'g', at: day(40), score: 100 };
    const longAgo = ids(8).map((studentId) => ({ studentId, goalId: 'h', at: day(-5), score: 10 }));
    const rows = didItHelp(
      [...list, oneSided, ...longAgo, ...longAgo.map((s) => ({ ...s, at: day(61) }))],
      began,
      ended,
      day(70),
    );
    expect(rows.map((row) => [row.goalId, row.students, row.verdict])).toEqual([
      ['g', 8, 'rose'],
      ['h', 0, 'too-few'],
    ]);
  });

  test('with nothing changed, at most about one class in twenty is told otherwise', () => {
    const dice = diceOf(4);
    let told = 0;
    for (let i = 0; i < 600; i += 1) {
      const scores = ids(10).flatMap((studentId) => {
        const level = 40 + dice.roll(40);
        return [20, 35].map((at) => ({
          studentId,
          goalId: 'g',
          at: day(at),
          score: level + dice.roll(31) - 15,
        }));
      });
      if (didItHelp(scores, began, ended, day(60))[0]!.verdict !== 'no-clear-change') told += 1;
    }
    expect(told / 600).toBeLessThan(0.08);
  });
});
