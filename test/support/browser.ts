import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Frame,
  type Page,
} from 'playwright-core';
import { describe, expect } from 'vitest';
import type { World } from './world.js';

const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const isHere = existsSync(path);

if (!isHere && process.env['REQUIRE_BROWSER'] !== undefined) {
  throw new Error(`no chromium at ${path}: install Debian's chromium or set CHROMIUM_PATH`);
}

/** Browser journeys; where there is no browser they are left out, and one line says why. */
export function describeInBrowser(name: string, journeys: () => void): void {
  if (!isHere) console.warn(`${name}: skipped, no chromium at ${path} (set CHROMIUM_PATH)`);
  describe.skipIf(!isHere)(name, journeys);
}

/**
 * A headless browser.
 *
 * @param more - Switches besides; `--test-third-party-cookie-phaseout` blocks third-party cookies
 *   that are not partitioned.
 */
export function openBrowser(...more: readonly string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Answers that a test fulfils itself count as coming from the public network.
      '--disable-features=LocalNetworkAccessChecks',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      ...more,
    ],
  });
}

/** A browser that keeps no third-party cookie at all, not even a partitioned one. */
export async function withoutThirdPartyCookies(
  context: BrowserContext,
  world: World,
): Promise<void> {
  // No switch of chromium's does this for partitioned cookies: what the tool sets inside a frame is
  // taken from its answers before the browser sees it.
  await context.route(
    (url) => url.origin === world.url,
    async (route) => {
      const request = route.request();
      const isTop = request.isNavigationRequest() && request.frame().parentFrame() === null;
      if (isTop) {
        await route.continue();
        return;
      }
      const all = Object.fromEntries(
        Object.entries(await request.allHeaders()).filter(([name]) => name !== 'cookie'),
      );
      // The browser says where its request comes from; interception does not show it.
      const cameFrom = request.frame().url();
      const destination = request.isNavigationRequest()
        ? {
            'sec-fetch-dest': 'iframe',
            'sec-fetch-site': cameFrom.startsWith(`${world.url}/`) ? 'same-origin' : 'cross-site',
          }
        : {};
      const headers = { ...all, ...destination };
      const body = request.postDataBuffer();
      const answer = await fetch(request.url(), {
        method: request.method(),
        headers,
        redirect: 'manual',
        ...(body === null ? {} : { body: new Uint8Array(body) }),
      });
      // Fetch has already unpacked the body.
      const dropped = ['set-cookie', 'content-encoding', 'content-length', 'transfer-encoding'];
      const kept = Object.fromEntries(
        [...answer.headers].filter(([name]) => !dropped.includes(name)),
      );
      await route.fulfill({
        status: answer.status,
        headers: kept,
        body: Buffer.from(await answer.arrayBuffer()),
      });
    },
  );
}

/**
 * Opens an assignment in the practice LMS as a person, up to the tool's page in its frame.
 *
 * @returns The frame that holds Trellis.
 */
export async function openInLms(
  page: Page,
  world: World,
  order: { readonly as: string; readonly link: string; readonly family?: string },
): Promise<Frame> {
  const lms = new URL(world.sandbox.platform.issuer).origin;
  const query = new URLSearchParams({
    as: order.as,
    family: order.family ?? world.sandbox.platform.family,
  });
  await page.goto(`${lms}/launch/${order.link}?${query.toString()}`);
  return toolFrame(page);
}

/** The tool's frame, once its page is there. */
export async function toolFrame(page: Page): Promise<Frame> {
  const element = await page.waitForSelector('iframe[name="tool_content"]');
  const frame = await element.contentFrame();
  if (frame === null) throw new Error('the frame of the tool is gone');
  await frame.waitForSelector('body[data-page]:not([data-page^="lti/"])', { timeout: 20_000 });
  return frame;
}

/** `data-page` of the frame. */
export function pageName(frame: Frame): Promise<string | null> {
  return frame.getAttribute('body', 'data-page');
}

const axeSource = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Asserts that axe finds nothing wrong on the page (WCAG 2.2 AA and best practice). */
export async function expectAccessible(frame: Frame): Promise<void> {
  // As the test's own code, not as the page's: the page's policy allows no foreign script.
  const { readFile } = await import('node:fs/promises');
  const source = await readFile(axeSource, 'utf8');
  await frame.evaluate(source);
  const result = await frame.evaluate<AxeResult>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  const found = result.violations.map(
    (v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`,
  );
  expect(found, `accessibility of ${(await pageName(frame)) ?? ''}`).toEqual([]);
}

/** Asserts that nothing sticks out sideways at the present width (320 px and 200 % zoom). */
export async function expectNoSidewaysScroll(frame: Frame): Promise<void> {
  const wider = await frame.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(wider, `sideways scroll on ${(await pageName(frame)) ?? ''}`).toBeLessThanOrEqual(0);
}
