import type { SuccessCriterion, TaskDesign } from '../assignments/assignment.js';
import type { ReleasedGrade } from '../grading/grade.js';
import { goalKey } from './goal-key.js';

/** Most points of a criterion. */
function mostPoints(criterion: SuccessCriterion): number {
  return Math.max(criterion.points, ...criterion.levels.map((level) => level.points), 0);
}

/**
 * Reads a released grade as evidence, goal by goal.
 *
 * A goal's value is the share of points on the criteria that name it, each criterion weighing its
 * points; criteria that name no goal speak for all. Marks that are missing, and excused or missing
 * work, say nothing about what somebody can do.
 *
 * @param design - What was published when the work was graded.
 * @param released - The grade as the student sees it.
 * @returns One value per goal, 0–100; without any criterion, the whole grade speaks for each goal.
 */
export function evidenceOfGrade(
  design: Pick<TaskDesign, 'goals' | 'criteria'>,
  released: Pick<ReleasedGrade, 'kind' | 'marks' | 'points' | 'pointsPossible'>,
): readonly { readonly goalKey: string; readonly value: number }[] {
  if (released.kind !== 'scored') return [];
  const given = new Map(released.marks.map((mark) => [mark.criterionId, mark.points]));
  return design.goals.flatMap((goal) => {
    let points = 0;
    let most = 0;
    for (const criterion of design.criteria) {
      const own = given.get(criterion.id) ?? null;
      const speaks = criterion.goalIds.length === 0 || criterion.goalIds.includes(goal.id);
      if (!speaks || own === null || mostPoints(criterion) <= 0) continue;
      points += own;
      most += mostPoints(criterion);
    }
    if (most === 0 && design.criteria.length === 0 && released.pointsPossible > 0) {
      points = released.points;
      most = released.pointsPossible;
    }
    if (most === 0) return [];
    const value = Math.min(100, Math.max(0, (100 * points) / most));
    return [{ goalKey: goalKey(goal), value: Math.round(value * 10) / 10 }];
  });
}
