import type {
  AssignmentId,
  ContextId,
  FlexibleGroupId,
  GroupingId,
  MembershipId,
  TierId,
} from '../ids.js';
import type { Reason } from './group-reasons.js';
import type { Basis, Word } from './group-request.js';

/** What the groups were formed by; `by-hand`: the teacher put everybody where they are. */
export type GroupingBasis = Basis | 'by-hand';
export const BASES: readonly GroupingBasis[] = [
  'mixed',
  'similar',
  'interest',
  'wishes',
  'random',
  'by-hand',
];

/** One group of one activity. */
export interface FlexibleGroup {
  readonly id: FlexibleGroupId;
  readonly number: number;
  readonly memberIds: readonly MembershipId[];
  /** What is true of the group, in no language; empty for groups made by hand. */
  readonly reasons: readonly Reason[];
  /** Kept as it is when the rest is shuffled. */
  readonly isLocked: boolean;
  /** Everybody in the group works on it; null: the group carries no tier. */
  readonly tierId: TierId | null;
  /** Task role of each member; empty where the activity has none. */
  readonly roles: Readonly<Record<string, string>>;
  /** Where and when the group meets; shown to the group. */
  readonly meeting: string;
  /** Its name in the learning platform, where it was copied from there. */
  readonly lmsName?: string;
}

/** What a change by hand did, for the history and for undo. */
export type GroupingAct =
  'move' | 'lock' | 'tier' | 'roles' | 'meeting' | 'until' | 'add-group' | 'remove-group';

export interface GroupingStep {
  readonly what: GroupingAct;
  readonly byMembershipId: MembershipId;
  readonly at: Date;
  /** As it was before; of the groups, those that the step changed or took away. */
  readonly before: Pick<Grouping, 'groups' | 'until' | 'taskRoles'> & {
    readonly addedIds: readonly FlexibleGroupId[];
  };
}

/** How the groups were asked for; the next regroup starts from it. */
export interface GroupingOrder {
  readonly basis: GroupingBasis;
  /** Students in a group. */
  readonly size: { readonly min: number; readonly max: number };
  /** Goal whose evidence counts as readiness; null: all goals of the assignment. */
  readonly goalKey: string | null;
  readonly weights: { readonly basis: Word; readonly repeats: Word; readonly wishes: Word };
  readonly seed: number;
}

/** The groups of one activity. Never edited away: a regroup makes a new one. */
export interface Grouping {
  readonly id: GroupingId;
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  readonly version: number;
  /** `proposed`: somebody else was faster; `undone`: taken back. Neither counts as an activity. */
  readonly state: 'active' | 'proposed' | 'undone';
  readonly order: GroupingOrder;
  /** Rules that held when it was made. */
  readonly rules: {
    readonly apart: readonly (readonly [MembershipId, MembershipId])[];
    readonly together: readonly (readonly MembershipId[])[];
    readonly absentIds: readonly MembershipId[];
  };
  readonly groups: readonly FlexibleGroup[];
  /** Roles of the task, the most needed first. */
  readonly taskRoles: readonly string[];
  /** Pairs that had worked together in one of the last eight activities. */
  readonly repeats: number;
  /** Only holders of a mark that could not be avoided. */
  readonly alone: readonly { readonly membershipId: MembershipId; readonly mark: string }[];
  readonly from: Date;
  readonly until: Date;
  /** When another grouping took its place, or it was ended; null: it runs. */
  readonly endedAt: Date | null;
  /** What was in force before; undo goes back to it. */
  readonly previousId: GroupingId | null;
  readonly madeBy: MembershipId;
  readonly madeAt: Date;
  /** Changes by hand, oldest first. */
  readonly steps: readonly GroupingStep[];
}

/** A grouping replaced sooner than this was tried, never worked in. */
const TRIED_MS = 12 * 3_600_000;

/**
 * The groupings that a class worked in: for repeats, roles and the mobility meter.
 *
 * @param all - Groupings of the course, in any order.
 * @returns Oldest first; without proposals, those taken back, and those replaced within half a day.
 */
export function workedIn<
  T extends Pick<Grouping, 'state' | 'from' | 'endedAt' | 'groups' | 'madeAt'>,
>(all: readonly T[]): readonly T[] {
  return all
    .filter(
      (g) =>
        g.state === 'active' &&
        g.groups.some((group) => group.memberIds.length > 0) &&
        (g.endedAt === null || g.endedAt.getTime() - g.from.getTime() >= TRIED_MS),
    )
    .sort((a, b) => a.madeAt.getTime() - b.madeAt.getTime());
}

/** Everybody who is in a group, without repetition. */
export function groupedIds(grouping: Pick<Grouping, 'groups'>): ReadonlySet<MembershipId> {
  return new Set(grouping.groups.flatMap((group) => group.memberIds));
}

/** The group of one student; null: in none. */
export function groupOf(
  grouping: Pick<Grouping, 'groups'>,
  membershipId: MembershipId,
): FlexibleGroup | null {
  return grouping.groups.find((group) => group.memberIds.includes(membershipId)) ?? null;
}

/** Pairs of a list of groups, each as one string whatever the order of its two. */
export function pairsOf(groups: readonly (readonly string[])[]): ReadonlySet<string> {
  const pairs = new Set<string>();
  for (const members of groups)
    members.forEach((a, i) => {
      for (const b of members.slice(i + 1)) pairs.add(a < b ? `${a} ${b}` : `${b} ${a}`);
    });
  return pairs;
}
