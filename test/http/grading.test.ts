import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRelease } from '../../src/grading/release.job.js';
import { tellPlans } from '../../src/grading/plan.job.js';
import { expectNoLeak } from '../support/leak.js';
import { startWorld, type World } from '../support/world.js';
import {
  anotherApp,
  gradingClass,
  handIn,
  TIER_NAMES,
  type GradingClass,
} from './grading-class.js';

let world: World;
let room: GradingClass;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
  room = await gradingClass(world);
});
afterAll(async () => {
  await room.close();
  await world.close();
});

/** Marks every criterion with the level of this label and saves. */
export async function grade(
  room: GradingClass,
  key: string,
  levels: readonly string[],
  more: Record<string, string> = {},
) {
  const desk = await room.open(`/grading/${room.member(key)._id}`);
  const typed = Object.fromEntries(
    room.assignment.published!.criteria.map((c, i) => [`level[${c.id}]`, levels[i] ?? '']),
  );
  return room.teacher.visitor.submit(desk, '#desk-form', { ...typed, then: 'next', ...more });
}

afterEach(() => {
  const failed = world.logged.filter((line) => line.includes('"error"'));
  expect(failed).toEqual([]);
});

describe('from the desk to the gradebook', () => {
  test('the list shows pieces without names or tiers, and names on a switch', async () => {
    const page = await room.open('/grading');
    expect(page.status).toBe(200);
    expect(page.page).toBe('grading/list');
    const { name } = room.member('student-1');
    expect(page.text).not.toContain(name);
    const shown = await room.teacher.visitor.open(
      new URL(page.html.querySelector('#names')!.getAttribute('href')!, page.url).href,
    );
    expect(shown.text).toContain(name);
  });

  test('a grade is made, held, released, and stands in the gradebook; a regrade replaces it', async () => {
    const { member } = room.students[0]!;
    const desk = await room.open(`/grading/${member._id}`);
    expect(desk.page).toBe('grading/desk');
    expect(desk.text).toContain('frogs eat flies');
    const next = await grade(room, 'student-1', ['Convincing', 'Clear'], { comment: 'Well seen.' });
    expect(next.page).toBe('grading/desk');
    expect(next.url).not.toContain(member._id);
    expect(world.sandbox.grade(room.linkId, 'student-1')?.score ?? null).toBeNull();

    const list = await room.open('/grading');
    expect(list.text).toContain('17 of 20');
    const released = await room.teacher.visitor.submit(list, '#release-all');
    expect(released.status).toBe(200);
    await world.trellis.passback.drain();
    expect(world.sandbox.grade(room.linkId, 'student-1')).toMatchObject({ score: 17 });
    expect(world.sandbox.grade(room.linkId, 'student-1')?.comments).toEqual(['Well seen.']);
    expect((await room.open('/grading')).text).toContain('In the gradebook');

    await grade(room, 'student-1', ['Clear', 'Clear'], { then: 'release' });
    await world.trellis.passback.drain();
    expect(world.sandbox.grade(room.linkId, 'student-1')).toMatchObject({ score: 14 });
  });

  test('a released grade survives a killed process: a new one on the same store sends it', async () => {
    const { grades } = room.models;
    await grade(room, 'student-2', ['Convincing', 'Convincing']);
    const { _id } = room.member('student-2');
    const held = await grades.find(room.context._id, room.assignment.id, _id);
    // The process ended right after the one write that releases, before the delivery was made.
    await grades.change(
      held!,
      {
        needsDelivery: true,
        released: {
          kind: 'scored',
          points: 20,
          pointsPossible: 20,
          marks: held!.marks,
          comment: '',
          nextMove: '',
          at: world.clock.now(),
          byMembershipId: room.teacherMember._id,
          attempt: 1,
          submittedAt: world.clock.now(),
          sequence: 1,
        },
      },
      world.clock.now(),
    );
    const again = await anotherApp(world);
    await again.trellis.passback.drain();
    await again.close();
    expect(world.sandbox.grade(room.linkId, 'student-2')).toMatchObject({ score: 20 });
  });
});

describe('from the gradebook to the desk', () => {
  test.each(['canvas', 'moodle'] as const)(
    'the grader of %s opens that piece for a teacher, and nobody else',
    async (family) => {
      const other = await gradingClass(world, {
        family,
        students: ['student-8', 'student-9'],
        linkId: world.sandbox.linksOf(family)[2]!.id,
      });
      const { _id } = other.member('student-8');
      if (family === 'canvas') {
        const place = [other.context._id, other.assignment.id, _id] as const;
        const submission = await other.models.submissions.find(...place);
        await world.trellis.passback.handedIn(submission!);
        await world.trellis.passback.drain();
      }
      const order = {
        family,
        link: other.linkId,
        forUser: 'student-8',
        message: family === 'canvas' ? 'resource' : 'review',
      } as const;
      const { page } = await world.launch({ ...order, as: 'teacher-1' });
      expect(page.page).toBe('grading/desk');
      expect(page.url).toContain(_id);
      const student = await world.launch({ ...order, as: 'student-9' });
      expect(student.page.page).not.toMatch(/^grading/);
      expect(student.page.text).not.toContain('The pond of student-8');
      const desk = `${student.base}/a/${other.assignment.id}/grading/${_id}`;
      // Refused with a session, not there without one: a refused review opens none.
      expect([403, 404]).toContain((await student.visitor.open(desk)).status);
      await other.close();
    },
  );
});

describe('what makes grading fair and safe', () => {
  test('half a rubric is kept but not done; points as people type them', async () => {
    const room2 = await gradingClass(world, {
      students: ['student-11', 'student-12'],
      linkId: world.sandbox.linksOf('canvas')[3]!.id,
    });
    const [first, second] = room2.assignment.published!.criteria;
    const half = await grade(room2, 'student-11', ['Clear', '']);
    expect(half.status).toBe(422);
    expect(half.text).toContain('Not marked yet: Explains what happens');
    const desk = await room2.open(`/grading/${room2.member('student-11')._id}`);
    const wrong = await room2.teacher.visitor.submit(desk, '#desk-form', {
      [`typed[${second!.id}]`]: '1e9',
      comment: 'Kept <b>words</b>',
      then: 'next',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('is no number of points');
    expect(wrong.html.querySelector('#comment')?.text).toContain('Kept');
    const comma = await room2.teacher.visitor.submit(wrong, '#desk-form', {
      [`typed[${second!.id}]`]: '7,5',
      then: 'next',
    });
    expect(comma.status).toBe(200);
    const stored = await room2.models.grades.find(
      room2.context._id,
      room2.assignment.id,
      room2.member('student-11')._id,
    );
    expect(stored?.isFinished).toBe(true);
    expect(stored?.marks.find((m) => m.criterionId === first!.id)).toMatchObject({ points: 7 });
    expect(stored?.marks.find((m) => m.criterionId === second!.id)).toMatchObject({ points: 7.5 });
    await room2.close();
  });

  test('a co-teacher sees who is at a piece; two saves of one page lose nothing', async () => {
    const { member } = room.students[2]!;
    const mine = await room.open(`/grading/${member._id}`);
    const other = await world.launch({ as: 'teacher-2', link: room.linkId });
    const theirs = await other.visitor.open(
      `${other.base}/a/${room.assignment.id}/grading/${member._id}`,
    );
    expect(theirs.text).toContain('Somebody is at this piece');
    expect(theirs.html.querySelector('#desk-form')).toBeNull();
    const taken = await other.visitor.open(`${theirs.url}?take=1`);
    await other.visitor.submit(taken, '#desk-form', { comment: 'From my colleague', then: 'stay' });
    const conflict = await room.teacher.visitor.submit(mine, '#desk-form', {
      comment: 'From me',
      then: 'stay',
    });
    expect(conflict.status).toBe(409);
    expect(conflict.text).toContain('From my colleague');
    expect(conflict.html.querySelector('#comment')?.text).toBe('From me');
    await room.teacher.visitor.submit(conflict, '#desk-form');
    const stored = await room.models.grades.find(room.context._id, room.assignment.id, member._id);
    expect(stored?.comment).toBe('From me');
  });

  test('a note at a passage is marked in the text, and goes again', async () => {
    const { member } = room.students[2]!;
    const desk = await room.open(`/grading/${member._id}?take=1`);
    const optionId = desk.html.querySelector('.desk-text')!.getAttribute('data-option')!;
    const noted = await room.teacher.visitor.submit(desk, '#annotate', {
      optionId,
      offset: '0',
      quote: 'frogs eat flies',
      note: 'And who eats frogs?',
    });
    expect(noted.text).toContain('And who eats frogs?');
    expect(noted.html.querySelector('mark.noted')?.text).toBe('frogs eat flies');
    const gone = await room.teacher.visitor.submit(noted, '.desk-note form');
    expect(gone.html.querySelector('mark.noted')).toBeNull();
  });

  test('shared work gives its marks to all, each with their own adjustment', async () => {
    const group = await gradingClass(world, {
      family: 'moodle',
      students: ['student-4', 'student-5'],
      linkId: world.sandbox.linksOf('moodle')[3]!.id,
    });
    const ids = ['student-4', 'student-5'].map((key) => group.member(key)._id);
    for (const key of ['student-4', 'student-5'])
      await handIn(group, group.member(key), '<p>Our web.</p>', { memberIds: ids });
    const saved = await grade(group, 'student-4', ['Clear', 'Clear'], {
      [`adjust[${ids[1]!}]`]: '-2',
    });
    expect(saved.page).toBe('grading/list');
    expect(saved.text).toContain('14 of 20');
    expect(saved.text).toContain('12 of 20');
    await group.close();
  });

  test('a planned release goes out by itself, and not before', async () => {
    const held = await grade(room, 'student-3', ['Begun', 'Begun'], {});
    const list = held.page === 'grading/list' ? held : await room.open('/grading');
    const past = await room.teacher.visitor.submit(list, '#schedule', { at: '2001-01-01T08:00' });
    expect(past.status).toBe(422);
    expect(past.text).toContain('That time is over');
    const at = new Date(world.clock.now().getTime() + 86_400_000).toISOString().slice(0, 16);
    const planned = await room.teacher.visitor.submit(past, '#schedule', { at });
    expect(planned.text).toContain('Release planned');
    await world.trellis.passback.drain();
    expect(world.sandbox.grade(room.linkId, 'student-3')?.score ?? null).toBeNull();

    const { now } = world.clock;
    const release = createRelease({
      ...room.models,
      deliver: (released) => world.trellis.passback.released(released),
      listeners: [],
      onError: (error) => {
        throw error;
      },
      clock: () => world.clock.now(),
    });
    expect(await release.releaseDue()).toBe(0);
    world.clock.now = () => new Date(now().getTime() + 48 * 3_600_000);
    expect(await release.releaseDue()).toBe(1);
    expect(await release.releaseDue()).toBe(0);
    await world.trellis.passback.drain();
    world.clock.now = now;
    expect(world.sandbox.grade(room.linkId, 'student-3')?.score).toBe(8);
  });

  test('an edit of the rubric says whom it changes, and applies on a click', async () => {
    const { assignments } = room.models;
    const current = await assignments.get(room.context._id, room.assignment.id);
    const published = current.published!;
    const [first, ...rest] = published.criteria;
    const levels = first!.levels.map((l) => (l.label === 'Clear' ? { ...l, points: 9 } : l));
    await assignments.change(
      current,
      { published: { ...published, criteria: [{ ...first!, levels }, ...rest] } },
      world.clock.now(),
    );
    const list = await room.open('/grading');
    expect(list.text).toContain('The rubric changed: 1 released grade');
    expect(list.text).toContain('14 of 20 becomes 16 of 20');
    await room.teacher.visitor.submit(list, 'form[action$="/reapply"]');
    await world.trellis.passback.drain();
    expect(world.sandbox.grade(room.linkId, 'student-1')?.score).toBe(16);
  });

  test('the plan after grading waits ten minutes, can be undone, and is told once', async () => {
    const page = await room.open('/grading/next-steps');
    expect(page.page).toBe('grading/plan');
    const made = await room.teacher.visitor.submit(page, '#make-plan');
    expect(made.text).toContain('The plan is made');
    const undone = await room.teacher.visitor.submit(made, '#undo-plan');
    expect(undone.text).toContain('Nobody was told');
    await room.teacher.visitor.submit(undone, '#make-plan');
    const before = await room.models.messages.ofAssignment(room.context._id, room.assignment.id);
    expect(before).toEqual([]);
    const { plans, messages } = room.models;
    const soon = new Date(world.clock.now().getTime() + 11 * 60_000);
    expect(await tellPlans(plans, messages, soon)).toBeGreaterThan(0);
    expect(await tellPlans(plans, messages, soon)).toBe(0);
    const task = await world.launch({ as: 'student-1', link: room.linkId });
    expectNoLeak(task.page, { tierNames: TIER_NAMES });
  });

  test('a student and a stranger to the course reach none of it', async () => {
    const student = await world.launch({ as: 'student-1', link: room.linkId });
    for (const path of ['/grading', `/grading/${room.member('student-2')._id}`, '/ledger'])
      expect(
        (await student.visitor.open(`${student.base}/a/${room.assignment.id}${path}`)).status,
      ).toBe(403);
    const elsewhere = await world.launch({
      family: 'moodle',
      as: 'teacher-1',
      link: world.sandbox.linksOf('moodle')[0]!.id,
    });
    const there = `${elsewhere.base}/a/${room.assignment.id}`;
    expect((await elsewhere.visitor.open(`${there}/grading`)).status).toBe(404);
    expect((await elsewhere.visitor.open(`${there}/ledger`)).status).toBe(404);
  });
});
