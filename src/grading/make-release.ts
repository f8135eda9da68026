import type { TaskDesign } from '../assignments/assignment.js';
import type { MembershipId } from '../ids.js';
import type { Submission } from '../submissions/submission.js';
import type { Grade, ReleasedGrade } from './grade.js';
import { isComplete } from './grade-state.js';
import { markPoints, pointRules, scoreOf } from './score.js';

/**
 * Makes what a release shows the student and sends to the platform.
 *
 * @param design - As it is now: its one maximum and its rubric count.
 * @param grade - Finished.
 * @param submission - null: nothing was handed in.
 * @param by - Who released.
 * @returns null when the grade does not say all it needs.
 */
export function makeRelease(
  design: TaskDesign,
  grade: Grade,
  submission: Submission | null,
  by: MembershipId,
  now: Date,
): ReleasedGrade | null {
  if (!isComplete(design, grade)) return null;
  const score = scoreOf(design, grade);
  const rules = pointRules(design);
  const byId = new Map(grade.marks.map((mark) => [mark.criterionId, mark]));
  const last = submission?.handIns.at(-1) ?? null;
  return {
    kind: grade.kind,
    points: grade.kind === 'scored' && score.state === 'graded' ? score.points : 0,
    pointsPossible: design.pointsPossible,
    marks: design.criteria.flatMap((criterion) => {
      const mark = byId.get(criterion.id);
      return mark === undefined ? [] : [{ ...mark, points: markPoints(criterion, mark, rules) }];
    }),
    comment: grade.comment,
    nextMove: grade.nextMove,
    at: now,
    byMembershipId: by,
    attempt: grade.attempt ?? last?.attempt ?? null,
    submittedAt:
      submission?.handIns.find((handIn) => handIn.attempt === grade.attempt)?.at ??
      last?.at ??
      null,
    sequence: (grade.released?.sequence ?? 0) + 1,
    annotations: grade.annotations,
  };
}
