import { afterAll, beforeAll, expect, test } from 'vitest';
import { assignmentModel } from '../../src/assignments/assignment.model.js';
import { groupingModel } from '../../src/groups/grouping.model.js';
import { evidenceModel } from '../../src/insights/evidence.model.js';
import { goalKey } from '../../src/insights/goal-key.js';
import { groupedActivities } from '../../src/insights/grouped-activities.js';
import { contextModel } from '../../src/launch/context.model.js';
import { membershipModel } from '../../src/launch/membership.model.js';
import { readRosterIfOlder } from '../../src/launch/roster.job.js';
import { formFields } from '../support/visitor.js';
import { sameModels, startGroupsClass, type GroupsClass } from './groups-class.js';

let room: GroupsClass;
beforeAll(async () => {
  room = await startGroupsClass();
});
afterAll(() => room.world.close());

const models = () => sameModels(room.world);

test('a read whose process died is over after ten minutes', async () => {
  const contexts = contextModel(models());
  const { roster } = await contexts.get(room.contextId);
  const ago = async (minutes: number) => {
    const readingSince = new Date(room.world.clock.now().getTime() - minutes * 60_000);
    await contexts.setRoster(room.contextId, { ...roster, readingSince });
    const { html } = await room.teacher.open(room.at('/groups'));
    return html.querySelector('#roster')!;
  };
  expect((await ago(1)).querySelector('progress')).not.toBeNull();
  const over = await ago(11);
  expect(over.querySelector('progress')).toBeNull();
  expect(over.querySelector('#read-roster')).not.toBeNull();
  expect(over.text).toContain('28 students on the class list');
  await contexts.setRoster(room.contextId, roster);
});

test('a list that somebody read meanwhile is not read again', async () => {
  const contexts = contextModel(models());
  const { roster } = await contexts.get(room.contextId);
  let reads = 0;
  const deps = {
    contexts,
    memberships: membershipModel(models()),
    services: {
      roster: async function* () {
        reads += 1;
        yield await Promise.reject(new Error('not to be read'));
      },
    },
    clock: room.world.clock.now,
  } satisfies Parameters<typeof readRosterIfOlder>[0];
  await readRosterIfOlder(deps, room.contextId, roster.readAt!);
  expect(reads).toBe(0);
  const later = new Date(roster.readAt!.getTime() + 1);
  await expect(readRosterIfOlder(deps, room.contextId, later)).rejects.toThrow('not to be read');
  expect(reads).toBe(1);
  await contexts.setRoster(room.contextId, roster);
});

test('a group below the evidence keeps what was suggested, and mobility counts it', async () => {
  const [strong, unknown] = [await room.member('student-1'), await room.member('student-2')];
  const now = room.world.clock.now().getTime();
  for (const [i, value] of [96, 97, 98].entries())
    await evidenceModel(models()).replace(
      room.contextId,
      'scores',
      `quiz-${i}`,
      [strong],
      [
        {
          membershipId: strong,
          goalKey: goalKey(room.assignment.draft.goals[0]!),
          value,
          label: 'Quiz',
          at: new Date(now - (i + 1) * 86_400_000),
        },
      ],
    );
  const page = await room.teacher.open(room.at('/groups'));
  const made = await room.teacher.submit(page, '#regroup', { basis: 'by-hand' });
  const [support, , stretch] = room.assignment.draft.tiers;
  const form = made.html.querySelector('#groups')!;
  const first = made.html.querySelector('select[name^="tier["]')!.getAttribute('name')!;
  const to = first.slice('tier['.length, -1);
  await room.teacher.open(new URL(form.getAttribute('action')!, made.url).href, {
    method: 'POST',
    fields: { ...formFields(form), [first]: support!.id, member: [strong, unknown], to },
  });
  const fresh = () => assignmentModel(models()).get(room.contextId, room.assignment.id);
  const placed = (await fresh()).placements;
  expect(placed.find((p) => p.membershipId === strong)).toMatchObject({
    because: 'group',
    tierId: support!.id,
    suggestedTierId: stretch!.id,
  });
  expect(placed.find((p) => p.membershipId === unknown)!.suggestedTierId).toBeNull();
  const below = async () => {
    const groupings = await groupingModel(models()).recent(room.contextId);
    return groupedActivities(groupings, [await fresh()])
      .flatMap((activity) => activity.placements)
      .filter((p) => p.isBelowWithoutReason)
      .map((p) => p.studentId);
  };
  expect(await below()).toEqual([strong]);

  // The review asks why; the reason stays with the group's placement.
  const review = await room.teacher.open(room.at('/placements'));
  const done = await room.teacher.submit(review, '#confirm', {
    [`tier[${strong}]`]: support!.id,
    [`reason[${strong}]`]: 'Leads the station this week',
  });
  expect(done.status).toBe(200);
  expect(await below()).toEqual([]);
  const shown = await room.teacher.open(room.at('/placements'));
  expect(shown.text).toContain('Leads the station this week');
});
