import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gradingClass, type GradingClass } from '../http/grading-class.js';
import { delivery, later } from '../http/passback-class.js';
import {
  describeInBrowser,
  expectAccessible,
  expectNoSidewaysScroll,
  openBrowser,
  openInLms,
} from '../support/browser.js';
import { startWorld, type World } from '../support/world.js';

const CLASS = Array.from({ length: 10 }, (_, i) => `student-${i + 1}`);

/** Pictures of the pages for people to look at, where a folder for them is named. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['PICTURES'];
  if (folder !== undefined)
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

/** Width, colours and name of each look at a page. */
const LOOKS = [
  { name: 'wide', width: 1280, colorScheme: 'light' },
  { name: 'dark', width: 1280, colorScheme: 'dark' },
  { name: 'narrow', width: 320, colorScheme: 'light' },
] as const;

describeInBrowser('grading by keyboard', () => {
  let world: World;
  let room: GradingClass;
  let browser: Browser;
  beforeAll(async () => {
    world = await startWorld({ family: 'canvas' });
    room = await gradingClass(world, { students: CLASS });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await room.close();
    await world.close();
  });

  async function openTab(page: Page, path: string): Promise<Frame> {
    const frame = await openInLms(page, world, { as: 'teacher-1', link: room.linkId });
    await frame.click(`.tabs a[href$="${path}"]`);
    return frame;
  }

  test('ten pieces: one key a criterion and one for the next; released; seen in the gradebook; an override is shown', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    const frame = await openTab(page, '/grading');
    await frame.waitForSelector('#grade-next');
    await frame.press('#grade-next', 'Enter');
    let keys = 0;
    const press = async (key: string): Promise<void> => {
      await page.keyboard.press(key);
      keys += 1;
    };
    for (let piece = 1; piece <= CLASS.length; piece += 1) {
      await frame.waitForSelector('#desk-form [data-current]');
      const address = frame.url();
      await press('1');
      await press('2');
      await press('n');
      await expect.poll(() => frame.url(), { timeout: 10_000 }).not.toBe(address);
    }
    expect(keys).toBe(CLASS.length * 3);
    await frame.waitForSelector('body[data-page="grading/list"]');
    expect(world.sandbox.requests('scores')).toEqual([]);

    await frame.press('#release-now', 'Enter');
    await frame.waitForSelector('.notice--success');
    await world.trellis.passback.drain();
    for (const key of CLASS) expect(world.sandbox.grade(room.linkId, key)?.score).toBe(17);

    world.sandbox.override(room.linkId, 'student-3', { score: 9 });
    later(world, 7 * 3_600_000);
    await world.trellis.passback.readBack();
    expect(await delivery(room, 'student-3')).toMatchObject({ state: 'differs' });
    const ledger = await openTab(page, '/ledger');
    await ledger.waitForSelector('body[data-page="passback/ledger"]');
    expect(await ledger.textContent('main')).toContain('The gradebook shows 9. Trellis has 17.');
    expect(faults).toEqual([]);
    await page.close();
  });

  test('desk, list and ledger are accessible in the dark, in the light and at 320 pixels', async () => {
    for (const { name, width, colorScheme } of LOOKS) {
      const context = await browser.newContext({
        viewport: { width, height: 1700 },
        colorScheme,
      });
      const page = await context.newPage();
      const frame = await openInLms(page, world, { as: 'teacher-1', link: room.linkId });
      const [base = ''] = /^.*\/s\/[^/]+/.exec(frame.url()) ?? [];
      for (const [view, path] of [
        ['grading/list', '/grading?names=1'],
        ['grading/desk', `/grading/${room.member('student-2')._id}`],
        ['passback/ledger', '/ledger'],
      ] as const) {
        await frame.goto(`${base}/a/${room.assignment.id}${path}`);
        await frame.waitForSelector(`body[data-page="${view}"]`);
        await expectNoSidewaysScroll(frame);
        await expectAccessible(frame);
        await picture(page, `${view.replace('/', '-')}-${name}`);
      }
      await context.close();
    }
  });
});
