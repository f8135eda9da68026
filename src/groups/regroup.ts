import type { FlexibleGroupId, MembershipId } from '../ids.js';
import { classroomOf } from './classroom.js';
import { formGroups } from './form-groups.js';
import { reasonsFor } from './group-reasons.js';
import type { GroupRequest, Rule } from './group-request.js';
import type { FlexibleGroup, GroupingBasis, GroupingOrder } from './grouping.js';

/** What is known of the class when groups are formed. */
export interface ClassToGroup {
  /** Present students, in class order. */
  readonly students: readonly {
    readonly id: MembershipId;
    readonly readiness: number | null;
    readonly interests: readonly string[];
    readonly marks: readonly string[];
  }[];
  readonly apart: readonly (readonly [MembershipId, MembershipId])[];
  readonly together: readonly (readonly MembershipId[])[];
  readonly wishes: Readonly<Record<string, readonly string[]>>;
  /** Earlier activities, oldest first: who was with whom. */
  readonly history: readonly (readonly (readonly string[])[])[];
}

export type Regrouped =
  | {
      readonly ok: true;
      readonly groups: readonly FlexibleGroup[];
      readonly repeats: number;
      readonly alone: readonly { readonly membershipId: MembershipId; readonly mark: string }[];
    }
  | { readonly ok: false; readonly conflict: readonly Rule[] };

/** Longer for larger classes (grouping.md, "Sizes"). */
function budgetMs(students: number): number {
  if (students <= 60) return 100;
  if (students <= 120) return 400;
  return students <= 300 ? 800 : 2000;
}

function emptyGroup(id: FlexibleGroupId, number: number): FlexibleGroup {
  return {
    id,
    number,
    memberIds: [],
    reasons: [],
    isLocked: false,
    tierId: null,
    roles: {},
    meeting: '',
  };
}

/**
 * Forms the groups of one activity; groups that are locked stay as they are and the rest is formed
 * anew around them.
 *
 * @param order - Basis, size band, weights and seed.
 * @param room - The class; absent students are not in it.
 * @param locked - Groups to keep.
 * @param newId - Gives ids of the new groups.
 * @returns Numbered groups with what speaks for each, or the rules that cannot all hold. By hand,
 *   as many empty groups as the class needs.
 */
export function regroup(
  order: GroupingOrder,
  room: ClassToGroup,
  locked: readonly FlexibleGroup[],
  newId: () => string,
): Regrouped {
  const kept = new Set(locked.flatMap((group) => group.memberIds));
  const students = room.students.filter((student) => !kept.has(student.id));
  const taken = new Set(locked.map((group) => group.number));
  let number = 0;
  const nextGroup = (): FlexibleGroup => {
    do number += 1;
    while (taken.has(number));
    return emptyGroup(newId() as FlexibleGroupId, number);
  };
  const byNumber = (groups: readonly FlexibleGroup[]): readonly FlexibleGroup[] =>
    [...groups].sort((a, b) => a.number - b.number);

  if (order.basis === 'by-hand') {
    const target = Math.max(1, Math.round((order.size.min + order.size.max) / 2));
    const count = Math.max(1, Math.round(students.length / target));
    const empty = Array.from({ length: count }, nextGroup);
    return { ok: true, groups: byNumber([...locked, ...empty]), repeats: 0, alone: [] };
  }
  const request: GroupRequest = {
    students: students.map(({ id, readiness, interests, marks }) => ({
      id,
      readiness,
      interests,
      traits: marks,
    })),
    size: order.size,
    basis: order.basis satisfies Exclude<GroupingBasis, 'by-hand'>,
    apart: room.apart,
    together: room.together,
    history: room.history,
    wishes: room.wishes,
    weights: order.weights,
    seed: order.seed,
    timeBudgetMs: budgetMs(students.length),
  };
  const result = formGroups(request);
  if (!result.ok) return { ok: false, conflict: result.conflict };
  const numbered = classroomOf(request);
  const made = result.groups.map(({ members }): FlexibleGroup => ({
    ...nextGroup(),
    memberIds: members as readonly MembershipId[],
    reasons: reasonsFor(
      numbered,
      members.flatMap((id) => numbered.indexOf.get(id) ?? []),
    ),
  }));
  return {
    ok: true,
    groups: byNumber([...locked, ...made]),
    repeats: result.repeats,
    alone: result.alone.map(({ id, trait }) => ({ membershipId: id as MembershipId, mark: trait })),
  };
}
