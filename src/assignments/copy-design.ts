import type { CriterionId, FileId, GoalId, OptionId, TierId } from '../ids.js';
import type { Material, TaskDesign } from './assignment.js';

/**
 * Copies a design without any student's data: no dates of students or groups, no choice that was
 * one student's own idea, new ids for every part (issue 4 item 10, design.md section 4).
 *
 * @param design - Draft or published design.
 * @param newId - Gives ids.
 * @param files - Each file's copy in the course that the design goes to; a file without one is left
 *   out. null: the copy stays in its course and shares the files.
 */
export function copyDesign(
  design: TaskDesign,
  newId: () => string,
  files: ReadonlyMap<FileId, FileId> | null,
): TaskDesign {
  const ids = new Map<string, string>();
  const fresh = <T extends string>(id: T): T => {
    const known = ids.get(id) ?? newId();
    ids.set(id, known);
    return known as T;
  };
  const materials = (list: readonly Material[]): readonly Material[] =>
    list.flatMap((material) => {
      const copy = { ...material, id: fresh(material.id) };
      if (material.fileId === null || files === null) return [copy];
      const fileId = files.get(material.fileId);
      return fileId === undefined ? [] : [{ ...copy, fileId }];
    });
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

/** Every file that a design's tiers and choices show. */
export function filesOf(design: TaskDesign): readonly FileId[] {
  const materials = [
    ...design.tiers.flatMap((tier) => tier.materials),
    ...design.board.options.flatMap((option) => option.materials),
  ];
  return [...new Set(materials.flatMap((m) => (m.fileId === null ? [] : [m.fileId])))];
}
