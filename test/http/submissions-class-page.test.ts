import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoLeak } from '../support/leak.js';
import {
  anOption,
  csrfOf,
  press,
  ROUTES,
  startClass,
  type StudentClass,
} from './submissions-class.js';

let c: StudentClass;
beforeAll(async () => {
  c = await startClass((design) => ({
    ...design,
    board: {
      ...design.board,
      options: [
        ...design.board.options,
        anOption({
          title: 'Use the microscope',
          form: 'photo',
          places: 1,
          criterionIds: design.criteria.map((x) => x.id),
        }),
      ],
    },
  }));
});
afterAll(() => c.close());

const board = () => c.teacher.visitor.open(c.teacherAt);
const secrets = { tierNames: ROUTES };

describe('the class page', () => {
  test('shows who stands where, and a nudge reaches the undecided in two clicks', async () => {
    const { visitor, page, at } = await c.student('student-1');
    expect(page.page).toBe('submissions/task');
    const before = await board();
    expect(before.page).toBe('submissions/board');
    expect(
      before.html.querySelector('[data-lane=not-chosen], [data-lane=not-started]'),
    ).not.toBeNull();
    const after = await c.teacher.visitor.submit(before, '#nudge form', { text: 'Pick one today' });
    expect(after.text).toContain('Your message is on their pages');
    const shown = await visitor.open(`${at}/task`);
    expect(shown.text).toContain('Pick one today');
    expectNoLeak(shown, secrets);
  });

  test('a question is answered at the student and stands on their page only', async () => {
    const asker = await c.student('student-2');
    await press(asker.visitor, asker.page, `${asker.at}/ask`, { text: 'What is a producer?' });
    const page = await board();
    const lane = page.html.querySelector('[data-lane=asking]')!;
    expect(lane.text).toContain('What is a producer?');
    await c.teacher.visitor.submit(page, '[data-lane=asking] form', { text: 'It makes food.' });
    expect((await asker.visitor.open(`${asker.at}/task`)).text).toContain('It makes food.');
    const other = await c.student('student-3');
    expectNoLeak(other.page, { ...secrets, others: ['It makes food.', 'What is a producer?'] });
  });

  test('a request is answered in one click; the student works on, and keeps the work', async () => {
    const one = await c.student('student-4');
    const option = c.design.board.options[0]!.id;
    const chosen = await press(one.visitor, one.page, `${one.at}/choice/${option}/take`);
    await one.visitor.submit(chosen, 'form[data-behaviour=writing]', { text: 'Kept words' });
    const asked = await press(one.visitor, one.page, `${one.at}/another-way`, { kind: 'further' });
    expectNoLeak(asked, secrets);
    const page = await board();
    const form = page.html.querySelector('form[action$="/request"]')!;
    await press(c.teacher.visitor, page, form.getAttribute('action')!, { answer: 'yes' });
    const moved = await one.visitor.open(`${one.at}/task`);
    expect(moved.text).toContain('Text of the third way');
    expect(moved.text).not.toContain('Text of the first way');
    expect(moved.text).toContain('Kept words');
    expectNoLeak(moved, secrets);
  });

  test('one student is moved in two clicks', async () => {
    const one = await c.student('student-5');
    const id = await one.member();
    const page = await c.teacher.visitor.open(`${c.teacherAt}/student/${id}`);
    expect(page.page).toBe('submissions/student');
    const support = c.design.tiers.find((t) => t.kind === 'support')!;
    await press(c.teacher.visitor, page, `${c.teacherAt}/student/${id}/move`, {
      route: support.id,
    });
    expect((await one.visitor.open(`${one.at}/task`)).text).toContain('Text of the second way');
  });

  test('work on paper is logged with a photo and counts as handed in', async () => {
    const one = await c.student('student-6');
    const id = await one.member();
    const page = await c.teacher.visitor.open(`${c.teacherAt}/student/${id}`);
    const form = new FormData();
    form.append('_csrf', csrfOf(page));
    form.append('kind', 'paper');
    form.append('note', 'A poster of the pond');
    const answer = await c.teacher.visitor.raw('POST', `${c.teacherAt}/student/${id}/log`, form);
    expect(answer.status).toBe(303);
    const shown = await one.visitor.open(`${one.at}/task`);
    expect(shown.text).toContain('A poster of the pond');
    const submission = await c.submissions.find(c.contextId, c.assignment.id, id);
    expect(submission!.state).toBe('handed-in');
  });

  test('polling answers nothing while nothing changed', async () => {
    const page = await board();
    const mark = page.html.querySelector('[data-mark]')!.getAttribute('data-mark')!;
    const same = await c.teacher.visitor.raw('GET', `${c.teacherAt}/lanes?mark=${mark}`);
    expect(same.status).toBe(204);
    const other = await c.teacher.visitor.raw('GET', `${c.teacherAt}/lanes?mark=x`);
    expect(await other.text()).toContain('data-lane');
  });

  test('a student reaches none of the teacher’s pages', async () => {
    const one = await c.student('student-7');
    const id = await one.member();
    for (const path of ['', '/lanes', `/student/${id}`, '/choices'])
      expect((await one.visitor.open(`${one.at}${path}`)).status).toBe(403);
    expect((await one.visitor.open(`${one.base}/growth/${id}`)).status).toBe(403);
    expect((await one.visitor.open(`${one.base}/family`)).status).toBe(403);
  });
});

describe('choices', () => {
  test('an own idea goes to the teacher, comes back as an option, and is only this student’s', async () => {
    const one = await c.student('student-8');
    const form = await one.visitor.open(`${one.at}/idea`);
    const short = await one.visitor.submit(form, 'form[action$="/idea"]', {
      title: 'Film',
      what: 'film',
    });
    expect(short.status).toBe(422);
    expect(short.html.querySelector('[name=title]')!.getAttribute('value')).toBe('Film');
    const shows = Object.fromEntries(
      c.design.criteria.map((x) => [`shows[${x.id}]`, 'In the second scene']),
    );
    const sent = await one.visitor.submit(short, 'form[action$="/idea"]', {
      title: 'A puppet play',
      what: 'I play the food web with hand puppets.',
      form: 'video',
      ...shows,
    });
    expect(sent.text).toContain('Your idea is with your teacher');
    const choices = await c.teacher.visitor.open(`${c.teacherAt}/choices`);
    const answer = choices.html.querySelector('form[action*="/ideas/"]')!.getAttribute('action')!;
    const bare = await press(c.teacher.visitor, choices, answer, { answer: 'declined' });
    expect(bare.status).toBe(422);
    await press(c.teacher.visitor, choices, answer, { answer: 'approved', sentence: 'Lovely' });
    const task = await one.visitor.open(`${one.at}/task?choices=all`);
    expect(task.text).toContain('A puppet play');
    expect(task.text).toContain('Lovely');
    expectNoLeak(task, secrets);
    const own = task.html
      .querySelectorAll('.choice-card')
      .find((card) => card.text.includes('A puppet play'))!
      .querySelector('button[formaction$="/take"]')!
      .getAttribute('formaction')!;
    const chosen = await press(one.visitor, task, own);
    const written = await one.visitor.submit(chosen, '#work form[action*="/work/"]', {
      linkUrl: 'https://films.example.org/pond',
    });
    expectNoLeak(written, secrets);
    const film = new FormData();
    film.append('_csrf', csrfOf(written));
    film.append('file', new Blob(['First scene: the pond.']), 'script.txt');
    const optionId = own.split('/').at(-2)!;
    await one.visitor.raw('POST', `${one.at}/work/${optionId}/files`, film);
    const over = await one.visitor.open(`${one.at}/hand-in`);
    const done = await one.visitor.submit(over, 'form[action$="/hand-in"]');
    expect(done.text).toContain('Handed in');
    const submission = await c.submissions.find(c.contextId, c.assignment.id, await one.member());
    expect(submission!.handIns[0]!.works).toMatchObject([{ optionTitle: 'A puppet play' }]);
    const other = await c.student('student-9');
    const all = await press(other.visitor, other.page, `${other.at}/choice/all`);
    expectNoLeak(all, { ...secrets, others: ['A puppet play'] });
  });

  test('few places are shared out by wishes; being first does not matter', async () => {
    const scarce = c.design.board.options.at(-1)!.id;
    const places = [];
    for (const key of ['student-10', 'student-11']) {
      const one = await c.student(key);
      const wished = await press(one.visitor, one.page, `${one.at}/choice/${scarce}/wish`);
      expect(wished.text).toContain('Your wish number 1');
      const taken = await press(one.visitor, one.page, `${one.at}/choice/${scarce}/take`);
      expect(taken.status).toBe(409);
      places.push(one);
    }
    const page = await c.teacher.visitor.open(`${c.teacherAt}/choices`);
    await press(c.teacher.visitor, page, `${c.teacherAt}/choices/places`);
    const chosen = await Promise.all(
      places.map(async (one) => {
        const s = await c.submissions.find(c.contextId, c.assignment.id, await one.member());
        return s!.chosenIds.includes(scarce);
      }),
    );
    expect(chosen.filter(Boolean)).toHaveLength(1);
    const loser = places[chosen.indexOf(false)]!;
    expect((await loser.visitor.open(`${loser.at}/task?choices=all`)).text).toContain(
      'went to others this time',
    );
  });

  test('the coverage grid blocks until every option covers every criterion', async () => {
    const { visitor } = c.teacher;
    const at = `${c.teacherAt}/choices`;
    const page = await visitor.open(at);
    const version = page.html.querySelector('[name=version]')!.getAttribute('value')!;
    const gaps = await press(visitor, page, `${at}/coverage`, { version });
    expect(gaps.text).toContain('Publishing waits until');
    const next = gaps.html.querySelector('[name=version]')!.getAttribute('value')!;
    const full = await press(visitor, gaps, `${at}/coverage`, { version: next, all: 'yes' });
    expect(full.text).not.toContain('Publishing waits until');
  });

  test('templates, rule and options are edited; a 31st option is refused in words', async () => {
    const { visitor } = c.teacher;
    const at = `${c.teacherAt}/choices`;
    const versionOf = (page: Awaited<ReturnType<typeof visitor.open>>) =>
      page.html.querySelector('[name=version]')!.getAttribute('value')!;
    let page = await visitor.open(at);
    page = await press(visitor, page, `${at}/template`, {
      version: versionOf(page),
      template: 'grid',
    });
    expect(page.html.querySelectorAll('#options > details').length).toBeGreaterThanOrEqual(9);
    for (let i = 0; i < 30; i += 1) {
      page = await press(visitor, page, `${at}/options`, {
        version: versionOf(page),
        title: `Option ${i}`,
        form: 'text',
      });
      if (page.status === 422) break;
    }
    expect(page.status).toBe(422);
    expect(page.text).toContain('A board can hold 30 options');
  });
});

describe('family card', () => {
  test('shows the own child only, and takes an answer', async () => {
    const family = await c.world.launch({ as: 'mentor-1', link: 'link-1' });
    expect(family.page.page).toBe('submissions/family');
    expectNoLeak(family.page, secrets);
    const form = family.page.html.querySelector('form[action*="/family/"]');
    if (form !== null) {
      const after = await press(family.visitor, family.page, form.getAttribute('action')!, {
        kind: 'talked',
      });
      expect(after.html.querySelector('button[aria-pressed=true]')!.text).toContain('talked');
    }
    const stranger = await press(
      family.visitor,
      family.page,
      `${family.base}/family/01AAAAAAAAAAAAAAAAAAAAAAAA/${c.assignment.id}`,
      { kind: 'talked' },
    );
    expect(stranger.status).toBe(404);
  });
});
