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
/** Round trips to the store, whatever engine is behind. */
const METHODS = [
  ...['find', 'findOne', 'insertOne', 'insertMany', 'updateOne', 'updateMany', 'deleteOne'],
  ...['deleteMany', 'findOneAndUpdate', 'findOneAndDelete', 'bulkWrite', 'aggregate', 'distinct'],
  'countDocuments',
];
for (const collection of Object.values(store.connection.collections)) {
  const methods = collection as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of METHODS) {
    const original = methods[name]?.bind(collection);
    if (original === undefined) continue;
    methods[name] = (...args) => {
      operations += 1;
      return original(...args);
    };
  }
}
await answerParent(createServer(trellis.app), port, () => operations);
