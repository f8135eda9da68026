import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectNoLeak } from '../support/leak.js';
import { startWorld, type Family, type World } from '../support/world.js';
import {
  anotherApp,
  gradingClass,
  handIn,
  TIER_NAMES,
  type GradingClass,
} from './grading-class.js';
import { cell, delivery, give, later, posts, sendAll } from './passback-class.js';

const FAMILIES: readonly Family[] = ['canvas', 'moodle', 'schoology'];
const CLASS = Array.from({ length: 12 }, (_, i) => `student-${i + 1}`);

describe.each(FAMILIES)('grades on their way to %s', (family) => {
  let world: World;
  let room: GradingClass;
  beforeAll(async () => {
    world = await startWorld({ family });
    room = await gradingClass(world, { family, students: CLASS, design: { criteria: [] } });
  });
  afterEach(() => {
    world.sandbox.faults.clear();
    world.sandbox.clearRequests();
  });
  afterAll(async () => {
    await room.close();
    await world.close();
  });

  test('a class arrives, one request a grade and one look before; nothing wrong and nothing leaked', async () => {
    for (const [i, key] of CLASS.entries()) await give(room, key, i, { comment: 'Kind words.' });
    world.sandbox.clearRequests();
    await sendAll(room);
    for (const [i, key] of CLASS.entries()) expect(cell(room, key)?.score).toBe(i);
    const asked = world.sandbox.requests();
    expect(asked.flatMap((entry) => entry.problems)).toEqual([]);
    expect(posts(room)).toHaveLength(CLASS.length);
    expect(asked.filter((entry) => entry.kind === 'results').length).toBeLessThanOrEqual(2);
    for (const entry of asked)
      expectNoLeak(JSON.stringify([entry.path, entry.detail]), { tierNames: TIER_NAMES });
  });

  test('zero is a grade with its maximum', async () => {
    await give(room, 'student-2', 0);
    await sendAll(room);
    const [post] = posts(room);
    expect(post?.detail).toMatchObject({ scoreGiven: 0, scoreMaximum: 20 });
    expect(cell(room, 'student-2')?.score).toBe(0);
  });

  test('stamps rise when two grades fall into one millisecond and the clock steps back', async () => {
    later(world, 2 * 3_600_000);
    const { now } = world.clock;
    const fixed = now();
    world.clock.now = () => fixed;
    await give(room, 'student-3', 5);
    await world.trellis.passback.drain();
    await give(room, 'student-3', 6);
    await world.trellis.passback.drain();
    world.clock.now = () => new Date(fixed.getTime() - 3_600_000);
    await give(room, 'student-3', 7);
    await world.trellis.passback.drain();
    world.clock.now = now;
    await sendAll(room);
    const stamps = posts(room).map((e) =>
      Date.parse((e.detail as { timestamp: string }).timestamp),
    );
    expect(stamps).toHaveLength(3);
    expect([...stamps].sort((a, b) => a - b)).toEqual(stamps);
    expect(new Set(stamps).size).toBe(3);
    expect(cell(room, 'student-3')?.score).toBe(7);
  });

  test.each([
    ['an error of the server', ['500', '503']],
    ['a rate limit without a time', ['429']],
    ['a rate limit with a time', ['429-retry-after']],
    ['a slow answer', ['slow']],
    ['a dropped connection', ['drop']],
    ['a lost answer', ['lost']],
    ['wrong bodies of the token service', ['garbage', 'html']],
  ] as const)('%s: the grade arrives, once, with its last value', async (_name, trouble) => {
    world.sandbox.faults.set({
      trouble: [...trouble],
      troubleNext: 4,
      slowMs: 150,
      retryAfterSeconds: 1,
      troubleOn: trouble.includes('garbage' as never) ? ['token'] : ['scores', 'results'],
    });
    const before = cell(room, 'student-4')?.history.length ?? 0;
    const points = 1 + before / 100;
    await give(room, 'student-4', points);
    await give(room, 'student-5', points);
    await sendAll(room);
    for (const key of ['student-4', 'student-5']) {
      expect(cell(room, key)?.score).toBeCloseTo(points, 2);
      expect(await delivery(room, key)).toMatchObject({ state: 'accepted', failures: 0 });
    }
  });

  test('a rate limit in text is no refusal', async () => {
    world.sandbox.faults.set({ trouble: ['403-rate'], troubleNext: 2, troubleOn: ['scores'] });
    await give(room, 'student-6', 6.5);
    await world.trellis.passback.drain();
    const held = await delivery(room, 'student-6');
    if (family === 'canvas') {
      expect(held).toMatchObject({ state: 'waiting', reason: 'too-fast' });
      await sendAll(room);
      expect(cell(room, 'student-6')?.score).toBe(6.5);
    } else expect(held).toMatchObject({ state: 'parked', reason: 'forbidden' });
    world.sandbox.faults.clear();
    await world.trellis.passback.resume.retry(room.context._id, { assignmentId: null });
    await sendAll(room);
    expect(cell(room, 'student-6')?.score).toBe(6.5);
  });

  test('expired tokens are renewed', async () => {
    world.sandbox.faults.set({ tokensExpired: true });
    await give(room, 'student-6', 8.5);
    await world.trellis.passback.drain();
    world.sandbox.faults.clear();
    await world.trellis.passback.resume.retry(room.context._id, { assignmentId: null });
    await sendAll(room);
    expect(cell(room, 'student-6')?.score).toBe(8.5);
  });

  test('a student who is gone stops nobody; back again, the grade goes out', async () => {
    world.sandbox.setEnrolled('student-7', false);
    for (const key of CLASS) await give(room, key, 11);
    await sendAll(room);
    const gone = await delivery(room, 'student-7');
    expect(gone.state, JSON.stringify(gone)).toBe('refused');
    for (const key of CLASS.filter((k) => k !== 'student-7'))
      expect(cell(room, key)?.score).toBe(11);
    const page = await room.open('/ledger?state=refused');
    expect(page.text).toContain(
      gone.reason === 'not-a-student'
        ? 'does not have this person as a student'
        : 'did not take this grade',
    );
    world.sandbox.setEnrolled('student-7', true);
    const refused = await room.teacher.visitor.submit(page, `#delivery-${gone.id} form`);
    expect(refused.text).toContain('1 grade is on its way again');
    await sendAll(room);
    expect(cell(room, 'student-7')?.score).toBe(11);
  });

  test('two processes deliver and none arrives twice', async () => {
    for (const [i, key] of CLASS.entries()) await give(room, key, 12 + i / 10);
    const other = await anotherApp(world);
    world.sandbox.clearRequests();
    await Promise.all([world.trellis.passback.drain(), other.trellis.passback.drain()]);
    await sendAll(room);
    await other.close();
    expect(posts(room)).toHaveLength(CLASS.length);
    for (const [i, key] of CLASS.entries()) expect(cell(room, key)?.score).toBeCloseTo(12 + i / 10);
  });

  test('a closed course parks; opened again, a launch wakes one and it wakes the others', async () => {
    world.sandbox.faults.set({ courseClosed: family === 'canvas' ? '422' : '404' });
    for (const key of ['student-8', 'student-9']) await give(room, key, 15);
    await world.trellis.passback.drain();
    expect((await delivery(room, 'student-8')).state).toBe('parked');
    expect((await delivery(room, 'student-9')).state).toBe('parked');
    world.sandbox.faults.clear();
    later(world, 10 * 60_000);
    await world.launch({ family, as: 'student-1', link: room.linkId });
    await expect
      .poll(async () => (await delivery(room, 'student-8')).state, { timeout: 5000 })
      .not.toBe('parked');
    await sendAll(room);
    expect(cell(room, 'student-8')?.score).toBe(15);
    expect(cell(room, 'student-9')?.score).toBe(15);
  });

  test("a teacher's change in the gradebook is asked about, before and after sending", async () => {
    world.sandbox.override(room.linkId, 'student-10', { score: 7 }, family);
    await give(room, 'student-10', 18);
    await sendAll(room);
    expect(cell(room, 'student-10')?.score).toBe(7);
    const page = await room.open('/ledger?state=differs');
    expect(page.text).toContain('The gradebook shows 7. Trellis has 18.');
    const { id } = await delivery(room, 'student-10');
    await room.teacher.visitor.submit(page, `#delivery-${id} form:nth-of-type(2)`, {
      decision: 'send-ours',
    });
    await sendAll(room);
    if (family !== 'moodle') expect(cell(room, 'student-10')?.score).toBe(18);

    world.sandbox.override(room.linkId, 'student-11', { score: 3 }, family);
    later(world, 7 * 3_600_000);
    await world.trellis.passback.readBack();
    expect(await delivery(room, 'student-11')).toMatchObject({ state: 'differs', theirPoints: 3 });
    const again = await room.open('/ledger?state=differs');
    const row = await delivery(room, 'student-11');
    await room.teacher.visitor.submit(again, `#delivery-${row.id} form`, {
      decision: 'keep-theirs',
    });
    await give(room, 'student-11', 19);
    await sendAll(room);
    expect(cell(room, 'student-11')?.score).toBe(3);
  });

  test('excused and missing are no zeros: nothing is posted for them', async () => {
    const fresh = await gradingClass(world, {
      family,
      students: ['student-20', 'student-21'],
      design: { criteria: [] },
      linkId: world.sandbox.linksOf(family)[1]!.id,
    });
    if (family === 'schoology')
      world.sandbox.override(fresh.linkId, 'student-21', { score: null, missing: true }, family);
    world.sandbox.clearRequests();
    await give(fresh, 'student-20', 0, { kind: 'excused' });
    await give(fresh, 'student-21', 0, { kind: 'missing' });
    await sendAll(fresh);
    expect(posts(fresh)).toEqual([]);
    expect(cell(fresh, 'student-20')?.score ?? null).toBeNull();
    if (family === 'schoology') expect(cell(fresh, 'student-21')?.missing).toBe(true);
    const submission = await handIn(fresh, fresh.member('student-21'), '<p>Here it is.</p>');
    await world.trellis.passback.handedIn(submission);
    await sendAll(fresh);
    expect(posts(fresh)).toHaveLength(family === 'canvas' ? 1 : 0);
    if (family === 'schoology') expect(cell(fresh, 'student-21')?.missing).toBe(true);
    await fresh.close();
  });

  test('a deleted column parks with words; a teacher may have it made again', async () => {
    world.sandbox.faults.set({ lineItemsGone: true });
    await give(room, 'student-12', 16);
    await world.trellis.passback.drain();
    expect(await delivery(room, 'student-12')).toMatchObject({
      state: 'parked',
      reason: 'column-gone',
    });
    const made = world.sandbox.lineItems(family).length;
    later(world, 2 * 3_600_000);
    await world.trellis.passback.probe();
    await world.trellis.passback.drain();
    expect(world.sandbox.lineItems(family)).toHaveLength(made);
    const page = await room.open('/ledger?state=parked');
    expect(page.text).toContain('The gradebook column is no longer there.');
  });
});

describe('what only Canvas does', () => {
  let world: World;
  let room: GradingClass;
  beforeAll(async () => {
    world = await startWorld({ family: 'canvas' });
    room = await gradingClass(world, {
      students: ['student-1', 'student-2', 'student-3'],
      design: { criteria: [] },
    });
  });
  afterEach(() => {
    world.sandbox.faults.clear();
    world.sandbox.clearRequests();
  });
  afterAll(async () => {
    await room.close();
    await world.close();
  });

  test('a hand-in is announced once; grade and regrade add no attempt and mark nothing late', async () => {
    const submission = await room.models.submissions.find(
      room.context._id,
      room.assignment.id,
      room.member('student-1')._id,
    );
    await world.trellis.passback.handedIn(submission!);
    await sendAll(room);
    expect(cell(room, 'student-1')).toMatchObject({ attempts: 1, score: null });
    later(world, 30 * 86_400_000);
    await give(room, 'student-1', 10);
    await sendAll(room);
    await give(room, 'student-1', 12);
    await sendAll(room);
    expect(cell(room, 'student-1')).toMatchObject({ attempts: 1, score: 12, late: false });
  });

  test('a grade that overtakes its announcement brings the hand-in along, with its own time', async () => {
    await give(room, 'student-2', 9);
    await sendAll(room);
    expect(cell(room, 'student-2')).toMatchObject({ attempts: 1, score: 9, late: false });
    await give(room, 'student-2', 10);
    await sendAll(room);
    expect(cell(room, 'student-2')).toMatchObject({ attempts: 1, score: 10 });
  });

  test('used-up attempts keep no grade back', async () => {
    world.sandbox.faults.set({ attemptsExhausted: true });
    await give(room, 'student-3', 13);
    await sendAll(room);
    expect(cell(room, 'student-3')?.score).toBe(13);
  });

  test('the shared bucket is never overrun for long', async () => {
    world.sandbox.faults.set({ bucket: true });
    for (const key of ['student-1', 'student-2', 'student-3']) await give(room, key, 17);
    await sendAll(room);
    expect(cell(room, 'student-1')?.score).toBe(17);
  });

  test.each([
    ['unpublished', { unpublished: true }, 'not published on the platform'],
    ['moderated', { moderated: true }, 'being moderated'],
    ['grading-period-closed', { gradingPeriodClosed: true }, 'grading period'],
    ['not-assigned', { notAssigned: ['student-1'] }, 'not assigned to this student'],
  ] as const)('%s is said in plain words', async (reason, faults, words) => {
    world.sandbox.faults.set(faults as never);
    await give(room, 'student-1', 14 + words.length / 100);
    await world.trellis.passback.drain();
    expect(await delivery(room, 'student-1')).toMatchObject({ reason });
    expect((await room.open('/ledger')).text).toContain(words);
    world.sandbox.faults.clear();
    await world.trellis.passback.resume.retry(room.context._id, { assignmentId: null });
    await sendAll(room);
    expect((await delivery(room, 'student-1')).state).toBe('accepted');
  });
});
