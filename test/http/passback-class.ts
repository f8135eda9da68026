import { createRelease } from '../../src/grading/release.job.js';
import type { Grade, GradeKind } from '../../src/grading/grade.js';
import type { DeliveryRow } from '../../src/passback/delivery.model.js';
import type { World } from '../support/world.js';
import type { GradingClass } from './grading-class.js';

/** Grades a student with these points and releases it, past the desk; nothing is sent yet. */
export async function give(
  room: GradingClass,
  key: string,
  points: number,
  more: { kind?: GradeKind; comment?: string; marks?: Grade['marks'] } = {},
): Promise<Grade> {
  const { world, models, assignment, teacherMember } = room;
  const { grades } = models;
  const membershipId = room.member(key)._id;
  const place = { contextId: room.context._id, assignmentId: assignment.id, membershipId };
  const now = world.clock.now();
  const grade = await grades.open(place, now);
  const submission = await models.submissions.find(
    place.contextId,
    place.assignmentId,
    membershipId,
  );
  // Later than the last release, also where the test's clock stands still.
  const gradedAt = new Date(Math.max(now.getTime(), (grade.released?.at.getTime() ?? 0) + 1));
  await grades.change(
    grade,
    {
      kind: more.kind ?? 'scored',
      points,
      comment: more.comment ?? '',
      ...(more.marks === undefined ? {} : { marks: more.marks }),
      isFinished: true,
      gradedAt,
      gradedBy: teacherMember._id,
      attempt: submission?.handIns.at(-1)?.attempt ?? null,
    },
    now,
  );
  const release = createRelease({
    ...models,
    deliver: (released) => world.trellis.passback.released(released),
    listeners: [],
    onError: (error) => {
      throw error;
    },
    clock: () => world.clock.now(),
  });
  const done = await release.release(assignment, membershipId, teacherMember._id);
  if (done === null) throw new Error('nothing was released');
  return done;
}

/** Where a student's delivery stands. */
export async function delivery(room: GradingClass, key: string): Promise<DeliveryRow> {
  const row = await room.models.deliveries.find(room.assignment.id, room.member(key)._id);
  if (row === null) throw new Error(`no delivery for ${key}`);
  return row;
}

/** Moves the clock of Trellis and the practice LMS. */
export function later(world: World, ms: number): void {
  const { now } = world.clock;
  world.clock.now = () => new Date(now().getTime() + ms);
}

/** Sends until nothing waits any more, letting time pass between the rounds. */
export async function sendAll(room: GradingClass, rounds = 20): Promise<void> {
  const { world, models } = room;
  for (let i = 0; i < rounds; i += 1) {
    await world.trellis.passback.drain();
    const rows = await models.deliveries.ofContext(room.context._id);
    if (!rows.some((row) => row.state === 'waiting' || row.state === 'sending')) return;
    later(world, 5 * 60_000);
  }
}

/** What stands in the gradebook of the practice LMS. */
export function cell(room: GradingClass, key: string) {
  return room.world.sandbox.grade(room.linkId, key, room.family);
}

/** Scores posted so far. */
export function posts(room: GradingClass) {
  return room.world.sandbox.requests('scores').filter((entry) => entry.family === room.family);
}
