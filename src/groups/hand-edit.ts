import type { FlexibleGroupId, MembershipId, TierId } from '../ids.js';
import type { FlexibleGroup, Grouping, GroupingAct, GroupingStep } from './grouping.js';
import { rotateRoles, type RolesHeld } from './rotate-roles.js';

/** Steps kept for undo. */
const REMEMBERED = 40;

type Groups = readonly FlexibleGroup[];

/** A group whose members changed by hand: what was said for it may not be true any more. */
function withMembers(group: FlexibleGroup, memberIds: readonly MembershipId[]): FlexibleGroup {
  const roles = Object.fromEntries(
    Object.entries(group.roles).filter(([id]) => memberIds.includes(id as MembershipId)),
  );
  return { ...group, memberIds, roles, reasons: [] };
}

/**
 * Moves students to a group, to a new group, or out of all groups.
 *
 * @param to - Group id; `new`: a group of its own; `none`: without a group.
 * @param newId - Gives the id of a new group.
 * @returns The groups after it; the same list when the target does not exist.
 */
export function moveMembers(
  groups: Groups,
  members: readonly MembershipId[],
  to: string,
  newId: () => string,
): Groups {
  const moved = new Set(members);
  const target = groups.find((group) => group.id === to);
  if (target === undefined && to !== 'new' && to !== 'none') return groups;
  const rest = groups.map((group) => {
    if (group.id === to) {
      const added = [...moved].filter((id) => !group.memberIds.includes(id));
      return added.length === 0 ? group : withMembers(group, [...group.memberIds, ...added]);
    }
    const left = group.memberIds.filter((id) => !moved.has(id));
    return left.length === group.memberIds.length ? group : withMembers(group, left);
  });
  if (to !== 'new') return rest;
  const numbers = new Set(groups.map((group) => group.number));
  let number = 1;
  while (numbers.has(number)) number += 1;
  const made: FlexibleGroup = {
    id: newId() as FlexibleGroupId,
    number,
    memberIds: [...moved],
    reasons: [],
    isLocked: false,
    tierId: null,
    roles: {},
    meeting: '',
  };
  return [...rest, made].sort((a, b) => a.number - b.number);
}

/** Sets what groups carry besides members; a group that is not named stays as it is. */
export function setGroups(
  groups: Groups,
  change: (group: FlexibleGroup) => {
    readonly tierId?: TierId | null;
    readonly meeting?: string;
    readonly isLocked?: boolean;
  },
): Groups {
  return groups.map((group) => {
    const wanted = change(group);
    const isSame = Object.entries(wanted).every(
      ([key, value]) => group[key as keyof FlexibleGroup] === value,
    );
    return isSame ? group : { ...group, ...wanted };
  });
}

/**
 * Gives task roles to every group, each member the one they held least.
 *
 * @param taskRoles - Most needed first; none: roles are taken away.
 * @param history - Roles of earlier activities, oldest first.
 */
export function giveRoles(
  groups: Groups,
  taskRoles: readonly string[],
  history: readonly RolesHeld[],
): Groups {
  return groups.map((group) => ({
    ...group,
    roles: Object.fromEntries(rotateRoles(group.memberIds, taskRoles, history)),
  }));
}

/** Takes away an empty group. */
export function removeGroup(groups: Groups, id: string): Groups {
  return groups.filter((group) => group.id !== id || group.memberIds.length > 0);
}

type Editable = Pick<Grouping, 'groups' | 'until' | 'taskRoles' | 'steps'>;

/**
 * Notes a change by hand, so that it can be undone.
 *
 * @param grouping - As it was.
 * @param change - What is new.
 * @returns What to write; null when nothing changed.
 */
export function handStep(
  grouping: Editable,
  change: Partial<Pick<Grouping, 'groups' | 'until' | 'taskRoles'>>,
  what: GroupingAct,
  byMembershipId: MembershipId,
  at: Date,
): Editable | null {
  const next = { groups: grouping.groups, until: grouping.until, taskRoles: grouping.taskRoles };
  Object.assign(next, change);
  const before = new Map(grouping.groups.map((group) => [group.id, group]));
  const isSame =
    next.until.getTime() === grouping.until.getTime() &&
    JSON.stringify(next.taskRoles) === JSON.stringify(grouping.taskRoles) &&
    next.groups.length === grouping.groups.length &&
    next.groups.every((group) => before.get(group.id) === group);
  if (isSame) return null;
  const after = new Map(next.groups.map((group) => [group.id, group]));
  const step: GroupingStep = {
    what,
    byMembershipId,
    at,
    before: {
      until: grouping.until,
      taskRoles: grouping.taskRoles,
      // Only what changed: undo of a large class stays small.
      groups: grouping.groups.filter((group) => after.get(group.id) !== group),
      addedIds: next.groups.filter((group) => !before.has(group.id)).map((group) => group.id),
    },
  };
  return { ...next, steps: [...grouping.steps, step].slice(-REMEMBERED) };
}

/**
 * Takes back the last change by hand.
 *
 * @returns What to write; null when there is none.
 */
export function undoStep(grouping: Editable): Editable | null {
  const step = grouping.steps.at(-1);
  if (step === undefined) return null;
  const was = new Map(step.before.groups.map((group) => [group.id, group]));
  const added = new Set(step.before.addedIds);
  const groups = grouping.groups
    .filter((group) => !added.has(group.id) && !was.has(group.id))
    .concat(step.before.groups)
    .sort((a, b) => a.number - b.number);
  return {
    groups,
    until: step.before.until,
    taskRoles: step.before.taskRoles,
    steps: grouping.steps.slice(0, -1),
  };
}
