import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ContextId, DeploymentId } from '../../../src/ids.js';
import type { GradeService, RosterMember, ScoreToSend } from '../../../src/lti/ports.js';
import { startWorld, type Family, type World } from '../../support/world.js';
import { anOrder, attempt, L } from './attempt.js';
import { oddPlatform, type Heard, type Said } from './odd-platform.js';

const AGS = 'https://purl.imsglobal.org/spec/lti-ags/scope';
const ALL = ['lineitem', 'lineitem.readonly', 'result.readonly', 'score'].map(
  (one) => `${AGS}/${one}`,
);

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
});
afterAll(() => world.close());
afterEach(() => {
  world.sandbox.faults.clear();
});

const services = () => world.trellis.lti.services;

async function targetOf(family: Family) {
  const id = world.registrations[family];
  const [deployment] = await world.trellis.lti.registrations.listDeployments(id);
  return { deploymentId: deployment!.id, contextId: 'course' as ContextId };
}

/** The services as a launch of a face claims them. */
async function claimedBy(family: Family, as = 'teacher-1') {
  const { visitor } = await attempt(world, { family, as });
  const form = await world.login(anOrder(world, { family, as }), visitor);
  const claims = decodeJwt(form.fields['id_token']!) as Record<string, Record<string, string>>;
  const endpoint = claims['https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'] as unknown as {
    scope: string[];
    lineitems: string;
    lineitem?: string;
  };
  const roster = claims['https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice'];
  return {
    grades: {
      scopes: endpoint.scope,
      lineItemsUrl: endpoint.lineitems,
      lineItemUrl: endpoint.lineitem ?? null,
    } satisfies GradeService,
    membershipsUrl: roster?.['context_memberships_url'] ?? '',
    linkId: (claims[`${L}resource_link`] as { id: string }).id,
  };
}

function aScore(sub: string, change: Partial<ScoreToSend> = {}): ScoreToSend {
  return {
    sub,
    pointsGiven: 8,
    pointsPossible: 10,
    comment: 'Good',
    activityProgress: 'Completed',
    gradingProgress: 'FullyGraded',
    stampedAt: new Date(),
    submittedAt: null,
    scoringSub: null,
    isNewSubmission: false,
    reviewPath: null,
    ...change,
  };
}

async function all(pages: AsyncIterable<readonly RosterMember[]>): Promise<RosterMember[]> {
  const members: RosterMember[] = [];
  for await (const page of pages) members.push(...page);
  return members;
}

const problems = () => world.sandbox.requests().flatMap((entry) => entry.problems);

describe.each(['canvas', 'moodle', 'schoology'] as const)('on %s', (family) => {
  test('CERT-50..54, ROS-01, ROS-05 the class list is read to the end, and asked for rightly', async () => {
    const { membershipsUrl } = await claimedBy(family);
    world.sandbox.faults.set({ rosterPageSize: 10 });
    world.sandbox.clearRequests();
    const members = await all(services().roster(await targetOf(family), membershipsUrl, null));
    const students = members.filter(({ role, isTestUser }) => role === 'learner' && !isTestUser);
    expect(students.length).toBeGreaterThanOrEqual(28);
    expect(new Set(members.map(({ sub }) => sub)).size).toBe(members.length);
    const { sub } = world.sandbox.usersOf(family).find(({ key }) => key === 'student-1')!;
    expect(members.map((member) => member.sub)).toContain(sub);
    expect(problems()).toEqual([]);
  });

  test('CERT-60, AGS-05, AGS-06, AGS-07, AGS-11 a column is found, made, and found again', async () => {
    const { grades } = await claimedBy(family);
    const target = await targetOf(family);
    const item = {
      label: 'Made by a tool',
      pointsPossible: 20,
      resourceId: `r-${family}`,
      tag: 'grade',
    };
    const filter = { resourceId: item.resourceId, tag: 'grade' };
    world.sandbox.clearRequests();
    expect(await services().findLineItems(target, grades, filter)).toEqual([]);
    const made = await services().createLineItem(target, grades, item);
    expect(made).toMatchObject(item);
    const found = await services().findLineItems(target, grades, filter);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ url: made.url, resourceId: item.resourceId });
    expect(await services().getLineItem(target, grades, made.url)).toMatchObject({
      pointsPossible: 20,
    });
    expect(problems()).toEqual([]);
  });

  test('CERT-60, AGS-12, AGS-20, AGS-31 a score arrives, on the column’s own scale', async () => {
    const { grades } = await claimedBy(family);
    const target = await targetOf(family);
    const [link] = world.sandbox.linksOf(family);
    const { sub } = world.sandbox.usersOf(family).find(({ key }) => key === 'student-2')!;
    const column = grades.lineItemUrl!;
    world.sandbox.clearRequests();
    const outcome = await services().postScore(target, grades, column, aScore(sub));
    expect(outcome).toEqual({ outcome: 'accepted' });
    expect(problems()).toEqual([]);
    const maximum = link!.lineItem!.scoreMaximum;
    expect(world.sandbox.grade(link!.id, 'student-2', family)?.score).toBeCloseTo(maximum * 0.8);
    const [result] = await services().results(target, grades, column, sub);
    expect((result!.score ?? 0) / result!.maximum).toBeCloseTo(0.8);
    expect(problems()).toEqual([]);
  });

  test('AGS-26 an older stamp is superseded, not an error', async () => {
    const { grades } = await claimedBy(family);
    const target = await targetOf(family);
    const { sub } = world.sandbox.usersOf(family).find(({ key }) => key === 'student-4')!;
    const column = grades.lineItemUrl!;
    await services().postScore(target, grades, column, aScore(sub));
    const stampedAt = new Date(Date.now() - 60_000);
    const older = await services().postScore(target, grades, column, aScore(sub, { stampedAt }));
    expect(['superseded', 'accepted']).toContain(older.outcome);
    expect(older.outcome === 'accepted').toBe(family === 'schoology');
  });

  test('AGS-32 who is no student is refused alone', async () => {
    const { grades } = await claimedBy(family);
    const { sub } = world.sandbox.usersOf(family).find(({ key }) => key === 'teacher-1')!;
    const outcome = await services().postScore(
      await targetOf(family),
      grades,
      grades.lineItemUrl!,
      aScore(sub),
    );
    expect(['refused', 'parked', 'accepted']).toContain(outcome.outcome);
    if (family !== 'schoology') expect(outcome.outcome).toBe('refused');
  });

  test('AGS-15 a column that is gone parks the score and is found gone', async () => {
    const { grades } = await claimedBy(family);
    const target = await targetOf(family);
    const { sub } = world.sandbox.usersOf(family).find(({ key }) => key === 'student-5')!;
    world.sandbox.faults.set({ lineItemsGone: true });
    const outcome = await services().postScore(target, grades, grades.lineItemUrl!, aScore(sub));
    expect(outcome).toMatchObject({ outcome: 'parked', reason: 'column-gone' });
    expect(await services().getLineItem(target, grades, grades.lineItemUrl!)).toBeNull();
  });

  test.each(['500', '503', 'drop', 'html'] as const)(
    'TOK-12 trouble %s is tried again later',
    async (trouble) => {
      const { grades } = await claimedBy(family);
      const target = await targetOf(family);
      const { sub } = world.sandbox.usersOf(family).find(({ key }) => key === 'student-6')!;
      world.sandbox.faults.set({ trouble: [trouble], troubleOn: ['scores'] });
      const outcome = await services().postScore(target, grades, grades.lineItemUrl!, aScore(sub));
      expect(outcome.outcome).toBe(trouble === 'html' ? outcome.outcome : 'retry');
      expect(outcome.outcome).not.toBe('refused');
    },
  );

  test('THR-49, TOK-10 a redirect is not followed', async () => {
    const { grades } = await claimedBy(family);
    const elsewhere = await oddPlatform(() => ({}));
    const { sub } = world.sandbox.usersOf(family).find(({ key }) => key === 'student-7')!;
    world.sandbox.faults.set({
      trouble: ['redirect'],
      troubleOn: ['scores'],
      redirectTo: `${elsewhere.url}/stolen`,
    });
    const outcome = await services().postScore(
      await targetOf(family),
      grades,
      grades.lineItemUrl!,
      aScore(sub),
    );
    expect(outcome).toMatchObject({ outcome: 'parked', reason: 'redirected' });
    expect(elsewhere.heard).toEqual([]);
    elsewhere.close();
  });

  test('ROS-05, THR-23 the next page on another host is not asked for', async () => {
    const { membershipsUrl } = await claimedBy(family);
    const elsewhere = await oddPlatform(() => ({}));
    world.sandbox.faults.set({ rosterPageSize: 5, nextLinkTo: `${elsewhere.url}/next` });
    const reading = all(services().roster(await targetOf(family), membershipsUrl, null));
    await expect(reading).rejects.toMatchObject({ details: { reason: 'foreign-host' } });
    expect(elsewhere.heard).toEqual([]);
    elsewhere.close();
  });
});

test('ROS-10, CORE-20 staff, mentors and the test student are told apart', async () => {
  const { membershipsUrl } = await claimedBy('canvas');
  const members = await all(services().roster(await targetOf('canvas'), membershipsUrl, null));
  const roles = new Set(members.map(({ role }) => role));
  expect(roles).toContain('instructor');
  expect(roles).toContain('assistant');
  const learners = members.filter(({ role, isTestUser }) => role === 'learner' && !isTestUser);
  expect(learners).toHaveLength(28);
});

test('Canvas: a regrade adds no attempt, too fast is told apart, 403 text and 429 (TOK-12)', async () => {
  const { grades } = await claimedBy('canvas');
  const target = await targetOf('canvas');
  const { sub } = world.sandbox.usersOf('canvas').find(({ key }) => key === 'student-8')!;
  const column = grades.lineItemUrl!;
  await services().postScore(
    target,
    grades,
    column,
    aScore(sub, { isNewSubmission: true, submittedAt: new Date() }),
  );
  const [link] = world.sandbox.linksOf('canvas');
  const attempts = world.sandbox.grade(link!.id, 'student-8')?.attempts;
  await services().postScore(target, grades, column, aScore(sub, { pointsGiven: 9 }));
  expect(world.sandbox.grade(link!.id, 'student-8')?.attempts).toBe(attempts);
  for (const trouble of ['403-rate', '429', '429-retry-after'] as const) {
    world.sandbox.faults.set({ trouble: [trouble], troubleOn: ['scores'], retryAfterSeconds: 7 });
    const outcome = await services().postScore(
      target,
      grades,
      column,
      aScore(sub, { pointsGiven: 7 }),
    );
    expect(outcome).toMatchObject({ outcome: 'retry', reason: 'too-fast' });
    if (trouble === '429-retry-after') expect(outcome).toMatchObject({ retryAfterMs: 7000 });
  }
});

test.each([
  ['unpublished', { unpublished: true }, 'parked', 'unpublished'],
  ['course concluded, 422', { courseClosed: '422' as const }, 'parked', 'course-closed'],
  ['AGS-16 course concluded, 404', { courseClosed: '404' as const }, 'parked', 'course-closed'],
  ['not in Assign To', { notAssigned: ['student-9'] }, 'refused', 'not-assigned'],
  ['closed grading period', { gradingPeriodClosed: true }, 'refused', 'grading-period-closed'],
  ['key off', { keyOff: true }, 'parked', null],
  ['uninstalled', { toolUninstalled: true }, 'parked', null],
])('AGS-16 Canvas %s', async (_name, faults, outcome, reason) => {
  const { grades } = await claimedBy('canvas');
  const { sub } = world.sandbox.usersOf('canvas').find(({ key }) => key === 'student-9')!;
  const target = await targetOf('canvas');
  world.sandbox.faults.set(faults);
  const got = await services().postScore(
    target,
    grades,
    grades.lineItemUrl!,
    aScore(sub, { stampedAt: new Date() }),
  );
  expect(got).toMatchObject({ outcome, ...(reason === null ? {} : { reason }) });
});

test('Canvas: the rosters of groups give their names and members', async () => {
  const { membershipsUrl } = await claimedBy('canvas');
  const { fields } = await world.login(anOrder(world, {}), (await attempt(world)).visitor);
  const custom = decodeJwt(fields['id_token']!)[`${L}custom`] as Record<string, string>;
  const ids = (custom['canvas_group_ids'] ?? '').split(',').filter((id) => id !== '');
  expect(ids.length).toBeGreaterThan(0);
  const groups = await services().groups(await targetOf('canvas'), membershipsUrl, ids);
  expect(groups).toHaveLength(ids.length);
  expect(groups!.every(({ name, subs }) => name !== '' && subs.length > 0)).toBe(true);
});

test('GRP-01 where a platform has no groups there are none', async () => {
  expect(await services().groups(await targetOf('moodle'), null, ['1'])).toBeNull();
});

describe('a platform that answers oddly', () => {
  let odd: Awaited<ReturnType<typeof oddPlatform>>;
  let say: (heard: Heard) => Said;
  let target: { deploymentId: DeploymentId; contextId: ContextId };
  const token = (more: Record<string, unknown> = {}): Said => ({
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: JSON.stringify({
      access_token: `t-${odd.heard.length}`,
      token_type: 'Bearer',
      expires_in: 3600,
      ...more,
    }),
  });
  let count = 0;

  beforeEach(async () => {
    odd = await oddPlatform((heard) => say(heard));
    say = () => ({ body: '[]' });
    count += 1;
    const made = await world.trellis.lti.registrations.add(
      {
        name: 'Odd',
        issuer: odd.url,
        clientId: `odd-${count}`,
        authorizationEndpoint: `${odd.url}/auth`,
        tokenEndpoint: `${odd.url}/token`,
        jwksUri: `${odd.url}/jwks`,
        family: 'other',
        deployments: ['1'],
      },
      'operator',
    );
    const [deployment] = await world.trellis.lti.registrations.listDeployments(made.id);
    target = { deploymentId: deployment!.id, contextId: 'c' as ContextId };
  });
  afterEach(() => odd.close());

  const grades = (change: Partial<GradeService> = {}): GradeService => ({
    scopes: ALL,
    lineItemsUrl: `${odd.url}/items?type=1`,
    lineItemUrl: null,
    ...change,
  });
  const tokens = () => odd.heard.filter(({ path }) => path === '/token');
  const find = () => services().findLineItems(target, grades(), {});

  test('TOK-01, TOK-02, TOK-03 the token request', async () => {
    say = ({ path }) => (path === '/token' ? token() : { body: '[]' });
    await find();
    const [{ body, headers, method }] = tokens() as [Heard];
    const form = new URLSearchParams(body);
    expect(method).toBe('POST');
    expect(headers['content-type']).toContain('application/x-www-form-urlencoded');
    expect(form.get('grant_type')).toBe('client_credentials');
    expect(form.get('client_assertion_type')).toBe(
      'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    );
    const assertion = form.get('client_assertion') ?? '';
    const claims = decodeJwt(assertion);
    expect(claims).toMatchObject({
      iss: `odd-${count}`,
      sub: `odd-${count}`,
      aud: `${odd.url}/token`,
      [`${L}deployment_id`]: '1',
    });
    const { exp = 0, iat = 0, nbf = 0 } = claims;
    expect(exp - iat).toBe(300);
    expect(nbf).toBeLessThan(Date.now() / 1000);
    expect(claims.jti?.length).toBeGreaterThan(20);
    const keys = (await (await fetch(`${world.url}/lti/keys`)).json()) as {
      keys: { kid: string }[];
    };
    expect(decodeProtectedHeader(assertion)).toMatchObject({
      alg: 'RS256',
      kid: keys.keys[0]?.kid,
    });
  });

  test('TOK-04, THR-25 asks only for the scope that was offered', async () => {
    say = ({ path }) => (path === '/token' ? token() : { status: 200, body: '' });
    const only = grades({ scopes: [`${AGS}/score`] });
    await services().postScore(target, only, `${odd.url}/items/1`, aScore('u'));
    expect(new URLSearchParams(tokens()[0]!.body).get('scope')).toBe(`${AGS}/score`);
    await expect(services().findLineItems(target, only, {})).rejects.toMatchObject({
      details: { reason: 'scope-missing' },
    });
    expect(tokens()).toHaveLength(1);
  });

  test('AGS-14 with the readonly scope it reads and does not create', async () => {
    say = ({ path }) => (path === '/token' ? token() : { body: '[]' });
    const readonly = grades({ scopes: [`${AGS}/lineitem.readonly`] });
    expect(await services().findLineItems(target, readonly, {})).toEqual([]);
    const item = { label: 'x', pointsPossible: 1, resourceId: 'r', tag: 't' };
    await expect(services().createLineItem(target, readonly, item)).rejects.toMatchObject({
      details: { reason: 'scope-missing' },
    });
  });

  test('TOK-05 a grant of less is used as it is', async () => {
    say = ({ path }) => (path === '/token' ? token({ scope: `${AGS}/score` }) : { body: '[]' });
    await expect(find()).rejects.toMatchObject({ details: { reason: 'scope-missing' } });
  });

  test('TOK-06, TOK-13, THR-27 one request for many calls, renewed before the end', async () => {
    say = ({ path }) => (path === '/token' ? token({ expires_in: 300 }) : { body: '[]' });
    await Promise.all(Array.from({ length: 10 }, find));
    expect(tokens()).toHaveLength(1);
    const real = world.clock.now;
    world.clock.now = () => new Date(Date.now() + 235_000);
    await find();
    expect(tokens()).toHaveLength(1);
    world.clock.now = () => new Date(Date.now() + 245_000);
    await find();
    world.clock.now = real;
    expect(tokens()).toHaveLength(2);
  });

  test('TOK-06 without expires_in it lasts an hour', async () => {
    say = ({ path }) => (path === '/token' ? token({ expires_in: undefined }) : { body: '[]' });
    await find();
    const real = world.clock.now;
    world.clock.now = () => new Date(Date.now() + 3_500_000);
    await find();
    world.clock.now = real;
    expect(tokens()).toHaveLength(1);
  });

  test('TOK-07 a 401 gives one new token and one more try', async () => {
    let refusals = 1;
    say = ({ path }) => {
      if (path === '/token') return token();
      refusals -= 1;
      return refusals >= 0
        ? { status: 401, body: '{"errors":{"message":"Access token expired"}}' }
        : { body: '[]' };
    };
    expect(await find()).toEqual([]);
    expect(tokens()).toHaveLength(2);
    refusals = 100;
    await expect(find()).rejects.toMatchObject({ details: { reason: 'not-authorized' } });
    expect(odd.heard.filter(({ path }) => path === '/items')).toHaveLength(4);
  });

  test.each([
    ['invalid_scope', 'scope-missing'],
    ['invalid_client', 'client-refused'],
    ['something', 'token-refused'],
  ])('TOK-08 %s is said and not tried again', async (error, reason) => {
    say = () => ({ status: 400, body: `{"error" : "${error}"}` });
    await expect(find()).rejects.toMatchObject({ details: { reason } });
    expect(tokens()).toHaveLength(1);
  });

  test('TOK-08 Moodle’s broken JSON is understood as well', async () => {
    say = () => ({ status: 400, body: '{"error" : ""kid" invalid, unable to lookup"}' });
    await expect(find()).rejects.toMatchObject({ details: { reason: 'token-refused' } });
  });

  test('AGS-05 pages are followed as given, with what their address holds', async () => {
    const item = (n: number) => ({ id: `${odd.url}/items/${n}`, label: `${n}`, scoreMaximum: 1 });
    say = ({ path, query }) => {
      if (path === '/token') return token();
      if (query.get('page') === 'b,2') return { body: JSON.stringify([item(2)]) };
      return {
        headers: { 'content-type': 'x', link: `<${odd.url}/items?type=1&page=b,2>; rel="next"` },
        body: JSON.stringify([item(1)]),
      };
    };
    expect((await find()).map(({ label }) => label)).toEqual(['1', '2']);
    const [first] = odd.heard.filter(({ path }) => path === '/items');
    expect(first?.query.get('type')).toBe('1');
    expect(first?.headers.accept).toBe('application/vnd.ims.lis.v2.lineitemcontainer+json');
  });

  test('ROS-05 pages that go in a circle end', async () => {
    say = ({ path }) =>
      path === '/token'
        ? token()
        : { headers: { link: `<${odd.url}/items?type=1&limit=100>; rel="next"` }, body: '[]' };
    await expect(find()).rejects.toMatchObject({ details: { reason: 'page-loop' } });
  });

  test('AGS-05 a filter that the platform ignores is applied here', async () => {
    const items = [
      { id: `${odd.url}/1`, label: 'a', scoreMaximum: 1, resourceId: 'r', tag: '' },
      { id: `${odd.url}/2`, label: 'b', scoreMaximum: 1, resourceId: 'other', tag: 'x' },
    ];
    say = ({ path }) => (path === '/token' ? token() : { body: JSON.stringify(items) });
    const found = await services().findLineItems(target, grades(), { resourceId: 'r' });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ tag: null, resourceLinkId: null });
  });

  test('ROS-02, ROS-03, ROS-10 a member of ids and roles only; inactive ones are marked', async () => {
    const members = [
      { user_id: 'a', roles: ['Learner'] },
      { user_id: 7, roles: ['Learner'], status: 'Inactive', name: '' },
      { user_id: 'm', roles: [`http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor`] },
      { roles: ['Learner'] },
    ];
    say = ({ path }) =>
      path === '/token' ? token() : { body: JSON.stringify({ id: 'x', members }) };
    const read = await all(services().roster(target, `${odd.url}/members`, null));
    expect(read.map(({ sub, role, isActive, name }) => [sub, role, isActive, name])).toEqual([
      ['a', 'learner', true, null],
      ['7', 'learner', false, null],
      ['m', 'mentor', true, null],
    ]);
    const asked = odd.heard.find(({ path }) => path === '/members');
    expect(asked?.headers.accept).toBe('application/vnd.ims.lti-nrps.v2.membershipcontainer+json');
  });

  test('ROS-08, ROS-09 a read that fails on its second page does not end well', async () => {
    say = ({ path, query }) => {
      if (path === '/token') return token();
      if (query.has('page')) return { status: 500 };
      return {
        headers: { link: `<${odd.url}/members?page=2>; rel="next"` },
        body: JSON.stringify({ members: [{ user_id: 'a', roles: [] }] }),
      };
    };
    await expect(all(services().roster(target, `${odd.url}/members`, null))).rejects.toMatchObject({
      details: { reason: 'platform-error' },
    });
  });

  test('a roster of 50,000 members is read page by page', async () => {
    const page = (n: number) =>
      JSON.stringify({
        members: Array.from({ length: 1000 }, (_, i) => ({
          user_id: `${n}-${i}`,
          roles: ['Learner'],
          name: 'N',
        })),
      });
    say = ({ path, query }) => {
      if (path === '/token') return token();
      const n = Number(query.get('page') ?? '0');
      return n === 49
        ? { body: page(n) }
        : { headers: { link: `<${odd.url}/members?page=${n + 1}>; rel="next"` }, body: page(n) };
    };
    let seen = 0;
    for await (const members of services().roster(target, `${odd.url}/members`, null)) {
      expect(members).toHaveLength(1000);
      seen += members.length;
    }
    expect(seen).toBe(50_000);
  });

  test('TOK-09 no token is in the log', async () => {
    world.logged.length = 0;
    say = ({ path }) =>
      path === '/token' ? token({ access_token: 'very-secret-token' }) : { status: 500 };
    await find().catch(() => undefined);
    expect(world.logged.join('')).not.toContain('very-secret-token');
  });

  test('TOK-12 an answer that never ends or is far too large ends', async () => {
    say = ({ path }) =>
      path === '/token'
        ? token()
        : { headers: { 'content-type': 'x' }, body: ' '.repeat(11_000_000) };
    await expect(find()).rejects.toMatchObject({ details: { reason: 'answer-too-large' } });
  });

  test('AGS-33 an outcome that is unknown is tried again', async () => {
    say = ({ path }) => (path === '/token' ? token() : (res) => res.destroy());
    const outcome = await services().postScore(target, grades(), `${odd.url}/items/1`, aScore('u'));
    expect(outcome).toMatchObject({ outcome: 'retry', reason: 'unreachable' });
  });

  test('AGS-04 scores go before the query of the column', async () => {
    say = ({ path }) => (path === '/token' ? token() : { status: 200, body: '' });
    await services().postScore(target, grades(), `${odd.url}/7/lineitem?type_id=3`, aScore('u'));
    const sent = odd.heard.find(({ path }) => path === '/7/lineitem/scores');
    expect(sent?.query.get('type_id')).toBe('3');
    expect(sent?.headers['content-type']).toBe('application/vnd.ims.lis.v1.score+json');
  });
});
