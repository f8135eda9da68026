import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { ContextId, MembershipId } from '../ids.js';
import type { PlatformServices, RosterMember } from '../lti/ports.js';
import type { Contexts } from './context.model.js';
import type { MemberFacts, Membership, Memberships } from './membership.model.js';
import { compareRoster } from './roster.js';

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
      isReading: false,
      problem: 'not-offered',
    });
    return false;
  }
  await contexts.setRoster(contextId, { ...context.roster, isReading: true });
  const listed: RosterMember[] = [];
  try {
    const target = { deploymentId: context.deploymentId, contextId };
    for await (const page of services.roster(target, context.membershipsUrl, null))
      listed.push(...page);
  } catch (error) {
    const reason = error instanceof TrellisError ? (error.details.reason ?? 'refused') : 'refused';
    await contexts.setRoster(contextId, { ...context.roster, isReading: false, problem: reason });
    if (error instanceof TrellisError) return false;
    throw error;
  }
  const now = clock();
  const known = await memberships.list(contextId);
  const byId = new Map(known.map((member) => [member._id, member]));
  const { joined, seen, leftIds } = compareRoster(known, listed);
  const first = joined.length === 0 ? 0 : await contexts.takeNumbers(contextId, joined.length);
  await memberships.insertMany(
    joined.map((member, index): Membership => ({
      _id: newId() as MembershipId,
      deploymentId: context.deploymentId,
      contextId,
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
    const before = byId.get(membershipId);
    if (before === undefined) continue;
    const facts = { ...factsOf(member), mentorOf: before.mentorOf };
    const change = {
      ...memberships.differing(before, facts),
      ...(before.status === 'left' ? { status: 'active' as const } : {}),
    };
    if (Object.keys(change).length > 0) await memberships.change(membershipId, change);
  }
  for (const id of leftIds) await memberships.change(id, { status: 'left' });
  await contexts.setRoster(contextId, { readAt: now, isReading: false, problem: null });
  return true;
}

/** A list older than this is read again when a teacher opens the course. */
export const ROSTER_STALE_MS = 6 * 3_600_000;
