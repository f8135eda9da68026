import { describe, expect, test } from 'vitest';
import { formGroups } from '../../src/groups/form-groups.js';
import type { FormedGroups, GroupClash, GroupRequest } from '../../src/groups/group-request.js';
import {
  aClass,
  bestByForce,
  brokenRules,
  isPossible,
  judge,
  numbersFrom,
  rulesOf,
} from './grouping-oracle.js';

function formed(request: GroupRequest): FormedGroups {
  const result = formGroups(request);
  if (!result.ok) throw new Error(result.message);
  return result;
}

function clash(request: GroupRequest): GroupClash {
  const result = formGroups(request);
  if (result.ok) throw new Error('groups were formed');
  return result;
}

const plain = (n: number): { id: string }[] =>
  Array.from({ length: n }, (_, i) => ({ id: `p${i}` }));
const members = (result: FormedGroups): string[][] => result.groups.map((g) => [...g.members]);

test('answers the example of the rules', () => {
  const result = formed({
    students: [
      { id: 's1', readiness: 62 },
      { id: 's2', readiness: 71, traits: ['newcomer'] },
      { id: 's3', readiness: null },
      { id: 's4', readiness: 55, traits: ['newcomer'] },
      { id: 's5', readiness: 90, absent: true },
    ],
    size: { min: 2, max: 2, target: 2 },
    basis: 'mixed',
    apart: [['s1', 's4']],
    history: [
      [
        ['s1', 's2'],
        ['s3', 's4'],
      ],
    ],
    seed: 7,
  });
  expect(
    members(result)
      .map((g) => g.sort().join())
      .sort(),
  ).toEqual(['s1,s3', 's2,s4']);
  expect(result.score.worst).toBeCloseTo(1.0307, 4);
  expect(result.score.mean).toBeCloseTo(1.0307, 4);
  expect(result.score.total).toBeCloseTo(1.0307, 4);
  expect([result.repeats, result.alone]).toEqual([0, []]);
  const because = result.groups.map((g) => g.because).join(' | ');
  expect(because).toContain('new partners');
  expect(because).toContain('one above and one below the class average');
});

test('breaks no rule in 1,000 classes, names only minimal clashes, and scores as defined', () => {
  let impossible = 0;
  for (let seed = 1; seed <= 1000; seed += 1) {
    const request = {
      ...aClass(seed, 8 + (seed % 33), seed % 2 === 0 ? 'few' : 'many'),
      timeBudgetMs: 3,
    };
    const before = JSON.stringify(request);
    const result = formGroups(request);
    expect(JSON.stringify(request)).toBe(before);
    if (result.ok) {
      expect({ seed, broken: brokenRules(request, members(result)) }).toEqual({ seed, broken: [] });
      const judged = judge(request, members(result));
      expect(result.score.total).toBeCloseTo(judged.total, 9);
      expect([result.alone.length, result.repeats]).toEqual([judged.alone, judged.repeats]);
      for (const group of result.groups) expect(group.because).toMatch(/\S/);
      continue;
    }
    impossible += 1;
    const known = new Set(rulesOf(request).map((rule) => JSON.stringify(rule)));
    for (const rule of result.conflict) expect(known).toContain(JSON.stringify(rule));
    expect({ seed, alone: isPossible(request, result.conflict) }).toEqual({ seed, alone: false });
    result.conflict.forEach((_, at) => {
      const fewer = result.conflict.filter((__, other) => other !== at);
      expect({ seed, at, fewer: isPossible(request, fewer) }).toEqual({ seed, at, fewer: true });
    });
  }
  expect(impossible).toBeGreaterThan(100);
  expect(impossible).toBeLessThan(900);
});

test('finds the best grouping of small classes, as brute force does', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const n = seed % 12 === 0 ? 9 : 4 + (seed % 5);
    const request = { ...aClass(seed, n, 'few'), timeBudgetMs: 60 };
    const best = bestByForce(request);
    const result = formGroups(request);
    expect({ seed, ok: result.ok }).toEqual({ seed, ok: best !== null });
    if (!result.ok || best === null) continue;
    expect({ seed, alone: result.alone.length }).toEqual({ seed, alone: best.alone });
    expect(Math.abs(result.score.total - best.total)).toBeLessThan(1e-9);
  }
});

test('says the same to the same request, to the last character', () => {
  for (const n of [9, 24, 40]) {
    const request = {
      ...aClass(n, n, 'few'),
      size: { min: 3, max: 5 },
      together: [],
      apart: [],
      timeBudgetMs: 20,
    };
    expect(JSON.stringify(formGroups(request))).toBe(JSON.stringify(formGroups(request)));
  }
});

test('draws other groups with another seed where nothing else is to weigh', () => {
  const request: GroupRequest = {
    students: plain(24),
    size: { min: 4, max: 4 },
    basis: 'random',
    seed: 1,
  };
  const partners = (seed: number): string =>
    JSON.stringify(
      members(formed({ ...request, seed }))
        .map((g) => g.sort())
        .sort(),
    );
  expect(new Set([1, 2, 3, 4, 5].map(partners)).size).toBe(5);
});

test('keeps repeat pairs to 5 % over the first half of the rounds in mixed mode', () => {
  const next = numbersFrom(5);
  const students = plain(24).map((s) => ({ ...s, readiness: Math.round(100 * next()) }));
  const history: string[][][] = [];
  let repeats = 0;
  let pairs = 0;
  for (let round = 0; round < Math.floor(23 / 3 / 2); round += 1) {
    const result = formed({
      students,
      size: { min: 4, max: 4 },
      basis: 'mixed',
      history,
      weights: { repeats: 'a lot' },
      seed: round,
    });
    repeats += result.repeats;
    pairs += 6 * result.groups.length;
    history.push(members(result));
  }
  expect(repeats / pairs).toBeLessThanOrEqual(0.05);
});

describe('clashes', () => {
  const pair = ['p0', 'p1'] as [string, string];
  test.each<[string, Partial<GroupRequest> & { n: number }, string[]]>([
    [
      'a pair both together and apart',
      { n: 6, apart: [pair], together: [pair] },
      ['apart', 'together'],
    ],
    ['a class below the minimum', { n: 1, size: { min: 3, max: 4 } }, ['size.min']],
    ['a size of 0', { n: 4, size: { min: 0, max: 0 } }, ['size.max']],
    ['a minimum of 1,000', { n: 30, size: { min: 1000, max: 1000 } }, ['size.min']],
    ['5 students in pairs', { n: 5, size: { min: 2, max: 2 } }, ['size.min', 'size.max']],
    ['a minimum above the maximum', { n: 12, size: { min: 5, max: 4 } }, ['size.min', 'size.max']],
    [
      'a set above the maximum',
      { n: 9, size: { min: 2, max: 3 }, together: [['p0', 'p1', 'p2', 'p3']] },
      ['size.max', 'together'],
    ],
    [
      'overlapping sets above the maximum',
      {
        n: 9,
        size: { min: 2, max: 3 },
        together: [
          ['p0', 'p1', 'p2'],
          ['p2', 'p3'],
        ],
      },
      ['size.max', 'together', 'together'],
    ],
    [
      'a chain of sets against a pair apart',
      {
        n: 9,
        apart: [
          ['p0', 'p3'],
          ['p0', 'p8'],
        ],
        together: [
          ['p0', 'p1'],
          ['p1', 'p3'],
          ['p5', 'p6'],
        ],
      },
      ['apart', 'together', 'together'],
    ],
    [
      'three apart in two groups',
      {
        n: 8,
        size: { min: 4, max: 4 },
        apart: [
          ['p0', 'p1'],
          ['p1', 'p2'],
          ['p2', 'p0'],
          ['p4', 'p5'],
        ],
      },
      ['size.min', 'apart', 'apart', 'apart'],
    ],
    [
      'one apart from nearly everyone',
      {
        n: 8,
        size: { min: 3, max: 5 },
        apart: plain(8)
          .slice(2)
          .map((s) => ['p0', s.id] as [string, string]),
      },
      ['size.min', ...new Array<string>(6).fill('apart')],
    ],
  ])('%s', (_name, { n, ...rest }, kinds) => {
    const request: GroupRequest = {
      students: plain(n),
      size: { min: 2, max: 4 },
      basis: 'random',
      seed: 1,
      ...rest,
    };
    const { conflict, message } = clash(request);
    expect(conflict.map((rule) => rule.rule)).toEqual(kinds);
    expect(message).toMatch(/\w/);
  });

  test('explains one among 1,000 students with many rules', () => {
    const apart = Array.from(
      { length: 400 },
      (_, i) => [`p${i}`, `p${i + 500}`] as [string, string],
    );
    const request: GroupRequest = {
      students: plain(1000),
      size: { min: 4, max: 4 },
      basis: 'mixed',
      seed: 1,
      apart,
      together: [...Array.from({ length: 100 }, (_, i) => [`p${i}`, `p${i + 1}`])],
    };
    const { conflict } = clash(request);
    expect(conflict.map((rule) => rule.rule)).toEqual([
      'size.max',
      'together',
      'together',
      'together',
      'together',
    ]);
  });
});

describe('odd classes', () => {
  const base = { size: { min: 2, max: 4 }, basis: 'mixed', seed: 1 } as const;
  test('nobody, or everybody absent, makes no groups', () => {
    const none = {
      ok: true,
      groups: [],
      score: { worst: 0, mean: 0, total: 0 },
      repeats: 0,
      alone: [],
    };
    expect(formGroups({ ...base, students: [] })).toEqual(none);
    expect(
      formGroups({ ...base, students: plain(5).map((s) => ({ ...s, absent: true })) }),
    ).toEqual(none);
  });

  test('a class of one may be a group of one', () => {
    const result = formed({
      ...base,
      size: { min: 1, max: 4 },
      students: [{ id: 'a', traits: ['newcomer'] }],
    });
    expect(members(result)).toEqual([['a']]);
    expect(result.alone).toEqual([{ id: 'a', trait: 'newcomer' }]);
  });

  test('rules about the absent, the unknown, or one student say nothing', () => {
    const students = [...plain(6), { id: 'away', absent: true }];
    const result = formed({
      ...base,
      students,
      apart: [
        ['p0', 'away'],
        ['p1', 'p1'],
        ['p0', 'nobody'],
      ],
      together: [['p2', 'away'], ['p3', 'p3'], []],
      history: [[['p0', 'away', 'nobody']]],
      wishes: { p0: ['p0', 'away', 'nobody'], away: ['p1'], nobody: ['p2'] },
    });
    expect([members(result).flat().sort(), result.repeats]).toEqual([plain(6).map((s) => s.id), 0]);
  });

  test.each([
    [{ size: { min: NaN, max: NaN, target: NaN } }],
    [{ size: { min: -3, max: 1000 } }],
    [{ size: { min: 1, max: 4, target: 40 } }],
    [{ size: {} }],
    [{ size: { min: 1.5, max: 3.5 } }],
    [{ timeBudgetMs: 0 }],
    [{ timeBudgetMs: -5 }],
    [{ seed: NaN }],
    [{ seed: 1e300 }],
  ])('bears %j', (odd) => {
    const result = formed({ ...base, students: plain(9), timeBudgetMs: 20, ...odd });
    expect(members(result).flat().sort()).toEqual(plain(9).map((s) => s.id));
    expect(Number.isFinite(result.score.total)).toBe(true);
  });

  test('a student listed twice sits once', () => {
    expect(members(formed({ ...base, students: [...plain(4), ...plain(4)] })).flat()).toHaveLength(
      4,
    );
  });
});
