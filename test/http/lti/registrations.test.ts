import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrellisError } from '../../../src/errors.js';
import { readRegistration } from '../../../src/lti/registration-input.js';
import { Visitor } from '../../support/visitor.js';
import { addPlatform, startWorld, type World } from '../../support/world.js';
import { anOrder, attempt, expectOpened, expectRefused, L } from './attempt.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
});
afterAll(() => world.close());

const registrations = () => world.trellis.lti.registrations;

describe('registrations and deployments (CORE 3.1)', () => {
  test('REG-01 two clients of one issuer are two registrations', async () => {
    const face = world.sandbox.platforms.canvas;
    const second = await addPlatform(world.trellis, { ...face, clientId: 'second' });
    expect(second.id).not.toBe(world.registrations.canvas);
  });

  test('DYN-10, duplicate registrations: the same issuer and client again is an update', async () => {
    const face = world.sandbox.platforms.canvas;
    const before = (await registrations().list()).length;
    const again = await registrations().add(
      {
        name: 'Renamed',
        issuer: face.issuer,
        clientId: face.clientId,
        authorizationEndpoint: face.authorizationEndpoint,
        tokenEndpoint: face.tokenEndpoint,
        jwksUri: face.jwksUri,
        family: 'canvas',
      },
      'operator',
    );
    expect(again).toMatchObject({ id: world.registrations.canvas, name: 'Renamed' });
    expect(await registrations().list()).toHaveLength(before);
    expectOpened(world, await attempt(world), 'instructor');
  });

  test('REG-02, REG-03, THR-12 an unknown deployment opens nothing until it is approved', async () => {
    world.sandbox.addDeployment('9:campus');
    const order = { deploymentId: '9:campus' };
    expectRefused(world, await attempt(world, { order }), 'unknown-deployment');
    const waiting = await registrations().listWaiting();
    const found = waiting.find(({ platformId }) => platformId === '9:campus');
    expect(found?.status).toBe('waiting');
    await registrations().approveDeployment(found!.id, 'operator');
    const second = await attempt(world, { order });
    expectOpened(world, second, 'instructor');
  });

  test('REG-02, CORE-09 the same course id in two deployments is two courses', async () => {
    await registrations().addDeployment(world.registrations.canvas, '10:campus', 'operator');
    world.sandbox.addDeployment('10:campus');
    const title = (name: string) => ({
      claims: { [`${L}context`]: { id: 'shared-id', title: name } },
    });
    await attempt(world, { change: title('First campus') });
    const { page } = await attempt(world, {
      order: { deploymentId: '10:campus' },
      change: title('Second campus'),
    });
    expect(page.text).not.toContain('First campus');
    const { db } = world.store.connection;
    const rows = await db!.collection('contexts').find({ platformId: 'shared-id' }).toArray();
    expect(new Set(rows.map((row) => row['deploymentId'])).size).toBe(2);
  });

  test('REG-03 without any deployment the first good launch binds its own, the next waits', async () => {
    const face = world.sandbox.platforms.moodle;
    const { id } = await addPlatform(world.trellis, {
      ...face,
      clientId: 'course-tool',
      deploymentIds: [],
    });
    const fields = (deployment: string) => ({
      change: { claims: { aud: 'course-tool', azp: undefined, [`${L}deployment_id`]: deployment } },
      deployment,
    });
    const launch = async (deployment: string) => {
      const visitor = new Visitor();
      const start = world.sandbox.startLaunch(anOrder(world, { family: 'moodle' }));
      const login = { ...start.fields, client_id: 'course-tool', lti_deployment_id: deployment };
      const answer = await visitor.raw('POST', start.url, new URLSearchParams(login));
      const location = new URL(answer.headers.get('location')!);
      location.searchParams.set('client_id', face.clientId);
      const form = await world.sandbox.authorize(location.href, fields(deployment).change);
      const page = await visitor.open(form.action, { method: 'POST', fields: form.fields });
      return { page, visitor, fields: form.fields };
    };
    expectOpened(world, await launch('11'), 'instructor');
    expectRefused(world, await launch('12'), 'unknown-deployment');
    expectOpened(world, await launch('11'), 'instructor');
    const states = (await registrations().listDeployments(id)).map(({ status }) => status);
    expect(states).toEqual(['active', 'waiting']);
  });

  test('REG-04 deployment ids are compared exactly', async () => {
    const [known = ''] = world.sandbox.platforms.canvas.deploymentIds;
    for (const other of [known.toUpperCase(), `${known} `, known.slice(0, -1)]) {
      if (other === known) continue;
      const tried = await attempt(world, { change: { claims: { [`${L}deployment_id`]: other } } });
      expectRefused(world, tried, ['deployment-mismatch', 'unknown-deployment']);
    }
  });

  test('REG-08, THR-57 switched off: login, launch, open pages and services refuse; on again they work', async () => {
    const open = await attempt(world);
    const visitor = new Visitor();
    const begun = await world.login(anOrder(world, {}), visitor);
    await registrations().disable(world.registrations.canvas, 'operator');
    const fields = world.sandbox.startLaunch(anOrder(world, {})).fields;
    const login = await new Visitor().open(`${world.url}/lti/login`, { method: 'POST', fields });
    expect([login.page, login.code]).toEqual(['refusal', 'registration-disabled']);
    const launch = await visitor.open(begun.action, { method: 'POST', fields: begun.fields });
    expectRefused(world, { page: launch, visitor, fields: begun.fields }, 'registration-disabled');
    expect((await open.visitor.open(open.page.url)).status).toBe(401);
    const [deployment] = await registrations().listDeployments(world.registrations.canvas);
    const read = world.trellis.lti.services.findLineItems(
      { deploymentId: deployment!.id, contextId: 'c' as never },
      { scopes: [], lineItemsUrl: 'http://127.0.0.1:9/x', lineItemUrl: null },
      {},
    );
    await expect(read).rejects.toMatchObject({ code: 'PLATFORM_REFUSED' });
    await registrations().enable(world.registrations.canvas, 'operator');
    expectOpened(world, await attempt(world), 'instructor');
  });

  test('REG-06 every change is in the audit trail', async () => {
    const { db } = world.store.connection;
    const rows = await db!.collection('audit').find({}).toArray();
    const actions = new Set(rows.map((row) => row['action'] as string));
    for (const action of [
      'registration.added',
      'registration.updated',
      'registration.disabled',
      'registration.enabled',
      'deployment.approved',
      'deployment.waiting',
      'deployment.bound',
    ]) {
      expect(actions).toContain(action);
    }
  });
});

describe('what an operator types', () => {
  const typed = () => {
    const { issuer, authorizationEndpoint, tokenEndpoint, jwksUri } =
      world.sandbox.platforms.canvas;
    return { name: 'X', issuer, clientId: 'typed', authorizationEndpoint, tokenEndpoint, jwksUri };
  };
  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ['REG-07 an issuer with a query', { issuer: 'https://x.test/?a=b' }, 'issuer', /\?/],
    ['REG-07 an issuer with a fragment', { issuer: 'https://x.test/#a' }, 'issuer', /#/],
    [
      'a slash after Canvas’s issuer',
      { issuer: 'https://canvas.instructure.com/', family: 'canvas' },
      'issuer',
      /slash/,
    ],
    [
      'a school’s address as Schoology’s issuer',
      { issuer: 'https://school.schoology.com', family: 'schoology' },
      'issuer',
      /issuer/,
    ],
    [
      'half of Schoology’s deployment id',
      {
        family: 'schoology',
        issuer: 'https://schoology.schoology.com',
        deployments: ['1380426679'],
      },
      'deployments',
      /half/,
    ],
    ['THR-60 a file as key address', { jwksUri: 'file:///etc/passwd' }, 'jwksUri', /https/],
    [
      'KEY-08 a link-local key address',
      { jwksUri: 'http://169.254.169.254/jwks' },
      'jwksUri',
      /private/,
    ],
    ['no client id', { clientId: ' ' }, 'clientId', /missing/],
    ['a field nobody knows', { secret: 'x' }, '', /nrecognized/],
  ])('%s is refused with a sentence', async (_name, change, field, sentence) => {
    const fields = await registrations()
      .add({ ...typed(), ...change }, 'operator')
      .then(
        () => null,
        (error: unknown) => (error as TrellisError).details.fields,
      );
    expect(fields?.[field]).toMatch(sentence);
  });

  test.each(['issuer', 'authorizationEndpoint', 'tokenEndpoint', 'jwksUri'])(
    'CORE-22 http instead of https is refused in %s, with a sentence',
    (field) => {
      const facts = {
        name: 'X',
        issuer: 'https://lms.test',
        clientId: 'typed',
        authorizationEndpoint: 'https://lms.test/auth',
        tokenEndpoint: 'https://lms.test/token',
        jwksUri: 'https://lms.test/jwks',
        family: 'other',
      };
      const strict = { allowInsecurePlatforms: false };
      expect(readRegistration(facts, strict).facts.issuer).toBe('https://lms.test');
      const read = (): unknown =>
        readRegistration({ ...facts, [field]: `http://lms.test/${field}` }, strict);
      let fields: Readonly<Record<string, string>> = {};
      try {
        read();
      } catch (error) {
        fields = (error as TrellisError).details.fields ?? {};
      }
      expect(Object.keys(fields)).toEqual([field]);
      expect(fields[field]).toMatch(/https/);
    },
  );

  test('REG-07 an issuer is kept as typed, slash and all, where the platform has one', async () => {
    const made = await registrations().add(
      { ...typed(), issuer: 'https://other.test/lti/', family: 'other' },
      'operator',
    );
    expect(made.issuer).toBe('https://other.test/lti/');
  });
});
