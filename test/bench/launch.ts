import { join } from 'node:path';
import { openStore } from '../../src/db/connect.js';
import { newId } from '../../src/db/ids.js';
import type { ContextId, DeploymentId, MembershipId } from '../../src/ids.js';
import { membershipModel } from '../../src/launch/membership.model.js';
import { createSandbox, type Sandbox } from '../../src/sandbox/server.js';
import { Visitor } from '../support/visitor.js';
import {
  aPort,
  argument,
  cpuPer,
  line,
  rs256Ms,
  spread,
  start,
  times,
  withHands,
  type Measured,
} from './processes.js';

/** A tool with the practice LMS that launches it; the LMS signs in this process, outside the measure. */
interface Pair {
  readonly sandbox: Sandbox;
  readonly tool: Measured;
  close(): Promise<void>;
}

/** Starts a tool and a practice LMS that know each other. */
export async function aPair(app: 'trellis' | 'bare-ltijs'): Promise<Pair> {
  const port = aPort();
  const sandbox = await createSandbox({
    publicUrl: 'http://127.0.0.1:0',
    toolUrl: `http://localhost:${port}`,
  });
  await sandbox.listen(0);
  const tool = await start(app, { platform: sandbox.platform }, { port });
  return {
    sandbox,
    tool,
    async close() {
      await tool.close();
      await sandbox.close();
    },
  };
}

interface Prepared {
  readonly visitor: Visitor;
  readonly action: string;
  readonly fields: Record<string, string>;
}

const person = (i: number): string => `student-${(i % 28) + 1}`;

async function login({ sandbox }: Pair, as: string): Promise<Prepared> {
  const visitor = new Visitor();
  const begun = sandbox.startLaunch({ as, link: sandbox.links[0]?.id });
  const query = new URLSearchParams(begun.fields);
  const answer = await visitor.raw('GET', `${begun.url}?${query.toString()}`);
  const { action, fields } = await sandbox.authorize(answer.headers.get('location') ?? '');
  return { visitor, action, fields };
}

/** Posts the launch; a plain ltijs app sends on to itself with its token, and there it is opened. */
async function post(pair: Pair, app: string, { visitor, action, fields }: Prepared): Promise<void> {
  const answer = await visitor.raw('POST', action, new URLSearchParams(fields));
  await answer.arrayBuffer();
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`${app}: a launch answered ${answer.status}`);
  if (app === 'trellis') return;
  const opened = await visitor.raw('GET', new URL(location, pair.tool.url).href);
  const text = await opened.text();
  if (!text.includes('You are here')) throw new Error(`${app}: no page: ${opened.status} ${text}`);
}

async function launch(pair: Pair, app: string, i: number): Promise<void> {
  await post(pair, app, await login(pair, person(i)));
}

function keyFetches({ sandbox }: Pair): number {
  return sandbox.requests('jwks').length;
}

/** Fills a store with students of other courses, as years leave them behind. */
async function fill(dataDir: string, students: number): Promise<void> {
  const store = await openStore(`sqlite:${join(dataDir, 'trellis.db')}`, { dataDir });
  const memberships = membershipModel(store.connection);
  const deploymentId = newId() as DeploymentId;
  const now = new Date();
  for (let done = 0; done < students; done += 1_000) {
    const contextId = newId() as ContextId;
    await memberships.insertMany(
      Array.from({ length: Math.min(1_000, students - done) }, (_, i) => ({
        _id: newId() as MembershipId,
        deploymentId,
        contextId,
        sub: `stored-${done + i}`,
        role: 'learner' as const,
        name: `Student ${done + i}`,
        givenName: 'Student',
        familyName: String(done + i),
        email: null,
        isTestUser: false,
        status: 'active' as const,
        number: i + 1,
        sectionIds: [],
        groupIds: [],
        mentorOf: [],
        locale: null,
        joinedAt: now,
        firstLaunchAt: now,
        lastLaunchAt: now,
      })),
    );
  }
  await store.close();
}

/**
 * Launches of Trellis against a plain ltijs 5.9.9 app, both as processes of their own on stores of
 * the same kind. A launch is the login, the post of the token, and the session it opens.
 *
 * @returns The report's lines. `launches=`, `long=` and `students=` scale it.
 */
export async function benchLaunch(): Promise<string[]> {
  const count = argument('launches', 400);
  const unit = await rs256Ms();
  const pairs = { trellis: await aPair('trellis'), 'bare-ltijs': await aPair('bare-ltijs') };
  const lines: string[] = [];
  try {
    const cpu = { trellis: Infinity, 'bare-ltijs': Infinity };
    const fetches = { trellis: 0, 'bare-ltijs': 0 };
    const wall = { trellis: 0, 'bare-ltijs': 0 };
    const names = ['trellis', 'bare-ltijs'] as const;
    for (const app of names) await withHands(8, 800, (i) => launch(pairs[app], app, i));
    const rounds = 3;
    for (let round = 0; round < rounds; round += 1) {
      for (const app of names) {
        const pair = pairs[app];
        const before = keyFetches(pair);
        const began = performance.now();
        const { cpuMs } = await cpuPer(pair.tool, count, (i) => launch(pair, app, i));
        wall[app] += performance.now() - began;
        fetches[app] += keyFetches(pair) - before;
        cpu[app] = Math.min(cpu[app], cpuMs);
      }
    }
    const all = rounds * count;
    const ratio = cpu.trellis / cpu['bare-ltijs'];
    lines.push(
      line('CPU of a launch, of a plain ltijs app’s', times(ratio), ratio <= 0.5),
      line('  in RS256 verifications', times(cpu.trellis / unit), cpu.trellis / unit <= 8),
      line('  a plain ltijs app, in RS256 verifications', times(cpu['bare-ltijs'] / unit)),
      line(
        '  (milliseconds: ours, plain, one verification)',
        `${cpu.trellis.toFixed(2)} ${cpu['bare-ltijs'].toFixed(2)} ${unit.toFixed(3)}`,
      ),
      line('Launches a second one core could take, of a plain app’s', times(1 / ratio)),
      line(
        'Launches a second, one after the other, of a plain app’s',
        times(wall['bare-ltijs'] / wall.trellis),
      ),
      line(
        'Key fetches for each launch when warm',
        (fetches.trellis / all).toFixed(3),
        fetches.trellis === 0,
      ),
      line('  a plain ltijs app', (fetches['bare-ltijs'] / all).toFixed(3)),
    );
    lines.push(await underLoad(pairs.trellis));
    lines.push(...(await longRun(pairs.trellis)));
    lines.push(await withManyStored(pairs.trellis, cpu.trellis, count));
  } finally {
    for (const pair of Object.values(pairs)) await pair.close();
  }
  return lines;
}

/** Sixteen at once; the tokens are signed before, so that only the tool is waited for. */
async function underLoad(pair: Pair): Promise<string> {
  const ready: Prepared[] = [];
  const count = argument('launches', 400);
  await withHands(8, count, async (i) => {
    ready.push(await login(pair, person(i)));
  });
  const taken: number[] = [];
  await withHands(16, count, async (i) => {
    const one = ready[i];
    if (one === undefined) return;
    const began = performance.now();
    await post(pair, 'trellis', one);
    taken.push(performance.now() - began);
  });
  const { median, p95 } = spread(taken);
  return line(
    '95th percentile of 16 launches at once, of the median',
    times(p95 / median),
    p95 <= 3 * median,
  );
}

/** Memory still in use after many launches, against after the first few. */
async function longRun(pair: Pair): Promise<string[]> {
  const long = argument('long', 5_000);
  await withHands(8, Math.ceil(long / 5), (i) => launch(pair, 'trellis', i));
  const early = await pair.tool.usage();
  await withHands(8, long - Math.ceil(long / 5), (i) => launch(pair, 'trellis', i));
  const late = await pair.tool.usage();
  const growth = late.heap / early.heap;
  const mb = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
  return [
    line(
      `Memory in use after ${long} launches, of after ${Math.ceil(long / 5)}`,
      times(growth),
      growth < 1.1,
    ),
    line('  (process as a whole)', mb(late.rss), late.rss < 250 * 2 ** 20),
  ];
}

/** The same launch where years of students are stored. */
async function withManyStored(pair: Pair, alone: number, count: number): Promise<string> {
  const students = argument('students', 100_000);
  await fill(pair.tool.dataDir, students);
  for (let i = 0; i < 100; i += 1) await launch(pair, 'trellis', i);
  let least = Infinity;
  for (let round = 0; round < 2; round += 1) {
    const { cpuMs } = await cpuPer(pair.tool, count, (i) => launch(pair, 'trellis', i));
    least = Math.min(least, cpuMs);
  }
  return line(
    `CPU of a launch with ${students} stored students, of with 28`,
    times(least / alone),
    least / alone < 1.25,
  );
}
