import type { Classroom } from './classroom.js';
import { earlierMeetings, itemsOf, sharedInterest, wishesMet } from './group-discomfort.js';

/** One thing that is true of a group, for a page to say in its own language. No readiness values. */
export type Reason =
  | { readonly kind: 'oneAboveOneBelow' | 'aboveAndBelow' | 'closeToAverage' | 'alikeInReadiness' }
  | {
      readonly kind: 'interest';
      readonly interest: string;
      readonly holders: number;
      readonly of: number;
    }
  | { readonly kind: 'wishesMet'; readonly met: number; readonly of: number }
  | {
      readonly kind: 'traitTogether' | 'onlyHolder';
      readonly trait: string;
      readonly holders: number;
    }
  | { readonly kind: 'newPartners' }
  | { readonly kind: 'repeats'; readonly pairs: number }
  | { readonly kind: 'drawnByLot' | 'worksAlone' | 'keepsTheRules' };

function byReadiness(room: Classroom, group: readonly number[]): Reason[] {
  if (room.deviation === 0 || group.length < 2) return [];
  const z = group.map((i) => room.z[i] ?? 0);
  const level = Math.abs(z.reduce((sum, value) => sum + value, 0) / z.length);
  if (room.basis === 'similar') {
    const known = group.filter((i) => room.known[i] === 1).map((i) => room.z[i] ?? 0);
    const range = Math.max(...known) - Math.min(...known);
    return known.length >= 2 && range <= 1.5 ? [{ kind: 'alikeInReadiness' }] : [];
  }
  if (room.basis !== 'mixed') return [];
  const above = z.filter((value) => value > 0.25).length;
  const below = z.filter((value) => value < -0.25).length;
  if (group.length === 2 && above === 1 && below === 1) return [{ kind: 'oneAboveOneBelow' }];
  if (above > 0 && below > 0) return [{ kind: 'aboveAndBelow' }];
  return level <= 0.25 ? [{ kind: 'closeToAverage' }] : [];
}

function byTraits(room: Classroom, group: readonly number[]): Reason[] {
  const holders = new Map<number, number>();
  for (const i of group) {
    for (const trait of itemsOf(room.traits, i)) holders.set(trait, (holders.get(trait) ?? 0) + 1);
  }
  return [...holders].map(([trait, count]) => ({
    kind: count === 1 ? 'onlyHolder' : 'traitTogether',
    trait: room.traitNames[trait] ?? '',
    holders: count,
  }));
}

/**
 * Finds what speaks for one group, from what is true in it: the basis first, then traits, wishes and
 * partners.
 *
 * @param room - The class.
 * @param group - Members, by number.
 * @returns At least one reason; none of them holds a readiness value.
 */
export function reasonsFor(room: Classroom, group: readonly number[]): Reason[] {
  const reasons = byReadiness(room, group);
  if (room.basis === 'interest') {
    const { interest, holders, namers } = sharedInterest(room, group);
    if (holders >= 2) {
      reasons.push({
        kind: 'interest',
        interest: room.interestNames[interest] ?? '',
        holders,
        of: namers,
      });
    }
  }
  const { wishers, unmet } = wishesMet(room, group);
  if (wishers > 0 && unmet < wishers && (room.basis === 'wishes' || room.weight.wishes > 0)) {
    reasons.push({ kind: 'wishesMet', met: wishers - unmet, of: wishers });
  }
  if (room.basis === 'random') reasons.push({ kind: 'drawnByLot' });
  reasons.push(...byTraits(room, group));
  const { repeats } = earlierMeetings(room, group);
  if (group.length === 1) reasons.push({ kind: 'worksAlone' });
  else if (repeats > 0) reasons.push({ kind: 'repeats', pairs: repeats });
  else if (room.met.some((value) => value > 0)) reasons.push({ kind: 'newPartners' });
  return reasons.length > 0 ? reasons : [{ kind: 'keepsTheRules' }];
}

const NUMBERS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
];

function inWords(count: number): string {
  return NUMBERS[count] ?? `${count}`;
}

function say(reason: Reason): string {
  switch (reason.kind) {
    case 'oneAboveOneBelow':
      return 'one above and one below the class average';
    case 'aboveAndBelow':
      return 'some above and some below the class average';
    case 'closeToAverage':
      return 'close to the class average';
    case 'alikeInReadiness':
      return 'close to one another in readiness';
    case 'interest':
      return reason.holders === reason.of
        ? `${inWords(reason.holders)} share the interest ${reason.interest}`
        : `${inWords(reason.holders)} of ${inWords(reason.of)} share the interest ${reason.interest}`;
    case 'wishesMet':
      return reason.met === reason.of
        ? 'everyone with a wish is with somebody they wished for'
        : `${inWords(reason.met)} of ${inWords(reason.of)} with a wish are with somebody they wished for`;
    case 'traitTogether':
      return `${inWords(reason.holders)} with "${reason.trait}" together`;
    case 'onlyHolder':
      return `only one with "${reason.trait}", which could not be avoided`;
    case 'newPartners':
      return 'new partners';
    case 'repeats':
      return reason.pairs === 1
        ? 'one pair has worked together before'
        : `${inWords(reason.pairs)} pairs have worked together before`;
    case 'drawnByLot':
      return 'drawn by lot';
    case 'worksAlone':
      return 'works alone';
    case 'keepsTheRules':
      return 'keeps every rule';
  }
}

/**
 * Says the reasons for a group in one plain English sentence, without a full stop.
 *
 * @param reasons - From {@link reasonsFor}.
 * @returns The sentence.
 */
export function sayReasons(reasons: readonly Reason[]): string {
  return reasons.map(say).join('; ');
}
