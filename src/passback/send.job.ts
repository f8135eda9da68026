import type { RegistrationId } from '../ids.js';
import { createColumns } from './columns.job.js';
import type { DeliveryRow } from './delivery.model.js';
import { sender, type SendDeps } from './send-one.job.js';

/** Requests to one platform at a time (lms/canvas.md section 7). */
const AT_ONCE = 3;
const BATCH = 200;
/** Failures in a row after which a platform that is down is left alone for a while. */
const DOWN_AFTER = 6;
const DOWN_MS = 15_000;
/** A round ends after this long, so that columns and results are read anew. */
const ROUND_MS = 30_000;
/** A pause no longer than this is waited out within the round: what was read stays good. */
const PATIENCE_MS = 10_000;
/** While some platforms are being sent to, others are looked after this often. */
const LOOK_MS = 1_000;

/** Resolves after so many milliseconds. */
function wait(ms: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms);
  });
}

/** Sends what is due for one registration, a few at a time, until nothing is or its time is up. */
async function sendFor(deps: SendDeps, registrationId: RegistrationId): Promise<number> {
  const columns = createColumns(deps);
  const sendOne = sender(deps, columns);
  const end = Date.now() + ROUND_MS;
  let sent = 0;
  let failures = 0;
  const round = { mustStop: false, pausedUntil: new Date(0) };

  /** Waits until the platform may be asked again. */
  async function patience(): Promise<void> {
    for (;;) {
      const left = round.pausedUntil.getTime() - deps.clock().getTime();
      if (left <= 0) return;
      if (left > PATIENCE_MS || Date.now() >= end) round.mustStop = true;
      if (round.mustStop) return;
      await wait(Math.min(left, 50));
    }
  }

  while (!round.mustStop && Date.now() < end) {
    const rows = await deps.deliveries.due(registrationId, deps.clock(), BATCH);
    const perColumn = new Map<string, number>();
    const columnKey = (row: DeliveryRow): string =>
      `${row.assignmentId} ${row.resourceLinkId ?? ''}`;
    for (const row of rows) perColumn.set(columnKey(row), (perColumn.get(columnKey(row)) ?? 0) + 1);
    const before = sent;
    const next = rows.values();
    const lane = async (): Promise<void> => {
      for (const row of next) {
        await patience();
        if (round.mustStop || Date.now() >= end) return;
        const result = await sendOne(row, (perColumn.get(columnKey(row)) ?? 0) > 1);
        if (result.came === 'passed') continue;
        sent += 1;
        failures = result.came === 'failed' ? failures + 1 : 0;
        if (result.came === 'slow-down' && result.until > round.pausedUntil)
          round.pausedUntil = result.until;
        if (failures === DOWN_AFTER) {
          round.mustStop = true;
          await deps.pauses.pause(registrationId, new Date(deps.clock().getTime() + DOWN_MS));
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    if (sent === before) break;
  }
  return sent;
}

/**
 * Sends what is due until nothing is, each platform beside the others, a few at a time; one refusal
 * never stops the rest, and a slow platform keeps nobody else waiting. Every process does this side
 * by side: a delivery is taken by compare and set and held under a lease.
 *
 * @returns How many were tried: 0 when there is nothing to do now.
 */
export async function sendDue(deps: SendDeps): Promise<number> {
  const running = new Map<RegistrationId, Promise<void>>();
  // Due, but nothing could be done for it: not asked again in this call.
  const idle = new Set<RegistrationId>();
  let all = 0;
  const failed: unknown[] = [];
  for (;;) {
    const now = deps.clock();
    const [paused, due] = await Promise.all([
      deps.pauses.inForce(now),
      deps.deliveries.registrationsDue(now),
    ]);
    for (const id of due) {
      if (paused.has(id) || running.has(id) || idle.has(id)) continue;
      const round = sendFor(deps, id)
        .then((sent) => {
          all += sent;
          if (sent === 0) idle.add(id);
        })
        .catch((error: unknown) => {
          failed.push(error);
          idle.add(id);
        })
        .finally(() => running.delete(id));
      running.set(id, round);
    }
    if (running.size === 0) break;
    await Promise.race([...running.values(), wait(LOOK_MS)]);
  }
  if (failed.length > 0) throw failed[0];
  return all;
}
