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
  /** Known people who are on the page, with what it says of them. */
  readonly seen: readonly { readonly membershipId: MembershipId; readonly member: RosterMember }[];
}

/**
 * Compares one page of the class list with the people known (NRPS; conformance ROS-03, ROS-10).
 *
 * Only students and staff come in through the list: mentors and people without a course role stay
 * out. Somebody seen launching as staff stays staff although the list says student (Moodle lists
 * non-editing teachers so, lms/moodle.md 6).
 *
 * @param known - Everybody known in the course, by the platform's user id.
 * @param page - One page of the list.
 * @param present - Users of earlier pages; those of this page are added.
 */
export function comparePage(
  known: ReadonlyMap<string, KnownMember>,
  page: readonly RosterMember[],
  present: Set<string>,
): RosterChanges {
  const joined: RosterMember[] = [];
  const seen: { membershipId: MembershipId; member: RosterMember }[] = [];
  for (const member of page) {
    const belongs = ['learner', 'instructor', 'assistant', 'designer'].includes(member.role);
    if (!member.isActive || !belongs || present.has(member.sub)) continue;
    present.add(member.sub);
    const before = known.get(member.sub);
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
  return { joined, seen };
}

/**
 * Known students who are not on the complete list any more (ROS-08). Staff who are not listed stay:
 * managers and administrators launch without being enrolled.
 *
 * @param present - Users of all pages of a read that ended well.
 */
export function leavers(
  known: Iterable<KnownMember>,
  present: ReadonlySet<string>,
): readonly MembershipId[] {
  return [...known]
    .filter((m) => m.role === 'learner' && m.status === 'active' && !present.has(m.sub))
    .map((m) => m._id);
}
