import type { ScoreOutcome } from '../lti/ports.js';
import { BACKOFF_DEFAULTS, backoffMs, type BackoffSettings } from './backoff.js';
import { nextStamp } from './stamp.js';

/**
 * One (line item, student) on its way to the platform.
 *
 * waiting → sending → accepted | superseded | refused | parked | waiting (retry);
 * accepted → differs, when the platform shows another value; a person decides what becomes of it.
 */
export type DeliveryState =
  'waiting' | 'sending' | 'accepted' | 'superseded' | 'refused' | 'parked' | 'differs';

/** What should stand in the gradebook. */
export interface WantedScore {
  /** Rises with every change of the grade: the latest wins. */
  readonly version: number;
  /** null takes the score back. */
  readonly points: number | null;
  readonly pointsPossible: number;
  readonly comment: string | null;
  readonly activityProgress: 'Initialized' | 'Submitted' | 'Completed';
  readonly gradingProgress: 'FullyGraded' | 'PendingManual' | 'NotReady';
  readonly submittedAt: Date | null;
  readonly isNewSubmission: boolean;
}

export type DeliveryEvent =
  | 'queued'
  | 'sent'
  | 'accepted'
  | 'superseded'
  | 'retry'
  | 'refused'
  | 'parked'
  | 'lease-lost'
  | 'resumed'
  | 'differs'
  | 'agrees'
  | 'kept-theirs'
  | 'sent-ours';

export interface DeliveryEntry {
  readonly at: Date;
  readonly event: DeliveryEvent;
  readonly version: number;
  readonly points: number | null;
  /** Key of the platform's reason, `passback.reason.<reason>`; null: none. */
  readonly reason: string | null;
  readonly detail: string | null;
}

/** A score as it was put on the wire; sent again unchanged while its outcome is unknown. */
export interface SentScore {
  readonly version: number;
  readonly points: number | null;
  readonly pointsPossible: number;
  readonly stampedAt: Date;
  /** Hand-in that it tells the platform about as a new one; null or absent: none. */
  readonly announces?: Date | null;
}

export interface Delivery {
  readonly state: DeliveryState;
  readonly wanted: WantedScore;
  /** The last one put on the wire, whatever came of it. */
  readonly sent: SentScore | null;
  /** The outcome of `sent` is not known: the process died or the connection broke. */
  readonly isOutcomeUnknown: boolean;
  /** What the platform last confirmed; null: nothing of ours stands there. */
  readonly confirmed: SentScore | null;
  /** Value the platform was seen to hold instead of ours, in our points. */
  readonly theirPoints: number | null;
  /** A person said to keep the platform's value: ask again before the next change overwrites it. */
  readonly keptTheirs: boolean;
  /** Newest hand-in that the platform took as a new one: told once, never by a regrade. */
  readonly announcedAt?: Date | null;
  readonly failures: number;
  /** Not to be taken before; null while nothing is to be sent. */
  readonly nextAttemptAt: Date | null;
  readonly lease: { readonly by: string; readonly until: Date } | null;
  readonly reason: string | null;
  readonly detail: string | null;
  /** Everything that ever happened, oldest first. */
  readonly history: readonly DeliveryEntry[];
}

function log(
  delivery: Delivery,
  at: Date,
  event: DeliveryEvent,
  more: Partial<Pick<DeliveryEntry, 'version' | 'points' | 'reason' | 'detail'>> = {},
): readonly DeliveryEntry[] {
  const { version, points } = delivery.wanted;
  return [...delivery.history, { at, event, version, points, reason: null, detail: null, ...more }];
}

const WAIT = { state: 'waiting', failures: 0, reason: null, detail: null } as const;

/**
 * Notes a new value to deliver: the latest wins, an older one is passed over.
 *
 * While one is on the wire the new one waits behind it; where a person was asked about the
 * platform's own value, it stays asked (design rule 11: never overwritten silently). A refused one is
 * tried again, for the grade is another one; a parked one stays parked until its cause is mended.
 *
 * @param delivery - What there is for this line item and student; null: nothing yet.
 * @param wanted - The value that should stand in the gradebook.
 * @param now - The clock.
 * @returns The delivery as it is to be stored.
 */
export function queueScore(delivery: Delivery | null, wanted: WantedScore, now: Date): Delivery {
  if (delivery === null) {
    const fresh: Delivery = {
      ...WAIT,
      wanted,
      sent: null,
      isOutcomeUnknown: false,
      confirmed: null,
      theirPoints: null,
      keptTheirs: false,
      nextAttemptAt: now,
      lease: null,
      history: [],
    };
    return { ...fresh, history: log(fresh, now, 'queued') };
  }
  if (wanted.version <= delivery.wanted.version) return delivery;
  const next = { ...delivery, wanted };
  const history = log(next, now, 'queued');
  if (delivery.state === 'sending' || delivery.state === 'parked') return { ...next, history };
  if (delivery.state === 'differs' || delivery.keptTheirs)
    return { ...next, state: 'differs', nextAttemptAt: null, history };
  return { ...next, ...WAIT, nextAttemptAt: now, history };
}

/**
 * Says whether a delivery may be taken for sending: due, and not in another process's hands.
 *
 * @returns True for one that waits, and for one whose lease has run out.
 */
export function isDue(delivery: Delivery, now: Date): boolean {
  if (delivery.state === 'sending') return delivery.lease === null || delivery.lease.until <= now;
  return (
    delivery.state === 'waiting' && delivery.nextAttemptAt !== null && delivery.nextAttemptAt <= now
  );
}

export interface TakenDelivery {
  /** To be stored (compare and set) before anything is sent. */
  readonly delivery: Delivery;
  readonly score: WantedScore;
  readonly stampedAt: Date;
}

/**
 * Takes a due delivery under a lease. A score whose outcome is unknown goes out again with its own
 * stamp, so that it cannot count twice (conformance AGS-33); anything else gets a new, later stamp.
 *
 * @param delivery - A due one.
 * @param worker - Who takes it, for how long, and whether the platform compares whole seconds.
 * @param now - The clock.
 * @returns What to store and send, or null when it is not due.
 */
export function takeDelivery(
  delivery: Delivery,
  worker: { readonly id: string; readonly leaseMs: number; readonly wholeSeconds: boolean },
  now: Date,
): TakenDelivery | null {
  if (!isDue(delivery, now)) return null;
  const { wanted, sent } = delivery;
  const unknown = delivery.isOutcomeUnknown || delivery.state === 'sending';
  const again = unknown && sent?.version === wanted.version;
  const stampedAt = again
    ? sent.stampedAt
    : nextStamp(sent?.stampedAt ?? null, now, worker.wholeSeconds);
  const { version, points, pointsPossible } = wanted;
  const taken: Delivery = {
    ...delivery,
    state: 'sending',
    sent: {
      version,
      points,
      pointsPossible,
      stampedAt,
      announces: wanted.isNewSubmission ? wanted.submittedAt : null,
    },
    isOutcomeUnknown: again,
    lease: { by: worker.id, until: new Date(now.getTime() + worker.leaseMs) },
    nextAttemptAt: null,
    history:
      delivery.state === 'sending'
        ? [...log(delivery, now, 'lease-lost'), ...log(delivery, now, 'sent').slice(-1)]
        : log(delivery, now, 'sent'),
  };
  return { delivery: taken, score: wanted, stampedAt };
}

/**
 * Writes down what came of an attempt and decides the next state.
 *
 * If the grade changed while this one was on the wire, the new one is due at once, whatever the old
 * one's fate, unless the way itself is blocked (parked) or the platform asks for patience (retry).
 *
 * @param delivery - The delivery as stored now; may be newer than what was taken.
 * @param workerId - Who settles: only the holder of the lease may.
 * @param outcome - The platform's answer.
 * @param now - The clock.
 * @param dice - A number in [0, 1), for the jitter of a retry.
 * @param settings - Limits of the backoff.
 * @returns The next delivery; null when the lease is somebody else's, so that nothing is written.
 */
export function settleDelivery(
  delivery: Delivery,
  workerId: string,
  outcome: ScoreOutcome,
  now: Date,
  dice: () => number,
  settings: BackoffSettings = BACKOFF_DEFAULTS,
): Delivery | null {
  const { sent } = delivery;
  if (delivery.state !== 'sending' || delivery.lease?.by !== workerId || sent === null) return null;
  const about = { version: sent.version, points: sent.points };
  const hasNewer = delivery.wanted.version > sent.version;
  const open: Delivery = { ...delivery, lease: null, isOutcomeUnknown: false };
  const newerIsDue = { ...WAIT, nextAttemptAt: now };

  switch (outcome.outcome) {
    case 'accepted':
    case 'superseded': {
      // "You already sent something as new" to a resend means that the first one had arrived.
      const arrived = outcome.outcome === 'accepted' || delivery.isOutcomeUnknown;
      const state = arrived ? 'accepted' : 'superseded';
      // News of a hand-in leaves the score that stands there as it is.
      const isNews = sent.points === null && (sent.announces ?? null) !== null;
      return {
        ...open,
        state,
        failures: 0,
        reason: null,
        detail: null,
        confirmed: arrived && !(isNews && delivery.confirmed !== null) ? sent : delivery.confirmed,
        announcedAt: (arrived ? sent.announces : null) ?? delivery.announcedAt ?? null,
        theirPoints: null,
        keptTheirs: false,
        nextAttemptAt: null,
        history: log(delivery, now, state, about),
        ...(hasNewer ? newerIsDue : {}),
      };
    }
    case 'retry': {
      const failures = delivery.failures + 1;
      const wait = backoffMs(failures, dice, outcome.retryAfterMs, settings);
      const { reason } = outcome;
      return {
        ...open,
        state: 'waiting',
        failures,
        reason,
        detail: null,
        isOutcomeUnknown: true,
        nextAttemptAt: new Date(now.getTime() + wait),
        history: log(delivery, now, 'retry', { ...about, reason }),
      };
    }
    case 'parked':
    case 'refused': {
      const { reason, detail } = outcome;
      const refusedForGood = outcome.outcome === 'refused' && hasNewer;
      return {
        ...open,
        state: outcome.outcome,
        failures: 0,
        reason,
        detail,
        nextAttemptAt: null,
        history: log(delivery, now, outcome.outcome, { ...about, reason, detail }),
        ...(refusedForGood ? newerIsDue : {}),
      };
    }
  }
}

/**
 * Sends a parked, refused or superseded one on its way again, because its cause was mended or a
 * teacher asked for it; a waiting one is due at once.
 *
 * @returns The same delivery where there is nothing to resume, or where a person said to keep the
 * platform's value: `resolveDifference` alone changes that.
 */
export function resumeDelivery(delivery: Delivery, now: Date): Delivery {
  if (delivery.keptTheirs) return delivery;
  switch (delivery.state) {
    case 'parked':
    case 'refused':
    case 'superseded':
    case 'waiting':
      return { ...delivery, ...WAIT, nextAttemptAt: now, history: log(delivery, now, 'resumed') };
    case 'sending':
    case 'accepted':
    case 'differs':
      return delivery;
  }
}
