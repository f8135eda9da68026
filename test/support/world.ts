import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../config/env.js';
import { createApp, type AppDeps, type TrellisApp } from '../../src/app.js';
import { openStore, type Store } from '../../src/db/connect.js';
import { createSandbox, type Sandbox } from '../../src/sandbox/server.js';
import type { Log } from '../../src/web/log.js';
import { Visitor, type Page } from './visitor.js';

export type Family = 'canvas' | 'moodle' | 'schoology';

/** The real app and the practice LMS, each on a port of its own, speaking to each other over HTTP. */
export interface World {
  readonly url: string;
  readonly sandbox: Sandbox;
  readonly trellis: TrellisApp;
  readonly store: Store;
  /** Folder of the app's files and database. */
  readonly dataDir: string;
  /** What the app was made of: another process on the same store is made of the same. */
  readonly deps: AppDeps;
  /** What the app logged, as JSON lines. */
  readonly logged: string[];
  /** Ids of the registrations by face. */
  readonly registrations: Record<Family, string>;
  /** The clock of Trellis; tests may move it. */
  readonly clock: { now: () => Date };
  /** A launch as a person of the practice LMS makes it, up to the page it lands on. */
  launch(
    order: LaunchOrder,
    visitor?: Visitor,
  ): Promise<{ visitor: Visitor; page: Page; base: string }>;
  /** The login only: the form that the browser would post to `/lti/launch`. */
  login(
    order: LaunchOrder,
    visitor: Visitor,
    change?: Parameters<Sandbox['authorize']>[1],
  ): Promise<{ action: string; fields: Record<string, string> }>;
  close(): Promise<void>;
}

export type LaunchOrder = Parameters<Sandbox['startLaunch']>[0];

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/**
 * Starts a world of its own; close it after the tests.
 *
 * @param options - `family`: the face meant when a launch names none; `databaseUrl`: another store.
 */
export async function startWorld(
  options: {
    family?: Family;
    databaseUrl?: string;
    launchesPerTenSeconds?: number;
    settings?: Record<string, string>;
  } = {},
): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'trellis-test-'));
  const clock = { now: () => new Date() };
  const logged: string[] = [];
  const write =
    (level: string) =>
    (fields: object, message: string): void => {
      const plain = Object.fromEntries(
        Object.entries(fields).map(([key, value]) => [
          key,
          value instanceof Error ? value.stack : (value as unknown),
        ]),
      );
      logged.push(JSON.stringify({ level, message, ...plain }));
      if (process.env['SHOW_LOG'] !== undefined) process.stderr.write(`${logged.at(-1) ?? ''}\n`);
    };
  const log: Log = { info: write('info'), warn: write('warn'), error: write('error') };

  const server = createServer((req, res) => trellis.app(req, res));
  const port = await listening(server);
  const url = `http://localhost:${port}`;
  const read = readSettings(
    {
      PORT: String(port),
      PUBLIC_URL: url,
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
      ...options.settings,
    },
    true,
  );
  if (!read.ok) throw new Error(read.message);
  const store = await openStore(options.databaseUrl ?? `sqlite:${join(dataDir, 'trellis.db')}`, {
    dataDir,
  });
  const deps: AppDeps = {
    store,
    settings: read.settings,
    secret: 'a secret of tests that is long enough to seal keys',
    log,
    clock: () => clock.now(),
    // All tests come from one address, and a quick machine makes many launches.
    launchesPerTenSeconds: options.launchesPerTenSeconds ?? 1_000_000,
  };
  const trellis = await createApp(deps);

  const sandbox = await createSandbox({
    publicUrl: 'http://127.0.0.1:0',
    toolUrl: url,
    ...(options.family === undefined ? {} : { family: options.family }),
    clock: () => clock.now(),
  });
  await sandbox.listen(0);
  const registrations = {} as Record<Family, string>;
  for (const face of Object.values(sandbox.platforms)) {
    const { id } = await addPlatform(trellis, face);
    registrations[face.family] = id;
  }

  async function login(
    order: LaunchOrder,
    visitor: Visitor,
    change?: Parameters<Sandbox['authorize']>[1],
  ) {
    const start = sandbox.startLaunch(order);
    const query = new URLSearchParams(start.fields);
    const answer =
      start.method === 'GET'
        ? await visitor.raw('GET', `${start.url}?${query.toString()}`)
        : await visitor.raw('POST', start.url, query);
    const location = answer.headers.get('location');
    if (location === null) {
      // A platform with storage: the page names the address to go on to.
      const text = await answer.text();
      const next = /data-authorize="([^"]+)"/
        .exec(text)?.[1]
        ?.replaceAll('&amp;', '&')
        .replaceAll('&#x3D;', '=');
      if (next === undefined)
        throw new Error(`login answered ${answer.status}: ${text.slice(0, 600)}`);
      return sandbox.authorize(next, change);
    }
    return sandbox.authorize(location, change);
  }

  return {
    url,
    sandbox,
    trellis,
    store,
    dataDir,
    deps,
    logged,
    registrations,
    clock,
    login,
    async launch(order, visitor = new Visitor()) {
      const { action, fields } = await login(order, visitor);
      const page = await visitor.open(action, { method: 'POST', fields });
      const base = /\/s\/[^/]+/.exec(page.url)?.[0] ?? '';
      return { visitor, page, base: url + base };
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await trellis.close();
      await sandbox.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Registers a face of the practice LMS, as an operator would type it. */
export function addPlatform(
  trellis: TrellisApp,
  face: Sandbox['platform'],
): Promise<{ readonly id: string }> {
  return trellis.lti.registrations.add(
    {
      name: face.name,
      issuer: face.issuer,
      clientId: face.clientId,
      authorizationEndpoint: face.authorizationEndpoint,
      tokenEndpoint: face.tokenEndpoint,
      jwksUri: face.jwksUri,
      family: face.family,
      deployments: [...face.deploymentIds],
    },
    'operator',
  );
}
