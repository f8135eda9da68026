import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoLeak } from '../support/leak.js';
import { asScript, press, ROUTES, startClass, type StudentClass } from './submissions-class.js';

let c: StudentClass;
beforeAll(async () => {
  c = await startClass();
});
afterAll(() => c.close());

const secrets = {
  tierNames: ROUTES,
  otherTiers: ['Text of the second way', 'Text of the third way'],
};
const option = (form: string) => c.design.board.options.find((o) => o.form === form)!.id;

describe('a student’s way through a task', () => {
  test('shows goal, steps, date with its reason and choices, and nothing of other routes', async () => {
    const { page } = await c.student('student-1');
    expect(page.page).toBe('submissions/task');
    expect(page.role).toBe('learner');
    expect(page.text).toContain('I can explain a food web');
    expect(page.text).toContain('Look at the pond');
    expect(page.text).toContain('Text of the first way');
    expect(page.html.querySelectorAll('.choice-card').length).toBe(2);
    expect(page.html.querySelector('time')).not.toBeNull();
    expectNoLeak(page, secrets);
  });

  test('choose, write, look over and hand in: five interactions from the launch', async () => {
    const { visitor, page, at } = await c.student('student-2');
    const chosen = await press(visitor, page, `${at}/choice/${option('text')}/take`);
    expect(chosen.html.querySelector('textarea[name=text]')).not.toBeNull();
    const saved = await visitor.submit(chosen, '#work form[data-behaviour=writing]', {
      text: 'Algae are producers.\n\nBecause they make food.',
    });
    expect(saved.text).toContain('Algae are producers.');
    const over = await visitor.open(`${at}/hand-in`);
    expect(over.page).toBe('submissions/hand-in');
    expect(over.text).toContain('Algae are producers.');
    const done = await visitor.submit(over, 'form[action$="/hand-in"]', {
      [`rating[${c.design.criteria[0]!.id}]`]: '1',
      'reflection[0]': 'I drew first',
    });
    expect(done.page).toBe('submissions/task');
    expect(done.text).toContain('Handed in');
    for (const one of [page, chosen, saved, over, done]) expectNoLeak(one, secrets);

    const member = (await c.memberships.list(c.contextId)).filter((m) => m.role === 'learner');
    const all = await Promise.all(
      member.map((m) => c.submissions.find(c.contextId, c.assignment.id, m._id)),
    );
    const submission = all.find((s) => s?.handIns.length === 1)!;
    const handIn = submission.handIns[0]!;
    expect(handIn.works[0]!.work.html).toContain('<p>Algae are producers.</p>');
    expect(handIn.selfRatings).toEqual([
      { criterionId: c.design.criteria[0]!.id, share: 1, note: '' },
    ]);
    expect(handIn.reflections[0]!.text).toBe('I drew first');
    expect(handIn.isLate).toBe(false);
  });

  test('nothing is handed in empty, and nothing typed is lost by the refusal', async () => {
    const { visitor, page, at } = await c.student('student-3');
    const nothing = await press(visitor, page, `${at}/hand-in`);
    expect(nothing.status).toBe(422);
    expect(nothing.text).toContain('Choose first how to show it');
    const chosen = await press(visitor, page, `${at}/choice/${option('text')}/take`);
    expect(chosen.status).toBe(200);
    const over = await visitor.open(`${at}/hand-in`);
    const empty = await visitor.submit(over, 'form[action$="/hand-in"]', {
      'reflection[1]': 'Start earlier',
    });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('is still empty');
    expect(empty.text).toContain('Start earlier');
  });

  test('a switched choice keeps the draft', async () => {
    const { visitor, page, at } = await c.student('student-4');
    const chosen = await press(visitor, page, `${at}/choice/${option('text')}/take`);
    await visitor.submit(chosen, 'form[data-behaviour=writing]', { text: 'Half a thought' });
    const other = await press(visitor, page, `${at}/choice/${option('link')}/take`);
    expect(other.html.querySelector('[name=linkUrl][type=url]')).not.toBeNull();
    const back = await press(visitor, page, `${at}/choice/${option('text')}/take`);
    expect(back.text).toContain('Half a thought');
  });

  test('autosave answers with versions; an older tab is shown both', async () => {
    const { visitor, page, at } = await c.student('student-5');
    const chosen = await press(visitor, page, `${at}/choice/${option('text')}/take`);
    const work = `${at}/work/${option('text')}`;
    const one = await asScript(visitor, chosen, 'POST', work, {
      version: 0,
      html: '<div>First tab</div>',
      writer: 'tab-a',
      step: 1,
    });
    expect(one).toMatchObject({ status: 200, said: { version: 1 } });
    const stale = await asScript(visitor, chosen, 'POST', work, {
      version: 0,
      html: '<div>Second tab</div>',
      writer: 'tab-b',
      step: 1,
    });
    expect(stale.status).toBe(409);
    expect(stale.said).toMatchObject({ reason: 'both', version: 1 });
    expect(stale.said['html']).toContain('First tab');
    const seen = await asScript(visitor, chosen, 'POST', work, {
      version: 1,
      html: '<div>Second tab</div>',
      writer: 'tab-b',
      step: 2,
      seen: 'both',
    });
    expect(seen).toMatchObject({ status: 200, said: { version: 2 } });
    const versions = await visitor.open(`${work}/versions`);
    expect(versions.page).toBe('submissions/versions');
  });

  test('a save whose answer was lost is no conflict', async () => {
    const { visitor, page, at } = await c.student('student-6');
    const chosen = await press(visitor, page, `${at}/choice/${option('text')}/take`);
    const work = `${at}/work/${option('text')}`;
    const save = (step: number, html: string) =>
      asScript(visitor, chosen, 'POST', work, { version: 0, html, writer: 'tab-a', step });
    expect((await save(1, '<div>One</div>')).status).toBe(200);
    expect(await save(2, '<div>One two</div>')).toMatchObject({
      status: 200,
      said: { version: 2 },
    });
  });

  test.each([
    ['javascript:alert(1)', 422],
    ['http://user:pass@10.0.0.1/', 422],
    ['ftp://example.org/x', 422],
    ['http://192.168.1.5/secret', 200],
    ['https://example.org/page', 200],
  ])('a link to %s answers %i and is never fetched', async (linkUrl, status) => {
    const { visitor, page, at } = await c.student('student-7');
    const chosen = await press(visitor, page, `${at}/choice/${option('link')}/take`);
    const answer = await asScript(visitor, chosen, 'POST', `${at}/work/${option('link')}`, {
      version: 99,
      linkUrl,
      seen: 'both',
    });
    expect(answer.status).toBe(status);
  });

  test('two megabytes of text are taken; more is refused with the text back', async () => {
    const { visitor, page, at } = await c.student('student-8');
    const chosen = await press(visitor, page, `${at}/choice/${option('text')}/take`);
    const work = `${at}/work/${option('text')}`;
    const fits = await asScript(visitor, chosen, 'POST', work, {
      version: 0,
      html: `<div>${'a'.repeat(1_990_000)}</div>`,
    });
    expect(fits.status).toBe(200);
    const tooLong = await asScript(visitor, chosen, 'POST', work, {
      version: 1,
      html: `<div>${'a'.repeat(2_000_001)}</div>`,
    });
    expect(tooLong).toMatchObject({ status: 422, said: { reason: 'too-long' } });
  });

  test('script and markup in words never come back alive', async () => {
    const { visitor, page, at } = await c.student('student-9');
    const chosen = await press(visitor, page, `${at}/choice/${option('text')}/take`);
    await asScript(visitor, chosen, 'POST', `${at}/work/${option('text')}`, {
      version: 0,
      html: '<div onclick="x()">Hi<script>alert(1)</script><img src=x onerror=alert(2)><a href="javascript:x">l</a></div>',
    });
    const over = await visitor.open(`${at}/hand-in`);
    const shown = over.html.querySelector('.prose')!.innerHTML;
    expect(shown).toContain('Hi');
    expect(shown).not.toMatch(/script|onclick|onerror|javascript:/i);
  });

  test('taking back is for work that nobody has graded', async () => {
    const { visitor, page, at, member } = await c.student('student-10');
    const chosen = await press(visitor, page, `${at}/choice/${option('text')}/take`);
    await visitor.submit(chosen, 'form[data-behaviour=writing]', { text: 'Done' });
    await visitor.submit(await visitor.open(`${at}/hand-in`), 'form[action$="/hand-in"]');
    const late = await asScript(visitor, chosen, 'POST', `${at}/work/${option('text')}`, {
      version: 1,
      html: '<div>Too late</div>',
    });
    expect(late).toMatchObject({ status: 409, said: { reason: 'handed-in' } });
    const back = await press(visitor, page, `${at}/take-back`);
    expect(back.text).toContain('Done');
    await visitor.submit(await visitor.open(`${at}/hand-in`), 'form[action$="/hand-in"]');
    const grade = await c.grades.open(
      { contextId: c.contextId, assignmentId: c.assignment.id, membershipId: await member() },
      new Date(),
    );
    await c.grades.change(grade, { isFinished: true }, new Date());
    const refused = await press(visitor, page, `${at}/take-back`);
    expect(refused.status).toBe(403);
    const submission = await c.submissions.find(c.contextId, c.assignment.id, await member());
    expect(submission!.handIns.map((h) => h.attempt)).toEqual([1, 2]);
  });

  test('a released grade shows the next move first and both views side by side', async () => {
    const { visitor, page, at, member } = await c.student('student-11');
    const before = await visitor.open(`${at}/feedback`);
    expect(before.page).toBe('submissions/task');
    const chosen = await press(visitor, page, `${at}/choice/${option('text')}/take`);
    await visitor.submit(chosen, 'form[data-behaviour=writing]', { text: 'My pond' });
    const [first] = c.design.criteria;
    await visitor.submit(await visitor.open(`${at}/hand-in`), 'form[action$="/hand-in"]', {
      [`rating[${first!.id}]`]: '0.5',
    });
    const id = await member();
    const grade = await c.grades.open(
      { contextId: c.contextId, assignmentId: c.assignment.id, membershipId: id },
      new Date(),
    );
    const marks = [
      { criterionId: first!.id, points: 10, comment: 'Every one', nextMove: 'Add the fish' },
    ];
    await c.grades.change(
      grade,
      {
        isFinished: true,
        marks,
        released: {
          kind: 'scored',
          points: 18,
          pointsPossible: 20,
          marks,
          comment: 'A clear web',
          nextMove: 'Explain one arrow',
          at: new Date(),
          byMembershipId: id,
          attempt: 1,
          submittedAt: new Date(),
          sequence: 1,
        },
      },
      new Date(),
    );
    const feedback = await visitor.open(`${at}/feedback`);
    expect(feedback.page).toBe('submissions/feedback');
    expect(feedback.text.indexOf('Explain one arrow')).toBeLessThan(
      feedback.text.indexOf('A clear web'),
    );
    expect(feedback.text).toContain('Some of them');
    expect(feedback.text).toContain('All of them');
    expectNoLeak(feedback, secrets);
    const growth = await visitor.open(`${at.replace(/\/a\/.*/, '')}/my/growth`);
    expect(growth.page).toBe('submissions/growth');
    expect(growth.text).toContain('I can explain a food web');
    expectNoLeak(growth, secrets);
    const again = await press(visitor, feedback, `${at}/revise`);
    expect(again.text).toContain('My pond');
  });

  test('the task that is unpublished while writing still saves', async () => {
    const { visitor, page, at } = await c.student('student-12');
    const chosen = await press(visitor, page, `${at}/choice/${option('text')}/take`);
    const now = await c.assignments.get(c.contextId, c.assignment.id);
    const away = await c.assignments.change(now, { published: null }, new Date());
    const saved = await asScript(visitor, chosen, 'POST', `${at}/work/${option('text')}`, {
      version: 0,
      html: '<div>Kept</div>',
    });
    expect(saved.status).toBe(200);
    const paused = await visitor.open(`${at}/task`);
    expect(paused.page).toBe('submissions/paused');
    await c.assignments.change(away, { published: c.design }, new Date());
    expect((await visitor.open(`${at}/task`)).text).toContain('Kept');
  });
});
