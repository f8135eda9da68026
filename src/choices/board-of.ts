import type { ChoiceBoard, SubmissionOption, Tier } from '../assignments/assignment.js';
import {
  boardProblems,
  whatIsLeft,
  type Board,
  type BoardProblem,
  type BoardRule,
} from './board-rules.js';

/** A design's rule in the words of `board-rules`. */
export function ruleOf(rule: ChoiceBoard['rule']): BoardRule {
  switch (rule.kind) {
    case 'pick':
      return { kind: 'pick', n: rule.count };
    case 'points-worth':
      return { kind: 'points', n: rule.points };
    case 'three-in-a-row':
    case 'one-per-course':
      return rule;
  }
}

/**
 * A design's board in the words of `board-rules`: the place in the teacher's list is the cell.
 *
 * @param board - As designed.
 * @param options - Options that count; their cells stay those of the whole list.
 */
export function boardOf(board: ChoiceBoard, options: readonly SubmissionOption[]): Board {
  const shared = board.options.filter((option) => option.onlyFor === null);
  return {
    rule: ruleOf(board.rule),
    options: options.map((option) => ({
      id: option.id,
      course: option.course,
      points: option.worth,
      cell: board.template === 'grid' ? shared.findIndex((o) => o.id === option.id) : null,
    })),
  };
}

/** Problems that only advise: a small or a large board can be published. */
export const ADVISES: ReadonlySet<BoardProblem> = new Set<BoardProblem>([
  'few-shown',
  'many-shown',
]);

/** Why a board's rule cannot be kept; with a tier where only its students could not keep it. */
export interface BoardBlock {
  readonly problem: BoardProblem | 'tier-cannot-keep';
  readonly tierId: Tier['id'] | null;
}

/**
 * Checks that everybody will be able to keep the board's rule: on the whole board, then on what each
 * tier's students see of it. Approved ideas of single students count for nobody else.
 *
 * @param board - As designed.
 * @param tiers - Tiers of the design.
 * @returns What blocks a publication; nothing for a sound board. Issue 6 item 1.
 */
export function boardBlocks(
  board: ChoiceBoard,
  tiers: readonly Pick<Tier, 'id'>[],
): readonly BoardBlock[] {
  const shared = board.options.filter((option) => option.onlyFor === null);
  const whole = boardProblems(boardOf(board, shared)).filter((code) => !ADVISES.has(code));
  if (whole.length > 0) return whole.map((problem) => ({ problem, tierId: null }));
  return tiers.flatMap(({ id }): BoardBlock[] => {
    const open = shared.filter((o) => o.tierIds.length === 0 || o.tierIds.includes(id));
    const canKeep = open.length > 0 && whatIsLeft(boardOf(board, open), []).atLeast !== null;
    return canKeep ? [] : [{ problem: 'tier-cannot-keep', tierId: id }];
  });
}
