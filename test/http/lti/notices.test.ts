import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { formFields, Visitor } from '../../support/visitor.js';
import { startWorld, type World } from '../../support/world.js';
import { L } from './attempt.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
});
afterAll(() => world.close());

const collection = (name: string) => world.store.connection.db!.collection(name);
const handlerPuts = () =>
  world.sandbox.requests('notices').filter(({ method, path }) => {
    return method === 'PUT' && path.includes('notice-handlers');
  });

/** A teacher opens the first assignment and sets it up. */
async function setUp(): Promise<void> {
  const { visitor, page } = await world.launch({ as: 'teacher-1', link: 'link-1' });
  if (page.page !== 'assignments/attach') return;
  const form = page.html.querySelector('#fresh');
  const button = page.html.querySelector('#attach-publish');
  if (form === null || button === null) throw new Error('no form to attach with');
  const typed = { goals: 'I can explain a food web', criteria: 'Gives a reason' };
  const action = button.getAttribute('formaction') ?? form.getAttribute('action') ?? page.url;
  const done = await visitor.open(new URL(action, page.url).href, {
    method: 'POST',
    fields: { ...formFields(form), ...typed },
  });
  expect(done.status).toBe(200);
}

/** Claims of a good notice that `new-course` was copied from `old-course`. */
function claimsOf(change: Record<string, unknown> = {}): Record<string, unknown> {
  const face = world.sandbox.platforms.canvas;
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: face.issuer,
    aud: face.clientId,
    azp: face.clientId,
    iat: now,
    exp: now + 3600,
    nonce: randomUUID(),
    [`${L}version`]: '1.3.0',
    [`${L}deployment_id`]: face.deploymentIds[0],
    [`${L}notice`]: { id: randomUUID(), timestamp: new Date().toISOString(), type: COPY },
    [`${L}context`]: { id: 'new-course' },
    [`${L}origin_contexts`]: ['old-course'],
    ...change,
  };
}
const COPY = 'LtiContextCopyNotice';

async function post(...jwts: readonly string[]): Promise<{ status: number; refused: unknown }> {
  const answer = await fetch(`${world.url}/lti/notices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ notices: jwts.map((jwt) => ({ jwt })) }),
  });
  const { refused } = (await answer.json()) as { refused: unknown };
  return { status: answer.status, refused };
}
const copies = () => collection('course_copies').find({}).toArray();

describe('notices of copied courses', () => {
  test('a staff launch leaves our address once, and only where the platform offers it', async () => {
    await world.launch({ as: 'student-1', link: 'link-1' });
    await setUp();
    await vi.waitFor(() => {
      expect(handlerPuts()).toHaveLength(1);
    });
    const [put] = handlerPuts();
    expect(put?.status).toBe(200);
    expect(put?.problems).toEqual([]);
    expect(put?.detail).toEqual({ notice_type: COPY, handler: `${world.url}/lti/notices` });
    await vi.waitFor(async () => {
      const [row] = await collection('deployments')
        .find({ noticesTo: { $ne: null } })
        .toArray();
      expect(row?.['noticesTo']).toBe(`${world.url}/lti/notices`);
    });
    await world.launch({ as: 'teacher-1', link: 'link-1' });
    const [moodle] = world.sandbox.linksOf('moodle');
    await world.launch({ as: 'teacher-1', link: moodle?.id, family: 'moodle' });
    expect(handlerPuts()).toHaveLength(1);
  });

  test('CORE-06 the first launch of a copied course offers the setup, by the notice alone', async () => {
    await setUp();
    await vi.waitFor(async () => {
      expect(
        await collection('deployments')
          .find({ noticesTo: { $ne: null } })
          .toArray(),
      ).toHaveLength(1);
    });
    // No parameter of ours and no history in the launch: an assignment that was attached on Canvas.
    world.sandbox.setCustom({});
    const copy = await world.sandbox.copyCourse();
    const [told] = world.sandbox
      .requests('notices')
      .filter(({ path }) => path.endsWith('/lti/notices'));
    expect([told?.status, told?.problems]).toEqual([200, []]);
    const link = world.sandbox
      .linksOf('canvas')
      .find((one) => one.courseId === copy.id && one.title.startsWith('Ecosystems'))!;
    const { visitor, page } = await world.launch({ as: 'teacher-1', link: link.id });
    expect(page.page).toBe('assignments/attach');
    expect(page.text).toContain('Keep the setup?');
    const kept = await visitor.submit(page, 'form[action$="/copy"]');
    expect(kept.page).toBe('tiers/builder');
  });

  test('a good notice is taken once', async () => {
    const jwt = await world.sandbox.sign(claimsOf());
    expect(await post(jwt)).toEqual({ status: 200, refused: [] });
    expect(await post(jwt)).toEqual({ status: 400, refused: ['nonce-reused'] });
    const rows = (await copies()).filter((row) => String(row['_id']).endsWith(' new-course'));
    expect(rows.map((row) => row['origins'] as string[])).toEqual([['old-course']]);
  });

  test('of parallel posts of one notice one counts', async () => {
    const jwt = await world.sandbox.sign(claimsOf());
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(jwt)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('a bad one does not hold up the good one beside it', async () => {
    const context = { [`${L}context`]: { id: 'beside' } };
    const good = await world.sandbox.sign(claimsOf(context));
    expect(await post('x.y.z', good)).toEqual({ status: 400, refused: ['bad-token'] });
    const rows = (await copies()).filter((row) => String(row['_id']).endsWith(' beside'));
    expect(rows).toHaveLength(1);
  });

  test('a type that nobody asked for is taken and leaves nothing', async () => {
    const before = (await copies()).length;
    const notice = { id: randomUUID(), type: 'LtiHelloWorldNotice' };
    const jwt = await world.sandbox.sign(claimsOf({ [`${L}notice`]: notice }));
    expect(await post(jwt)).toEqual({ status: 200, refused: [] });
    expect(await copies()).toHaveLength(before);
  });

  test.each<[string, string, Record<string, unknown>]>([
    ['of a stranger', 'unknown-registration', { iss: 'https://evil.test' }],
    ['for another client', 'unknown-registration', { aud: 'another-client' }],
    ['with audiences nobody knows', 'bad-audience', { aud: ['CLIENT', 'another-client'] }],
    ['for another azp', 'bad-audience', { azp: 'another-client' }],
    ['that is over', 'token-expired', { iat: 11111, exp: 22222 }],
    ['from the future', 'token-not-yet-valid', { iat: Math.floor(Date.now() / 1000) + 3600 }],
    ['of another version', 'wrong-version', { [`${L}version`]: '1.1' }],
    ['of a deployment nobody knows', 'unknown-deployment', { [`${L}deployment_id`]: 'nobody’s' }],
    ['without a deployment', 'missing-claim', { [`${L}deployment_id`]: '' }],
    ['without a nonce', 'missing-claim', { nonce: undefined }],
    ['without a kind', 'missing-claim', { [`${L}notice`]: undefined }],
    ['without a context', 'missing-claim', { [`${L}context`]: undefined }],
    ['without origins', 'missing-claim', { [`${L}origin_contexts`]: [] }],
    ['with origins that are none', 'missing-claim', { [`${L}origin_contexts`]: [5, '', null] }],
  ])('one %s is refused and leaves nothing', async (_name, code, change) => {
    const before = await copies();
    const { clientId } = world.sandbox.platforms.canvas;
    const claims = claimsOf(change);
    if (Array.isArray(claims['aud'])) claims['aud'] = [clientId, 'another-client'];
    expect(await post(await world.sandbox.sign(claims))).toEqual({ status: 400, refused: [code] });
    expect(await copies()).toEqual(before);
  });

  test('one with a wrong signature, or none, is refused', async () => {
    const before = await copies();
    const [head = '', body = '', signature = ''] = (await world.sandbox.sign(claimsOf())).split(
      '.',
    );
    const other = Buffer.from(JSON.stringify(claimsOf({ [`${L}context`]: { id: 'forged' } })));
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: 'x' })).toString('base64url');
    const answers = [
      await post(`${head}.${other.toString('base64url')}.${signature}`),
      await post(`${none}.${body}.`),
      await post(`${none}.${body}.${signature}`),
    ];
    for (const { status, refused } of answers) {
      expect([status, refused]).toEqual([
        400,
        [expect.toSatisfy((code) => ['bad-signature', 'bad-token'].includes(code as string))],
      ]);
    }
    expect(await copies()).toEqual(before);
  });

  test('what is no notice at all is refused, and nothing posted is shown', async () => {
    for (const body of ['', '{}', '[]', '{"notices":"x"}', '{"notices":[{"jwt":5}]}', '{"no']) {
      const answer = await fetch(`${world.url}/lti/notices`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect([body, answer.status]).toEqual([body, 400]);
      expect(await answer.text()).not.toContain('{"no');
    }
    expect((await new Visitor().open(`${world.url}/lti/notices`)).status).toBe(404);
  });

  test('REG-08 a registration that is switched off is told nothing', async () => {
    const id = world.registrations.canvas;
    await world.trellis.lti.registrations.disable(id, 'operator');
    const jwt = await world.sandbox.sign(claimsOf());
    expect(await post(jwt)).toEqual({ status: 400, refused: ['registration-disabled'] });
    await world.trellis.lti.registrations.enable(id, 'operator');
  });
});
