import { afterAll, beforeAll, expect, test } from 'vitest';
import { assignmentModel } from '../../src/assignments/assignment.model.js';
import { groupOf } from '../../src/groups/grouping.js';
import { groupingModel } from '../../src/groups/grouping.model.js';
import { membershipModel } from '../../src/launch/membership.model.js';
import { formFields } from '../support/visitor.js';
import { expectNoLeak } from '../support/leak.js';
import { sameModels, SECRET_TIERS, startGroupsClass, type GroupsClass } from './groups-class.js';

let room: GroupsClass;
beforeAll(async () => {
  room = await startGroupsClass();
});
afterAll(() => room.world.close());

const models = () => sameModels(room.world);

async function setWishes(open: 'yes' | 'no'): Promise<void> {
  const page = await room.teacher.open(room.at('/groups/rules'));
  await room.teacher.submit(page, '#wishes', { open });
}

/** A student's picker, and naming classmates in it. */
async function picker(who: string) {
  const { visitor, base } = await room.launch(who);
  const at = `${base}/a/${room.assignment.id}`;
  const page = await visitor.open(`${at}/partners`);
  const wish = (mate: readonly string[]) =>
    visitor.open(`${at}/partners`, {
      method: 'POST',
      fields: { ...formFields(page.html.querySelector('form')!), mate },
    });
  return { visitor, at, page, wish };
}

test('closed at first: no way to it, and no page', async () => {
  const { visitor, at, page } = await picker('student-1');
  expect(page.status).toBe(404);
  expect((await visitor.open(`${at}/task`)).text).not.toContain('/partners');
});

test('wishes are private, first names only, and the groups follow them', async () => {
  await setWishes('yes');
  const member = (n: number) => room.member(`student-${n}`);
  const [ana, second] = [await member(1), await member(2)];
  const [third, fourth] = [await member(3), await member(4)];
  const all = await membershipModel(models()).learners(room.contextId);
  const families = all
    .map((learner) => learner.familyName ?? '')
    .filter((name) => name.length > 3 && !all.some((l) => l.givenName?.includes(name)));
  expect(families.length).toBeGreaterThan(15);

  const one = await picker('student-1');
  const task = await one.visitor.open(`${one.at}/task`);
  expect(task.text).toContain('/partners');
  expect(one.page.html.querySelectorAll('select[name="mate"]')).toHaveLength(3);
  const names = families.filter((name) => name !== all.find((l) => l._id === ana)?.familyName);
  expectNoLeak(one.page, { tierNames: SECRET_TIERS, others: names });
  expect(one.page.text).not.toContain(`value="${ana}"`);
  const saved = await one.wish([second, third, '']);
  expect(saved.text).toContain('Saved.');
  const chosen = saved.html
    .querySelectorAll('option[selected]')
    .map((option) => option.getAttribute('value'));
  expect(chosen.sort()).toEqual(['', second, third].sort());

  // Whom somebody wished for, or that they did, is on nobody else's page.
  const other = await picker('student-2');
  const pages = [other.page, await other.visitor.open(`${other.at}/task`)];
  for (const page of pages)
    expectNoLeak(page, { tierNames: SECRET_TIERS, others: names, rules: ['wished', '2 named'] });
  expect(
    other.page.html
      .querySelectorAll('option[selected]')
      .map((option) => option.getAttribute('value')),
  ).toEqual(['', '', '']);
  expect((await other.visitor.open(`${other.at}/groups/rules`)).status).toBe(403);

  // The teacher sees them; the newest replace the ones before.
  expect((await room.teacher.open(room.at('/groups/rules'))).text).toMatch(/Ana Ruiz/);
  await one.wish([fourth, '', '']);
  const board = await room.teacher.open(room.at('/groups'));
  await room.teacher.submit(board, '#regroup', { basis: 'wishes', min: '3', max: '5' });
  const { groupingId } = await assignmentModel(models()).get(room.contextId, room.assignment.id);
  const grouping = await groupingModel(models()).get(room.contextId, groupingId!);
  expect(groupOf(grouping, ana)?.memberIds).toContain(fourth);

  const gone = await one.wish(['nobody-of-this-class', '', '']);
  expect(gone.status).toBe(422);
  expect(gone.text).toContain('is not in the class any more');
  await setWishes('no');
  expect((await one.wish([second])).status).toBe(404);
});
