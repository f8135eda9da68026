import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  describeInBrowser,
  expectAccessible,
  expectNoSidewaysScroll,
  openBrowser,
  openInLms,
  pageName,
  withoutThirdPartyCookies,
} from '../support/browser.js';
import { expectNoLeak } from '../support/leak.js';
import { startWorld, type World } from '../support/world.js';

/** How a person presses something: with the pointer, or by keyboard alone. */
interface Hands {
  press(frame: Frame, selector: string): Promise<void>;
  write(frame: Frame, selector: string, text: string): Promise<void>;
}

const pointer: Hands = {
  press: (frame, selector) => frame.click(selector),
  write: (frame, selector, text) => frame.fill(selector, text),
};

/** Reaches everything by Tab, as somebody without a pointer does; nothing is clicked. */
function keyboard(page: Page): Hands {
  async function reach(frame: Frame, selector: string): Promise<void> {
    const isThere = `document.activeElement !== null && document.activeElement.matches(${JSON.stringify(selector)})`;
    for (let presses = 0; presses < 160; presses += 1) {
      if ((await frame.evaluate(isThere)) === true) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`the keyboard does not reach ${selector} on ${(await pageName(frame)) ?? ''}`);
  }
  return {
    async press(frame, selector) {
      await frame.waitForSelector(selector);
      await reach(frame, selector);
      const kind = await frame.evaluate(
        'document.activeElement.tagName + (document.activeElement.type ?? "")',
      );
      await page.keyboard.press(
        kind === 'INPUTradio' || kind === 'INPUTcheckbox' ? 'Space' : 'Enter',
      );
    },
    async write(frame, selector, text) {
      await frame.waitForSelector(selector);
      await reach(frame, selector);
      await page.keyboard.press('Control+A');
      await page.keyboard.type(text);
    },
  };
}

async function until(frame: Frame, name: string): Promise<void> {
  await frame.waitForSelector(`body[data-page="${name}"]`);
}

describeInBrowser('from an assignment that exists to a grade in the gradebook', () => {
  let world: World;
  let browser: Browser;
  beforeAll(async () => {
    world = await startWorld({ family: 'canvas' });
    world.trellis.startJobs();
    browser = await openBrowser('--test-third-party-cookie-phaseout');
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  async function walk(
    link: string,
    student: string,
    context: BrowserContext,
    byKeyboard: boolean,
  ): Promise<void> {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    const hands = byKeyboard ? keyboard(page) : pointer;

    // The teacher: what the platform sent is there; goal and criteria, then one press publishes.
    let frame = await openInLms(page, world, { as: 'teacher-1', link });
    expect(await pageName(frame)).toBe('assignments/attach');
    const came = world.sandbox.links.find((l) => l.id === link);
    expect(await frame.innerText('h1')).toBe(came?.title);
    await expectAccessible(frame);
    await hands.write(frame, '[name=goals]', 'Explain how one thing depends on another');
    await hands.write(frame, '[name=criteria]', 'Names the parts');
    await hands.press(frame, '#attach-publish');
    await until(frame, 'tiers/builder');
    await expectAccessible(frame);
    const tierNames = await frame.$$eval('.tier-card h3, .tier-card h2', (all) =>
      all.map((h) => h.textContent?.trim() ?? ''),
    );

    // The student: own task, choice, words that save themselves, hand in.
    frame = await openInLms(page, world, { as: student, link });
    await until(frame, 'submissions/task');
    await expectAccessible(frame);
    await hands.press(frame, '.choice-card button.btn--primary');
    await frame.waitForSelector('trix-editor');
    await hands.write(frame, 'trix-editor', 'The heron eats the frog, and the frog eats the fly.');
    await frame.waitForSelector('[data-state="saved"]');
    await expectAccessible(frame);
    expectNoLeak(await frame.content(), {
      tierNames: tierNames.filter((name) => name !== 'Base task'),
    });
    await hands.press(frame, 'a[href$="/hand-in"], button[formaction$="/hand-in"], [data-hand-in]');
    await until(frame, 'submissions/hand-in');
    await expectAccessible(frame);
    await hands.press(frame, 'form .action-bar button.btn--primary');
    await until(frame, 'submissions/task');
    expect(await frame.textContent('main')).toContain('The heron eats the frog');

    // Comes back to it: the words are there.
    frame = await openInLms(page, world, { as: student, link });
    await until(frame, 'submissions/task');
    await frame.waitForSelector('.card--hero');

    // The teacher grades and releases; the score stands in the platform's gradebook.
    frame = await openInLms(page, world, { as: 'teacher-1', link });
    await hands.press(frame, 'a[href$="/grading"]');
    await until(frame, 'grading/list');
    await expectAccessible(frame);
    await hands.press(frame, '#grade-next');
    await until(frame, 'grading/desk');
    await expectAccessible(frame);
    await hands.press(frame, '[data-criterion] input[type=radio]');
    await hands.write(frame, '#comment', 'Clear and complete.');
    await hands.press(frame, '#desk-form button.btn--primary');
    await frame.waitForSelector('body:is([data-page="grading/desk"], [data-page="grading/list"])');
    frame = await openInLms(page, world, { as: 'teacher-1', link });
    await hands.press(frame, 'a[href$="/grading"]');
    await until(frame, 'grading/list');
    await hands.press(frame, '#release-now');
    await frame.waitForSelector('.notice--success');
    await expect
      .poll(() => world.sandbox.grade(link, student)?.score ?? null, { timeout: 15_000 })
      .not.toBeNull();
    expect(world.sandbox.grade(link, student)?.comment).toContain('Clear and complete.');

    // The student reads it; nothing in the way went wrong.
    frame = await openInLms(page, world, { as: student, link });
    await hands.press(frame, 'a[href$="/feedback"]');
    await until(frame, 'submissions/feedback');
    await expectAccessible(frame);
    expect(await frame.innerText('main')).toContain('Clear and complete.');
    expect(faults).toEqual([]);
    expect(world.sandbox.requests().flatMap((r) => r.problems)).toEqual([]);
    await context.close();
  }

  test('with third-party cookies blocked', async () => {
    await walk('link-1', 'student-3', await browser.newContext(), false);
  }, 120_000);

  test('in a browser that keeps no cookie of ours at all, and in the dark', async () => {
    const context = await browser.newContext({ colorScheme: 'dark' });
    await withoutThirdPartyCookies(context, world);
    await walk('link-2', 'student-4', context, false);
  }, 120_000);

  test('by keyboard alone', async () => {
    await walk('link-3', 'student-5', await browser.newContext(), true);
  }, 180_000);

  test('at 320 px nothing sticks out sideways', async () => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
    const page = await context.newPage();
    for (const [as, paths] of [
      [
        'teacher-1',
        ['', '/design', '/choices', '/groups', '/placements', '/grading', '/insight', '/ledger'],
      ],
      ['student-3', ['/task', '/feedback']],
    ] as const) {
      const frame = await openInLms(page, world, { as, link: 'link-1' });
      const at = /^.*\/a\/[^/]+/.exec(frame.url())?.[0] ?? '';
      // Inside the frame: its cookies are partitioned, and its width is what an LMS leaves.
      await page.evaluate(
        "Object.assign(document.querySelector('iframe[name=tool_content]').style, { width: '320px', maxWidth: 'none' })",
      );
      for (const path of paths) {
        await frame.goto(`${at}${path}`);
        expect(await pageName(frame), path).not.toBe('error');
        await expectNoSidewaysScroll(frame);
      }
    }
    await context.close();
  }, 120_000);
});
