import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MembershipId } from '../../src/ids.js';
import { noSupports } from '../../src/tiers/supports.js';
import { expectNoLeak } from '../support/leak.js';
import { press, ROUTES, startClass, type StudentClass } from './submissions-class.js';

const DAY = 86_400_000;
const secrets = { tierNames: ROUTES };
type Student = Awaited<ReturnType<StudentClass['student']>>;

async function write(c: StudentClass, one: Student, text: string): Promise<void> {
  const { id } = c.design.board.options.find((o) => o.form === 'text')!;
  const chosen = await press(one.visitor, one.page, `${one.at}/choice/${id}/take`);
  await one.visitor.submit(chosen, '#work form[data-behaviour=writing]', { text });
}

async function handIn(one: Student) {
  const over = await one.visitor.open(`${one.at}/hand-in`);
  return one.visitor.submit(over, 'form[action$="/hand-in"]');
}

describe('one piece of a group', () => {
  let c: StudentClass;
  let people: Student[];
  let ids: MembershipId[];
  const of = (i: number) => c.submissions.find(c.contextId, c.assignment.id, ids[i]!);

  beforeAll(async () => {
    c = await startClass((design) => ({
      ...design,
      settings: { ...design.settings, groupHandIn: true },
    }));
    people = [];
    for (let i = 1; i <= 5; i += 1) people.push(await c.student(`student-${i}`));
    ids = await Promise.all(people.map((one) => one.member()));
    await c.inGroups(ids.slice(0, 4), ids.slice(4));
  });
  afterAll(() => c.close());

  test('what one makes is seen by the group and nobody else, and each may go on from it', async () => {
    await write(c, people[0]!, 'Algae feed the snails.');
    await write(c, people[1]!, 'My own first try.');
    const seen = await people[1]!.visitor.open(`${people[1]!.at}/task`);
    expect(seen.text).toContain('Algae feed the snails.');
    expectNoLeak(seen, secrets);
    const outside = await people[4]!.visitor.open(`${people[4]!.at}/task`);
    expectNoLeak(outside, { ...secrets, others: ['Algae feed the snails.'] });

    const address = `${people[1]!.at}/group-work/${ids[0]!}/take`;
    const taken = await press(people[1]!.visitor, seen, address);
    expect(taken.html.querySelector('textarea[name=text]')!.text).toContain('Algae feed');
    const { id } = c.design.board.options.find((o) => o.form === 'text')!;
    const versions = await people[1]!.visitor.open(`${people[1]!.at}/work/${id}/versions`);
    expect(versions.text).toContain('My own first try.');
    const [first] = (await of(0))!.drafts;
    expect(first!.work.html).toContain('Algae feed the snails.');

    const stranger = await press(
      people[4]!.visitor,
      outside,
      `${people[4]!.at}/group-work/${ids[0]!}/take`,
    );
    expect(stranger.status).toBe(404);
  });

  test('a hand-in by one counts for all; each has their own date; who left has no part in it', async () => {
    await c.memberships.change(ids[3]!, { status: 'left' });
    const due = c.design.dueAt!.getTime();
    const now = c.world.clock.now;
    // The date for everybody is over; the second member has more days in every task.
    await c.supports.set(
      c.contextId,
      { ...noSupports(ids[1]!), extraDays: 5 },
      ids[0]!,
      new Date(),
    );
    c.world.clock.now = () => new Date(due + DAY);
    try {
      const again = await c.student('student-1');
      const done = await handIn(again);
      expect(done.text).toContain('Handed in');
      people[0] = again;
    } finally {
      c.world.clock.now = now;
    }
    for (const i of [0, 1, 2]) {
      const submission = (await of(i))!;
      expect(submission.state).toBe('handed-in');
      const last = submission.handIns.at(-1)!;
      expect(last.memberIds).toEqual(ids.slice(0, 3));
      expect(last.works[0]!.work.html).toContain('Algae feed the snails.');
      expect(last.isLate).toBe(i !== 1);
    }
    expect((await of(1))!.handIns[0]!.dueAt).toEqual(new Date(due + 5 * DAY));
    expect((await of(3))?.handIns ?? []).toEqual([]);
    expect((await of(4))?.handIns ?? []).toEqual([]);
    const shown = await people[2]!.visitor.open(`${people[2]!.at}/task`);
    expect(shown.text).toContain('Algae feed the snails.');
    expectNoLeak(shown, secrets);
  });

  test('one takes it back for all; the next hand-in is everybody’s second attempt', async () => {
    const page = await people[2]!.visitor.open(`${people[2]!.at}/task`);
    await press(people[2]!.visitor, page, `${people[2]!.at}/take-back`);
    for (const i of [0, 1, 2]) expect((await of(i))!.state).toBe('taken-back');
    await handIn(people[1]!);
    for (const i of [0, 1, 2]) expect((await of(i))!.handIns.map((h) => h.attempt)).toEqual([1, 2]);
  });

  test('after feedback one revises, and the new attempt counts for those who waited', async () => {
    for (const i of [0, 1, 2]) {
      const submission = (await of(i))!;
      await c.submissions.change(submission, { state: 'returned' }, new Date());
    }
    const page = await people[1]!.visitor.open(`${people[1]!.at}/task`);
    await press(people[1]!.visitor, page, `${people[1]!.at}/revise`);
    await handIn(people[1]!);
    for (const i of [0, 1, 2]) {
      const submission = (await of(i))!;
      expect(submission.state).toBe('handed-in');
      expect(submission.handIns).toHaveLength(3);
      expect(submission.handIns.at(-1)!.memberIds).toHaveLength(3);
    }
  });
});

describe('days more in every task', () => {
  let c: StudentClass;
  let one: Student;
  let other: Student;
  const dueOf = (days: number) => new Date(c.design.dueAt!.getTime() + days * DAY);

  beforeAll(async () => {
    c = await startClass();
    one = await c.student('student-1');
    other = await c.student('student-2');
    const id = await one.member();
    await c.supports.set(c.contextId, { ...noSupports(id), extraDays: 3 }, id, new Date());
  });
  afterAll(() => c.close());

  test.each(['/task', '/my'])('move the date on %s', async (path) => {
    const at = (who: Student) => (path === '/my' ? `${who.base}/my` : `${who.at}${path}`);
    const times = async (who: Student): Promise<(string | undefined)[]> =>
      (await who.visitor.open(at(who))).html
        .querySelectorAll('time')
        .map((t) => t.getAttribute('datetime'));
    expect(await times(one)).toContain(dueOf(3).toISOString());
    expect(await times(other)).toContain(dueOf(0).toISOString());
  });

  test('a date of the group in force holds on the list too, with the days on top', async () => {
    const groups = await c.inGroups([await one.member(), await other.member()]);
    const current = await c.assignments.get(c.contextId, c.assignment.id);
    const rule = {
      scope: 'group' as const,
      tierId: null,
      groupId: groups[0]!.id,
      membershipId: null,
      dueAt: dueOf(10),
    };
    const dated = { ...c.design, dates: [rule] };
    const changed = await c.assignments.change(current, { published: dated }, new Date());
    const my = await one.visitor.open(`${one.base}/my`);
    expect(my.html.querySelector('time')!.getAttribute('datetime')).toBe(dueOf(13).toISOString());
    await c.assignments.change(changed, { published: c.design, groupingId: null }, new Date());
  });

  test('are on the teacher’s page of the student, and judge work that the teacher logs', async () => {
    const { visitor } = c.teacher;
    const pages = await Promise.all(
      [one, other].map(async (who) => visitor.open(`${c.teacherAt}/student/${await who.member()}`)),
    );
    expect(pages[0]!.text).toContain('this student&#x27;s own date');
    expect(pages[1]!.text).toContain('the date for everybody');
    const { now } = c.world.clock;
    c.world.clock.now = () => dueOf(1);
    try {
      const later = await c.world.launch({ as: 'teacher-1', link: 'link-1' });
      for (const who of [one, other]) {
        const at = `${later.base}/a/${c.assignment.id}/student/${await who.member()}`;
        const page = await later.visitor.open(at);
        await press(later.visitor, page, `${at}/log`, { kind: 'spoken', note: 'Told me' });
      }
    } finally {
      c.world.clock.now = now;
    }
    const late = await Promise.all(
      [one, other].map(async (who) => {
        const found = await c.submissions.find(c.contextId, c.assignment.id, await who.member());
        return found!.handIns.map((h) => h.isLate);
      }),
    );
    expect(late).toEqual([[false], [true]]);
  });

  test('are on the family’s card without being named', async () => {
    const family = await c.world.launch({ as: 'mentor-1', link: 'link-1' });
    expect(family.page.page).toBe('submissions/family');
    expectNoLeak(family.page, { ...secrets, rules: ['Extra time', 'extension'] });
    const dates = family.page.html.querySelectorAll('time').map((t) => t.getAttribute('datetime'));
    expect(dates).toEqual([dueOf(3).toISOString()]);
  });
});
