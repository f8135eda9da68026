import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page as BrowserPage } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditModel } from '../../src/admin/audit.model.js';
import { Visitor, type Page } from '../support/visitor.js';
import { startWorld, type World } from '../support/world.js';

let world: World;
let operator: Visitor;
let home: Page;

beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
  operator = new Visitor();
  home = await operator.open(await world.trellis.adminLink());
});
afterAll(() => world.close());

const admin = (path = '') => `${world.url}/admin${path}`;
const platform = (family: 'canvas' | 'moodle' | 'schoology') =>
  admin(`/platforms/${world.registrations[family]}`);
const newestAudit = () => auditModel(world.store.connection).newest(200);
const link = () => world.sandbox.links[0]!.id;

describe('the door', () => {
  test('a one-time link opens the console once', async () => {
    const url = await world.trellis.adminLink();
    const first = await new Visitor().open(url);
    expect([first.status, first.page, first.role]).toEqual([
      200,
      'admin/platforms',
      'administrator',
    ]);
    const second = await new Visitor().open(url);
    expect([second.status, second.page]).toEqual([401, 'admin/closed']);
  });

  test('of many who open it at once, one comes in', async () => {
    const url = await world.trellis.adminLink();
    const pages = await Promise.all(Array.from({ length: 8 }, () => new Visitor().open(url)));
    expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(pages.filter(({ page }) => page === 'admin/closed')).toHaveLength(7);
  });

  test('a link left for sixteen minutes, or changed by a letter, opens nothing', async () => {
    const { now } = world.clock;
    const url = await world.trellis.adminLink();
    const changed = url.slice(0, -1) + (url.endsWith('A') ? 'B' : 'A');
    expect((await new Visitor().open(changed)).status).toBe(401);
    world.clock.now = () => new Date(now().getTime() + 16 * 60_000);
    expect((await new Visitor().open(url)).status).toBe(401);
    world.clock.now = now;
  });

  test.each([
    ['GET', ''],
    ['GET', '/install/canvas'],
    ['GET', '/audit'],
    ['GET', '/keys'],
    ['GET', '/courses'],
    ['GET', '/stuck'],
    ['GET', '/no-such-page'],
    ['POST', '/keys'],
    ['POST', '/install/canvas/invite'],
    ['POST', '/deployments/x/approve'],
  ])('%s /admin%s is closed without a visit', async (method, path) => {
    const page = await new Visitor().open(
      admin(path),
      method === 'POST' ? { method, fields: { _csrf: 'x' } } : { method },
    );
    expect([page.status, page.page]).toEqual([401, 'admin/closed']);
  });

  test('the cookie is for this host, this site and no script', async () => {
    const answer = await new Visitor().raw('GET', await world.trellis.adminLink());
    expect(answer.headers.getSetCookie().join()).toMatch(
      /^__Host-trellis-admin=[^;]+; Max-Age=14400; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('a visit ends after four hours', async () => {
    const visitor = new Visitor();
    await visitor.open(await world.trellis.adminLink());
    expect((await visitor.open(admin())).status).toBe(200);
    const { now } = world.clock;
    world.clock.now = () => new Date(now().getTime() + 4 * 3_600_000 + 1000);
    expect((await visitor.open(admin())).status).toBe(401);
    world.clock.now = now;
  });

  test('a change without the visit’s own token is refused and changes nothing', async () => {
    const other = new Visitor();
    const otherHome = await other.open(await world.trellis.adminLink());
    const others = (await other.open(admin('/keys'))).html
      .querySelector('input[name=_csrf]')
      ?.getAttribute('value');
    expect(otherHome.status).toBe(200);
    const before = (await newestAudit()).length;
    for (const fields of [{}, { _csrf: '' }, { _csrf: others ?? '' }, { _csrf: ['a', 'b'] }]) {
      const page = await operator.open(admin('/keys'), { method: 'POST', fields });
      expect([page.status, page.code]).toEqual([403, 'not-allowed']);
    }
    expect(await newestAudit()).toHaveLength(before);
  });
});

describe('the platforms', () => {
  test('the first page lists them, with an install page for each kind', () => {
    expect(home.html.querySelectorAll('tbody tr')).toHaveLength(3);
    const cards = home.html.querySelectorAll('.card__link').map((a) => a.getAttribute('href'));
    expect(cards).toEqual([
      '/admin/install/canvas',
      '/admin/install/moodle',
      '/admin/install/schoology',
    ]);
  });

  test.each([
    ['canvas', ['/lti/canvas.json', '/lti/launch']],
    ['moodle', ['/lti/launch', '/lti/keys', '/lti/login', '/lti/launch']],
    ['schoology', ['/lti/launch', '/lti/login', '/lti/launch', '/lti/keys']],
  ])('the page for %s holds each address to paste, with a copy button', async (family, paths) => {
    const page = await operator.open(admin(`/install/${family}`));
    const fields = page.html.querySelectorAll('[aria-labelledby=values] input');
    expect(fields.map((input) => input.getAttribute('value'))).toEqual(
      paths.map((path) => world.url + path),
    );
    for (const input of fields) {
      const id = input.getAttribute('id') ?? '';
      expect(page.html.querySelector(`[data-copy-from="${id}"]`), id).not.toBeNull();
    }
    expect(page.html.querySelectorAll('.checklist li').length).toBeGreaterThan(2);
    expect(page.html.querySelectorAll('.task-steps li').length).toBeGreaterThan(3);
    expect(page.html.querySelector('figure')).not.toBeNull();
  });

  test('the addresses on the pages are served', async () => {
    for (const path of ['/lti/canvas.json', '/lti/keys']) {
      expect((await fetch(world.url + path)).status).toBe(200);
    }
    expect((await operator.open(admin('/install/blackboard'))).status).toBe(404);
  });

  test('Schoology says the two things people forget', async () => {
    const { text } = await operator.open(admin('/install/schoology'));
    expect(text).toContain('Use Unique Lineitem Identifiers for Linked Sections');
    expect(text).toContain('Both install steps');
  });

  const pasted = {
    name: 'Salt Lake',
    clientId: '6677889900',
    deployment: '1380426679',
  };

  test('half a Schoology deployment id is said in words, and nothing typed is lost', async () => {
    const page = await operator.open(admin('/install/schoology'));
    const again = await operator.submit(page, 'form[action="/admin/install/schoology"]', pasted);
    expect(again.status).toBe(422);
    expect(again.html.querySelector('#deployment-error')?.text).toContain(
      'This is half of Schoology’s deployment id',
    );
    expect(again.text).toContain('6677889900-1380426679');
    const typed = (name: string) =>
      again.html.querySelector(`[name=${name}]`)?.getAttribute('value');
    expect([typed('name'), typed('clientId'), typed('deployment')]).toEqual(Object.values(pasted));

    const whole = { ...pasted, deployment: '6677889900-1380426679' };
    const done = await operator.submit(again, 'form[action="/admin/install/schoology"]', whole);
    expect([done.status, done.page]).toEqual([200, 'admin/platforms']);
    expect(done.text).toContain('Salt Lake');

    // The same on the platform's own page.
    const { href } = { href: done.html.querySelectorAll('tbody a').at(-1)?.getAttribute('href') };
    const own = await operator.open(world.url + (href ?? ''));
    const half = await operator.submit(own, 'form[action$="/deployments"]', {
      deployment: '1380426680',
    });
    expect(half.status).toBe(422);
    expect(half.text).toContain('This is half of Schoology');
    expect(half.html.querySelector('[name=deployment]')?.getAttribute('value')).toBe('1380426680');
  });

  test('http, a trailing slash and markup are refused or shown as words', async () => {
    const page = await operator.open(admin('/install/schoology'));
    const form = 'form[action="/admin/install/schoology"]';
    const slash = await operator.submit(page, form, {
      ...pasted,
      deployment: '',
      issuer: 'https://schoology.schoology.com/',
      name: '<script>alert(1)</script>',
    });
    expect(slash.status).toBe(422);
    expect(slash.html.querySelector('#issuer-error')?.text).toContain('no slash at its end');
    expect(slash.text).not.toContain('<script>alert');
    const plain = await operator.submit(page, form, {
      ...pasted,
      deployment: '',
      tokenEndpoint: 'ftp://schoology.schoology.com/token',
    });
    expect(plain.html.querySelector('#tokenEndpoint-error')?.text).toContain('https://');
  });

  test('the service check shows every service, green or red with a sentence', async () => {
    await world.launch({ as: 'teacher-1', link: link() });
    const page = await operator.open(platform('canvas'));
    const good = await operator.submit(page, 'form[action$="/check"]');
    const steps = good.html.querySelectorAll('[aria-labelledby=check] li');
    expect(steps.length).toBeGreaterThan(3);
    expect(good.html.querySelector('[aria-labelledby=check]')?.text).not.toContain('Needs you');
    world.sandbox.faults.set({ rosterRefused: true });
    const bad = await operator.submit(page, 'form[action$="/check"]');
    world.sandbox.faults.clear();
    const red = bad.html
      .querySelectorAll('[aria-labelledby=check] li')
      .filter((li) => li.text.includes('Needs you'));
    expect(red).toHaveLength(1);
    expect(red[0]?.text).toMatch(/class list/i);
  });

  test('switching off ends what is open and refuses logins; switching on lets in again', async () => {
    const order = { as: 'teacher-1', link: link() };
    const { visitor, page, base } = await world.launch(order);
    expect(page.status).toBe(200);
    const own = await operator.open(platform('canvas'));
    const off = await operator.submit(own, 'form[action$="/disable"]');
    expect(off.text).toContain('Switched off');
    expect((await visitor.open(`${base}/`)).code).toBe('session-ended');
    await expect(world.launch(order)).rejects.toThrow('switched off here');
    await operator.submit(off, 'form[action$="/enable"]');
    expect((await world.launch(order)).page.status).toBe(200);
  });

  test('an unknown deployment waits; approving it lets it launch, once is enough', async () => {
    world.sandbox.addDeployment('11:annex');
    const order = { as: 'teacher-1', link: link(), deploymentId: '11:annex' };
    expect((await world.launch(order)).page.code).toBe('unknown-deployment');
    const list = await operator.open(admin());
    const waiting = list.html.querySelector('[aria-labelledby=waiting]');
    expect(waiting?.text).toContain('11:annex');
    const after = await operator.submit(list, '[aria-labelledby=waiting] form[action$="/approve"]');
    expect(after.text).toContain('Approved.');
    expect(after.html.querySelector('[aria-labelledby=waiting]')).toBeNull();
    expect((await world.launch(order)).page.status).toBe(200);
  });

  test('dismissing forgets a deployment that waits', async () => {
    world.sandbox.addDeployment('12:strangers');
    await world.launch({ as: 'teacher-1', link: link(), deploymentId: '12:strangers' });
    const list = await operator.open(admin());
    const after = await operator.submit(list, '[aria-labelledby=waiting] form[action$="/dismiss"]');
    expect(after.text).not.toContain('12:strangers');
  });

  test('a registration link is made once per press and works', async () => {
    const page = await operator.open(admin('/install/moodle'));
    const made = await operator.submit(page, 'form[action$="/invite"]');
    const url = made.html.querySelector('#invite')?.getAttribute('value') ?? '';
    expect(url).toMatch(/\/lti\/register\?invite=[\w-]{43}$/);
    expect((await new Visitor().open(url)).code).toBe('missing-parameter');
  });

  test('a new key is published beside the old one', async () => {
    const keys = async () =>
      ((await (await fetch(`${world.url}/lti/keys`)).json()) as { keys: unknown[] }).keys.length;
    const before = await keys();
    const done = await operator.submit(await operator.open(admin('/keys')), 'form');
    expect(done.text).toContain('A new key is published.');
    expect(await keys()).toBe(before + 1);
  });
});

describe('the audit trail', () => {
  test('has an entry for each change above, and nothing secret or personal', async () => {
    const actions = (await newestAudit()).map(({ action }) => action);
    for (const action of [
      ...['console.opened', 'registration.added', 'registration.disabled', 'registration.enabled'],
      ...['deployment.approved', 'deployment.dismissed', 'invite.created', 'keys.rotated'],
    ])
      expect(actions).toContain(action);
    const page = await operator.open(admin('/audit'));
    expect(page.html.querySelectorAll('tbody tr').length).toBe(actions.length);
    expect(page.text).not.toMatch(/Ruiz|Marsh|@practice\.example/);
  });

  test('no page of the console holds a secret, a key’s private half or a token', async () => {
    const [cookie = ''] = [...operator.cookies(new URL(world.url).host).values()];
    for (const path of ['', '/keys', '/courses', '/stuck', '/audit', '/install/moodle']) {
      const { text } = await operator.open(admin(path));
      expect(text).not.toContain('a secret of tests');
      expect(text).not.toContain(cookie.split('.')[1]);
      expect(text).not.toMatch(/"d":|PRIVATE KEY|eyJ[\w-]{20}/);
    }
    expect(world.logged.join('\n')).not.toContain(cookie.split('.')[1]);
  });

  test('the courses page says which courses are in use, with nobody’s name', async () => {
    const page = await operator.open(admin('/courses'));
    expect(page.html.querySelectorAll('tbody tr').length).toBeGreaterThan(0);
    expect(page.text).not.toMatch(/Ruiz|Marsh/);
  });
});

describe('an administrator who comes by launch', () => {
  async function enter() {
    const { page, visitor } = await world.launch({ as: 'admin-1', link: link() });
    expect([page.page, page.role]).toEqual(['admin/open', 'administrator']);
    const href = page.html.querySelector('a.btn')?.getAttribute('href') ?? '';
    // A window of its own: another browser would do as well, once.
    const window = new Visitor();
    return { window, launched: visitor, console: await window.open(href) };
  }

  test('opens the console in a window of its own and sees the own installation only', async () => {
    const { window } = await enter();
    const own = await window.open(admin());
    expect([own.status, own.page]).toEqual([200, 'admin/platform']);
    expect(own.text).toContain('Practice Canvas');
    expect(own.text).not.toContain('11:annex');
    for (const path of [platform('moodle'), platform('schoology')]) {
      expect((await window.open(path)).status).toBe(404);
    }
    const nav = own.html.querySelectorAll('nav a').map((a) => a.getAttribute('href'));
    expect(nav).not.toContain('/admin/audit');
    expect(nav).not.toContain('/admin/keys');
    expect(own.text).not.toMatch(/Salt Lake|Practice Moodle/);
    const courses = await window.open(admin('/courses'));
    expect(courses.html.querySelectorAll('tbody tr')).toHaveLength(1);
  });

  test('may run the check of the own one; what belongs to the server is refused', async () => {
    const { window } = await enter();
    const own = await window.open(admin());
    const checked = await window.submit(own, 'form[action$="/check"]');
    expect(checked.html.querySelectorAll('[aria-labelledby=check] li').length).toBeGreaterThan(3);
    const fields = {
      _csrf: own.html.querySelector('input[name=_csrf]')?.getAttribute('value') ?? '',
    };
    const before = (await newestAudit()).length;
    for (const path of [
      `${platform('canvas')}/disable`,
      `${platform('moodle')}/disable`,
      `${platform('canvas')}/deployments`,
      `${platform('canvas')}/approve`,
      admin('/install/canvas'),
      admin('/install/canvas/invite'),
      admin('/keys'),
      admin('/deployments/any/approve'),
      admin('/deployments/any/dismiss'),
    ]) {
      const page = await window.open(path, { method: 'POST', fields });
      expect([path, page.status]).toEqual([path, 403]);
    }
    const elsewhere = await window.open(`${platform('moodle')}/check`, { method: 'POST', fields });
    expect(elsewhere.status).toBe(404);
    for (const path of ['/audit', '/keys']) {
      expect((await window.open(admin(path))).status).toBe(403);
    }
    expect(await newestAudit()).toHaveLength(before);
  });

  test('opens it from outside any course as well', async () => {
    const visitor = new Visitor();
    const context = 'https://purl.imsglobal.org/spec/lti/claim/context';
    const { action, fields } = await world.login({ as: 'admin-1', link: link() }, visitor, {
      claims: { [context]: undefined },
    });
    const page = await visitor.open(action, { method: 'POST', fields });
    expect([page.status, page.page]).toEqual([200, 'admin/open']);
    const href = page.html.querySelector('a.btn')?.getAttribute('href') ?? '';
    expect((await new Visitor().open(href)).page).toBe('admin/platform');
  });

  test('has no visit left once the platform is switched off', async () => {
    const { window } = await enter();
    const id = world.registrations.canvas;
    await world.trellis.lti.registrations.disable(id, 'operator');
    const { status } = await window.open(admin('/courses'));
    await world.trellis.lti.registrations.enable(id, 'operator');
    expect(status).toBe(401);
  });

  test('nobody else gets the door shown', async () => {
    for (const as of ['teacher-1', 'student-1', 'assistant-1', 'mentor-1']) {
      const { visitor, base } = await world.launch({ as, link: link() });
      const page = await visitor.open(`${base}/console`);
      expect([as, page.status]).toEqual([as, 403]);
      expect(page.text).not.toContain('/admin?link=');
    }
  });
});

const browserPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const hasBrowser = existsSync(browserPath);
if (!hasBrowser) console.warn(`admin in a browser: left out, no chromium at ${browserPath}`);

describe.runIf(hasBrowser)('in a browser', () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  let browser: Browser;
  let page: BrowserPage;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: browserPath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    });
    page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(await world.trellis.adminLink());
  });
  afterAll(() => browser.close());

  test.each([
    [320, 'light'],
    [1280, 'dark'],
  ] as const)('at %i px, %s, axe finds nothing and nothing is cut off', async (width, scheme) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    const paths = ['', '/install/canvas', '/keys', '/audit', '/courses', '/stuck'];
    for (const url of [...paths.map(admin), platform('canvas')]) {
      await page.goto(url);
      await page.evaluate(axe);
      const found: string[] = await page.evaluate(
        `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
          .then(({ violations }) => violations.flatMap((v) => v.nodes.map((n) => v.id + ' ' + n.target)))`,
      );
      const cut: number = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect({ url, found, cut }).toEqual({ url, found: [], cut: 0 });
    }
    expect(complaints).toEqual([]);
  });

  test('a value is copied by its button', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(admin('/install/canvas'));
    await page.click('[data-copy-from="value-0"]');
    await expect
      .poll(() => page.evaluate<string>('navigator.clipboard.readText()'))
      .toBe(`${world.url}/lti/canvas.json`);
  });
});
