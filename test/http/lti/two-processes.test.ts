import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from '../../../config/env.js';
import { createApp, type TrellisApp } from '../../../src/app.js';
import { openStore, type Store } from '../../../src/db/connect.js';
import { Visitor } from '../../support/visitor.js';
import { startWorld, type World } from '../../support/world.js';
import { anOrder, attempt, expectOpened } from './attempt.js';

/** A second Trellis on the same store, behind the same public address. */
let world: World;
let folder: string;
let second: { app: TrellisApp; store: Store; server: Server; url: string };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trellis-two-'));
  const databaseUrl = `sqlite:${join(folder, 'shared.db')}`;
  world = await startWorld({ family: 'canvas', databaseUrl });
  const read = readSettings({ PUBLIC_URL: world.url, DATA_DIR: folder, LOG_LEVEL: 'silent' }, true);
  if (!read.ok) throw new Error(read.message);
  const store = await openStore(databaseUrl, { dataDir: folder });
  const app = await createApp({
    store,
    settings: read.settings,
    secret: 'a secret of tests that is long enough to seal keys',
    log,
    clock: () => new Date(),
  });
  const server = createServer(app.app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  second = {
    app,
    store,
    server,
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
  };
});
afterAll(async () => {
  second.server.close();
  second.server.closeAllConnections();
  await second.app.close();
  await second.store.close();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

/** Posts a launch to one of the two processes, as a load balancer would send it. */
function post(visitor: Visitor, url: string, fields: Record<string, string>): Promise<Response> {
  const cookies = [...visitor.cookies(new URL(world.url).host)];
  const cookie = cookies.map(([name, value]) => `${name}=${value}`).join('; ');
  return fetch(`${url}/lti/launch`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, accept: 'text/html' },
    body: new URLSearchParams(fields),
  });
}

describe('two processes on one store', () => {
  test('a login begun on one and finished on the other works', async () => {
    const visitor = new Visitor();
    const { fields } = await world.login(anOrder(world, {}), visitor);
    const answer = await post(visitor, second.url, fields);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^\/s\//);
  });

  test('AUTH-17 a replay on the other process is refused, and of parallel posts one wins', async () => {
    const visitor = new Visitor();
    const { fields } = await world.login(anOrder(world, {}), visitor);
    const urls = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? world.url : second.url));
    const answers = await Promise.all(urls.map((url) => post(visitor, url, fields)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    for (const url of [world.url, second.url]) {
      expect((await post(visitor, url, fields)).status).toBe(400);
    }
  });

  test('REG-08 what one process switches off is off in the other at once', async () => {
    const { registrations } = world.trellis.lti;
    const visitor = new Visitor();
    const { fields } = await world.login(anOrder(world, {}), visitor);
    await registrations.disable(world.registrations.canvas, 'operator');
    expect((await post(visitor, second.url, fields)).status).toBe(400);
    await registrations.enable(world.registrations.canvas, 'operator');
    expect((await post(visitor, second.url, fields)).status).toBe(303);
  });

  test('KEY-01 both publish the same keys', async () => {
    const keys = async (url: string) => await (await fetch(`${url}/lti/keys`)).json();
    expect(await keys(second.url)).toEqual(await keys(world.url));
  });

  test('THR-22 two apps of one process share nothing but the store', async () => {
    const other = await startWorld({ family: 'canvas' });
    expectOpened(other, await attempt(other), 'instructor');
    expectOpened(world, await attempt(world), 'instructor');
    const visitor = new Visitor();
    const { fields } = await other.login(anOrder(other, {}), visitor);
    const answer = await fetch(`${world.url}/lti/launch`, {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'text/html' },
      body: new URLSearchParams(fields),
    });
    expect(answer.status).toBe(400);
    await other.close();
  });

  test('THR-07 production refuses insecure platforms', () => {
    const read = readSettings(
      {
        NODE_ENV: 'production',
        PUBLIC_URL: 'https://t.test',
        SECRET: 'x'.repeat(40),
        ALLOW_INSECURE_PLATFORMS: 'true',
      },
      false,
    );
    expect(read.ok).toBe(false);
  });
});
