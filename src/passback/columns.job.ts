import type { Assignment } from '../assignments/assignment.js';
import type { Assignments } from '../assignments/assignment.model.js';
import { TrellisError } from '../errors.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import type { GradeService, PlatformResult, PlatformServices } from '../lti/ports.js';
import type { DeliveryRow } from './delivery.model.js';
import { columnOf, type Column } from './line-item.job.js';

/** Where a delivery goes, found out once for all that go there together. */
export type Place =
  | {
      readonly ok: true;
      readonly service: GradeService;
      readonly lineItemUrl: string;
      readonly assignment: Assignment;
    }
  | { readonly ok: false; readonly reason: string; readonly detail: string };

interface Deps {
  readonly assignments: Assignments;
  readonly links: ResourceLinks;
  readonly services: PlatformServices;
  /** Does a piece of work in one process at a time. @returns False: another one is at it. */
  readonly alone: (name: string, work: () => Promise<void>) => Promise<boolean>;
}

/** Refusals of a read that stay: without it the platform's values are not known, and that is said. */
const CANNOT_READ = [
  'scope-missing',
  'forbidden',
  'not-there',
  'not-accepted',
  'not-understood',
  'redirected',
  'page-loop',
  'foreign-host',
  'answer-too-large',
];

/**
 * The columns and results of one round: each is asked for once, however many grades go there. Kept
 * no longer than a round, so that what a teacher changes meanwhile is seen.
 */
export function createColumns(deps: Deps) {
  const places = new Map<string, Promise<Place>>();
  const results = new Map<string, Promise<ReadonlyMap<string, PlatformResult> | null>>();

  async function findPlace(row: DeliveryRow): Promise<Place> {
    const { deploymentId, contextId, assignmentId, resourceLinkId } = row;
    const [assignment, link] = await Promise.all([
      deps.assignments.find(contextId, assignmentId),
      resourceLinkId === null ? null : deps.links.find(contextId, resourceLinkId),
    ]);
    if (assignment === null || link === null)
      return { ok: false, reason: 'no-column', detail: 'no link of this student is known' };
    const target = { deploymentId, contextId };
    let column: Column | null = null;
    if (link.lineItemUrl !== null && !link.isBroken)
      column = await columnOf(deps, target, assignment, link);
    else {
      let failure: unknown = null;
      // Two processes that look at once would make two columns (AGS-07).
      const isOurs = await deps.alone(`column ${link._id}`, async () => {
        try {
          const fresh = (await deps.links.find(contextId, link._id)) ?? link;
          column = await columnOf(deps, target, assignment, fresh);
        } catch (error) {
          failure = error;
        }
      });
      if (failure !== null) throw failure as Error;
      if (!isOurs)
        throw new TrellisError('PLATFORM_REFUSED', 'another process looks for the column', {
          reason: 'platform-error',
          retryAfterSeconds: 2,
        });
    }
    const { service, lineItemUrl } = column as unknown as Column;
    if (lineItemUrl === null) {
      return link.isBroken
        ? { ok: false, reason: 'column-gone', detail: 'the column is no longer there' }
        : { ok: false, reason: 'no-column', detail: 'the platform named no column' };
    }
    return { ok: true, service, lineItemUrl, assignment };
  }

  return {
    /**
     * The column of a delivery.
     *
     * @throws TrellisError PLATFORM_REFUSED when the platform does not answer as expected.
     */
    placeOf(row: DeliveryRow): Promise<Place> {
      const key = `${row.assignmentId} ${row.resourceLinkId ?? ''}`;
      const known = places.get(key) ?? findPlace(row);
      places.set(key, known);
      // What failed is asked anew by the next one.
      known.catch(() => places.delete(key));
      return known;
    },

    /**
     * What the platform holds for the student of a delivery.
     *
     * @param together - Whether others go to this column too: then all are read, page by page.
     * @returns null: it shows none, or its results cannot be read.
     * @throws TrellisError PLATFORM_REFUSED for what time may mend.
     */
    async resultOf(
      row: DeliveryRow,
      place: Place & { ok: true },
      together: boolean,
    ): Promise<PlatformResult | null> {
      const key = together ? place.lineItemUrl : `${place.lineItemUrl} ${row.sub}`;
      const read = async (): Promise<ReadonlyMap<string, PlatformResult> | null> => {
        try {
          const found = await deps.services.results(
            { deploymentId: row.deploymentId, contextId: row.contextId },
            place.service,
            place.lineItemUrl,
            together ? null : row.sub,
          );
          return new Map(found.map((result) => [result.sub, result]));
        } catch (error) {
          const reason = error instanceof TrellisError ? (error.details.reason ?? '') : '';
          if (CANNOT_READ.includes(reason)) return null;
          throw error;
        }
      };
      const known = results.get(key) ?? read();
      results.set(key, known);
      known.catch(() => results.delete(key));
      return (await known)?.get(row.sub) ?? null;
    },

    /** Whether the results of a column could be read. */
    async isReadable(row: DeliveryRow, place: Place & { ok: true }): Promise<boolean> {
      const known =
        results.get(place.lineItemUrl) ?? results.get(`${place.lineItemUrl} ${row.sub}`);
      return known !== undefined && (await known) !== null;
    },
  };
}

export type Columns = ReturnType<typeof createColumns>;
