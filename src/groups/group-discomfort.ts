/* eslint-disable @typescript-eslint/no-non-null-assertion --
   flat arrays indexed by student, in range by construction */
import type { Classroom, Lists } from './classroom.js';
import type { GroupScore } from './group-request.js';

/** How much of a group's members hold the interest most of them hold. */
export interface SharedInterest {
  /** Index of the interest, -1 where nobody names one. */
  readonly interest: number;
  readonly holders: number;
  /** Members who name at least one interest. */
  readonly namers: number;
}

/** The items of one student in {@link Lists}. */
export function itemsOf({ from, items }: Lists, i: number): Int32Array {
  return items.subarray(from[i], from[i + 1]);
}

/**
 * Finds the interest most members of a group hold.
 *
 * @param room - The class.
 * @param group - Members, by number.
 * @returns The interest (the first named in the class where several are held by as many) and counts.
 */
export function sharedInterest(room: Classroom, group: readonly number[]): SharedInterest {
  const holders = new Map<number, number>();
  let namers = 0;
  for (const i of group) {
    const own = itemsOf(room.interests, i);
    if (own.length > 0) namers += 1;
    for (const interest of own) holders.set(interest, (holders.get(interest) ?? 0) + 1);
  }
  let best = -1;
  for (const [interest, count] of holders) {
    const most = holders.get(best) ?? 0;
    if (count > most || (count === most && interest < best)) best = interest;
  }
  return { interest: best, holders: holders.get(best) ?? 0, namers };
}

/**
 * Counts the members of a group with a wish for a present classmate, and those with none met.
 *
 * @param room - The class.
 * @param group - Members, by number.
 * @returns Both counts.
 */
export function wishesMet(
  room: Classroom,
  group: readonly number[],
): { wishers: number; unmet: number } {
  const inGroup = new Set(group);
  const wishers = group.filter((i) => itemsOf(room.wishes, i).length > 0);
  const unmet = wishers.filter((i) => !itemsOf(room.wishes, i).some((j) => inGroup.has(j)));
  return { wishers: wishers.length, unmet: unmet.length };
}

/**
 * Adds up the earlier meetings of a group's pairs.
 *
 * @param room - The class.
 * @param group - Members, by number.
 * @returns Their value in eighths, how many pairs have any, and the number of all pairs.
 */
export function earlierMeetings(
  room: Classroom,
  group: readonly number[],
): { eighths: number; repeats: number; pairs: number } {
  let eighths = 0;
  let repeats = 0;
  group.forEach((i, at) => {
    for (const j of group.slice(at + 1)) {
      const value = room.met[i * room.n + j]!;
      eighths += value;
      if (value > 0) repeats += 1;
    }
  });
  return { eighths, repeats, pairs: (group.length * (group.length - 1)) / 2 };
}

function basisPart(room: Classroom, group: readonly number[]): number {
  if (room.basis === 'interest') {
    const { holders, namers } = sharedInterest(room, group);
    return namers === 0 ? 0 : (namers - holders) / namers;
  }
  if (room.basis === 'wishes') {
    const { wishers, unmet } = wishesMet(room, group);
    return wishers === 0 ? 0 : unmet / wishers;
  }
  if (room.deviation === 0 || room.basis === 'random') return 0;
  if (room.basis === 'similar') {
    const known = group.filter((i) => room.known[i] === 1).map((i) => room.readiness[i]!);
    if (known.length < 2) return 0;
    return (Math.max(...known) - Math.min(...known)) / (4 * room.deviation);
  }
  const level = group.reduce((sum, i) => sum + room.z[i]!, 0) / group.length;
  const spread = group.reduce((sum, i) => sum + Math.abs(room.z[i]!), 0) / group.length;
  return Math.abs(level) + Math.abs(spread - room.spread) / 2;
}

/**
 * Says how uncomfortable one group is: d = B · basis + R · repeats + W · wishes + |size − target| /
 * target ("The score" of the grouping rules).
 *
 * @param room - The class.
 * @param group - Members, by number; at least one.
 * @returns The discomfort d, 0 or more.
 */
export function discomfortOf(room: Classroom, group: readonly number[]): number {
  const { weight, target } = room;
  let d = target > 0 ? Math.abs(group.length - target) / target : 0;
  if (weight.basis > 0) d += weight.basis * basisPart(room, group);
  if (weight.repeats > 0 && group.length > 1) {
    const { eighths, pairs } = earlierMeetings(room, group);
    d += (weight.repeats * eighths) / (8 * pairs);
  }
  if (weight.wishes > 0) {
    const { wishers, unmet } = wishesMet(room, group);
    if (wishers > 0) d += (weight.wishes * unmet) / wishers;
  }
  return d;
}

/**
 * Scores a grouping: 0.75 × the worst group's discomfort + 0.25 × the average.
 *
 * @param room - The class.
 * @param groups - Members of each group, by number; none gives zeros.
 * @returns worst, mean and total.
 */
export function scoreOf(room: Classroom, groups: readonly (readonly number[])[]): GroupScore {
  if (groups.length === 0) return { worst: 0, mean: 0, total: 0 };
  const each = groups.map((group) => discomfortOf(room, group));
  const worst = each.reduce((most, d) => Math.max(most, d));
  const mean = each.reduce((sum, d) => sum + d) / each.length;
  return { worst, mean, total: 0.75 * worst + 0.25 * mean };
}

/**
 * Lists the students who are the only holder of one of their traits in their group.
 *
 * @param room - The class.
 * @param group - Members, by number.
 * @returns Student and trait numbers.
 */
export function aloneIn(
  room: Classroom,
  group: readonly number[],
): { student: number; trait: number }[] {
  const cases: { student: number; trait: number }[] = [];
  for (const student of group) {
    for (const trait of itemsOf(room.traits, student)) {
      const holders = group.filter((i) => itemsOf(room.traits, i).includes(trait));
      if (holders.length === 1) cases.push({ student, trait });
    }
  }
  return cases;
}
