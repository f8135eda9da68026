import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { ContextId, MembershipId } from '../ids.js';
import type { PlatformServices, RosterMember } from '../lti/ports.js';
import type { Context, Contexts } from './context.model.js';
import type { MemberFacts, Membership, Memberships } from './membership.model.js';
import { isRosterOlder } from './roster-age.js';
import { comparePage, leavers } from './roster.js';

interface Deps {
  readonly contexts: Contexts;
  readonly memberships: Memberships;
  readonly services: Pick<PlatformServices, 'roster'>;
  readonly clock: () => Date;
}

function factsOf(member: RosterMember): MemberFacts {
  return {
    role: member.role,
    name: member.name,
    givenName: member.givenName,
    familyName: member.familyName,
    email: member.email,
    isTestUser: member.isTestUser,
    sectionIds: member.sectionIds,
    groupIds: member.groupIds,
    mentorOf: [],
    locale: null,
  };
}

async function takePage(
  { contexts, memberships }: Deps,
  context: Context,
  known: ReadonlyMap<string, Membership>,
  page: readonly RosterMember[],
  present: Set<string>,
  now: Date,
): Promise<void> {
  const { joined, seen } = comparePage(known, page, present);
  const first = joined.length === 0 ? 0 : await contexts.takeNumbers(context._id, joined.length);
  await memberships.insertMany(
    joined.map((member, index): Membership => ({
      _id: newId() as MembershipId,
      deploymentId: context.deploymentId,
      contextId: context._id,
      sub: member.sub,
      ...factsOf(member),
      status: 'active',
      number: first + index,
      joinedAt: now,
      firstLaunchAt: null,
      lastLaunchAt: null,
    })),
  );
  for (const { membershipId, member } of seen) {
    const before = known.get(member.sub);
    if (before === undefined) continue;
    const change = {
      ...memberships.differing(before, { ...factsOf(member), mentorOf: before.mentorOf }),
      ...(before.status === 'left' ? { status: 'active' as const } : {}),
    };
    if (Object.keys(change).length > 0) await memberships.change(membershipId, change);
  }
}

/**
 * Reads the class list of a course and brings the people known in line with it. A read that breaks
 * off changes nobody's status: the old list stays, with its age and the reason (ROS-08, ROS-09).
 *
 * @returns Whether the read was complete.
 */
export async function readRoster(deps: Deps, contextId: ContextId): Promise<boolean> {
  const { contexts, memberships, services, clock } = deps;
  const context = await contexts.get(contextId);
  if (context.membershipsUrl === null) {
    await contexts.setRoster(contextId, {
      ...context.roster,
      readingSince: null,
      problem: 'not-offered',
    });
    return false;
  }
  const now = clock();
  await contexts.setRoster(contextId, { ...context.roster, readingSince: now });
  const known = new Map((await memberships.list(contextId)).map((member) => [member.sub, member]));
  const present = new Set<string>();
  try {
    const target = { deploymentId: context.deploymentId, contextId };
    // Page by page: a district-wide course of 50,000 is never held as a whole.
    for await (const page of services.roster(target, context.membershipsUrl, null)) {
      await takePage(deps, context, known, page, present, now);
    }
  } catch (error) {
    const reason = error instanceof TrellisError ? (error.details.reason ?? 'refused') : 'refused';
    await contexts.setRoster(contextId, { ...context.roster, readingSince: null, problem: reason });
    if (error instanceof TrellisError) return false;
    throw error;
  }
  for (const id of leavers(known.values(), present))
    await memberships.change(id, { status: 'left' });
  await contexts.setRoster(contextId, { readAt: now, readingSince: null, problem: null });
  return true;
}

/**
 * Reads the class list unless somebody did meanwhile: called by whoever has the read for itself, as
 * two teachers who open a course one after the other both saw the old list.
 *
 * @param than - A list read at or after this moment is new enough.
 */
export async function readRosterIfOlder(
  deps: Deps,
  contextId: ContextId,
  than: Date,
): Promise<void> {
  const { roster } = await deps.contexts.get(contextId);
  if (isRosterOlder(roster, than)) await readRoster(deps, contextId);
}
