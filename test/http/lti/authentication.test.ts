import { generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Visitor } from '../../support/visitor.js';
import { startWorld, type World } from '../../support/world.js';
import {
  anOrder,
  attempt,
  DL,
  expectOpened,
  expectRefused,
  L,
  MEMBERSHIP,
  sessionsOf,
  type TokenChange,
} from './attempt.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
});
afterAll(() => world.close());

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  format: 'jwk',
}) as JWK;
const seconds = (): number => Math.floor(Date.now() / 1000);
const ours = (): string => world.sandbox.platforms.canvas.clientId;

describe('id_token checks (SEC 5.1.2, 5.1.3)', () => {
  test.each<[string, () => TokenChange, string, number?]>([
    ['AUTH-02, THR-10 alg none', () => ({ alg: 'none' }), 'bad-token'],
    ['AUTH-02, THR-10 HS256 with the public key', () => ({ alg: 'HS256' }), 'bad-signature'],
    ['AUTH-02, THR-10 RS384', () => ({ alg: 'RS384' }), 'bad-signature'],
    ['AUTH-05, THR-40, THR-58 a stranger’s key', () => ({ key: stranger }), 'bad-signature'],
    ['AUTH-06 another issuer', () => ({ claims: { iss: 'https://x.test' } }), 'wrong-issuer'],
    [
      'AUTH-06 the issuer with a slash',
      () => ({ claims: { iss: `${world.sandbox.platforms.canvas.issuer}/` } }),
      'wrong-issuer',
    ],
    [
      'AUTH-07 another audience',
      () => ({ claims: { aud: 'x', azp: undefined } }),
      'bad-audience',
      401,
    ],
    [
      'AUTH-07 no audience in a list',
      () => ({ claims: { aud: [], azp: undefined } }),
      'bad-audience',
      401,
    ],
    [
      'AUTH-08, THR-11 a stranger among the audiences',
      () => ({ claims: { aud: [ours(), 'stranger'] } }),
      'bad-audience',
      401,
    ],
    [
      'AUTH-09 several audiences without azp',
      () => ({ claims: { aud: [ours(), ours()], azp: undefined } }),
      'bad-audience',
      401,
    ],
    ['AUTH-10 another azp', () => ({ claims: { azp: 'x' } }), 'bad-audience', 401],
    [
      'AUTH-11 expired',
      () => ({ claims: { exp: seconds() - 120, iat: seconds() - 180 } }),
      'token-expired',
    ],
    ['AUTH-11 exp is text', () => ({ claims: { exp: String(seconds() + 60) } }), 'missing-claim'],
    ['AUTH-11 no exp', () => ({ claims: { exp: undefined } }), 'missing-claim'],
    ['AUTH-12 issued long ago', () => ({ claims: { iat: seconds() - 3600 } }), 'token-expired'],
    [
      'AUTH-12 issued in the future',
      () => ({ claims: { iat: seconds() + 600 } }),
      'token-not-yet-valid',
    ],
    ['AUTH-12 no iat', () => ({ claims: { iat: undefined } }), 'missing-claim'],
    ['AUTH-13 not valid yet', () => ({ claims: { nbf: seconds() + 600 } }), 'token-not-yet-valid'],
    ['AUTH-15, THR-04 no nonce', () => ({ claims: { nonce: undefined } }), 'missing-claim'],
    [
      'AUTH-16, THR-01, THR-45 a nonce nobody issued',
      () => ({ claims: { nonce: 'x'.repeat(43) } }),
      'state-mismatch',
    ],
    [
      'AUTH-24, THR-14 a target on another host',
      () => ({ claims: { [`${L}target_link_uri`]: 'https://evil.test/lti/launch' } }),
      'wrong-target',
    ],
    [
      'AUTH-24 another target of ours',
      () => ({ claims: { [`${L}target_link_uri`]: `${world.url}/lti/launch?x=1` } }),
      'wrong-target',
    ],
    [
      'AUTH-23, LOGIN-05 another deployment than at login',
      () => ({ claims: { [`${L}deployment_id`]: 'other:1' } }),
      'deployment-mismatch',
    ],
  ])('%s is refused', async (_name, change, code, status) => {
    const tried = await attempt(world, { change: change() });
    expectRefused(world, tried, code);
    if (status !== undefined) expect(tried.page.status).toBe(status);
  });

  test('AUTH-04 keys and addresses in the header are ignored', async () => {
    const header = { jku: 'https://evil.test/jwks', x5u: 'https://evil.test/c' };
    expectOpened(world, await attempt(world, { change: { header } }), 'instructor');
    const own = { header: { ...header, jwk: stranger }, key: stranger };
    expectRefused(world, await attempt(world, { change: own }), 'bad-signature');
  });

  test('AUTH-07 a list of one audience without azp is fine (Schoology)', async () => {
    const change = { claims: { aud: [ours()], azp: undefined } };
    expectOpened(world, await attempt(world, { change }), 'instructor');
  });

  test.each([-120, -60, 60, 119])(
    'AUTH-11, AUTH-12, THR-02 a clock %i s off opens',
    async (skew) => {
      const iat = seconds() + skew;
      const change = { claims: { iat, exp: iat + 180 } };
      expectOpened(world, await attempt(world, { change }), 'instructor');
    },
  );

  test('AUTH-12 claims that are five minutes old open (Canvas)', async () => {
    const change = { claims: { iat: seconds() - 300, exp: seconds() + 3300 } };
    expectOpened(world, await attempt(world, { change }), 'instructor');
  });

  test('AUTH-14 a token that lasts for weeks is used once all the same', async () => {
    const change = { claims: { exp: seconds() + 30 * 86_400 } };
    const first = await attempt(world, { change });
    expectOpened(world, first, 'instructor');
    const real = world.clock.now;
    world.clock.now = () => new Date(Date.now() + 9 * 60_000);
    const again = await first.visitor.open(first.action, { method: 'POST', fields: first.fields });
    world.clock.now = real;
    expect(again.page).toBe('refusal');
  });

  test('AUTH-28 a token of 300 kB and one that is deep are refused', async () => {
    const big = await attempt(world, { change: { claims: { x: 'x'.repeat(300_000) } } });
    expectRefused(world, big, 'too-large');
    expect(big.page.status).toBe(413);
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    const parts = ['{"alg":"RS256","kid":"x"}', deep, 'x'].map((one) =>
      Buffer.from(one).toString('base64url'),
    );
    const { page } = await attempt(world, { fields: { id_token: parts.join('.') } });
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(page.status).toBeLessThan(500);
  });
});

describe('state, nonce and browser', () => {
  test('AUTH-17, AUTH-22, THR-43 a second post is refused and leads nowhere new', async () => {
    const first = await attempt(world);
    expectOpened(world, first, 'instructor');
    const held = sessionsOf(world, first.visitor);
    const again = await first.visitor.open(first.action, { method: 'POST', fields: first.fields });
    expect([again.status, again.page, again.code]).toEqual([400, 'refusal', 'nonce-reused']);
    expect(sessionsOf(world, first.visitor)).toEqual(held);
  });

  test('AUTH-22 a reload offers the page that is open in this browser, and no other browser', async () => {
    const first = await attempt(world);
    const reload = (visitor: Visitor) =>
      visitor.open(first.action, { method: 'POST', fields: first.fields });
    const again = await reload(first.visitor);
    const href = again.html.querySelector('a[data-continue]')?.getAttribute('href') ?? '';
    expect(world.url + href).toBe(first.page.url);
    expect((await first.visitor.open(world.url + href)).page).toBe(first.page.page);
    expect((await reload(new Visitor())).html.querySelector('a[data-continue]')).toBeNull();
    // The session's cookie is gone: the way on would only end at a refusal.
    const [session = ''] = sessionsOf(world, first.visitor);
    (first.visitor.cookies(new URL(world.url).host) as Map<string, string>).delete(session);
    const without = await reload(first.visitor);
    expect([without.code, without.html.querySelector('a[data-continue]')]).toEqual([
      'nonce-reused',
      null,
    ]);
  });

  test('AUTH-17, THR-03 of 20 posts at once exactly one opens', async () => {
    const visitor = new Visitor();
    const { action, fields } = await world.login(anOrder(world, {}), visitor);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => visitor.raw('POST', action, new URLSearchParams(fields))),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 303)).toHaveLength(1);
    expect(statuses.filter((status) => status >= 400 && status < 500)).toHaveLength(19);
    expect(sessionsOf(world, visitor)).toHaveLength(1);
  });

  test('AUTH-19, AUTH-20, THR-62 posted by another browser it is refused; the right one may go on', async () => {
    const right = new Visitor();
    const { action, fields } = await world.login(anOrder(world, {}), right);
    const wrong = new Visitor();
    const stolen = await wrong.open(action, { method: 'POST', fields });
    expectRefused(world, { page: stolen, visitor: wrong, fields }, 'state-mismatch');
    const other = new Visitor();
    await world.login(anOrder(world, {}), other);
    const swapped = await other.open(action, { method: 'POST', fields });
    expectRefused(world, { page: swapped, visitor: other, fields }, 'state-mismatch');
    const page = await right.open(action, { method: 'POST', fields });
    expectOpened(world, { page, visitor: right }, 'instructor');
  });

  test('AUTH-18, THR-48 without, with a blank and with an unknown state', async () => {
    for (const state of ['', 'x', 'a.b.c.d.e']) {
      expectRefused(world, await attempt(world, { fields: { state } }), 'state-mismatch');
    }
  });

  test('THR-06 the states of two logins of one browser are not exchanged', async () => {
    const visitor = new Visitor();
    const one = await world.login(anOrder(world, {}), visitor);
    const two = await world.login(anOrder(world, {}), visitor);
    const fields = { ...one.fields, state: two.fields['state'] ?? '' };
    const page = await visitor.open(one.action, { method: 'POST', fields });
    expectRefused(world, { page, visitor, fields }, 'state-mismatch');
  });

  test('AUTH-18 a login that is over ten minutes old is refused', async () => {
    const visitor = new Visitor();
    const { action, fields } = await world.login(anOrder(world, {}), visitor);
    const real = world.clock.now;
    world.clock.now = () => new Date(Date.now() + 11 * 60_000);
    const page = await visitor.open(action, { method: 'POST', fields });
    world.clock.now = real;
    expectRefused(world, { page, visitor, fields }, 'state-expired');
  });

  test('THR-05, AUTH-21 a token that fails azp, age or signature leaves the login as it was', async () => {
    const visitor = new Visitor();
    const order = anOrder(world, {});
    const { action, fields } = await world.login(order, visitor);
    const claims = JSON.parse(
      Buffer.from(fields['id_token']!.split('.')[1]!, 'base64url').toString(),
    ) as Record<string, unknown>;
    for (const bad of [
      await world.sandbox.sign({ ...claims, azp: 'x' }),
      await world.sandbox.sign({ ...claims, exp: seconds() - 3600 }),
      await world.sandbox.sign(claims, { key: stranger }),
    ]) {
      const page = await visitor.open(action, {
        method: 'POST',
        fields: { ...fields, id_token: bad },
      });
      expect(page.page).toBe('refusal');
    }
    const page = await visitor.open(action, { method: 'POST', fields });
    expectOpened(world, { page, visitor }, 'instructor');
  });

  test('AUTH-21 a good signature uses the state up, also where a later check fails', async () => {
    const visitor = new Visitor();
    const change = { claims: { [`${L}version`]: '1.1' } };
    const { action, fields } = await world.login(anOrder(world, {}), visitor, change);
    expectRefused(
      world,
      { page: await visitor.open(action, { method: 'POST', fields }), visitor, fields },
      'wrong-version',
    );
    const claims = JSON.parse(
      Buffer.from(fields['id_token']!.split('.')[1]!, 'base64url').toString(),
    ) as Record<string, unknown>;
    const good = await world.sandbox.sign({ ...claims, [`${L}version`]: '1.3.0' });
    const page = await visitor.open(action, {
      method: 'POST',
      fields: { ...fields, id_token: good },
    });
    expectRefused(world, { page, visitor, fields }, 'nonce-reused');
  });

  test('AUTH-01 launches are posted', async () => {
    const visitor = new Visitor();
    const { action, fields } = await world.login(anOrder(world, {}), visitor);
    const page = await visitor.open(`${action}?${new URLSearchParams(fields).toString()}`);
    expectRefused(world, { page, visitor, fields }, 'not-a-launch');
  });

  test('AUTH-29 every launch has a session of its own, and no token is in an address', async () => {
    const visitor = new Visitor();
    const one = await attempt(world, { visitor });
    const [first] = sessionsOf(world, visitor);
    const two = await attempt(world, { visitor });
    expect(sessionsOf(world, visitor)).toHaveLength(2);
    const secret = visitor.cookies(new URL(world.url).host).get(first ?? '') ?? '';
    for (const { url } of [one.page, two.page]) expect(url).not.toContain(secret);
  });

  test('AUTH-30 two launches with two roles stand side by side', async () => {
    const visitor = new Visitor();
    const teacher = await attempt(world, { visitor });
    const student = await attempt(world, { visitor, as: 'student-1' });
    expect([teacher.page.role, student.page.role]).toEqual(['instructor', 'learner']);
    expect((await visitor.open(teacher.page.url)).role).toBe('instructor');
  });

  test('STORE-01 the state’s cookie is partitioned, secure and out of reach of scripts', async () => {
    const start = world.sandbox.startLaunch(anOrder(world, {}));
    const answer = await new Visitor().raw('POST', start.url, new URLSearchParams(start.fields));
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-trellis-state-/);
    for (const part of [
      'Secure',
      'HttpOnly',
      'SameSite=None',
      'Partitioned',
      'Path=/',
      'Max-Age=600',
    ]) {
      expect(cookie).toContain(part);
    }
    expect(cookie).not.toContain('Domain');
  });

  test('STORE-02, STORE-14 the session’s cookie as well', async () => {
    const visitor = new Visitor();
    const { action, fields } = await world.login(anOrder(world, {}), visitor);
    const answer = await visitor.raw('POST', action, new URLSearchParams(fields));
    const cookie = answer.headers
      .getSetCookie()
      .find((one) => /^__Host-trellis-[0-9a-z]{26}=/.test(one));
    for (const part of ['Secure', 'HttpOnly', 'SameSite=None', 'Partitioned', 'Path=/']) {
      expect(cookie).toContain(part);
    }
    expect(answer.headers.get('cache-control')).toContain('no-store');
  });
});

describe('what the platform answers in place of a token', () => {
  test.each([
    ['LOGIN-13 login_required', 'login_required', 'login-required'],
    ['LOGIN-13 a hint that was used', 'launch_no_longer_valid', 'launch-expired'],
    ['LOGIN-13 anything else', 'invalid_request_object', 'platform-error'],
  ])('%s', async (_name, error, code) => {
    const visitor = new Visitor();
    const fields = { error, error_description: '<b>x</b>', state: 'x' };
    const page = await visitor.open(`${world.url}/lti/launch`, { method: 'POST', fields });
    expectRefused(world, { page, visitor, fields }, code);
    expect(page.text).not.toContain('<b>x</b>');
  });
});

describe('refusals', () => {
  test('UI-01, CORE-13 know the way back where the token was signed', async () => {
    const change = {
      claims: {
        [`${L}version`]: '1.1',
        [`${L}launch_presentation`]: { return_url: 'http://127.0.0.1:9/courses/1?a="><script>' },
      },
    };
    const { page } = await attempt(world, { change });
    expect(page.html.querySelector('a[href^="http://127.0.0.1:9/courses/1"]')).not.toBeNull();
    expect(page.text).not.toContain('"><script>');
    const unsigned = await attempt(world, { change: { ...change, key: stranger } });
    expect(unsigned.page.html.querySelector('a[href^="http://127.0.0.1:9"]')).toBeNull();
  });

  test('UI-02, THR-19 neither page nor log holds what was posted', async () => {
    world.logged.length = 0;
    const { page, fields } = await attempt(world, {
      change: { claims: { [`${L}version`]: '1.1', name: 'Zelda Quux', email: 'zelda@quux.test' } },
    });
    const all = [page.text, ...world.logged].join('\n');
    for (const secret of [
      'Zelda',
      'zelda@quux.test',
      fields['id_token']?.slice(0, 60) ?? 'none',
      fields['state'] ?? 'none',
    ]) {
      expect(all).not.toContain(secret);
    }
    expect(world.logged.join('')).toContain('wrong-version');
  });

  test('THR-19 no origin is given credentials', async () => {
    const answer = await new Visitor().raw(
      'POST',
      `${world.url}/lti/launch`,
      new URLSearchParams(),
      {
        origin: 'https://evil.test',
      },
    );
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('other messages', () => {
  test('CERT-40, DLK-01 a teacher may choose', async () => {
    const tried = await attempt(world, {
      order: { message: 'deeplink', placement: 'assignment_selection', link: undefined },
    });
    expectOpened(world, tried, 'instructor');
  });
  test('DLK-24 a student may not', async () => {
    const tried = await attempt(world, {
      order: { message: 'deeplink', placement: 'assignment_selection', link: undefined },
      change: { claims: { [`${L}roles`]: [`${MEMBERSHIP}#Learner`] } },
    });
    expectRefused(world, tried, 'not-for-students');
  });
  test.each(['deep_link_return_url', 'accept_types', 'accept_presentation_document_targets'])(
    'DLK-02 settings without %s are refused',
    async (name) => {
      const settings: Record<string, unknown> = {
        deep_link_return_url: 'http://127.0.0.1:9/return',
        accept_types: ['ltiResourceLink'],
        accept_presentation_document_targets: ['iframe'],
      };
      settings[name] = undefined;
      const tried = await attempt(world, {
        order: { message: 'deeplink', placement: 'assignment_selection', link: undefined },
        change: { claims: { [`${DL}deep_linking_settings`]: settings } },
      });
      expectRefused(world, tried, 'missing-claim');
    },
  );
  const review = { [`${L}message_type`]: 'LtiSubmissionReviewRequest' };
  test('REV-01, REV-03, THR-15 staff may review', async () => {
    const claims = { ...review, [`${L}for_user`]: { user_id: 'somebody' } };
    expectOpened(world, await attempt(world, { change: { claims } }), 'instructor');
  });
  test('REV-04 a student only their own work', async () => {
    const foreign = { ...review, [`${L}for_user`]: { user_id: 'somebody' } };
    expectRefused(
      world,
      await attempt(world, { as: 'student-1', change: { claims: foreign } }),
      'not-your-work',
    );
    const { sub } = world.sandbox.usersOf('canvas').find(({ key }) => key === 'student-1')!;
    const own = { ...review, [`${L}for_user`]: { user_id: sub } };
    expectOpened(
      world,
      await attempt(world, { as: 'student-1', change: { claims: own } }),
      'learner',
    );
  });
  test('REV-05 a mentor only their children’s', async () => {
    const of = (user: string) => ({
      ...review,
      [`${L}for_user`]: { user_id: user },
      [`${L}role_scope_mentor`]: ['child-1'],
    });
    expectRefused(
      world,
      await attempt(world, { as: 'mentor-1', change: { claims: of('child-2') } }),
      'not-your-work',
    );
    expectOpened(
      world,
      await attempt(world, { as: 'mentor-1', change: { claims: of('child-1') } }),
      'mentor',
    );
  });
  test('REV-06 a review of nothing is refused', async () => {
    const claims = {
      ...review,
      [`${L}resource_link`]: undefined,
      'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': undefined,
    };
    expectRefused(world, await attempt(world, { change: { claims } }), 'missing-claim');
  });
});
