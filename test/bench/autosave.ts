import { createSandbox } from '../../src/sandbox/server.js';
import { aClassroom } from './classroom.js';
import { aPort, argument, cpuPer, line, start, times } from './processes.js';

const EVERY_SECONDS = 5;

/**
 * A thousand students who all write, each saving every five seconds, on one process; against a bare
 * Express route that writes the same text to one document of the same kind of store.
 *
 * @returns The report's lines. `writers=` and `saves=` scale it.
 */
export async function benchAutosave(): Promise<string[]> {
  const writers = argument('writers', 1_000);
  const saves = argument('saves', 2_000);
  const port = aPort();
  const sandbox = await createSandbox({
    publicUrl: 'http://127.0.0.1:0',
    toolUrl: `http://localhost:${port}`,
  });
  await sandbox.listen(0);
  const tool = await start('trellis', { platform: sandbox.platform }, { port });
  const bare = await start('bare-express');
  try {
    const room = await aClassroom(tool, writers, writers);
    const text = (step: number): string =>
      `<p>${'Frogs eat flies, and herons eat frogs. '.repeat(40)}${step}</p>`;
    const versions = new Map<number, number>();
    const post = async (
      url: string,
      headers: object,
      body: object,
    ): Promise<{ version: number }> => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      if (answer.status !== 200)
        throw new Error(`a save answered ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as { version: number };
    };
    const ours = async (i: number): Promise<void> => {
      const n = i % writers;
      const student = room.students[n];
      if (student === undefined) return;
      const url = `${student.base}/a/${room.assignment.id}/work/${room.optionId}`;
      const version = versions.get(n) ?? 0;
      const body = { html: text(i), version, writer: `tab-${n}`, step: i };
      versions.set(n, (await post(url, student.headers, body)).version);
    };
    const plain = (i: number): Promise<unknown> =>
      post(`${bare.url}/work/w${i % writers}`, {}, { html: text(i) });
    await cpuPer(tool, 200, ours);
    await cpuPer(bare, 200, plain);
    const mine = await cpuPer(tool, saves, (i) => ours(i + 200));
    const least = await cpuPer(bare, saves, (i) => plain(i + 200));
    const core = (mine.cpuMs * writers) / EVERY_SECONDS / 1000;
    return [
      line('CPU of a save, of a bare route’s', times(mine.cpuMs / least.cpuMs)),
      line('  store operations', mine.operations.toFixed(1)),
      line(
        `Share of one core that ${writers} students take`,
        `${(100 * core).toFixed(0)} %`,
        core < 1,
      ),
      line(
        '  a bare route',
        `${((100 * least.cpuMs * writers) / EVERY_SECONDS / 1000).toFixed(0)} %`,
      ),
    ];
  } finally {
    await tool.close();
    await bare.close();
    await sandbox.close();
  }
}
