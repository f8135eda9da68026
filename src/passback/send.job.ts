import type { Assignments } from '../assignments/assignment.model.js';
import { TrellisError } from '../errors.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import type { PlatformServices, ScoreOutcome } from '../lti/ports.js';
import { settleDelivery, takeDelivery, type TakenDelivery } from './delivery.js';
import type { Deliveries, DeliveryRow } from './delivery.model.js';
import { columnOf } from './line-item.job.js';
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
}

/** Longer than all time limits of one send together: token, line item, score. */
const LEASE_MS = 90_000;
/** Requests to one platform at a time (lms/canvas.md section 7). */
const AT_ONCE = 3;
/** A platform that said "too fast" without saying how long. */
const PAUSE_MS = 2_000;
/** Stamps rise by whole seconds for every platform: Moodle compares no finer (lms/moodle.md 5.2). */
const WHOLE_SECONDS = true;

/** What stops a send before the platform saw it, as an outcome. */
function outcomeOf(error: unknown): ScoreOutcome {
  if (!(error instanceof TrellisError)) throw error;
  const reason = error.details.reason ?? 'platform-error';
  const passing = ['timeout', 'unreachable', 'platform-error', 'too-fast', 'not-understood'];
  if (error.details.retryAfterSeconds !== undefined) {
    return { outcome: 'retry', reason, retryAfterMs: error.details.retryAfterSeconds * 1000 };
  }
  return passing.includes(reason)
    ? { outcome: 'retry', reason, retryAfterMs: null }
    : { outcome: 'parked', reason, detail: error.message };
}

async function post(deps: SendDeps, row: DeliveryRow, taken: TakenDelivery): Promise<ScoreOutcome> {
  const { deploymentId, contextId } = row;
  const target = { deploymentId, contextId };
  const assignment = await deps.assignments.find(contextId, row.assignmentId);
  const link =
    row.resourceLinkId === null ? null : await deps.links.find(contextId, row.resourceLinkId);
  if (assignment === null || link === null) {
    return { outcome: 'parked', reason: 'no-column', detail: 'no link of this student is known' };
  }
  try {
    const { service, lineItemUrl } = await columnOf(deps, target, assignment, link);
    if (lineItemUrl === null) {
      return { outcome: 'parked', reason: 'no-column', detail: 'the platform named no column' };
    }
    const { score, stampedAt } = taken;
    const outcome = await deps.services.postScore(target, service, lineItemUrl, {
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
      reviewPath: `/lti/launch?review=${row.assignmentId}`,
    });
    if (outcome.outcome === 'parked' && outcome.reason === 'line-item-gone') {
      await deps.links.change(link._id, { isBroken: true });
    }
    return outcome;
  } catch (error) {
    return outcomeOf(error);
  }
}

/** Takes one delivery, sends it, and writes down what came of it. */
async function sendOne(deps: SendDeps, due: DeliveryRow): Promise<'sent' | 'passed' | 'slow-down'> {
  const now = deps.clock();
  const taken = takeDelivery(
    due,
    { id: deps.holder, leaseMs: LEASE_MS, wholeSeconds: WHOLE_SECONDS },
    now,
  );
  if (taken === null) return 'passed';
  const held = await deps.deliveries.change(due, taken.delivery, now);
  // Another process took it, or the grade changed: it comes up again.
  if (held === null) return 'passed';
  const outcome = await post(deps, held, taken);
  let row: DeliveryRow | null = held;
  // The grade may change while the score is on the wire: settle what is there now.
  for (let tries = 0; row !== null && tries < 20; tries += 1) {
    const settled = settleDelivery(row, deps.holder, outcome, deps.clock(), deps.dice);
    if (settled === null || (await deps.deliveries.change(row, settled, deps.clock())) !== null)
      break;
    row = await deps.deliveries.find(row.assignmentId, row.membershipId);
  }
  if (outcome.outcome === 'retry' && outcome.reason === 'too-fast') {
    const until = new Date(deps.clock().getTime() + (outcome.retryAfterMs ?? PAUSE_MS));
    await deps.pauses.pause(held.deploymentId, until);
    return 'slow-down';
  }
  return 'sent';
}

/**
 * Sends what is due, platform by platform, a few at a time; one refusal never stops the rest. Every
 * process does this side by side: a delivery is taken by compare and set and held under a lease.
 *
 * @returns How many were sent: 0 when there is nothing left to do now.
 */
export async function sendDue(deps: SendDeps): Promise<number> {
  const now = deps.clock();
  const paused = await deps.pauses.inForce(now);
  const due = (await deps.deliveries.due(now, 200)).filter((row) => !paused.has(row.deploymentId));
  const byPlatform = new Map<string, DeliveryRow[]>();
  for (const row of due) {
    byPlatform.set(row.deploymentId, [...(byPlatform.get(row.deploymentId) ?? []), row]);
  }
  let sent = 0;
  await Promise.all(
    [...byPlatform.values()].map(async (rows) => {
      let mustStop = false;
      const next = rows.values();
      const lane = async (): Promise<void> => {
        for (const row of next) {
          if (mustStop) return;
          const came = await sendOne(deps, row);
          if (came === 'slow-down') mustStop = true;
          if (came !== 'passed') sent += 1;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
    }),
  );
  return sent;
}
