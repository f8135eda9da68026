import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expectNoLeak } from '../support/leak.js';
import { formFields, type Fields, type Page, type Visitor } from '../support/visitor.js';
import { startWorld, type World } from '../support/world.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** Presses a button: the whole form goes to the button's address with its name and value. */
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

/** What the open page of a co-teacher or an autosave sends: only some fields. */
async function save(
  visitor: Visitor,
  page: Page,
  fields: Fields,
  version = formFields(page.html.querySelector('#builder')!)['version'] as string,
): Promise<{ status: number; said: Record<string, unknown> }> {
  const form = page.html.querySelector('#builder')!;
  const body = new URLSearchParams({ version });
  body.set('_csrf', formFields(form)['_csrf'] as string);
  for (const [name, value] of Object.entries(fields)) body.set(name, value as string);
  const answer = await visitor.raw(
    'POST',
    new URL(form.getAttribute('action')!, page.url).href,
    body,
    { accept: 'application/json' },
  );
  return { status: answer.status, said: (await answer.json()) as Record<string, unknown> };
}

const named = (page: Page, end: string): string[] =>
  page.html
    .querySelectorAll('[name]')
    .map((control) => control.getAttribute('name')!)
    .filter((name) => name.endsWith(end));

/** A published assignment of three tiers on a link of its own. */
async function attached(link: string) {
  const { visitor, page, base } = await world.launch({ as: 'teacher-1', link });
  const builder = await press(visitor, page, '#attach-publish', {
    goals: 'I can explain my thinking',
    criteria: 'Gives a reason\nUses evidence',
  });
  return { visitor, base, builder };
}

describe('attaching', () => {
  test('shows what the platform sent, asks for none of it, and one press publishes three routes', async () => {
    const { visitor, page } = await world.launch({ as: 'teacher-1', link: 'link-1' });
    expect(page.page).toBe('assignments/attach');
    expect(page.html.querySelector('h1')?.text).toBe('Ecosystems: who eats whom?');
    expect(page.html.querySelector('.came__text')?.innerHTML).toContain(
      '<strong>food web</strong>',
    );
    expect(page.html.querySelector('[name=title]')).toBeNull();

    const builder = await press(visitor, page, '#attach-publish', {
      goals: 'I can explain a food web',
      criteria: 'Names producers and consumers\nGives a reason',
    });
    expect(builder.page).toBe('tiers/builder');
    expect(builder.html.querySelectorAll('.tier-card')).toHaveLength(3);
    expect(builder.html.querySelector('.notice--success')?.text).toContain('Published');

    const student = await world.launch({ as: 'student-1', link: 'link-1' });
    expect(student.page.page).toBe('submissions/task');
    expect(student.page.text).toContain('food web');
    expectNoLeak(student.page, { tierNames: ['With support', 'Going further', 'Base task'] });
  });

  test('publishing without goal and criterion keeps what was typed and says what is missing', async () => {
    const { visitor, page } = await world.launch({ as: 'teacher-1', link: 'link-2' });
    const again = await press(visitor, page, '#attach-publish', { criteria: 'Is polite' });
    expect(again.status).toBe(422);
    expect(again.page).toBe('assignments/attach');
    expect(again.html.querySelector('#goals-error')?.text).toContain('goal');
    expect(again.html.querySelector('[name=criteria]')?.text).toBe('Is polite');
  });

  test('of two teachers at once, the second lands on what the first attached', async () => {
    const one = await world.launch({ as: 'teacher-1', link: 'link-3' });
    const two = await world.launch({ as: 'teacher-2', link: 'link-3' });
    const [first, second] = await Promise.all([
      press(one.visitor, one.page, '#attach', { goals: 'From one' }),
      press(two.visitor, two.page, '#attach', { goals: 'From two' }),
    ]);
    const idOf = (page: Page) => /\/a\/([^/?]+)/.exec(page.url)?.[1];
    expect(idOf(first)).toBeDefined();
    expect(idOf(second)).toBe(idOf(first));
    const course = await one.visitor.open(`${one.base}/course`);
    expect(
      course.html
        .querySelectorAll('.card__link')
        .filter((a) => a.getAttribute('href')!.includes(idOf(first)!)),
    ).toHaveLength(1);
  });

  test('students and assistants cannot attach', async () => {
    const { page } = await world.launch({ as: 'teacher-1', link: 'link-4' });
    const link = /attach\/([\w]+)/.exec(page.url)![1]!;
    for (const who of ['student-2', 'assistant-1']) {
      const { visitor, base } = await world.launch({ as: who, link: 'link-4' });
      expect((await visitor.open(`${base}/attach/${link}`)).status).toBe(403);
    }
  });
});

describe('building', () => {
  test('moves make tiers filled from the task, and undo takes them back one by one', async () => {
    const { visitor, page } = await world.launch({ as: 'teacher-1', link: 'link-5' });
    let builder = await press(visitor, page, '#attach', {
      mode: 'plain',
      task: 'Explain why the two characters disagree. Write one paragraph.',
    });
    expect(builder.html.querySelectorAll('.tier-card')).toHaveLength(1);
    builder = await press(visitor, builder, '[name=move][value^="support:"]');
    builder = await press(visitor, builder, '[name=move][value^="stretch:"]');
    expect(builder.html.querySelectorAll('.tier-card')).toHaveLength(3);
    builder = await press(visitor, builder, '#undo');
    expect(builder.html.querySelectorAll('.tier-card')).toHaveLength(2);
    builder = await press(visitor, builder, '#redo');
    expect(builder.html.querySelectorAll('.tier-card')).toHaveLength(3);
  });

  test('three empty tiers are not published, and each is told with a way to mend it', async () => {
    const { visitor, builder } = await attached('link-6');
    const texts = named(builder, '[text]').filter((name) => /^tiers\[[^\]]+\]\[text\]$/.test(name));
    expect(texts).toHaveLength(3);
    const emptied = Object.fromEntries(texts.map((name) => [name, '']));
    const refused = await press(visitor, builder, '#publish', emptied);
    expect(refused.status).toBe(422);
    const notes = refused.html.querySelectorAll('#fairness .design-note--blocks');
    expect(
      notes.map((note) => note.text).filter((text) => text.includes('instructions')),
    ).toHaveLength(3);
    expect(
      refused.html.querySelectorAll('#fairness [name=fix][value*="copy-base-text"]').length,
    ).toBe(2);
  });

  test('one click mends a note: minutes that differ are set to those of the base task', async () => {
    const { visitor, builder } = await attached('link-1');
    const minutes = named(builder, '[minutes]')[2]!;
    const saved = await press(visitor, builder, '#builder > button', { [minutes]: '90' });
    const note = saved.html.querySelector('[name=fix][value*="set-minutes"]');
    expect(note).not.toBeNull();
    const mended = await press(visitor, saved, '[name=fix][value*="set-minutes"]');
    expect(mended.html.querySelector('[name=fix][value*="set-minutes"]')).toBeNull();
    expect(mended.html.querySelector(`[name="${minutes}"]`)?.getAttribute('value')).toBe('45');
  });

  test('a link that is not http(s) is refused beside its field; everything else is saved', async () => {
    const { visitor, builder } = await attached('link-1');
    const withLink = await press(visitor, builder, '[name=material][value$=":link"]');
    const url = named(withLink, '[url]')[0]!;
    const goal = named(withLink, '[text]').find((name) => name.startsWith('goals['))!;
    const refused = await press(visitor, withLink, '#builder > button', {
      [url]: 'javascript:alert(1)',
      [goal]: 'I can say why',
    });
    expect(refused.status).toBe(422);
    expect(refused.html.querySelector(`[name="${url}"]`)?.getAttribute('value')).toBe(
      'javascript:alert(1)',
    );
    expect(refused.html.querySelector('.field__error')?.text).toContain('https://');
    const fresh = await visitor.open(refused.url);
    expect(fresh.text).toContain('I can say why');
    expect(fresh.text).not.toContain('javascript:alert');
  });

  test('a stretch of one’s own that asks for more of the same is refused with why', async () => {
    const { visitor, builder } = await attached('link-1');
    const refused = await press(visitor, builder, '[formaction$="/moves/own"]', {
      moveKind: 'stretch',
      moveName: 'More',
      moveText: 'Do 10 more problems.',
    });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('More of the same is not a stretch');
    expect(refused.html.querySelector('[name=moveText]')?.text).toBe('Do 10 more problems.');
    expect(refused.html.querySelector('[name=moveName]')?.getAttribute('value')).toBe('More');
    const shared = await press(visitor, builder, '[formaction$="/moves/own"]', {
      moveKind: 'stretch',
      moveName: 'Talk back',
      moveText: 'Explain {topic} to somebody who disagrees, and say why they are wrong.',
    });
    expect(shared.html.querySelectorAll('.move__title').map((title) => title.text)).toContain(
      'Talk back',
    );
    const other = await world.launch({ as: 'teacher-2', link: 'link-1' });
    const theirs = await other.visitor.open(
      shared.url.replace(/\/s\/[^/]+/, other.base.slice(world.url.length)).replace(/\?.*$/, ''),
    );
    expect(theirs.text).toContain('Talk back');
  });

  test('a date of a tier’s own says which rule gave it; one without a day comes back as it was', async () => {
    const { visitor, builder } = await attached('link-1');
    const tier = builder.html
      .querySelector('#f-dateFor option[value^="tier:"]')!
      .getAttribute('value')!;
    const refused = await press(visitor, builder, '[formaction$="/dates"]', { dateFor: tier });
    expect(refused.status).toBe(422);
    expect(
      refused.html.querySelector(`#f-dateFor option[value="${tier}"]`)?.hasAttribute('selected'),
    ).toBe(true);
    const set = await press(visitor, refused, '[formaction$="/dates"]', {
      dateFor: tier,
      dateAt: '2031-05-08T12:00',
    });
    const field = set.html.querySelector(`[name="dates[${tier}][dueAt]"]`);
    expect(field?.getAttribute('value')).toBe('2031-05-08T12:00');
    expect(set.text).toContain('Holds for this tier unless a group or student has a date.');
  });

  test('a file becomes a material of its tier; one of a forbidden kind is refused with why, and words are kept', async () => {
    const { visitor, builder } = await attached('link-1');
    const form = builder.html.querySelector('#builder')!;
    const tier = builder.html.querySelector('.tier-card')!.getAttribute('data-tier')!;
    const goal = named(builder, '[text]').find((name) => name.startsWith('goals['))!;
    const send = async (name: string, content: string) => {
      const body = new FormData();
      const fields = { ...formFields(form), [goal]: 'Typed beside the file' };
      for (const [field, value] of Object.entries(fields))
        for (const one of Array.isArray(value) ? value : [value]) body.append(field, one);
      body.append(`file.${tier}`, new Blob([content]), name);
      const at = new URL(
        builder.html.querySelector('[formaction$="/files"]')!.getAttribute('formaction')!,
        builder.url,
      );
      return visitor.raw('POST', at.href, body);
    };
    expect((await send('reading.txt', 'A short text about ponds.')).status).toBe(303);
    const page = await visitor.open(builder.url);
    expect(page.html.querySelector('.tier-card')?.innerHTML).toContain('reading.txt');
    expect(page.text).toContain('Typed beside the file');
    const refused = await send('virus.exe', 'MZ\u0090\u0000');
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('virus.exe');
  });

  test('a word processor’s paste of 200,000 characters is cleaned and its words kept', async () => {
    const { visitor, builder } = await attached('link-1');
    const name = named(builder, '[text]').find((n) => /^tiers\[[^\]]+\]\[text\]$/.test(n))!;
    const paragraph =
      '<p class="MsoNormal" style="mso-margin:0"><o:p><span style="font-family:Calibri">Read the text and note <b>three</b> reasons.</span></o:p></p><!--[if gte mso 9]><xml><w:x>no</w:x></xml><![endif]-->';
    const paste = `<style>p{color:red}</style>${paragraph.repeat(Math.ceil(200_000 / paragraph.length))}<p dir="rtl">اكتب رسالة 🌱</p><script>alert(1)</script>`;
    const { status } = await save(visitor, builder, { [name.replace('[text]', '[html]')]: paste });
    expect(status).toBe(200);
    const page = await visitor.open(builder.url);
    const html = page.html.querySelector('.tier-card template')!.innerHTML;
    expect(html.split('<strong>three</strong>').length - 1).toBe(
      paste.split('<b>three</b>').length - 1,
    );
    expect(html).toContain('<p dir="rtl">اكتب رسالة 🌱</p>');
    expect(html).not.toMatch(/Mso|style|<o:|script|alert|<w:/);
  });
});

describe('two co-teachers at once', () => {
  test('changes of different parts are both kept, and the open page learns of the other’s', async () => {
    const { visitor, builder } = await attached('link-1');
    const other = await world.launch({ as: 'teacher-2', link: 'link-1' });
    const theirs = await other.visitor.open(
      builder.url.replace(/\/s\/[^/]+/, other.base.slice(world.url.length)).replace(/\?.*$/, ''),
    );
    const goal = named(builder, '[text]').find((name) => name.startsWith('goals['))!;
    const minutes = named(builder, '[minutes]')[0]!;
    await save(other.visitor, theirs, { [goal]: 'The goal of the second teacher' });
    const { said } = await save(visitor, builder, { [minutes]: '50' });
    expect(said['changed']).toEqual([{ name: goal, value: 'The goal of the second teacher' }]);
    expect(said['conflicts']).toBe(0);
    const now = await visitor.open(builder.url);
    expect(now.text).toContain('The goal of the second teacher');
    expect(now.html.querySelector(`[name="${minutes}"]`)?.getAttribute('value')).toBe('50');
  });

  test('the same field changed by both shows both, and one click takes one’s own', async () => {
    const { visitor, builder } = await attached('link-1');
    const other = await world.launch({ as: 'teacher-2', link: 'link-1' });
    const theirs = await other.visitor.open(
      builder.url.replace(/\/s\/[^/]+/, other.base.slice(world.url.length)).replace(/\?.*$/, ''),
    );
    const goal = named(builder, '[text]').find((name) => name.startsWith('goals['))!;
    await save(other.visitor, theirs, { [goal]: 'Wording of the second teacher' });
    const both = await press(visitor, builder, '#builder > button', {
      [goal]: 'Wording of the first teacher',
    });
    expect(both.status).toBe(409);
    const quotes = both.html
      .querySelectorAll('[data-part=conflicts] blockquote')
      .map((q) => q.text.trim());
    expect(quotes).toEqual(['Wording of the second teacher', 'Wording of the first teacher']);
    const mine = await press(visitor, both, '[name=take]');
    expect(mine.html.querySelector(`[name="${goal}"]`)?.text).toBe('Wording of the first teacher');
  });
});

describe('publishing again', () => {
  test('students keep the published version until then, and are told afterwards', async () => {
    const { visitor, builder } = await attached('link-1');
    const student = await world.launch({ as: 'student-3', link: 'link-1' });
    const text = named(builder, '[text]').find((n) => /^tiers\[[^\]]+\]\[text\]$/.test(n))!;
    const changed = await press(visitor, builder, '#builder > button', {
      [text]: 'A new task: explain two reasons.',
    });
    const before = await student.visitor.open(student.page.url);
    expect(before.text).not.toContain('A new task: explain two reasons.');
    await press(visitor, changed, '#publish');
    const after = await student.visitor.open(student.page.url);
    expect(after.text).toContain('A new task: explain two reasons.');
    expect(after.html.querySelector('form[action$="/task/seen"]')).not.toBeNull();
  });

  test('an assignment that was deleted in the platform is told at publishing, and its work is kept', async () => {
    const { visitor, builder } = await attached('link-1');
    expect(builder.text).not.toContain('This assignment is gone');
    world.sandbox.faults.set({ lineItemsGone: true });
    const text = named(builder, '[text]').find((n) => /^tiers\[[^\]]+\]\[text\]$/.test(n))!;
    const told = await press(visitor, builder, '#publish', {
      [text]: 'Explain the change of the pond.',
    });
    expect(told.text).toContain('This assignment is gone from the course');
    expect(told.text).toContain('Explain the change of the pond.');
    world.sandbox.faults.clear();
    const back = await press(visitor, told, '#publish', { [text]: 'Explain it once more.' });
    expect(back.text).not.toContain('This assignment is gone');
  });

  test('a new warning is shown before it is published', async () => {
    const { visitor, builder } = await attached('link-1');
    const minutes = named(builder, '[minutes]')[1]!;
    const warned = await press(visitor, builder, '#publish', { [minutes]: '200' });
    expect(warned.status).toBe(422);
    expect(warned.html.querySelector('.notice--warning')?.text).toContain('Nothing here stops you');
    const done = await press(visitor, warned, '#publish');
    expect(done.html.querySelector('.notice--success')?.text).toContain('published');
  });
});

test('"view as a student" is the student’s own page and writes nothing', async () => {
  const { visitor, builder } = await attached('link-1');
  const [base, support] = builder.html
    .querySelectorAll('a[href*="/preview/"]')
    .map((a) => a.getAttribute('href')!);
  const seen = await visitor.open(new URL(base!, builder.url).href);
  const preview = seen.html.querySelector('.student-preview')!;
  const student = await world.launch({ as: 'student-4', link: 'link-1' });
  const own = student.page.html.querySelector('main')!;
  const wordsOf = (text: string) => text.replace(/\s+/g, ' ').trim();
  expect(wordsOf(preview.querySelector('.student-task')!.text)).toBe(
    wordsOf(own.querySelector('.student-task')!.text),
  );
  const supported = await visitor.open(new URL(support!, builder.url).href);
  expectNoLeak(supported.html.querySelector('.student-preview')!.innerHTML, {
    tierNames: ['With support', 'Going further', 'Base task'],
  });
});
