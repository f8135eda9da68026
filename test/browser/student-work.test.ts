import type { Browser, BrowserContext, Frame } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  describeInBrowser,
  expectAccessible,
  expectNoSidewaysScroll,
  openBrowser,
  openInLms,
} from '../support/browser.js';
import { anOption, startClass, type StudentClass } from '../http/submissions-class.js';

describeInBrowser('a student at work', () => {
  let browser: Browser;
  let c: StudentClass;

  beforeAll(async () => {
    c = await startClass((design) => {
      const criterionIds = design.criteria.map((x) => x.id);
      const more = (['audio', 'drawing'] as const).map((form) =>
        anOption({ title: `By ${form}`, form, criterionIds }),
      );
      return {
        ...design,
        board: { ...design.board, options: [...design.board.options, ...more] },
      };
    });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await c.close();
  });

  const option = (form: string) => c.design.board.options.find((o) => o.form === form)!.id;
  const order = (as: string) => ({ as, link: 'link-1' });

  async function open(as: string, context: BrowserContext): Promise<Frame> {
    const frame = await openInLms(await context.newPage(), c.world, order(as));
    await frame.waitForSelector('body[data-page="submissions/task"]');
    return frame;
  }

  async function choose(frame: Frame, form: string): Promise<void> {
    const all = frame.locator('button:has-text("Show all choices")');
    if ((await all.count()) > 0) await all.click();
    await frame.click(`button[formaction$="${option(form)}/take"]`);
    await frame.waitForSelector('#work');
  }

  async function type(frame: Frame, text: string): Promise<void> {
    await frame.click('trix-editor');
    await frame.page().keyboard.type(text);
  }

  const saved = (frame: Frame) =>
    frame.waitForSelector('[data-save-state][data-state="saved"]', { timeout: 30_000 });

  async function stored(text: string): Promise<boolean> {
    const all = await c.submissions.ofAssignment(c.contextId, c.assignment.id);
    return all.some((s) => s.drafts.some((d) => d.work.html.includes(text)));
  }

  test('what was typed a moment before going on is what is looked over', async () => {
    const context = await browser.newContext();
    const frame = await open('student-1', context);
    await choose(frame, 'text');
    await frame.waitForSelector('trix-editor');
    await type(frame, 'Last words');
    await frame.click('a:has-text("Hand in")');
    await frame.waitForSelector('body[data-page="submissions/hand-in"]');
    expect(await frame.innerText('main')).toContain('Last words');
    await expectAccessible(frame);
    await frame.click('button:has-text("Hand in now")');
    await frame.waitForSelector('#handed-in');
    await expectAccessible(frame);
    await context.close();
  });

  test('ten minutes without network lose nothing: the page says so and catches up', async () => {
    const context = await browser.newContext();
    const frame = await open('student-2', context);
    await choose(frame, 'text');
    await frame.waitForSelector('trix-editor');
    await context.setOffline(true);
    await type(frame, 'Written in the tunnel');
    await frame.waitForSelector('[data-save-state][data-state="offline"]', { timeout: 15_000 });
    expect(await frame.innerText('.work-note')).toContain('The network is away');
    await type(frame, ' and more');
    await context.setOffline(false);
    await saved(frame);
    await expect.poll(() => stored('Written in the tunnel and more')).toBe(true);
    await context.close();
  });

  test('a server that dies while typing costs nothing', async () => {
    const context = await browser.newContext();
    const frame = await open('student-3', context);
    await choose(frame, 'text');
    await frame.waitForSelector('trix-editor');
    await context.route('**/work/**', (route) => route.abort('connectionrefused'));
    await type(frame, 'While it was down');
    await frame.waitForSelector('[data-save-state][data-state="offline"]', { timeout: 15_000 });
    await context.unroute('**/work/**');
    await saved(frame);
    await expect.poll(() => stored('While it was down')).toBe(true);
    await context.close();
  });

  test('words that a crash left behind come back in the next visit', async () => {
    const context = await browser.newContext();
    const frame = await open('student-4', context);
    await choose(frame, 'text');
    await frame.waitForSelector('trix-editor');
    await context.route('**/work/**', (route) => route.abort('connectionrefused'));
    await type(frame, 'Before the crash');
    await frame.waitForSelector('[data-save-state][data-state="offline"]', { timeout: 15_000 });
    await frame.page().close();
    await context.unroute('**/work/**');
    const again = await open('student-4', context);
    await again.waitForSelector('trix-editor:has-text("Before the crash")');
    await saved(again);
    await expect.poll(() => stored('Before the crash')).toBe(true);
    await context.close();
  });

  test('a second tab is shown both, and both can be kept', async () => {
    const context = await browser.newContext();
    const one = await open('student-5', context);
    await choose(one, 'text');
    await one.waitForSelector('trix-editor');
    const two = await open('student-5', context);
    await two.waitForSelector('trix-editor');
    await type(one, 'From the first tab');
    await saved(one);
    await expect.poll(() => stored('From the first tab')).toBe(true);
    await type(two, 'From the second tab');
    await two.waitForSelector('[data-both]:not([hidden])', { timeout: 15_000 });
    expect(await two.innerText('[data-both-theirs]')).toContain('From the first tab');
    expect(await two.innerText('[data-both-mine]')).toContain('From the second tab');
    await two.click('[data-both-take="joined"]');
    await expect
      .poll(async () => {
        const all = await c.submissions.ofAssignment(c.contextId, c.assignment.id);
        return all.some((s) =>
          s.drafts.some(
            (d) => d.work.html.includes('first tab') && d.work.html.includes('second tab'),
          ),
        );
      })
      .toBe(true);
    await context.close();
  });

  test('a recording is made in the page and kept', async () => {
    const context = await browser.newContext({ permissions: ['microphone', 'camera'] });
    const frame = await open('student-6', context);
    await choose(frame, 'audio');
    await frame.click('[data-record]');
    await frame.waitForSelector('[data-stop]:not([hidden])');
    await frame.page().waitForTimeout(1500);
    await frame.click('[data-stop]');
    await frame.click('[data-keep-take]');
    await frame.waitForSelector('[data-files] audio', { timeout: 20_000 });
    await context.close();
  });

  test('a drawing is made with the keyboard and kept', async () => {
    const context = await browser.newContext();
    const frame = await open('student-7', context);
    await choose(frame, 'drawing');
    await frame.focus('[data-canvas]');
    for (const key of ['Space', 'ArrowRight', 'Shift+ArrowDown', 'ArrowLeft', 'Space'])
      await frame.page().keyboard.press(key);
    await frame.click('[data-keep-drawing]');
    await frame.waitForSelector('[data-files] img', { timeout: 20_000 });
    await expectAccessible(frame);
    await context.close();
  });

  test('with the keyboard alone at 320 px, from choosing to handing in', async () => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
    const frame = await open('student-8', context);
    await expectNoSidewaysScroll(frame);
    await expectAccessible(frame);
    const { keyboard } = frame.page();
    // A new page takes the focus to its heading: a key is pressed on what it is meant for, when that is over.
    await frame.press(`button[formaction$="${option('text')}/take"]`, 'Enter');
    await frame.waitForSelector('trix-editor');
    await expectNoSidewaysScroll(frame);
    await expectAccessible(frame);
    await frame.focus('trix-editor');
    await keyboard.type('By keyboard');
    await saved(frame);
    await frame.press('a:has-text("Hand in")', 'Enter');
    await frame.waitForSelector('body[data-page="submissions/hand-in"]');
    await expectNoSidewaysScroll(frame);
    await frame.press('input[type=radio]', 'Space');
    await frame.press('button:has-text("Hand in now")', 'Enter');
    await frame.waitForSelector('#handed-in');
    await expectNoSidewaysScroll(frame);
    await context.close();
  });

  test('a switched choice keeps the draft, and it is back when chosen again', async () => {
    const context = await browser.newContext();
    const frame = await open('student-9', context);
    await choose(frame, 'text');
    await frame.waitForSelector('trix-editor');
    await type(frame, 'Half a thought');
    await saved(frame);
    await expect.poll(() => stored('Half a thought')).toBe(true);
    await frame.click('a:has-text("Choose something else")');
    await choose(frame, 'link');
    await frame.waitForSelector('#work input[name=linkUrl][type=url]');
    await expectAccessible(frame);
    await frame.click('a:has-text("Choose something else")');
    await choose(frame, 'text');
    await frame.waitForSelector('trix-editor:has-text("Half a thought")');
    await context.close();
  });

  test('propose, hear yes, choose it, write and hand in', async () => {
    const context = await browser.newContext();
    const frame = await open('student-10', context);
    await frame.click('a:has-text("I have my own idea")');
    await frame.waitForSelector('body[data-page="choices/idea"]');
    await frame.fill('[name=title]', 'Letters of a frog');
    await frame.fill('[name=what]', 'I write letters from the pond, one a season.');
    for (const box of await frame.locator('[name^="shows["]').all())
      await box.fill('In letter two');
    await expectAccessible(frame);
    await frame.click('button:has-text("Send it to your teacher")');
    await frame.waitForSelector('text=Your idea is with your teacher');

    const desk = await browser.newContext();
    const teacher = await openInLms(await desk.newPage(), c.world, order('teacher-1'));
    await teacher.waitForSelector('body[data-page="submissions/board"]');
    await teacher.click('a:has-text("Has an idea of their own")');
    await teacher.waitForSelector('body[data-page="choices/board"]');
    await teacher.click('button[name=answer][value=approved]');
    await expect
      .poll(async () => {
        const now = await c.assignments.get(c.contextId, c.assignment.id);
        return now.published!.board.options.some((o) => o.title === 'Letters of a frog');
      })
      .toBe(true);
    await desk.close();

    const again = await open('student-10', context);
    const all = again.locator('button:has-text("Show all choices")');
    if ((await all.count()) > 0) await all.click();
    await again.locator('.choice-card', { hasText: 'Letters of a frog' }).locator('button').click();
    await again.waitForSelector('trix-editor');
    await type(again, 'Dear heron');
    await saved(again);
    await again.click('a:has-text("Hand in")');
    await again.waitForSelector('body[data-page="submissions/hand-in"]');
    expect(await again.innerText('main')).toContain('Dear heron');
    await again.click('button:has-text("Hand in now")');
    await again.waitForSelector('#handed-in');
    await context.close();
  });

  test('the teacher’s pages are accessible', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const frame = await openInLms(page, c.world, order('teacher-1'));
    await frame.waitForSelector('body[data-page="submissions/board"]');
    await expectAccessible(frame);
    await frame.click('a.person');
    await frame.waitForSelector('body[data-page="submissions/student"]');
    await expectAccessible(frame);
    await frame.click('nav a:has-text("Choices")');
    await frame.waitForSelector('body[data-page="choices/board"]');
    await expectAccessible(frame);
    await context.close();
  });
});
