import { roundPoints } from '../grading/points.js';
import type { ReleasedGrade } from '../grading/grade.js';
import type { Submission } from '../submissions/submission.js';
import type { WantedScore } from './delivery.js';

/**
 * Releases and hand-ins share one rising order: the hand-ins after the n-th release come before the
 * next release, whatever their number.
 */
const ATTEMPTS = 1000;

function releaseVersion(sequence: number): number {
  return sequence * ATTEMPTS - 1;
}

/**
 * What should stand in the gradebook for a released grade (design.md section 6; AGS 3.4).
 *
 * Excused and missing are no scores: nothing is sent for them, unless a score of ours stands there,
 * which is then taken back.
 *
 * @param released - The newest release.
 * @param hasScoreThere - Whether a score of ours was sent before.
 * @returns The score, or null when nothing is to be sent.
 */
export function wantedScore(released: ReleasedGrade, hasScoreThere: boolean): WantedScore | null {
  const { sequence, pointsPossible, submittedAt } = released;
  if (released.kind !== 'scored') {
    if (!hasScoreThere) return null;
    return {
      version: releaseVersion(sequence),
      points: null,
      pointsPossible,
      comment: null,
      activityProgress: 'Initialized',
      gradingProgress: 'NotReady',
      submittedAt,
      isNewSubmission: false,
    };
  }
  return {
    version: releaseVersion(sequence),
    points: roundPoints(released.points),
    pointsPossible,
    comment: feedbackText(released),
    activityProgress: 'Completed',
    gradingProgress: 'FullyGraded',
    submittedAt,
    isNewSubmission: false,
  };
}

/**
 * The comment that travels with a score: the teacher's words and the next move, as plain text.
 * Nothing of tiers can be in it: it is made from what the student reads.
 */
function feedbackText(released: ReleasedGrade): string | null {
  const parts = [
    released.comment,
    released.nextMove,
    ...released.marks.map((mark) => mark.comment),
  ];
  const text = parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n');
  return text === '' ? null : text;
}

/**
 * "Handed in, please grade": without a score, so that no grade can come from it. Families where even
 * this could clear a grade do not send it (their `canAnnounceHandIn`).
 *
 * @param submission - After the hand-in.
 * @param pointsPossible - Maximum of the assignment.
 * @param releases - How many releases there were: an announcement stands before the next of them.
 * @returns Null when there is nothing handed in.
 */
export function handInSignal(
  submission: Submission,
  pointsPossible: number,
  releases: number,
): WantedScore | null {
  const last = submission.handIns.at(-1);
  if (last === undefined || submission.state !== 'handed-in') return null;
  return {
    version: releases * ATTEMPTS + Math.min(last.attempt, ATTEMPTS - 2),
    points: null,
    pointsPossible,
    comment: null,
    activityProgress: 'Submitted',
    gradingProgress: 'PendingManual',
    submittedAt: last.at,
    isNewSubmission: true,
  };
}
