import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import type { Response } from 'express';
import Handlebars from 'handlebars';
import { findActor } from './actor.js';
import { assetHref } from './assets.js';
import { projectRoot } from './root.js';
import { inWordsOf, wordsFor, type Words } from './words.js';

/** Every page by its view's name; features add theirs by declaration merging. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by the features
export interface Views {}

export interface NavItem {
  readonly href: string;
  readonly label: string;
  readonly icon?: string;
  readonly current?: boolean;
}

/** What the layout shows around a page. */
export interface PageFrame {
  readonly layout?: 'page' | 'bare';
  /** The window's title; no personal data in it (OTH-02). */
  readonly title: string;
  /** Tabs of the assignment or course. */
  readonly nav?: readonly NavItem[];
  readonly backHref?: string;
  /** For pages outside a session: the reader's words. */
  readonly words?: Words;
  /** `data-role` outside a session. */
  readonly role?: string;
  /** `data-code` of a refusal. */
  readonly code?: string;
  /** Token of the forms, where the page belongs to no launch (the admin console). */
  readonly csrf?: string;
}

const viewsFolder = join(projectRoot, 'views');
const engine = Handlebars.create();
const compiled = new Map<string, Handlebars.TemplateDelegate>();
const icons = new Map<string, string>();
const lucide = dirname(createRequire(import.meta.url).resolve('lucide-static/package.json'));

/** Template changes show at once outside production; there they are compiled once. */
const keepsTemplates =
  process.env['NODE_ENV'] === 'production' || process.env['VITEST'] !== undefined;

function template(name: string): Handlebars.TemplateDelegate {
  const known = compiled.get(name);
  if (known !== undefined && keepsTemplates) return known;
  const source = readFileSync(join(viewsFolder, `${name}.hbs`), 'utf8');
  const made = engine.compile(source, { strict: false, preventIndent: true });
  compiled.set(name, made);
  return made;
}

function registerPartials(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) registerPartials(path);
    else if (name.endsWith('.hbs')) {
      const partial = relative(join(viewsFolder, 'partials'), path).slice(0, -'.hbs'.length);
      engine.registerPartial(partial.split(sep).join('/'), readFileSync(path, 'utf8'));
    }
  }
}
registerPartials(join(viewsFolder, 'partials'));

/** The drawing of a lucide icon, to stand inline; the page's colour, one em large. */
function iconMarkup(name: string, label: string | null): string {
  const source =
    icons.get(name) ??
    readFileSync(join(lucide, 'icons', `${name.replaceAll(/[^a-z0-9-]/g, '')}.svg`), 'utf8')
      .replaceAll(/<!--.*?-->/gs, '')
      .replace(/class="[^"]*"/, '')
      .replace(/width="24"\s+height="24"/, 'width="1em" height="1em"')
      .trim();
  icons.set(name, source);
  const name_ =
    label === null
      ? 'aria-hidden="true"'
      : `role="img" aria-label="${Handlebars.escapeExpression(label)}"`;
  return source.replace('<svg', `<svg class="icon" focusable="false" ${name_}`);
}

interface HelperOptions {
  readonly hash: Record<string, unknown>;
  readonly data: { readonly words: Words };
}

engine.registerHelper('t', (key: string, options: HelperOptions) =>
  options.data.words.t(key, options.hash),
);
engine.registerHelper('inWords', (sentence: unknown, options: HelperOptions) =>
  typeof sentence === 'string' ? inWordsOf(options.data.words, sentence) : sentence,
);
engine.registerHelper('icon', (name: string, options: HelperOptions) => {
  const label = options.hash['label'];
  return new Handlebars.SafeString(iconMarkup(name, typeof label === 'string' ? label : null));
});
engine.registerHelper('asset', (name: string) => assetHref(name));
engine.registerHelper('eq', (a: unknown, b: unknown) => a === b);
engine.registerHelper(
  'not',
  (a: unknown) => a === undefined || a === null || a === false || a === '' || a === 0,
);
engine.registerHelper('and', (...all: unknown[]) => all.slice(0, -1).every(Boolean));
engine.registerHelper('or', (...all: unknown[]) => all.slice(0, -1).find(Boolean));
engine.registerHelper('concat', (...all: unknown[]) => all.slice(0, -1).join(''));
/** Data for a script, inside `<script type="application/json">`: no `<` can end the element (UI-03). */
engine.registerHelper(
  'json',
  (value: unknown) =>
    new Handlebars.SafeString(
      JSON.stringify(value ?? null)
        .replaceAll('<', '\\u003c')
        .replaceAll('\u2028', '\\u2028')
        .replaceAll('\u2029', '\\u2029'),
    ),
);
engine.registerHelper('isoTime', (at: Date) => at.toISOString());

/**
 * A part of a page (a view without its layout), for htmx answers and events.
 *
 * @param view - Name of the view below `views/`, without ending.
 */
export function renderPart<V extends keyof Views>(res: Response, view: V, model: Views[V]): string {
  const actor = findActor(res);
  const words = actor?.words ?? wordsFor(null, null);
  return template(view)(model, {
    data: {
      words,
      base: actor?.base ?? '',
      csrf: actor?.csrf ?? '',
      page: view,
      role: actor?.role ?? 'guest',
      nonce: nonceOf(res),
    },
  });
}

/** The nonce of this answer's Content-Security-Policy. */
export function nonceOf(res: Response): string {
  return (res.locals as { nonce?: string }).nonce ?? '';
}

/**
 * Answers with a page.
 *
 * @param view - Name of the view below `views/`; also the `data-page` of the body.
 * @param model - Exactly what the view's template prints.
 * @param frame - Title, tabs and layout around it.
 */
export function render<V extends keyof Views>(
  res: Response,
  view: V,
  model: Views[V],
  frame: PageFrame,
): void {
  const actor = findActor(res);
  const words = frame.words ?? actor?.words ?? wordsFor(null, null);
  const data = {
    words,
    page: view,
    role: actor?.role === 'designer' ? 'instructor' : (actor?.role ?? frame.role ?? 'guest'),
    base: actor?.base ?? '',
    csrf: frame.csrf ?? actor?.csrf ?? '',
    sessionToken: actor?.headerToken ?? null,
    nonce: nonceOf(res),
    lang: words.language,
    dir: 'ltr',
    title: frame.title,
    nav: frame.nav ?? [],
    backHref: frame.backHref ?? null,
    course: actor?.contextTitle ?? '',
    code: frame.code ?? null,
    banner:
      actor === null
        ? null
        : actor.isImpersonated
          ? 'impersonated'
          : actor.isTestUser
            ? 'test-user'
            : null,
    returnUrl: actor?.returnUrl ?? null,
    requestId: (res.locals as { requestId?: string }).requestId ?? '',
  };
  const body = template(view)(model, { data });
  const page = template(`layouts/${frame.layout ?? 'page'}`)({ body }, { data });
  res.type('html').send(page);
}
