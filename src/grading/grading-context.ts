import type { Assignment } from '../assignments/assignment.js';
import type { Assignments } from '../assignments/assignment.model.js';
import type { ContextId, MembershipId } from '../ids.js';
import type { Memberships } from '../launch/membership.model.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import type { Deliveries } from '../passback/delivery.model.js';
import type { Submissions } from '../submissions/submission.model.js';
import type { DeskClaims } from './desk-claim.model.js';
import type { DeskHabits } from './desk-habit.model.js';
import type { Grades } from './grade.model.js';
import type { Release } from './release.job.js';

/** Groups in force for an assignment, with their members. */
export type DeskGroupsOf = (
  contextId: ContextId,
  assignment: Assignment,
) => Promise<
  readonly {
    readonly id: string;
    readonly name: string;
    readonly memberIds: readonly MembershipId[];
  }[]
>;

/** What the pages of grading need. */
export interface GradingDeps {
  readonly assignments: Assignments;
  readonly submissions: Submissions;
  readonly grades: Grades;
  readonly memberships: Memberships;
  readonly links: ResourceLinks;
  readonly deliveries: Deliveries;
  readonly habits: DeskHabits;
  readonly claims: DeskClaims;
  readonly release: Release;
  readonly groupsOf: DeskGroupsOf;
  /** Makes the short-lived address of a file for one session. */
  readonly fileAddress: (sessionId: string, fileId: string, now: Date) => string;
  readonly clock: () => Date;
}
