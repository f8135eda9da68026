import { afterAll, beforeAll, expect, test } from 'vitest';
import { assignmentModel } from '../../src/assignments/assignment.model.js';
import { groupedIds } from '../../src/groups/grouping.js';
import { groupingModel } from '../../src/groups/grouping.model.js';
import { membershipModel } from '../../src/launch/membership.model.js';
import { sameModels, startGroupsClass, type GroupsClass } from './groups-class.js';

let room: GroupsClass;
beforeAll(async () => {
  room = await startGroupsClass();
});
afterAll(() => room.world.close());

const models = () => sameModels(room.world);
async function current() {
  const { groupingId } = await assignmentModel(models()).get(room.contextId, room.assignment.id);
  return groupingModel(models()).get(room.contextId, groupingId!);
}

async function copyFromLms() {
  const page = await room.teacher.open(room.at('/groups'));
  const form = page.html.querySelector('#regroup')!;
  const action = page.html.querySelector('#as-in-lms')!.getAttribute('formaction')!;
  const value = (name: string): string =>
    form.querySelector(`[name="${name}"]`)!.getAttribute('value')!;
  return room.teacher.open(new URL(action, page.url).href, {
    method: 'POST',
    fields: { _csrf: value('_csrf'), seen: value('seen') },
  });
}

test('groups as in the learning platform: a dated copy, and what was before comes back by undo', async () => {
  const page = await room.teacher.open(room.at('/groups'));
  await room.teacher.submit(page, '#regroup', { basis: 'random' });
  const before = await current();
  const board = await copyFromLms();
  expect(board.status).toBe(200);
  const copied = await current();
  expect(copied.groups.map((g) => [g.number, g.lmsName])).toEqual([
    [1, 'Group 1'],
    [2, 'Group 2'],
    [3, 'Group 3'],
    [4, 'Group 4'],
  ]);
  expect(groupedIds(copied).size).toBe(28);
  expect(copied.order.basis).toBe('by-hand');
  expect(board.text).toContain('Copied from “Group 2” in the learning platform');
  expect(await groupingModel(models()).get(room.contextId, before.id)).toMatchObject({
    groups: before.groups,
  });
  const form = board.html.querySelector('#groups')!;
  await room.teacher.open(new URL(`${board.url.split('?')[0]!}/undo`, board.url).href, {
    method: 'POST',
    fields: Object.fromEntries(
      ['_csrf', 'version', 'grouping'].map((name) => [
        name,
        form.querySelector(`[name="${name}"]`)!.getAttribute('value')!,
      ]),
    ),
  });
  expect((await current()).id).toBe(before.id);
});

test('a platform that does not answer changes nothing, and it says so', async () => {
  const before = await current();
  room.world.sandbox.faults.set({ trouble: ['html'], troubleOn: ['roster'] });
  const board = await copyFromLms();
  room.world.sandbox.faults.clear();
  expect(board.status).toBe(422);
  expect(board.text).toContain('The learning platform did not give its groups');
  expect((await current()).id).toBe(before.id);
});

test('regrouping one section leaves the groups of the other as they are', async () => {
  const memberships = membershipModel(models());
  const learners = await memberships.learners(room.contextId);
  const class28 = learners.filter((learner) => !learner.isTestUser);
  for (const [i, { _id }] of class28.entries())
    await memberships.change(_id, { sectionIds: [i < 14 ? '901' : '902'] });
  await copyFromLms();
  const before = await current();
  // A copy does not follow the rules by itself: the board says so.
  const [one, two] = before.groups[0]!.memberIds;
  const rules = await room.teacher.open(room.at('/groups/rules'));
  await room.teacher.submit(rules, `form[action$="/rules"]`, {
    kind: 'apart',
    member: [one!, two!],
  });
  const page = await room.teacher.open(room.at('/groups'));
  expect(page.text).toContain('kept apart are in one group');
  expect(
    page.html.querySelectorAll('select[name="section"] option').map((o) => o.text.trim()),
  ).toEqual(['All sections', 'Section 901', 'Section 902']);
  const made = await room.teacher.submit(page, '#regroup', {
    basis: 'random',
    section: '901',
    min: '3',
    max: '5',
  });
  expect(made.status).toBe(200);
  const after = await current();
  const there = new Set<string>(class28.slice(14).map((learner) => learner._id));
  const only = (groups: typeof after.groups) =>
    groups
      .map((g) => g.memberIds.filter((id) => there.has(id)))
      .filter((ids) => ids.length > 0)
      .sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
  expect(only(after.groups)).toEqual(only(before.groups));
  expect(groupedIds(after).size).toBe(28);
  for (const { memberIds } of after.groups) {
    const others = memberIds.filter((id) => there.has(id)).length;
    expect([0, memberIds.length]).toContain(others);
  }
});
