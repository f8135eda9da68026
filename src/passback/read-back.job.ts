import type { Assignments } from '../assignments/assignment.model.js';
import { TrellisError } from '../errors.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import type { PlatformResult, PlatformServices } from '../lti/ports.js';
import { createColumns } from './columns.job.js';
import { compareWithPlatform, resolveDifference } from './compare.js';
import type { Deliveries, DeliveryRow } from './delivery.model.js';
import type { RatePauses } from './rate-pause.model.js';

interface Deps {
  readonly deliveries: Deliveries;
  readonly assignments: Assignments;
  readonly links: ResourceLinks;
  readonly pauses: RatePauses;
  readonly services: PlatformServices;
  readonly clock: () => Date;
  readonly alone: (name: string, work: () => Promise<void>) => Promise<boolean>;
}

/** Between two looks at what a platform holds. */
const AGAIN_MS = 6 * 3_600_000;
/** How long a grade is looked after. */
const KEEPS_MS = 30 * 86_400_000;
/** After a read that failed. */
const LATER_MS = 10 * 60_000;

/** Reads results and compares them with what was sent (design.md section 6, rule 11). */
export function createReadBack(deps: Deps) {
  const { deliveries, clock } = deps;

  async function compare(row: DeliveryRow, result: PlatformResult | null): Promise<void> {
    let current: DeliveryRow | null = row;
    for (let tries = 0; current !== null && tries < 10; tries += 1) {
      const compared = compareWithPlatform(current, result, clock());
      const change = { ...compared, readBackAt: clock() };
      if ((await deliveries.change(current, change, clock())) !== null) return;
      current = await deliveries.find(row.assignmentId, row.membershipId);
    }
  }

  /** Compares these with the platform; one column is read once. @returns How many were compared. */
  async function readBack(rows: readonly DeliveryRow[]): Promise<number> {
    const columns = createColumns(deps);
    const paused = await deps.pauses.inForce(clock());
    const keyOf = (row: DeliveryRow): string => `${row.assignmentId} ${row.resourceLinkId ?? ''}`;
    const perColumn = new Map<string, number>();
    for (const row of rows) perColumn.set(keyOf(row), (perColumn.get(keyOf(row)) ?? 0) + 1);
    let done = 0;
    for (const row of rows) {
      if (paused.has(row.registrationId)) continue;
      try {
        const place = await columns.placeOf(row);
        const together = (perColumn.get(keyOf(row)) ?? 0) > 1;
        const result = place.ok ? await columns.resultOf(row, place, together) : null;
        if (place.ok && (await columns.isReadable(row, place))) {
          await compare(row, result);
          done += 1;
        } else await deliveries.change(row, { readBackAt: clock() }, clock());
      } catch (error) {
        if (!(error instanceof TrellisError)) throw error;
        const readBackAt = new Date(clock().getTime() - AGAIN_MS + LATER_MS);
        await deliveries.change(row, { readBackAt }, clock());
      }
    }
    return done;
  }

  return {
    readBack,

    /** Those just sent, and every few hours those of the last weeks. */
    async due(): Promise<number> {
      const now = clock().getTime();
      const rows = await deliveries.toReadBack(
        new Date(now - AGAIN_MS),
        new Date(now - KEEPS_MS),
        600,
      );
      return readBack(rows);
    },

    /** Does what a person decided about a difference. @returns Whether there was one. */
    async decide(row: DeliveryRow, decision: 'keep-theirs' | 'send-ours'): Promise<boolean> {
      const next = resolveDifference(row, decision, clock());
      return next !== row && (await deliveries.change(row, next, clock())) !== null;
    },
  };
}

export type ReadBack = ReturnType<typeof createReadBack>;
