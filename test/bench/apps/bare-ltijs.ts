import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Express, Request, Response } from 'express';
import ltijs from 'ltijs';
import { Schema, type Model } from 'mongoose';
import { openStore } from '../../../src/db/connect.js';
import { newId } from '../../../src/db/ids.js';
import { answerParent } from './asked.js';

/**
 * What a tool is that follows ltijs's own guide: its login, state cookie, sessions and key fetching as
 * they come, with a plain Database plugin over the same kind of store.
 */
interface Order {
  readonly port: number;
  readonly dataDir: string;
  readonly platform: {
    readonly name: string;
    readonly issuer: string;
    readonly clientId: string;
    readonly authorizationEndpoint: string;
    readonly tokenEndpoint: string;
    readonly jwksUri: string;
  };
}

type Row = Record<string, unknown>;
type Key = string | false;

/** The members of ltijs that a plain tool uses. */
interface PlainProvider {
  readonly app: Express;
  setup(key: string, database: { plugin: object }, options: object): void;
  onConnect(handle: (token: unknown, req: Request, res: Response) => unknown): void;
  registerPlatform(platform: object): Promise<unknown>;
}

const { port, dataDir, platform } = JSON.parse(process.argv[2] ?? '') as Order;
const store = await openStore(`sqlite:${join(dataDir, 'bare.db')}`, { dataDir });

const INDEXES: Readonly<Record<string, Record<string, 1>>> = {
  idtoken: { iss: 1, clientId: 1, deploymentId: 1, user: 1 },
  contexttoken: { contextId: 1, user: 1 },
  platform: { platformUrl: 1, clientId: 1 },
  platformStatus: { id: 1 },
  privatekey: { kid: 1 },
  publickey: { kid: 1 },
  accesstoken: { platformUrl: 1, clientId: 1, scopes: 1 },
  nonce: { nonce: 1 },
  state: { state: 1 },
};
const models = new Map<string, Model<Row>>();
for (const [name, index] of Object.entries(INDEXES)) {
  const schema = new Schema<Row>(
    { _id: { type: String, required: true } },
    { strict: false, versionKey: false, minimize: false },
  );
  schema.index(index);
  models.set(name, store.connection.model<Row>(name, schema));
}
const modelOf = (collection: string): Model<Row> => {
  const model = models.get(collection);
  if (model === undefined) throw new Error(`no collection ${collection}`);
  return model;
};

const keyOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
function seal(secret: string, value: unknown): Row {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', keyOf(secret), iv);
  const data = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
  return { iv: iv.toString('hex'), data: data.toString('hex') };
}
function unseal(secret: string, row: Row): unknown {
  const iv = Buffer.from(String(row['iv']), 'hex');
  const decipher = createDecipheriv('aes-256-cbc', keyOf(secret), iv);
  const data = Buffer.concat([
    decipher.update(Buffer.from(String(row['data']), 'hex')),
    decipher.final(),
  ]);
  return JSON.parse(data.toString());
}

const done = (): Promise<true> => Promise.resolve(true);
const plugin = {
  async Get(key: Key, collection: string, query: Row) {
    const rows = (await modelOf(collection).find(query).lean()) as Row[];
    if (rows.length === 0) return false;
    return key === false ? rows : rows.map((row) => ({ ...row, ...(unseal(key, row) as Row) }));
  },
  async Insert(key: Key, collection: string, item: Row, index: Row = {}) {
    const row = key === false ? item : { ...index, ...seal(key, item) };
    await modelOf(collection).create({ _id: newId(), ...row });
    return true;
  },
  async Replace(key: Key, collection: string, query: Row, item: Row, index: Row = {}) {
    const row = key === false ? item : { ...index, ...seal(key, item) };
    const plain = JSON.parse(JSON.stringify({ ...query, ...row })) as Row;
    const written = await modelOf(collection).updateOne(query, { $set: plain });
    if (written.matchedCount === 0) await modelOf(collection).create({ _id: newId(), ...plain });
    return true;
  },
  async Modify(_key: Key, collection: string, query: Row, change: Row) {
    await modelOf(collection).updateOne(query, { $set: change });
    return true;
  },
  async Delete(collection: string, query: Row) {
    await modelOf(collection).deleteMany(query);
    return true;
  },
  setup: done,
  Close: done,
};

const provider = new ltijs.Provider.constructor() as unknown as PlainProvider;
provider.setup(
  'a secret of a plain ltijs app',
  { plugin },
  {
    appRoute: '/lti/launch',
    loginRoute: '/lti/login',
    keysetRoute: '/lti/keys',
    cors: false,
    tokenMaxAge: 300,
  },
);
provider.onConnect((_token, _req, res) =>
  res.send('<!doctype html><title>Here</title><p>You are here.'),
);
await provider.registerPlatform({
  url: platform.issuer,
  name: platform.name,
  clientId: platform.clientId,
  authenticationEndpoint: platform.authorizationEndpoint,
  accesstokenEndpoint: platform.tokenEndpoint,
  authConfig: { method: 'JWK_SET', key: platform.jwksUri },
});
await store.ready();
await answerParent(createServer(provider.app), port);
