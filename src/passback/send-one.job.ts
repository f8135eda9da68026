import type { Assignments } from '../assignments/assignment.model.js';
import { TrellisError } from '../errors.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import type { PlatformServices, ScoreOutcome } from '../lti/ports.js';
import { needsLook, stopBeforeOverwriting } from './before-sending.js';
import type { Columns, Place } from './columns.job.js';
import {
  resumeDelivery,
  settleDelivery,
  takeDelivery,
  type Delivery,
  type TakenDelivery,
} from './delivery.js';
import type { Deliveries, DeliveryRow } from './delivery.model.js';
import type { RatePauses } from './rate-pause.model.js';

export interface SendDeps {
  readonly deliveries: Deliveries;
  readonly assignments: Assignments;
  readonly links: ResourceLinks;
  readonly pauses: RatePauses;
  readonly services: PlatformServices;
  readonly clock: () => Date;
  /** A number in [0, 1): jitter. */
  readonly dice: () => number;
  /** This process among those on the same store. */
  readonly holder: string;
  /** Does a piece of work in one process at a time. @returns False: another one is at it. */
  readonly alone: (name: string, work: () => Promise<void>) => Promise<boolean>;
}

/** Longer than all time limits of one send together: token, line item, results, score. */
const LEASE_MS = 120_000;
/** A platform that said "too fast" without saying how long. */
const PAUSE_MS = 2_000;
/** Results that cannot be read for so many tries do not hold a grade back for ever. */
const LOOKS = 4;
/** Stamps rise by whole seconds for every platform: Moodle compares no finer (lms/moodle.md 5.2). */
const WHOLE_SECONDS = true;

const PASSING = ['timeout', 'unreachable', 'platform-error', 'too-fast', 'not-understood'];

/** What stops a send before the platform saw the score, as an outcome. */
function outcomeOf(error: unknown): ScoreOutcome {
  if (!(error instanceof TrellisError)) throw error;
  const reason = error.details.reason ?? 'platform-error';
  if (error.details.retryAfterSeconds !== undefined) {
    return { outcome: 'retry', reason, retryAfterMs: error.details.retryAfterSeconds * 1000 };
  }
  return PASSING.includes(reason)
    ? { outcome: 'retry', reason, retryAfterMs: null }
    : { outcome: 'parked', reason, detail: error.message };
}

/** What came of one try: `slow-down` when the platform asked for patience, until then. */
export type Came =
  | { readonly came: 'sent' | 'failed' | 'passed' }
  | { readonly came: 'slow-down'; readonly until: Date };

/**
 * Makes what sends one delivery after another to one registration, within one round.
 *
 * @param columns - Those of the round.
 */
export function sender(deps: SendDeps, columns: Columns) {
  const { deliveries, clock } = deps;

  async function post(
    row: DeliveryRow,
    taken: TakenDelivery,
    place: Place & { ok: true },
  ): Promise<ScoreOutcome> {
    const { score, stampedAt } = taken;
    const target = { deploymentId: row.deploymentId, contextId: row.contextId };
    const outcome = await deps.services.postScore(target, place.service, place.lineItemUrl, {
      sub: row.sub,
      pointsGiven: score.points,
      pointsPossible: score.pointsPossible,
      comment: score.comment,
      activityProgress: score.activityProgress,
      gradingProgress: score.gradingProgress,
      stampedAt,
      submittedAt: score.submittedAt,
      scoringSub: row.scoringSub,
      isNewSubmission: score.isNewSubmission,
      reviewPath: `/lti/launch?review=${row.assignmentId}.${row.membershipId}`,
    });
    const isMissing = outcome.outcome === 'parked' && outcome.reason === 'column-gone';
    return isMissing ? whatIsMissing(row, place, outcome) : outcome;
  }

  /**
   * "Not found" may be about the column or about the student (lms/schoology.md 5): the column is
   * asked for, so that one student who left does not break it for everybody (AGS-15, AGS-32).
   */
  async function whatIsMissing(
    row: DeliveryRow,
    place: Place & { ok: true },
    outcome: ScoreOutcome & { readonly detail: string },
  ): Promise<ScoreOutcome> {
    const target = { deploymentId: row.deploymentId, contextId: row.contextId };
    try {
      const column = await deps.services.getLineItem(target, place.service, place.lineItemUrl);
      if (column !== null)
        return { outcome: 'refused', reason: 'not-a-student', detail: outcome.detail };
    } catch {
      // It cannot be asked for now: the grade waits, and nothing is said about the column.
      return outcome;
    }
    if (row.resourceLinkId !== null)
      await deps.links.change(row.resourceLinkId, { isBroken: true });
    return outcome;
  }

  /** Finds the column and looks at what stands there. @returns The place, or what came instead. */
  async function prepare(
    row: DeliveryRow,
    together: boolean,
  ): Promise<{ place: Place & { ok: true } } | { outcome: ScoreOutcome } | { asks: Delivery }> {
    try {
      const place = await columns.placeOf(row);
      if (!place.ok)
        return { outcome: { outcome: 'parked', reason: place.reason, detail: place.detail } };
      if (needsLook(row)) {
        try {
          const result = await columns.resultOf(row, place, together);
          const asks = stopBeforeOverwriting(row, result, clock());
          if (asks !== null) return { asks };
        } catch (error) {
          if (row.failures < LOOKS || outcomeOf(error).outcome !== 'retry') throw error;
        }
      }
      return { place };
    } catch (error) {
      return { outcome: outcomeOf(error) };
    }
  }

  /**
   * A platform whose attempts are used up takes no new hand-in, but it takes the grade
   * (lms/canvas.md 5.3): the same score once more, as a regrade.
   */
  function withoutNewAttempt(settled: Delivery, taken: TakenDelivery): Delivery {
    const { score } = taken;
    const isUsedUp = settled.state === 'refused' && settled.reason === 'attempts-used-up';
    if (!isUsedUp || !score.isNewSubmission || score.points === null) return settled;
    return {
      ...settled,
      state: 'waiting',
      reason: null,
      detail: null,
      nextAttemptAt: clock(),
      announcedAt: score.submittedAt,
      wanted: { ...settled.wanted, isNewSubmission: false },
    };
  }

  /** Writes down what came of it; the grade may have changed while the score was on the wire. */
  async function settle(
    held: DeliveryRow,
    taken: TakenDelivery,
    outcome: ScoreOutcome,
    lineItemUrl: string | null,
  ): Promise<void> {
    let row: DeliveryRow | null = held;
    for (let tries = 0; row !== null && tries < 20; tries += 1) {
      const settled = settleDelivery(row, deps.holder, outcome, clock(), deps.dice);
      if (settled === null) return;
      const change = { ...withoutNewAttempt(settled, taken), readBackAt: null, lineItemUrl };
      const written = await deliveries.change(row, change, clock());
      if (written !== null) {
        // What held this one back held the others of the assignment back as well.
        if (written.state === 'accepted' && held.history.some(({ event }) => event === 'parked'))
          await wakeSiblings(written);
        return;
      }
      row = await deliveries.find(row.assignmentId, row.membershipId);
    }
  }

  async function wakeSiblings({ contextId, assignmentId }: DeliveryRow): Promise<void> {
    const parked = (await deliveries.parkedIn(contextId)).filter(
      (row) => row.assignmentId === assignmentId,
    );
    for (const row of parked) {
      await deliveries.change(row, resumeDelivery(row, clock()), clock());
    }
  }

  /** Takes one delivery, sends it, and writes down what came of it. */
  return async function sendOne(due: DeliveryRow, together: boolean): Promise<Came> {
    const worker = { id: deps.holder, leaseMs: LEASE_MS, wholeSeconds: WHOLE_SECONDS };
    const taken = takeDelivery(due, worker, clock());
    if (taken === null) return { came: 'passed' };
    const ready = await prepare(due, together);
    if ('asks' in ready) {
      await deliveries.change(due, { ...ready.asks, readBackAt: clock() }, clock());
      return { came: 'sent' };
    }
    const held = await deliveries.change(due, taken.delivery, clock());
    // Another process took it, or the grade changed: it comes up again.
    if (held === null) return { came: 'passed' };
    let outcome: ScoreOutcome;
    if ('place' in ready) {
      try {
        outcome = await post(held, taken, ready.place);
      } catch (error) {
        outcome = outcomeOf(error);
      }
    } else ({ outcome } = ready);
    const url = 'place' in ready ? ready.place.lineItemUrl : due.lineItemUrl;
    await settle(held, taken, outcome, url);
    if (outcome.outcome !== 'retry') return { came: 'sent' };
    if (outcome.reason !== 'too-fast') return { came: 'failed' };
    const until = new Date(clock().getTime() + (outcome.retryAfterMs ?? PAUSE_MS));
    await deps.pauses.pause(held.registrationId, until);
    return { came: 'slow-down', until };
  };
}
