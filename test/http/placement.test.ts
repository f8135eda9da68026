import { afterAll, beforeAll, expect, test } from 'vitest';
import { assignmentModel } from '../../src/assignments/assignment.model.js';
import { gradeModel } from '../../src/grading/grade.model.js';
import { evidenceModel } from '../../src/insights/evidence.model.js';
import { goalKey } from '../../src/insights/goal-key.js';
import { placementLogModel } from '../../src/insights/placement-log.model.js';
import { submissionModel } from '../../src/submissions/submission.model.js';
import { formFields, type Fields, type Page, type Visitor } from '../support/visitor.js';
import { expectNoLeak } from '../support/leak.js';
import { sameModels, SECRET_TIERS, startGroupsClass, type GroupsClass } from './groups-class.js';

let room: GroupsClass;
let key: string;
const DAY = 86_400_000;
beforeAll(async () => {
  room = await startGroupsClass();
  key = goalKey(room.assignment.draft.goals[0]!);
});
afterAll(() => room.world.close());

const models = () => sameModels(room.world);
const store = () => evidenceModel(models());
const fresh = () => assignmentModel(models()).get(room.contextId, room.assignment.id);
const open = (path: string): Promise<Page> => room.teacher.open(room.at(path));

/** Evidence of somebody: values, newest first, a day apart. */
async function give(who: string, values: readonly number[], sourceId = 'quiz'): Promise<void> {
  const membershipId = await room.member(who);
  const now = room.world.clock.now().getTime();
  for (const [i, value] of values.entries())
    await store().replace(
      room.contextId,
      'scores',
      `${sourceId}-${i}`,
      [membershipId],
      [{ membershipId, goalKey: key, value, label: 'Quiz', at: new Date(now - (i + 1) * DAY) }],
    );
}

/** Presses a button of a form by its own address. */
function press(visitor: Visitor, page: Page, selector: string, typed: Fields = {}): Promise<Page> {
  const button = page.html.querySelector(selector)!;
  let form = button.parentNode;
  while (form !== null && form.tagName !== 'FORM') form = form.parentNode;
  if (form === null) throw new Error(`${selector} is in no form`);
  const name = button.getAttribute('name');
  const action = button.getAttribute('formaction') ?? form.getAttribute('action')!;
  return visitor.open(new URL(action, page.url).href, {
    method: 'POST',
    fields: {
      ...formFields(form),
      ...(name === undefined ? {} : { [name]: button.getAttribute('value') ?? '' }),
      ...typed,
    },
  });
}

test('without evidence nobody moves: all 28 on the base task, confirmed by one press', async () => {
  const page = await open('/placements');
  expect(page.page).toBe('insights/placements');
  const done = await press(room.teacher, page, '#confirm-all');
  expect(done.text).toContain('28 placements confirmed');
  const base = room.assignment.draft.tiers[1]!;
  const { placements } = await fresh();
  expect(placements).toHaveLength(28);
  expect(placements.every((p) => p.tierId === base.id && p.suggestedTierId === null)).toBe(true);
});

test('the suggestion is chosen beforehand, and one press confirms all of them', async () => {
  await give('student-1', [96, 97, 98]);
  await give('student-2', [70, 72, 74]);
  await give('student-3', [20, 25, 30]);
  const page = await open('/placements');
  const [support, base, stretch] = room.assignment.draft.tiers;
  const chosen = async (who: string): Promise<string | undefined> =>
    page.html
      .querySelector(`#tier-${await room.member(who)} option[selected]`)!
      .getAttribute('value');
  expect(await chosen('student-1')).toBe(stretch!.id);
  expect(await chosen('student-2')).toBe(base!.id);
  // Down is never what "confirm all" does: the teacher chooses it.
  expect(await chosen('student-3')).toBe(base!.id);
  await press(room.teacher, page, '#confirm-all');
  const { placements } = await fresh();
  const of = async (who: string) => {
    const id = await room.member(who);
    return placements.find((p) => p.membershipId === id)!;
  };
  expect((await of('student-1')).tierId).toBe(stretch!.id);
  expect((await of('student-3')).suggestedTierId).toBe(support!.id);
});

test('below the suggestion needs a reason; nothing typed is lost', async () => {
  const page = await open('/placements');
  const id = await room.member('student-1');
  const [support] = room.assignment.draft.tiers;
  const other = await room.member('student-4');
  const back = await press(room.teacher, page, '#confirm-all', {
    [`tier[${id}]`]: support!.id,
    [`reason[${other}]`]: 'as we said',
  });
  expect(back.status).toBe(422);
  expect(back.html.querySelector('.error-summary')!.text).toContain('Ana Ruiz');
  const form = formFields(back.html.querySelector('#confirm')!);
  expect(form[`tier[${id}]`]).toBe(support!.id);
  expect(form[`reason[${other}]`]).toBe('as we said');
  await press(room.teacher, back, '#confirm-all', { [`reason[${id}]`]: 'Was ill for a week' });
  const log = await placementLogModel(models()).ofAssignment(
    room.contextId,
    room.assignment.id,
    200,
  );
  const decision = log.find((d) => d.membershipId === id)!;
  expect(decision).toMatchObject({ what: 'changed', reason: 'Was ill for a week' });
  const shown = await open('/placements');
  expect(shown.text).toContain('Was ill for a week');
});

test('a released grade becomes evidence once, and a corrected release replaces it', async () => {
  const membershipId = await room.member('student-5');
  const grades = gradeModel(models());
  const now = room.world.clock.now();
  const place = { contextId: room.contextId, assignmentId: room.assignment.id, membershipId };
  let grade = await grades.open(place, now);
  const [criterion] = room.assignment.draft.criteria;
  const release = async (points: number): Promise<void> => {
    const at = room.world.clock.now();
    const marks = [{ criterionId: criterion!.id, points, comment: '', nextMove: '' }];
    grade = await grades.change(
      grade,
      {
        marks,
        released: {
          kind: 'scored',
          points,
          pointsPossible: 20,
          marks,
          comment: '',
          nextMove: '',
          at,
          byMembershipId: room.assignment.createdBy,
          attempt: null,
          submittedAt: null,
          sequence: 1,
        },
      },
      at,
    );
  };
  await release(10);
  await open('/placements');
  await open('/placements');
  const own = () => store().ofMember(room.contextId, membershipId);
  expect((await own()).map((e) => [e.source, e.value])).toEqual([['rubric', 50]]);
  await release(18);
  await open('/placements');
  expect((await own()).map((e) => e.value)).toEqual([90]);
});

test('a student asks for more; one press says yes and moves them, drafts untouched', async () => {
  const { visitor, base } = await room.launch('student-6');
  const submissions = submissionModel(models());
  const membershipId = await room.member('student-6');
  const own = await submissions.open(
    { contextId: room.contextId, assignmentId: room.assignment.id, membershipId },
    null,
    1,
    room.world.clock.now(),
  );
  await submissions.change(
    own,
    { request: { kind: 'stretch', at: room.world.clock.now(), answer: 'open', answeredAt: null } },
    room.world.clock.now(),
  );
  const page = await open('/placements');
  await press(room.teacher, page, `#yes-${own.id}`);
  const stretch = room.assignment.draft.tiers[2]!;
  const { placements } = await fresh();
  expect(placements.find((p) => p.membershipId === membershipId)!.tierId).toBe(stretch.id);
  const checks = await visitor.open(`${base}/a/${room.assignment.id}/ticket`);
  expectNoLeak(checks, { tierNames: SECRET_TIERS });
});

test('an exit ticket is built, answered, sorted into piles and becomes evidence', async () => {
  const page = await open('/tickets');
  const made = await room.teacher.submit(page, '#new-ticket', {
    purpose: 'exit',
    'question[0][kind]': 'choice',
    'question[0][text]': 'Who eats the heron?',
    'question[0][options]': 'Nobody\nThe pike\nThe frog',
    'question[1][kind]': 'number',
    'question[1][text]': 'How many producers?',
    'question[1][answer]': '2,5',
    'question[2][kind]': 'confidence',
    'question[2][text]': 'How sure are you?',
  });
  expect(made.text).toContain('Who eats the heron?');
  const { visitor, base } = await room.launch('student-7');
  const task = await visitor.open(`${base}/a/${room.assignment.id}/task`);
  expect(task.html.querySelector('a[href$="/ticket"]')!.text).toContain('Answer now');
  expectNoLeak(task, { tierNames: SECRET_TIERS, others: ['Ana Ruiz'] });
  const own = await visitor.open(`${base}/a/${room.assignment.id}/ticket`);
  expect(own.page).toBe('insights/my-tickets');
  expectNoLeak(own, { tierNames: SECRET_TIERS, others: ['Ana Ruiz'] });
  const empty = await visitor.submit(own, 'form.form');
  expect(empty.status).toBe(422);
  expect(empty.html.querySelectorAll('.error-summary li')).toHaveLength(3);
  const boxes = own.html.querySelectorAll('input[type="radio"]');
  const names = [...new Set(boxes.map((box) => box.getAttribute('name')!))];
  const number = own.html.querySelector('input[inputmode="decimal"]')!.getAttribute('name')!;
  const sent = await visitor.submit(own, 'form.form', {
    [names[0]!]: '0',
    [number]: '2.5',
    [names[1]!]: '2',
  });
  expect(sent.text).toContain('Your teacher sees your answers');
  const piles = await open('/tickets');
  expect(piles.html.querySelector('.lane')!.text).toContain('Gareth');
  const membershipId = await room.member('student-7');
  const evidence = await store().ofMember(room.contextId, membershipId);
  expect(evidence.map((e) => [e.source, e.value, e.goalKey])).toEqual([['ticket', 100, key]]);
});

test('practice ends after three tries, and the student is on the teacher’s list', async () => {
  await room.teacher.submit(await open('/tickets'), '#new-ticket', {
    purpose: 'practice',
    title: 'Halves',
    'question[0][kind]': 'number',
    'question[0][text]': 'Half of 7?',
    'question[0][answer]': '3.5',
  });
  const { visitor, base } = await room.launch('student-8');
  let page = await visitor.open(`${base}/a/${room.assignment.id}/ticket`);
  const form = (): string => {
    const at = page.html
      .querySelectorAll('section.card')
      .find((card) => card.text.includes('Halves'))!;
    return `form[action="${at.querySelector('form')?.getAttribute('action') ?? 'none'}"]`;
  };
  for (let i = 0; i < 3; i += 1) {
    const name = page.html.querySelector(`${form()} input.input`)!.getAttribute('name')!;
    page = await visitor.submit(page, form(), { [name]: '4' });
  }
  expect(page.text).toContain('Your teacher will look at this with you');
  expect(page.html.querySelector(form())).toBeNull();
  const pace = await open('/pace');
  expect(pace.text).toContain('Hana');
  const seen = await room.teacher.submit(pace, 'form[action$="/pace/seen"]');
  expect(seen.text).toContain('Nobody is stuck in practice');
});

test('a skip check has three questions with right answers and something to do instead', async () => {
  const back = await room.teacher.submit(await open('/tickets'), '#new-ticket', {
    purpose: 'skip',
    'question[0][kind]': 'text',
    'question[0][text]': 'Why?',
  });
  expect(back.status).toBe(422);
  expect(back.html.querySelectorAll('.error-summary li').length).toBeGreaterThan(0);
  const asked = Object.fromEntries(
    [0, 1, 2].flatMap((i) => [
      [`question[${i}][kind]`, 'number'],
      [`question[${i}][text]`, `${i} and 1?`],
      [`question[${i}][answer]`, String(i + 1)],
    ]),
  );
  await room.teacher.submit(back, '#new-ticket', {
    ...asked,
    purpose: 'skip',
    title: 'Sums',
    instead: 'Invent a sum that nobody solved yet',
  });
  const { visitor, base } = await room.launch('student-9');
  let page = await visitor.open(`${base}/a/${room.assignment.id}/ticket`);
  const at = page.html.querySelectorAll('section.card').find((card) => card.text.includes('Sums'))!;
  const names = at.querySelectorAll('input.input').map((input) => input.getAttribute('name')!);
  page = await visitor.submit(
    page,
    `form[action="${at.querySelector('form')!.getAttribute('action')!}"]`,
    {
      [names[0]!]: '1',
      [names[1]!]: '2',
      [names[2]!]: '3',
    },
  );
  expect(page.text).toContain('Invent a sum that nobody solved yet');
  expectNoLeak(page, { tierNames: SECRET_TIERS });
});

test('pasted scores: a preview with line-by-line problems, then kept', async () => {
  const page = await open('/evidence');
  const text =
    '\uFEFFStudent;Quiz (of 20);Remark\r\n"Ruiz, Ana";17,5;fine\r\nBenjamin Okafor;abc;\r\nNobody Known;3;\r\nNoah Smith;4;\r\nUma Patel;25;\r\nLi;20;';
  const preview = await room.teacher.submit(page, 'form.card', { text });
  expect(preview.page).toBe('insights/evidence-preview');
  const problems = preview.html.querySelectorAll('.notice--warning li').map((li) => li.text);
  expect(problems).toHaveLength(4);
  expect(problems[0]).toMatch(/^Line 3, Benjamin Okafor: “abc” is no number/);
  const kept = await press(room.teacher, preview, '#keep');
  expect(kept.text).toContain('2 results kept');
  const own = await store().ofMember(room.contextId, await room.member('student-1'));
  expect(own.some((e) => e.source === 'scores' && e.value === 87.5)).toBe(true);
});

test('results are read from the gradebook, and a refusal changes nothing', async () => {
  const { sandbox } = room.world;
  sandbox.override('link-1', 'student-13', { score: 10 });
  const page = await open('/evidence');
  const read = await room.teacher.submit(page, 'form[action$="/lms"]');
  expect(read.text).toContain('1 result read from the gradebook');
  const own = await store().ofMember(room.contextId, await room.member('student-13'));
  expect(own.map((e) => [e.source, e.value])).toEqual([['lms', 50]]);
  sandbox.faults.set({ trouble: ['500'], troubleOn: ['results'] });
  const refused = await room.teacher.submit(page, 'form[action$="/lms"]');
  expect(refused.status).toBe(502);
  expect(refused.page).toBe('insights/evidence');
  sandbox.faults.clear();
});

test('the mobility page says "too early" before three activities', async () => {
  const page = await room.teacher.open(`${room.base}/course/mobility`);
  expect(page.page).toBe('insights/mobility');
  expect(page.text).toContain('Too early to say');
  const insight = await open('/insight');
  expect(insight.page).toBe('insights/insight');
});

test.each(['placements', 'evidence', 'tickets', 'pace', 'insight'])(
  'students do not open %s',
  async (path) => {
    const { visitor, base } = await room.launch('student-1');
    const page = await visitor.open(`${base}/a/${room.assignment.id}/${path}`);
    expect(page.status).toBe(403);
    expectNoLeak(page, { tierNames: SECRET_TIERS });
  },
);
