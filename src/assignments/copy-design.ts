import type { CriterionId, GoalId, OptionId, TierId } from '../ids.js';
import type { Material, TaskDesign } from './assignment.js';

/**
 * Copies a design without any student's data: no dates of students or groups, no choice that was
 * one student's own idea, new ids for every part (issue 4 item 10, design.md section 4).
 *
 * Files go along as they are when the copy stays in its course; elsewhere they are named but have to
 * be uploaded again, since files belong to a course.
 *
 * @param design - Draft or published design.
 * @param newId - Gives ids.
 * @param keepsFiles - Whether the copy stays in the course of the original.
 */
export function copyDesign(design: TaskDesign, newId: () => string, keepsFiles: boolean): TaskDesign {
  const ids = new Map<string, string>();
  const fresh = <T extends string>(id: T): T => {
    const known = ids.get(id) ?? newId();
    ids.set(id, known);
    return known as T;
  };
  const materials = (list: readonly Material[]): readonly Material[] =>
    list
      .filter((material) => material.kind !== 'file' || keepsFiles)
      .map((material) => ({ ...material, id: fresh(material.id) }));
  const all = <T extends GoalId | CriterionId | TierId | OptionId>(list: readonly T[]): T[] =>
    list.map((id) => fresh(id));
  const options = design.board.options.filter((option) => option.onlyFor === null);
  const kept = new Set(options.map((option) => option.id));
  return {
    ...design,
    goals: design.goals.map((goal) => ({ ...goal, id: fresh(goal.id) })),
    criteria: design.criteria.map((c) => ({ ...c, id: fresh(c.id), goalIds: all(c.goalIds) })),
    tiers: design.tiers.map((tier) => ({
      ...tier,
      id: fresh(tier.id),
      materials: materials(tier.materials),
      steps: tier.steps.map((step) => ({ ...step, id: fresh(step.id), targetAt: null })),
      goalIds: all(tier.goalIds),
      criterionIds: all(tier.criterionIds),
    })),
    board: {
      ...design.board,
      switchUntil: null,
      startHereIds: all(design.board.startHereIds.filter((id) => kept.has(id))),
      options: options.map((option) => ({
        ...option,
        id: fresh(option.id),
        criterionIds: all(option.criterionIds),
        tierIds: all(option.tierIds),
        materials: materials(option.materials),
      })),
    },
    dates: [],
  };
}

/**
 * A design brought to another assignment keeps its task, tiers, goals and choices, but takes what
 * the platform says about that assignment: its name, points and due date.
 */
export function onto(
  design: TaskDesign,
  target: {
    readonly title: string;
    readonly pointsPossible: number | null;
    readonly dueAt: Date | null;
  },
): TaskDesign {
  return {
    ...design,
    title: target.title === '' ? design.title : target.title,
    pointsPossible: target.pointsPossible ?? design.pointsPossible,
    dueAt: target.dueAt,
  };
}
