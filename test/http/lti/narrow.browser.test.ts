import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, expectNoSidewaysScroll, openBrowser } from '../../support/browser.js';
import { startWorld, type World } from '../../support/world.js';

/** With 200 % zoom a frame of 640 pixels is laid out in as many as a narrow one. */
const SIZES = [
  { name: '320 pixels', width: 320, zoom: 1 },
  { name: '640 pixels at 200 % zoom', width: 640, zoom: 2 },
];

describeInBrowser('the pages around a launch in a narrow frame', () => {
  let world: World;
  let browser: Browser;
  beforeAll(async () => {
    world = await startWorld({ family: 'canvas' });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  test.each(SIZES)('UI-05 nothing sticks out at $name', async ({ width, zoom }) => {
    const context = await browser.newContext({
      viewport: { width: width / zoom, height: 500 },
      deviceScaleFactor: zoom,
    });
    const page = await context.newPage();
    const refusal = await page.goto(`${world.url}/lti/launch`);
    expect(refusal?.status()).toBe(400);
    await expectNoSidewaysScroll(page.mainFrame());
    const lms = new URL(world.sandbox.platforms.canvas.issuer).origin;
    for (const [as, role] of [
      ['student-1', 'learner'],
      ['teacher-1', 'instructor'],
    ] as const) {
      await page.goto(`${lms}/launch/link-1?family=canvas&as=${as}`);
      const inFrame = page.frameLocator('iframe[data-tool-frame]');
      await inFrame.locator(`body[data-role="${role}"]`).waitFor({ timeout: 20_000 });
      const frame = page.frames().find((one) => one.url().startsWith(`${world.url}/s/`));
      expect(frame).toBeDefined();
      await expectNoSidewaysScroll(frame!);
    }
    await context.close();
  });
});
