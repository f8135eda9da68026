import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world.js';
import { anotherApp, gradingClass, type GradingClass } from './grading-class.js';

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
      const order = { family, link: other.linkId, forUser: 'student-8', message: family === 'canvas' ? 'resource' : 'review' } as const;
      const { page } = await world.launch({ ...order, as: 'teacher-1' } as never);
      expect(page.page).toBe('grading/desk');
      expect(page.url).toContain(_id);
      await other.close();
    },
  );
});
