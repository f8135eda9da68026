import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContextId } from '../../../src/ids.js';
import type { RosterMember } from '../../../src/lti/ports.js';
import { Visitor } from '../../support/visitor.js';
import { startWorld, type World } from '../../support/world.js';
import { attempt, expectOpened, expectRefused, L, MEMBERSHIP } from './attempt.js';
import { oddPlatform, type Heard, type Said } from './odd-platform.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
});
afterAll(() => world.close());

const rowsOf = (collection: string, filter: Record<string, unknown> = {}) =>
  world.store.connection.db!.collection(collection).find(filter).toArray();

describe('launches', () => {
  test('AUTH-03 a key of another registration’s platform is no key of this one', async () => {
    const odd = await oddPlatform(() => ({ body: '{"keys":[]}' }));
    const face = world.sandbox.platforms.moodle;
    const typed = {
      name: 'Moodle',
      issuer: face.issuer,
      clientId: face.clientId,
      authorizationEndpoint: face.authorizationEndpoint,
      tokenEndpoint: face.tokenEndpoint,
      jwksUri: `${odd.url}/jwks`,
      family: 'moodle' as const,
    };
    await world.trellis.lti.registrations.add(typed, 'operator');
    expectRefused(world, await attempt(world, { family: 'moodle' }), 'bad-signature');
    await world.trellis.lti.registrations.add({ ...typed, jwksUri: face.jwksUri }, 'operator');
    expectOpened(world, await attempt(world, { family: 'moodle' }), 'instructor');
    odd.close();
  });

  test('CORE-10 a later launch without a title keeps the name', async () => {
    const context = (more: Record<string, unknown>) => ({
      claims: { [`${L}context`]: { id: 'named-course', ...more } },
    });
    await attempt(world, { change: context({ title: 'Named once' }) });
    await attempt(world, { change: context({ title: '' }) });
    await attempt(world, { change: context({}) });
    const rows = await rowsOf('contexts', { platformId: 'named-course' });
    expect(rows.map((row) => row['title'] as string)).toEqual(['Named once']);
  });

  test('CORE-17 identifiers of other systems are never the user', async () => {
    const lis = { [`${L}lis`]: { person_sourcedid: 'shared-sis-id' } };
    await attempt(world, { as: 'student-10', change: { claims: lis } });
    await attempt(world, { as: 'student-11', change: { claims: lis } });
    const users = world.sandbox.usersOf('canvas');
    const subs = ['student-10', 'student-11'].map(
      (key) => users.find((user) => user.key === key)!.sub,
    );
    const rows = await rowsOf('memberships', { sub: { $in: subs } });
    expect(new Set(rows.map((row) => row['sub'] as string))).toEqual(new Set(subs));
  });

  test('ROLE-14 the last launch decides, and what an earlier role had open is over', async () => {
    const teacher = await attempt(world, { as: 'teacher-2' });
    expectOpened(world, teacher, 'instructor');
    const claims = { [`${L}roles`]: [`${MEMBERSHIP}#Learner`] };
    expectOpened(world, await attempt(world, { as: 'teacher-2', change: { claims } }), 'learner');
    expect((await teacher.visitor.open(teacher.page.url)).status).toBe(401);
  });

  test('THR-17 an address of an open page is nothing in another browser', async () => {
    const { page } = await attempt(world);
    const other = await new Visitor().open(page.url);
    expect(other.status).toBe(401);
    expect(page.url).not.toMatch(/[?&](ltik|token|id_token)=/);
  });

  test('STORE-17 a change needs the session’s own token; its cookie alone does nothing', async () => {
    const { page, visitor } = await attempt(world);
    const base = /\/s\/[0-9a-z]+/.exec(page.url)?.[0] ?? '';
    const answer = await visitor.raw(
      'POST',
      `${world.url}${base}/anything`,
      new URLSearchParams({ a: 'b' }),
    );
    expect(answer.status).toBe(403);
  });

  test('REV-02, REV-07 a review needs no link, and whose work it is comes from the claim', async () => {
    const { sub } = world.sandbox.usersOf('canvas').find(({ key }) => key === 'student-1')!;
    const change = {
      claims: {
        [`${L}message_type`]: 'LtiSubmissionReviewRequest',
        [`${L}for_user`]: { user_id: sub },
        [`${L}resource_link`]: undefined,
        'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': {
          scope: [],
          lineitem: 'http://127.0.0.1:9/items/1',
        },
      },
    };
    const tried = await attempt(world, { change });
    expect(tried.page.page).not.toBe('refusal');
    const [session] = await rowsOf('sessions', { reviewOf: sub });
    expect(session).toBeDefined();
  });

  test('THR-21 a registration that a platform made itself does not launch before approval', async () => {
    const { url } = await world.trellis.lti.registrations.createInvite(null, 'operator');
    const visitor = new Visitor();
    const page = await visitor.open(await world.sandbox.startRegistration(url, 'canvas'));
    await visitor.submit(page, 'form');
    const made = (await world.trellis.lti.registrations.list()).find(
      ({ origin }) => origin === 'dynamic',
    );
    expect(made?.status).toBe('pending');
    expect(await world.trellis.lti.frameAncestors()).toBeDefined();
    const fields = {
      iss: made!.issuer,
      client_id: made!.clientId,
      login_hint: 'x',
      target_link_uri: `${world.url}/lti/launch`,
    };
    const login = await visitor.open(`${world.url}/lti/login`, { method: 'POST', fields });
    expect(login.code).toBe('registration-pending');
  });
});

describe('choosing what a link opens', () => {
  const order = {
    message: 'deeplink' as const,
    placement: 'assignment_selection',
    link: undefined,
  };

  test('CERT-46, DLK-11, DLK-12, THR-50, THR-51 settings never come from the browser; the LMS takes the answer', async () => {
    const { page, visitor } = await attempt(world, { order });
    expect(page.page).toBe('assignments/pick');
    expect(page.text).not.toContain('deep_linking_response');
    const done = await visitor.submit(page, 'form#pick', {
      title: 'Picked task',
      points: '25',
      deep_link_return_url: 'https://evil.test/steal',
      returnUrl: 'https://evil.test/steal',
      data: 'foreign',
      url: 'https://evil.test/item',
    });
    expect(done.page).toBe('assignments/return');
    expect(done.text).not.toContain('evil.test');
    const form = done.html.querySelector('form#return');
    const action = form?.getAttribute('action')?.replaceAll('&amp;', '&') ?? '';
    expect(new URL(action).origin).toBe(new URL(world.sandbox.platforms.canvas.issuer).origin);
    const jwt = form?.querySelector('input[name="JWT"]')?.getAttribute('value') ?? '';
    const saved = await world.sandbox.takeDeepLink(action, jwt);
    expect(saved).toMatchObject({ ok: true, why: null });
    expect(saved.items[0]).toMatchObject({
      type: 'ltiResourceLink',
      url: `${world.url}/lti/launch`,
    });
  });

  test('THR-44 a return address with a quote and a script is text', async () => {
    const evil = 'http://127.0.0.1:9/return?a="><script>alert(1)</script>';
    const settings = {
      deep_link_return_url: evil,
      accept_types: ['ltiResourceLink'],
      accept_presentation_document_targets: ['iframe'],
    };
    const change = {
      claims: { 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings': settings },
    };
    const { page, visitor } = await attempt(world, { order, change });
    const done = await visitor.submit(page, 'form#pick', { title: 'X', points: '5' });
    expect(done.page).toBe('assignments/return');
    expect(done.text).not.toContain('<script>alert(1)');
  });

  test('THR-51 nobody without a session of such a launch is given an answer', async () => {
    const { page, visitor } = await attempt(world);
    const base = /\/s\/[0-9a-z]+/.exec(page.url)?.[0] ?? '';
    const [, csrf = ''] = /name=["']trellis-csrf["'] content=["']([^"']+)/.exec(page.text) ?? [];
    const fields = { _csrf: csrf, title: 'X', points: '5' };
    const done = await visitor.open(`${world.url}${base}/attach/pick`, { method: 'POST', fields });
    expect(done.status).toBe(404);
    expect(done.text).not.toContain('name="JWT"');
  });
});

describe('first launches', () => {
  test('THR-47 a student, an assistant or an admin who comes first sets nothing up', async () => {
    const link = world.sandbox.linksOf('canvas')[3]!.id;
    for (const as of ['student-1', 'admin-1', 'mentor-1']) {
      const { page } = await attempt(world, { as, order: { link } });
      expect(page.page).not.toBe('assignments/attach');
    }
    const { page } = await attempt(world, { order: { link } });
    expect(page.page).toBe('assignments/attach');
  });

  test('OTH-02 no name is in an address or in the title of a page', async () => {
    const change = {
      claims: {
        name: 'Zelda Quux',
        given_name: 'Zelda',
        family_name: 'Quux',
        email: 'z@quux.test',
      },
    };
    for (const as of ['teacher-1', 'student-2']) {
      const { page } = await attempt(world, { as, change });
      expect(page.url).not.toMatch(/zelda|quux/i);
      expect(page.html.querySelector('title')?.text).not.toMatch(/zelda|quux/i);
    }
  });

  test('OTH-05 no page opens without a launch, the one to print neither', async () => {
    const { page } = await attempt(world);
    const base = /\/s\/[0-9a-z]+/.exec(page.url)?.[0] ?? '';
    for (const path of ['/', '/course', '/print', '/attach/pick']) {
      expect((await new Visitor().open(`${world.url}${base}${path}`)).status).toBe(401);
    }
  });
});

describe('services of a platform with every extra', () => {
  let odd: Awaited<ReturnType<typeof oddPlatform>>;
  let say: (heard: Heard) => Said = () => ({});
  let target: { deploymentId: never; contextId: ContextId };
  beforeAll(async () => {
    odd = await oddPlatform((heard) =>
      heard.path === '/token'
        ? {
            body: JSON.stringify({
              access_token: 't',
              expires_in: 3600,
              refresh_token: 'never-used',
            }),
          }
        : say(heard),
    );
    const made = await world.trellis.lti.registrations.add(
      {
        name: 'Odd',
        issuer: odd.url,
        clientId: 'odd',
        authorizationEndpoint: `${odd.url}/auth`,
        tokenEndpoint: `${odd.url}/token`,
        jwksUri: `${odd.url}/jwks`,
        family: 'other',
        deployments: ['1'],
      },
      'operator',
    );
    const [deployment] = await world.trellis.lti.registrations.listDeployments(made.id);
    target = { deploymentId: deployment!.id as never, contextId: 'c' as ContextId };
  });
  afterAll(() => odd.close());
  const services = () => world.trellis.lti.services;

  test('GRP-02, GRP-03 the course groups service: exact Accept, all pages', async () => {
    say = ({ query }) =>
      query.has('page')
        ? { body: JSON.stringify({ groups: [{ id: 2, name: 'B', set_id: 's' }] }) }
        : {
            headers: { link: `<${odd.url}/groups?page=2>; rel="next"` },
            body: JSON.stringify({ groups: [{ id: '1', name: 'A' }] }),
          };
    const groups = await services().groups(target, `${odd.url}/groups`, []);
    expect(groups).toEqual([
      { id: '1', name: 'A', subs: [] },
      { id: '2', name: 'B', subs: [] },
    ]);
    const asked = odd.heard.find(({ path }) => path === '/groups');
    expect(asked?.headers.accept).toBe('application/vnd.ims.lti-gs.v1.contextgroupcontainer+json');
    const token = odd.heard.find(({ path }) => path === '/token');
    expect(new URLSearchParams(token?.body).get('scope')).toBe(
      'https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly',
    );
  });

  test('ROS-04, ROS-07, ROS-11 members of one link, with what they bring; ids as in launches', async () => {
    say = () => ({
      body: JSON.stringify({
        members: [
          {
            user_id: 'u1',
            roles: ['Learner'],
            message: [
              {
                [`${L}message_type`]: 'LtiResourceLinkRequest',
                [`${L}custom`]: { section_ids: '7,8', user_group_ids: '9' },
              },
            ],
          },
          { user_id: 'u2', roles: ['Instructor'] },
        ],
      }),
    });
    const members: RosterMember[] = [];
    for await (const page of services().roster(target, `${odd.url}/members?a=b`, 'link-1'))
      members.push(...page);
    expect(members.map(({ sub, role }) => [sub, role])).toEqual([
      ['u1', 'learner'],
      ['u2', 'instructor'],
    ]);
    expect(members[0]).toMatchObject({ sectionIds: ['7', '8'], groupIds: ['9'] });
    const asked = odd.heard.find(({ path }) => path === '/members');
    expect(Object.fromEntries(asked!.query)).toMatchObject({ a: 'b', rlid: 'link-1' });
  });

  test('TOK-11 a refresh token is never used', async () => {
    const real = world.clock.now;
    world.clock.now = () => new Date(Date.now() + 2 * 3_600_000);
    await services().groups(target, `${odd.url}/groups`, []);
    world.clock.now = real;
    for (const { body } of odd.heard.filter(({ path }) => path === '/token')) {
      expect(new URLSearchParams(body).get('grant_type')).toBe('client_credentials');
      expect(body).not.toContain('never-used');
    }
  });

  test('KEY-10 one key set serves every registration', async () => {
    const answer = (await (await fetch(`${world.url}/lti/keys`)).json()) as { keys: unknown[] };
    const rows = await rowsOf('tool_keys');
    expect(answer.keys).toHaveLength(rows.length);
  });
});
