/* eslint-disable @typescript-eslint/no-non-null-assertion --
   flat arrays indexed by student, unit and kind, in range by construction */
import type { Classroom } from './classroom.js';
import type { Blocks } from './group-rules.js';

/** Parts of 1 that z values are rounded to, so that sums of them are exact in any order. */
const FINE = 2 ** 36;

/** Pairs of a number and how often, per unit end to end: those of u are from[u] … from[u + 1]. */
export interface Counted {
  readonly from: Int32Array;
  readonly item: Int32Array;
  readonly times: Int32Array;
}

function counted(perUnit: readonly ReadonlyMap<number, number>[]): Counted {
  const from = new Int32Array(perUnit.length + 1);
  perUnit.forEach((own, u) => (from[u + 1] = from[u]! + own.size));
  return {
    from,
    item: Int32Array.from(perUnit.flatMap((own) => [...own.keys()])),
    times: Int32Array.from(perUnit.flatMap((own) => [...own.values()])),
  };
}

/**
 * What the search moves about: the blocks of a class ("units": students who stay together, mostly
 * one student each), each with everything it brings to a group summed up in flat arrays. One more
 * unit, numbered `count`, is nobody: it weighs nothing and stands for an empty place.
 */
export interface Units {
  readonly count: number;
  readonly room: Classroom;
  readonly blocks: Blocks;
  readonly size: Int32Array;
  readonly largest: number;
  readonly z: Float64Array;
  readonly absZ: Float64Array;
  /** Lowest and highest known readiness in quarters of the class deviation. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Interests held by two or more, and holders of each per unit. */
  readonly kinds: number;
  readonly holds: Int32Array;
  readonly namers: Int32Array;
  readonly traits: number;
  readonly carries: Int32Array;
  /** Earlier meetings in eighths: between units (a square table), within one, and as lists. */
  readonly met: Int32Array;
  readonly ownMet: Int32Array;
  readonly partners: Counted;
  /** Students with a wish; those of them whose wish is not met by their own unit; who wishes for whom. */
  readonly wishers: Int32Array;
  readonly open: Counted;
  readonly admirers: Counted;
  /** How often a student's open wishes name a unit: student × (units + 1). */
  readonly wanted: Uint8Array;
  /** Units kept apart, as a square table. */
  readonly foe: Uint8Array;
  readonly hasFoes: boolean;
  /** Units it would help to sit with, and units much like it. */
  readonly friends: Counted;
  readonly twins: Counted;
}

/**
 * Sums up the blocks of a class for the search.
 *
 * @param room - The class.
 * @param blocks - Its rules.
 * @returns The units, numbered like the blocks.
 */
export function unitsOf(room: Classroom, blocks: Blocks): Units {
  const { members, apart, of } = blocks;
  const count = members.length;
  const wide = count + 1;
  const { n, z, known, readiness, deviation, interests, traits, wishes } = room;
  const total = (own: readonly number[], value: (i: number) => number): number =>
    own.reduce((sum, i) => sum + value(i), 0);
  const perUnit = <T extends Float64Array | Int32Array>(
    list: T,
    value: (own: readonly number[]) => number,
  ): T => {
    members.forEach((own, u) => (list[u] = value(own)));
    return list;
  };
  const exact = (value: number): number => Math.round(value * FINE) / FINE;
  const values = (own: readonly number[]): number[] =>
    deviation > 0
      ? own.filter((i) => known[i] === 1).map((i) => readiness[i]! / (4 * deviation))
      : [];

  const byInterest = room.basis === 'interest' && room.weight.basis > 0;
  const holders = new Int32Array(room.interestNames.length);
  for (const kind of interests.items) holders[kind]! += 1;
  const kindOf = new Int32Array(holders.length).fill(-1);
  let kinds = 0;
  holders.forEach((all, kind) => {
    if (all < 2 || !byInterest) return;
    kindOf[kind] = kinds;
    kinds += 1;
  });
  const holds = new Int32Array(wide * kinds);
  const traitKinds = room.traitNames.length;
  const carries = new Int32Array(wide * traitKinds);
  for (let i = 0; i < n; i += 1) {
    for (let at = interests.from[i]!; at < interests.from[i + 1]!; at += 1) {
      const kind = kindOf[interests.items[at]!]!;
      if (kind >= 0) holds[of[i]! * kinds + kind]! += 1;
    }
    for (let at = traits.from[i]!; at < traits.from[i + 1]!; at += 1) {
      carries[of[i]! * traitKinds + traits.items[at]!]! += 1;
    }
  }

  const byRepeats = room.weight.repeats > 0;
  const met = new Int32Array(byRepeats ? wide * wide : 0);
  const ownMet = new Int32Array(wide);
  if (byRepeats) {
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < i; j += 1) {
        const value = room.met[i * n + j]!;
        if (value === 0) continue;
        const a = of[i]!;
        const b = of[j]!;
        if (a === b) ownMet[a]! += value;
        else {
          met[a * wide + b]! += value;
          met[b * wide + a]! += value;
        }
      }
    }
  }
  const partners = members.map((_, u) => {
    const own = new Map<number, number>();
    if (byRepeats) {
      for (let v = 0; v < count; v += 1) if (met[u * wide + v]! > 0) own.set(v, met[u * wide + v]!);
    }
    return own;
  });

  const byWishes = room.weight.wishes > 0 || (room.basis === 'wishes' && room.weight.basis > 0);
  const wanted = new Uint8Array(byWishes ? n * wide : 0);
  const open = Array.from({ length: wide }, () => new Map<number, number>());
  const admirers = Array.from({ length: wide }, () => new Map<number, number>());
  const wishesOf = (i: number): Int32Array =>
    wishes.items.subarray(wishes.from[i], wishes.from[i + 1]);
  for (let i = 0; byWishes && i < n; i += 1) {
    const units = [...wishesOf(i)].map((j) => of[j]!);
    if (units.length === 0 || units.includes(of[i]!)) continue;
    open[of[i]!]!.set(i, 1);
    for (const u of units) {
      wanted[i * wide + u]! += 1;
      admirers[u]!.set(i, wanted[i * wide + u]!);
    }
  }

  const foe = new Uint8Array(wide * wide);
  apart.forEach((others, u) => {
    for (const v of others) foe[u * wide + v] = 1;
  });
  return {
    count,
    room,
    blocks,
    size: perUnit(new Int32Array(wide), (own) => own.length),
    largest: members.reduce((most, own) => Math.max(most, own.length), 1),
    z: perUnit(new Float64Array(wide), (own) => total(own, (i) => exact(z[i]!))),
    absZ: perUnit(new Float64Array(wide), (own) => total(own, (i) => Math.abs(exact(z[i]!)))),
    low: perUnit(new Float64Array(wide).fill(Infinity), (own) => Math.min(...values(own))),
    high: perUnit(new Float64Array(wide).fill(-Infinity), (own) => Math.max(...values(own))),
    kinds,
    holds,
    namers: perUnit(new Int32Array(wide), (own) =>
      total(own, (i) => (interests.from[i + 1]! > interests.from[i]! ? 1 : 0)),
    ),
    traits: traitKinds,
    carries,
    met,
    ownMet,
    partners: counted([...partners, new Map()]),
    wishers: perUnit(new Int32Array(wide), (own) =>
      total(own, (i) => (wishesOf(i).length > 0 ? 1 : 0)),
    ),
    open: counted(open),
    admirers: counted(admirers),
    wanted,
    foe,
    hasFoes: apart.some((others) => others.length > 0),
    friends: counted([...friendsOf(members, open, kinds, holds, room, of), new Map()]),
    twins: counted([...twinsOf(members, room), new Map()]),
  };
}

/** Units that wish for each unit or are wished for, and those that share an interest. */
function friendsOf(
  members: Blocks['members'],
  open: readonly ReadonlyMap<number, number>[],
  kinds: number,
  holds: Int32Array,
  { wishes }: Classroom,
  of: Int32Array,
): Map<number, number>[] {
  const friends = members.map(() => new Map<number, number>());
  members.forEach((_, u) => {
    for (const i of open[u]!.keys()) {
      for (let at = wishes.from[i]!; at < wishes.from[i + 1]!; at += 1) {
        const v = of[wishes.items[at]!]!;
        friends[u]!.set(v, 1);
        friends[v]!.set(u, 1);
      }
    }
  });
  for (let k = 0; k < kinds; k += 1) {
    const holders = members.map((_, u) => u).filter((u) => holds[u * kinds + k]! > 0);
    // Of many holders the nearest in the list are enough to meet any of them in time.
    holders.forEach((u, at) => {
      for (const v of holders.slice(at + 1, at + 41)) {
        friends[u]!.set(v, 1);
        friends[v]!.set(u, 1);
      }
    });
  }
  return friends;
}

/** Units next to each unit in readiness, where readiness is what groups are formed by. */
function twinsOf(members: Blocks['members'], { basis, z }: Classroom): Map<number, number>[] {
  const twins = members.map(() => new Map<number, number>());
  if (basis !== 'mixed' && basis !== 'similar') return twins;
  const level = members.map((own) => own.reduce((sum, i) => sum + z[i]!, 0) / own.length);
  const ranked = members.map((_, u) => u).sort((a, b) => level[a]! - level[b]! || a - b);
  ranked.forEach((u, at) => {
    for (const v of ranked.slice(at + 1, at + 6)) {
      twins[u]!.set(v, 1);
      twins[v]!.set(u, 1);
    }
  });
  return twins;
}
