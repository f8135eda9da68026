import type { Assignments } from '../assignments/assignment.model.js';
import type { Grades } from '../grading/grade.model.js';
import type { AssignmentId, ContextId } from '../ids.js';
import type { EvidenceStore } from './evidence.model.js';
import { evidenceOfGrade } from './evidence-of-grade.js';

interface Deps {
  readonly assignments: Assignments;
  readonly grades: Grades;
  readonly evidence: EvidenceStore;
}

/** Two processes' clocks may differ by this much: grades of that time are read again. */
const OVERLAP_MS = 60_000;

/**
 * Turns grades that were released since the last time into evidence. Derives the same pieces again
 * without doubling them, so it runs whenever a page needs evidence, and after a killed process.
 *
 * @returns How many grades were read.
 */
export async function takeGrades(deps: Deps, contextId: ContextId): Promise<number> {
  const { assignments, grades, evidence } = deps;
  const until = await evidence.gradesUntil(contextId);
  const changed = await grades.changedSince(contextId, new Date(until.getTime() - OVERLAP_MS));
  const fresh = changed.filter((grade) => grade.updatedAt > until);
  if (fresh.length === 0) return 0;
  const byAssignment = new Map<AssignmentId, typeof fresh>();
  for (const grade of changed)
    byAssignment.set(grade.assignmentId, [...(byAssignment.get(grade.assignmentId) ?? []), grade]);
  for (const [assignmentId, own] of byAssignment) {
    const assignment = await assignments.find(contextId, assignmentId);
    if (assignment === null) continue;
    const design = assignment.published ?? assignment.draft;
    await evidence.replace(
      contextId,
      'rubric',
      assignmentId,
      own.map((grade) => grade.membershipId),
      own.flatMap(({ membershipId, released }) =>
        released === null
          ? []
          : evidenceOfGrade(design, released).map((piece) => ({
              ...piece,
              membershipId,
              label: design.title,
              at: released.at,
            })),
      ),
    );
  }
  const newest = Math.max(...fresh.map((grade) => grade.updatedAt.getTime()));
  await evidence.setGradesUntil(contextId, new Date(newest));
  return fresh.length;
}
