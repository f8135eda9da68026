import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../../src/ids.js';
import type { ContentItem, DeepLinkingSettings } from '../../../src/lti/ports.js';
import { startWorld, type Family, type World } from '../../support/world.js';
import { DL, L } from './attempt.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
});
afterAll(() => world.close());

const settings = (change: Partial<DeepLinkingSettings> = {}): DeepLinkingSettings => ({
  returnUrl: 'https://lms.test/return?data=x',
  acceptsResourceLink: true,
  acceptsMultiple: true,
  acceptsLineItem: null,
  acceptsTargets: ['iframe', 'window'],
  autoCreate: false,
  title: null,
  text: null,
  data: null,
  ...change,
});
const item = (change: Partial<ContentItem> = {}): ContentItem => ({
  title: 'Ecosystems',
  text: null,
  path: '/lti/launch',
  custom: { trellis_id: 'abc' },
  lineItem: { label: 'Ecosystems', pointsPossible: 12.5, resourceId: 'abc', tag: 'grade' },
  dueAt: new Date('2026-05-08T23:59:00Z'),
  keepsExistingName: false,
  ...change,
});

async function sign(
  family: Family,
  how: DeepLinkingSettings = settings(),
  items: readonly ContentItem[] = [item()],
  message: { text: string | null; error: string | null } = { text: null, error: null },
) {
  const [deployment] = await world.trellis.lti.registrations.listDeployments(
    world.registrations[family],
  );
  const signed = await world.trellis.lti.deepLinking.sign(deployment!.id, how, items, message);
  const jwks = (await (await fetch(`${world.url}/lti/keys`)).json()) as JSONWebKeySet;
  const { payload, protectedHeader } = await jwtVerify(signed.jwt, createLocalJWKSet(jwks));
  const contents = payload[`${DL}content_items`] as Record<string, unknown>[];
  return { ...signed, payload, protectedHeader, contents };
}

describe('the Deep Linking response (DL 4.4)', () => {
  test('CERT-41..45, DLK-12, DLK-13, DLK-14, THR-26 its claims, and a signature found in our keys', async () => {
    const { clientId, issuer, deploymentIds } = world.sandbox.platforms.canvas;
    const { payload, protectedHeader, returnUrl } = await sign(
      'canvas',
      settings({ data: 'opaque & "x"' }),
    );
    expect(returnUrl).toBe('https://lms.test/return?data=x');
    expect(protectedHeader).toMatchObject({ alg: 'RS256' });
    expect(payload).toMatchObject({
      iss: clientId,
      aud: issuer,
      [`${L}deployment_id`]: deploymentIds[0],
      [`${L}message_type`]: 'LtiDeepLinkingResponse',
      [`${L}version`]: '1.3.0',
      [`${DL}data`]: 'opaque & "x"',
    });
    const { iat = 0, exp = 0, nonce } = payload as { iat?: number; exp?: number; nonce?: string };
    const now = Date.now() / 1000;
    expect(iat).toBeLessThanOrEqual(now);
    expect(iat).toBeGreaterThan(now - 300);
    expect(String(nonce).length).toBeGreaterThan(20);
    // THR-26: a platform whose clock is 90 s ahead still takes it.
    expect(exp).toBeGreaterThan(now + 90);
  });

  test('DLK-10, DLK-23 data only if it was sent; every nonce is new', async () => {
    const [one, two] = [await sign('canvas'), await sign('canvas')];
    expect(one.payload).not.toHaveProperty([`${DL}data`]);
    expect(one.payload['nonce']).not.toBe(two.payload['nonce']);
  });

  test('DLK-17, DLK-18, DLK-20 an item with its column and our id', async () => {
    const [made] = (await sign('canvas')).contents;
    expect(made).toMatchObject({
      type: 'ltiResourceLink',
      url: `${world.url}/lti/launch`,
      title: 'Ecosystems',
      custom: { trellis_id: 'abc' },
      lineItem: { label: 'Ecosystems', scoreMaximum: 12.5, resourceId: 'abc', tag: 'grade' },
      submission: { endDateTime: '2026-05-08T23:59:00.000Z' },
    });
  });

  test('DLK-04 at most one where several were not promised', async () => {
    const two = [item(), item({ title: 'Second' })];
    expect((await sign('canvas', settings({ acceptsMultiple: false }), two)).contents).toHaveLength(
      1,
    );
    expect((await sign('canvas', settings(), two)).contents).toHaveLength(2);
  });

  test.each([
    ['DLK-05 refused', false, false],
    ['DLK-05 not promised', null, true],
    ['DLK-05 promised', true, true],
  ])('%s line items', async (_name, acceptsLineItem, expected) => {
    const [made] = (await sign('canvas', settings({ acceptsLineItem }))).contents;
    expect(Object.hasOwn(made!, 'lineItem')).toBe(expected);
  });

  test('DLK-03 nothing where links are not taken', async () => {
    const { contents } = await sign('canvas', settings({ acceptsResourceLink: false }));
    expect(contents).toEqual([]);
  });

  test('DLK-06 hints only for targets that are accepted', async () => {
    const [made] = (await sign('canvas', settings({ acceptsTargets: ['window'] }))).contents;
    expect(made).not.toHaveProperty('iframe');
  });

  test('DLK-15, DLK-16 a cancel and a failure return without items', async () => {
    const message = { text: 'Nothing chosen', error: 'It did not work' };
    const { payload, contents } = await sign('canvas', settings(), [], message);
    expect(contents).toEqual([]);
    expect(payload).toMatchObject({
      [`${DL}msg`]: 'Nothing chosen',
      [`${DL}errormsg`]: 'It did not work',
    });
  });

  test('DLK-19 never `available`: Schoology locks by it', async () => {
    for (const family of ['canvas', 'moodle', 'schoology'] as const) {
      expect((await sign(family)).contents[0]).not.toHaveProperty('available');
    }
  });

  test('Moodle takes whole points up to 100, no dates, no line breaks in custom values', async () => {
    const many = item({
      custom: { trellis_id: 'a\nb' },
      lineItem: { label: 'x', pointsPossible: 250, resourceId: 'a', tag: 't' },
    });
    const [half, most] = (await sign('moodle', settings(), [item(), many])).contents;
    expect(half).toMatchObject({ lineItem: { scoreMaximum: 13 } });
    expect(most).toMatchObject({ lineItem: { scoreMaximum: 100 }, custom: { trellis_id: 'a b' } });
    expect(half).not.toHaveProperty('submission');
  });

  test('Canvas keeps the name of an assignment that has one', async () => {
    const [made] = (await sign('canvas', settings(), [item({ keepsExistingName: true })])).contents;
    expect(made).toMatchObject({
      'https://canvas.instructure.com/lti/preserveExistingAssignmentName': true,
    });
  });

  test('THR-49 nothing is signed for a deployment that is unknown', async () => {
    const signing = world.trellis.lti.deepLinking.sign('nobody' as DeploymentId, settings(), [], {
      text: null,
      error: null,
    });
    await expect(signing).rejects.toMatchObject({ code: 'PLATFORM_REFUSED' });
  });
});
