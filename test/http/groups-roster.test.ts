import { afterEach, expect, test } from 'vitest';
import { assignmentModel } from '../../src/assignments/assignment.model.js';
import { groupedIds } from '../../src/groups/grouping.js';
import { groupingModel } from '../../src/groups/grouping.model.js';
import { eventually, sameModels, startGroupsClass, type GroupsClass } from './groups-class.js';

let room: GroupsClass;
afterEach(() => room.world.close());

async function current() {
  const models = sameModels(room.world);
  const { groupingId } = await assignmentModel(models).get(room.contextId, room.assignment.id);
  return groupingModel(models).get(room.contextId, groupingId!);
}

/** Reads the list again by its button and waits for the outcome. */
async function readAgain(shown: RegExp): Promise<string> {
  const page = await room.teacher.open(room.at('/groups'));
  await room.teacher.submit(page, '#roster form');
  return eventually(async () => {
    const { html } = await room.teacher.open(room.at('/groups'));
    const text = html.querySelector('#roster')!.text;
    return shown.test(text) ? text : null;
  });
}

test('a platform that refuses the class list: why it did, and groups by hand all the same', async () => {
  room = await startGroupsClass((world) => world.sandbox.faults.set({ rosterRefused: true }));
  await room.launch('student-1');
  await room.launch('student-2');
  const page = await room.teacher.open(room.at('/groups'));
  const state = page.html.querySelector('#roster')!.text;
  expect(state).toMatch(/not read yet; 2 students/);
  expect(page.html.querySelector('#roster .notice--warning')!.text).toMatch(
    /learning platform .*grouped all the same, also by hand/s,
  );
  const made = await room.teacher.submit(page, '#regroup', {
    basis: 'by-hand',
    min: '1',
    max: '3',
  });
  expect(made.html.querySelector('[data-drop="none"]')!.querySelectorAll('.member')).toHaveLength(
    2,
  );
  const { groups } = await current();
  const form = made.html.querySelector('#groups')!;
  await room.teacher.open(new URL(form.getAttribute('action')!, made.url).href, {
    method: 'POST',
    fields: {
      _csrf: form.querySelector('[name="_csrf"]')!.getAttribute('value')!,
      version: '1',
      grouping: (await current()).id,
      member: [await room.member('student-1'), await room.member('student-2')],
      to: groups[0]!.id,
    },
  });
  expect((await current()).groups[0]!.memberIds).toHaveLength(2);
  // The platform comes round.
  room.world.sandbox.faults.clear();
  expect(await readAgain(/28 students on the class list/)).not.toMatch(/all the same/);
});

test('a student who left in the middle is flagged, off the wall, and out of the next groups', async () => {
  room = await startGroupsClass();
  const page = await room.teacher.open(room.at('/groups'));
  await room.teacher.submit(page, '#regroup', { basis: 'random' });
  const gone = await room.member('student-3');
  room.world.sandbox.setEnrolled('student-3', false);
  await readAgain(/27 students/);
  const board = await room.teacher.open(room.at('/groups'));
  expect(board.html.querySelectorAll('.member[data-flag]')).toHaveLength(1);
  expect(board.text).toContain('Chloé Lefèvre-Dubois has left the class');
  expect((await room.teacher.open(room.at('/groups/show'))).text).not.toContain('Chloé');
  await room.teacher.submit(board, '#regroup');
  expect(groupedIds(await current()).has(gone)).toBe(false);
  expect(groupedIds(await current()).size).toBe(27);
  const history = await room.teacher.open(room.at('/groups/history'));
  expect(history.text).toContain('Chloé');
});

test('a class of one, and of nobody', async () => {
  room = await startGroupsClass((world) => world.sandbox.faults.set({ rosterRefused: true }));
  const empty = await room.teacher.open(room.at('/groups'));
  const nobody = await room.teacher.submit(empty, '#regroup');
  expect(nobody.status).toBe(422);
  expect(nobody.text).toContain('There are no students to group yet');
  await room.launch('student-1');
  const one = await room.teacher.open(room.at('/groups'));
  const made = await room.teacher.submit(one, '#regroup');
  expect(made.status).toBe(200);
  expect((await current()).groups.map((g) => g.memberIds.length)).toEqual([1]);
});
