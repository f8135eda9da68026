import type { MembershipId } from '../ids.js';
import type { RosterMember } from '../lti/ports.js';

/** What is known of somebody before the class list was read. */
export interface KnownMember {
  readonly _id: MembershipId;
  readonly sub: string;
  readonly role: RosterMember['role'];
  readonly status: 'active' | 'left';
  readonly firstLaunchAt: Date | null;
}

export interface RosterChanges {
  readonly joined: readonly RosterMember[];
  /** Known people who are on the list, with what it says of them. */
  readonly seen: readonly { readonly membershipId: MembershipId; readonly member: RosterMember }[];
  /** Known students who are not on the complete list any more. */
  readonly leftIds: readonly MembershipId[];
}

/**
 * Compares the class list with the people known (NRPS; conformance ROS-03, ROS-08, ROS-10).
 *
 * Only students and staff come in through the list: mentors and people without a course role stay
 * out. Somebody seen launching as staff stays staff although the list says student (Moodle lists
 * non-editing teachers so, lms/moodle.md 6). Staff who are not listed stay: managers and
 * administrators launch without being enrolled.
 *
 * @param known - Everybody known in the course.
 * @param listed - The whole list; callers pass it only after a read that ended well.
 */
export function compareRoster(
  known: readonly KnownMember[],
  listed: readonly RosterMember[],
): RosterChanges {
  const bySub = new Map(known.map((member) => [member.sub, member]));
  const joined: RosterMember[] = [];
  const seen: { membershipId: MembershipId; member: RosterMember }[] = [];
  const present = new Set<string>();
  for (const member of listed) {
    const belongs = ['learner', 'instructor', 'assistant', 'designer'].includes(member.role);
    if (!member.isActive || !belongs || present.has(member.sub)) continue;
    present.add(member.sub);
    const before = bySub.get(member.sub);
    if (before === undefined) joined.push(member);
    else {
      const launchedAsStaff =
        before.firstLaunchAt !== null && before.role !== 'learner' && before.role !== 'guest';
      seen.push({
        membershipId: before._id,
        member: launchedAsStaff ? { ...member, role: before.role } : member,
      });
    }
  }
  const leftIds = known
    .filter((m) => m.role === 'learner' && m.status === 'active' && !present.has(m.sub))
    .map((m) => m._id);
  return { joined, seen, leftIds };
}
