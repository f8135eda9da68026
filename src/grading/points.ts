/** A criterion with levels, or a single point with "not yet", "met" and "beyond". */
export type RubricCriterion =
  | {
      readonly id: string;
      readonly kind: 'levelled';
      readonly levels: readonly { readonly id: string; readonly points: number }[];
    }
  | { readonly id: string; readonly kind: 'single-point'; readonly pointsPossible: number };

export type SinglePointMark = 'not-yet' | 'met' | 'beyond';

/** What a teacher marked on one criterion; typed points win over a level. */
export interface CriterionMark {
  readonly criterionId: string;
  readonly levelId?: string;
  readonly single?: SinglePointMark;
  readonly points?: number;
}

export interface PointRules {
  /** The one maximum of the assignment, whatever the tier or choice. */
  readonly pointsPossible: number;
  /** Points beyond the maximum are allowed. */
  readonly extraCredit: boolean;
  /** Share of its points that "not yet" is worth, 0–1. */
  readonly notYetShare: number;
  /** Share on top for "beyond"; counts only where extra credit is allowed. */
  readonly beyondShare: number;
}

export const POINT_DEFAULTS = { extraCredit: false, notYetShare: 0.5, beyondShare: 0.1 } as const;

export type RubricPoints =
  | { readonly state: 'ungraded' | 'partly'; readonly openCriterionIds: readonly string[] }
  | {
      readonly state: 'graded';
      readonly points: number;
      /** Whether the maximum (or zero) cut the sum off. */
      readonly capped: boolean;
    };

/**
 * Rounds points to what a gradebook keeps.
 *
 * @param points - Any finite number.
 * @returns At most four decimals, half away from zero as teachers round, and never -0.
 */
export function roundPoints(points: number): number {
  const shifted = Math.abs(points) * 1e4;
  const rounded = (Math.sign(points) * Math.round(shifted + shifted * Number.EPSILON)) / 1e4;
  return rounded === 0 ? 0 : rounded;
}

/** Most points of a criterion, before scaling. */
export function criterionMaximum(criterion: RubricCriterion): number {
  return criterion.kind === 'single-point'
    ? criterion.pointsPossible
    : Math.max(0, ...criterion.levels.map((level) => level.points));
}

function pointsOf(
  criterion: RubricCriterion,
  mark: CriterionMark | undefined,
  rules: PointRules,
): number | null {
  if (mark === undefined) return null;
  if (mark.points !== undefined) return Number.isFinite(mark.points) ? mark.points : null;
  if (criterion.kind === 'levelled')
    return criterion.levels.find((level) => level.id === mark.levelId)?.points ?? null;
  if (mark.single === undefined) return null;
  const share = {
    'not-yet': rules.notYetShare,
    met: 1,
    beyond: 1 + (rules.extraCredit ? rules.beyondShare : 0),
  }[mark.single];
  return criterion.pointsPossible * share;
}

/**
 * Turns a rubric's marks into the points of the one gradebook column.
 *
 * The rubric's own maximum is scaled to the assignment's, so that an edit of either keeps the grade
 * a share of the whole; the adjustment (for one student, in points of the column) comes after.
 *
 * @param rubric - Every criterion; marks of others are passed over.
 * @param marks - What the teacher marked.
 * @param rules - The column's maximum and what is allowed.
 * @param adjustment - Points up or down for this one student.
 * @returns `graded` only when every criterion has its mark: half a rubric is no grade.
 */
export function rubricPoints(
  rubric: readonly RubricCriterion[],
  marks: readonly CriterionMark[],
  rules: PointRules,
  adjustment = 0,
): RubricPoints {
  const byId = new Map(marks.map((mark) => [mark.criterionId, mark]));
  const given = rubric.map((criterion) => pointsOf(criterion, byId.get(criterion.id), rules));
  const openCriterionIds = rubric.filter((_c, i) => given[i] === null).map((c) => c.id);
  if (openCriterionIds.length === rubric.length) return { state: 'ungraded', openCriterionIds };
  if (openCriterionIds.length > 0) return { state: 'partly', openCriterionIds };
  const maximum = rubric.reduce((sum, criterion) => sum + criterionMaximum(criterion), 0);
  const sum = given.reduce<number>((total, points) => total + (points ?? 0), 0);
  // A rubric worth nothing (participation only) gives everybody nothing, and divides by nothing.
  const scaled = maximum > 0 ? (sum / maximum) * rules.pointsPossible : 0;
  const adjusted = scaled + (Number.isFinite(adjustment) ? adjustment : 0);
  const most = rules.extraCredit ? Infinity : rules.pointsPossible;
  const points = roundPoints(Math.min(most, Math.max(0, adjusted)));
  return { state: 'graded', points, capped: adjusted > most + 1e-9 || adjusted < -1e-9 };
}

/** The four things a gradebook cell can say; zero is a grade, the others are not. */
export type GradeState = 'graded' | 'excused' | 'missing' | 'ungraded';

/**
 * Keeps zero, excused and missing apart.
 *
 * @param grade - Points (null: none given) and what the teacher said about the piece.
 * @returns Excused before all else; points, 0 included, are a grade; missing only without points.
 * Design rule 10.
 */
export function gradeState(grade: {
  readonly points: number | null;
  readonly isExcused: boolean;
  readonly isMissing: boolean;
}): GradeState {
  if (grade.isExcused) return 'excused';
  if (grade.points !== null) return 'graded';
  return grade.isMissing ? 'missing' : 'ungraded';
}
