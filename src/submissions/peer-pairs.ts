import { diceOf, shuffle } from '../groups/dice.js';

/** Somebody who handed in and takes part in peer feedback. */
export interface Peer {
  readonly id: string;
  /** Group or shared piece; people of the same one review each other last. null: in none. */
  readonly groupKey: string | null;
}

/** Who looks at whose piece. */
export interface PeerPair {
  readonly reviewerId: string;
  readonly authorId: string;
}

/** Pieces that everybody looks at where the class allows it. */
export const REVIEWS_EACH = 2;

/** People in a seeded order, each group in one block, the largest first. */
function inBlocks(
  people: readonly Peer[],
  seed: number,
): { order: readonly Peer[]; largest: number } {
  const dice = diceOf(seed);
  const sorted = [...people].sort((a, b) => (a.id < b.id ? -1 : 1));
  const places = sorted.map((_, i) => i);
  shuffle(places, dice);
  const blocks = new Map<string, Peer[]>();
  for (const place of places) {
    const peer = sorted[place];
    if (peer === undefined) continue;
    const key = peer.groupKey === null ? `alone ${peer.id}` : `group ${peer.groupKey}`;
    blocks.set(key, [...(blocks.get(key) ?? []), peer]);
  }
  const largestFirst = [...blocks.values()].sort((a, b) => b.length - a.length);
  return { order: largestFirst.flat(), largest: largestFirst[0]?.length ?? 0 };
}

/**
 * Decides who reviews whom. With everybody in a circle, each group in one block, all look the same
 * number of places ahead: everybody gives and gets equally many, and a look as far as the largest
 * block leaves every group. Where one group is more than half of the class, as few as can be stay
 * within it.
 *
 * @param people - Everybody who handed in; the order does not matter.
 * @param seed - The same people and seed give the same pairs.
 * @returns Two reviews each from three people on, one each for two, none for one. Nobody reviews
 *   themselves, and no piece twice. Issue 6 item 7.
 */
export function peerPairs(people: readonly Peer[], seed: number): readonly PeerPair[] {
  const { order, largest } = inBlocks(people, seed);
  const n = order.length;
  const rounds: ((place: number) => number)[] = [];
  const ahead = (by: number) => (place: number) => (place + by) % n;
  if (n < 2) return [];
  if (n === 2) rounds.push(ahead(1));
  else if (n === 2 * largest) {
    // Half against half: the second look is one further within the other half.
    rounds.push(ahead(largest), (place) =>
      place < largest ? largest + ((place + 1) % largest) : (place - largest + 1) % largest,
    );
  } else {
    const from = Math.max(1, Math.min(largest, n - largest));
    const until = Math.min(n - 1, Math.max(largest, n - largest));
    const looks = Array.from({ length: until - from + 1 }, (_, i) => from + i);
    // Two who look at each other's piece would be half of an exchange: other looks go first.
    const [first = 1] = looks.toSorted((a, b) => Number(2 * a === n) - Number(2 * b === n));
    const [second = 2] = looks
      .filter((by) => by !== first)
      .toSorted(
        (a, b) => Number(a + first === n || 2 * a === n) - Number(b + first === n || 2 * b === n),
      );
    rounds.push(ahead(first), ahead(second));
  }
  return rounds.flatMap((target) =>
    order.flatMap((reviewer, place) => {
      const author = order[target(place)];
      return author === undefined ? [] : [{ reviewerId: reviewer.id, authorId: author.id }];
    }),
  );
}

/**
 * Brings in who handed in after the pairs were made; pairs that stand are kept.
 *
 * @param people - Everybody who handed in by now.
 * @param pairs - Those that stand.
 * @returns The further pairs: newcomers look at the pieces that were looked at least, and somebody
 *   who has few looks at theirs.
 */
export function furtherPairs(
  people: readonly Peer[],
  pairs: readonly PeerPair[],
  seed: number,
): readonly PeerPair[] {
  if (pairs.length === 0) return peerPairs(people, seed);
  const { order } = inBlocks(people, seed);
  const all = [...pairs];
  const count = (role: keyof PeerPair, id: string): number =>
    all.filter((pair) => pair[role] === id).length;
  const isSameGroup = (a: Peer, b: Peer): boolean =>
    a.groupKey !== null && a.groupKey === b.groupKey;
  const add = (reviewer: Peer, author: Peer): number =>
    all.push({ reviewerId: reviewer.id, authorId: author.id });
  /** The best partner: another group first, then who has least of it so far. */
  const partner = (one: Peer, role: keyof PeerPair): Peer | undefined =>
    order
      .filter((other) => {
        const [reviewer, author] = role === 'authorId' ? [one, other] : [other, one];
        return (
          other.id !== one.id &&
          !all.some((p) => p.reviewerId === reviewer.id && p.authorId === author.id)
        );
      })
      .toSorted(
        (a, b) =>
          Number(isSameGroup(one, a)) - Number(isSameGroup(one, b)) ||
          count(role, a.id) - count(role, b.id),
      )[0];
  for (const one of order) {
    while (count('reviewerId', one.id) < REVIEWS_EACH) {
      const author = partner(one, 'authorId');
      if (author === undefined) break;
      add(one, author);
    }
  }
  for (const one of order) {
    const reviewer = count('authorId', one.id) === 0 ? partner(one, 'reviewerId') : undefined;
    if (reviewer !== undefined) add(reviewer, one);
  }
  return all.slice(pairs.length);
}
