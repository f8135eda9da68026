import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type FrameLocator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../../support/world.js';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
if (!hasBrowser) {
  process.stderr.write(`Browser tests of platform storage skipped: no ${executablePath}\n`);
}

let world: World;
let context: BrowserContext;
let folder: string;

/**
 * Starts a browser of its own.
 *
 * @param blocked - It keeps no cookie of Trellis inside the practice LMS, partitioned or not.
 */
async function start(blocked: boolean): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'trellis-browser-'));
  await mkdir(join(folder, 'Default'));
  const lms = new URL(world.sandbox.platforms.canvas.issuer).origin;
  const cookies = blocked ? { [`${world.url},${lms}`]: { setting: 2 } } : {};
  const preferences = { profile: { content_settings: { exceptions: { cookies } } } };
  await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify(preferences));
  context = await chromium.launchPersistentContext(folder, {
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}

/** What the tool said to the platform's window. */
function messages(): string {
  return JSON.stringify(world.sandbox.requests('postmessage'));
}

/** Opens the first assignment as a student in the practice LMS's frame. */
async function open(family: 'canvas' | 'schoology' | 'moodle' = 'canvas'): Promise<FrameLocator> {
  const page = await context.newPage();
  const [link] = world.sandbox.linksOf(family);
  const lms = new URL(world.sandbox.platforms[family].issuer).origin;
  await page.goto(`${lms}/launch/${link!.id}?family=${family}&as=student-1`);
  return page.frameLocator('iframe[data-tool-frame]');
}

describe.skipIf(!hasBrowser)('platform storage in a browser', () => {
  beforeAll(async () => {
    world = await startWorld({ family: 'canvas' });
  });
  afterAll(async () => {
    await world.close();
  });
  afterEach(async () => {
    world.sandbox.faults.clear();
    await context.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('STORE-02 with partitioned cookies it opens in the frame', async () => {
    await start(false);
    world.sandbox.clearRequests();
    const frame = await open();
    await frame.locator('body[data-role="learner"]').waitFor({ timeout: 20_000 });
    expect(messages()).not.toContain('lti.get_data');
  });

  test('STORE-03 to STORE-09, STORE-14 without any cookie it opens by the platform’s storage', async () => {
    await start(true);
    world.sandbox.clearRequests();
    const frame = await open();
    await frame.locator('body[data-role="learner"]').waitFor({ timeout: 20_000 });
    expect(messages()).toContain('lti.put_data');
    expect(messages()).toContain('lti.get_data');
    const told = world.sandbox.requests().flatMap(({ problems }) => problems);
    expect(told).toEqual([]);
  });

  test('STORE-04 where the storage frame is missing, the platform’s own page answers', async () => {
    await start(true);
    world.sandbox.faults.set({ noStorageFrame: true });
    world.sandbox.clearRequests();
    const frame = await open();
    await frame.locator('body[data-role="learner"]').waitFor({ timeout: 20_000 });
    expect(messages()).toContain('lti.get_data');
  });

  test('STORE-06, STORE-11 where the platform says nothing, a new window is offered in time', async () => {
    await start(true);
    world.sandbox.faults.set({ noPostMessage: true });
    const frame = await open();
    const link = frame.locator('a[target="_blank"]');
    await link.waitFor({ state: 'visible', timeout: 15_000 });
    const [opened] = await Promise.all([context.waitForEvent('page'), link.click()]);
    await opened.locator('body[data-role="learner"]').waitFor({ timeout: 20_000 });
  });

  test('STORE-11 on a platform without storage as well (Moodle)', async () => {
    await start(true);
    const frame = await open('moodle');
    await frame.locator('a[target="_blank"]').waitFor({ state: 'visible', timeout: 15_000 });
  });
});
