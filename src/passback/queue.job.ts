import type { Assignments } from '../assignments/assignment.model.js';
import type { Grades } from '../grading/grade.model.js';
import type { Grade } from '../grading/grade.js';
import type { DeploymentId, MembershipId, RegistrationId } from '../ids.js';
import type { Membership, Memberships } from '../launch/membership.model.js';
import type { Submissions } from '../submissions/submission.model.js';
import type { Submission } from '../submissions/submission.js';
import { queueScore, type WantedScore } from './delivery.js';
import type { Deliveries, DeliveryPlace, DeliveryRow } from './delivery.model.js';
import { handInSignal, wantedScore } from './wanted-score.js';

interface Deps {
  readonly deliveries: Deliveries;
  readonly grades: Grades;
  readonly submissions: Submissions;
  readonly memberships: Memberships;
  readonly assignments: Assignments;
  /** The registration of a deployment; null: it is gone, and nothing can be sent. */
  readonly registrationOf: (deploymentId: DeploymentId) => Promise<RegistrationId | null>;
  readonly clock: () => Date;
}

/** Test students, staff and people without a launch have no place in a gradebook (AGS-32). */
function isGradable(member: Membership | null): member is Membership {
  return member !== null && member.role === 'learner' && !member.isTestUser;
}

/** Queues a score; read, decide, compare and set, until nobody came in between. */
async function queue(deps: Deps, place: DeliveryPlace, wanted: WantedScore): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    const now = deps.clock();
    const row = await deps.deliveries.find(place.assignmentId, place.membershipId);
    if (row === null) {
      if (await deps.deliveries.create(place, queueScore(null, wanted, now), now)) return;
      continue;
    }
    const next = queueScore(row, wanted, now);
    if (next === row) return;
    const { resourceLinkId, scoringSub } = place;
    if ((await deps.deliveries.change(row, { ...next, resourceLinkId, scoringSub }, now)) !== null)
      return;
  }
}

/** Says of a score whether it brings a hand-in that the platform was not told of yet. */
function asFirst(wanted: WantedScore, before: DeliveryRow | null): WantedScore {
  const { points, submittedAt } = wanted;
  const told = before?.announcedAt ?? null;
  const isNew = submittedAt !== null && (told === null || told < submittedAt);
  const isUsedUp = before?.reason === 'attempts-used-up';
  return points === null ? wanted : { ...wanted, isNewSubmission: isNew && !isUsedUp };
}

async function scoringSubOf(deps: Deps, grade: Grade): Promise<string | null> {
  const by: MembershipId | undefined = grade.released?.byMembershipId;
  return by === undefined
    ? null
    : ((await deps.memberships.find(grade.contextId, by))?.sub ?? null);
}

/**
 * Makes sure that the newest release of a grade is on its way. Safe to repeat: called right after a
 * release, and again by the job for what a killed process left.
 */
export async function queueGrade(deps: Deps, grade: Grade): Promise<void> {
  const { released, contextId, assignmentId, membershipId } = grade;
  if (released === null) return;
  const [member, assignment, submission, before] = await Promise.all([
    deps.memberships.find(contextId, membershipId),
    deps.assignments.find(contextId, assignmentId),
    deps.submissions.find(contextId, assignmentId, membershipId),
    deps.deliveries.find(assignmentId, membershipId),
  ]);
  const hasScoreThere = [before?.sent, before?.confirmed].some((score) => score?.points != null);
  const wanted = wantedScore(released, hasScoreThere);
  const registrationId = member === null ? null : await deps.registrationOf(member.deploymentId);
  if (
    wanted !== null &&
    registrationId !== null &&
    isGradable(member) &&
    assignment !== null &&
    !assignment.isNative
  ) {
    await queue(
      deps,
      {
        registrationId,
        deploymentId: member.deploymentId,
        contextId,
        assignmentId,
        membershipId,
        sub: member.sub,
        resourceLinkId: submission?.resourceLinkId ?? assignment.resourceLinkIds[0] ?? null,
        scoringSub: await scoringSubOf(deps, grade),
      },
      asFirst(wanted, before),
    );
  }
  await deps.grades.delivered(grade.id, released.sequence);
}

/**
 * Tells the platform that something waits to be graded, where that is safe. A score that is still on
 * its way, or that a person is asked about, is never replaced by this news: the next score brings
 * the hand-in along.
 */
export async function queueHandIn(deps: Deps, submission: Submission): Promise<void> {
  const { contextId, assignmentId, membershipId } = submission;
  const [member, assignment, grade] = await Promise.all([
    deps.memberships.find(contextId, membershipId),
    deps.assignments.find(contextId, assignmentId),
    deps.grades.find(contextId, assignmentId, membershipId),
  ]);
  if (!isGradable(member) || assignment?.published == null || assignment.isNative) return;
  const before = await deps.deliveries.find(assignmentId, membershipId);
  if (before !== null && before.wanted.points !== null && before.state !== 'accepted') return;
  const { pointsPossible } = assignment.published;
  const wanted = handInSignal(submission, pointsPossible, grade?.released?.sequence ?? 0);
  const registrationId = await deps.registrationOf(member.deploymentId);
  if (wanted === null || registrationId === null) return;
  const { deploymentId, sub } = member;
  await queue(
    deps,
    {
      registrationId,
      deploymentId,
      contextId,
      assignmentId,
      membershipId,
      sub,
      resourceLinkId: submission.resourceLinkId,
      scoringSub: null,
    },
    wanted,
  );
}

/** Releases whose delivery is not there yet: left by a process that was killed in between. */
export async function queueLeftovers(deps: Deps): Promise<number> {
  const grades = await deps.grades.needingDelivery(200);
  for (const grade of grades) await queueGrade(deps, grade);
  return grades.length;
}
