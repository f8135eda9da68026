import type { AssignmentId, ContextId, MembershipId, RegistrationId } from '../ids.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import { resumeDelivery } from './delivery.js';
import type { Deliveries, DeliveryRow } from './delivery.model.js';

interface Deps {
  readonly deliveries: Deliveries;
  readonly links: ResourceLinks;
  readonly clock: () => Date;
}

/** A class that opens its task one after another asks the platform once, not 28 times. */
const PATIENCE_MS = 5 * 60_000;
/** Parked ones are tried again by themselves after this long. */
const PROBE_MS = 60 * 60_000;

/** Refusals that end when the student is there again. */
const OF_STUDENT = ['not-a-student', 'not-assigned'];

/** Sends parked and refused grades on their way again when their cause may be mended. */
export function createResume({ deliveries, links, clock }: Deps) {
  async function resume(rows: readonly DeliveryRow[]): Promise<number> {
    let resumed = 0;
    for (const row of rows) {
      const next = resumeDelivery(row, clock());
      if (next !== row && (await deliveries.change(row, next, clock())) !== null) resumed += 1;
    }
    return resumed;
  }

  /** One of each cause: if it arrives, it wakes the others of its assignment. */
  function probes(rows: readonly DeliveryRow[]): DeliveryRow[] {
    const first = new Map<string, DeliveryRow>();
    for (const row of rows) {
      const key = `${row.assignmentId} ${row.reason ?? ''}`;
      if (!first.has(key)) first.set(key, row);
    }
    return [...first.values()];
  }

  return {
    /** A check of the registration went green, or an admin mended something: all parked ones again. */
    async mended(registrationId: RegistrationId): Promise<number> {
      return resume(await deliveries.parked(registrationId));
    },

    /** A launch of the course: what held its grades back may be over. */
    async launched(contextId: ContextId, membershipId: MembershipId): Promise<number> {
      const before = clock().getTime() - PATIENCE_MS;
      const stuck = await deliveries.stuckIn(contextId);
      const parked = stuck.filter(
        (row) => row.state === 'parked' && row.updatedAt.getTime() <= before,
      );
      const own = stuck.filter(
        (row) =>
          row.membershipId === membershipId &&
          row.state === 'refused' &&
          OF_STUDENT.includes(row.reason ?? ''),
      );
      return resume([...probes(parked), ...own]);
    },

    /** Slowly, again and again: one of each cause that nobody tried for an hour. */
    async probe(): Promise<number> {
      const before = new Date(clock().getTime() - PROBE_MS);
      return resume(probes(await deliveries.parkedSince(before, 500)));
    },

    /**
     * A teacher asks for it: one delivery, or all of an assignment that are stuck. A column that was
     * deleted on the platform may be made again, since a person asks.
     */
    async retry(
      contextId: ContextId,
      which: { readonly ids: readonly string[] } | { readonly assignmentId: AssignmentId | null },
    ): Promise<number> {
      const all = await deliveries.ofContext(contextId);
      const chosen = all.filter((row) => {
        if ('ids' in which) return which.ids.includes(row.id);
        const isStuck = ['parked', 'refused'].includes(row.state) || row.failures > 0;
        return isStuck && (which.assignmentId === null || row.assignmentId === which.assignmentId);
      });
      for (const linkId of new Set(
        chosen.flatMap((row) => (row.reason === 'column-gone' ? (row.resourceLinkId ?? []) : [])),
      )) {
        await links.change(linkId, { isBroken: false, lineItemUrl: null });
      }
      return resume(chosen);
    },
  };
}

export type Resume = ReturnType<typeof createResume>;
