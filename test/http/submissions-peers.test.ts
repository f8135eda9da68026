import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MembershipId } from '../../src/ids.js';
import { expectNoLeak } from '../support/leak.js';
import { csrfOf, press, ROUTES, startClass, type StudentClass } from './submissions-class.js';

type Student = Awaited<ReturnType<StudentClass['student']>>;

describe('peer feedback', () => {
  let c: StudentClass;
  let people: Student[];
  let ids: MembershipId[];
  let names: string[];
  const desk = () => c.teacher.visitor.open(`${c.teacherAt}/peer-feedback`);
  const peers = (one: Student) => one.visitor.open(`${one.at}/peers`);
  /** Names and ids of everybody but one: none may stand on their pages. */
  const othersOf = (i: number) => ({
    tierNames: ROUTES,
    others: [...names, ...ids].filter((text) => text !== names[i] && text !== ids[i]),
  });

  beforeAll(async () => {
    c = await startClass((design) => ({
      ...design,
      settings: { ...design.settings, peerFeedback: true },
    }));
    people = [];
    for (let i = 1; i <= 4; i += 1) people.push(await c.student(`student-${i}`));
    ids = await Promise.all(people.map((one) => one.member()));
    const members = await c.memberships.list(c.contextId);
    names = ids.map((id) => members.find((m) => m._id === id)!.name!);
    await c.inGroups(ids.slice(0, 2), ids.slice(2));
    const { id } = c.design.board.options.find((o) => o.form === 'file')!;
    for (const [i, one] of people.entries()) {
      const chosen = await press(one.visitor, one.page, `${one.at}/choice/${id}/take`);
      const form = new FormData();
      form.append('_csrf', csrfOf(chosen));
      form.append('file', new Blob([`Pond number ${i + 1}`]), `${names[i]!} pond.txt`);
      const sent = await one.visitor.raw('POST', `${one.at}/work/${id}/files`, form);
      expect(sent.status).toBe(303);
      const over = await one.visitor.open(`${one.at}/hand-in`);
      await one.visitor.submit(over, 'form[action$="/hand-in"]');
    }
  });
  afterAll(() => c.close());

  test('before the teacher opens it there is nothing to look at', async () => {
    const page = await peers(people[0]!);
    expect(page.page).toBe('submissions/peers');
    expect(page.html.querySelectorAll('form[action*="/peers/"]')).toHaveLength(0);
    const board = await c.teacher.visitor.open(c.teacherAt);
    expect(board.html.querySelector('a[href$="/peer-feedback"]')).not.toBeNull();
  });

  test('opened, everybody has two nameless pieces of the other group, whatever the files are called', async () => {
    const opened = await c.teacher.visitor.submit(await desk(), 'form[action$="/open"]');
    expect(opened.html.querySelectorAll('article.card')).toHaveLength(8);
    expect(opened.html.querySelector('form[action$="/open"]')).toBeNull();
    for (const [i, one] of people.entries()) {
      const task = await one.visitor.open(`${one.at}/task`);
      expect(task.text).toContain('2 pieces of classmates wait');
      expectNoLeak(task.text.replaceAll(names[i]!, ''), othersOf(i));
      const page = await peers(one);
      expectNoLeak(page, othersOf(i));
      expect(page.html.querySelectorAll('form[action*="/peers/"]')).toHaveLength(2);
      const seen: string[] = [];
      for (const link of page.html.querySelectorAll('figure a[download]')) {
        const href = link.getAttribute('href')!;
        const file = await one.visitor.raw('GET', new URL(href, page.url).href);
        expectNoLeak([...file.headers].flat().join('\n'), othersOf(i));
        expect(file.headers.get('content-disposition')).not.toContain('pond');
        seen.push(await file.text());
      }
      const theirs =
        i < 2 ? ['Pond number 3', 'Pond number 4'] : ['Pond number 1', 'Pond number 2'];
      expect(seen.sort()).toEqual(theirs);
    }
    const own = await people[0]!.visitor.open(`${people[0]!.at}/task`);
    expect(own.text).toContain(`${names[0]!} pond.txt`);
  });

  test('half a review comes back with what was typed; a whole one waits for the teacher', async () => {
    const one = people[0]!;
    const page = await peers(one);
    const [first, second] = c.design.criteria;
    const half = await one.visitor.submit(page, 'form[action*="/peers/"]', {
      [`works[${first!.id}]`]: 'The arrows are clear',
    });
    expect(half.status).toBe(422);
    expect(half.text).toContain('The arrows are clear');
    expect(half.html.querySelectorAll('.field__error')).toHaveLength(3);
    const given = await one.visitor.submit(half, 'form[action*="/peers/"]', {
      [`works[${first!.id}]`]: 'The arrows are clear',
      [`next[${first!.id}]`]: 'Add the sun',
      [`works[${second!.id}]`]: 'You say why',
      [`next[${second!.id}]`]: 'Give one number',
    });
    expect(given.text).toContain('Your words are with your teacher');
    for (const other of people.slice(2)) {
      const back = await other.visitor.open(`${other.at}/feedback`);
      expect(back.page).toBe('submissions/task');
      expect(back.text).not.toContain('Add the sun');
    }
  });

  test('the teacher lets it on: its author reads it without a name, nobody else does', async () => {
    const page = await desk();
    expect(page.text).toContain('Add the sun');
    const [waiting] = page.html
      .querySelectorAll('article.card')
      .filter((card) => card.text.includes('Add the sun'));
    const author = ids.findIndex((_, i) => waiting!.text.includes(`about ${names[i]!}`));
    expect([2, 3]).toContain(author);
    const action = waiting!.querySelector('form')!.getAttribute('action')!;
    await press(c.teacher.visitor, page, action, { answer: 'released' });
    const reader = people[author]!;
    const feedback = await reader.visitor.open(`${reader.at}/feedback`);
    expect(feedback.page).toBe('submissions/feedback');
    expect(feedback.text).toContain('The arrows are clear');
    expectNoLeak(feedback.text.replaceAll(names[author]!, ''), othersOf(author));
    const other = people[author === 2 ? 3 : 2]!;
    expect((await other.visitor.open(`${other.at}/feedback`)).page).toBe('submissions/task');

    const again = await peers(people[0]!);
    const decided = again.html.querySelectorAll('form[action*="/peers/"]');
    expect(decided).toHaveLength(1);
    await press(c.teacher.visitor, page, action, { answer: 'hidden' });
    const hidden = await reader.visitor.open(`${reader.at}/feedback`);
    expect(hidden.page).toBe('submissions/task');
  });

  test('a review of somebody else cannot be written, the desk is the teacher’s, and who comes later is taken in', async () => {
    const mine = (await peers(people[1]!)).html
      .querySelector('form[action*="/peers/"]')!
      .getAttribute('action')!;
    const review = mine.split('/').at(-1)!;
    const page = await peers(people[2]!);
    const foreign = await press(people[2]!.visitor, page, `${people[2]!.at}/peers/${review}`);
    expect(foreign.status).toBe(404);
    for (const path of ['/peer-feedback', '/peer-feedback/open'])
      expect((await press(people[2]!.visitor, page, `${people[2]!.at}${path}`)).status).toBe(403);

    const late = await c.student('student-5');
    const { id } = c.design.board.options.find((o) => o.form === 'text')!;
    const chosen = await press(late.visitor, late.page, `${late.at}/choice/${id}/take`);
    await late.visitor.submit(chosen, '#work form[data-behaviour=writing]', { text: 'Late pond' });
    await late.visitor.submit(
      await late.visitor.open(`${late.at}/hand-in`),
      'form[action$="/hand-in"]',
    );
    await c.teacher.visitor.submit(await desk(), 'form[action$="/open"]');
    const pieces = await peers(late);
    expect(pieces.html.querySelectorAll('form[action*="/peers/"]')).toHaveLength(2);
    const shown = await Promise.all(people.map(async (one) => (await peers(one)).text));
    expect(shown.some((text) => text.includes('Late pond'))).toBe(true);
  });
});
