import { describe, expect, test } from 'vitest';
import { allocate, wishCost, type PlaceOption, type Wisher } from '../../src/choices/allocate.js';
import { diceOf, type Dice } from '../../src/groups/dice.js';

function aClass(dice: Dice, students: number, options: number, spare: number) {
  const places: PlaceOption[] = Array.from({ length: options }, (_, o) => ({
    id: `o${o}`,
    places: Math.max(1, Math.floor((students * spare) / options) + dice.roll(3) - 1),
  }));
  const wishers: Wisher[] = Array.from({ length: students }, (_, s) => {
    const pool = places.map(({ id }) => id);
    const wishes: string[] = [];
    // The first options are the popular ones, so that there is something to be fair about.
    for (let w = dice.roll(4); w > 0 && pool.length > 0; w -= 1)
      wishes.push(...pool.splice(Math.min(dice.roll(pool.length), dice.roll(pool.length)), 1));
    return { id: `s${s}`, wishes, ...(dice.roll(9) === 0 ? { notFor: ['o0'] } : {}) };
  });
  return { places, wishers };
}

/** Every way to place them, by exhaustion. */
function bruteForce(students: readonly Wisher[], options: readonly PlaceOption[]): number {
  const room = new Map(options.map((o) => [o.id, o.places ?? Infinity]));
  const best = (s: number): number => {
    const student = students[s];
    if (student === undefined) return 0;
    let least = wishCost(student, null) + best(s + 1);
    for (const { id } of options) {
      if (room.get(id)! <= 0 || wishCost(student, id) === Infinity) continue;
      room.set(id, room.get(id)! - 1);
      least = Math.min(least, wishCost(student, id) + best(s + 1));
      room.set(id, room.get(id)! + 1);
    }
    return least;
  };
  return best(0);
}

/** The optimum by another published way: the Hungarian method on a place-by-place square. */
function hungarian(students: readonly Wisher[], options: readonly PlaceOption[]): number {
  const columns: (string | null)[] = [
    ...options.flatMap((o) =>
      Array.from({ length: Math.min(o.places ?? students.length, students.length) }, () => o.id),
    ),
    ...students.map(() => null),
  ];
  const n = students.length;
  const m = columns.length;
  const u = new Array<number>(n + 1).fill(0);
  const v = new Array<number>(m + 1).fill(0);
  const p = new Array<number>(m + 1).fill(0);
  const way = new Array<number>(m + 1).fill(0);
  const cost = (i: number, j: number) => Math.min(1e9, wishCost(students[i - 1]!, columns[j - 1]!));
  for (let i = 1; i <= n; i += 1) {
    p[0] = i;
    let j0 = 0;
    const min = new Array<number>(m + 1).fill(Infinity);
    const used = new Array<boolean>(m + 1).fill(false);
    do {
      used[j0] = true;
      let delta = Infinity;
      let j1 = 0;
      for (let j = 1; j <= m; j += 1) {
        if (used[j]) continue;
        const reduced = cost(p[j0]!, j) - u[p[j0]!]! - v[j]!;
        if (reduced < min[j]!) {
          min[j] = reduced;
          way[j] = j0;
        }
        if (min[j]! < delta) {
          delta = min[j]!;
          j1 = j;
        }
      }
      for (let j = 0; j <= m; j += 1) {
        if (used[j]) {
          u[p[j]!]! += delta;
          v[j]! -= delta;
        } else min[j]! -= delta;
      }
      j0 = j1;
    } while (p[j0] !== 0);
    while (j0 !== 0) {
      p[j0] = p[way[j0]!]!;
      j0 = way[j0]!;
    }
  }
  let total = 0;
  for (let j = 1; j <= m; j += 1) if (p[j] !== 0) total += cost(p[j]!, j);
  return total;
}

function keepsTheRules(
  students: readonly Wisher[],
  options: readonly PlaceOption[],
  seed: number,
): number {
  const { placings, cost } = allocate(students, options, seed);
  expect(placings.map((p) => p.studentId)).toEqual(students.map((s) => s.id));
  for (const option of options)
    expect(placings.filter((p) => p.optionId === option.id).length).toBeLessThanOrEqual(
      option.places ?? Infinity,
    );
  placings.forEach((p, i) => {
    expect(wishCost(students[i]!, p.optionId)).toBeLessThan(Infinity);
    expect(p.because === 'wish').toBe(p.wish !== null);
    expect(p.because === 'no-place-left').toBe(p.optionId === null);
  });
  return cost;
}

describe('places by ranked wishes', () => {
  test('300 small classes cost what exhaustion finds', () => {
    const dice = diceOf(1);
    for (let i = 0; i < 300; i += 1) {
      const { places, wishers } = aClass(
        dice,
        1 + dice.roll(6),
        1 + dice.roll(4),
        0.7 + dice.roll(10) / 10,
      );
      expect([i, keepsTheRules(wishers, places, i)]).toEqual([i, bruteForce(wishers, places)]);
    }
  });

  test('60 classes of up to 40 cost what the Hungarian method finds', () => {
    const dice = diceOf(2);
    for (let i = 0; i < 60; i += 1) {
      const { places, wishers } = aClass(
        dice,
        20 + dice.roll(21),
        3 + dice.roll(6),
        0.8 + dice.roll(6) / 10,
      );
      expect([i, keepsTheRules(wishers, places, i)]).toEqual([i, hungarian(wishers, places)]);
    }
  });

  test('with room for all, everyone is placed', () => {
    const dice = diceOf(3);
    const { places, wishers } = aClass(dice, 40, 6, 1.6);
    expect(
      allocate(
        wishers.map(({ id, wishes }) => ({ id, wishes })),
        places,
        1,
      ).placings.every((p) => p.optionId !== null),
    ).toBe(true);
  });

  test('who came first decides nothing: the seed does, and reproducibly', () => {
    const students = Array.from({ length: 10 }, (_, i) => ({ id: `s${i}`, wishes: ['gold'] }));
    const options = [
      { id: 'gold', places: 1 },
      { id: 'tin', places: null },
    ];
    const winners = new Set<string>();
    for (let seed = 0; seed < 80; seed += 1) {
      const once = allocate(students, options, seed);
      expect(allocate(students, options, seed)).toEqual(once);
      winners.add(once.placings.find((p) => p.optionId === 'gold')!.studentId);
    }
    expect(winners.size).toBe(10);
  });

  test('three second wishes are kinder than two first and a third', () => {
    const students = [
      { id: 'a', wishes: ['x', 'y'] },
      { id: 'b', wishes: ['y', 'w'] },
      { id: 'c', wishes: ['full', 'x', 'q'] },
    ];
    const options = ['x', 'y', 'w', 'q'].map((id) => ({ id, places: 1 }));
    for (let seed = 0; seed < 20; seed += 1) {
      const { placings } = allocate(students, [...options, { id: 'full', places: 0 }], seed);
      expect(placings.map((p) => p.optionId)).toEqual(['y', 'w', 'x']);
    }
  });

  test('an option with too few is closed and its students are placed elsewhere', () => {
    const students = [
      ...Array.from({ length: 6 }, (_, i) => ({ id: `s${i}`, wishes: ['play', 'film'] })),
      { id: 'alone', wishes: ['opera', 'film'] },
    ];
    const result = allocate(
      students,
      [
        { id: 'play', places: 4 },
        { id: 'film', places: 4 },
        { id: 'opera', places: 4, atLeast: 3 },
      ],
      1,
    );
    expect(result.closedOptionIds).toEqual(['opera']);
    expect(result.placings.at(-1)).toMatchObject({ optionId: 'film', wish: 2 });
  });

  test('the undecided fill up evenly; nobody at all and no options are answered too', () => {
    const undecided = Array.from({ length: 12 }, (_, i) => ({ id: `s${i}`, wishes: [] }));
    const options = ['a', 'b', 'c'].map((id) => ({ id, places: 9 }));
    const { placings } = allocate(undecided, options, 3);
    for (const { id } of options) expect(placings.filter((p) => p.optionId === id)).toHaveLength(4);
    expect(allocate([], options, 1).placings).toEqual([]);
    expect(allocate(undecided, [], 1).placings.every((p) => p.because === 'no-place-left')).toBe(
      true,
    );
  });
});
