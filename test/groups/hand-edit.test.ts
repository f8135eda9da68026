import { expect, test } from 'vitest';
import { compareGroupings } from '../../src/groups/compare-groupings.js';
import { withGroupPlacements } from '../../src/groups/group-placements.js';
import { workedIn, type FlexibleGroup, type Grouping } from '../../src/groups/grouping.js';
import {
  giveRoles,
  handStep,
  moveMembers,
  removeGroup,
  setGroups,
  undoStep,
} from '../../src/groups/hand-edit.js';
import type { FlexibleGroupId, MembershipId, TierId } from '../../src/ids.js';

const m = (...ids: string[]) => ids as MembershipId[];
const by = 't' as MembershipId;
const at = new Date('2026-03-02T09:00:00Z');

function group(number: number, ...ids: string[]): FlexibleGroup {
  return {
    id: `g${number}` as FlexibleGroupId,
    number,
    memberIds: m(...ids),
    reasons: [{ kind: 'newPartners' }],
    isLocked: false,
    tierId: null,
    roles: {},
    meeting: '',
  };
}

function aGrouping(groups: readonly FlexibleGroup[], change: Partial<Grouping> = {}): Grouping {
  return {
    groups,
    until: at,
    taskRoles: [],
    steps: [],
    state: 'active',
    from: at,
    madeAt: at,
    endedAt: null,
    ...change,
  } as unknown as Grouping;
}

const members = (groups: readonly FlexibleGroup[]) => groups.map((g) => g.memberIds.join(''));

test('a moved student is in one group only, and reasons that no longer hold are gone', () => {
  const groups = moveMembers([group(1, 'a', 'b'), group(2, 'c')], m('a'), 'g2', () => 'new');
  expect(members(groups)).toEqual(['b', 'ca']);
  expect(groups.map((g) => g.reasons)).toEqual([[], []]);
});

test.each([
  ['a new group takes the first free number', 'new', ['b', 'a', 'c'], [1, 2, 3]],
  ['out of all groups', 'none', ['b', 'c'], [1, 3]],
  ['to a group that is gone: nothing happens', 'g9', ['ab', 'c'], [1, 3]],
])('moving: %s', (_name, to, wanted, numbers) => {
  const groups = moveMembers([group(1, 'a', 'b'), group(3, 'c')], m('a'), to, () => 'new');
  expect(members(groups)).toEqual(wanted);
  expect(groups.map((g) => g.number)).toEqual(numbers);
});

test('every change by hand can be undone, one after the other', () => {
  const start = aGrouping([group(1, 'a', 'b'), group(2, 'c')]);
  let now = start;
  const acts: ((g: Grouping) => Parameters<typeof handStep>[1])[] = [
    (g) => ({ groups: moveMembers(g.groups, m('a'), 'g2', () => 'n') }),
    (g) => ({ groups: moveMembers(g.groups, m('c'), 'new', () => 'n1') }),
    (g) => ({ groups: setGroups(g.groups, () => ({ meeting: 'Library' })) }),
    (g) => ({ groups: giveRoles(g.groups, ['Reader'], []), taskRoles: ['Reader'] }),
    () => ({ until: new Date(at.getTime() + 1) }),
    (g) => ({ groups: moveMembers(g.groups, m('b'), 'none', () => 'n') }),
    (g) => ({ groups: removeGroup(g.groups, 'g1') }),
  ];
  const seen: Grouping[] = [];
  for (const act of acts) {
    seen.push(now);
    const step = handStep(now, act(now), 'move', by, at);
    expect(step).not.toBeNull();
    now = { ...now, ...step! };
  }
  for (const before of seen.reverse()) {
    now = { ...now, ...undoStep(now)! };
    expect(now).toEqual(before);
  }
  expect(undoStep(now)).toBeNull();
});

test('what changes nothing is no step', () => {
  const grouping = aGrouping([group(1, 'a')]);
  const same = { groups: setGroups(grouping.groups, () => ({ isLocked: false })) };
  expect(handStep(grouping, same, 'lock', by, at)).toBeNull();
});

test('groups bring placements for their tier; placements by name stay; ended groups take theirs along', () => {
  const tier = 'stretch' as TierId;
  const named = {
    membershipId: 'a' as MembershipId,
    tierId: tier,
    because: 'learner' as const,
    groupId: null,
    byMembershipId: by,
    at,
    reason: 'said so',
    suggestedTierId: null,
  };
  const grouping = { groups: [{ ...group(1, 'a', 'b'), tierId: tier }, group(2, 'c')] };
  const placed = withGroupPlacements([named], grouping, new Set([tier]), by, at);
  expect(placed.map((p) => `${p.membershipId} ${p.because}`)).toEqual([
    'a learner',
    'a group',
    'b group',
  ]);
  expect(withGroupPlacements(placed, grouping, new Set([tier]), by, at)).toBe(placed);
  expect(withGroupPlacements(placed, grouping, new Set(), by, at)).toEqual([named]);
  expect(withGroupPlacements(placed, null, new Set([tier]), by, at)).toEqual([named]);
});

test.each([
  ['runs', { endedAt: null }, 1],
  ['lasted a week', { endedAt: new Date(at.getTime() + 7 * 86_400_000) }, 1],
  ['was replaced after a minute', { endedAt: new Date(at.getTime() + 60_000) }, 0],
  ['was only proposed', { state: 'proposed' as const }, 0],
  ['was taken back', { state: 'undone' as const }, 0],
])('a grouping that %s counts as an activity or not', (_name, change, count) => {
  expect(workedIn([aGrouping([group(1, 'a', 'b')], change)])).toHaveLength(count);
});

test('two groupings are compared by pairs and people', () => {
  const difference = compareGroupings(
    { groups: [group(1, 'a', 'b', 'c'), group(2, 'd', 'e')] },
    { groups: [group(1, 'a', 'b'), group(2, 'd', 'f')] },
  );
  expect(difference).toEqual({ kept: [['a', 'b']], newPairs: 1, gone: ['c', 'e'], added: ['f'] });
});
