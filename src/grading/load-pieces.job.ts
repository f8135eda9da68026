import type { Assignment, TaskDesign } from '../assignments/assignment.js';
import type { ContextId, MembershipId } from '../ids.js';
import type { Membership } from '../launch/membership.model.js';
import type { DeliveryRow } from '../passback/delivery.model.js';
import type { DeskClaim } from './desk-claim.model.js';
import type { GradingDeps } from './grading-context.js';
import { piecesOf, type Piece } from './pieces.js';

/** Everything about the pieces of one assignment, read together. */
export interface LoadedPieces {
  readonly assignment: Assignment;
  readonly design: TaskDesign;
  readonly pieces: readonly Piece[];
  readonly deliveries: ReadonlyMap<string, DeliveryRow>;
  readonly claims: readonly DeskClaim[];
  /** Teachers and assistants of the course. */
  readonly staff: readonly Membership[];
  readonly groups: Awaited<ReturnType<GradingDeps['groupsOf']>>;
  /** The part of the pieces that the asking teacher takes. */
  readonly share: string;
}

/**
 * Reads the pieces of an assignment of this course.
 *
 * @throws TrellisError NOT_FOUND for an assignment of another course.
 */
export async function loadPieces(
  deps: GradingDeps,
  who: { readonly contextId: ContextId; readonly membershipId: MembershipId },
  assignmentId: string,
): Promise<LoadedPieces> {
  const { contextId } = who;
  const assignment = await deps.assignments.get(contextId, assignmentId);
  const [members, submissions, grades, rows, claims, groups, habit] = await Promise.all([
    deps.memberships.list(contextId),
    deps.submissions.ofAssignment(contextId, assignment.id),
    deps.grades.ofAssignment(contextId, assignment.id),
    deps.deliveries.ofAssignment(contextId, assignment.id),
    deps.claims.inForce(assignment.id, deps.clock()),
    deps.groupsOf(contextId, assignment),
    deps.habits.find(who.membershipId),
  ]);
  return {
    assignment,
    design: assignment.published ?? assignment.draft,
    pieces: piecesOf(assignment, members, submissions, grades),
    deliveries: new Map(rows.map((row) => [row.membershipId, row])),
    claims,
    staff: members.filter(
      (m) => (m.role === 'instructor' || m.role === 'assistant') && m.status === 'active',
    ),
    groups,
    share: habit.shares[assignment.id] ?? 'all',
  };
}

/** Whether names and tiers are shown: asked for, or the assignment grades with names. */
export function showsNames(
  query: { readonly names?: '1' | undefined },
  design: TaskDesign,
): boolean {
  return query.names === '1' || !design.settings.gradesNameless;
}
