import { createServer } from 'node:http';
import { join } from 'node:path';
import { readSettings } from '../../../config/env.js';
import { createApp } from '../../../src/app.js';
import { openStore } from '../../../src/db/connect.js';
import type { FamilyName } from '../../../src/lti/ports.js';
import { answerParent } from './asked.js';

/** The real app as a process of its own. */
interface Order {
  readonly port: number;
  readonly dataDir: string;
  readonly platform: {
    readonly family: FamilyName;
    readonly name: string;
    readonly issuer: string;
    readonly clientId: string;
    readonly deploymentIds: readonly string[];
    readonly authorizationEndpoint: string;
    readonly tokenEndpoint: string;
    readonly jwksUri: string;
  };
}

const { port, dataDir, platform } = JSON.parse(process.argv[2] ?? '') as Order;
const env = { PORT: String(port), PUBLIC_URL: `http://localhost:${port}`, DATA_DIR: dataDir };
const read = readSettings(env, true);
if (!read.ok) throw new Error(read.message);
const store = await openStore(`sqlite:${join(dataDir, 'trellis.db')}`, { dataDir });
const silent = (): void => undefined;
const trellis = await createApp({
  store,
  settings: read.settings,
  secret: 'a secret of benchmarks that is long enough to seal',
  log: { info: silent, warn: silent, error: silent },
  clock: () => new Date(),
});
await store.ready();
const { deploymentIds, ...facts } = platform;
await trellis.lti.registrations.add({ ...facts, deployments: [...deploymentIds] }, 'operator');

let operations = 0;
const { engine } = (
  store.connection.getClient() as unknown as {
    storage: { engine: Record<'read' | 'readOnce' | 'write', (work: unknown) => unknown> };
  }
).storage;
for (const name of ['read', 'readOnce', 'write'] as const) {
  const original = engine[name].bind(engine);
  engine[name] = (work) => {
    operations += 1;
    return original(work);
  };
}
await answerParent(createServer(trellis.app), port, () => operations);
