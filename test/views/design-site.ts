import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { setActor, type Actor } from '../../src/web/actor.js';
import { assetRouter } from '../../src/web/assets.js';
import { render, type PageFrame } from '../../src/web/render.js';
import { securityHeaders } from '../../src/web/security.js';
import { wordsFor } from '../../src/web/words.js';
import '../../src/web/error-page.js';

/** The page that shows every part of the design system once. */
export interface DesignView {
  readonly errors: readonly { readonly field: string; readonly message: string }[];
  readonly html: string;
  readonly [part: string]: unknown;
}

declare module '../../src/web/render.js' {
  interface Views {
    '../test/views/design': DesignView;
    '../test/views/student': DesignView;
  }
}

const people = ['Maya Rivera', 'Tom Becker', 'Aisha Khan', 'Leo Novak'];
const initials = (name: string): string =>
  name
    .split(' ')
    .map((part) => part[0])
    .join('');

export const designView: DesignView = {
  errors: [
    { field: 'points', message: 'Choose a number from 1 to 100' },
    { field: 'title', message: 'Say <what> it is' },
  ],
  html: '<p>Cut the paper pizza so that <strong>four friends</strong> get the same.</p><ul><li>Draw it</li><li>Name each part</li></ul>',
  bars: [true, true, true, false, false],
  undoFields: [{ name: 'version', value: '3' }],
  steps: [
    { label: 'Task', done: true, href: '#task' },
    { label: 'Routes', current: true },
    { label: 'Publish' },
  ],
  options: [
    { value: 'mixed', label: 'Mixed' },
    { value: 'wishes', label: 'Wishes', selected: true },
  ],
  choices: [
    ['pen-line', 'Letter', 'Write to the baker.', '3 places'],
    ['mic', 'Radio', 'Record two minutes.', '5 places'],
    ['camera', 'Photo story', 'Five pictures, five sentences.', '2 places'],
    ['paintbrush', 'Poster', 'Draw and label.', '4 places'],
    ['calculator', 'Puzzle', 'Make one for a friend.', '4 places'],
    ['lightbulb', 'My own idea', 'Tell us what you would do.', 'no limit'],
  ].map(([icon, title, text, places], i) => ({
    icon,
    title,
    text,
    places,
    tone: i + 1,
    on: i === 1,
  })),
  groups: [1, 2, 3].map((tone) => ({
    tone,
    name: `Group ${tone}`,
    size: 4,
    why: 'Different strengths, nobody together for the third time.',
    people: people.map((name, i) => ({
      name,
      initials: initials(name),
      flag: tone === 2 && i === 1 ? 'Asked to be apart' : '',
    })),
  })),
};

const frame: PageFrame = {
  title: 'Share the pizza',
  backHref: '/',
  nav: [
    { href: '/', label: 'Routes', icon: 'layers', current: true },
    { href: '/next', label: 'Groups', icon: 'users' },
    { href: '/error', label: 'Grading', icon: 'list-checks' },
    { href: '/student', label: 'Insights', icon: 'sprout' },
  ],
};

/** The session headers of what `/echo` was sent, oldest first. */
export const heard: { readonly session: string | null; readonly csrf: string | null }[] = [];

/** A student whose browser keeps no cookie for us, as far as the layout looks at them. */
const visitor = {
  base: '/s/visit',
  csrf: 'csrf-of-visit',
  headerToken: 'visit.secret',
  role: 'learner',
  contextTitle: 'Year 5 <Maths>',
  isTestUser: true,
  isImpersonated: false,
  returnUrl: 'https://lms.test/courses/1',
  words: wordsFor('es-MX', null),
} as unknown as Actor;

/** The design system behind the real headers, templates and assets; nothing stored. */
export function designSite(): Express {
  const app = express();
  app.use('/assets', assetRouter());
  app.use(securityHeaders(() => Promise.resolve([]), false));
  app.get('/', (_req, res) => {
    render(res, '../test/views/design', designView, { ...frame, role: 'instructor' });
  });
  app.get('/next', (_req, res) => {
    const view = { ...designView, errors: [] };
    render(res, '../test/views/design', view, {
      ...frame,
      title: 'Groups',
      role: 'assistant',
    });
  });
  app.get('/student', (_req, res) => {
    render(res, '../test/views/student', designView, {
      title: 'Share the pizza',
      role: 'learner',
    });
  });
  app.get('/s/visit/task', (_req, res) => {
    setActor(res, visitor);
    render(res, '../test/views/student', designView, { title: 'Share the pizza' });
  });
  const problem = {
    code: 'STORE_AWAY',
    heading: 'Trellis cannot reach its store',
    text: 'Nothing was changed.',
    advice: 'Wait a minute, then try again.',
    reference: '01J0000000000000000000REF',
    returnUrl: 'https://lms.test/courses/1',
    fields: [{ name: 'title', message: 'Say what it is' }],
    homeHref: '/',
  };
  const refuse: express.RequestHandler = (_req, res) => {
    render(res.status(503), 'error', problem, {
      layout: 'bare',
      title: problem.heading,
      code: problem.code,
    });
  };
  app.get('/error', refuse);
  app.post('/x', refuse);
  app.post('/undo', (_req, res) => {
    res.redirect(303, '/next');
  });
  app.post('/echo', (req, res) => {
    heard.push({
      session: req.get('x-trellis-session') ?? null,
      csrf: req.get('x-trellis-csrf') ?? null,
    });
    res.json({ version: 7 });
  });
  return app;
}

/** Starts the site; port 0 takes a free one. */
export async function startDesignSite(port = 0): Promise<{ server: Server; url: string }> {
  const server = createServer(designSite());
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
