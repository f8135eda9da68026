import { diceOf } from '../groups/dice.js';
import type { GradedPiece } from './severity.js';

export interface BlindPiece {
  readonly taskId: string;
  readonly studentId: string;
}

/** Two pieces to mark again side by side; which is of which tier shows nowhere. */
export type BlindPair = readonly [BlindPiece, BlindPiece];

/**
 * Picks pairs to mark again after the severity meter said "check": one piece of the flagged tier and
 * one of another, of the same task and as equal on the anchor criterion as there are.
 *
 * @param pieces - As given to `severity`.
 * @param tierId - The flagged tier.
 * @param seed - Decides which of a pair stands first, so that place tells nothing.
 * @param count - Pairs wanted.
 * @returns At most `count` pairs, every student in one of them. Product section 5.4.
 */
export function blindPairs(
  pieces: readonly GradedPiece[],
  tierId: string,
  seed: number,
  count = 3,
): readonly BlindPair[] {
  const candidates = pieces
    .filter((piece) => piece.tierId === tierId)
    .flatMap((own) =>
      pieces
        .filter((other) => other.tierId !== tierId && other.taskId === own.taskId)
        .map((other) => ({
          own,
          other,
          apart: Math.abs(own.anchor - other.anchor),
          // Of pairs as equal, the one whose other criteria differ most tells most.
          tells: Math.abs(own.others - other.others),
        })),
    )
    .sort(
      (a, b) =>
        a.apart - b.apart ||
        b.tells - a.tells ||
        (`${a.own.studentId} ${a.other.studentId}` < `${b.own.studentId} ${b.other.studentId}`
          ? -1
          : 1),
    );
  const dice = diceOf(seed);
  const used = new Set<string>();
  const pairs: BlindPair[] = [];
  for (const { own, other } of candidates) {
    if (pairs.length === count) break;
    if (used.has(own.studentId) || used.has(other.studentId)) continue;
    used.add(own.studentId).add(other.studentId);
    const blind = ({ taskId, studentId }: GradedPiece): BlindPiece => ({ taskId, studentId });
    pairs.push(dice.roll(2) === 0 ? [blind(own), blind(other)] : [blind(other), blind(own)]);
  }
  return pairs;
}
