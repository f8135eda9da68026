import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { Schema, mongo, type Connection, type Model } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openStore, type Store } from '../../src/db/connect.js';
import { newId } from '../../src/db/ids.js';
import { countUp, looseModel, type Thing } from './count-up-work.js';

const typedSchema = new Schema(
  {
    _id: { type: String, default: newId },
    contextId: { type: String, required: true },
    name: String,
    dueAt: Date,
    photo: Buffer,
    points: { type: Map, of: Number },
    items: [{ _id: false, kind: String, at: Date, tags: [String] }],
    nested: [[Number]],
    version: { type: Number, default: 0 },
  },
  { timestamps: true, collection: 'contract_typed' },
);
typedSchema.index({ contextId: 1, name: 1 }, { unique: true });

const expiringSchema = new Schema(
  { _id: String, nonce: { type: String, unique: true, sparse: true }, expiresAt: Date },
  { collection: 'contract_expiring' },
);
expiringSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 60 });

const partialSchema = new Schema(
  { _id: { type: String, default: newId }, email: String, active: Boolean },
  { collection: 'contract_partial' },
);
partialSchema.index({ email: 1 }, { unique: true, partialFilterExpression: { active: true } });

export interface ContractSubject {
  /** Opens the store under test; every call opens the same data. */
  readonly url: () => string;
}

function models(connection: Connection) {
  return {
    loose: looseModel(connection),
    typed: connection.model('ContractTyped', typedSchema),
    expiring: connection.model('ContractExpiring', expiringSchema),
    partial: connection.model('ContractPartial', partialSchema),
  };
}

const codeOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
    return 'nothing was thrown';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

/** Everything features may ask of a store; both engines have to answer alike. */
export function storeContract(subject: ContractSubject): void {
  let store: Store;
  let all: ReturnType<typeof models>;
  let Loose: Model<Thing>;

  beforeAll(async () => {
    store = await openStore(subject.url(), { dataDir: 'data' });
    all = models(store.connection);
    Loose = all.loose;
    await store.ready();
  });
  beforeEach(async () => {
    for (const model of Object.values(all)) await model.collection.deleteMany({});
  });
  afterAll(async () => {
    for (const model of Object.values(all)) await model.collection.drop();
    await store.close();
  });

  const put = (...docs: Thing[]) => Loose.collection.insertMany(docs as never[]);
  const ids = async (filter: object, options: object = {}): Promise<string[]> => {
    const found = await Loose.find(filter, null, { sort: { _id: 1 }, ...options }).lean();
    return found.map((doc) => doc._id);
  };
  const changed = async (doc: Thing, update: object): Promise<unknown> => {
    await Loose.deleteMany({});
    await put(doc);
    await Loose.collection.updateOne({ _id: doc._id } as never, update);
    return Loose.findOne({ _id: doc._id }).lean();
  };

  test('answers a ping', async () => {
    expect(await store.ping()).toBe(true);
  });

  describe('values', () => {
    test('come back from a schema as they were: Map, Date, Buffer, arrays in arrays', async () => {
      const at = new Date('2026-03-01T10:20:30.456Z');
      const made = await all.typed.create({
        contextId: 'c',
        name: 'Ünïcode 🎒',
        dueAt: at,
        photo: Buffer.from([0, 1, 255]),
        points: new Map([['a b', 1.5]]),
        items: [{ kind: 'text', at, tags: ['x'] }],
        nested: [[1, 2], [], [3]],
      });
      const doc = await all.typed.findById(made._id);
      expect(doc?.points?.get('a b')).toBe(1.5);
      expect(doc?.items[0]?.at).toEqual(at);
      expect(doc?.toObject().nested).toEqual([[1, 2], [], [3]]);
      const lean = await all.typed.findOne({ _id: made._id }).lean();
      expect(lean?.dueAt).toEqual(at);
      expect(lean?.dueAt).toBeInstanceOf(Date);
      expect(lean?.points).toEqual({ 'a b': 1.5 });
      expect(lean?.createdAt).toBeInstanceOf(Date);
      expect(lean?.name).toBe('Ünïcode 🎒');
      const photo = lean?.photo as unknown as mongo.Binary;
      expect(photo._bsontype).toBe('Binary');
      expect([...photo.value()]).toEqual([0, 1, 255]);
    });

    test('come back without a schema as they were', async () => {
      const deep = {
        at: new Date(0),
        before: new Date('1899-12-31T23:59:59.999Z'),
        list: [null, true, [new Date(5), { x: [] }], 'text', -0.5, 2 ** 40, Infinity],
        empty: {},
        none: null,
        odd: '\u0001Dnot a date',
        'https://purl.example/claim.roles': ['a'],
        oid: new mongo.ObjectId('0123456789abcdef01234567'),
      };
      await put({ _id: 'a', deep });
      const read = await Loose.findOne({ _id: 'a' }).lean();
      expect(read?.['deep']).toEqual(deep);
      expect(Object.keys(read?.['deep'] as object)).toEqual(Object.keys(deep));
    });

    test('keep null and missing apart, and find both by null', async () => {
      await put({ _id: 'a', x: null }, { _id: 'b' }, { _id: 'c', x: 0 }, { _id: 'd', x: [null] });
      expect(await ids({ x: null })).toEqual(['a', 'b', 'd']);
      expect(await ids({ x: { $exists: false } })).toEqual(['b']);
      expect(await ids({ x: { $exists: true, $ne: null } })).toEqual(['c']);
      expect(Object.keys((await Loose.findOne({ _id: 'b' }).lean()) ?? {})).toEqual(['_id']);
    });

    test('can be other kinds of ids', async () => {
      const collection = store.connection.collection('contract_loose');
      const { insertedId } = await collection.insertOne({ name: 'no id' });
      expect(insertedId).toBeInstanceOf(mongo.ObjectId);
      expect(await collection.findOne({ _id: insertedId })).toEqual({
        _id: insertedId,
        name: 'no id',
      });
    });
  });

  describe('find', () => {
    const at = (day: number) => new Date(Date.UTC(2026, 0, day));
    beforeEach(() =>
      put(
        { _id: 'a', n: 1, s: 'x', at: at(1), tags: ['p', 'q'], o: { k: 1, l: { m: 'deep' } } },
        {
          _id: 'b',
          n: 2,
          s: 'y',
          at: at(2),
          tags: [],
          list: [
            { k: 1, v: 'u' },
            { k: 2, v: 'w' },
          ],
        },
        { _id: 'c', n: 3, s: 'Z', at: at(3), tags: ['q'], list: [{ k: 2, v: 'u' }], o: { k: 2 } },
        { _id: 'd', n: '3', at: at(4), o: { l: { m: 'deep' }, k: 1 } },
      ),
    );

    test.each<[string, object, string[]]>([
      ['equality', { n: 2 }, ['b']],
      ['equality of a text is not equality of a number', { n: '3' }, ['d']],
      ['everything', {}, ['a', 'b', 'c', 'd']],
      ['$gt among numbers only', { n: { $gt: 1 } }, ['b', 'c']],
      ['a range', { n: { $gte: 1, $lt: 3 } }, ['a', 'b']],
      ['dates', { at: { $gt: at(1), $lte: at(3) } }, ['b', 'c']],
      ['texts by their bytes', { s: { $gte: 'Z', $lt: 'y' } }, ['a', 'c']],
      ['$ne finds missing too', { s: { $ne: 'x' } }, ['b', 'c', 'd']],
      ['$in', { n: { $in: [1, '3'] } }, ['a', 'd']],
      ['$in with null', { s: { $in: ['x', null] } }, ['a', 'd']],
      ['$in of nothing', { n: { $in: [] } }, []],
      ['$nin', { n: { $nin: [1, 2] } }, ['c', 'd']],
      ['$or', { $or: [{ n: 1 }, { s: 'Z' }] }, ['a', 'c']],
      ['$and', { $and: [{ n: { $gt: 1 } }, { n: { $lt: 3 } }] }, ['b']],
      ['$nor', { $nor: [{ n: 1 }, { n: 2 }] }, ['c', 'd']],
      ['$not', { n: { $not: { $gt: 1 } } }, ['a', 'd']],
      ['an item of an array', { tags: 'q' }, ['a', 'c']],
      ['a whole array', { tags: ['p', 'q'] }, ['a']],
      ['an empty array', { tags: [] }, ['b']],
      ['$ne against an array', { tags: { $ne: 'p' } }, ['b', 'c', 'd']],
      ['$nin against an array', { tags: { $nin: ['p'] } }, ['b', 'c', 'd']],
      ['$all', { tags: { $all: ['q', 'p'] } }, ['a']],
      ['$size', { tags: { $size: 1 } }, ['c']],
      ['a dotted path', { 'o.l.m': 'deep' }, ['a', 'd']],
      ['a dotted path through an array', { 'list.k': 2 }, ['b', 'c']],
      ['two conditions that different items fulfil', { 'list.k': 1, 'list.v': 'w' }, ['b']],
      ['$elemMatch wants one item for both', { list: { $elemMatch: { k: 1, v: 'w' } } }, []],
      ['$elemMatch', { list: { $elemMatch: { k: 2, v: 'u' } } }, ['c']],
      ['$elemMatch of values', { tags: { $elemMatch: { $gt: 'o', $lt: 'q' } } }, ['a']],
      ['a whole document, in field order', { o: { k: 1, l: { m: 'deep' } } }, ['a']],
      ['a missing dotted path by null', { 'o.l': null }, ['b', 'c']],
      ['$exists on a dotted path', { 'list.v': { $exists: true } }, ['b', 'c']],
      ['the beginning of a text', { s: { $regex: '^x' } }, ['a']],
      ['a text in any case', { s: /z/i }, ['c']],
      ['$type', { n: { $type: 'string' } }, ['d']],
      ['an id in a range', { _id: { $gt: 'a', $lt: 'd' } }, ['b', 'c']],
    ])('%s', async (_name, filter, expected) => {
      expect(await ids(filter)).toEqual(expected);
      expect(await Loose.collection.countDocuments(filter)).toBe(expected.length);
    });

    test('sorts every kind in one order, skips and limits', async () => {
      await Loose.deleteMany({});
      const values = [[], null, -1, 0, 2.5, 10, 'B', 'a', { x: 1 }, false, true, at(1)];
      await put(
        ...values.map((v, i) => ({ _id: `v${String(values.length - i).padStart(2, '0')}`, v })),
      );
      const sorted = async (direction: 1 | -1) =>
        (await Loose.find({}, null, { sort: { v: direction, _id: 1 } }).lean()).map((d) => d['v']);
      expect(await sorted(1)).toEqual(values);
      expect(await sorted(-1)).toEqual([...values].reverse());
      const page = await Loose.find({}).sort({ v: 1 }).skip(2).limit(3).lean();
      expect(page.map((d) => d['v'])).toEqual([-1, 0, 2.5]);
    });

    test('sorts by several fields and by the least or greatest item of an array', async () => {
      await Loose.deleteMany({});
      await put(
        { _id: 'a', g: 1, t: [5, 1] },
        { _id: 'b', g: 1, t: [3] },
        { _id: 'c', g: 0, t: 2 },
      );
      expect(await ids({}, { sort: { g: -1, _id: -1 } })).toEqual(['b', 'a', 'c']);
      expect(await ids({}, { sort: { t: 1 } })).toEqual(['a', 'c', 'b']);
      expect(await ids({}, { sort: { t: -1 } })).toEqual(['a', 'b', 'c']);
    });

    test.each<[string, Record<string, 0 | 1>, string, object]>([
      ['takes fields', { n: 1 }, 'a', { _id: 'a', n: 1 }],
      ['takes fields without the id', { n: 1, _id: 0 }, 'a', { n: 1 }],
      ['takes a dotted field', { 'o.l': 1 }, 'a', { _id: 'a', o: { l: { m: 'deep' } } }],
      [
        'takes a field of items',
        { 'list.v': 1 },
        'b',
        { _id: 'b', list: [{ v: 'u' }, { v: 'w' }] },
      ],
      ['takes the id only', { _id: 1 }, 'a', { _id: 'a' }],
      [
        'leaves fields out',
        { at: 0, tags: 0, 'list.k': 0, s: 0 },
        'c',
        { _id: 'c', n: 3, list: [{ v: 'u' }], o: { k: 2 } },
      ],
    ])('%s', async (_name, projection, id, expected) => {
      expect(await Loose.collection.findOne({ _id: id } as never, { projection })).toEqual(
        expected,
      );
    });

    test('reads with a cursor, one by one', async () => {
      const seen: unknown[] = [];
      for await (const doc of Loose.find({}).sort({ _id: 1 }).lean().cursor()) seen.push(doc._id);
      expect(seen).toEqual(['a', 'b', 'c', 'd']);
    });

    test('gives distinct values, items of arrays one by one', async () => {
      expect((await Loose.distinct('tags')).sort()).toEqual(['p', 'q']);
      expect((await Loose.distinct('list.k', { n: { $gt: 1 } })).sort()).toEqual([1, 2]);
      expect(await Loose.distinct('at', { n: 1 })).toEqual([at(1)]);
    });
  });

  describe('update', () => {
    const base = {
      _id: 'a',
      n: 1,
      s: 'x',
      o: { k: 1, l: 2 },
      list: [1, 2, 3],
      docs: [
        { k: 1, v: 1 },
        { k: 2, v: 2 },
      ],
    };
    const rest = (more: object) => ({ ...base, ...more });

    test.each<[string, object, object]>([
      [
        '$set',
        { $set: { n: 5, 'o.k': 'new', 'p.q.r': [1] } },
        rest({ n: 5, o: { k: 'new', l: 2 }, p: { q: { r: [1] } } }),
      ],
      [
        '$set of an array position',
        { $set: { 'list.1': 9, 'docs.0.v': 7 } },
        rest({
          list: [1, 9, 3],
          docs: [
            { k: 1, v: 7 },
            { k: 2, v: 2 },
          ],
        }),
      ],
      [
        '$set beyond the end of an array',
        { $set: { 'list.4': 9 } },
        rest({ list: [1, 2, 3, null, 9] }),
      ],
      [
        '$unset',
        { $unset: { s: 1, 'o.k': 1, 'none.x': 1, 'list.0': 1 } },
        { _id: 'a', n: 1, o: { l: 2 }, list: [null, 2, 3], docs: base.docs },
      ],
      ['$inc', { $inc: { n: 2, 'o.k': -1, m: 4 } }, rest({ n: 3, o: { k: 0, l: 2 }, m: 4 })],
      ['$mul', { $mul: { n: 3, none: 3 } }, rest({ n: 3, none: 0 })],
      [
        '$min and $max',
        { $min: { n: 0, 'o.k': 5 }, $max: { 'o.l': 9, m: 1 } },
        rest({ n: 0, o: { k: 1, l: 9 }, m: 1 }),
      ],
      ['$push', { $push: { list: 4, made: 'x' } }, rest({ list: [1, 2, 3, 4], made: ['x'] })],
      [
        '$push of a document',
        { $push: { docs: { k: 3 } } },
        rest({ docs: [...base.docs, { k: 3 }] }),
      ],
      [
        '$push $each $slice from the end',
        { $push: { list: { $each: [4, 5], $slice: -3 } } },
        rest({ list: [3, 4, 5] }),
      ],
      [
        '$push $each $position $slice',
        { $push: { list: { $each: [8, 9], $position: 1, $slice: 4 } } },
        rest({ list: [1, 8, 9, 2] }),
      ],
      ['$push $each of nothing', { $push: { made: { $each: [] } } }, rest({ made: [] })],
      ['$addToSet', { $addToSet: { list: 3, docs: { k: 1, v: 1 } } }, base],
      [
        '$addToSet in another field order',
        { $addToSet: { docs: { v: 1, k: 1 } } },
        rest({ docs: [...base.docs, { v: 1, k: 1 }] }),
      ],
      [
        '$addToSet $each',
        { $addToSet: { list: { $each: [3, 4, 4] } } },
        rest({ list: [1, 2, 3, 4] }),
      ],
      ['$pull of a value', { $pull: { list: 2, none: 1 } }, rest({ list: [1, 3] })],
      ['$pull by operators', { $pull: { list: { $gte: 2 } } }, rest({ list: [1] })],
      [
        '$pull of documents by some fields',
        { $pull: { docs: { k: 1 } } },
        rest({ docs: [{ k: 2, v: 2 }] }),
      ],
      [
        '$pull of documents by operators',
        { $pull: { docs: { v: { $in: [2, 3] } } } },
        rest({ docs: [{ k: 1, v: 1 }] }),
      ],
      ['$pullAll', { $pullAll: { list: [1, 3] } }, rest({ list: [2] })],
      ['$pop', { $pop: { list: 1, docs: -1 } }, rest({ list: [1, 2], docs: [{ k: 2, v: 2 }] })],
      [
        '$setOnInsert does nothing to what is there',
        { $set: { n: 2 }, $setOnInsert: { z: 1 } },
        rest({ n: 2 }),
      ],
    ])('%s', async (_name, update, expected) => {
      expect(await changed(base, update)).toEqual(expected);
    });

    test.each<[string, object, number]>([
      ['$inc of a text', { $inc: { s: 1 } }, 14],
      ['$push to a number', { $push: { n: 1 } }, 2],
      ['a path through a number', { $set: { 'n.x': 1 } }, 28],
      ['a field of an array', { $set: { 'list.x': 1 } }, 28],
      ['two changes of one path', { $set: { n: 1 }, $inc: { n: 1 } }, 40],
      ['a change of a path and of its beginning', { $set: { 'o.k': 1, o: {} } }, 40],
      ['another id', { $set: { _id: 'b' } }, 66],
    ])('refuses %s and changes nothing', async (_name, update, code) => {
      await put(base);
      expect(await codeOf(Loose.collection.updateOne({ _id: 'a' } as never, update))).toBe(code);
      expect(await Loose.findOne({ _id: 'a' }).lean()).toEqual(base);
    });

    test('counts what matched and what differs', async () => {
      await put({ _id: 'a', g: 1, n: 1 }, { _id: 'b', g: 1, n: 2 }, { _id: 'c', g: 2, n: 2 });
      const same = await Loose.updateOne({ _id: 'a' }, { $set: { n: 1 } });
      expect(same).toMatchObject({ matchedCount: 1, modifiedCount: 0, upsertedCount: 0 });
      const none = await Loose.updateOne({ _id: 'z' }, { $set: { n: 1 } });
      expect(none).toMatchObject({ matchedCount: 0, modifiedCount: 0 });
      const many = await Loose.updateMany({ g: 1 }, { $set: { n: 2 } });
      expect(many).toMatchObject({ matchedCount: 2, modifiedCount: 1 });
      expect(await Loose.countDocuments({ n: 2 })).toBe(3);
    });

    test('upserts with what the filter says, the update and $setOnInsert', async () => {
      const update = { $set: { s: 'x' }, $inc: { n: 1 }, $setOnInsert: { _id: 'new', z: 1 } };
      const first = await Loose.collection.updateOne(
        { g: 7, 'o.k': { $eq: 2 }, n: { $gt: -1 } },
        update,
        { upsert: true },
      );
      expect(first).toMatchObject({ matchedCount: 0, upsertedCount: 1, upsertedId: 'new' });
      expect(await Loose.findOne({ g: 7 }).lean()).toEqual({
        _id: 'new',
        g: 7,
        o: { k: 2 },
        n: 1,
        s: 'x',
        z: 1,
      });
      await Loose.collection.updateOne(
        { g: 7 },
        { $inc: { n: 1 }, $setOnInsert: { z: 2 } },
        { upsert: true },
      );
      expect(await Loose.findOne({ g: 7 }).lean()).toMatchObject({ n: 2, z: 1 });
      await Loose.updateMany({ _id: 'm' }, { $set: { q: 1 } }, { upsert: true });
      expect(await Loose.findOne({ _id: 'm' }).lean()).toEqual({ _id: 'm', q: 1 });
    });

    test('findOneAndUpdate gives the document before or after, by the order asked for', async () => {
      await put({ _id: 'a', due: 2 }, { _id: 'b', due: 1 });
      const take = { $set: { leased: true } };
      const sort = { due: 1 } as const;
      const free = { leased: { $ne: true } };
      const before = await Loose.findOneAndUpdate(free, take, { sort }).lean();
      expect(before).toEqual({ _id: 'b', due: 1 });
      const after = await Loose.findOneAndUpdate(free, take, {
        sort,
        returnDocument: 'after',
        projection: { leased: 1 },
      }).lean();
      expect(after).toEqual({ _id: 'a', leased: true });
      expect(await Loose.findOneAndUpdate(free, take).lean()).toBeNull();
      const made = await Loose.findOneAndUpdate(
        { _id: 'c' },
        { $setOnInsert: { due: 9 } },
        { upsert: true, returnDocument: 'after' },
      ).lean();
      expect(made).toEqual({ _id: 'c', due: 9 });
    });

    test('replaces, deletes one, deletes many, gives back what it deleted', async () => {
      await put(
        { _id: 'a', g: 1, x: 1 },
        { _id: 'b', g: 1 },
        { _id: 'c', g: 1 },
        { _id: 'd', g: 2 },
      );
      await Loose.replaceOne({ _id: 'a' }, { y: 2 });
      expect(await Loose.findOne({ _id: 'a' }).lean()).toEqual({ _id: 'a', y: 2 });
      expect(await Loose.findOneAndDelete({ g: 1 }, { sort: { _id: -1 } }).lean()).toEqual({
        _id: 'c',
        g: 1,
      });
      expect(await Loose.deleteOne({ g: 1 })).toMatchObject({ deletedCount: 1 });
      expect(await Loose.deleteMany({ _id: { $in: ['a', 'd', 'z'] } })).toMatchObject({
        deletedCount: 2,
      });
      expect(await Loose.countDocuments()).toBe(0);
    });
  });

  describe('unique indexes', () => {
    test('refuse the second with 11000 and say which', async () => {
      await all.typed.create({ contextId: 'c', name: 'n' });
      await all.typed.create({ contextId: 'c', name: 'other' });
      const error = await all.typed.create({ contextId: 'c', name: 'n' }).catch((e: unknown) => e);
      expect(error).toMatchObject({
        code: 11000,
        keyPattern: { contextId: 1, name: 1 },
        keyValue: { contextId: 'c', name: 'n' },
      });
      const rename = all.typed.updateOne(
        { contextId: 'c', name: 'other' },
        { $set: { name: 'n' } },
      );
      expect(await codeOf(rename.exec())).toBe(11000);
      expect(await all.typed.countDocuments({ contextId: 'c', name: 'n' })).toBe(1);
    });

    test('refuse a second id', async () => {
      await put({ _id: 'a' });
      expect(await codeOf(put({ _id: 'a' }))).toBe(11000);
    });

    test('that are sparse let any number be without', async () => {
      await all.expiring.create({ _id: 'a' });
      await all.expiring.create({ _id: 'b' });
      await all.expiring.create({ _id: 'c', nonce: 'n' });
      expect(await codeOf(all.expiring.create({ _id: 'd', nonce: 'n' }))).toBe(11000);
      expect(await all.expiring.countDocuments({ nonce: null })).toBe(2);
    });

    test('that are partial count only for what they are about', async () => {
      await all.partial.create({ email: 'a@x', active: false });
      await all.partial.create({ email: 'a@x', active: false });
      const one = await all.partial.create({ email: 'a@x', active: true });
      expect(await codeOf(all.partial.create({ email: 'a@x', active: true }))).toBe(11000);
      await all.partial.updateOne({ _id: one._id }, { $set: { active: false } });
      await all.partial.create({ email: 'a@x', active: true });
      expect(await all.partial.countDocuments({ email: 'a@x' })).toBe(4);
      expect(await all.partial.countDocuments({ email: 'a@x', active: true })).toBe(1);
    });
  });

  describe('many at once', () => {
    test('bulk writes in order stop at the first error', async () => {
      const error = await Loose.bulkWrite([
        { insertOne: { document: { _id: 'a', n: 1 } } },
        { updateOne: { filter: { _id: 'a' }, update: { $inc: { n: 1 } } } },
        { insertOne: { document: { _id: 'a' } } },
        { insertOne: { document: { _id: 'late' } } },
      ]).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 11000, insertedCount: 1, modifiedCount: 1 });
      expect(await Loose.find().lean()).toEqual([{ _id: 'a', n: 2 }]);
    });

    test('bulk writes without order do all they can', async () => {
      await put({ _id: 'a', g: 1 }, { _id: 'b', g: 1 });
      const error = await Loose.collection
        .bulkWrite(
          [
            { insertOne: { document: { _id: 'a' } as never } },
            { updateMany: { filter: { g: 1 }, update: { $set: { n: 1 } } } },
            {
              updateOne: {
                filter: { _id: 'u' } as never,
                update: { $set: { n: 2 } },
                upsert: true,
              },
            },
            { deleteOne: { filter: { _id: 'b' } as never } },
          ],
          { ordered: false },
        )
        .catch((e: unknown) => e);
      expect(error).toMatchObject({
        code: 11000,
        matchedCount: 2,
        upsertedCount: 1,
        deletedCount: 1,
      });
      expect(
        (error as { writeErrors: { index: number }[] }).writeErrors.map((e) => e.index),
      ).toEqual([0]);
      expect(await ids({})).toEqual(['a', 'u']);
    });

    test('bulk writes tell what they did', async () => {
      const result = await Loose.bulkWrite([
        { insertOne: { document: { _id: 'a', n: 1 } } },
        { replaceOne: { filter: { _id: 'a' }, replacement: { n: 2 } } },
        { updateOne: { filter: { _id: 'z' }, update: { $set: { n: 3 } }, upsert: true } },
        { deleteMany: { filter: { n: 2 } } },
      ]);
      expect(result).toMatchObject({
        insertedCount: 1,
        matchedCount: 1,
        modifiedCount: 1,
        upsertedCount: 1,
        deletedCount: 1,
      });
      expect(await ids({})).toEqual(['z']);
    });

    test('insertMany without order keeps the good ones', async () => {
      const docs = ['a', 'b', 'a', 'c'].map((_id) => ({ _id }));
      expect(await codeOf(Loose.insertMany(docs, { ordered: false }))).toBe(11000);
      expect(await ids({})).toEqual(['a', 'b', 'c']);
    });

    test('holds 10,000 documents', async () => {
      const docs = Array.from({ length: 10_000 }, (_, i) => ({
        _id: `d${String(i).padStart(5, '0')}`,
        n: i,
        g: i % 7,
        at: new Date(i * 1000),
      }));
      await Loose.collection.insertMany(docs as never[]);
      expect(await Loose.countDocuments()).toBe(10_000);
      expect(await Loose.countDocuments({ at: { $gte: new Date(9_990_000) } })).toBe(10);
      const page = await Loose.find({ g: 3 }).sort({ n: -1 }).skip(10).limit(2).lean();
      expect(page.map((d) => d['n'])).toEqual([9929, 9922]);
      expect(await Loose.updateMany({ g: 3 }, { $inc: { n: 10_000 } })).toMatchObject({
        modifiedCount: 1429,
      });
      expect((await Loose.distinct('g')).length).toBe(7);
      let seen = 0;
      for await (const doc of Loose.find({}).lean().cursor()) seen += doc._id === '' ? 0 : 1;
      expect(seen).toBe(10_000);
      expect(await Loose.deleteMany({ n: { $gte: 5_000 } })).toMatchObject({ deletedCount: 5714 });
    });
  });

  test('aggregates: match, group, sort, skip, limit, project, unwind, count', async () => {
    await put(
      { _id: 'a', g: 'x', n: 1, at: new Date(1), tags: ['p', 'q'] },
      { _id: 'b', g: 'x', n: 5, at: new Date(2), tags: ['q'] },
      { _id: 'c', g: 'y', n: 3, at: new Date(3), tags: [] },
      { _id: 'd', n: 'no number' },
    );
    const grouped = await Loose.aggregate([
      { $match: { g: { $ne: null } } },
      { $sort: { n: 1 } },
      {
        $group: {
          _id: '$g',
          total: { $sum: '$n' },
          count: { $sum: 1 },
          least: { $min: '$n' },
          latest: { $max: '$at' },
          mean: { $avg: '$n' },
          first: { $first: '$_id' },
          ids: { $push: '$_id' },
        },
      },
      { $sort: { _id: 1 } },
    ]);
    expect(grouped).toEqual([
      {
        _id: 'x',
        total: 6,
        count: 2,
        least: 1,
        latest: new Date(2),
        mean: 3,
        first: 'a',
        ids: ['a', 'b'],
      },
      {
        _id: 'y',
        total: 3,
        count: 1,
        least: 3,
        latest: new Date(3),
        mean: 3,
        first: 'c',
        ids: ['c'],
      },
    ]);
    expect(
      await Loose.aggregate([
        { $sort: { _id: -1 } },
        { $skip: 1 },
        { $limit: 2 },
        { $project: { n: 1 } },
      ]),
    ).toEqual([
      { _id: 'c', n: 3 },
      { _id: 'b', n: 5 },
    ]);
    expect(
      await Loose.aggregate([
        { $unwind: '$tags' },
        { $group: { _id: { tag: '$tags' }, n: { $sum: 1 } } },
        { $sort: { n: -1 } },
        { $limit: 1 },
      ]),
    ).toEqual([{ _id: { tag: 'q' }, n: 2 }]);
    expect(await Loose.aggregate([{ $match: { g: 'x' } }, { $count: 'many' }])).toEqual([
      { many: 2 },
    ]);
    expect(await Loose.aggregate([{ $group: { _id: null, total: { $sum: '$n' } } }])).toEqual([
      { _id: null, total: 9 },
    ]);
  });

  test('compare and set: one of many writers at once wins', async () => {
    await put({ _id: 'a', version: 0 });
    const tries = Array.from({ length: 20 }, (_, i) =>
      Loose.updateOne({ _id: 'a', version: 0 }, { $set: { by: i }, $inc: { version: 1 } }),
    );
    const results = await Promise.all(tries);
    expect(results.filter((result) => result.matchedCount === 1)).toHaveLength(1);
    expect(await Loose.findOne({ _id: 'a' }).lean()).toMatchObject({ version: 1 });
  });

  test('two processes count up together and no step is lost', { timeout: 120_000 }, async () => {
    const steps = 500;
    await put({ _id: 'counter', version: 0, plain: 0 });
    const child = fork(
      fileURLToPath(new URL('./count-up.ts', import.meta.url)),
      [subject.url(), String(steps)],
      { execArgv: ['--import', 'tsx'] },
    );
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => child.once('message', resolve));
    await countUp(Loose, steps);
    expect(await ended).toBe(0);
    expect(await Loose.findOne({ _id: 'counter' }).lean()).toEqual({
      _id: 'counter',
      version: 2 * steps,
      plain: 2 * steps,
    });
  });
}
