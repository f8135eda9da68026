import type { TaskDesign } from '../assignments/assignment.js';
import type { CriterionMark, GradeKind } from './grade.js';
import { roundPoints } from './points.js';
import { criterionMost, levelsOf, pointRules } from './score.js';
import { parseTypedPoints } from './typed-points.js';

/** What a teacher put into the desk's form, still as typed. */
export interface TypedMarks {
  readonly kind: GradeKind;
  readonly level: Readonly<Record<string, string>>;
  readonly typed: Readonly<Record<string, string>>;
  readonly note: Readonly<Record<string, string>>;
  readonly move: Readonly<Record<string, string>>;
  readonly points: string;
  readonly adjustment: string;
  readonly adjust: Readonly<Record<string, string>>;
  readonly comment: string;
  readonly nextMove: string;
}

/** Why an entry was refused; words in the catalogue. */
export interface MarkProblem {
  /** Id of the field. */
  readonly field: string;
  readonly messageKey: string;
  readonly vars: Readonly<Record<string, string | number>>;
}

export interface ReadMarks {
  readonly kind: GradeKind;
  readonly marks: readonly CriterionMark[];
  readonly points: number | null;
  readonly adjustment: number;
  readonly adjustments: Readonly<Record<string, number>>;
  readonly comment: string;
  readonly nextMove: string;
}

/**
 * Reads points up or down for one student.
 *
 * @param typed - Such as "-1,5"; empty: none.
 * @param pointsPossible - Ten times it is a slip of the finger.
 * @returns null: cannot be read.
 */
export function readAdjustment(typed: string, pointsPossible: number): number | null {
  const text = typed
    .normalize('NFKC')
    .replace(/[\s\u200e\u200f]+/g, '')
    .replace(/^\u2212/, '-')
    .replace(',', '.');
  if (text === '') return 0;
  if (!/^[+-]?\d{0,6}(\.\d{1,4})?$/.test(text) || !/\d/.test(text)) return null;
  const value = roundPoints(Number(text));
  return Math.abs(value) <= Math.max(100, pointsPossible * 10) ? value : null;
}

/**
 * Reads the form of the desk.
 *
 * Typed points win over a level, unless they are that level's own. Criteria that the rubric no longer
 * has are passed over.
 *
 * @param design - As it is now.
 * @returns What can be stored, or what is wrong with each field.
 */
export function readMarks(
  design: TaskDesign,
  typed: TypedMarks,
): { ok: true; value: ReadMarks } | { ok: false; problems: readonly MarkProblem[] } {
  const problems: MarkProblem[] = [];
  const rules = pointRules(design);
  const pointsAt = (text: string, field: string, most: number): number | null => {
    const read = parseTypedPoints(text, { pointsPossible: most, extraCredit: rules.extraCredit });
    if (read.ok) return read.points;
    problems.push({ field, messageKey: read.messageKey, vars: read.vars });
    return null;
  };
  const adjustmentAt = (text: string, field: string): number => {
    const value = readAdjustment(text, design.pointsPossible);
    if (value === null)
      problems.push({ field, messageKey: 'grading.problem.adjustment', vars: { typed: text } });
    return value ?? 0;
  };
  const marks = design.criteria.flatMap((criterion): CriterionMark[] => {
    const { id } = criterion;
    const level = levelsOf(criterion, rules).find((l) => l.key === typed.level[id]);
    const own = pointsAt(typed.typed[id] ?? '', `typed-${id}`, criterionMost(criterion));
    const isTyped = own !== null && own !== level?.points;
    const mark: CriterionMark = {
      criterionId: id,
      points: isTyped ? own : (level?.points ?? null),
      level: isTyped ? null : (level?.key ?? null),
      comment: (typed.note[id] ?? '').trim(),
      nextMove: (typed.move[id] ?? '').trim(),
    };
    return mark.points === null && mark.comment === '' && mark.nextMove === '' ? [] : [mark];
  });
  const points = pointsAt(typed.points, 'points', design.pointsPossible);
  const adjustment = adjustmentAt(typed.adjustment, 'adjustment');
  const adjustments = Object.fromEntries(
    Object.entries(typed.adjust).map(([id, text]) => [id, adjustmentAt(text, `adjust-${id}`)]),
  );
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    value: {
      kind: typed.kind,
      marks,
      points,
      adjustment,
      adjustments,
      comment: typed.comment.trim(),
      nextMove: typed.nextMove.trim(),
    },
  };
}
