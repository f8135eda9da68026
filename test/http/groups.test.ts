import { afterAll, beforeAll, expect, test } from 'vitest';
import { assignmentModel } from '../../src/assignments/assignment.model.js';
import { groupingModel } from '../../src/groups/grouping.model.js';
import { groupedIds, pairsOf } from '../../src/groups/grouping.js';
import { formFields, type Fields, type Page, type Visitor } from '../support/visitor.js';
import { expectNoLeak } from '../support/leak.js';
import { sameModels, SECRET_TIERS, startGroupsClass, type GroupsClass } from './groups-class.js';

let room: GroupsClass;
beforeAll(async () => {
  room = await startGroupsClass();
});
afterAll(() => room.world.close());

const groupings = () => groupingModel(sameModels(room.world));
const assignments = () => assignmentModel(sameModels(room.world));
const fresh = () => assignments().get(room.contextId, room.assignment.id);
async function current() {
  const { groupingId } = await fresh();
  return groupings().get(room.contextId, groupingId!);
}
const open = (path = '/groups', visitor = room.teacher): Promise<Page> =>
  visitor.open(room.at(path));

/** Presses a button of the form around the groups. */
function press(visitor: Visitor, page: Page, selector: string, typed: Fields = {}): Promise<Page> {
  const form = page.html.querySelector('#groups')!;
  const button = form.querySelector(selector)!;
  const name = button.getAttribute('name');
  const action = button.getAttribute('formaction') ?? form.getAttribute('action')!;
  return visitor.open(new URL(action, page.url).href, {
    method: 'POST',
    fields: {
      ...formFields(form),
      ...(name === undefined ? {} : { [name]: button.getAttribute('value') ?? '' }),
      ...typed,
    },
  });
}

test('the class list is read at the first launch, and says how old it is', async () => {
  const page = await open();
  expect(page.page).toBe('groups/board');
  expect(page.html.querySelector('#roster')!.text).toContain('28 students on the class list');
  expect(page.html.querySelectorAll('input[name="absent"]')).toHaveLength(28);
  expect(page.text).not.toContain('Test Student');
});

test('one press from the groups page makes groups that keep the sizes', async () => {
  const page = await open();
  const made = await room.teacher.submit(page, '#regroup');
  expect(made.status).toBe(200);
  const grouping = await current();
  expect(groupedIds(grouping).size).toBe(28);
  for (const group of grouping.groups) {
    expect(group.memberIds.length).toBeGreaterThanOrEqual(3);
    expect(group.memberIds.length).toBeLessThanOrEqual(5);
  }
  expect(made.html.querySelectorAll('.group-card .group-card__why').length).toBeGreaterThan(4);
  expect(made.html.querySelector('#undo')).not.toBeNull();
});

test('absent students, ticked or typed, are left out and remembered for the day', async () => {
  const away = [await room.member('student-1'), await room.member('student-2')];
  const page = await open();
  await room.teacher.submit(page, '#regroup', { absent: away, absentNames: 'eun ji, Thandiwe' });
  const grouping = await current();
  expect(groupedIds(grouping).size).toBe(24);
  for (const id of away) expect(groupedIds(grouping).has(id)).toBe(false);
  const again = await open();
  expect(again.html.querySelectorAll('input[name="absent"][checked]')).toHaveLength(4);
  expect(again.html.querySelector('[data-drop="none"]')!.querySelectorAll('.member')).toHaveLength(
    4,
  );
});

test('a name that fits nobody or two comes back with everything that was typed', async () => {
  const page = await open();
  const back = await room.teacher.submit(page, '#regroup', {
    absentNames: 'Noah Smith, Somebody Else',
    basis: 'random',
    min: '2',
    max: '6',
    absent: [],
  });
  expect(back.status).toBe(422);
  const form = back.html.querySelector('#regroup')!;
  expect(formFields(form)).toMatchObject({
    absentNames: 'Noah Smith, Somebody Else',
    basis: 'random',
    min: '2',
    max: '6',
  });
  expect(back.html.querySelector('.error-summary')!.text).toContain('Noah Smith, Somebody Else');
});

test.each([
  ['0', '4', /at least one student/],
  ['5', '3', /as large as/],
  ['x', '3', /whole number/],
  ['3', '1001', /1,000/],
])('sizes from %s to %s are refused in words', async (min, max, words) => {
  const back = await room.teacher.submit(await open(), '#regroup', { min, max });
  expect(back.status).toBe(422);
  expect(back.html.querySelector('.error-summary')!.text).toMatch(words);
});

test('size 1 makes groups of one, size 1,000 names the rule that cannot hold', async () => {
  const single = await room.teacher.submit(await open(), '#regroup', {
    min: '1',
    max: '1',
    absent: [],
  });
  expect(single.status).toBe(200);
  expect((await current()).groups).toHaveLength(28);
  const back = await room.teacher.submit(single, '#regroup', { min: '1000', max: '1000' });
  expect(back.status).toBe(422);
  expect(back.html.querySelector('.notice--danger')!.text).toContain('at least 1000 students');
  expect((await current()).groups).toHaveLength(28);
});

test('everybody absent: nothing is changed, and it says so', async () => {
  const before = await current();
  const page = await open();
  const everybody = page.html
    .querySelectorAll('input[name="absent"]')
    .map((box) => box.getAttribute('value')!);
  const back = await room.teacher.submit(page, '#regroup', { absent: everybody });
  expect(back.status).toBe(422);
  expect(back.text).toContain('Everybody is marked absent');
  expect((await current()).id).toBe(before.id);
});

test('the same pair together and apart is named with names, and both rules end by one press', async () => {
  const pair = [await room.member('student-1'), await room.member('student-3')];
  let page = await open('/groups/rules');
  for (const kind of ['apart', 'together'])
    page = await room.teacher.submit(page, 'form.card', { kind, member: pair, note: 'Bus row' });
  expect(page.text).toContain('never in one group');
  const back = await room.teacher.submit(await open(), '#regroup', {
    min: '3',
    max: '5',
    absent: [],
  });
  expect(back.status).toBe(422);
  const clash = back.html.querySelector('.notice--danger')!;
  expect(clash.querySelectorAll('li')).toHaveLength(2);
  expect(clash.text).toContain('Ana Ruiz and Chloé Lefèvre-Dubois are kept apart');
  expect(clash.text).toContain('Ana Ruiz and Chloé Lefèvre-Dubois stay together');
  page = await open('/groups/rules');
  page = await room.teacher.submit(page, 'li.card form');
  page = await room.teacher.submit(page, 'li.card form');
  expect(page.html.querySelectorAll('li.card form')).toHaveLength(0);
  expect(page.text).toContain('2 rules that ended');
});

test('moving by list, keeping one group, regrouping the rest, and undoing both', async () => {
  let page = await room.teacher.submit(await open(), '#regroup', {
    basis: 'random',
    min: '3',
    max: '5',
    absent: [],
  });
  const before = await current();
  const [first, second] = before.groups;
  const mover = first!.memberIds[0]!;
  page = await press(room.teacher, page, '#move', { member: mover, to: second!.id });
  expect((await current()).groups.find((g) => g.id === second!.id)!.memberIds).toContain(mover);
  page = await press(room.teacher, page, '#undo');
  expect((await current()).groups).toEqual(before.groups);
  page = await press(room.teacher, page, `#lock-${first!.id}`);
  page = await room.teacher.submit(page, '#regroup');
  const after = await current();
  expect(after.id).not.toBe(before.id);
  expect(after.groups.find((g) => g.id === first!.id)!.memberIds).toEqual(first!.memberIds);
  expect(pairsOf(after.groups.map((g) => g.memberIds))).not.toEqual(
    pairsOf(before.groups.map((g) => g.memberIds)),
  );
  await press(room.teacher, page, '#undo');
  expect((await fresh()).groupingId).toBe(before.id);
});

test('a group that carries a tier places its members, and a move takes the tier along', async () => {
  let page = await room.teacher.submit(await open(), '#regroup', { basis: 'random', absent: [] });
  const grouping = await current();
  const [first, second] = grouping.groups;
  const stretch = room.assignment.draft.tiers[2]!;
  page = await press(room.teacher, page, '[formaction$="/settings"]', {
    [`tier[${first!.id}]`]: stretch.id,
    [`meeting[${first!.id}]`]: 'Window table',
  });
  const placed = (await fresh()).placements;
  expect(placed.map((p) => p.membershipId).sort()).toEqual([...first!.memberIds].sort());
  expect(placed.every((p) => p.because === 'group' && p.tierId === stretch.id)).toBe(true);
  const mover = first!.memberIds[0]!;
  await press(room.teacher, page, '#move', { member: mover, to: second!.id });
  expect((await fresh()).placements.map((p) => p.membershipId)).not.toContain(mover);
  const wall = await open('/groups/show');
  expect(wall.page).toBe('groups/show');
  expect(wall.text).toContain('Window table');
  expectNoLeak(wall, { tierNames: SECRET_TIERS, rules: ['Bus row'] });
});

test('a student sees their own group, part and meeting place, and nobody else', async () => {
  const page = await room.teacher.submit(await open(), '#regroup', {
    roles: 'Reader\nRecorder',
    absent: [],
  });
  const id = await room.member('student-1');
  const own = (await current()).groups.find((group) => group.memberIds.includes(id))!;
  await press(room.teacher, page, '[formaction$="/settings"]', {
    [`meeting[${own.id}]`]: 'By the window',
  });
  const { visitor, base } = await room.launch('student-1');
  const task = await visitor.open(`${base}/a/${room.assignment.id}/task`);
  expect(task.text).toContain(`Group ${own.number}`);
  expect(task.text).toContain('By the window');
  expect(task.text).toContain(own.roles[id]!);
  expectNoLeak(task, {
    tierNames: SECRET_TIERS,
    rules: ['Bus row'],
    others: ['Okafor', 'Noah Smith', 'Uma Patel', ...own.memberIds.filter((m) => m !== id)],
  });
});

test('roles are given, and rotate with the next groups', async () => {
  const rolled = async (): Promise<Record<string, string>> =>
    Object.assign({}, ...(await current()).groups.map((group) => group.roles));
  await room.teacher.submit(await open(), '#regroup', {
    roles: 'Reader\nRecorder\nSpeaker',
    absent: [],
  });
  const first = await rolled();
  expect(Object.keys(first)).toHaveLength(28);
  // The next activity, a week later.
  room.world.clock.now = () => new Date(Date.now() + 7 * 86_400_000);
  await room.again();
  await room.teacher.submit(await open(), '#regroup', { absent: [] });
  const second = await rolled();
  // No two members of a group could swap and both, or one more of them, have a new role.
  const isSame = (id: string, role: string | undefined): number => Number(first[id] === role);
  for (const { memberIds } of (await current()).groups.filter((group) => !group.isLocked))
    for (const a of memberIds)
      for (const b of memberIds)
        expect(isSame(a, second[a]) + isSame(b, second[b])).toBeLessThanOrEqual(
          isSame(a, second[b]) + isSame(b, second[a]),
        );
  expect(Object.keys(first).some((id) => first[id] !== second[id])).toBe(true);
});

test('two teachers regroup at once: the second sees both and chooses', async () => {
  const { visitor: other, base } = await room.launch('teacher-2');
  const theirs = await open();
  const mine = await other.open(`${base}/a/${room.assignment.id}/groups`);
  await room.teacher.submit(theirs, '#regroup', { basis: 'random' });
  const inForce = await current();
  const both = await other.submit(mine, '#regroup', { basis: 'random' });
  expect(both.status).toBe(409);
  expect(both.page).toBe('groups/both');
  expect(both.html.querySelectorAll('.compare > section')).toHaveLength(2);
  expect((await fresh()).groupingId).toBe(inForce.id);
  await other.submit(both, 'form[action$="/use"]');
  expect((await fresh()).groupingId).not.toBe(inForce.id);
});

test('two teachers change groups by hand at once: both changes are in', async () => {
  const { visitor: other, base } = await room.launch('teacher-2');
  const a = await open();
  const b = await other.open(`${base}/a/${room.assignment.id}/groups`);
  const [first, second, third] = (await current()).groups;
  await press(room.teacher, a, '#move', { member: first!.memberIds[0]!, to: second!.id });
  await press(other, b, '#move', { member: first!.memberIds[1]!, to: third!.id });
  const after = await current();
  const members = (id: string) => after.groups.find((g) => g.id === id)!.memberIds;
  expect(members(second!.id)).toContain(first!.memberIds[0]);
  expect(members(third!.id)).toContain(first!.memberIds[1]);
});

test('the history keeps every grouping, and two can be compared', async () => {
  const page = await open('/groups/history');
  expect(page.html.querySelectorAll('.timeline > li').length).toBeGreaterThan(8);
  const compared = await room.teacher.submit(page, 'form');
  expect(compared.page).toBe('groups/compare');
  expect(compared.html.querySelectorAll('.compare > section')).toHaveLength(2);
});

test('groups end after 15 school days and ask to be regrouped', async () => {
  const grouping = await current();
  room.world.clock.now = () => new Date(grouping.until.getTime() + 3 * 86_400_000);
  await room.again();
  const page = await open();
  expect(page.html.querySelector('.notice--warning')!.text).toMatch(/ended .*school day/);
});

test('students and families do not open any of it', async () => {
  const { visitor, base } = await room.launch('student-1');
  for (const path of ['', '/rules', '/history', '/show']) {
    const page = await visitor.open(`${base}/a/${room.assignment.id}/groups${path}`);
    expect(page.status).toBe(403);
    expectNoLeak(page, { tierNames: SECRET_TIERS, rules: ['Bus row'] });
  }
});
