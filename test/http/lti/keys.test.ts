import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createGuardedFetch } from '../../../src/lti/guarded-fetch.js';
import { createPlatformKeys } from '../../../src/lti/jwks.js';
import { startWorld, type World } from '../../support/world.js';
import { attempt, expectOpened, expectRefused } from './attempt.js';
import { oddPlatform, type Said } from './odd-platform.js';

function jwkOf(kid: string, key?: KeyObject): Record<string, unknown> {
  const pair = key ?? generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  return { ...pair.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
}

describe('keys of platforms (section 7)', () => {
  let odd: Awaited<ReturnType<typeof oddPlatform>>;
  let say: () => Said;
  let now = Date.now();
  const fetch = createGuardedFetch({ allowInsecurePlatforms: true });
  afterAll(() => fetch.close());
  beforeEach(async () => {
    now = Date.now();
    odd = await oddPlatform(() => say());
  });
  afterEach(() => odd.close());
  const make = () => createPlatformKeys(fetch, () => new Date(now));
  const keys = (...list: Record<string, unknown>[]) => JSON.stringify({ keys: list });

  test('KEY-03, THR-09, THR-53 a thousand looks at once are one fetch', async () => {
    const body = keys(jwkOf('a'));
    say = () => (res) => {
      setTimeout(() => res.end(body), 50);
    };
    const platform = make();
    await Promise.all(Array.from({ length: 1000 }, () => platform.find(odd.url, 'a')));
    await platform.find(odd.url, 'a');
    expect(odd.heard).toHaveLength(1);
  });

  test.each([
    ['a minute is five', 'max-age=60', 4 * 60_000, 6 * 60_000],
    ['an hour is an hour', 'public, max-age=3600', 59 * 60_000, 61 * 60_000],
    ['ten days are one', 'max-age=864000', 23 * 3_600_000, 25 * 3_600_000],
  ])('KEY-03 honours max-age within bounds: %s', async (_name, header, within, beyond) => {
    const body = keys(jwkOf('a'));
    say = () => ({ headers: { 'cache-control': header }, body });
    const platform = make();
    await platform.find(odd.url, 'a');
    now += within;
    await platform.find(odd.url, 'a');
    expect(odd.heard).toHaveLength(1);
    now += beyond - within;
    await platform.find(odd.url, 'a');
    expect(odd.heard).toHaveLength(2);
  });

  test('KEY-04, CERT-02 an unknown kid is one more fetch, and a flood of them no flood', async () => {
    const body = keys(jwkOf('a'));
    say = () => ({ body });
    const platform = make();
    await platform.find(odd.url, 'a');
    await expect(platform.find(odd.url, 'x')).rejects.toMatchObject({
      details: { reason: 'bad-signature' },
    });
    expect(odd.heard).toHaveLength(2);
    for (let n = 0; n < 100; n += 1) await platform.find(odd.url, `x${n}`).catch(() => undefined);
    expect(odd.heard.length).toBeLessThanOrEqual(3);
  });

  test('KEY-04, THR-52 a new key of the platform is found at once', async () => {
    let body = keys(jwkOf('old'));
    say = () => ({ body });
    const platform = make();
    await platform.find(odd.url, 'old');
    body = keys(jwkOf('old'), jwkOf('new'));
    expect(await platform.find(odd.url, 'new')).toBeDefined();
    expect(odd.heard).toHaveLength(2);
  });

  test('KEY-05 while the platform is silent the cached keys serve, for a while', async () => {
    const body = keys(jwkOf('a'));
    say = () => ({ headers: { 'cache-control': 'max-age=600' }, body });
    const platform = make();
    await platform.find(odd.url, 'a');
    say = () => ({ status: 500 });
    now += 20 * 60_000;
    expect(await platform.find(odd.url, 'a')).toBeDefined();
    now += 2 * 3_600_000;
    await expect(platform.find(odd.url, 'a')).rejects.toMatchObject({
      details: { reason: 'platform-silent' },
    });
  });

  test('KEY-05 a set of 10 MB, one that is none, and a redirect are refused', async () => {
    const platform = make();
    for (const said of [
      { body: ' '.repeat(10_000_000) },
      { body: '<html>' },
      { body: '{"keys":7}' },
      { status: 302, headers: { location: `${odd.url}/other` } },
    ]) {
      say = () => said;
      await expect(platform.find(odd.url, 'a')).rejects.toMatchObject({
        details: { reason: 'platform-silent' },
      });
    }
    expect(odd.heard.map(({ path }) => path)).not.toContain('/other');
  });

  test('KEY-06 picks by kid and kind, and refuses ambiguity', async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const body = keys(
      { ...ec.export({ format: 'jwk' }), kid: 'a' },
      jwkOf('a', pair),
      jwkOf('twice'),
      jwkOf('twice'),
      { kty: 'RSA', kid: 'broken', n: '!', e: 'AQAB' },
      { ...jwkOf('enc'), use: 'enc' },
      jwkOf('short', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
    );
    say = () => ({ body });
    const platform = make();
    const found = await platform.find(odd.url, 'a');
    expect(found.equals(createPublicKey(pair.export({ type: 'spki', format: 'pem' })))).toBe(true);
    for (const kid of ['twice', 'broken', 'enc', 'short']) {
      await expect(platform.find(odd.url, kid)).rejects.toMatchObject({
        details: { reason: 'bad-signature' },
      });
    }
  });

  test('KEY-07 a key that was taken away is gone when the keys are read again', async () => {
    let body = keys(jwkOf('a'), jwkOf('b'));
    say = () => ({ body });
    const platform = make();
    await platform.find(odd.url, 'a');
    body = keys(jwkOf('b'));
    await platform.refresh(odd.url);
    await expect(platform.find(odd.url, 'a')).rejects.toMatchObject({ code: 'LAUNCH_REJECTED' });
  });
});

describe('our own keys and launches with a real platform', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ family: 'canvas' });
  });
  afterAll(() => world.close());
  afterEach(() => world.sandbox.faults.clear());
  const published = async () => {
    const answer = await globalThis.fetch(`${world.url}/lti/keys`);
    const body = (await answer.json()) as { keys: Record<string, unknown>[] };
    return { answer, keys: body.keys };
  };

  test('KEY-01 publishes what is public, and no more', async () => {
    const { answer, keys } = await published();
    expect(answer.headers.get('cache-control')).toMatch(/max-age=\d+/);
    for (const key of keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
      expect(key).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' });
      expect(Buffer.from(String(key['n']), 'base64url').length).toBeGreaterThanOrEqual(256);
    }
  });

  test('KEY-02 a new key is published first and signs later; the old one stays', async () => {
    const before = (await published()).keys.map(({ kid }) => kid);
    const { kid, signsFrom } = await world.trellis.lti.registrations.rotateKeys('operator');
    const after = (await published()).keys.map((key) => key['kid']);
    expect(after).toEqual([...before, kid]);
    expect(signsFrom.getTime()).toBeGreaterThan(Date.now() + 3_600_000);
  });

  test('KEY-09 the store holds no private key in clear', async () => {
    const rows = await world.store.connection.db!.collection('tool_keys').find({}).toArray();
    const text = JSON.stringify(rows);
    expect(text).not.toContain('PRIVATE KEY');
    expect(text).not.toMatch(/"(d|p|q)":/);
    expect(rows.every((row) => typeof row['sealedPrivate'] === 'string')).toBe(true);
  });

  test('KEY-03, THR-09 warm launches fetch no keys', async () => {
    await attempt(world);
    world.sandbox.clearRequests();
    for (let n = 0; n < 5; n += 1) expectOpened(world, await attempt(world), 'instructor');
    expect(world.sandbox.requests('jwks')).toEqual([]);
  });

  test('KEY-05 launches go on while the platform’s keys cannot be read', async () => {
    await attempt(world);
    world.sandbox.faults.set({ jwks: 'down' });
    expectOpened(world, await attempt(world), 'instructor');
  });

  test('KEY-05 keys that were never read and cannot be: the platform does not answer', async () => {
    world.sandbox.faults.set({ jwks: 'garbage' });
    expectRefused(world, await attempt(world, { family: 'moodle' }), 'platform-silent');
  });

  test('KEY-02, THR-52 a platform that rotates its keys', async () => {
    await attempt(world);
    await world.sandbox.rotateKeys();
    expectOpened(world, await attempt(world), 'instructor');
  });
});
