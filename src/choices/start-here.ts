export interface StartOption {
  readonly id: string;
  /** Form of the product: text, link, photo, audio, paper … */
  readonly form: string;
  readonly minutes: number | null;
  /** The teacher marked it as a good first choice. */
  readonly goodStart?: boolean;
}

/** Choices completed before, below which a student starts with two options. */
export const NOVICE_BELOW = 2;

/**
 * Picks the two options that a novice sees first; all others stay one tap away.
 *
 * Those the teacher marked come first, then the shorter ones; the two differ in form where they can,
 * so that there is something to choose.
 *
 * @param options - Of the board, in the teacher's order.
 * @param choicesMadeBefore - How many choices the student has completed, ever.
 * @returns The two ids in the board's order, or null when the student sees all (no novice, or no
 * more than two options). Design rule 7, product row 39.
 */
export function startHere(
  options: readonly StartOption[],
  choicesMadeBefore: number,
): readonly [string, string] | null {
  if (choicesMadeBefore >= NOVICE_BELOW || options.length <= 2) return null;
  const ranked = options
    .map((option, place) => ({ option, place }))
    .sort(
      (a, b) =>
        Number(b.option.goodStart ?? false) - Number(a.option.goodStart ?? false) ||
        (a.option.minutes ?? Infinity) - (b.option.minutes ?? Infinity) ||
        a.place - b.place,
    );
  const [first, ...rest] = ranked;
  if (first === undefined) return null;
  const marked = rest.filter(({ option }) => option.goodStart === true);
  const pool = marked.length > 0 ? marked : rest;
  const second = pool.find(({ option }) => option.form !== first.option.form) ?? pool[0];
  if (second === undefined) return null;
  return first.place < second.place
    ? [first.option.id, second.option.id]
    : [second.option.id, first.option.id];
}
