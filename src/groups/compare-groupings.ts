import type { MembershipId } from '../ids.js';
import { groupedIds, pairsOf, type Grouping } from './grouping.js';

type Compared = Pick<Grouping, 'groups'>;

/** What changed from one grouping to another. */
export interface GroupingDifference {
  /** Pairs that are together in both. */
  readonly kept: readonly (readonly [MembershipId, MembershipId])[];
  /** Pairs that are together in the second only. */
  readonly newPairs: number;
  /** In a group in the first, in none in the second. */
  readonly gone: readonly MembershipId[];
  /** In a group in the second only. */
  readonly added: readonly MembershipId[];
}

/**
 * Compares two groupings.
 *
 * @param first - The earlier one.
 * @param second - The later one.
 */
export function compareGroupings(first: Compared, second: Compared): GroupingDifference {
  const before = pairsOf(first.groups.map((group) => group.memberIds));
  const after = pairsOf(second.groups.map((group) => group.memberIds));
  const kept = [...after].filter((pair) => before.has(pair));
  const was = groupedIds(first);
  const is = groupedIds(second);
  return {
    kept: kept.map((pair) => pair.split(' ') as [MembershipId, MembershipId]),
    newPairs: after.size - kept.length,
    gone: [...was].filter((id) => !is.has(id)),
    added: [...is].filter((id) => !was.has(id)),
  };
}
