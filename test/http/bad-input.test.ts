import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../../src/web/session.js';
import { StoreUnavailable } from '../../src/db/unavailable.js';
import { Visitor, type Page } from '../support/visitor.js';
import { startWorld, type World } from '../support/world.js';
import { gradingClass, type GradingClass } from './grading-class.js';

let world: World;
let room: GradingClass;
let student: { visitor: Visitor; page: Page; base: string };
const { now } = { now: () => new Date() };

beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
  room = await gradingClass(world, { students: ['student-1'] });
  student = await world.launch({ as: 'student-2', link: room.linkId });
  const taken = await student.visitor.open(
    `${student.base}/a/${room.assignment.id}/choice/${option()}/take`,
    { method: 'POST', fields: { _csrf: csrfOf(student.page) } },
  );
  expect(taken.status).toBe(200);
});
afterEach(() => {
  world.clock.now = now;
  world.sandbox.faults.clear();
});
afterAll(async () => {
  await room.close();
  await world.close();
});

const csrfOf = (page: Page): string =>
  page.html.querySelector('meta[name=trellis-csrf]')?.getAttribute('content') ?? '';

/**
 * Expects a plain page with its status and stable code, and exactly one line in the log that holds
 * the reference shown on the page.
 */
function expectPlainPage(page: Page, status: number, code: string): void {
  expect([page.status, page.code]).toEqual([status, code]);
  const reference = page.html.querySelector('[data-error-reference]')?.text.trim() ?? '';
  expect(reference).toBe(page.headers.get('x-request-id'));
  expect(world.logged.filter((line) => line.includes(reference))).toHaveLength(1);
  expect(page.html.querySelector('h1')?.text.trim().length).toBeGreaterThan(5);
  expect(page.text).not.toMatch(/\bat .*\.(js|ts):\d+|node_modules|SQLITE|Mongo|zod/i);
}

/** A post whose body is sent as it is. */
async function post(
  path: string,
  body: string | Buffer,
  headers: Record<string, string>,
  visitor = student.visitor,
): Promise<Page> {
  const answer = await visitor.raw('POST', student.base + path, body, {
    'x-trellis-csrf': csrfOf(student.page),
    ...headers,
  });
  // Read again through a visitor's eyes.
  const text = await answer.text();
  const { parse } = await import('node-html-parser');
  const html = parse(text, { comment: false });
  const root = html.querySelector('body');
  return {
    status: answer.status,
    url: answer.url,
    headers: answer.headers,
    text,
    html,
    page: root?.getAttribute('data-page'),
    role: root?.getAttribute('data-role'),
    code: root?.getAttribute('data-code'),
  };
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const task = (): string => `/a/${room.assignment.id}/task`;
const option = (): string => room.assignment.published!.board.options[0]!.id;
const work = (): string => `/a/${room.assignment.id}/work/${option()}`;

describe('sessions', () => {
  test.each([
    ['nobody knows', '01j00000000000000000000000'],
    ['is no id', 'x'],
    ['holds a query of the store', '[$ne]'],
    ['is very long', 'a'.repeat(2000)],
    ['tries to leave its place', '%2e%2e%2fadmin'],
  ])('an id that %s opens nothing', async (_how, id) => {
    expectPlainPage(await student.visitor.open(`${world.url}/s/${id}/my`), 401, 'session-ended');
  });

  test('an address that cannot be read is not there', async () => {
    expectPlainPage(await new Visitor().open(`${world.url}/s/%E0%A4%A/my`), 404, 'not-found');
    expectPlainPage(await new Visitor().open(`${world.url}/nowhere%00`), 404, 'not-found');
  });

  test('a session ends after a school day; what was saved stays', async () => {
    const one = await world.launch({ as: 'student-3', link: room.linkId });
    world.clock.now = () => new Date(now().getTime() + 8 * 3_600_000 + 1_000);
    const page = await one.visitor.open(one.base + task());
    expectPlainPage(page, 401, 'session-ended');
    expect(page.text).toContain('Everything that was saved is still there');
  });

  test('a session ends when its person comes back with another role', async () => {
    const first = await world.launch({ as: 'student-4', link: room.linkId });
    const visitor = new Visitor();
    const { action, fields } = await world.login({ as: 'student-4', link: room.linkId }, visitor, {
      claims: {
        'https://purl.imsglobal.org/spec/lti/claim/roles': [
          'http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor',
        ],
      },
    });
    await visitor.open(action, { method: 'POST', fields });
    expectPlainPage(await first.visitor.open(first.base + task()), 401, 'session-ended');
  });

  test('a token in the header serves where there are no cookies, and only for its own session', async () => {
    const model = world.store.connection.model('Session');
    const facts = (await model.findById(student.base.slice(-26)).lean()) as never;
    const opened = await openSession(
      {
        create: async (session: { _id: string }) => {
          await model.collection.insertOne({ ...session } as never);
        },
      } as never,
      facts,
      now(),
    );
    const visitor = new Visitor(false);
    const at = `${world.url}/s/${opened.sessionId}${task()}`;
    const header = (id: string, secret: string) => ({ 'x-trellis-session': `${id}.${secret}` });
    const { sessionId, sessionSecret } = opened;
    const good = await visitor.open(at, { headers: header(sessionId, sessionSecret) });
    expect([good.status, good.page]).toEqual([200, 'submissions/task']);
    expect(good.headers.getSetCookie()).toEqual([]);
    for (const headers of [
      {},
      header(sessionId, ''),
      header(sessionId, `${sessionSecret}x`),
      header(student.base.slice(-26), sessionSecret),
    ]) {
      expectPlainPage(await visitor.open(at, { headers }), 401, 'session-ended');
    }
    expectPlainPage(
      await visitor.open(`${student.base}/my`, { headers: header(sessionId, sessionSecret) }),
      401,
      'session-ended',
    );
  });
});

describe('bodies', () => {
  test('more than three megabytes', async () => {
    const big = `text=${'x'.repeat(3.2 * 1024 * 1024)}`;
    const page = await post(work(), big, FORM);
    expectPlainPage(page, 413, 'too-large');
    expect(page.text).toContain('Nothing was changed');
  });

  test('of nobody are not read at all', async () => {
    const big = `text=${'x'.repeat(3.2 * 1024 * 1024)}`;
    const page = await post(work(), big, FORM, new Visitor());
    expectPlainPage(page, 401, 'session-ended');
  });

  test.each([
    ['more fields than a form has', 'a=1&'.repeat(25_000), FORM],
    ['a broken gzip', Buffer.from('not gzip'), { ...FORM, 'content-encoding': 'gzip' }],
    [
      'a gzip cut off',
      gzipSync('text=hello').subarray(0, 12),
      { ...FORM, 'content-encoding': 'gzip' },
    ],
    ['an unknown encoding', 'text=x', { ...FORM, 'content-encoding': 'zstd9' }],
    ['an unknown charset', 'text=x', { 'content-type': `${FORM['content-type']}; charset=utf-7` }],
    ['broken JSON', '{"text": ', { 'content-type': 'application/json' }],
    ['files without a boundary', 'x', { 'content-type': 'multipart/form-data' }],
    [
      'files cut off',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhel',
      { 'content-type': 'multipart/form-data; boundary=b' },
    ],
  ] as const)('%s', async (_what, body, headers) => {
    expectPlainPage(await post(work(), body, headers), 422, 'invalid-input');
  });

  test.each([
    [
      'keys of the language itself',
      '__proto__[polluted]=1&constructor[prototype][polluted]=1&text=x',
    ],
    ['a query where a text belongs', 'text[$gt]=&version[$ne]=1'],
    ['lists where a text belongs', 'text=a&text=b'],
    ['deep nesting', `text${'[a]'.repeat(400)}=1`],
    ['half a surrogate and zeros', 'text=%ED%A0%80%00%FF%FE'],
  ])('%s change nothing and break nothing', async (_what, body) => {
    const page = await post(work(), body, FORM);
    expect(page.status).toBeGreaterThanOrEqual(200);
    expect(page.status).toBeLessThan(500);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect((await student.visitor.open(student.base + task())).status).toBe(200);
  });

  test('of files, more text than any form holds', async () => {
    const part = (i: number) =>
      `--b\r\nContent-Disposition: form-data; name="f${i}"\r\n\r\n${'x'.repeat(1024 * 1024)}\r\n`;
    const body = `${Array.from({ length: 8 }, (_, i) => part(i)).join('')}--b--\r\n`;
    const page = await post(work(), body, { 'content-type': 'multipart/form-data; boundary=b' });
    expectPlainPage(page, 413, 'too-large');
  });

  test('a script is told in JSON, with the same reference', async () => {
    const answer = await student.visitor.raw('POST', student.base + work(), '{"text": ', {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-trellis-csrf': csrfOf(student.page),
    });
    const said = (await answer.json()) as { code: string; reference: string; message: string };
    expect([answer.status, said.code]).toEqual([422, 'invalid-input']);
    expect(world.logged.filter((line) => line.includes(said.reference))).toHaveLength(1);
  });
});

describe('a change', () => {
  test('from a page that was open too long says that nothing typed is lost', async () => {
    const page = await student.visitor.open(student.base + work(), {
      method: 'POST',
      fields: { _csrf: 'x'.repeat(43), text: 'My frogs' },
    });
    expectPlainPage(page, 403, 'not-allowed');
    expect(page.text).toContain('what you typed is still in the page');
  });
});

interface Raw {
  pragma(text: string, options?: { simple: boolean }): unknown;
}
/** The embedded database itself: its file can be told to grow no further. */
function sqliteOf({ store }: World): Raw {
  const client = store.connection.getClient() as unknown as {
    storage: { engine: { sqlite: Raw } };
  };
  return client.storage.engine.sqlite;
}

describe('the store', () => {
  const text = (n: number): string => `${n} `.repeat(150_000);

  async function save(n: number): Promise<Page> {
    const page = await student.visitor.open(student.base + task());
    return student.visitor.open(student.base + work(), {
      method: 'POST',
      fields: { _csrf: csrfOf(page), text: text(n), version: '0', seen: 'both' },
    });
  }

  test('with a full disk: what was saved is safe, the change is refused, and later it goes on', async () => {
    expect((await save(1)).status).toBe(200);
    const sqlite = sqliteOf(world);
    const pages = sqlite.pragma('page_count', { simple: true }) as number;
    sqlite.pragma(`max_page_count = ${pages}`);
    // Room that was free inside the file may take a change or two.
    let page = await save(2);
    for (let n = 3; n < 12 && page.status === 200; n += 1) page = await save(n);
    expectPlainPage(page, 503, 'store-away');
    expect(page.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(page.text).toContain('There is no room left to save');
    expect((await student.visitor.open(student.base + task())).status).toBe(200);
    sqlite.pragma('max_page_count = 1073741823');
    expect((await save(20)).status).toBe(200);
    expect(
      (await student.visitor.open(`${student.base}${task()}?work=${option()}`)).text,
    ).toContain('20 20 20');
  });

  test('away: every page says so plainly, /readyz too, and /healthz stays up', async () => {
    const other = await startWorld({ family: 'canvas' });
    const link = other.sandbox.links[0]!.id;
    const { visitor, base } = await other.launch({ as: 'teacher-1', link });
    const lost = await other.login({ as: 'teacher-1', link }, visitor);
    await other.store.close();
    const { logged } = world;
    try {
      world.logged.push(...other.logged.splice(0));
      for (const page of [
        await visitor.open(`${base}/course`),
        await visitor.open(lost.action, { method: 'POST', fields: lost.fields }),
        await visitor.open(`${other.url}/admin`, {
          headers: { cookie: '__Host-trellis-admin=a.b' },
        }),
        await visitor.open(
          `${other.url}/lti/login?iss=x&login_hint=y&target_link_uri=${other.url}/lti/launch`,
        ),
      ]) {
        logged.push(...other.logged.splice(0));
        expectPlainPage(page, 503, 'store-away');
        expect(page.headers.get('retry-after')).toMatch(/^\d+$/);
        expect(page.text).toContain('Nothing you had saved is lost');
      }
      const ready = await fetch(`${other.url}/readyz`);
      expect([ready.status, await ready.json()]).toEqual([503, { status: 'store-away' }]);
      expect((await fetch(`${other.url}/healthz`)).status).toBe(200);
    } finally {
      await other.close();
    }
  });

  test.each([
    ['MongoServerSelectionError', undefined],
    ['MongoNetworkError', undefined],
    ['PoolClearedOnNetworkError', undefined],
    ['MongoServerError', 10107],
    ['Error', 'ENOSPC'],
  ])('%s %s is told as the store being away', async (name, code) => {
    const { known } = await import('../../src/web/error-page.js');
    const error = Object.assign(new Error('x'), { name, ...(code === undefined ? {} : { code }) });
    expect(known(error)?.code).toBe('STORE_AWAY');
    expect(known(new StoreUnavailable('y', { cause: error }))?.code).toBe('STORE_AWAY');
  });
});

describe('an LMS that does not give its class list', () => {
  test.each([
    ['500', /did not give|could not be reached/],
    ['429', /did not give|could not be reached/],
    ['drop', /could not be reached/],
    ['garbage', /could not be understood/],
  ] as const)('answering %s: the teacher’s page opens and says so', async (trouble, words) => {
    const other = await startWorld({ family: 'canvas' });
    try {
      other.sandbox.faults.set({ trouble: [trouble], troubleOn: ['roster'], retryAfterSeconds: 0 });
      const { visitor, page, base } = await other.launch({
        as: 'teacher-1',
        link: other.sandbox.links[0]!.id,
      });
      expect(page.status).toBe(200);
      await expect
        .poll(
          async () => {
            const context = (await other.store.connection.collection('contexts').findOne({})) as {
              roster?: { problem: string | null };
            } | null;
            return context?.roster?.problem ?? null;
          },
          { timeout: 20_000 },
        )
        .not.toBeNull();
      const people = await visitor.open(`${base}/course/roster`);
      expect(people.status).toBe(200);
      expect(people.text).toMatch(words);
      expect(other.logged.join('\n')).not.toMatch(/Marsh|@practice\.example|Bearer/);
    } finally {
      await other.close();
    }
  });
});

/** Whether a text holds a word that does not go on to either side, in any script. */
function hasWord(text: string, word: string): boolean {
  const between = text.split(word);
  return between.some(
    (after, i) => i > 0 && !/^\w/.test(after) && !/\w$/.test(between[i - 1] ?? ''),
  );
}

describe('the log of all this', () => {
  test('holds no name, address of a person, text of a student, token or secret', () => {
    const log = world.logged.join('\n');
    expect(world.logged.length).toBeGreaterThan(20);
    const people = world.sandbox.users;
    const found = [
      ...people.flatMap(({ email, family, given }) => [email, family, given]),
      'frogs',
      'My frogs',
      csrfOf(student.page),
      ...[...student.visitor.cookies(new URL(world.url).host).values()],
    ].filter((word) => word.length > 2 && hasWord(log, word));
    expect(found).toEqual([]);
    expect(log).not.toMatch(/eyJ[\w-]{10}|Bearer|id_token/);
  });

  test('has a level, a message, a code and a reference on each line', () => {
    for (const line of world.logged) {
      const entry = JSON.parse(line) as Record<string, unknown>;
      expect(Object.keys(entry)).toEqual(expect.arrayContaining(['level', 'message']));
      if (entry['message'] === 'request refused' || entry['message'] === 'request failed')
        expect(entry).toMatchObject({
          requestId: expect.stringMatching(/^[0-9A-Z]{26}$/),
          method: expect.any(String),
          code: expect.any(String),
        });
    }
  });
});
