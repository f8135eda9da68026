import type { Grade } from './state.js';

/** A change of a cell. */
export interface CellChange {
  readonly by: 'tool' | 'teacher';
  readonly score: number | null;
  readonly comment: string;
  readonly note: string;
}

/**
 * Writes a score and comment into a cell and remembers it in the cell's history.
 *
 * @param grade - The cell; changed in place.
 * @param change - The new score (column scale) and comment, by whom and why.
 * @param now - The time of the change.
 */
export function writeCell(grade: Grade, change: CellChange, now: Date): void {
  grade.score = change.score;
  grade.comment = change.comment;
  grade.history.push({ at: now.toISOString(), ...change });
}

/**
 * Scales a score to the column (AGS 3.4.4).
 *
 * @param given - scoreGiven.
 * @param maximum - scoreMaximum of the score.
 * @param columnMaximum - scoreMaximum of the column.
 * @returns Points on the column's scale, with at most five decimals.
 */
export function scaleScore(given: number, maximum: number, columnMaximum: number): number {
  const scaled = maximum === 0 ? given : (given * columnMaximum) / maximum;
  return Math.round(scaled * 100_000) / 100_000;
}

/**
 * A number from a JSON body, numeric text included (platforms take it).
 *
 * @param value - The member.
 * @returns The number, null when it is absent or null, NaN when it is something else.
 */
export function numberIn(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}
