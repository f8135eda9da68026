import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Schema, mongo } from 'mongoose';
import { afterAll, describe, expect, test } from 'vitest';

import { openStore } from '../../src/db/connect.js';
import { EmbeddedClient } from '../../src/db/embedded/driver.js';
import { toValue } from '../../src/db/embedded/value.js';
import { decode, encode } from '../../src/db/embedded/codec.js';
import { compareValues } from '../../src/db/embedded/compare.js';
import { keyBytes } from '../../src/db/embedded/index-key.js';
import { isStoreUnavailable } from '../../src/db/unavailable.js';
import { looseModel } from './count-up-work.js';
import { storeContract } from './store-contract.js';

const folder = mkdtempSync(join(tmpdir(), 'trellis-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const freshUrl = () => `sqlite:${join(folder, `${String((files += 1))}.db`)}`;
const open = (url = freshUrl()) => openStore(url, { dataDir: folder });

const errorOf = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('the store in a file', () => {
  const url = freshUrl();
  storeContract({ url: () => url });
});

describe('refusals by name', () => {
  test.each<[string, object]>([
    ['$where', { $where: 'true' }],
    ['$expr', { $expr: { $eq: [1, 1] } }],
    ['$text', { $text: { $search: 'x' } }],
    ['$mod', { n: { $mod: [2, 0] } }],
    ['$regex', { s: /a.*b$/ }],
    ['array positions', { 'list.0': 1 }],
  ])('of the filter %s', async (name, filter) => {
    const store = await open('sqlite::memory:');
    const model = looseModel(store.connection);
    await model.collection.insertOne({ _id: 'a' as never, n: 1, list: [1], s: 'ab' });
    const error = await errorOf(() => model.collection.find(filter).toArray());
    expect(error).toMatchObject({ name: 'NotOnEmbeddedStore' });
    expect((error as Error).message).toContain(name);
    await store.close();
  });

  test.each<[string, object]>([
    ['$rename', { $rename: { n: 'm' } }],
    ['$currentDate', { $currentDate: { n: true } }],
    ['$bit', { $bit: { n: { or: 1 } } }],
    ['$sort', { $push: { list: { $each: [1], $sort: 1 } } }],
    ['$[]', { $set: { 'list.$[]': 1 } }],
  ])('of the update %s, and nothing changes', async (name, update) => {
    const store = await open('sqlite::memory:');
    const model = looseModel(store.connection);
    await model.collection.insertOne({ _id: 'a' as never, n: 1, list: [2] });
    const error = await errorOf(() => model.collection.updateOne({ _id: 'a' as never }, update));
    expect(error).toMatchObject({ name: 'NotOnEmbeddedStore' });
    expect((error as Error).message).toContain(name);
    expect(await model.findOne({ _id: 'a' }).lean()).toEqual({ _id: 'a', n: 1, list: [2] });
    await store.close();
  });

  test('of stages, accumulators, methods, options, sessions, indexes and values', async () => {
    const store = await open('sqlite::memory:');
    const model = looseModel(store.connection);
    const attempts: [string, () => Promise<unknown>][] = [
      ['$lookup', () => model.aggregate([{ $lookup: { from: 'x', as: 'y', pipeline: [] } }])],
      ['$stdDevPop', () => model.aggregate([{ $group: { _id: null, s: { $stdDevPop: '$n' } } }])],
      ['$concat', () => model.aggregate([{ $project: { s: { $concat: ['a'] } } }])],
      ['collation', () => model.find({}).collation({ locale: 'en' })],
      ['sessions', () => store.connection.startSession()],
      ['"text"', () => model.collection.createIndex({ s: 'text' }, {}, {})],
      [
        'initializeOrderedBulkOp',
        () => Promise.resolve().then(() => model.collection.initializeOrderedBulkOp()),
      ],
      ['Decimal128', () => model.create({ d: mongo.Decimal128.fromString('1.1') })],
    ];
    for (const [name, attempt] of attempts) {
      const error = await errorOf(attempt);
      expect(error, name).toMatchObject({ name: 'NotOnEmbeddedStore' });
      expect((error as Error).message).toContain(name);
    }
    await store.close();
  });
});

describe('values', () => {
  const samples: unknown[] = [
    null,
    undefined,
    true,
    false,
    0,
    -0,
    1,
    -1.5,
    NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    '',
    'a',
    'a\0b',
    '\u0001',
    '\u0001D',
    '😀',
    '\uffff',
    new Date(0),
    new Date(-1),
    new Date(8.64e15),
    new mongo.ObjectId(),
    Buffer.from('xy'),
    new mongo.Binary(Buffer.from('x'), 5),
    new mongo.UUID(),
    [],
    [1, [undefined, { a: new Date(1) }]],
    {},
    { a: 1, b: { c: [null] } },
    { b: 1, a: 1 },
    new Map([['k', [1]]]),
    new mongo.Double(3),
    new mongo.Int32(4),
    mongo.Long.fromNumber(2 ** 40),
    7n,
    { a: undefined },
    JSON.parse('{"__proto__": {"x": 1}}'),
    { constructor: 1 },
  ];

  test.each(samples.map((sample, i) => [i, sample]))(
    'are what BSON makes of them (%i)',
    (_i, sample) => {
      const bytes = mongo.BSON.serialize({ v: sample }, { ignoreUndefined: false });
      const expected = mongo.BSON.deserialize(bytes)['v'] as unknown;
      expect(decode(encode({ v: toValue(sample) }))['v']).toEqual(expected);
    },
  );

  test('have bytes in an index that sort as the values do', () => {
    const values = samples.map((sample) => toValue(sample));
    for (const a of values) {
      for (const b of values) {
        const order = Math.sign(compareValues(a, b));
        expect(Math.sign(Buffer.compare(keyBytes(a), keyBytes(b)))).toBe(order);
        expect(Math.sign(Buffer.compare(keyBytes(a, -1), keyBytes(b, -1)))).toBe(0 - order || 0);
      }
    }
  });
});

describe('indexes', () => {
  test('never change an answer', async () => {
    const store = await open('sqlite::memory:');
    const bare = store.connection.collection('bare');
    const indexed = store.connection.collection('indexed');
    await indexed.createIndex({ n: 1, s: -1 }, {}, {});
    await indexed.createIndex({ tags: 1, n: 1 }, {}, {});
    await indexed.createIndex({ 'list.k': 1 }, {}, {});
    await indexed.createIndex({ s: 1 }, { sparse: true }, {});
    await indexed.createIndex({ at: -1 }, { partialFilterExpression: { open: true } }, {});
    let seed = 42;
    const pick = <T>(list: readonly T[]): T => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return list[Math.floor((seed / 2147483648) * list.length)]!;
    };
    const ns = [0, 1, 2, 3, null, 'x', [1, 3], new Date(2)];
    const ss = ['a', 'b', 'c', null];
    const make = (i: number) => ({
      _id: `d${String(i).padStart(4, '0')}` as never,
      ...(pick([true, false]) ? { n: pick(ns) } : { n: pick([0, 1, 2, 3]) }),
      ...(pick([true, false]) ? { s: pick(ss) } : {}),
      tags: pick([[], ['p'], ['p', 'q'], 'p', null]),
      list: pick([[], [{ k: 1 }], [{ k: 1 }, { k: 2 }], [{}], { k: 2 }, 5]),
      open: pick([true, false]),
      at: new Date(pick([1, 2, 3, 4])),
    });
    const docs = Array.from({ length: 400 }, (_, i) => make(i)).filter(
      (doc) => !(Array.isArray(doc.n) && Array.isArray(doc.tags)),
    );
    for (const collection of [bare, indexed]) {
      await collection.insertMany(structuredClone(docs));
      await collection.updateMany({ n: 2 }, { $set: { s: 'moved' } });
      await collection.deleteMany({ n: 0, s: 'a' });
    }
    const conditions = [
      () => ({ n: pick(ns.slice(0, 6)) }),
      () => ({ n: { $gt: pick([0, 1, 2]) } }),
      () => ({ n: { $gte: 1, $lte: 2 } }),
      () => ({ n: { $in: [pick([1, 2]), null] } }),
      () => ({ s: pick(ss) }),
      () => ({ s: { $gte: 'b' } }),
      () => ({ s: { $exists: true } }),
      () => ({ tags: pick(['p', 'q', null, []]) }),
      () => ({ 'list.k': pick([1, 2, null]) }),
      () => ({ at: { $lt: new Date(3) } }),
      () => ({ open: true }),
      () => ({ $or: [{ n: 1 }, { 'list.k': 2 }] }),
      () => ({ n: { $ne: 1 } }),
      () => ({ tags: { $all: ['p', 'q'] } }),
    ];
    const sorts = [
      { _id: 1 },
      { n: 1, s: -1, _id: 1 },
      { n: -1, s: 1, _id: 1 },
      { at: -1, _id: 1 },
      { s: 1, _id: -1 },
      { _id: -1 },
    ] as const;
    let found = 0;
    for (let round = 0; round < 600; round += 1) {
      const filter = { $and: [pick(conditions)(), pick(conditions)()] };
      const options = { sort: pick(sorts) as never, skip: pick([0, 0, 3]), limit: pick([0, 0, 5]) };
      const [plain, quick] = await Promise.all([
        bare.find(filter, options).toArray(),
        indexed.find(filter, options).toArray(),
      ]);
      expect(quick, JSON.stringify({ filter, options })).toEqual(plain);
      found += plain.length;
    }
    expect(found).toBeGreaterThan(1000);
    await store.close();
  });

  test('refuse to be made over what breaks them, and leave nothing behind', async () => {
    const store = await open('sqlite::memory:');
    const collection = store.connection.collection('things');
    await collection.insertMany([{ n: 1 }, { n: 1 }]);
    expect(
      await errorOf(() => collection.createIndex({ n: 1 }, { unique: true }, {})),
    ).toMatchObject({
      code: 11000,
    });
    expect((await collection.indexes()).map(({ name }) => name)).toEqual(['_id_']);
    await store.close();
  });

  test('made by one process count for the other at once', async () => {
    const url = freshUrl();
    const [one, two] = [await open(url), await open(url)];
    await one.connection.collection('things').insertOne({ n: 1 });
    await two.connection.collection('things').createIndex({ n: 1 }, { unique: true }, {});
    const twice = () => one.connection.collection('things').insertOne({ n: 1 });
    expect(await errorOf(twice)).toMatchObject({ code: 11000 });
    await one.close();
    await two.close();
  });
});

test('expiry: the sweep removes what is over and nothing else', async () => {
  const store = await open('sqlite::memory:');
  const schema = new Schema({ _id: String, expiresAt: Date });
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 60 });
  const model = store.connection.model('Session', schema);
  await store.ready();
  const now = new Date('2026-05-01T08:00:00Z');
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
  await model.create([
    { _id: 'old', expiresAt: ago(61) },
    { _id: 'young', expiresAt: ago(59) },
    { _id: 'never' },
  ]);
  await store.sweepExpired(now);
  expect((await model.find().sort({ _id: 1 }).lean()).map((doc) => doc._id)).toEqual([
    'never',
    'young',
  ]);
  await store.close();
});

describe('trouble', () => {
  test('a full disk is told as unavailable, keeps what was there, and passes', async () => {
    const store = await open();
    const model = looseModel(store.connection);
    await model.create({ _id: 'a', text: 'kept' });
    const client: unknown = store.connection.getClient();
    if (!(client instanceof EmbeddedClient)) throw new TypeError('not embedded');
    const { engine } = client.storage;
    engine.limitPages(engine.pages);
    const write = () => model.create({ _id: 'b', text: 'x'.repeat(200_000) });
    const error = await errorOf(write);
    expect(isStoreUnavailable(error)).toBe(true);
    expect(await store.ping()).toBe(false);
    expect(await model.find().lean()).toEqual([{ _id: 'a', text: 'kept' }]);
    engine.limitPages(1_000_000);
    expect(await store.ping()).toBe(true);
    await write();
    expect(await model.countDocuments()).toBe(2);
    await store.close();
  });

  test('a closed store is unavailable', async () => {
    const store = await open();
    const model = looseModel(store.connection);
    await model.create({ _id: 'a' });
    await store.close();
    expect(await store.ping()).toBe(false);
    expect(isStoreUnavailable(await errorOf(() => model.findOne({}).exec()))).toBe(true);
  });

  test('a file that is no database, or in no folder, is told as unavailable', async () => {
    const file = join(folder, 'no.db');
    writeFileSync(file, 'This is not a database, and long enough to have a header.'.repeat(20));
    expect(isStoreUnavailable(await errorOf(() => open(`sqlite:${file}`)))).toBe(true);
    expect(isStoreUnavailable(await errorOf(() => open(`sqlite:${file}/x/y.db`)))).toBe(true);
    expect(await errorOf(() => open('postgres://x'))).toBeInstanceOf(TypeError);
  });

  test('a second start finds all data again', async () => {
    const url = freshUrl();
    const first = await open(url);
    await looseModel(first.connection).create({ _id: 'a', at: new Date(7) });
    await first.close();
    const second = await open(url);
    expect(await looseModel(second.connection).find().lean()).toEqual([
      { _id: 'a', at: new Date(7) },
    ]);
    await second.close();
  });
});
