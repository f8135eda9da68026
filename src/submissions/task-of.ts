import type { Assignment } from '../assignments/assignment.js';
import type { ContextId, MembershipId, OptionId } from '../ids.js';
import type { LearnerSupports } from '../tiers/supports.js';
import type { SubmissionDeps } from './deps.js';
import { studentTask, type StudentTask } from './my-task.js';

/** One student's task with what it was decided from. */
export interface TaskOf {
  /** null while nothing is published. */
  readonly task: StudentTask | null;
  /** What this student gets in every task; null: nothing. */
  readonly supports: LearnerSupports | null;
  /** Everybody of their group in force; empty for somebody in none. */
  readonly memberIds: readonly MembershipId[];
}

/**
 * Decides what one student works on from all that counts: placements, the groups in force, dates and
 * the days they get more in every task. Whatever shows or judges a student's date asks this.
 *
 * @param assignment - As stored.
 * @param chosenIds - Options the student chose before.
 * @param known - The student's supports where they were read already; left out: they are read.
 * @returns Their task with its date; design.md rules 1, 3 and 9.
 */
export async function taskOf(
  deps: Pick<SubmissionDeps, 'groupsOf' | 'supports'>,
  contextId: ContextId,
  assignment: Assignment,
  membershipId: MembershipId,
  chosenIds: readonly OptionId[],
  known?: LearnerSupports | null,
): Promise<TaskOf> {
  const [groups, supports] = await Promise.all([
    deps.groupsOf(contextId, assignment, membershipId),
    known === undefined ? deps.supports.find(contextId, membershipId) : known,
  ]);
  const task = studentTask(assignment, membershipId, groups.groupIds, chosenIds, supports);
  return { task, supports, memberIds: groups.memberIds };
}

/** A task of a list, beside its assignment. */
export interface ListedTask {
  readonly assignment: Assignment;
  readonly task: StudentTask;
}

/**
 * Every published task of one student in a course.
 *
 * @param chosenOf - Options the student chose in an assignment.
 * @returns In the order of the assignments.
 */
export async function tasksOf(
  deps: Pick<SubmissionDeps, 'groupsOf' | 'supports'>,
  contextId: ContextId,
  assignments: readonly Assignment[],
  membershipId: MembershipId,
  chosenOf: (assignment: Assignment) => readonly OptionId[],
): Promise<readonly ListedTask[]> {
  const supports = await deps.supports.find(contextId, membershipId);
  const all = await Promise.all(
    assignments.map(async (assignment) => {
      const chosen = chosenOf(assignment);
      const of = await taskOf(deps, contextId, assignment, membershipId, chosen, supports);
      return { assignment, task: of.task };
    }),
  );
  return all.flatMap(({ assignment, task }) => (task === null ? [] : [{ assignment, task }]));
}
