import type { Assignment } from '../assignments/assignment.js';
import type { ContextId, FlexibleGroupId, MembershipId } from '../ids.js';
import { groupOf, type FlexibleGroup } from './grouping.js';
import type { Groupings } from './grouping.model.js';

/** The groups in force for an assignment; none: it is not done in groups. */
export async function groupsInForce(
  groupings: Pick<Groupings, 'find'>,
  contextId: ContextId,
  assignment: Pick<Assignment, 'groupingId'>,
): Promise<readonly FlexibleGroup[]> {
  if (assignment.groupingId === null) return [];
  return (await groupings.find(contextId, assignment.groupingId))?.groups ?? [];
}

/**
 * A student's own group for an assignment, for dates of groups and shared work.
 *
 * @returns Its id and everybody in it; both empty for somebody in no group.
 */
export async function ownGroup(
  groupings: Pick<Groupings, 'find'>,
  contextId: ContextId,
  assignment: Pick<Assignment, 'groupingId'>,
  membershipId: MembershipId,
): Promise<{
  readonly groupIds: readonly FlexibleGroupId[];
  readonly memberIds: readonly MembershipId[];
  readonly group: FlexibleGroup | null;
}> {
  const groups = await groupsInForce(groupings, contextId, assignment);
  const group = groupOf({ groups }, membershipId);
  return {
    groupIds: group === null ? [] : [group.id],
    memberIds: group?.memberIds ?? [],
    group,
  };
}
