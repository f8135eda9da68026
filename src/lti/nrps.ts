import { z } from 'zod';
import { TrellisError } from '../errors.js';
import { customSchema } from './claims.schema.js';
import { CLAIM, MEDIA, SCOPE } from './claim-names.js';
import { pagesOf } from './paging.js';
import type { Family } from './platforms/family.js';
import { familyOf } from './platforms/of.js';
import type { RosterMember } from './ports.js';
import { readRoles } from './roles.js';
import type { CallerOf, ServiceCaller } from './service-call.js';
import { withParams } from './urls.js';

const told = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => (text === undefined || text === null || text.trim() === '' ? null : text));

const memberSchema = z.looseObject({
  user_id: z.union([z.string().min(1).max(255), z.number().transform(String)]),
  roles: z.array(z.unknown()).catch([]),
  status: z.string().catch('Active'),
  name: told,
  given_name: told,
  family_name: told,
  email: told,
  message: z.array(z.looseObject({})).optional().catch(undefined),
});

const containerSchema = z.looseObject({
  context: z.looseObject({ title: told }).optional().catch(undefined),
  members: z.array(z.unknown()),
});

/** One page of a roster: who is in it, and the title of what it lists (a group's name). */
export interface RosterPage {
  readonly title: string | null;
  readonly members: readonly RosterMember[];
}

function toMember(given: unknown, family: Family): RosterMember | null {
  const parsed = memberSchema.safeParse(given);
  if (!parsed.success) return null;
  const { user_id: sub, roles, status, message } = parsed.data;
  const { role, isTestUser } = readRoles(roles, family.assistantsAreListedAsInstructors);
  // With `rlid`, Canvas adds each member's own custom values: sections and groups among them.
  const custom = customSchema.parse(
    (message ?? [])
      .map((one) => one['custom'] ?? one[CLAIM.custom])
      .find((one) => one !== undefined),
  );
  const { sectionIds, groupIds } = family.person(custom);
  return {
    sub,
    role,
    isActive: status.toLowerCase() === 'active',
    isTestUser,
    name: parsed.data.name,
    givenName: parsed.data.given_name,
    familyName: parsed.data.family_name,
    email: parsed.data.email,
    sectionIds,
    groupIds,
  };
}

/**
 * Reads a roster page by page (NRPS 2): exact Accept, all pages, same host only; memory holds one
 * page. A read that ends without an exception was complete (ROS-08).
 *
 * @param resourceLinkId - To read only who can open this link, where the platform knows that.
 */
export async function* readRoster(
  caller: ServiceCaller,
  who: CallerOf,
  membershipsUrl: string,
  resourceLinkId: string | null,
): AsyncGenerator<RosterPage> {
  const family = familyOf(who.registration.family);
  const url = withParams(membershipsUrl, {
    limit: family.rosterLimit === null ? null : String(family.rosterLimit),
    rlid: family.knowsRosterOfLink ? resourceLinkId : null,
  });
  const first = { url, accept: MEDIA.members, scopes: [SCOPE.membership], timeoutMs: 30_000 };
  for await (const page of pagesOf(caller, who, first)) {
    const parsed = containerSchema.safeParse(page);
    if (!parsed.success) {
      throw new TrellisError('PLATFORM_REFUSED', 'a roster could not be read', {
        reason: 'not-understood',
      });
    }
    yield {
      title: parsed.data.context?.title ?? null,
      members: parsed.data.members
        .map((member) => toMember(member, family))
        .filter((member) => member !== null),
    };
  }
}
