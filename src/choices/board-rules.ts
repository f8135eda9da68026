/** How much of a board is to be chosen. */
export type BoardRule =
  | { readonly kind: 'pick'; readonly n: number }
  | { readonly kind: 'three-in-a-row' }
  | { readonly kind: 'one-per-course' }
  | { readonly kind: 'points'; readonly n: number };

export interface BoardOption {
  readonly id: string;
  /** Column of a menu ("starter", "main", "dessert"); for one per course. */
  readonly course?: string | null;
  /** Its worth; for n points' worth. */
  readonly points?: number | null;
  /** 0–8, row by row; for the 3×3 board. */
  readonly cell?: number | null;
}

export interface Board {
  readonly rule: BoardRule;
  readonly options: readonly BoardOption[];
}

export type ChoiceRefusal =
  | 'unknown'
  | 'already-chosen'
  | 'closed'
  | 'complete'
  | 'course-done'
  | 'not-in-line'
  | 'cannot-be-completed';

export interface WhatIsLeft {
  readonly complete: boolean;
  /** Fewest options that still have to be chosen; null: what was chosen fits no way to the end. */
  readonly atLeast: number | null;
  /** Options that may be chosen now. */
  readonly optionIds: readonly string[];
  /** Sentence for the student, filled with `vars`. */
  readonly messageKey: string;
  readonly vars: Readonly<Record<string, string | number>>;
}

const LINES: readonly (readonly [number, number, number])[] = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
];

const worth = (option: BoardOption): number => Math.max(0, option.points ?? 0);

/** What is chosen and still on the board, each once. */
function chosenOf(board: Board, chosenIds: readonly string[]): BoardOption[] {
  const ids = new Set(chosenIds);
  return board.options.filter((option) => ids.has(option.id));
}

/** Lines that hold all that is chosen and of which no other option is closed. */
function openLines(
  board: Board,
  chosen: readonly BoardOption[],
  closed: ReadonlySet<string>,
): (readonly BoardOption[])[] {
  const at = new Map(board.options.map((option) => [option.cell ?? -1, option]));
  return LINES.flatMap((cells) => {
    const line = cells.flatMap((cell) => at.get(cell) ?? []);
    const fits =
      line.length === 3 &&
      chosen.every((option) => line.includes(option)) &&
      line.every((option) => chosen.includes(option) || !closed.has(option.id));
    return fits ? [line] : [];
  });
}

const courseOf = (option: BoardOption): string => option.course ?? '';

function coursesOf(options: readonly BoardOption[]): Set<string> {
  return new Set(options.map(courseOf));
}

/**
 * Fewest further choices that complete a board.
 *
 * @returns null when none can: too much is closed, or the choices do not go together.
 */
function fewestFurther(
  board: Board,
  chosen: readonly BoardOption[],
  closed: ReadonlySet<string>,
): number | null {
  const open = board.options.filter((o) => !chosen.includes(o) && !closed.has(o.id));
  const { rule } = board;
  switch (rule.kind) {
    case 'pick': {
      const further = rule.n - chosen.length;
      return further >= 0 && further <= open.length ? further : null;
    }
    case 'three-in-a-row':
      return openLines(board, chosen, closed).length > 0 ? 3 - chosen.length : null;
    case 'one-per-course': {
      const done = coursesOf(chosen);
      if (done.size !== chosen.length) return null;
      const missing = [...coursesOf(board.options)].filter((course) => !done.has(course));
      const served = coursesOf(open);
      return missing.every((course) => served.has(course)) ? missing.length : null;
    }
    case 'points': {
      let short = rule.n - chosen.reduce((sum, option) => sum + worth(option), 0);
      let further = 0;
      for (const points of open.map(worth).sort((a, b) => b - a)) {
        if (short <= 0 || points === 0) break;
        short -= points;
        further += 1;
      }
      return short <= 0 ? further : null;
    }
  }
}

const NOTHING_CLOSED: ReadonlySet<string> = new Set();

/**
 * Says whether what was chosen satisfies the board's rule.
 *
 * @param board - Rule and options.
 * @param chosenIds - What the student chose; ids no longer on the board count for nothing.
 * @returns True when nothing is left to choose. Product row 33.
 */
export function isComplete(board: Board, chosenIds: readonly string[]): boolean {
  const chosen = chosenOf(board, chosenIds);
  if (board.options.length === 0) return false;
  return fewestFurther(board, chosen, NOTHING_CLOSED) === 0;
}

/**
 * Says whether a student may choose one more option: only if the board is not complete yet and can
 * still be completed with it.
 *
 * @param board - Rule and options.
 * @param chosenIds - What the student chose so far.
 * @param optionId - What they tap now.
 * @param closedIds - Options they cannot have any more, such as those without places.
 * @returns null when they may, else why not; words in `choices-rules.refusal.<reason>`.
 */
export function whyNotChoose(
  board: Board,
  chosenIds: readonly string[],
  optionId: string,
  closedIds: readonly string[] = [],
): ChoiceRefusal | null {
  const option = board.options.find(({ id }) => id === optionId);
  if (option === undefined) return 'unknown';
  const chosen = chosenOf(board, chosenIds);
  if (chosen.includes(option)) return 'already-chosen';
  if (isComplete(board, chosenIds)) return 'complete';
  const closed = new Set(closedIds);
  if (closed.has(optionId)) return 'closed';
  if (fewestFurther(board, [...chosen, option], closed) !== null) return null;
  const { kind } = board.rule;
  if (kind === 'one-per-course' && coursesOf(chosen).has(courseOf(option))) return 'course-done';
  if (kind === 'three-in-a-row' && fewestFurther(board, chosen, closed) !== null)
    return 'not-in-line';
  return 'cannot-be-completed';
}

/**
 * `whyNotChoose` as a yes or no.
 *
 * @returns True when the option may be chosen now.
 */
export function mayChoose(
  board: Board,
  chosenIds: readonly string[],
  optionId: string,
  closedIds: readonly string[] = [],
): boolean {
  return whyNotChoose(board, chosenIds, optionId, closedIds) === null;
}

/**
 * Tells a student what is left to choose.
 *
 * @param board - Rule and options.
 * @param chosenIds - What they chose so far.
 * @param closedIds - Options they cannot have any more.
 * @returns How many at least, which ones, and the sentence for it. Product row 33.
 */
export function whatIsLeft(
  board: Board,
  chosenIds: readonly string[],
  closedIds: readonly string[] = [],
): WhatIsLeft {
  const chosen = chosenOf(board, chosenIds);
  const complete = isComplete(board, chosenIds);
  const atLeast = complete ? 0 : fewestFurther(board, chosen, new Set(closedIds));
  const optionIds = board.options
    .map(({ id }) => id)
    .filter((id) => mayChoose(board, chosenIds, id, closedIds));
  const left = (key: string, vars: WhatIsLeft['vars'] = {}): WhatIsLeft => ({
    complete,
    atLeast,
    optionIds,
    messageKey: `choices-rules.left.${key}`,
    vars,
  });
  if (complete) return left('complete');
  if (atLeast === null) return left('stuck');
  switch (board.rule.kind) {
    case 'pick':
      return left('pick', { count: atLeast });
    case 'three-in-a-row':
      return left('three-in-a-row', { count: atLeast });
    case 'one-per-course': {
      const done = coursesOf(chosen);
      const courses = [...coursesOf(board.options)].filter((course) => !done.has(course));
      return left('one-per-course', { count: atLeast, courses: courses.join(', ') });
    }
    case 'points': {
      const have = chosen.reduce((sum, option) => sum + worth(option), 0);
      return left('points', { count: board.rule.n - have });
    }
  }
}

export type BoardProblem =
  | 'no-options'
  | 'number-not-whole'
  | 'too-few-options'
  | 'too-few-points'
  | 'option-without-points'
  | 'option-without-course'
  | 'cells-not-3x3'
  | 'few-shown'
  | 'many-shown';

/**
 * Checks a board before it is published.
 *
 * @param board - Rule and options as the teacher left them.
 * @returns What is the matter; `few-shown` and `many-shown` only advise (design rule 7: 3 to 5, a
 * 3×3 board is three choices of three), everything else blocks. Words in
 * `choices-rules.problem.<code>`.
 */
export function boardProblems(board: Board): readonly BoardProblem[] {
  const { rule, options } = board;
  if (options.length === 0) return ['no-options'];
  const problems: BoardProblem[] = [];
  switch (rule.kind) {
    case 'pick':
      if (!Number.isInteger(rule.n) || rule.n < 1) problems.push('number-not-whole');
      else if (rule.n > options.length) problems.push('too-few-options');
      break;
    case 'points':
      if (!Number.isFinite(rule.n) || rule.n <= 0) problems.push('number-not-whole');
      if (options.some((option) => worth(option) === 0)) problems.push('option-without-points');
      if (options.reduce((sum, option) => sum + worth(option), 0) < rule.n)
        problems.push('too-few-points');
      break;
    case 'one-per-course':
      if (options.some((option) => courseOf(option).trim() === ''))
        problems.push('option-without-course');
      break;
    case 'three-in-a-row': {
      const cells = new Set(options.map((option) => option.cell));
      const full = LINES.flat().every((cell) => cells.has(cell));
      if (!full || options.length !== 9) problems.push('cells-not-3x3');
      break;
    }
  }
  if (rule.kind === 'pick' && options.length > 5) problems.push('many-shown');
  if (rule.kind === 'pick' && options.length < 3) problems.push('few-shown');
  return problems;
}
