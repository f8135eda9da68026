import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Visitor, type Page } from '../../support/visitor.js';
import { startWorld, type World } from '../../support/world.js';
import { oddPlatform, type Said } from './odd-platform.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'moodle' });
});
afterAll(() => world.close());

const registrations = () => world.trellis.lti.registrations;
const invite = async (name: string | null = null): Promise<string> =>
  (await registrations().createInvite(name, 'operator')).url;
const TOOL = 'https://purl.imsglobal.org/spec/lti-tool-configuration';

async function confirm(visitor: Visitor, page: Page): Promise<Page> {
  return visitor.submit(page, 'form');
}

describe('dynamic registration (section 17)', () => {
  test.each(['canvas', 'moodle'] as const)(
    'DYN-04 to DYN-09 %s: confirmed first, sent as wanted, pending until approved',
    async (family) => {
      const visitor = new Visitor();
      const address = await world.sandbox.startRegistration(await invite('Our school'), family);
      world.sandbox.clearRequests();
      const page = await visitor.open(address);
      expect([page.status, page.page]).toEqual([200, 'lti/register']);
      expect(page.text).toContain(world.sandbox.platforms[family].issuer);
      expect(
        world.sandbox.requests('registration').filter(({ method }) => method === 'POST'),
      ).toEqual([]);
      const done = await confirm(visitor, page);
      expect([done.status, done.page]).toEqual([200, 'lti/registered']);
      const sent = world.sandbox.requests('registration').at(-1);
      expect(sent?.problems).toEqual([]);
      const body = sent?.detail as Record<string, unknown>;
      expect(body).toMatchObject({
        application_type: 'web',
        grant_types: ['implicit', 'client_credentials'],
        response_types: ['id_token'],
        redirect_uris: [`${world.url}/lti/launch`],
        initiate_login_uri: `${world.url}/lti/login`,
        jwks_uri: `${world.url}/lti/keys`,
        token_endpoint_auth_method: 'private_key_jwt',
      });
      const messages = (body[TOOL] as { messages: { type: string; placements?: string[] }[] })
        .messages;
      expect(messages.map(({ type }) => type).sort()).toEqual([
        'LtiDeepLinkingRequest',
        'LtiResourceLinkRequest',
      ]);
      const made = (await registrations().list()).find(
        ({ origin, family: kind }) => origin === 'dynamic' && kind === family,
      );
      expect(made).toMatchObject({ name: 'Our school', status: 'pending' });
      const { issuer, clientId } = made!;
      const login = {
        iss: issuer,
        client_id: clientId,
        login_hint: 'x',
        target_link_uri: `${world.url}/lti/launch`,
      };
      const early = await new Visitor().open(`${world.url}/lti/login`, {
        method: 'POST',
        fields: login,
      });
      expect(early.code).toBe('registration-pending');
      await registrations().approve(made!.id, 'operator');
      const answer = await new Visitor().raw(
        'POST',
        `${world.url}/lti/login`,
        new URLSearchParams(login),
      );
      expect(answer.status).toBe(302);
    },
  );

  test('DYN-08 Moodle’s deployment is known from the answer', async () => {
    const made = (await registrations().list()).find(
      ({ origin, family }) => origin === 'dynamic' && family === 'moodle',
    );
    const deployments = await registrations().listDeployments(made!.id);
    expect(deployments.map(({ status, how }) => [status, how])).toEqual([['active', 'registered']]);
  });

  test('DYN-11 the closing message goes to the platform’s origin only', async () => {
    const visitor = new Visitor();
    const page = await visitor.open(
      await world.sandbox.startRegistration(await invite(), 'moodle'),
    );
    const done = await confirm(visitor, page);
    const origin = done.html.querySelector('[data-lti-close]')?.getAttribute('data-lti-close');
    expect(origin).toBe(new URL(world.sandbox.platforms.moodle.issuer).origin);
  });

  test('DYN-01, THR-20 without an invitation, with a wrong or a used one nothing is fetched', async () => {
    const odd = await oddPlatform(() => ({}));
    const open = (address: string) => new Visitor().open(address);
    const query = `openid_configuration=${encodeURIComponent(`${odd.url}/c`)}`;
    for (const address of [
      `${world.url}/lti/register?${query}`,
      `${world.url}/lti/register?invite=x&${query}`,
    ]) {
      const page = await open(address);
      expect([page.status, page.code]).toEqual([400, 'bad-invite']);
    }
    expect(odd.heard).toEqual([]);
    odd.close();
    const url = await invite();
    const visitor = new Visitor();
    const first = await visitor.open(await world.sandbox.startRegistration(url, 'moodle'));
    await confirm(visitor, first);
    const again = await confirm(visitor, first);
    expect(again.code).toBe('bad-invite');
    const reopened = await open(await world.sandbox.startRegistration(url, 'moodle'));
    expect(reopened.code).toBe('bad-invite');
  });

  test('DYN-01 an invitation that is days old is over', async () => {
    const url = await invite();
    const address = await world.sandbox.startRegistration(url, 'moodle');
    const real = world.clock.now;
    world.clock.now = () => new Date(Date.now() + 73 * 3_600_000);
    const page = await new Visitor().open(address);
    world.clock.now = real;
    expect(page.code).toBe('bad-invite');
  });

  test('DYN-04 the confirmation cannot be changed on its way', async () => {
    const visitor = new Visitor();
    const page = await visitor.open(
      await world.sandbox.startRegistration(await invite(), 'moodle'),
    );
    const sealed = page.html.querySelector('input[name="sealed"]')?.getAttribute('value') ?? '';
    const changed = await visitor.submit(page, 'form', { sealed: `${sealed.slice(0, -3)}abc` });
    expect(changed.code).toBe('bad-invite');
  });

  describe('what an untrusted configuration may not do', () => {
    let odd: Awaited<ReturnType<typeof oddPlatform>>;
    afterEach(() => odd.close());
    const offer = async (address: string): Promise<Page> =>
      new Visitor().open(
        `${await invite()}&openid_configuration=${encodeURIComponent(address)}&registration_token=secret-token`,
      );
    const start = async (said: (url: string) => Said): Promise<void> => {
      odd = await oddPlatform(() => said(odd.url));
    };
    const configuration = (url: string, change: Record<string, unknown> = {}): Said => ({
      body: JSON.stringify({
        issuer: url,
        authorization_endpoint: `${url}/auth`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/jwks`,
        registration_endpoint: `${url}/register`,
        ...change,
      }),
    });

    test.each([
      ['DYN-02, THR-20 a metadata address', 'http://169.254.169.254/latest/meta-data'],
      ['DYN-02 a file', 'file:///etc/passwd'],
      ['DYN-02 nothing that is an address', 'x'],
    ])('%s', async (_name, address) => {
      await start((url) => configuration(url));
      const page = await offer(address);
      expect(page.code).toBe('registration-failed');
    });

    test.each<[string, (url: string) => Said]>([
      [
        'DYN-02 a redirect',
        () => ({ status: 302, headers: { location: 'http://169.254.169.254/' } }),
      ],
      ['DYN-02 a very large answer', () => ({ body: ' '.repeat(300_000) })],
      ['DYN-03 something else than JSON', () => ({ body: 'root:x:0:0 secret-file' })],
      [
        'DYN-03 an issuer of another host',
        (url) => configuration(url, { issuer: 'https://canvas.instructure.com' }),
      ],
      [
        'DYN-03 a registration endpoint of another host',
        (url) => configuration(url, { registration_endpoint: 'https://evil.test/r' }),
      ],
      [
        'DYN-03 a key address that may not be called',
        (url) => configuration(url, { jwks_uri: 'http://169.254.169.254/jwks' }),
      ],
      ['DYN-03 something missing', (url) => configuration(url, { token_endpoint: undefined })],
    ])('%s', async (_name, said) => {
      await start(said);
      const page = await offer(`${odd.url}/.well-known/openid-configuration`);
      expect(page.code).toBe('registration-failed');
      expect(page.text).not.toContain('secret-file');
      expect(odd.heard.filter(({ method }) => method === 'POST')).toEqual([]);
    });

    test('DYN-12 the registration token is in no log and on no page', async () => {
      world.logged.length = 0;
      await start((url) => configuration(url));
      const page = await offer(`${odd.url}/c`);
      expect(page.page).toBe('lti/register');
      expect(page.text).not.toContain('secret-token');
      expect(world.logged.join('')).not.toContain('secret-token');
      expect(odd.heard[0]?.headers.authorization).toBe('Bearer secret-token');
    });
  });
});

test('the configuration for Canvas names our addresses, placements and scopes', async () => {
  const answer = await fetch(`${world.url}/lti/canvas.json`);
  expect(answer.headers.get('content-type')).toContain('application/json');
  const body = (await answer.json()) as {
    scopes: string[];
    custom_fields: Record<string, string>;
    extensions: {
      privacy_level: string;
      domain: string;
      settings: { placements: { placement: string; message_type: string }[] };
    }[];
  };
  expect(body).toMatchObject({
    target_link_uri: `${world.url}/lti/launch`,
    oidc_initiation_url: `${world.url}/lti/login`,
    public_jwk_url: `${world.url}/lti/keys`,
  });
  const [extension] = body.extensions;
  expect(extension).toMatchObject({ domain: new URL(world.url).host, privacy_level: 'public' });
  const placements = Object.fromEntries(
    extension!.settings.placements.map(({ placement, message_type }) => [placement, message_type]),
  );
  expect(placements).toMatchObject({
    assignment_selection: 'LtiDeepLinkingRequest',
    course_assignments_menu: 'LtiDeepLinkingRequest',
    assignment_view: 'LtiResourceLinkRequest',
    assignment_edit: 'LtiResourceLinkRequest',
  });
  expect(body.scopes).toHaveLength(6);
  expect(Object.values(body.custom_fields).every((value) => value.startsWith('$'))).toBe(true);
});
