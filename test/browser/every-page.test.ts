import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GradingClass } from '../http/grading-class.js';
import { describeInBrowser, openBrowser } from '../support/browser.js';
import { Visitor } from '../support/visitor.js';
import { startWorld, type LaunchOrder, type World } from '../support/world.js';
import { looker, type Look } from './look-at.js';
import { arrive, shownClass, withCookies, type Guest } from './shown-class.js';

/** Words of students, of platforms and of the practice school: not ours to translate. */
const NOT_OURS =
  /The pond of|I think I have them all|422 |Assignment and Grade|Names and Role|Use Unique Lineitem/;
const PATIENCE = 150_000;

describeInBrowser('every page', () => {
  let world: World;
  let browser: Browser;
  let room: GradingClass;
  beforeAll(async () => {
    world = await startWorld({ family: 'canvas' });
    room = await shownClass(world);
    browser = await openBrowser();
  }, PATIENCE);
  afterAll(async () => {
    await browser.close();
    await room.close();
    await world.close();
  });

  const of = (key: string): string => room.member(key)._id;
  const here = (paths: readonly string[]): string[] =>
    paths.map((path) => `/a/${room.assignment.id}${path}`);
  const desks = (): string[] =>
    here([
      '',
      '/design',
      `/design/preview/${room.assignment.published!.tiers[0]!.id}`,
      '/choices',
      '/groups',
      '/groups/history',
      '/groups/show',
      '/groups/rules',
      '/placements',
    ]);
  const lists = (): string[] => [
    ...here([
      '/print',
      '/evidence',
      '/insight',
      '/tickets',
      '/pace',
      '/grading',
      `/grading/${of('student-6')}`,
      '/grading/next-steps',
      `/student/${of('student-6')}`,
      `/student/${of('student-17')}`,
      '/ledger',
    ]),
    '/course',
    '/course/people',
    `/course/people/${of('student-1')}`,
    '/course/library',
    '/course/mobility',
    '/course/ledger',
    `/growth/${of('student-1')}`,
  ];
  const learning = (): string[] => [
    ...here([
      '/task',
      '/hand-in',
      `/work/${room.assignment.published!.board.options[0]!.id}/versions`,
      '/idea',
      '/ticket',
    ]),
    '/my',
    '/my/growth',
  ];
  const learned = (): string[] => [...here(['/task', '/feedback']), '/my', '/my/growth'];

  /** Looks at pages one after another; every problem of all of them at once. */
  async function lookAt(
    who: Guest | { readonly context: Guest['context']; readonly base: string },
    paths: readonly string[],
    look: Look,
  ): Promise<void> {
    const eyes = await looker(who.context);
    const problems: string[] = [];
    const names: string[] = [];
    for (const path of paths) {
      const seen = await eyes.at(path.startsWith('http') ? path : who.base + path, look);
      names.push(seen.name);
      problems.push(...seen.problems);
    }
    await who.context.close();
    const errors = world.logged.filter((line) => line.includes('"level":"error"'));
    if (problems.length > 0) problems.push(...errors.slice(-2));
    expect(problems).toEqual([]);
    // Nobody was shown the same error page all the way.
    if (look.status === undefined) expect(names).not.toContain('error');
  }

  const english: Look = { language: 'en', axe: true };
  const spanish: Look = { language: 'es', axe: false, except: NOT_OURS };
  const as = (key: string, locale: string, more: Partial<LaunchOrder> = {}): Promise<Guest> =>
    arrive(world, browser, { as: key, link: 'link-1', ...more }, locale);

  test.concurrent(
    'of a teacher where a task is made and given',
    async () => lookAt(await as('teacher-1', 'en'), desks(), english),
    PATIENCE,
  );

  test.concurrent(
    'of a teacher with work, grades and the course',
    async () => lookAt(await as('teacher-1', 'en'), lists(), english),
    PATIENCE,
  );

  test.concurrent(
    'of students, families and an empty course',
    async () => {
      await lookAt(await as('student-9', 'en'), learning(), english);
      await lookAt(await as('student-1', 'en'), learned(), english);
      await lookAt(await as('test-1', 'en'), here(['/task']), english);
      await lookAt(await as('mentor-1', 'en'), ['/family'], english);
      const fresh = await as('teacher-1', 'en', { family: 'moodle' });
      await lookAt(
        fresh,
        [fresh.landed, '/course', '/course/people', '/course/library', '/course/ledger'],
        english,
      );
      for (const order of [
        { as: 'teacher-1', link: 'link-2' },
        { as: 'student-1', link: 'link-2' },
        { as: 'teacher-1', link: 'link-6', placement: 'assignment_view' },
        { as: 'teacher-1', message: 'deeplink', placement: 'assignment_selection' },
      ] as const) {
        const guest = await arrive(world, browser, order, 'en');
        await lookAt(guest, [guest.landed], english);
      }
    },
    PATIENCE,
  );

  test.concurrent(
    'of the admin, and pages for who is not meant',
    async () => {
      const kinds = ['/console', '/no-course', '/guest', '/not-here'];
      await lookAt(await as('admin-1', 'en'), kinds, english);
      await lookAt(await as('assistant-1', 'en'), here(['', '/groups', '/grading']), english);
      await lookAt(await as('assistant-1', 'en'), here(['/design']), { ...english, status: 403 });
      await lookAt(await as('teacher-1', 'en'), ['/no-such-page'], { ...english, status: 404 });
      for (const look of [english, spanish]) {
        const operator = new Visitor();
        await operator.open(await world.trellis.adminLink());
        const context = await withCookies(world, browser, operator, look.language);
        const platform = `/platforms/${world.registrations.canvas}`;
        const installs = ['canvas', 'moodle', 'schoology'].map((name) => `/install/${name}`);
        await lookAt(
          { context, base: `${world.url}/admin` },
          ['', platform, ...installs, '/stuck', '/courses', '/keys', '/audit'],
          look,
        );
      }
    },
    PATIENCE,
  );

  test.concurrent(
    'reached from the one before, and left changed and published, with nothing said in the console',
    async () => {
      const teacher = await as('teacher-1', 'en', { link: 'link-3' });
      const eyes = await looker(teacher.context);
      const { page } = eyes;
      const shown = (name: string) => page.waitForSelector(`body[data-page="${name}"]`);
      await page.goto(teacher.landed);
      await page.fill('[name=goals]', 'I can scale a recipe');
      await page.fill('[name=criteria]', 'Every amount is scaled');
      await page.click('#attach-publish');
      await shown('tiers/builder');
      const minutes = page.locator('[name$="[minutes]"], [name$=".minutes"]').first();
      await minutes.fill('35');
      await page.waitForSelector('[data-save-state][data-state="saved"]');
      // Pulling a field taller writes a style on it, which no swap may copy: the policy forbids it.
      await page.evaluate(
        "document.querySelectorAll('main :is(input, textarea, section, form)[id]').forEach((e) => { e.style.minHeight = '3rem'; })",
      );
      await page.click('#publish');
      await page.waitForSelector('#publish:disabled');
      for (const [href, name] of [
        ['/choices', 'choices/board'],
        ['/groups', 'groups/board'],
        ['/placements', 'insights/placements'],
        ['/grading', 'grading/list'],
        ['/insight', 'insights/insight'],
        ['/ledger', 'passback/ledger'],
        ['/design', 'tiers/builder'],
      ] as const) {
        await page.click(`header nav a[href$="${href}"]`);
        await shown(name);
      }
      await page.goBack();
      await shown('passback/ledger');
      expect(eyes.said()).toEqual([]);
      await teacher.context.close();
    },
    PATIENCE,
  );

  test.concurrent(
    'in Spanish, with no word of English',
    async () => {
      await lookAt(await as('teacher-1', 'es'), [...desks(), ...lists()], spanish);
      await lookAt(await as('student-9', 'es'), learning(), spanish);
      await lookAt(await as('student-1', 'es'), learned(), spanish);
      await lookAt(await as('mentor-1', 'es-MX'), ['/family'], spanish);
      const kinds = ['/console', '/no-course', '/guest', '/not-here'];
      await lookAt(await as('admin-1', 'es'), kinds, spanish);
      await lookAt(await as('teacher-1', 'es'), ['/no-such-page'], { ...spanish, status: 404 });
    },
    PATIENCE,
  );
});
