import { writeCell } from './grades.js';
import type { Grade } from './state.js';
import type { World } from './world.js';

/**
 * A teacher changes a cell by hand.
 *
 * @param world - The practice LMS.
 * @param grade - The cell; changed in place.
 * @param change - New score on the column's scale, comment, and Schoology's Missing flag.
 */
export function overrideCell(
  world: World,
  grade: Grade,
  change: { score: number | null; comment?: string; missing?: boolean },
): void {
  const comment = change.comment ?? grade.comment;
  const note = 'typed into the gradebook';
  writeCell(grade, { by: 'teacher', score: change.score, comment, note }, world.now());
  grade.overridden = true;
  grade.needsGrading = false;
  if (grade.gradingProgress === 'PendingManual') grade.gradingProgress = 'FullyGraded';
  if (change.missing !== undefined) grade.missing = change.missing;
  world.save();
}
