import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/db/connect.js';
import { leaseModel } from '../../src/db/lease.model.js';
import { createWorker } from '../../src/db/worker.js';
import { Visitor, type Fields } from '../support/visitor.js';
import { startWorld, type World } from '../support/world.js';
import { anotherApp, openBeside } from './grading-class.js';

let world: World;
let other: Awaited<ReturnType<typeof anotherApp>>;
let server: Server;
/** The second process's own address; browsers reach both under one, behind a balancer. */
let otherUrl: string;

beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
  other = await anotherApp(world);
  server = createServer(other.trellis.app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  otherUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await other.close();
  await world.close();
});

const order = (as = 'teacher-1') => ({ as, link: world.sandbox.links[0]!.id });

/** A request of a browser that the balancer hands to the second process. */
function atOther(visitor: Visitor, method: string, path: string, fields?: Fields) {
  const cookies = [...visitor.cookies(new URL(world.url).host)];
  const { pathname, search } = new URL(path, world.url);
  return fetch(otherUrl + pathname + search, {
    method,
    redirect: 'manual',
    headers: { cookie: cookies.map(([name, value]) => `${name}=${value}`).join('; ') },
    ...(fields === undefined ? {} : { body: new URLSearchParams(fields as never) }),
  });
}

/** Sends what the second process set back to the browser, as the balancer does. */
function withCookies(visitor: Visitor, answer: Response): Record<string, string> {
  const set = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
  const kept = [...visitor.cookies(new URL(world.url).host)].map(([n, v]) => `${n}=${v}`);
  return { cookie: [...kept, ...set].join('; ') };
}

describe('two processes on one store', () => {
  test('a login begun on one is finished on the other, and its session holds on both', async () => {
    const visitor = new Visitor();
    const { action, fields } = await world.login(order(), visitor);
    const launched = await atOther(visitor, 'POST', action, fields);
    expect(launched.status).toBe(303);
    const path = launched.headers.get('location') ?? '';
    const headers = withCookies(visitor, launched);
    const here = await new Visitor(false).open(world.url + path, { headers });
    expect([here.status, here.role]).toEqual([200, 'instructor']);
    const there = await fetch(otherUrl + path, { headers });
    expect(there.status).toBe(200);
  });

  test('a launch used on one is refused on the other', async () => {
    const visitor = new Visitor();
    const { action, fields } = await world.login(order(), visitor);
    const cookie = [...visitor.cookies(new URL(world.url).host)].map(([n, v]) => `${n}=${v}`);
    expect((await atOther(visitor, 'POST', action, fields)).status).toBe(303);
    const again = await new Visitor(false).open(action, {
      method: 'POST',
      fields,
      headers: { cookie: cookie.join('; ') },
    });
    expect([again.status, again.code]).toEqual([400, 'nonce-reused']);
  });

  test('of twenty posts of one launch, spread over both at once, one wins', async () => {
    const visitor = new Visitor();
    const { action, fields } = await world.login(order(), visitor);
    const cookie = [...visitor.cookies(new URL(world.url).host)].map(([n, v]) => `${n}=${v}`);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const url = i % 2 === 0 ? action : otherUrl + new URL(action).pathname;
        const answer = await fetch(url, {
          method: 'POST',
          redirect: 'manual',
          headers: { cookie: cookie.join('; ') },
          body: new URLSearchParams(fields),
        });
        return answer.status;
      }),
    );
    expect(statuses.filter((status) => status === 303)).toHaveLength(1);
    expect(statuses.filter((status) => status === 400)).toHaveLength(19);
  });

  test('what an operator changes in one is in force in the other at once', async () => {
    const { visitor, base } = await world.launch(order('teacher-2'));
    const id = world.registrations.canvas;
    await other.trellis.lti.registrations.disable(id, 'operator');
    expect((await visitor.open(`${base}/`)).code).toBe('session-ended');
    await expect(world.login(order(), new Visitor())).rejects.toThrow('switched off here');
    await other.trellis.lti.registrations.enable(id, 'operator');
    expect((await world.launch(order())).page.status).toBe(200);
  });

  test('a link to the console made in one opens the other, once', async () => {
    const url = new URL(await other.trellis.adminLink());
    const pages = await Promise.all([
      fetch(world.url + url.pathname + url.search),
      fetch(otherUrl + url.pathname + url.search),
    ]);
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  test('both publish the same keys', async () => {
    const keys = await Promise.all([world.url, otherUrl].map((u) => fetch(`${u}/lti/keys`)));
    const [a, b] = await Promise.all(keys.map((answer) => answer.text()));
    expect(a).toBe(b);
  });

  test('a class list is read by one of them', async () => {
    const family = 'moodle';
    const link = world.sandbox.linksOf(family)[0]!.id;
    world.sandbox.clearRequests();
    world.sandbox.faults.set({ trouble: ['slow'], troubleOn: ['roster'], slowMs: 2_000 });
    await Promise.all(
      ['teacher-1', 'teacher-2', 'assistant-1'].map(async (as, i) => {
        const visitor = new Visitor();
        const { action, fields } = await world.login({ as, family, link }, visitor);
        const done =
          i === 1
            ? await atOther(visitor, 'POST', action, fields)
            : await visitor.raw('POST', action, new URLSearchParams(fields));
        expect(done.status).toBe(303);
      }),
    );
    await expect
      .poll(
        async () => {
          const rows = await world.store.connection.collection('contexts').find({}).toArray();
          const course = rows.find((row) => String(row['membershipsUrl']).includes('/moodle/'));
          return (course?.['roster'] as { readAt: unknown } | undefined)?.readAt ?? null;
        },
        { timeout: 10_000 },
      )
      .not.toBeNull();
    world.sandbox.faults.clear();
    const asked = world.sandbox.requests('roster').filter((entry) => entry.family === family);
    expect(asked).toHaveLength(1);
  });
});

describe('work outside requests', () => {
  const stores: Store[] = [];
  afterAll(() => Promise.all(stores.map((store) => store.close())));

  async function aWorker(now: () => Date) {
    const store = await openBeside(world);
    stores.push(store);
    const onError = (name: string, error: unknown): never => {
      throw new Error(name, { cause: error });
    };
    return createWorker({ leases: leaseModel(store.connection), clock: now, onError });
  }

  test('is taken by one of many at a time; a killed one’s is taken over when its lease is over', async () => {
    let ms = Date.now();
    const now = () => new Date(ms);
    const workers = await Promise.all([aWorker(now), aWorker(now), aWorker(now)]);
    let runs = 0;
    const work = async () => {
      runs += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    };
    await Promise.all(workers.map((worker) => worker.once('count', 1_000, work)));
    expect(runs).toBe(1);
    await workers[1].once('count', 1_000, work);
    expect(runs).toBe(2);

    // A process that dies in the middle gives nothing back.
    const dead = workers[0].once('count', 1_000, () => new Promise(() => undefined));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await workers[1].once('count', 1_000, work);
    expect(runs).toBe(2);
    ms += 1_001;
    await workers[1].once('count', 1_000, work);
    expect(runs).toBe(3);
    void dead;
  });
});
