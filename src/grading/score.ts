import type { SuccessCriterion, TaskDesign } from '../assignments/assignment.js';
import type { CriterionMark, Grade } from './grade.js';
import {
  criterionMaximum,
  POINT_DEFAULTS,
  roundPoints,
  rubricPoints,
  type PointRules,
  type RubricCriterion,
  type RubricPoints,
} from './points.js';

/** A level as the desk offers it: a key that outlives edits of its points, and what it is worth. */
export interface LevelChoice {
  readonly key: string;
  readonly points: number;
  /** Empty for the words of a single point: the page has its own. */
  readonly label: string;
  readonly description: string;
  readonly single: 'not-yet' | 'met' | 'beyond' | null;
}

/** What a design allows for points. */
export function pointRules(design: TaskDesign): PointRules {
  return {
    ...POINT_DEFAULTS,
    pointsPossible: design.pointsPossible,
    extraCredit: design.settings.allowsExtraCredit,
  };
}

/**
 * The levels of a criterion with keys: its label where that tells it apart, so that a mark follows
 * an edit of the level's points; its points otherwise.
 */
export function levelsOf(criterion: SuccessCriterion, rules: PointRules): readonly LevelChoice[] {
  if (criterion.kind === 'single-point' || criterion.levels.length === 0) {
    const worth = { 'not-yet': rules.notYetShare, met: 1, beyond: 1 + rules.beyondShare } as const;
    const singles = rules.extraCredit
      ? (['beyond', 'met', 'not-yet'] as const)
      : (['met', 'not-yet'] as const);
    return singles.map((single) => ({
      key: single,
      points: roundPoints(criterion.points * worth[single]),
      label: '',
      description: '',
      single,
    }));
  }
  const labels = criterion.levels.map((level) => level.label.trim());
  return criterion.levels.map((level, i) => {
    const label = labels[i] ?? '';
    const isOwn = label !== '' && labels.filter((other) => other === label).length === 1;
    return {
      key: isOwn ? label : `#${level.points}`,
      points: level.points,
      label,
      description: level.description,
      single: null,
    };
  });
}

/**
 * Points of a mark by the rubric as it is now: a marked level is worth what it says today.
 *
 * @returns null: not marked.
 */
export function markPoints(
  criterion: SuccessCriterion,
  mark: CriterionMark | undefined,
  rules: PointRules,
): number | null {
  if (mark === undefined) return null;
  const level =
    mark.level == null ? undefined : levelsOf(criterion, rules).find((l) => l.key === mark.level);
  return level?.points ?? mark.points;
}

function rubricOf(criterion: SuccessCriterion): RubricCriterion {
  return criterion.kind === 'single-point' || criterion.levels.length === 0
    ? { id: criterion.id, kind: 'single-point', pointsPossible: criterion.points }
    : {
        id: criterion.id,
        kind: 'levelled',
        levels: criterion.levels.map((level, i) => ({ id: String(i), points: level.points })),
      };
}

/** Most points of one criterion. */
export function criterionMost(criterion: SuccessCriterion): number {
  return criterionMaximum(rubricOf(criterion));
}

/**
 * What a grade is worth by the design as it is now; edits of the rubric apply themselves.
 *
 * @param design - Published design (or the draft while nothing is).
 * @param grade - Marks, typed points and the student's own adjustment; its kind is left to the caller.
 * @returns Points of the one column, or which criteria are still open.
 */
export function scoreOf(
  design: TaskDesign,
  grade: Pick<Grade, 'marks' | 'points' | 'adjustment'>,
): RubricPoints {
  const rules = pointRules(design);
  if (design.criteria.length === 0) {
    if (grade.points === null) return { state: 'ungraded', openCriterionIds: [] };
    const most = rules.extraCredit ? Infinity : rules.pointsPossible;
    const sum = grade.points + grade.adjustment;
    const points = roundPoints(Math.min(most, Math.max(0, sum)));
    return { state: 'graded', points, capped: sum > most + 1e-9 || sum < -1e-9 };
  }
  const byId = new Map(grade.marks.map((mark) => [mark.criterionId, mark]));
  const marks = design.criteria.flatMap((criterion) => {
    const points = markPoints(criterion, byId.get(criterion.id), rules);
    return points === null ? [] : [{ criterionId: criterion.id, points }];
  });
  return rubricPoints(design.criteria.map(rubricOf), marks, rules, grade.adjustment);
}
