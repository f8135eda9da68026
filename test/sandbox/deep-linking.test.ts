import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import request from 'supertest';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { L, makeRig, signAsTool } from './tool.js';
import type { Rig } from './tool.js';
import type { FamilyName } from '../../src/sandbox/state.js';
import type { LaunchOrder } from '../../src/sandbox/launches.js';

const DL = 'https://purl.imsglobal.org/spec/lti-dl/claim/';
const TOOL_CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-tool-configuration';

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
});
beforeEach(() => {
  rig.lms.reset();
});

const item = (more: object = {}) => ({
  type: 'ltiResourceLink',
  title: 'Volcanoes',
  url: 'http://tool.example/lti/launch',
  custom: { trellis_id: 'abc' },
  lineItem: { label: 'Volcanoes', scoreMaximum: 40, resourceId: 'abc', tag: 'trellis' },
  ...more,
});

async function answer(
  order: LaunchOrder,
  items: readonly object[],
  change: Record<string, unknown> = {},
) {
  const { claims } = await rig.launch(order);
  const settings = claims[`${DL}deep_linking_settings`];
  const platform = rig.lms.platforms[order.family ?? 'canvas'];
  const now = Math.floor(Date.now() / 1000);
  const jwt = await signAsTool({
    iss: platform.clientId,
    aud: platform.issuer,
    iat: now,
    exp: now + 300,
    nonce: randomUUID(),
    [`${L}message_type`]: 'LtiDeepLinkingResponse',
    [`${L}version`]: '1.3.0',
    [`${L}deployment_id`]: claims[`${L}deployment_id`],
    [`${DL}content_items`]: items,
    ...(settings.data === undefined ? {} : { [`${DL}data`]: settings.data }),
    ...change,
  });
  return { settings, jwt };
}
const lastProblems = (): readonly string[] =>
  rig.lms.requests('deep-linking').at(-1)?.problems ?? [];

describe('deep linking', () => {
  test.each([
    ['canvas', 'assignment_selection', false],
    ['canvas', 'course_assignments_menu', true],
    ['moodle', 'activity_chooser', true],
    ['schoology', 'course_materials', true],
  ] as const)('of %s from %s allows several items: %s', async (family, placement, multiple) => {
    const { settings } = await answer({ as: 'teacher-1', family, placement }, []);
    expect(settings.accept_multiple).toBe(multiple);
    expect('data' in settings).toBe(family === 'schoology');
    expect('accept_lineitem' in settings).toBe(family === 'schoology');
  });

  test.each([
    ['canvas', 'assignment_selection'],
    ['moodle', 'activity_chooser'],
    ['schoology', 'course_materials'],
  ] as const)('of %s makes a link with its column', async (family, placement) => {
    const { settings, jwt } = await answer({ as: 'teacher-1', family, placement }, [item()]);
    const saved = await rig.lms.takeDeepLink(settings.deep_link_return_url, jwt);
    expect(saved.ok).toBe(true);
    expect(lastProblems()).toEqual([]);
    const link = rig.lms.linksOf(family).at(-1);
    expect(link).toMatchObject({ title: 'Volcanoes', custom: { trellis_id: 'abc' } });
    expect(link?.lineItem).toMatchObject({ scoreMaximum: 40, resourceId: 'abc', tag: 'trellis' });
    const { claims } = await rig.launch({ as: 'student-1', link: link?.id, family });
    expect(claims[`${L}custom`].trellis_id).toBe('abc');
    expect('assignment_id' in claims[`${L}custom`]).toBe(false);
  });

  test('in bulk on Canvas makes unpublished assignments with their dates', async () => {
    const dated = item({ submission: { endDateTime: '2027-01-05T12:00:00Z' } });
    const order = { as: 'teacher-1', placement: 'course_assignments_menu' };
    const { settings, jwt } = await answer(order, [dated, item(), item()]);
    const saved = await rig.lms.takeDeepLink(settings.deep_link_return_url, jwt);
    expect(saved.links).toHaveLength(3);
    expect(saved.links[0]).toMatchObject({ published: false, dueAt: '2027-01-05T12:00:00Z' });
  });

  test('on Canvas refuses a second answer to the same request', async () => {
    const order = { as: 'teacher-1', placement: 'assignment_selection' };
    const { settings, jwt } = await answer(order, [item()]);
    const path = rig.path(settings.deep_link_return_url);
    const first = await request(rig.lms.app).post(path).type('form').send({ JWT: jwt });
    expect(first.text).toContain('Save the assignment');
    const second = await request(rig.lms.app).post(path).type('form').send({ JWT: jwt });
    expect(second.status).toBe(400);
    expect(second.body.errors.data_jwt[0].type).toBe('already_used');
  });

  test('on Canvas only fills a form; saving it makes the assignment', async () => {
    const order = { as: 'teacher-1', placement: 'assignment_selection' };
    const { settings, jwt } = await answer(order, [item()]);
    const before = rig.lms.links.length;
    const page = await request(rig.lms.app)
      .post(rig.path(settings.deep_link_return_url))
      .type('form')
      .send({ JWT: jwt });
    expect(rig.lms.links).toHaveLength(before);
    const ticket = /name="ticket" value="([^"]+)"/.exec(page.text)?.[1];
    const fields = { ticket, item: JSON.stringify(item()), title: 'Renamed', points: '15' };
    const saved = await request(rig.lms.app).post('/canvas/save-link').type('form').send(fields);
    expect(saved.status).toBe(303);
    expect(rig.lms.links.at(-1)?.lineItem).toMatchObject({ label: 'Renamed', scoreMaximum: 15 });
  });

  test('on an existing native assignment turns it into one of the tool', async () => {
    const order = {
      as: 'teacher-1',
      link: 'link-6',
      placement: 'assignment_selection',
      editing: true,
      message: 'deeplink',
    } as const;
    const { settings, jwt } = await answer(order, [item()]);
    await rig.lms.takeDeepLink(settings.deep_link_return_url, jwt);
    expect(rig.lms.links.find((link) => link.id === 'link-6')).toMatchObject({
      kind: 'assignment',
      title: 'Volcanoes',
    });
  });

  test('on Moodle drops points that are no whole number from 1 to 100', async () => {
    const order = {
      as: 'teacher-1',
      family: 'moodle' as FamilyName,
      placement: 'activity_chooser',
    };
    const half = item({ lineItem: { scoreMaximum: 12.5 } });
    const { settings, jwt } = await answer(order, [half, item()]);
    const saved = await rig.lms.takeDeepLink(settings.deep_link_return_url, jwt);
    expect(saved.items).toHaveLength(2);
    expect(saved.links).toHaveLength(1);
  });

  test.each([
    ['no nonce', { nonce: undefined }, /nonce is missing/],
    ['another audience', { aud: 'https://elsewhere.example' }, /aud of the response/],
    ['another issuer', { iss: 'x' }, /iss of the response/],
    ['another deployment', { [`${L}deployment_id`]: '1' }, /deployment_id/],
    ['another message type', { [`${L}message_type`]: 'x' }, /message_type/],
    ['foreign data', { [`${DL}data`]: 'x' }, /data is not what was sent|data was never sent/],
    ['an old token', { exp: 1 }, /exp is missing or past/],
  ])('with %s is refused and noted', async (_name, change, words) => {
    const order = { as: 'teacher-1', placement: 'assignment_selection' };
    const { settings, jwt } = await answer(order, [item()], change);
    const saved = await rig.lms.takeDeepLink(settings.deep_link_return_url, jwt);
    expect(saved.ok).toBe(false);
    expect(lastProblems().join(' ')).toMatch(words);
  });

  test('with a url on another host, or of another type, is noted', async () => {
    const order = { as: 'teacher-1', placement: 'course_assignments_menu' };
    const items = [item({ url: 'https://evil.example/x' }), { type: 'html', html: '<p>' }];
    const { settings, jwt } = await answer(order, items);
    const saved = await rig.lms.takeDeepLink(settings.deep_link_return_url, jwt);
    expect(lastProblems()).toHaveLength(2);
    expect(saved.links).toHaveLength(1);
  });
});

describe('dynamic registration', () => {
  const body = (more: object = {}) => ({
    application_type: 'web',
    grant_types: ['client_credentials', 'implicit'],
    response_types: ['id_token'],
    initiate_login_uri: 'http://tool.example/lti/login',
    redirect_uris: ['http://tool.example/lti/launch'],
    client_name: 'Another',
    jwks_uri: 'http://tool.example/lti/keys',
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'https://purl.imsglobal.org/spec/lti-ags/scope/score',
    [TOOL_CONFIGURATION]: {
      domain: 'tool.example',
      target_link_uri: 'http://tool.example/lti/launch',
      messages: [],
    },
    ...more,
  });
  const begin = async (family: FamilyName) => {
    const address = 'http://tool.example/lti/register?invite=1';
    const url = new URL(await rig.lms.startRegistration(address, family));
    const token = url.searchParams.get('registration_token') ?? '';
    const configuration = await request(rig.lms.app)
      .get(rig.path(url.searchParams.get('openid_configuration') ?? ''))
      .set('authorization', `Bearer ${token}`);
    return { url, token, configuration: configuration.body };
  };
  const register = (endpoint: string, token: string, sent: object) =>
    request(rig.lms.app)
      .post(rig.path(endpoint))
      .set('authorization', `Bearer ${token}`)
      .send(sent)
      .buffer(true);

  test.each(['canvas', 'moodle'] as const)('of %s ends pending, once', async (family) => {
    const { url, token, configuration } = await begin(family);
    expect(url.searchParams.get('invite')).toBe('1');
    const done = await register(configuration.registration_endpoint, token, body());
    expect(done.status).toBe(200);
    const registered = rig.lms.registrationsOf(family).at(-1);
    expect(registered).toMatchObject({ clientId: done.body.client_id, status: 'pending' });
    const told = done.body[TOOL_CONFIGURATION].deployment_id;
    expect(told).toBe(family === 'moodle' ? registered?.deploymentIds[0] : undefined);
    const clientId = registered?.clientId ?? '';
    expect(() =>
      rig.lms.startLaunch({ as: 'teacher-1', link: 'link-1', family, clientId }),
    ).toThrow();
    rig.lms.setRegistration(clientId, 'active', family);
    expect(
      rig.lms.startLaunch({ as: 'teacher-1', link: 'link-1', family, clientId }).fields[
        'client_id'
      ],
    ).toBe(clientId);
    const again = await register(configuration.registration_endpoint, token, body());
    expect(again.status).toBe(401);
  });

  test('token of Moodle names the future client and its scope', async () => {
    const { token } = await begin('moodle');
    expect(decodeJwt(token)).toMatchObject({ scope: 'reg' });
  });

  test.each([
    ['no implicit grant', { grant_types: ['client_credentials'] }, /implicit/],
    ['no redirect', { redirect_uris: [] }, /redirect_uris/],
    ['another auth method', { token_endpoint_auth_method: 'none' }, /auth_method/],
    ['an unknown scope', { scope: 'x' }, /unknown scope x/],
    [
      'a domain that does not fit',
      {
        [TOOL_CONFIGURATION]: { domain: 'other.example', target_link_uri: 'http://tool.example' },
      },
      /domain_targetlinkuri_mismatch/,
    ],
  ])('with %s is refused', async (_name, change, words) => {
    const { token, configuration } = await begin('moodle');
    const refused = await register(configuration.registration_endpoint, token, body(change));
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(words);
  });

  test('is not offered by Schoology', async () => {
    await expect(rig.lms.startRegistration('http://tool.example/x', 'schoology')).rejects.toThrow(
      /by hand/,
    );
  });
});

test('a copied Canvas course is told to the tool that asked for it, in a signed notice', async () => {
  const received: string[] = [];
  const server = createServer((req, res) => {
    req.on('data', (chunk: Buffer) => received.push(chunk.toString()));
    req.on('end', () => res.end());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const tool = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  rig.lms.setToolUrl(tool);
  const scope = 'https://purl.imsglobal.org/spec/lti/scope/noticehandlers';
  const token = await rig.token('canvas', [scope]);
  const path = '/canvas/api/lti/notice-handlers/7';
  const put = (handler: string) =>
    request(rig.lms.app)
      .put(path)
      .set('authorization', `Bearer ${token}`)
      .send({ notice_type: 'LtiContextCopyNotice', handler });
  expect((await put('http://elsewhere.example/x')).status).toBe(400);
  expect((await put(`${tool}/lti/notices`)).status).toBe(200);
  const copy = await rig.lms.copyCourse();
  server.close();
  rig.lms.setToolUrl('http://tool.example');
  const notice = decodeJwt(JSON.parse(received.join('')).notices[0].jwt);
  expect(notice[`${L}context`]).toMatchObject({ id: copy.contextId });
  expect(notice[`${L}origin_contexts`]).toEqual([rig.lms.coursesOf('canvas')[0]?.contextId]);
});
