import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/web/root.js';
import { designSite, heard, startDesignSite } from './design-site.js';

const assets = join(projectRoot, 'views', 'assets');
const css = (name: string): string => readFileSync(join(assets, name), 'utf8');
const sheets = readdirSync(assets).filter((file) => file.endsWith('.css'));
const pageOf = async (path: string): Promise<string> =>
  (await request(designSite()).get(path)).text;

describe('the stylesheets', () => {
  test('give the dark theme the same colours whether the system or the person chose it', () => {
    const blocks = [...css('trellis.css').matchAll(/color-scheme: dark;([^}]*)}/g)].map((found) =>
      (found[1] ?? '').replaceAll(/\s+/g, ' '),
    );
    expect(blocks).toHaveLength(2);
    expect(blocks[0]).toContain('--bg:');
    expect(blocks[1]).toBe(blocks[0]);
  });

  test.each(sheets)('%s fetches nothing and leaves left and right to the language', (sheet) => {
    const rules = css(sheet).replaceAll(/\/\*.*?\*\//gs, '');
    expect(rules).not.toMatch(/@import|url\(|https?:/);
    expect(rules).not.toMatch(/(margin|padding|border)-(left|right)|text-align: (left|right)/);
  });

  test('know every class that layouts and partials use', () => {
    const known = new Set(
      sheets.flatMap((sheet) =>
        [...css(sheet).matchAll(/\.([a-z][\w-]*)/g)].map(([, name]) => name),
      ),
    );
    const views = ['layouts', 'partials'].flatMap((folder) =>
      readdirSync(join(projectRoot, 'views', folder))
        .filter((file) => file.endsWith('.hbs'))
        .map((file) => readFileSync(join(projectRoot, 'views', folder, file), 'utf8')),
    );
    const used = views.flatMap((view) => {
      const plain = view.replaceAll(/{{!.*?}}/gs, '').replaceAll(/{{[^{}]*}}/g, ' ');
      return [...plain.matchAll(/class='([^']*)'/g)].flatMap(([, names = '']) =>
        names.split(/\s+/).filter((name) => name !== '' && !name.endsWith('--')),
      );
    });
    expect(used.length).toBeGreaterThan(50);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  test.each(['en', 'es'])('the words of the shell are all there in %s', (language) => {
    const words = (of: string): Record<string, string> =>
      JSON.parse(
        readFileSync(join(projectRoot, 'config', 'locales', of, 'shell.json'), 'utf8'),
      ) as Record<string, string>;
    expect(Object.keys(words(language))).toEqual(Object.keys(words('en')));
    expect(Object.values(words(language)).every((text) => text.trim() !== '')).toBe(true);
  });
});

describe('the layout', () => {
  test('says which page it is, for whom, and keeps htmx from evaluating code', async () => {
    const html = await pageOf('/');
    expect(html).toMatch(/<body data-page='[^']*design' data-role='instructor'/);
    const config = /name='htmx-config' content='([^']*)'/.exec(html)?.[1] ?? '';
    expect(JSON.parse(config)).toMatchObject({
      allowEval: false,
      allowScriptTags: false,
      includeIndicatorStyles: false,
      selfRequestsOnly: true,
      historyCacheSize: 0,
    });
    expect(html).toContain("aria-current='page'");
    expect(html).toContain("<main id='main' tabindex='-1'>");
  });

  test('holds no session token unless the browser keeps no cookie', async () => {
    expect(await pageOf('/')).not.toContain('trellis-session');
    expect(await pageOf('/s/visit/task')).toContain(
      "<meta name='trellis-session' content='visit.secret'>",
    );
  });

  test('speaks the language of the reader and prints names as words', async () => {
    const html = await pageOf('/s/visit/task');
    expect(html).toContain("<html lang='es'");
    expect(html).toContain('Saltar a la parte principal');
    expect(html).toContain('Year 5 &lt;Maths&gt;');
    expect(html).toContain('Estudiante de prueba');
  });

  test('shows a problem with its code, its reference and the ways on', async () => {
    const html = await pageOf('/error');
    expect(html).toContain("data-page='error'");
    expect(html).toContain("data-code='STORE_AWAY'");
    expect(html).toContain('01J0000000000000000000REF');
    expect(html).toContain("href='https://lms.test/courses/1'");
  });

  test('has no style attribute and no script of its own inline', async () => {
    for (const path of ['/', '/student', '/error']) {
      const html = await pageOf(path);
      expect(html).not.toMatch(/ style=|<style|javascript:| on[a-z]+='/);
      expect(html.match(/<script(?![^>]* src=)/)).toBeNull();
    }
  });
});

describe('the partials', () => {
  test('tie label, hint and error to their control', async () => {
    const html = await pageOf('/');
    expect(html).toContain("<label class='field__label' for='points'>");
    expect(html).toMatch(/id='points'[^>]*value='0'[^>]* min='0'/);
    expect(html).toMatch(/id='points'[^>]*aria-invalid='true' aria-describedby='points-error'/);
    expect(html).toMatch(/id='title'[^>]* required[^>]*aria-describedby=' title-hint'/);
    expect(html).toContain("<option value='wishes' selected>");
  });

  test('list the errors as links to their fields, with what was typed as words', async () => {
    const html = await pageOf('/');
    expect(html).toContain("<a href='#points'>Choose a number from 1 to 100</a>");
    expect(html).toContain('Say &lt;what&gt; it is');
  });
});

const browserPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const hasBrowser = existsSync(browserPath);
if (!hasBrowser) console.warn(`design in a browser: left out, no chromium at ${browserPath}`);

describe.runIf(hasBrowser)('in a browser', () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  let browser: Browser;
  let server: Server;
  let url: string;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    ({ server, url } = await startDesignSite());
    browser = await chromium.launch({
      executablePath: browserPath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
  });
  afterEach(async () => {
    await page.context().close();
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  async function open(path: string, options: BrowserContextOptions = {}): Promise<void> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => {
      // A refused request is logged by the browser itself and is part of what is tried here.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url + path, { waitUntil: 'load' });
  }
  const evaluate = <T>(script: string): Promise<T> => page.evaluate(script);
  /** The page's own policy forbids evaluating inside it, so the waiting is done out here. */
  const until = (script: string): Promise<void> =>
    expect.poll(() => evaluate(script), { timeout: 10_000 }).toBe(true);
  const violations = async (): Promise<string[]> => {
    await page.evaluate(axe);
    return evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => violations.flatMap((v) => v.nodes.map((n) => v.id + ' ' + n.target)))`);
  };

  const looks = ['/', '/student', '/error'].flatMap((path) =>
    (['light', 'dark'] as const).flatMap((scheme) =>
      [320, 1280].map((width) => [path, scheme, width] as const),
    ),
  );
  test.each(looks)('%s in %s at %i px has nothing axe objects to', async (path, scheme, width) => {
    await open(path, { colorScheme: scheme, viewport: { width, height: 900 } });
    expect(await violations()).toEqual([]);
    expect(await evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('an open dialog, a menu and forced colours have nothing axe objects to', async () => {
    await open('/', { forcedColors: 'active' });
    await page.click('summary.btn');
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.locator('details.menu[open]').count()).toBe(0);
    await page.click('#open-demo');
    expect(await violations()).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
  });

  test('on paper only the work is left', async () => {
    await open('/', { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.site-header').isVisible()).toBe(false);
    expect(await page.locator('.action-bar').isVisible()).toBe(false);
    expect(await evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
      'rgb(255, 255, 255)',
    );
  });

  test('going to another page keeps the document, moves the frame and starts at its heading', async () => {
    await open('/');
    await evaluate('globalThis.stayed = true');
    await page.click('text=Groups >> nth=0');
    await page.waitForURL(`${url}/next`);
    await page.waitForSelector('body[data-role="assistant"]');
    expect(await page.title()).toBe('Groups · Trellis');
    expect(await evaluate('globalThis.stayed')).toBe(true);
    await until('document.activeElement.tagName === "H1"');
    await page.goBack();
    await page.waitForSelector('body[data-role="instructor"]');
    expect(complaints).toEqual([]);
  });

  test('a small change leads back to the same place of the same page', async () => {
    await open('/next');
    await evaluate('globalThis.stayed = true; scrollTo(0, 300)');
    const answered = page.waitForResponse(`${url}/next`);
    await page.click('text=Undo');
    await answered;
    await until('document.documentElement.matches(".is-requesting") === false');
    await until('document.querySelector(".htmx-settling, .htmx-swapping, .htmx-request") === null');
    expect(await evaluate('globalThis.stayed')).toBe(true);
    expect(await evaluate('scrollY')).toBe(300);
  });

  test('a form that did not go through is still there, with the reason', async () => {
    await open('/student');
    await page.fill('#work', 'I cut it in four.');
    await page.click('text=Hand in');
    await page.waitForSelector('dialog[open] >> text=Trellis cannot reach its store');
    expect(await page.textContent('dialog[open]')).toContain('01J0000000000000000000REF');
    await page.keyboard.press('Escape');
    expect(await page.inputValue('#work')).toBe('I cut it in four.');
    expect(await page.getAttribute('body', 'data-page')).not.toBe('error');
  });

  test('without network it says so, keeps the words and offers another try', async () => {
    await open('/student');
    await page.fill('#work', 'I cut it in four.');
    await page.context().setOffline(true);
    await page.click('text=Hand in');
    await page.waitForSelector('.toast--danger >> text=The network is away');
    expect(await page.inputValue('#work')).toBe('I cut it in four.');
    await page.context().setOffline(false);
    await page.click('.toast >> text=The network is back >> xpath=.. >> text=Try again');
    await page.waitForSelector('dialog[open] >> text=Trellis cannot reach its store');
  });

  test('saves while somebody writes, with the session from the memory of the page', async () => {
    await open('/s/visit/task');
    expect(await page.locator('meta[name="trellis-session"]').count()).toBe(0);
    heard.length = 0;
    await page.fill('#work', 'Quarters');
    await until('document.getElementById("version").value === "7"');
    await page.waitForSelector('[data-save-state][data-state="saved"]');
    expect(heard).toEqual([{ session: 'visit.secret', csrf: 'csrf-of-visit' }]);
  });

  test('says that nothing is saved while the network is away, and saves when it is back', async () => {
    await open('/student');
    heard.length = 0;
    await page.context().setOffline(true);
    await page.fill('#work', 'Quarters');
    await page.waitForSelector('[data-save-state][data-state="offline"]');
    await page.context().setOffline(false);
    await page.waitForSelector('[data-save-state][data-state="saved"]');
    expect(heard).toHaveLength(1);
  });

  test('asks before what cannot be taken back, with the safe answer in focus', async () => {
    await open('/');
    await evaluate(
      'document.getElementById("danger").addEventListener("click", () => (globalThis.ended = true))',
    );
    await page.click('#danger');
    await page.waitForSelector('dialog[open] >> text=End this grouping?');
    await page.keyboard.press('Enter');
    expect(await evaluate('globalThis.ended')).toBeUndefined();
    await page.click('#danger');
    await page.click('dialog[open] >> text=End it');
    await until('globalThis.ended === true');
  });

  test('asks before a link leaves words that were typed and not sent', async () => {
    await open('/');
    await page.fill('#title', 'Share the cake');
    await page.click('text=Groups >> nth=0');
    await page.waitForSelector('dialog[open] >> text=not saved yet');
    await page.click('dialog[open] >> text=Cancel');
    expect(page.url()).toBe(`${url}/`);
    expect(await page.inputValue('#title')).toBe('Share the cake');
  });

  test('inside a frame it asks the platform for its height', async () => {
    await open('/error');
    const height = await evaluate<number>(`new Promise((resolve) => {
      addEventListener('message', ({ data }) => data.subject === 'lti.frameResize' && resolve(data.height));
      const frame = document.createElement('iframe');
      frame.src = '/student';
      document.body.append(frame);
    })`);
    expect(height).toBeGreaterThan(600);
    expect(height).toBeLessThanOrEqual(1400);
  });

  test('without script a dialog is a part of the page and nothing that needs script is offered', async () => {
    await open('/', { javaScriptEnabled: false });
    expect(await page.locator('#demo').isVisible()).toBe(true);
    expect(await page.locator('#demo .script-only').isVisible()).toBe(false);
  });
});
