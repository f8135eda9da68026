import { blindPairs } from '../insights/blind-pairs.js';
import { severity, type GradedPiece } from '../insights/severity.js';
import type { Words } from '../web/words.js';

export interface SeverityView {
  readonly state: 'too-few' | 'alike' | 'check';
  readonly icon: string;
  readonly text: string;
  /** Pairs to mark again, without names and without saying which is which. */
  readonly pairs: readonly {
    readonly number: number;
    readonly pieces: readonly { readonly href: string; readonly name: string }[];
  }[];
}

declare module '../web/render.js' {
  interface Views {
    'grading/severity': SeverityView;
  }
}

const ICONS = { 'too-few': 'hourglass', alike: 'scale', check: 'search-check' } as const;

/**
 * Whether the tiers are graded alike, and where not, what to look at again. It changes no grade.
 *
 * @param pieces - Of this and earlier tasks.
 * @param assignmentId - Pairs come from this one only.
 * @param numberOf - Number of a piece on the desk; null: not there.
 * @param at - Address of the desk.
 */
export function severityView(
  pieces: readonly GradedPiece[],
  assignmentId: string,
  numberOf: (membershipId: string) => number | null,
  at: string,
  words: Words,
): SeverityView {
  const found = severity(pieces);
  if (found.state === 'too-few') {
    const text = words.t('insights.severity.too-few', { needed: found.needed });
    return { state: 'too-few', icon: ICONS['too-few'], text, pairs: [] };
  }
  const flagged = found.tiers.find((tier) => tier.isFlagged);
  if (flagged === undefined)
    return {
      state: 'alike',
      icon: ICONS.alike,
      text: words.t('insights.severity.alike'),
      pairs: [],
    };
  const own = pieces.filter((piece) => piece.taskId === assignmentId);
  return {
    state: 'check',
    icon: ICONS.check,
    text: words.t('insights.severity.check', {
      points: words.number(Math.abs(Math.round(flagged.harsher))),
    }),
    pairs: blindPairs(own, flagged.tierId, own.length).map((pair, i) => ({
      number: i + 1,
      pieces: pair.map(({ studentId }) => ({
        href: `${at}/${studentId}`,
        name: words.t('grading.piece', { number: numberOf(studentId) ?? 0 }),
      })),
    })),
  };
}
