import { describe, expect, test } from 'vitest';
import { diceOf } from '../../src/groups/dice.js';
import {
  furtherPairs,
  peerPairs,
  type Peer,
  type PeerPair,
} from '../../src/submissions/peer-pairs.js';

/** A class of groups of the given sizes; a 1 is somebody in no group. */
function classOf(...sizes: readonly number[]): readonly Peer[] {
  return sizes.flatMap((size, g) =>
    Array.from({ length: size }, (_, i) => ({
      id: `s${g}-${i}`,
      groupKey: size === 1 ? null : `g${g}`,
    })),
  );
}
const count = (pairs: readonly PeerPair[], role: keyof PeerPair, id: string) =>
  pairs.filter((pair) => pair[role] === id).length;

function within(people: readonly Peer[], pairs: readonly PeerPair[]): number {
  const keyOf = new Map(people.map((p) => [p.id, p.groupKey]));
  return pairs.filter((p) => {
    const key = keyOf.get(p.reviewerId);
    return key !== null && key === keyOf.get(p.authorId);
  }).length;
}

function expectFair(people: readonly Peer[], pairs: readonly PeerPair[], each: number): void {
  for (const { id } of people) {
    expect(count(pairs, 'reviewerId', id)).toBe(each);
    expect(count(pairs, 'authorId', id)).toBe(each);
  }
  expect(pairs.every((p) => p.reviewerId !== p.authorId)).toBe(true);
  expect(new Set(pairs.map((p) => `${p.reviewerId} ${p.authorId}`)).size).toBe(pairs.length);
}

describe('who looks at whose piece', () => {
  test.each<[string, readonly number[], number, number]>([
    ['nobody', [], 0, 0],
    ['one alone has nobody to look at', [1], 0, 0],
    ['two look at each other', [1, 1], 1, 0],
    ['two of one group do as well', [2], 1, 2],
    ['three alone', [1, 1, 1], 2, 0],
    ['two pairs look across', [2, 2], 2, 0],
    ['a pair and two alone look across', [2, 1, 1], 2, 0],
    ['seven groups of four', [4, 4, 4, 4, 4, 4, 4], 2, 0],
    ['half of the class in one group', [5, 3, 2], 2, 0],
    ['a group of four and one outside: 2 × (4 − 1) stay within at least', [4, 1], 2, 6],
    ['the whole class one group', [4], 2, 8],
  ])('%s', (_name, sizes, each, stayWithin) => {
    const people = classOf(...sizes);
    const pairs = peerPairs(people, 7);
    expectFair(people, pairs, each);
    expect(within(people, pairs)).toBe(stayWithin);
  });

  test('1,000 random classes: fair, and within a group only what cannot be helped', () => {
    const dice = diceOf(40);
    for (let run = 0; run < 1_000; run += 1) {
      const sizes = Array.from({ length: 1 + dice.roll(8) }, () => 1 + dice.roll(6));
      const people = classOf(...sizes);
      const n = people.length;
      if (n < 3) continue;
      const pairs = peerPairs(people, run);
      expectFair(people, pairs, 2);
      // Of m in one group, only n − m others can take one of theirs in each of two rounds.
      const largest = Math.max(...sizes.filter((s) => s > 1), 1);
      expect(within(people, pairs)).toBe(2 * Math.max(0, 2 * largest - n));
    }
  });

  test('the same class and seed give the same pairs in whatever order it comes', () => {
    const people = classOf(3, 4, 3);
    expect(peerPairs([...people].reverse(), 5)).toEqual(peerPairs(people, 5));
    expect(peerPairs(people, 6)).not.toEqual(peerPairs(people, 5));
  });
});

describe('who hands in later', () => {
  test('keeps all pairs that stand, looks at two pieces and is looked at', () => {
    const dice = diceOf(41);
    for (let run = 0; run < 200; run += 1) {
      const people = classOf(...Array.from({ length: 3 + dice.roll(4) }, () => 1 + dice.roll(4)));
      const early = people.filter((_, i) => i % 3 !== 2);
      const pairs = peerPairs(early, run);
      const further = furtherPairs(people, pairs, run);
      const all = [...pairs, ...further];
      expect(new Set(all.map((p) => `${p.reviewerId} ${p.authorId}`)).size).toBe(all.length);
      for (const { id } of people) {
        expect(all.some((p) => p.reviewerId === id && p.authorId === id)).toBe(false);
        expect(count(all, 'authorId', id)).toBeGreaterThan(0);
        expect(count(all, 'reviewerId', id)).toBeGreaterThanOrEqual(Math.min(2, people.length - 1));
      }
      expect(furtherPairs(people, all, run)).toEqual([]);
    }
  });

  test('with no pairs yet it is the whole class', () => {
    const people = classOf(3, 3);
    expect(furtherPairs(people, [], 3)).toEqual(peerPairs(people, 3));
  });
});
