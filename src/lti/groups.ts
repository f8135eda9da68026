import { z } from 'zod';
import { MEDIA, SCOPE } from './claim-names.js';
import { readRoster } from './nrps.js';
import { pagesOf } from './paging.js';
import { familyOf } from './platforms/of.js';
import type { CallerOf, ServiceCaller } from './service-call.js';
import { withParams } from './urls.js';

export interface PlatformGroup {
  readonly id: string;
  readonly name: string;
  readonly subs: readonly string[];
}

const groupsSchema = z.looseObject({
  groups: z.array(
    z.looseObject({ id: z.union([z.string(), z.number().transform(String)]), name: z.string() }),
  ),
});

const MOST_GROUPS = 200;

/** Groups by the Course Groups service (GS 1): ids and names; who is in them is not part of it. */
export async function readCourseGroups(
  caller: ServiceCaller,
  who: CallerOf,
  groupsUrl: string,
): Promise<readonly PlatformGroup[]> {
  const groups: PlatformGroup[] = [];
  const url = withParams(groupsUrl, { limit: '100' });
  const first = { url, accept: MEDIA.groups, scopes: [SCOPE.groups] };
  for await (const page of pagesOf(caller, who, first)) {
    const parsed = groupsSchema.safeParse(page);
    if (!parsed.success) break;
    for (const { id, name } of parsed.data.groups) groups.push({ id, name, subs: [] });
  }
  return groups;
}

/**
 * Groups whose rosters are read like a course's (Canvas `/api/lti/groups/:id/names_and_roles`).
 *
 * @param membershipsUrl - Roster address of the course.
 * @param groupIds - Numeric group ids of the course, as a launch named them.
 * @returns The groups with their active members, or null where the platform has no such thing.
 */
export async function readGroupRosters(
  caller: ServiceCaller,
  who: CallerOf,
  membershipsUrl: string,
  groupIds: readonly string[],
): Promise<readonly PlatformGroup[] | null> {
  const family = familyOf(who.registration.family);
  const groups: PlatformGroup[] = [];
  for (const id of groupIds.slice(0, MOST_GROUPS)) {
    const url = family.groupRosterUrl(membershipsUrl, id);
    if (url === null) return null;
    const subs: string[] = [];
    let name: string | null = null;
    for await (const page of readRoster(caller, who, url, null)) {
      name ??= page.title;
      subs.push(...page.members.filter(({ isActive }) => isActive).map(({ sub }) => sub));
    }
    groups.push({ id, name: name ?? id, subs });
  }
  return groups;
}
