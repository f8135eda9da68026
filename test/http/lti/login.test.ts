import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Visitor } from '../../support/visitor.js';
import { addPlatform, startWorld, type World } from '../../support/world.js';
import { anOrder, attempt, expectOpened, expectRefused, L, sessionsOf } from './attempt.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
});
afterAll(() => world.close());

type Fields = Record<string, string>;
const fieldsOf = (change: Record<string, string | undefined> = {}): Fields =>
  Object.fromEntries(
    Object.entries({ ...world.sandbox.startLaunch(anOrder(world, {})).fields, ...change }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );

async function login(
  fields: Fields,
  how: { method?: 'GET' | 'POST'; headers?: Record<string, string>; visitor?: Visitor } = {},
): Promise<Response> {
  const visitor = how.visitor ?? new Visitor();
  const query = new URLSearchParams(fields);
  return how.method === 'GET'
    ? visitor.raw('GET', `${world.url}/lti/login?${query.toString()}`, undefined, how.headers)
    : visitor.raw('POST', `${world.url}/lti/login`, query, how.headers);
}

async function refusedLogin(fields: Fields, code: string): Promise<void> {
  const visitor = new Visitor();
  const page = await visitor.open(`${world.url}/lti/login`, { method: 'POST', fields });
  expectRefused(world, { page, visitor, fields }, code);
  expect(page.headers.get('location')).toBeNull();
}

describe('third-party initiated login (SEC 5.1.1.1)', () => {
  test.each(['GET', 'POST'] as const)(
    'LOGIN-01, LOGIN-02 by %s leads to the platform',
    async (method) => {
      const answer = await login(fieldsOf(), { method });
      expect(answer.status).toBe(302);
      expect(answer.headers.get('location')).toContain(
        world.sandbox.platforms.canvas.authorizationEndpoint,
      );
    },
  );

  test.each(['iss', 'login_hint', 'target_link_uri'])('LOGIN-03 without %s it is refused', (name) =>
    refusedLogin(fieldsOf({ [name]: undefined }), 'missing-parameter'),
  );

  test('LOGIN-04 the message hint is given back byte for byte, or not at all', async () => {
    const hint = '{"cmid":2,"x":"a b+c%20d&e=é"}';
    const location = new URL(
      (await login(fieldsOf({ lti_message_hint: hint }))).headers.get('location')!,
    );
    expect(location.searchParams.get('lti_message_hint')).toBe(hint);
    const none = new URL(
      (await login(fieldsOf({ lti_message_hint: undefined }))).headers.get('location')!,
    );
    expect(none.searchParams.has('lti_message_hint')).toBe(false);
  });

  test('LOGIN-09, LOGIN-10, LOGIN-12 the authorization request', async () => {
    const location = new URL((await login(fieldsOf())).headers.get('location')!);
    const query = Object.fromEntries(location.searchParams);
    expect(query).toMatchObject({
      scope: 'openid',
      response_type: 'id_token',
      response_mode: 'form_post',
      prompt: 'none',
      client_id: world.sandbox.platforms.canvas.clientId,
      redirect_uri: `${world.url}/lti/launch`,
      login_hint: fieldsOf()['login_hint'],
    });
    const again = new URL((await login(fieldsOf())).headers.get('location')!).searchParams;
    expect(again.get('state')).not.toBe(query['state']);
    expect(again.get('nonce')).not.toBe(query['nonce']);
    expect(query['nonce']!.length).toBeGreaterThanOrEqual(22);
  });

  test('LOGIN-07 an unknown issuer or client leads nowhere', async () => {
    await refusedLogin(fieldsOf({ iss: 'https://unknown.test' }), 'unknown-registration');
    await refusedLogin(fieldsOf({ client_id: 'unknown' }), 'unknown-registration');
  });

  test.each([
    ['another host', 'https://evil.test/lti/launch'],
    ['THR-46 a name that begins like ours', (): string => `${world.url}.evil.test/lti/launch`],
    ['our address as a user name', (): string => world.url.replace('://', '://evil@evil.test/#')],
    ['a script', 'javascript:alert(1)'],
    ['another port', (): string => world.url.replace(/:\d+$/, ':9')],
  ])('LOGIN-08, THR-14 a target on %s is refused', (_name, target) =>
    refusedLogin(
      fieldsOf({ target_link_uri: typeof target === 'string' ? target : target() }),
      'wrong-target',
    ),
  );

  test('REG-05, THR-13, THR-60 several registrations of one issuer and no client id: no guess', async () => {
    const face = world.sandbox.platforms.moodle;
    const only = { ...world.sandbox.startLaunch(anOrder(world, { family: 'moodle' })).fields };
    delete only['client_id'];
    expect((await login(only)).status).toBe(302);
    await addPlatform(world.trellis, {
      ...face,
      clientId: 'another-client',
      deploymentIds: ['77'],
    });
    await refusedLogin(only, 'unknown-registration');
    const page = await new Visitor().open(`${world.url}/lti/login`, {
      method: 'POST',
      fields: only,
    });
    expect(page.text).not.toContain('another-client');
  });

  test('LOGIN-06, THR-11 logged in with one client, launched with another: refused', async () => {
    const { issuer, clientId } = world.sandbox.platforms.moodle;
    expect(issuer).toBeDefined();
    const change = { claims: { aud: 'another-client', azp: undefined } };
    const tried = await attempt(world, { family: 'moodle', change });
    expectRefused(world, tried, 'bad-audience');
    expect(tried.page.text).not.toContain(clientId);
  });

  test('LOGIN-11 an authorization address keeps its own query', async () => {
    const face = world.sandbox.platforms.schoology;
    await addPlatform(world.trellis, {
      ...face,
      clientId: 'with-query',
      authorizationEndpoint: `${face.authorizationEndpoint}?tenant=a%26b`,
    });
    const start = world.sandbox.startLaunch(anOrder(world, { family: 'schoology' })).fields;
    const answer = await login({ ...start, client_id: 'with-query' });
    const { searchParams } = new URL(answer.headers.get('location')!);
    expect(searchParams.get('tenant')).toBe('a&b');
    expect(searchParams.get('scope')).toBe('openid');
  });

  test('LOGIN-14 a thousand logins that nobody finishes leave nothing in the store', async () => {
    const { db } = world.store.connection;
    const count = async (): Promise<number> =>
      db === undefined ? 0 : db.collection('used_states').countDocuments({});
    const before = await count();
    for (let n = 0; n < 1000; n += 50) {
      await Promise.all(Array.from({ length: 50 }, () => login(fieldsOf())));
    }
    expect(await count()).toBe(before);
    expectOpened(world, await attempt(world), 'instructor');
  });

  test('LOGIN-15 nothing is cached, no referrer is sent', async () => {
    const { headers } = await login(fieldsOf());
    expect(headers.get('cache-control')).toContain('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });
});

const framed = { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' };

/** What the page's script gets, as it stands in the page. */
function dataOf(page: { text: string }): {
  authUrl: string;
  continueHref: string;
  cookieCheckHref: string;
  storage: { frame: string; origin: string; key: string; value: string } | null;
} {
  const text = /<script[^>]*id=["']lti-data["'][^>]*>([^]*?)<\/script>/.exec(page.text)?.[1] ?? '';
  return JSON.parse(text) as ReturnType<typeof dataOf>;
}

describe('where the browser may keep no cookie (section 8)', () => {
  const fields = (): Fields => fieldsOf({ lti_storage_target: 'post_message_forwarding' });
  const open = (visitor: Visitor, with_: Fields = fields()) =>
    visitor.open(`${world.url}/lti/login`, { method: 'POST', fields: with_, headers: framed });

  test('STORE-03, STORE-08 a framed login answers a page that knows where to keep the record', async () => {
    const page = await open(new Visitor(false));
    expect([page.status, page.page]).toEqual([200, 'lti/login']);
    const { storage, authUrl } = dataOf(page);
    expect(storage).toMatchObject({
      frame: 'post_message_forwarding',
      origin: new URL(world.sandbox.platforms.canvas.authorizationEndpoint).origin,
    });
    expect(storage!.key.length + storage!.value.length).toBeLessThan(4096);
    expect(authUrl).toContain('prompt=none');
  });

  test('STORE-11, STORE-12 and holds the way to a new window, also without scripts', async () => {
    const visitor = new Visitor();
    const page = await open(visitor);
    const link = page.html.querySelector('a[target="_blank"]');
    expect(link?.getAttribute('href')).toBe(dataOf(page).continueHref);
    const answer = await visitor.raw('GET', world.url + dataOf(page).continueHref);
    expect(answer.status).toBe(302);
    const { action, fields: form } = await world.sandbox.authorize(answer.headers.get('location')!);
    const opened = await visitor.open(action, { method: 'POST', fields: form });
    expectOpened(world, { page: opened, visitor }, 'instructor');
  });

  test('STORE-11 a way to a new window that was changed or is old leads nowhere', async () => {
    const { continueHref } = dataOf(await open(new Visitor()));
    const changed = await new Visitor().open(`${world.url}${continueHref.slice(0, -2)}xx`);
    expect(changed.code).toBe('state-mismatch');
    const real = world.clock.now;
    world.clock.now = () => new Date(Date.now() + 11 * 60_000);
    const old = await new Visitor().open(world.url + continueHref);
    world.clock.now = real;
    expect(old.code).toBe('state-expired');
  });

  test('STORE-02 the page can ask whether the cookie was kept', async () => {
    const keeps = new Visitor();
    const kept = await keeps.raw('GET', world.url + dataOf(await open(keeps)).cookieCheckHref);
    expect(await kept.json()).toEqual({ kept: true });
    const blocks = new Visitor(false);
    const not = await blocks.raw('GET', world.url + dataOf(await open(blocks)).cookieCheckHref);
    expect(await not.json()).toEqual({ kept: false });
  });

  test('a browser that kept our cookies before needs no page', async () => {
    const { visitor } = await attempt(world);
    const answer = await login(fields(), { visitor, headers: framed });
    expect(answer.status).toBe(302);
  });

  test('a login without a frame needs no page, and STORE-03 is not offered afterwards', async () => {
    const visitor = new Visitor();
    const answer = await login(fields(), { visitor });
    expect(answer.status).toBe(302);
    const { action, fields: form } = await world.sandbox.authorize(answer.headers.get('location')!);
    const other = new Visitor(false);
    const page = await other.open(action, { method: 'POST', fields: form });
    expectRefused(world, { page, visitor: other, fields: form }, 'state-mismatch');
  });

  async function parkedLaunch(): Promise<{
    handle: string;
    value: string;
    fields: Fields;
    action: string;
  }> {
    const data = dataOf(await open(new Visitor(false)));
    const { action, fields: form } = await world.sandbox.authorize(data.authUrl);
    const page = await new Visitor(false).open(action, { method: 'POST', fields: form });
    expect([page.status, page.page]).toEqual([200, 'lti/storage']);
    expect(page.text).not.toContain(form['id_token']!.slice(0, 40));
    // Browsers without Sec-Fetch headers (Safari before 16.4) send `Origin: null` from a page that
    // names no referrer; this one names it to ourselves only.
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
    expect(page.html.querySelector('meta[name="referrer"]')).toBeNull();
    const handle = page.html.querySelector('input[name="handle"]')?.getAttribute('value') ?? '';
    return { handle, value: data.storage!.value, fields: form, action };
  }
  const send = (body: Fields, headers: Record<string, string>, visitor = new Visitor(false)) =>
    visitor.open(`${world.url}/lti/launch/storage`, { method: 'POST', fields: body, headers });
  const sameOrigin = { 'sec-fetch-site': 'same-origin' };

  test('STORE-10, STORE-14, THR-08 the record read back opens the page without any cookie', async () => {
    const { handle, value } = await parkedLaunch();
    const page = await send({ handle, value }, sameOrigin);
    expect([page.page === 'refusal', page.role]).toEqual([false, 'instructor']);
    expect(page.url).toBe(`${world.url}/lti/launch/storage`);
    const token =
      page.html.querySelector('meta[name="trellis-session"]')?.getAttribute('content') ?? '';
    expect(token).toMatch(/^[0-9a-z]{26}\./);
    expect(page.headers.get('set-cookie') ?? '').not.toContain(token.split('.')[1]);
    const again = await send({ handle, value }, sameOrigin);
    expect(again.code).toBe('state-expired');
  });

  test('STORE-10 another record, or none, opens nothing', async () => {
    const [one, two] = [await parkedLaunch(), await parkedLaunch()];
    for (const value of [two.value, '', `${one.value}x`]) {
      const { handle } = await parkedLaunch();
      const page = await send({ handle, value }, sameOrigin);
      expect([page.page, page.code]).toEqual(['refusal', 'state-mismatch']);
    }
  });

  test('AUTH-20, THR-62 another site cannot make a browser post an own handle and record', async () => {
    const { handle, value } = await parkedLaunch();
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.test' },
      { origin: 'null' },
      {},
    ]) {
      const page = await send({ handle, value }, headers);
      expect([page.page, page.code]).toEqual(['refusal', 'state-mismatch']);
    }
    const page = await send({ handle, value }, { origin: world.url });
    expect(page.role).toBe('instructor');
  });

  test('AUTH-17 a parked launch is used as well', async () => {
    const { action, fields: form } = await parkedLaunch();
    const visitor = new Visitor(false);
    const page = await visitor.open(action, { method: 'POST', fields: form });
    expectRefused(world, { page, visitor, fields: form }, 'nonce-reused');
  });

  test('STORE-13 a launch that carries lti_storage_target is fine', async () => {
    const tried = await attempt(world, {
      fields: { lti_storage_target: 'post_message_forwarding' },
    });
    expectOpened(world, tried, 'instructor');
    expect(sessionsOf(world, tried.visitor)).toHaveLength(1);
  });

  test('STORE-15 framed by the platforms of active registrations only, and the login by any', async () => {
    const landed = (await attempt(world)).page.headers.get('content-security-policy') ?? '';
    const ancestors = /frame-ancestors ([^;]*)/.exec(landed)?.[1] ?? '';
    expect(ancestors).toContain(new URL(world.sandbox.platforms.canvas.issuer).origin);
    expect(ancestors).toContain('https://*.schoology.com');
    expect(ancestors.split(' ')).not.toContain('https:');
    const page = await open(new Visitor());
    expect(page.headers.get('content-security-policy')).toContain(
      "frame-ancestors 'self' https: http:",
    );
    expect(page.headers.get('x-frame-options')).toBeNull();
  });

  test('STORE-15 the host of a signed launch may frame from then on', async () => {
    const claims = {
      [`${L}launch_presentation`]: { return_url: 'https://canvas.vanity.test/courses/1' },
    };
    const { page } = await attempt(world, { change: { claims } });
    expect(page.headers.get('content-security-policy')).toContain('https://canvas.vanity.test');
  });
});
