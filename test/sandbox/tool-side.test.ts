import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AGS, makeRig } from './tool.js';
import type { Rig } from './tool.js';

/** A tool that answers every address with one body. */
let server: Server;
let answer: { type: string; body: string };
let rig: Rig;
beforeEach(async () => {
  answer = { type: 'application/json', body: '{}' };
  server = createServer((_req, res) => {
    res.writeHead(200, { 'content-type': answer.type }).end(answer.body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  rig = await makeRig({ toolUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
afterEach(() => {
  server.close();
});

const key = (more: object = {}) => ({
  title: 'Trellis',
  description: 'Tiers',
  target_link_uri: 'http://tool.example/lti/launch',
  oidc_initiation_url: 'http://tool.example/lti/login',
  public_jwk_url: 'http://tool.example/lti/keys',
  scopes: [`${AGS}score`],
  custom_fields: { mine: '$Canvas.assignment.title' },
  extensions: [{ settings: { placements: [{ placement: 'course_navigation' }] } }],
  ...more,
});

test("the tool's developer key becomes the Canvas registration", async () => {
  answer.body = JSON.stringify(key());
  expect(await rig.lms.readDeveloperKey()).toEqual({ ok: true, problems: [] });
  expect(rig.lms.registrationsOf('canvas')[0]).toMatchObject({
    loginUrl: 'http://tool.example/lti/login',
    scopes: [`${AGS}score`],
    custom: { mine: '$Canvas.assignment.title' },
    deepLinkUrl: null,
  });
});

test.each([
  ['no title', { title: undefined }, 'title is missing.'],
  ['no keys', { public_jwk_url: undefined }, 'public_jwk_url is missing.'],
  [
    'a placement that takes no deep links',
    {
      extensions: [
        {
          settings: {
            placements: [{ placement: 'assignment_view', message_type: 'LtiDeepLinkingRequest' }],
          },
        },
      ],
    },
    'Placement assignment_view does not support message type LtiDeepLinkingRequest.',
  ],
])('a developer key with %s changes nothing', async (_name, change, problem) => {
  const before = structuredClone(rig.lms.registrationsOf('canvas'));
  answer.body = JSON.stringify(key(change));
  expect((await rig.lms.readDeveloperKey()).problems).toEqual([problem]);
  expect(rig.lms.registrationsOf('canvas')).toEqual(before);
});

test('a developer key that comes as text/html is refused', async () => {
  answer = { type: 'text/html', body: JSON.stringify(key()) };
  expect((await rig.lms.readDeveloperKey()).ok).toBe(false);
});

test.each([
  ['canvas', 400, 'application/json'],
  ['moodle', 404, 'text/html'],
] as const)('keys the tool does not publish end as %s ends them', async (family, status, type) => {
  rig.lms.setToolJwks(null);
  answer = { type: 'text/html', body: '<h1>Oops</h1>' };
  const refused = await request(rig.lms.app)
    .post(rig.path(rig.lms.platforms[family].tokenEndpoint))
    .type('form')
    .send({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await rig.assertion(family),
      scope: `${AGS}score`,
    });
  expect([refused.status, refused.type]).toEqual([status, type]);
});
