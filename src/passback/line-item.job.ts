import type { Assignment } from '../assignments/assignment.js';
import type { ResourceLink, ResourceLinks } from '../launch/resource-link.model.js';
import type { GradeService, PlatformServices, ServiceTarget } from '../lti/ports.js';

/** Tag of our columns, the same for all: `resourceId` tells them apart. */
export const LINE_ITEM_TAG = 'trellis';

interface Deps {
  readonly links: ResourceLinks;
  readonly services: Pick<PlatformServices, 'findLineItems' | 'createLineItem'>;
}

export interface Column {
  readonly service: GradeService;
  /** null: the platform gave none and none may be made. */
  readonly lineItemUrl: string | null;
}

const MAY_CREATE = 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem';

/**
 * The column of a link: the one the platform named in a launch, else one found by our resource id or
 * by the link, else a new one where the platform lets us (AGS-02, AGS-06, AGS-07). One that was deleted
 * on the platform is never made again by itself: a person asks for that (AGS-15).
 *
 * @throws TrellisError PLATFORM_REFUSED when the platform does not answer as expected.
 */
export async function columnOf(
  { links, services }: Deps,
  target: ServiceTarget,
  assignment: Assignment,
  link: ResourceLink,
): Promise<Column> {
  const service: GradeService = {
    scopes: link.scopes,
    lineItemsUrl: link.lineItemsUrl,
    lineItemUrl: link.lineItemUrl,
  };
  if (link.lineItemUrl !== null && !link.isBroken)
    return { service, lineItemUrl: link.lineItemUrl };
  if (link.lineItemsUrl === null) return { service, lineItemUrl: null };
  const byResource = await services.findLineItems(target, service, { resourceId: assignment.id });
  const own = byResource.find(
    (item) => item.resourceLinkId === null || item.resourceLinkId === link.platformId,
  );
  const found =
    own ??
    (await services.findLineItems(target, service, { resourceLinkId: link.platformId })).at(0);
  const design = assignment.published ?? assignment.draft;
  const column =
    found ??
    (link.scopes.includes(MAY_CREATE) && !link.isBroken
      ? await services.createLineItem(target, service, {
          label: design.title,
          pointsPossible: design.pointsPossible,
          resourceId: assignment.id,
          tag: LINE_ITEM_TAG,
          resourceLinkId: link.platformId,
        })
      : undefined);
  if (column === undefined) return { service, lineItemUrl: null };
  await links.change(link._id, { lineItemUrl: column.url, isBroken: false });
  return { service: { ...service, lineItemUrl: column.url }, lineItemUrl: column.url };
}
