import { roundPoints } from './points.js';

export type TypedPoints =
  /** Nothing typed: no grade, which is not zero. */
  | { readonly ok: true; readonly points: null; readonly noteKey: null }
  | {
      readonly ok: true;
      readonly points: number;
      /** What was understood that was not typed so: said beside the field. null: nothing to say. */
      readonly noteKey: string | null;
    }
  | {
      readonly ok: false;
      /** Words in the catalogue, filled with `vars`. */
      readonly messageKey: string;
      readonly vars: Readonly<Record<string, string | number>>;
    };

const refuse = (problem: string, vars: Readonly<Record<string, string | number>> = {}) =>
  ({ ok: false, messageKey: `grading-rules.points.${problem}`, vars }) as const;

/**
 * Reads points as a teacher types them. "7,5" is 7.5 and said so; "80%" is taken of the maximum.
 *
 * @param typed - The field's text.
 * @param rules - The column's maximum, and whether points beyond it are allowed.
 * @returns The points, null for an empty field, or why they were refused: not a number ("NaN",
 * "1e9", "ten"), negative, beyond the maximum, more than four decimals, or a comma that may mean
 * thousands.
 */
export function parseTypedPoints(
  typed: string,
  rules: { readonly pointsPossible: number; readonly extraCredit: boolean },
): TypedPoints {
  const text = typed
    .normalize('NFKC')
    .replace(/[\s\u200e\u200f]+/g, '')
    .replace(/^\u2212/, '-');
  if (text === '') return { ok: true, points: null, noteKey: null };
  if (/^-\d*[.,]?\d+%?$/.test(text) && Number(text.replace(/[,%]/g, '')) !== 0)
    return refuse('negative');
  const match = /^[+-]?(\d{0,7})(?:([.,])(\d*))?(%?)$/.exec(text);
  if (match === null) return refuse('not-a-number', { typed: typed.slice(0, 40) });
  const [, whole = '', mark = '', decimals = '', percent = ''] = match;
  if (whole === '' && decimals === '') return refuse('not-a-number', { typed: typed.slice(0, 40) });
  if (mark === ',' && decimals.length === 3 && rules.pointsPossible >= 1000)
    return refuse('which-comma', { typed: text });
  if (decimals.length > 4) return refuse('too-many-decimals');
  const number = Number(`${whole === '' ? '0' : whole}.${decimals === '' ? '0' : decimals}`);
  const points = roundPoints(percent === '' ? number : (number / 100) * rules.pointsPossible);
  if (points > rules.pointsPossible && !rules.extraCredit)
    return refuse('beyond-maximum', { points, maximum: rules.pointsPossible });
  // Extra credit is generous, not boundless: ten times the maximum is a slip of the finger.
  if (points > Math.max(100, rules.pointsPossible * 10))
    return refuse('far-beyond', { points, maximum: rules.pointsPossible });
  const noteKey =
    percent !== ''
      ? 'grading-rules.points.read-percent'
      : mark === ','
        ? 'grading-rules.points.read-comma'
        : null;
  return { ok: true, points, noteKey };
}
