import type { Role } from '../lti/ports.js';

/** What a launch means for the choice of the first page. */
export interface Arrival {
  readonly message: 'resource-link' | 'deep-linking' | 'submission-review';
  readonly role: Role;
  readonly hasCourse: boolean;
  /** Null when the launch names no resource of its own. */
  readonly linkId: string | null;
  readonly assignment: { readonly id: string; readonly isPublished: boolean } | null;
  /** Membership of the student whose work is to be reviewed, where named and known. */
  readonly reviewOf: string | null;
  /** The reviewed student is the one who launches, or a child of the mentor. */
  readonly mayReview: boolean;
}

/**
 * Chooses the first page of a launch, as a path below the session's base.
 *
 * Nobody is ever sent to a page of another role; what cannot be shown ends on a page that says why.
 *
 * @param arrival - The launch, in the words of this decision.
 */
export function landingPage(arrival: Arrival): string {
  const { role, assignment, linkId } = arrival;
  if (role === 'administrator' && arrival.message === 'resource-link') return '/console';
  if (!arrival.hasCourse) return '/no-course';
  if (role === 'guest') return '/guest';
  const isStaff = role === 'instructor' || role === 'assistant' || role === 'designer';
  if (arrival.message === 'deep-linking') {
    return role === 'instructor' || role === 'designer' ? '/attach/pick' : '/not-here';
  }
  if (arrival.message === 'submission-review') {
    if (assignment === null) return '/not-here';
    if (isStaff) {
      return arrival.reviewOf === null
        ? `/a/${assignment.id}/grading`
        : `/a/${assignment.id}/grading/${arrival.reviewOf}`;
    }
    if (!arrival.mayReview) return '/not-here';
    return role === 'learner' ? `/a/${assignment.id}/feedback` : '/family';
  }
  if (role === 'mentor') return '/family';
  if (isStaff) {
    if (assignment !== null)
      return assignment.isPublished ? `/a/${assignment.id}` : `/a/${assignment.id}/design`;
    if (linkId === null) return '/course';
    return role === 'assistant' ? '/course' : `/attach/${linkId}`;
  }
  if (assignment?.isPublished === true) return `/a/${assignment.id}/task`;
  return linkId === null ? '/my' : `/link/${linkId}`;
}
