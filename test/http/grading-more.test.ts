import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/db/ids.js';
import type { MembershipId } from '../../src/ids.js';
import { expectNoLeak } from '../support/leak.js';
import { startWorld, type World } from '../support/world.js';
import { design, gradingClass, handIn, TIER_NAMES, type GradingClass } from './grading-class.js';
import { press } from './submissions-class.js';
import { cell, delivery, give, posts, sendAll } from './passback-class.js';

let world: World;
let room: GradingClass;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
  room = await gradingClass(world, { students: ['student-1', 'student-2', 'student-3'] });
});
afterAll(async () => {
  await room.close();
  await world.close();
});

/** Every criterion at this many points. */
const marked = (points: readonly number[]) =>
  room.assignment.published!.criteria.map((criterion, i) => ({
    criterionId: criterion.id,
    points: points[i] ?? 0,
    comment: '',
    nextMove: '',
  }));

describe('from the student to the gradebook and back', () => {
  test('the hand-in page tells Canvas once that something waits, without a score', async () => {
    const { visitor, base } = await world.launch({ as: 'student-4', link: room.linkId });
    const at = `${base}/a/${room.assignment.id}`;
    const [option] = room.assignment.published!.board.options;
    const before = await visitor.open(`${at}/task`);
    const task = await press(visitor, before, `${at}/choice/${option!.id}/take`);
    await visitor.submit(task, 'form[data-behaviour=writing]', { text: 'Frogs eat flies.' });
    world.sandbox.clearRequests();
    const look = await visitor.open(`${at}/hand-in`);
    await visitor.submit(look, 'form[action$="/hand-in"]');
    const ours = async () =>
      (await room.models.deliveries.ofContext(room.context._id)).filter(
        (row) => row.wanted.gradingProgress === 'PendingManual',
      );
    await expect.poll(async () => (await ours()).length, { timeout: 5000 }).toBe(1);
    await sendAll(room);
    expect(cell(room, 'student-4')).toMatchObject({ attempts: 1, score: null });
    await visitor.submit(look, 'form[action$="/hand-in"]');
    await sendAll(room);
    expect(posts(room)).toHaveLength(1);
    expect(posts(room)[0]?.detail).toMatchObject({ gradingProgress: 'PendingManual' });
  });

  test('news of a second attempt neither clears a grade nor makes the next one a difference', async () => {
    await give(room, 'student-1', 14, { marks: marked([7, 7]) });
    await sendAll(room);
    const again = await handIn(room, room.member('student-1'), '<p>Better now.</p>');
    await world.trellis.passback.handedIn(again);
    await sendAll(room);
    expect(cell(room, 'student-1')).toMatchObject({ score: 14, attempts: 2 });
    await give(room, 'student-1', 17, { marks: marked([10, 7]) });
    await sendAll(room);
    expect((await delivery(room, 'student-1')).state).toBe('accepted');
    expect(cell(room, 'student-1')).toMatchObject({ score: 17, attempts: 2 });
  });

  test('news of a hand-in waits behind a grade that is still on its way', async () => {
    world.sandbox.faults.set({ courseClosed: '422' });
    await give(room, 'student-2', 14, { marks: marked([7, 7]) });
    await world.trellis.passback.drain();
    const again = await handIn(room, room.member('student-2'), '<p>Once more.</p>');
    await world.trellis.passback.handedIn(again);
    expect((await delivery(room, 'student-2')).wanted.points).toBe(14);
    world.sandbox.faults.clear();
    await world.trellis.passback.resume.retry(room.context._id, { assignmentId: null });
    await sendAll(room);
    expect(cell(room, 'student-2')?.score).toBe(14);
  });

  test("the teacher's notes stand in the student's own text, for them alone", async () => {
    const { grades } = room.models;
    const { _id } = room.member('student-3');
    const [option] = room.assignment.published!.board.options;
    const place = { contextId: room.context._id, assignmentId: room.assignment.id };
    const open = await grades.open({ ...place, membershipId: _id }, world.clock.now());
    const note = {
      id: newId(),
      optionId: option!.id,
      quote: 'frogs eat flies',
      offset: 24,
      note: 'And who eats frogs?',
    };
    await grades.change(open, { annotations: [note] }, world.clock.now());
    await give(room, 'student-3', 14, { marks: marked([7, 7]) });
    const { visitor, base } = await world.launch({ as: 'student-3', link: room.linkId });
    const page = await visitor.open(`${base}/a/${room.assignment.id}/feedback`);
    expect(page.html.querySelector('mark.noted')?.text).toBe('frogs eat flies');
    expect(page.text).toContain('And who eats frogs?');
    expectNoLeak(page, { tierNames: TIER_NAMES });
    const other = await world.launch({ as: 'student-1', link: room.linkId });
    const theirs = await other.visitor.open(`${other.base}/a/${room.assignment.id}/feedback`);
    expect(theirs.text).not.toContain('And who eats frogs?');
  });
});

describe('the piece that a gradebook opens', () => {
  test("a student opens their own work only; nobody else's", async () => {
    const review = { link: room.linkId, forUser: 'student-1', message: 'resource' } as const;
    const own = await world.launch({ ...review, family: 'canvas', as: 'student-1' });
    expect(own.page.page).toBe('submissions/feedback');
    const others = await world.launch({ ...review, family: 'canvas', as: 'student-2' });
    expect(others.page.page).not.toMatch(/desk|feedback/);
    expect(others.page.text).not.toContain('The pond of student-1');
    const teacher = await world.launch({ ...review, family: 'canvas', as: 'teacher-2' });
    expect(teacher.page.page).toBe('grading/desk');
    expect(teacher.page.url).toContain(room.member('student-1')._id);
  });
});

describe('the ledger and what is made of grades', () => {
  test('a spreadsheet of the ledger runs nothing and tells no tier; the course has its own', async () => {
    const { memberships } = room.models;
    expect(await memberships.find(room.context._id, room.member('student-1')._id)).not.toBeNull();
    const { assignments } = room.models;
    const current = await assignments.get(room.context._id, room.assignment.id);
    const published = { ...current.published!, title: '=HYPERLINK("x"), a pond' };
    await assignments.change(current, { published }, world.clock.now());
    for (const at of [room.at, `${room.teacher.base}/course`]) {
      const page = await room.teacher.visitor.open(`${at}/ledger`);
      expect(page.status).toBe(200);
      const answer = await room.teacher.visitor.open(`${at}/ledger/export.csv`);
      expect(answer.status).toBe(200);
      expect(answer.text).toContain(`"'=HYPERLINK(""x""), a pond"`);
      expect(answer.text).not.toMatch(/(^|[,\n])"?[=+@-]/);
      expectNoLeak(answer.text, { tierNames: TIER_NAMES });
    }
  });

  test('co-teachers share by halves: no piece is the next one of both', async () => {
    for (const { key } of room.students) await handIn(room, room.member(key), '<p>Anew.</p>');
    const nextOf = async (share: string): Promise<string | null> => {
      const list = await room.open('/grading');
      const own = await room.teacher.visitor.submit(list, 'form[action$="/share"]', { share });
      const href = own.html.querySelector('#grade-next')?.getAttribute('href') ?? '';
      return /grading\/([0-9A-HJKMNP-TV-Z]{26})/.exec(href)?.[1] ?? null;
    };
    const halves = [await nextOf('half-1'), await nextOf('half-2')];
    expect(halves[0]).not.toBe(halves[1]);
    const first = await nextOf('all');
    expect(first).not.toBeNull();
    expect(halves).toContain(first);
  });

  test('the plan proposes the next groups: the form opens with its basis', async () => {
    const plan = await room.open('/grading/next-steps');
    const href = plan.html.querySelector('a[href*="/groups?basis="]')?.getAttribute('href') ?? '';
    const basis = new URL(href, plan.url).searchParams.get('basis')!;
    for (const one of new Set([basis, 'mixed', 'similar'])) {
      const groups = await room.open(`/groups?basis=${one}`);
      const chosen =
        groups.html.querySelector('[name=basis][checked]')?.getAttribute('value') ??
        groups.html.querySelector('[name=basis] option[selected]')?.getAttribute('value');
      expect(chosen).toBe(one);
    }
    expect((await room.open('/groups?basis=%3Cb%3E')).status).toBe(200);
  });

  test('the severity part says too few, and says more with enough pieces', async () => {
    expect((await room.open('/insight')).text).toContain('severity');
    const few = (await room.open('/insight')).html.querySelector('[aria-labelledby=severity]');
    expect(few?.text).toMatch(/too few/i);
    const { grades, assignments } = room.models;
    const tiers = design().tiers.map((tier) => tier.kind);
    expect(tiers).toContain('support');
    const current = await assignments.get(room.context._id, room.assignment.id);
    const support = current.published!.tiers.find(({ kind }) => kind === 'support')!;
    const ids = Array.from({ length: 28 }, () => newId() as MembershipId);
    await assignments.change(
      current,
      {
        placements: ids.slice(0, 14).map((membershipId) => ({
          ...current.placements[0],
          membershipId,
          tierId: support.id,
          because: 'learner',
          groupId: null,
          byMembershipId: room.teacherMember._id,
          reason: '',
          at: world.clock.now(),
        })) as never,
      },
      world.clock.now(),
    );
    for (const [i, membershipId] of ids.entries()) {
      const place = { contextId: room.context._id, assignmentId: room.assignment.id, membershipId };
      const open = await grades.open(place, world.clock.now());
      await grades.change(
        open,
        { isFinished: true, attempt: 1, marks: marked([4 + (i % 7), i < 14 ? 1 : 4 + (i % 7)]) },
        world.clock.now(),
      );
    }
    const part = (await room.open('/insight')).html.querySelector('[aria-labelledby=severity]');
    expect(part?.text).not.toMatch(/too few/i);
    expect(part?.text).toMatch(/re-mark|again|pair/i);
  });
});

test('a deleted column is made again when the teacher asks, and the grade arrives there', async () => {
  const moodle = await gradingClass(world, {
    family: 'schoology',
    students: ['student-6'],
    design: { criteria: [] },
  });
  world.sandbox.faults.set({ lineItemsGone: true });
  await give(moodle, 'student-6', 16);
  await world.trellis.passback.drain();
  expect(await delivery(moodle, 'student-6')).toMatchObject({ reason: 'column-gone' });
  world.sandbox.faults.clear();
  const ledger = await moodle.open('/ledger?state=parked');
  await moodle.teacher.visitor.submit(ledger, '#retry-all');
  await sendAll(moodle);
  expect((await delivery(moodle, 'student-6')).state).toBe('accepted');
  const values = world.sandbox.lineItems('schoology').length;
  expect(values).toBeGreaterThan(0);
  await moodle.close();
});
