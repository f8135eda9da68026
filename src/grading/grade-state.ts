import type { TaskDesign } from '../assignments/assignment.js';
import type { Submission } from '../submissions/submission.js';
import type { Grade } from './grade.js';
import { scoreOf } from './score.js';

/**
 * Where a student's grade stands: `none` (nothing handed in, nothing said), `to-grade`, `begun`,
 * `held` (finished, nobody sees it), `scheduled`, `released`, `changed` (worked on since its release),
 * `new-attempt` (handed in again since).
 */
export type GradeStage =
  'none' | 'to-grade' | 'begun' | 'held' | 'scheduled' | 'released' | 'changed' | 'new-attempt';

/**
 * Whether a grade says all it needs to be released.
 *
 * @param design - As it is now: a criterion added later leaves a grade open.
 */
export function isComplete(design: TaskDesign, grade: Grade): boolean {
  return grade.kind !== 'scored' || scoreOf(design, grade).state === 'graded';
}

/**
 * The stage of one grade.
 *
 * @param submission - null: the student never opened the task.
 * @param grade - null: nobody graded yet.
 */
export function gradeStage(
  design: TaskDesign,
  submission: Submission | null,
  grade: Grade | null,
): GradeStage {
  const attempt = submission?.handIns.at(-1)?.attempt ?? null;
  const isIn = attempt !== null && submission?.state !== 'taken-back';
  if (grade === null) return isIn ? 'to-grade' : 'none';
  const { released } = grade;
  if (released !== null) {
    if (isIn && attempt > (released.attempt ?? 0) && (grade.attempt ?? 0) < attempt)
      return 'new-attempt';
    const isChanged = grade.gradedAt !== null && grade.gradedAt > released.at;
    if (!isChanged) return 'released';
    if (grade.releaseAt !== null) return 'scheduled';
    return 'changed';
  }
  if (grade.isFinished && isComplete(design, grade))
    return grade.releaseAt === null ? 'held' : 'scheduled';
  if (grade.gradedAt !== null) return 'begun';
  return isIn ? 'to-grade' : 'none';
}

/** Whether a release would say something new. */
export function isReleasable(design: TaskDesign, grade: Grade | null): grade is Grade {
  if (grade === null || !grade.isFinished || !isComplete(design, grade)) return false;
  return grade.released === null || (grade.gradedAt !== null && grade.gradedAt > grade.released.at);
}
