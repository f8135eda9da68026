import type { TaskDesign } from '../assignments/assignment.js';
import type { MembershipId } from '../ids.js';
import type { Grade } from './grade.js';
import { roundPoints } from './points.js';
import { scoreOf } from './score.js';

/** A released grade that the rubric or maximum as they are now would make another one. */
export interface RubricChange {
  readonly membershipId: MembershipId;
  readonly before: number;
  readonly beforePossible: number;
  /** null: a criterion was added, so that it has to be marked first. */
  readonly after: number | null;
  readonly afterPossible: number;
}

/**
 * Whose released grade changes by an edit of the rubric or of the maximum. Held grades follow the
 * edit by themselves; released ones only when they are released again.
 *
 * @param design - As it is now.
 * @param grades - Of the assignment.
 * @returns One row a student whose share of the whole changed; empty: the edit changes nobody.
 */
export function rubricChanges(design: TaskDesign, grades: readonly Grade[]): RubricChange[] {
  return grades.flatMap((grade): RubricChange[] => {
    const { released, kind } = grade;
    // What the teacher changed by hand since is said elsewhere.
    const isTouched = released !== null && grade.gradedAt !== null && grade.gradedAt > released.at;
    if (released?.kind !== 'scored' || kind !== 'scored' || isTouched) return [];
    const score = scoreOf(design, grade);
    const after = score.state === 'graded' ? score.points : null;
    const share = (points: number, of: number): number => (of > 0 ? points / of : 0);
    const isSame =
      after !== null &&
      roundPoints(share(after, design.pointsPossible)) ===
        roundPoints(share(released.points, released.pointsPossible)) &&
      released.pointsPossible === design.pointsPossible;
    return isSame
      ? []
      : [
          {
            membershipId: grade.membershipId,
            before: released.points,
            beforePossible: released.pointsPossible,
            after,
            afterPossible: design.pointsPossible,
          },
        ];
  });
}
