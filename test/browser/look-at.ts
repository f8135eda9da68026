import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { projectRoot } from '../../src/web/root.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const namespaces = readdirSync(join(projectRoot, 'config', 'locales', 'en')).map((file) =>
  file.slice(0, -'.json'.length),
);
/** What stands on a page where the catalogue has no sentence. */
const KEY = new RegExp(
  `(?<![\\w./@-])(?:${namespaces.join('|')})\\.[a-z][\\w-]*(?:\\.[\\w-]+)*`,
  'g',
);
/** Words that every English sentence of ours holds one of, and no Spanish one. */
const ENGLISH =
  /(?<![\p{L}\p{N}.@/-])(?:the|and|your|with|this|that|these|of|for|from|are|was|will|cannot|nobody|everybody|students?|teachers?|grades?|groups?|until|each|what|who|their|them|they|you|it|here|there)(?![\p{L}\p{N}@/-])/iu;
const BROKEN = /\b(?:undefined|NaN|null|Invalid Date)\b|\[object/;

const RUN = "axe.run(document, { resultTypes: ['violations'] })";

/** What a page is looked at for. */
export interface Look {
  readonly language: 'en' | 'es';
  /** axe, wide and light, then narrow and dark; false: widths and words only. */
  readonly axe: boolean;
  /** What it is meant to answer with; 200 where nothing is said. */
  readonly status?: number;
  /** English that is no sentence of ours, such as a platform's own words. */
  readonly except?: RegExp;
  /** Called at each width and theme, such as for a picture. */
  readonly seen?: (page: Page, name: string, look: string) => Promise<void>;
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Colours on their way from one theme to the other are nobody's colours. */
const STILL = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})()`;

const settled = (page: Page): Promise<unknown> =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30)))');

/** What sticks out of the page sideways: the first elements past the right edge. */
const STICKING_OUT = `(() => {
  const root = document.documentElement;
  const wide = root.scrollWidth - root.clientWidth;
  if (wide <= 0) return null;
  const out = [...document.body.querySelectorAll('*')]
    .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1)
    .slice(-3).map((e) => e.outerHTML.slice(0, 120));
  return wide + ' px: ' + out.join(' | ');
})()`;

/** Visible text, and what is read aloud or shown on hover. */
const WORDS = `document.title + '\\n' + document.body.innerText + '\\n' +
  [...document.querySelectorAll('[aria-label],[title],[placeholder],[alt]')]
    .flatMap((e) => ['aria-label', 'title', 'placeholder', 'alt'].map((n) => e.getAttribute(n)))
    .filter(Boolean).join('\\n')`;
/** The whole page but its addresses, for keys in places that only scripts read. */
const MARKUP = `document.body.outerHTML.replaceAll(/ (?:href|src|action|formaction|value|id|for|name)="[^"]*"/g, '')`;

/** Opens addresses one after another in one page of a browser and says what is wrong with them. */
export async function looker(context: BrowserContext) {
  const page = await context.newPage();
  let said: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(String(error)));

  async function violations(): Promise<readonly string[]> {
    const { violations: found } = await page.evaluate<{
      violations: readonly Violation[];
    }>(RUN);
    return found.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(
            (n) =>
              `${n.html.slice(0, 140)} (${(n.failureSummary ?? '').replaceAll(/\s+/g, ' ').slice(0, 160)})`,
          )
          .join(' | ')}`,
    );
  }

  return {
    page,
    /** Errors in the console since the last page was looked at. */
    said: (): readonly string[] => said,
    /**
     * Everything that is wrong with a page.
     *
     * @returns Sentences with the page's name first; none: the page is good.
     */
    async at(url: string, look: Look): Promise<{ name: string; problems: readonly string[] }> {
      said = [];
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      const answer = await page.goto(url, { waitUntil: 'load' });
      const status = answer?.status() ?? 0;
      const name = (await page.getAttribute('body', 'data-page')) ?? '(no page)';
      const problems: string[] = [];
      const tell = (problem: string): void => {
        problems.push(`${name} (${new URL(url).pathname.replace(/^\/s\/[^/]+/, '')}): ${problem}`);
      };
      if (status !== (look.status ?? 200)) tell(`status ${status}`);
      await page.evaluate(STILL);
      // Closed parts are part of the page as well.
      await page.evaluate(
        "document.querySelectorAll('details').forEach((d) => { d.open = true; })",
      );
      await settled(page);
      const words = await page.evaluate<string>(WORDS);
      for (const line of words.split('\n')) {
        if (BROKEN.test(line)) tell(`broken text “${line.slice(0, 160)}”`);
        if (look.language === 'es' && ENGLISH.test(line) && look.except?.test(line) !== true)
          tell(`English “${line.slice(0, 200)}”`);
      }
      const keys = (await page.evaluate<string>(MARKUP)).match(KEY) ?? [];
      for (const key of new Set(keys)) tell(`untranslated ${key}`);
      if ((await page.getAttribute('html', 'lang')) !== look.language) tell('wrong lang');

      if (look.axe) await page.evaluate(axe);
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [320, 'dark'],
      ] as const) {
        const where = `${width} ${colorScheme}`;
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await settled(page);
        if (look.axe) for (const found of await violations()) tell(`axe at ${where}: ${found}`);
        const wide = await page.evaluate<string | null>(STICKING_OUT);
        if (wide !== null) tell(`sideways scroll at ${where}: ${wide}`);
        if (look.seen !== undefined) await look.seen(page, name, where);
      }
      for (const line of said)
        if (look.status === undefined || !line.includes('Failed to load resource'))
          tell(`console: ${line.slice(0, 300)}`);
      return { name, problems };
    },
    close: () => page.close(),
  };
}
