import type { Assignment } from '../assignments/assignment.js';
import type { Assignments } from '../assignments/assignment.model.js';
import { classList, type ClassList } from '../groups/class-list.js';
import type { ContextId } from '../ids.js';
import type { Contexts } from '../launch/context.model.js';
import type { Memberships } from '../launch/membership.model.js';
import type { Submissions } from '../submissions/submission.model.js';
import type { EvidencePiece } from './evidence.model.js';
import type { PlacementLog } from './placement-log.model.js';
import { reviewPlacements, type ReviewRow } from './review.js';
import { routesWorked } from './routes-worked.js';
import { PLAIN_CALENDAR, type SchoolCalendar } from './school-days.js';

/** What the placement and insight pages need. */
export interface ReviewDeps {
  readonly assignments: Assignments;
  readonly memberships: Memberships;
  readonly contexts: Contexts;
  readonly submissions: Submissions;
  readonly placementLog: PlacementLog;
  /** Evidence of the course; `ageMs`: how far back. */
  readonly recentEvidence: (
    contextId: ContextId,
    ageMs?: number,
  ) => Promise<readonly EvidencePiece[]>;
  readonly clock: () => Date;
}

export interface Review {
  readonly assignment: Assignment;
  readonly people: ClassList;
  readonly rows: readonly ReviewRow[];
  readonly calendar: SchoolCalendar;
  readonly now: Date;
}

/**
 * Reads everything the placement review of an assignment shows.
 *
 * @param neutral - The label of somebody without a name.
 * @throws TrellisError NOT_FOUND for an assignment of another course.
 */
export async function loadReview(
  deps: ReviewDeps,
  contextId: ContextId,
  assignmentId: string,
  neutral: (number: number) => string,
  timeZone: string,
): Promise<Review> {
  const now = deps.clock();
  const [assignment, all, members, evidence, keptAt, context] = await Promise.all([
    deps.assignments.get(contextId, assignmentId),
    deps.assignments.list(contextId),
    deps.memberships.list(contextId),
    deps.recentEvidence(contextId),
    deps.placementLog.keptAt(contextId),
    deps.contexts.get(contextId),
  ]);
  const people = classList(members, neutral);
  const calendar = { ...PLAIN_CALENDAR, timeZone: context.timeZone ?? timeZone };
  const rows = reviewPlacements({
    assignment,
    learners: people.learners,
    evidence,
    routes: routesWorked(all),
    keptAt,
    calendar,
    now,
  });
  return { assignment, people, rows, calendar, now };
}
