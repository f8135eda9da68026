import type { FlexibleGroupId, MembershipId } from '../ids.js';
import type { FlexibleGroup } from './grouping.js';

/** A student as the learning platform tells of them. */
export interface LmsLearner {
  readonly _id: MembershipId;
  readonly sub: string;
  readonly sectionIds: readonly string[];
  readonly groupIds: readonly string[];
}

/** A group of the learning platform; `subs` is empty where its service does not say who is in it. */
export interface LmsGroup {
  readonly id: string;
  readonly name: string;
  readonly subs: readonly string[];
}

/** Sections that the platform told of, in order. */
export function sectionsOf(learners: readonly LmsLearner[]): readonly string[] {
  return [...new Set(learners.flatMap((learner) => learner.sectionIds))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
}

/** Students who are not in a section; nobody where none is asked for. */
export function outsideSection(
  learners: readonly LmsLearner[],
  section: string,
): ReadonlySet<MembershipId> {
  if (section === '') return new Set();
  return new Set(learners.filter((l) => !l.sectionIds.includes(section)).map((l) => l._id));
}

/**
 * Groups that stay when the rest is formed anew: locked ones, and of the others what belongs to
 * students who are not asked for (another section).
 *
 * @param isHere - Whether somebody is present and still in the class.
 */
export function groupsToKeep(
  groups: readonly FlexibleGroup[],
  elsewhere: ReadonlySet<MembershipId>,
  isHere: (id: MembershipId) => boolean,
): readonly FlexibleGroup[] {
  return groups.flatMap((group) => {
    const memberIds = group.memberIds.filter(
      (id) => (elsewhere.has(id) && !group.isLocked) || (group.isLocked && isHere(id)),
    );
    return group.isLocked || memberIds.length > 0 ? [{ ...group, memberIds }] : [];
  });
}

/** Whether the platform may have groups: it names a service or said in a launch who is in which. */
export function mayHaveLmsGroups(
  context: { readonly groupsUrl: string | null },
  learners: readonly LmsLearner[],
): boolean {
  return context.groupsUrl !== null || learners.some((learner) => learner.groupIds.length > 0);
}

/**
 * Copies the platform's groups. Somebody in several is in the first of them: here everybody has one
 * group in an activity. The platform's groups and earlier ones of Trellis stay as they are (GRP-04).
 *
 * @param told - Groups by the platform's service; a group that only launches told of goes by its id.
 * @param learners - The class as it is now.
 * @param newId - Gives ids of the groups.
 * @returns Numbered groups; those without anybody of the class are left out.
 */
export function copyLmsGroups(
  told: readonly LmsGroup[],
  learners: readonly LmsLearner[],
  newId: () => string,
): readonly FlexibleGroup[] {
  const names = new Map(told.map((group) => [group.id, group.name]));
  const bySub = new Map(learners.map((learner) => [learner.sub, learner._id]));
  const members = new Map<string, MembershipId[]>(told.map((group) => [group.id, []]));
  const placed = new Set<MembershipId>();
  const put = (groupId: string, id: MembershipId | undefined): void => {
    if (id === undefined || placed.has(id)) return;
    placed.add(id);
    members.set(groupId, [...(members.get(groupId) ?? []), id]);
  };
  for (const { id, subs } of told) for (const sub of subs) put(id, bySub.get(sub));
  for (const learner of learners) for (const groupId of learner.groupIds) put(groupId, learner._id);
  return [...members]
    .filter(([, memberIds]) => memberIds.length > 0)
    .map(([id, memberIds], i) => ({
      id: newId() as FlexibleGroupId,
      number: i + 1,
      memberIds,
      reasons: [],
      isLocked: false,
      tierId: null,
      roles: {},
      meeting: '',
      lmsName: names.get(id) ?? id,
    }));
}
