import type { Assignment } from '../assignments/assignment.js';
import type { Actor } from '../web/actor.js';
import { changeWith } from './change-with.js';
import type { SubmissionDeps } from './deps.js';
import { isLate } from './lateness.js';
import { isClosed, type Submission } from './submission.js';
import { taskOf } from './task-of.js';

/**
 * Gives the piece that one member handed in to everybody else it belongs to. Drafts, ratings and
 * thoughts stay each one's own, and each one's own date says whether it came in time. Somebody who
 * handed in at the same moment keeps theirs.
 *
 * @param done - The submission that was handed in; its last attempt names the members.
 */
export async function shareHandIn(
  deps: SubmissionDeps,
  actor: Pick<Actor, 'contextId'>,
  assignment: Assignment,
  done: Submission,
): Promise<void> {
  const shared = done.handIns.at(-1);
  if (shared === undefined) return;
  const { contextId } = actor;
  for (const membershipId of shared.memberIds.filter((id) => id !== done.membershipId)) {
    const theirs = await deps.submissions.open(
      { contextId, assignmentId: assignment.id, membershipId },
      done.resourceLinkId,
      assignment.revision,
      deps.clock(),
    );
    const { task } = await taskOf(deps, contextId, assignment, membershipId, theirs.chosenIds);
    const dueAt = task?.due.dueAt ?? null;
    let isGiven = false;
    const given = await changeWith(deps, actor, theirs, (current) => {
      // A new attempt after feedback counts for everybody, also for who waits with the old one.
      isGiven = !isClosed(current) || shared.attempt > current.handIns.length;
      if (!isGiven) return { changedAt: current.changedAt };
      return {
        state: 'handed-in',
        handIns: [
          ...current.handIns,
          {
            ...shared,
            attempt: current.handIns.length + 1,
            dueAt,
            isLate: isLate(
              { handedInAt: shared.at, dueAt, isChosen: true, isExcused: false },
              shared.at,
            ),
            selfRatings: current.selfRatings,
            reflections: current.reflections.filter((r) => r.text.trim() !== ''),
          },
        ],
      };
    });
    if (isGiven as boolean) deps.onHandIn(given);
  }
}
