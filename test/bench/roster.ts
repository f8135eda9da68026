import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { openStore } from '../../src/db/connect.js';
import { contextModel } from '../../src/launch/context.model.js';
import { createSandbox } from '../../src/sandbox/server.js';
import { Visitor } from '../support/visitor.js';
import { aPort, argument, line, start, times } from './processes.js';

/**
 * A class list of fifty thousand, read page by page from the practice LMS.
 *
 * @returns The report's lines: memory while reading, against before. `members=` scales it.
 */
export async function benchRoster(): Promise<string[]> {
  const members = argument('members', 50_000);
  const port = aPort();
  const sandbox = await createSandbox({
    publicUrl: 'http://127.0.0.1:0',
    toolUrl: `http://localhost:${port}`,
  });
  await sandbox.listen(0);
  const tool = await start('trellis', { platform: sandbox.platform }, { port });
  try {
    const store = await openStore(`sqlite:${join(tool.dataDir, 'trellis.db')}`, {
      dataDir: tool.dataDir,
    });
    const contexts = contextModel(store.connection);
    sandbox.addStudents(members - 28);
    sandbox.faults.set({ rosterPageSize: 500 });
    const before = await tool.usage();
    const visitor = new Visitor();
    const begun = sandbox.startLaunch({ as: 'teacher-1', link: sandbox.links[0]?.id });
    const query = new URLSearchParams(begun.fields);
    const login = await visitor.raw('GET', `${begun.url}?${query.toString()}`);
    const { action, fields } = await sandbox.authorize(login.headers.get('location') ?? '');
    const began = performance.now();
    await visitor.raw('POST', action, new URLSearchParams(fields));
    let most = before.heap;
    let mostRss = before.rss;
    const roster = async () => (await contexts.listAll(1))[0]?.roster ?? null;
    for (let now = await roster(); now?.readAt == null; now = await roster()) {
      if (now?.problem != null) throw new Error(`the class list was not read: ${now.problem}`);
      if (performance.now() - began > 600_000) throw new Error('the class list took ten minutes');
      const { heap, rss } = await tool.usage();
      most = Math.max(most, heap);
      mostRss = Math.max(mostRss, rss);
      await delay(250);
    }
    const after = await tool.usage();
    const read = await store.connection.collection('memberships').countDocuments({});
    await store.close();
    const mb = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;
    const cpu = (after.cpuMs - before.cpuMs) / members;
    return [
      line('People read', String(read), read >= members),
      line('Memory in use at most while reading, of before', times(most / before.heap)),
      line('  (process as a whole)', mb(mostRss), mostRss < 250 * 2 ** 20),
      line(
        'Memory in use afterwards, of before',
        times(after.heap / before.heap),
        after.heap < 1.3 * before.heap,
      ),
      line('CPU for each thousand people', `${(cpu * 1000).toFixed(0)} ms`),
    ];
  } finally {
    await tool.close();
    await sandbox.close();
  }
}
