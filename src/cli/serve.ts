import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from '../../config/env.js';
import { createApp, type TrellisApp } from '../app.js';
import { openStore, type Store } from '../db/connect.js';
import { keepSecret } from '../web/secret.js';
import type { Log } from '../web/log.js';

export interface Running {
  readonly trellis: TrellisApp;
  readonly store: Store;
  readonly port: number;
  /** Finishes running requests and jobs, then lets go of the store; within 5 seconds. */
  stop(): Promise<void>;
}

/** How long running requests may take to finish once the process was told to stop. */
const GRACE_MS = 3_500;
/** How long running jobs may take after that; they are safe to repeat, so none loses anything. */
const JOBS_MS = 1_000;

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function finish(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that is kept alive is idle once its request is answered.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const forced = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(forced);
}

/**
 * Starts the tool.
 *
 * @param settings - Checked settings.
 * @returns The running tool with a way to stop it.
 * @throws Error when the store cannot be opened or the port is taken.
 */
export async function serve(settings: Settings, log: Log): Promise<Running> {
  const secret = keepSecret(settings.secret, settings.dataDir);
  const store = await openStore(settings.databaseUrl, { dataDir: settings.dataDir });
  const trellis = await createApp({ store, settings, secret, log, clock: () => new Date() });
  await store.ready();
  trellis.startJobs();
  const server = createServer(trellis.app);
  // A slow sender may take its time with a big file, not with its headers.
  server.headersTimeout = 15_000;
  server.requestTimeout = 300_000;
  const port = await listen(server, settings.port);
  return {
    trellis,
    store,
    port,
    async stop() {
      await finish(server);
      await Promise.race([trellis.close(), delay(JOBS_MS, undefined, { ref: false })]);
      await store.close();
    },
  };
}
