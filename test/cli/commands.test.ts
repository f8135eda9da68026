import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand, UsageError } from '../../src/cli/commands.js';
import { Visitor } from '../support/visitor.js';
import { aPlace, compile, serve, trellis, trellisJson, type Serving } from './process.js';

const place = aPlace(4710);
const practice = 'http://127.0.0.1:4711';
let serving: Serving;

interface Rows {
  readonly registrations: readonly {
    readonly id: string;
    readonly name: string;
    readonly issuer: string;
    readonly clientId: string;
    readonly family: string;
    readonly status: string;
  }[];
}
const rows = async (): Promise<Rows> => (await trellisJson(place, ['registration', 'list'])).value;
const canvas = async () =>
  (await rows()).registrations.find(({ name }) => name === 'Practice Canvas')!;

beforeAll(async () => {
  compile();
  serving = await serve(place, ['--sandbox']);
});
afterAll(async () => {
  serving.signal('SIGTERM');
  await serving.ended;
  rmSync(place.folder, { recursive: true, force: true });
});

/** A login as a platform begins it. */
async function login(of: { issuer: string; clientId: string }): Promise<Response> {
  const query = new URLSearchParams({
    iss: of.issuer,
    client_id: of.clientId,
    login_hint: 'somebody',
    target_link_uri: `${serving.url}/lti/launch`,
  });
  return fetch(`${serving.url}/lti/login?${query.toString()}`, { redirect: 'manual' });
}

const mars = [
  ...['--name', 'Mars High', '--issuer', 'https://mars.example'],
  ...['--client-id', 'mars-1', '--authorization-endpoint', 'https://mars.example/auth'],
  ...['--token-endpoint', 'https://mars.example/token', '--jwks-uri', 'https://mars.example/jwks'],
];

describe('serve --sandbox', () => {
  test('says in plain words what to open, on standard error', () => {
    expect(serving.said.stderr).toContain('Trellis is running at http://localhost:4710');
    expect(serving.said.stderr).toMatch(
      /Open the practice LMS to try it: http:\/\/127\.0\.0\.1:4711/,
    );
    expect(serving.said.stderr).not.toMatch(/warn|deprecat/i);
  });

  test('serves both on their own origins', async () => {
    const [ready, school] = await Promise.all([fetch(`${serving.url}/readyz`), fetch(practice)]);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
    expect(school.status).toBe(200);
  });

  test('writes nothing but JSON lines to standard output', () => {
    for (const line of serving.said.stdout.split('\n').filter((l) => l !== '')) {
      expect(() => JSON.parse(line) as unknown, line).not.toThrow();
    }
  });
});

describe('registration', () => {
  test('add prints the id alone as JSON, and the running tool knows it at once', async () => {
    const { status, stdout, stderr } = await trellis(place, [
      'registration',
      'add',
      ...mars,
      ...['--family', 'other', '--deployment', 'd-1', '--deployment', 'd-2', '--json'],
    ]);
    expect([status, stderr]).toEqual([0, '']);
    const made = JSON.parse(stdout) as { id: string };
    expect(Object.keys(made)).toEqual(['id']);
    expect((await rows()).registrations).toContainEqual({
      id: made.id,
      name: 'Mars High',
      issuer: 'https://mars.example',
      clientId: 'mars-1',
      family: 'other',
      status: 'active',
    });
    const answer = await login({ issuer: 'https://mars.example', clientId: 'mars-1' });
    expect(answer.headers.get('location')).toMatch(/^https:\/\/mars\.example\/auth\?/);

    const listed = await trellisJson(place, [...['deployment', 'list', made.id]]);
    expect(listed.value.deployments).toMatchObject([
      { deploymentId: 'd-1', status: 'active' },
      { deploymentId: 'd-2', status: 'active' },
    ]);
    const again = await trellisJson(place, ['registration', 'add', ...mars]);
    expect(again.value.id).toBe(made.id);
  });

  test('disable and enable are in force in the running tool at once', async () => {
    const one = await canvas();
    expect((await login(one)).status).toBe(302);
    const off = await trellis(place, ['registration', 'disable', one.id]);
    expect([off.status, off.stdout]).toEqual([0, expect.stringContaining('is off')]);
    const refused = await login(one);
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining("data-code='registration-disabled'"),
    ]);
    const on = await trellisJson(place, ['registration', 'enable', one.id]);
    expect(on.value.status).toBe('active');
    expect((await login(one)).status).toBe(302);
  });

  test('without --json the list is lines for a person', async () => {
    const { stdout } = await trellis(place, ['registration', 'list']);
    expect(stdout).toMatch(/^[0-9A-Z]{26} {2}active +canvas +Practice Canvas {2}http/m);
  });
});

describe('deployment, invite, admin-link, check', () => {
  test('deployment add lets it launch', async () => {
    const { id } = await canvas();
    const added = await trellisJson(place, ['deployment', 'add', id, '77:campus']);
    expect(added).toMatchObject({ status: 0, value: { deploymentId: '77:campus' } });
    const { stdout } = await trellis(place, ['deployment', 'list', id]);
    expect(stdout).toMatch(/active +77:campus/);
  });

  test('invite create prints a link that the tool takes for one registration', async () => {
    const { value } = await trellisJson(place, [
      ...['invite', 'create', '--name', 'Venus College'],
    ]);
    expect(Object.keys(value)).toEqual(['url']);
    const opened = await new Visitor().open(value.url);
    // Known, and only the platform's own part is missing.
    expect(opened.code).toBe('missing-parameter');
    const guessed = await new Visitor().open(`${serving.url}/lti/register?invite=guess`);
    expect(guessed.code).toBe('bad-invite');
  });

  test('admin-link opens the console once', async () => {
    const { value } = await trellisJson(place, ['admin-link']);
    const first = await new Visitor().open(value.url);
    expect([first.status, first.page]).toEqual([200, 'admin/platforms']);
    const second = await new Visitor().open(value.url);
    expect([second.status, second.page]).toEqual([401, 'admin/closed']);
  });

  test('check tells green from red, in words and by its exit status', async () => {
    const { id } = await canvas();
    const good = await trellisJson(place, [...['check', id]]);
    expect(good.status).toBe(0);
    const states = good.value.checks[0]!.steps.map(({ state }: { state: string }) => state);
    expect(states.slice(0, 2)).toEqual(['green', 'green']);
    expect(states).not.toContain('red');

    await fetch(`${practice}/_control/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ trouble: ['500'], troubleOn: ['token'] }),
    });
    const bad = await trellis(place, ['check', id]);
    await fetch(`${practice}/_control/faults`, { method: 'DELETE' });
    expect(bad.status).toBe(1);
    expect(bad.stdout).toMatch(/Practice Canvas\n(?: {2}[✓✗–] .+: .{10,}\n?)+/);
    expect(bad.stdout).toContain('✗');
  });
});

describe('wrong words', () => {
  test.each([
    [['bogus'], 'bogus'],
    [['serve', '--sandbocks'], '--sandbocks'],
    [
      ['registration', 'add', ...mars, '--jwks-uri', 'ftp://mars.example/jwks', '--json'],
      'jwksUri: This',
    ],
  ])('%j end with status 2 and say which, with nothing on standard output', async (args, named) => {
    const { status, stdout, stderr } = await trellis(place, args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(named);
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
  });

  test.each([
    [[], 'Usage'],
    [['registration'], 'add, list, disable'],
    [['registration', 'add', '--name', 'X'], '--issuer'],
    [['registration', 'add', ...mars, '--family', 'blackboard'], '--family'],
    [['registration', 'disable'], 'id'],
    [['deployment', 'add', 'X'], 'deployment id'],
    [['deployment', 'list'], 'registration’s id'],
    [['deployment', 'remove'], 'add ID'],
    [['invite'], 'create'],
    [['check', '--colour', 'red'], '--colour'],
  ])('%j are refused before anything is opened or right after', async (args, named) => {
    const deps = () => Promise.resolve({ lti: { registrations: {} }, adminLink: {} } as never);
    const outcome = runCommand(args, deps);
    await expect(outcome).rejects.toThrow(UsageError);
    await expect(outcome).rejects.toThrow(named);
  });

  test('an id that is not there is no wrong word: status 1', async () => {
    const { status, stdout, stderr } = await trellis(place, [
      ...['registration', 'disable', 'nobody', '--json'],
    ]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('no such registration');
  });
});
