import type { Assignment } from '../assignments/assignment.js';
import { groupedIds, workedIn, type Grouping } from '../groups/grouping.js';
import type { GroupedActivity } from './mobility.js';
import { LEVELS, type Level } from './placement.js';
import { tierNow } from './routes-worked.js';

/**
 * The activities of a course that were done in groups, for the mobility meter.
 *
 * @param groupings - Of the course, in any order; tries and proposals do not count.
 * @param assignments - Of the course: who worked on which route, where routes differ.
 * @returns Oldest first.
 */
export function groupedActivities(
  groupings: readonly Omit<Grouping, 'steps'>[],
  assignments: readonly Assignment[],
): readonly GroupedActivity[] {
  const byId = new Map(assignments.map((assignment) => [assignment.id, assignment]));
  return workedIn(groupings).map((grouping) => {
    const assignment = byId.get(grouping.assignmentId);
    const design = assignment?.published ?? assignment?.draft ?? null;
    const levels = new Map<string, Level>((design?.tiers ?? []).map((t) => [t.id, t.kind]));
    const placements =
      assignment === undefined || design === null || design.tiers.length < 2
        ? []
        : [...groupedIds(grouping)].map((studentId) => {
            const { tier, because } = tierNow(assignment, studentId);
            const placement = assignment.placements.find(
              (p) => p.membershipId === studentId && p.tierId === tier.id && p.because === because,
            );
            const suggested = levels.get(placement?.suggestedTierId ?? '');
            return {
              studentId,
              level: tier.kind,
              isBelowWithoutReason:
                suggested !== undefined &&
                LEVELS.indexOf(tier.kind) < LEVELS.indexOf(suggested) &&
                placement?.reason.trim() === '',
            };
          });
    return {
      id: grouping.id,
      at: grouping.madeAt,
      basis: grouping.order.basis,
      groups: grouping.groups.map((group) => group.memberIds),
      placements,
    };
  });
}
