import type { Assignment } from '../assignments/assignment.js';
import type { MembershipId, TierId } from '../ids.js';
import type { GoalEvidence } from './readiness.js';
import { reviewPlacements } from './review.js';
import { PLAIN_CALENDAR } from './school-days.js';

/**
 * What the evidence suggests for some students at this moment, to be kept beside a placement that
 * nobody reviewed one by one: that of a group which carries a tier (design rules 4 and 5).
 *
 * @param assignment - As it is before they are placed.
 * @param learners - Students.
 * @param evidence - Of the course.
 * @returns Student → tier; students with too little evidence are not in it.
 */
export function suggestedTiers(
  assignment: Assignment,
  learners: readonly MembershipId[],
  evidence: readonly GoalEvidence[],
  now: Date,
): ReadonlyMap<MembershipId, TierId> {
  const rows = reviewPlacements({
    assignment,
    learners: learners.map((id) => ({ id, joinedAt: now })),
    evidence: evidence.map((piece) => ({ ...piece, source: '', label: '' })),
    routes: new Map(),
    keptAt: new Map(),
    calendar: PLAIN_CALENDAR,
    now,
  });
  return new Map(
    rows.flatMap(({ membershipId, suggested }) =>
      suggested === null ? [] : [[membershipId, suggested.id] as const],
    ),
  );
}
