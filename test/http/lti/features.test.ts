import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { groupingModel } from '../../../src/groups/grouping.model.js';
import type { MembershipId } from '../../../src/ids.js';
import { startWorld, type World } from '../../support/world.js';
import { anotherApp, gradingClass, handIn, type GradingClass } from '../grading-class.js';
import { sameModels, startGroupsClass, type GroupsClass } from '../groups-class.js';
import { cell, delivery, give, later, posts, sendAll } from '../passback-class.js';
import { attempt, L, MEMBERSHIP } from './attempt.js';

const CLASS = Array.from({ length: 8 }, (_, i) => `student-${i + 1}`);

/** When each score was stamped, in the order in which the platform got them. */
function stamps(room: GradingClass, key: string): number[] {
  const { sub } = room.member(key);
  return posts(room).flatMap(({ detail }) => {
    const score = detail as { userId?: string; timestamp?: string };
    return score.userId === sub ? [Date.parse(score.timestamp ?? '')] : [];
  });
}

describe('grades', () => {
  let world: World;
  let room: GradingClass;
  beforeAll(async () => {
    world = await startWorld({ family: 'canvas' });
    room = await gradingClass(world, { students: CLASS, design: { criteria: [] } });
  });
  afterEach(() => {
    world.sandbox.faults.clear();
    world.sandbox.clearRequests();
  });
  afterAll(async () => {
    await room.close();
    await world.close();
  });

  test('AGS-13 what a teacher changed in the LMS stands there, and is shown to differ', async () => {
    await give(room, 'student-1', 12);
    await sendAll(room);
    world.sandbox.override(room.linkId, 'student-1', { score: 7 });
    await give(room, 'student-1', 18);
    await sendAll(room);
    expect(cell(room, 'student-1')?.score).toBe(7);
    expect(await delivery(room, 'student-1')).toMatchObject({ state: 'differs', theirPoints: 7 });
    const page = await room.open('/ledger?state=differs');
    expect(page.text).toContain('The gradebook shows 7. Trellis has 18.');
  });

  test('AGS-25 two grades within a millisecond, on two servers and after the clock stepped back, keep their order', async () => {
    const { now } = world.clock;
    const fixed = new Date(now().getTime() + 3_600_000);
    const other = await anotherApp(world);
    const rounds: [Date, number, World['trellis']][] = [
      [fixed, 5, world.trellis],
      [fixed, 6, other.trellis],
      [new Date(fixed.getTime() - 60_000), 7, world.trellis],
    ];
    for (const [at, points, { passback }] of rounds) {
      world.clock.now = () => at;
      await give(room, 'student-2', points);
      await passback.drain();
    }
    world.clock.now = now;
    later(world, 2 * 3_600_000);
    await sendAll(room);
    await other.close();
    const seen = stamps(room, 'student-2');
    expect(seen).toHaveLength(rounds.length);
    expect(seen.every((at, i) => i === 0 || at > seen[i - 1]!)).toBe(true);
    expect(cell(room, 'student-2')?.score).toBe(7);
  });

  test('AGS-27 an old value given again is sent again, with a later stamp', async () => {
    for (const points of [15, 9, 15]) {
      await give(room, 'student-3', points);
      await sendAll(room);
      later(world, 60_000);
    }
    const seen = stamps(room, 'student-3');
    expect(seen).toHaveLength(3);
    expect([...new Set(seen)].sort((a, b) => a - b)).toEqual(seen);
    expect(cell(room, 'student-3')?.score).toBe(15);
  });

  test('AGS-36 a grade that was not released leaves for nowhere', async () => {
    const { grades } = room.models;
    const place = {
      contextId: room.context._id,
      assignmentId: room.assignment.id,
      membershipId: room.member('student-4')._id,
    };
    const now = world.clock.now();
    const open = await grades.open(place, now);
    await grades.change(open, { kind: 'scored', points: 20, isFinished: true, gradedAt: now }, now);
    await sendAll(room);
    expect(posts(room)).toEqual([]);
    expect(cell(room, 'student-4')?.score ?? null).toBeNull();
  });

  test('THR-59 of a batch with one bad score all others arrive; who did not start is sent nothing', async () => {
    world.sandbox.setEnrolled('student-5', false);
    for (const key of CLASS.filter((one) => !['student-1', 'student-4'].includes(one))) {
      await give(room, key, 11);
    }
    await sendAll(room);
    for (const key of ['student-2', 'student-3', 'student-6', 'student-7', 'student-8']) {
      expect([key, cell(room, key)?.score]).toEqual([key, 11]);
    }
    expect((await delivery(room, 'student-5')).state).toBe('refused');
    world.sandbox.setEnrolled('student-5', true);
    const started = new Set(CLASS.map((key) => room.member(key).sub));
    const sent = posts(room).map(({ detail }) => (detail as { userId: string }).userId);
    expect(sent.filter((sub) => !started.has(sub))).toEqual([]);
    expect(sent).not.toContain(room.member('student-4').sub);
  });

  test('AGS-35, THR-56 nothing that a student posts becomes a grade, or names its column or its student', async () => {
    const { visitor, base } = await world.launch({ as: 'student-6', link: room.linkId });
    const at = `${base}/a/${room.assignment.id}`;
    const task = await visitor.open(`${at}/task`);
    const csrf =
      task.html.querySelector('input[name="_csrf"]')?.getAttribute('value') ??
      task.html.querySelector('meta[name="trellis-csrf"]')?.getAttribute('content') ??
      '';
    const grab = {
      _csrf: csrf,
      points: '20',
      scoreGiven: '20',
      userId: room.member('student-7').sub,
      lineItemUrl: 'https://evil.test/line_items/1',
      resourceLinkId: 'another',
      membershipId: room.member('student-7')._id,
    };
    const own = room.member('student-6')._id;
    const refused = [`/grading/${own}`, `/grading/${own}/keep`, '/grading', '/ledger'];
    for (const path of refused) {
      const page = await visitor.open(at + path, { method: 'POST', fields: grab });
      expect([path, page.status]).toEqual([path, expect.toSatisfy((s: number) => s >= 400)]);
    }
    await visitor.open(`${at}/hand-in`, { method: 'POST', fields: grab });
    await sendAll(room);
    expect(posts(room).filter(({ detail }) => 'scoreGiven' in (detail as object))).toEqual([]);
    expect(cell(room, 'student-6')?.score).toBe(11);
    expect(cell(room, 'student-7')?.score).toBe(11);
    // A release goes to the column of the link it was made for, whatever was posted before.
    await give(room, 'student-6', 14);
    await sendAll(room);
    const column = world.sandbox.linksOf('canvas').find(({ id }) => id === room.linkId)?.lineItemId;
    const scored = posts(room).filter(({ detail }) => 'scoreGiven' in (detail as object));
    expect(scored.map(({ path }) => path.includes(`/line_items/${column ?? '?'}/scores`))).toEqual([
      true,
    ]);
    expect(cell(room, 'student-6')?.score).toBe(14);
  });

  test('REV-09 a review that names one of a group shows the work of the group', async () => {
    const [one, two] = [room.member('student-7'), room.member('student-8')];
    const memberIds: MembershipId[] = [one._id, two._id];
    for (const member of [one, two]) {
      await handIn(room, member, '<p>We drew this web together.</p>', { memberIds });
    }
    const { page } = await attempt(world, {
      as: 'teacher-1',
      order: { link: room.linkId },
      change: {
        claims: {
          [`${L}message_type`]: 'LtiSubmissionReviewRequest',
          [`${L}for_user`]: { user_id: two.sub },
        },
      },
    });
    expect(page.page).toBe('grading/desk');
    expect(page.text).toContain('We drew this web together.');
    // The marks go to both; the other's own adjustment stands on the page of the one named.
    expect(page.html.querySelector(`[name="adjust[${one._id}]"]`)).not.toBeNull();
  });

  test('OTH-03 what Trellis does not use of a launch is stored nowhere', async () => {
    const unused = {
      picture: 'https://pictures.test/kept-nowhere.png',
      phone_number: '+1 555 0100 kept-nowhere',
      birthdate: '2012-02-03-kept-nowhere',
      [`${L}lis`]: { person_sourcedid: 'sis-kept-nowhere' },
      'https://vendor.test/claim': { secret: 'vendor-kept-nowhere' },
    };
    for (const as of ['student-1', 'teacher-1']) {
      await attempt(world, { as, order: { link: room.linkId }, change: { claims: unused } });
    }
    const db = world.store.connection.db!;
    const names = new Set(
      Object.values(world.store.connection.models).map(({ collection }) => collection.name),
    );
    let rows = 0;
    for (const name of names) {
      const all = await db.collection(name).find({}).toArray();
      rows += all.length;
      expect([name, JSON.stringify(all).includes('kept-nowhere')]).toEqual([name, false]);
    }
    expect(rows).toBeGreaterThan(20);
  });
});

describe('classes', () => {
  let room: GroupsClass;
  beforeAll(async () => {
    room = await startGroupsClass();
  });
  afterAll(() => room.world.close());

  const membersBySub = (sub: string) =>
    room.world.store.connection.db!.collection('memberships').find({ sub }).toArray();
  const subOf = (key: string) =>
    room.world.sandbox.usersOf('canvas').find((user) => user.key === key)!.sub;
  const inForce = async () => {
    const row = await room.world.store.connection
      .db!.collection('assignments')
      .findOne({ _id: room.assignment.id });
    const id = row?.['groupingId'] as never;
    return groupingModel(sameModels(room.world)).get(room.contextId, id);
  };
  const makeGroups = async () => {
    const page = await room.teacher.open(room.at('/groups'));
    await room.teacher.submit(page, '#regroup', { absent: [] });
    return inForce();
  };

  test('ROS-13 who never launched can be in a group, and the first launch is the same person', async () => {
    const id = await room.member('student-21');
    const { groups } = await makeGroups();
    const group = groups.find(({ memberIds }) => memberIds.includes(id));
    expect(group).toBeDefined();
    const before = await membersBySub(subOf('student-21'));
    expect(before.map((row) => row['firstLaunchAt'] as unknown)).toEqual([null]);
    const { visitor, base } = await room.launch('student-21');
    const after = await membersBySub(subOf('student-21'));
    expect(after.map((row) => row['_id'] as unknown)).toEqual([id]);
    expect(after[0]?.['firstLaunchAt']).not.toBeNull();
    const task = await visitor.open(`${base}/a/${room.assignment.id}/task`);
    expect(task.text).toContain(`Group ${group!.number}`);
  });

  test('ROS-12 only staff of the class may have its list read', async () => {
    const { sandbox } = room.world;
    sandbox.clearRequests();
    for (const as of ['student-1', 'mentor-1']) {
      const { visitor, base, page } = await room.launch(as);
      const csrf = page.html.querySelector('input[name="_csrf"]')?.getAttribute('value') ?? '';
      const path = `${base}/course/roster`;
      expect((await visitor.open(path)).status).toBeGreaterThanOrEqual(403);
      const posted = await visitor.open(path, { method: 'POST', fields: { _csrf: csrf } });
      expect(posted.status).toBeGreaterThanOrEqual(403);
      expect(posted.text).not.toContain('students on the class list');
    }
    expect(sandbox.requests('roster')).toEqual([]);
    expect((await room.teacher.open(`${room.base}/course/roster`)).text).toContain(
      'students on the class list',
    );
  });

  test('GRP-04 groups of the LMS that change leave the groups made here as they are', async () => {
    const before = await makeGroups();
    const custom = (ids: string) => ({
      claims: { [`${L}custom`]: { canvas_own_group_ids: ids, canvas_section_ids: '905' } },
    });
    for (const [i, ids] of ['77,78', '79', ''].entries()) {
      await attempt(room.world, { as: `student-${i + 2}`, change: custom(ids) });
    }
    const known = await Promise.all(
      ['student-2', 'student-3'].map((key) => membersBySub(subOf(key))),
    );
    expect(known.flat().map((row) => row['groupIds'] as unknown)).toEqual([['77', '78'], ['79']]);
    const page = await room.teacher.open(room.at('/groups'));
    await room.teacher.submit(page, 'form[action$="/course/roster"]');
    expect(await inForce()).toEqual(before);
  });

  test('ROLE-07 a mentor sees none of the ids that are not in the class, and no staff', async () => {
    const scope = [subOf('teacher-1'), 'nobody-of-this-class', '', 5];
    const claims = {
      [`${L}roles`]: [`${MEMBERSHIP}#Mentor`],
      [`${L}role_scope_mentor`]: scope,
      [`${L}custom`]: {},
    };
    const none = await attempt(room.world, { as: 'mentor-1', change: { claims } });
    expect(none.page.page).toBe('submissions/family');
    const card = 'form[action*="/family/"], [data-child]';
    expect(none.page.html.querySelectorAll(card)).toHaveLength(0);
    expect(none.page.text).not.toContain('nobody-of-this-class');
    const child = room.world.sandbox.usersOf('canvas').find(({ key }) => key === 'student-2')!;
    const listed = { ...claims, [`${L}role_scope_mentor`]: [...scope, child.sub] };
    const one = await attempt(room.world, { as: 'mentor-1', change: { claims: listed } });
    expect(one.page.text).toContain(child.given);
    expect(none.page.text).not.toContain(child.given);
  });
});

test('UI-02 a whole journey, good and bad launches, leaves nobody’s name, address or token in the log', async () => {
  const world = await startWorld({ family: 'canvas' });
  const visitors = [];
  const tokens: string[] = [];
  for (const family of ['canvas', 'moodle', 'schoology'] as const) {
    for (const as of ['teacher-1', 'student-1']) {
      const { visitor, page, fields } = await attempt(world, { family, as });
      visitors.push(visitor);
      tokens.push(fields['id_token'] ?? '', fields['state'] ?? '');
      await visitor.open(page.url);
      const bad = { change: { claims: { [`${L}version`]: '1.1' } } };
      tokens.push((await attempt(world, { family, as, ...bad })).fields['id_token'] ?? '');
    }
  }
  world.sandbox.faults.set({ keyOff: true });
  await world.trellis.lti.check(world.registrations.canvas);
  await fetch(`${world.url}/lti/notices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ notices: [{ jwt: tokens[0] }] }),
  });
  const log = world.logged.join('\n');
  expect(world.logged.length).toBeGreaterThan(6);
  expect(log).toContain('wrong-version');
  const secrets = [
    ...world.sandbox.users.flatMap(({ name, family, email }) => [name, family, email]),
    ...tokens.map((token) => token.slice(0, 60)),
    ...visitors.flatMap((visitor) => [...visitor.cookies(new URL(world.url).host).values()]),
  ].filter((secret) => secret.length > 3);
  // Family names may be parts of other words; a whole word is a name.
  const words = new Set(log.split(/[^\p{L}\p{N}@._-]+/u));
  const found = secrets.filter((secret) =>
    secret.length > 15 ? log.includes(secret) : words.has(secret),
  );
  expect(found).toEqual([]);
  expect(log).not.toMatch(/eyJ[\w-]{10}|Bearer/);
  await world.close();
});
