import type { PlatformResult } from '../lti/ports.js';
import type { Delivery } from './delivery.js';

/** Gradebooks keep two to five decimals. */
const TOLERANCE = 0.01;

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE;

/**
 * Whether the platform's value has to be read before this one is sent. Announcements keep what
 * stands there; what a person told to send is not asked about again.
 */
export function needsLook(delivery: Delivery): boolean {
  const { wanted, history } = delivery;
  if (wanted.points === null && wanted.gradingProgress === 'PendingManual') return false;
  const last = history.findLast(({ event }) =>
    ['sent-ours', 'accepted', 'differs'].includes(event),
  );
  return last?.event !== 'sent-ours';
}

/**
 * Looks at what stands in the gradebook before it is overwritten (design rule 11): a value that is
 * neither ours nor the one to be sent was put there by a person, who is asked first.
 *
 * @param delivery - About to be sent.
 * @param result - What the platform shows for the student; null: nothing, so nothing can be lost.
 * @param now - The clock.
 * @returns The delivery in state `differs`, to be stored in place of sending; null: send it.
 */
export function stopBeforeOverwriting(
  delivery: Delivery,
  result: PlatformResult | null,
  now: Date,
): Delivery | null {
  if (result === null || result.score === null || !needsLook(delivery)) return null;
  const { wanted, confirmed, sent } = delivery;
  const theirs =
    result.maximum > 0 ? (result.score / result.maximum) * wanted.pointsPossible : result.score;
  const share = (score: { points: number | null; pointsPossible: number } | null) =>
    score === null || score.points === null || score.pointsPossible <= 0
      ? null
      : (score.points / score.pointsPossible) * wanted.pointsPossible;
  // The one whose outcome is unknown may have arrived after all.
  const ours = [wanted.points, share(confirmed), delivery.isOutcomeUnknown ? share(sent) : null];
  if (ours.some((points) => points !== null && isNear(points, theirs))) return null;
  return {
    ...delivery,
    state: 'differs',
    theirPoints: theirs,
    nextAttemptAt: null,
    lease: null,
    history: [
      ...delivery.history,
      {
        at: now,
        event: 'differs',
        version: wanted.version,
        points: theirs,
        reason: null,
        detail: null,
      },
    ],
  };
}
