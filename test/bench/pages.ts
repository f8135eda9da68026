import { createSandbox } from '../../src/sandbox/server.js';
import { aClassroom, type Visit } from './classroom.js';
import {
  aPort,
  argument,
  cpuPer,
  line,
  rs256Ms,
  start,
  times,
  type Measured,
} from './processes.js';

interface Asked {
  readonly what: string;
  readonly who: Visit;
  readonly path: string;
  /** CPU milliseconds the architecture allows; null: only the ratio is told. */
  readonly most: number | null;
}

async function get(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const answer = await fetch(url, { headers: { accept: 'text/html', ...headers } });
  const body = await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${new URL(url).pathname} answered ${answer.status}`);
  return body.byteLength;
}

async function compare(
  tool: Measured,
  bare: Measured,
  asked: Asked,
  unit: number,
): Promise<string[]> {
  const count = argument('pages', 150);
  const url = asked.who.base + asked.path;
  const bytes = await get(url, asked.who.headers);
  const plain = `${bare.url}/bytes/${bytes}`;
  const best = { ours: Infinity, plain: Infinity };
  let operations = 0;
  for (let i = 0; i < 40; i += 1) await Promise.all([get(url, asked.who.headers), get(plain, {})]);
  for (let round = 0; round < 2; round += 1) {
    const ours = await cpuPer(tool, count, () => get(url, asked.who.headers));
    best.ours = Math.min(best.ours, ours.cpuMs);
    ({ operations } = ours);
    best.plain = Math.min(best.plain, (await cpuPer(bare, count, () => get(plain, {}))).cpuMs);
  }
  const isWithin = asked.most === null ? null : best.ours < asked.most;
  return [
    line(`${asked.what} (${(bytes / 1024).toFixed(0)} kB)`, times(best.ours / best.plain)),
    line('  in RS256 verifications', times(best.ours / unit)),
    line(
      `  store operations; milliseconds${asked.most === null ? '' : ` (at most ${asked.most})`}`,
      `${operations.toFixed(1)}; ${best.ours.toFixed(1)}`,
      isWithin,
    ),
  ];
}

/**
 * CPU of the pages people open most, each against Express and Handlebars alone writing as many bytes.
 *
 * @returns The report's lines. `pages=` is the number of requests of a round.
 */
export async function benchPages(): Promise<string[]> {
  const unit = await rs256Ms();
  const port = aPort();
  const sandbox = await createSandbox({
    publicUrl: 'http://127.0.0.1:0',
    toolUrl: `http://localhost:${port}`,
  });
  await sandbox.listen(0);
  const tool = await start('trellis', { platform: sandbox.platform }, { port });
  const bare = await start('bare-express');
  const lines: string[] = [];
  try {
    const small = await aClassroom(tool, 40, 2);
    const large = await aClassroom(tool, 1_000, 0);
    const [student] = small.students;
    if (student === undefined) throw new Error('no student has a session');
    const at = `/a/${small.assignment.id}`;
    const pages: readonly Asked[] = [
      { what: 'A student’s task', who: student, path: `${at}/task`, most: 5 },
      { what: 'The teacher’s board, 40 students', who: small.teacher, path: at, most: 15 },
      {
        what: 'The teacher’s board, 1,000 students',
        who: large.teacher,
        path: `/a/${large.assignment.id}`,
        most: 150,
      },
      { what: 'The groups, 40 students', who: small.teacher, path: `${at}/groups`, most: null },
      { what: 'The tier builder', who: small.teacher, path: `${at}/design`, most: null },
    ];
    for (const asked of pages.slice(0, argument('most', pages.length)))
      lines.push(...(await compare(tool, bare, asked, unit)));
  } finally {
    await tool.close();
    await bare.close();
    await sandbox.close();
  }
  return lines;
}
