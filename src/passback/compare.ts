import type { PlatformResult } from '../lti/ports.js';
import type { Delivery, DeliveryEntry } from './delivery.js';

/** Gradebooks keep two to five decimals. */
const TOLERANCE = 0.01;

function entry(
  delivery: Delivery,
  now: Date,
  event: DeliveryEntry['event'],
  points: number | null,
) {
  const { version } = delivery.wanted;
  return [...delivery.history, { at: now, event, version, points, reason: null, detail: null }];
}

/** The platform's score in our points; null: it shows none. */
function inOurPoints(result: PlatformResult | null, pointsPossible: number): number | null {
  if (result === null || result.score === null) return null;
  return result.maximum > 0 ? (result.score / result.maximum) * pointsPossible : result.score;
}

/**
 * Compares what the platform holds with what it confirmed to us. A teacher's change there is never
 * overwritten silently: from here on a person is asked.
 *
 * @param delivery - Any; only one that was accepted or superseded, or differs already, can differ.
 * @param result - What the platform shows for the student; null: nothing.
 * @param now - The clock.
 * @returns The delivery, in state `differs` when the values are apart, or settled again when the
 * platform shows ours after all. Design rule 11.
 */
export function compareWithPlatform(
  delivery: Delivery,
  result: PlatformResult | null,
  now: Date,
): Delivery {
  const { state } = delivery;
  // Superseded: the platform has something newer than what we sent, perhaps of the same value.
  const ours = state === 'superseded' ? delivery.sent : delivery.confirmed;
  const canDiffer = state === 'accepted' || state === 'differs' || state === 'superseded';
  if (!canDiffer || ours === null || delivery.keptTheirs) return delivery;
  const theirs = inOurPoints(result, ours.pointsPossible);
  const agrees =
    theirs === null || ours.points === null
      ? theirs === ours.points
      : Math.abs(theirs - ours.points) <= TOLERANCE;
  if (agrees) {
    if (state === 'accepted') return delivery;
    const hasNewer = delivery.wanted.version > ours.version;
    return {
      ...delivery,
      confirmed: ours,
      state: hasNewer ? 'waiting' : 'accepted',
      nextAttemptAt: hasNewer ? now : null,
      theirPoints: null,
      history: entry(delivery, now, 'agrees', theirs),
    };
  }
  if (state === 'differs' && delivery.theirPoints === theirs) return delivery;
  return {
    ...delivery,
    state: 'differs',
    theirPoints: theirs,
    nextAttemptAt: null,
    history: entry(delivery, now, 'differs', theirs),
  };
}

/**
 * Does what a person decided about a difference.
 *
 * @param delivery - One that differs, or whose platform value was kept before.
 * @param decision - `keep-theirs` leaves the platform's value, and asks again before the next grade
 * of ours; `send-ours` sends our value anew, with a later stamp.
 * @param now - The clock.
 * @returns The delivery; unchanged when nothing differed.
 */
export function resolveDifference(
  delivery: Delivery,
  decision: 'keep-theirs' | 'send-ours',
  now: Date,
): Delivery {
  if (delivery.state !== 'differs' && !delivery.keptTheirs) return delivery;
  if (decision === 'keep-theirs')
    return {
      ...delivery,
      state: 'superseded',
      keptTheirs: true,
      history: entry(delivery, now, 'kept-theirs', delivery.theirPoints),
    };
  return {
    ...delivery,
    state: 'waiting',
    keptTheirs: false,
    isOutcomeUnknown: false,
    failures: 0,
    nextAttemptAt: now,
    history: entry(delivery, now, 'sent-ours', delivery.wanted.points),
  };
}
