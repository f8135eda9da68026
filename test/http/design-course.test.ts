import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectNoLeak } from '../support/leak.js';
import { formFields, type Fields, type Page, type Visitor } from '../support/visitor.js';
import { startWorld, type World } from '../support/world.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

async function press(
  visitor: Visitor,
  page: Page,
  selector: string,
  typed: Fields = {},
): Promise<Page> {
  const form = page.html.querySelector('#builder, #fresh, #pick');
  const button = page.html.querySelector(selector);
  if (form === null || button === null) throw new Error(`no ${selector} on ${page.url}`);
  const name = button.getAttribute('name');
  const action = button.getAttribute('formaction') ?? form.getAttribute('action') ?? page.url;
  return visitor.open(new URL(action, page.url).href, {
    method: 'POST',
    fields: {
      ...formFields(form),
      ...(name === undefined ? {} : { [name]: button.getAttribute('value') ?? '' }),
      ...typed,
    },
  });
}

/** Attaches `link-1` with three tiers and publishes it. */
async function attached() {
  const { visitor, page, base } = await world.launch({ as: 'teacher-1', link: 'link-1' });
  const builder = await press(visitor, page, '#attach-publish', {
    goals: 'I can explain a food web',
    criteria: 'Gives a reason',
  });
  return { visitor, base, builder };
}

describe('deep linking', () => {
  async function picker(acceptsMany = false) {
    return world.launch({
      as: 'teacher-1',
      message: 'deeplink',
      placement: acceptsMany ? 'course_assignments_menu' : 'assignment_selection',
    });
  }
  const answerOf = (page: Page) => {
    const form = page.html.querySelector('#return')!;
    return {
      action: form.getAttribute('action')!,
      jwt: form.querySelector('[name=JWT]')!.getAttribute('value')!,
    };
  };

  test('a new task goes back as one link with its column, and opens as this assignment', async () => {
    const { visitor, page } = await picker();
    expect(page.code ?? page.page).toBe('assignments/pick');
    const back = await press(visitor, page, '#pick-add', {
      title: 'Why leaves fall',
      points: '12',
      task: 'Explain why leaves fall.',
    });
    expect(back.page).toBe('assignments/return');
    const { action, jwt } = answerOf(back);
    expect(back.headers.get('content-security-policy')).toMatch(
      new RegExp(`form-action [^;]*${new URL(action).origin.replaceAll('.', '\\.')}`),
    );
    expect(back.html.querySelector('#return [name=_csrf]')).toBeNull();
    const saved = await world.sandbox.takeDeepLink(action, jwt);
    expect(saved.why).toBeNull();
    expect(saved.items).toHaveLength(1);
    expect(saved.items[0]).toMatchObject({
      type: 'ltiResourceLink',
      title: 'Why leaves fall',
      lineItem: { scoreMaximum: 12 },
    });
    const [link] = saved.links;
    const opened = await world.launch({ as: 'teacher-1', link: link!.id });
    expect(opened.page.page).toBe('tiers/builder');
    expect(opened.page.html.querySelector('h1')?.text).toBe('Why leaves fall');
  });

  test('an empty choice comes back with what to do; cancelling returns no items', async () => {
    const { visitor, page } = await picker();
    const again = await press(visitor, page, '#pick-add', { task: 'Kept words' });
    expect(again.status).toBe(422);
    expect(again.html.querySelector('[name=task]')?.text).toBe('Kept words');
    const back = await press(visitor, page, '[formaction$="/cancel"]');
    const { action, jwt } = answerOf(back);
    const saved = await world.sandbox.takeDeepLink(action, jwt);
    expect(saved.items).toHaveLength(0);
  });

  test('only a launch that asks for content opens the picker', async () => {
    const { visitor, base } = await world.launch({ as: 'teacher-1', link: 'link-1' });
    expect((await visitor.open(`${base}/attach/pick`)).status).toBe(404);
  });
});

describe('supports of one student', () => {
  test('are set on one page and are on the print pack, which names no tier', async () => {
    await world.launch({ as: 'student-1', link: 'link-2' });
    await world.launch({ as: 'student-2', link: 'link-2' });
    const { visitor, base, builder } = await attached();
    const people = await visitor.open(`${base}/course/people`);
    expect(people.page).toBe('assignments/people');
    const links = people.html
      .querySelectorAll('.table__actions a')
      .map((a) => a.getAttribute('href')!);
    expect(links.length).toBeGreaterThanOrEqual(2);
    const person = await visitor.open(new URL(links[0]!, world.url).href);
    const name = person.html.querySelector('h1')!.text;
    const saved = await visitor.submit(person, 'main form', {
      extraDays: '2',
      largePrint: ['false', 'true'],
      note: 'Prefers the front row',
    });
    expect(saved.text).toContain('2 days more');
    const pack = await visitor.open(new URL(builder.url.replace(/design.*/, 'print')).href);
    const sheets = pack.html.querySelectorAll('.sheet');
    expect(sheets).toHaveLength(links.length);
    const large = pack.html.querySelectorAll('.sheet--large');
    expect(large).toHaveLength(1);
    expect(large[0]!.text).toContain(name);
    expectNoLeak(sheets.map((sheet) => sheet.outerHTML).join(''), {
      tierNames: ['With support', 'Going further', 'Base task'],
      rules: ['front row'],
    });
  });

  test('days out of bounds are refused and nothing typed is lost', async () => {
    await world.launch({ as: 'student-1', link: 'link-2' });
    const { visitor, base } = await world.launch({ as: 'teacher-1', link: 'link-1' });
    const people = await visitor.open(`${base}/course/people`);
    const href = people.html.querySelector('.table__actions a')!.getAttribute('href')!;
    const person = await visitor.open(new URL(href, world.url).href);
    const refused = await visitor.submit(person, 'main form', { extraDays: '99', note: 'typed' });
    expect(refused.status).toBe(422);
    expect(refused.html.querySelector('[name=note]')?.text).toBe('typed');
  });

  test('students never open the people pages', async () => {
    const { visitor, base } = await world.launch({ as: 'student-1', link: 'link-1' });
    for (const path of ['/course', '/course/people', '/course/library']) {
      expect((await visitor.open(base + path)).status).toBe(403);
    }
  });
});

describe('the course', () => {
  test('lists assignments with their state, and links that students opened before anybody set them up', async () => {
    await world.launch({ as: 'student-1', link: 'link-2' });
    const { visitor, base } = await attached();
    const course = await visitor.open(`${base}/course`);
    expect(course.page).toBe('assignments/course');
    expect(course.html.querySelector('.card--link')?.text).toContain('Published');
    const waiting = course.html.querySelector('.card--soft')!.text;
    expect(waiting).toContain('A letter to the school board');
    expect(waiting).toContain('students opened it');
  });
});

describe('the library', () => {
  test('keeps a design without student data; it is used, copied, shared and taken out again', async () => {
    await world.launch({ as: 'student-1', link: 'link-2' });
    const { visitor, base, builder } = await attached();
    const member = builder.html
      .querySelectorAll('#f-dateFor option')
      .map((option) => option.getAttribute('value')!)
      .find((value) => value.startsWith('learner:'))!;
    await press(visitor, builder, '[formaction$="/dates"]', {
      dateFor: member,
      dateAt: '2031-05-08T12:00',
    });

    const library = await visitor.open(`${base}/course/library`);
    const saved = await visitor.submit(library, '#save-template', {
      title: 'Food web, three routes',
    });
    expect(saved.html.querySelector('.notice--success')?.text).toContain('Saved');
    const used = await visitor.submit(saved, 'form[action$="/use"]');
    expect(used.page).toBe('tiers/builder');
    expect(used.html.querySelectorAll('.tier-card')).toHaveLength(3);
    expect(used.html.querySelectorAll('[name^="dates["]')).toHaveLength(0);
    expect(used.text).toContain('Not in the course yet');

    const forked = await visitor.submit(
      await visitor.open(`${base}/course/library`),
      'form[action$="/fork"]',
    );
    expect(forked.text).toContain('Food web, three routes (copy)');
    const shared = await visitor.submit(forked, 'form[action$="/share"]');
    expect(shared.text).toContain('Stop sharing');
    const gone = await visitor.submit(shared, 'form[action$="/remove"]');
    expect(gone.html.querySelectorAll('form[action$="/use"]')).toHaveLength(1);
  });
});

describe('a copied course', () => {
  test('the setup comes along without student data once a teacher says so', async () => {
    await attached();
    const copy = await world.sandbox.copyCourse();
    const link = world.sandbox
      .linksOf('canvas')
      .find((l) => l.courseId === copy.id && l.title.startsWith('Ecosystems'))!;
    const { visitor, page } = await world.launch({ as: 'teacher-1', link: link.id });
    expect(page.page).toBe('assignments/attach');
    expect(page.text).toContain('Keep the setup?');
    const kept = await visitor.submit(page, 'form[action$="/copy"]');
    expect(kept.page).toBe('tiers/builder');
    expect(kept.html.querySelectorAll('.tier-card')).toHaveLength(3);
    expect(kept.html.querySelector('.notice--success')?.text).toContain('Published');
    const again = await world.launch({ as: 'teacher-1', link: link.id });
    expect(again.page.page).not.toBe('assignments/attach');
  });
});
