import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { families } from './families/all.js';
import { Faults } from './faults.js';
import { faceRouter } from './face.js';
import { Journal } from './journal.js';
import { KeyRing, makeKey } from './keys.js';
import { People } from './people.js';
import { controlRouter } from './control.js';
import { pagesRouter } from './pages/router.js';
import { presetRegistration, seedState } from './seed.js';
import { FAMILIES } from './state.js';
import type { FamilyName, State, StoredKey } from './state.js';
import { Store } from './store.js';
import { makeSurface } from './driver.js';
import type { Surface } from './surface.js';
import type { World } from './world.js';

/** How to start a practice LMS. */
export interface SandboxOptions {
  readonly port?: number;
  /** Its own public address, without a trailing slash; port 0 in it is replaced when it listens. */
  readonly publicUrl: string;
  /** Public address of Trellis, without a trailing slash. */
  readonly toolUrl: string;
  /** JSON file that keeps the gradebook; null or absent keeps everything in memory. */
  readonly dataFile?: string | null;
  /** Face shown first. */
  readonly family?: FamilyName;
  readonly clock?: () => Date;
  /** A key made before, to save the time of making one. */
  readonly key?: StoredKey;
}

/** A running practice LMS, with what tests need to drive it. */
export interface Sandbox extends Surface {
  readonly app: express.Express;
  /** Starts listening on loopback; resolves to the port. */
  listen(port?: number): Promise<number>;
  /** Stops listening, ends open connections and writes the state. */
  close(): Promise<void>;
}

/** Addresses of the tool may have changed since the file was written. */
function refreshPresets(state: State, toolUrl: string): void {
  for (const family of FAMILIES) {
    const face = state.faces[family];
    face.registrations = face.registrations.map((registration) => {
      if (registration.source !== 'preset') return registration;
      const { custom, status } = registration;
      return { ...presetRegistration(family, toolUrl), custom, status };
    });
  }
}

/**
 * Makes a practice LMS: a small, strict LTI 1.3 Advantage platform with three faces.
 *
 * @param options - Addresses, file, first face, clock and key.
 * @returns The practice LMS, not yet listening.
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const now = options.clock ?? ((): Date => new Date());
  const toolUrl = options.toolUrl.replace(/\/+$/, '');
  const store = new Store(options.dataFile ?? null);
  const kept = await store.load();
  const state = kept ?? seedState(options.key ?? (await makeKey()), toolUrl, now());
  refreshPresets(state, toolUrl);
  const journal = new Journal(now);
  const keys = new KeyRing(state.keys);
  const world: World = {
    publicUrl: options.publicUrl.replace(/\/+$/, ''),
    toolUrl,
    state,
    people: new People(
      () => world.state.students,
      () => world.state.left,
    ),
    faults: new Faults(),
    journal,
    keys,
    tickets: new Map(),
    tokens: new Map(),
    deepLinks: new Map(),
    registrationTokens: new Map(),
    seen: { nonces: new Set(), states: new Set(), assertions: new Set() },
    toolJwks: null,
    now,
    save: () => {
      store.soon(() => ({ ...world.state, keys: keys.keys }));
    },
  };
  if (kept === null) world.save();
  const app = buildApp(world, options.family ?? 'canvas');
  const surface = makeSurface(world, options.family ?? 'canvas', () => {
    world.state = seedState(keys.current, world.toolUrl, now());
  });
  return Object.assign(surface, listening(world, app, store, options.port));
}

function buildApp(world: World, first: FamilyName): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  for (const family of FAMILIES) app.use(`/${family}`, faceRouter(world, families[family]));
  app.use('/_control', controlRouter(world));
  app.use(pagesRouter(world, first));
  return app;
}

function listening(
  world: World,
  app: express.Express,
  store: Store,
  usualPort: number | undefined,
): Pick<Sandbox, 'app' | 'listen' | 'close'> {
  let server: Server | null = null;
  return {
    app,
    async listen(port = usualPort ?? 0) {
      const started = createServer(app);
      await new Promise<void>((done, fail) => {
        started.once('error', fail);
        started.listen(port, '127.0.0.1', done);
      });
      server = started;
      const { port: real } = started.address() as AddressInfo;
      world.publicUrl = world.publicUrl.replace(/:0$/, `:${real}`);
      return real;
    },
    async close() {
      const stopping = server;
      server = null;
      if (stopping !== null) {
        await new Promise<void>((done) => {
          stopping.close(() => done());
          stopping.closeAllConnections();
        });
      }
      await store.flush();
    },
  };
}
