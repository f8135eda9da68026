import type { Assignment, TaskDesign } from '../assignments/assignment.js';
import type { GradedPiece } from '../insights/severity.js';
import { tierNow } from '../insights/routes-worked.js';
import type { Grade } from './grade.js';
import { criterionMost, markPoints, pointRules, scoreOf } from './score.js';

/** Points of each criterion as a share of its maximum, 0–100; criteria that are open are left out. */
export function criterionShares(
  design: TaskDesign,
  grade: Grade,
): readonly { readonly criterionId: string; readonly share: number }[] {
  const rules = pointRules(design);
  const byId = new Map(grade.marks.map((mark) => [mark.criterionId, mark]));
  return design.criteria.flatMap((criterion) => {
    const points = markPoints(criterion, byId.get(criterion.id), rules);
    const most = criterionMost(criterion);
    return points === null || most <= 0
      ? []
      : [{ criterionId: criterion.id, share: Math.min(100, (100 * points) / most) }];
  });
}

/**
 * The graded pieces of tiered tasks for the severity meter: anchor criterion and the mean of the
 * others. Tiers count by their kind, so that one meaning holds over several tasks.
 *
 * @param tasks - Newest first; those with one tier, or without an anchor and another criterion, say
 *   nothing.
 */
export function severityPieces(
  tasks: readonly { readonly assignment: Assignment; readonly grades: readonly Grade[] }[],
): readonly GradedPiece[] {
  return tasks.flatMap(({ assignment, grades }) => {
    const design = assignment.published ?? assignment.draft;
    const anchor = design.criteria.find((criterion) => criterion.isAnchor);
    if (anchor === undefined || design.tiers.length < 2 || design.criteria.length < 2) return [];
    return grades.flatMap((grade): GradedPiece[] => {
      if (grade.kind !== 'scored' || scoreOf(design, grade).state !== 'graded') return [];
      const shares = criterionShares(design, grade);
      const own = shares.find(({ criterionId }) => criterionId === anchor.id);
      const others = shares.filter(({ criterionId }) => criterionId !== anchor.id);
      if (own === undefined || others.length === 0) return [];
      return [
        {
          taskId: assignment.id,
          studentId: grade.membershipId,
          tierId: tierNow(assignment, grade.membershipId).tier.kind,
          anchor: own.share,
          others: others.reduce((sum, { share }) => sum + share, 0) / others.length,
        },
      ];
    });
  });
}
