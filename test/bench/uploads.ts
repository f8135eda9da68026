import { randomFillSync } from 'node:crypto';
import { createSandbox } from '../../src/sandbox/server.js';
import { aClassroom } from './classroom.js';
import { aPort, argument, line, start, times, withHands } from './processes.js';

const MB = 1_000_000;

const sharePerByte = (gained: number, sent: number): string =>
  `${((100 * Math.max(0, gained)) / sent).toFixed(1)} %`;

/**
 * Two hundred files of 5 MB, sent by students with the page's form, eight at once: memory has to stay
 * flat, since no file is ever held in it.
 *
 * @returns The report's lines. `uploads=` and `mb=` scale it.
 */
export async function benchUploads(): Promise<string[]> {
  const uploads = argument('uploads', 200);
  const bytes = argument('mb', 5) * MB;
  const port = aPort();
  const sandbox = await createSandbox({
    publicUrl: 'http://127.0.0.1:0',
    toolUrl: `http://localhost:${port}`,
  });
  await sandbox.listen(0);
  const tool = await start('trellis', { platform: sandbox.platform }, { port });
  try {
    // A draft holds 20 files.
    const room = await aClassroom(tool, 40, 40);
    const body = Buffer.alloc(bytes);
    randomFillSync(body);
    // The kind is found in the content: a PDF by its first letters.
    body.write('%PDF-1.7\n');
    const send = async (i: number): Promise<void> => {
      const student = room.students[i % room.students.length];
      if (student === undefined) return;
      const form = new FormData();
      form.append('_csrf', student.csrf);
      form.append('file', new Blob([body]), `essay-${i}.pdf`);
      const answer = await fetch(
        `${student.base}/a/${room.assignment.id}/work/${room.optionId}/files`,
        { method: 'POST', headers: student.headers, body: form, redirect: 'manual' },
      );
      await answer.arrayBuffer();
      if (answer.status !== 303) throw new Error(`an upload answered ${answer.status}`);
    };
    // Buffers of the first ones are the working set that all others share.
    await withHands(8, 16, send);
    const before = await tool.usage();
    const began = performance.now();
    await withHands(8, uploads, (i) => send(i + 16));
    const seconds = (performance.now() - began) / 1000;
    const after = await tool.usage();
    const ratio = after.rss / before.rss;
    return [
      line(
        `Memory after ${uploads} uploads of ${bytes / MB} MB, of that before`,
        times(ratio),
        ratio < 1.5,
      ),
      line(
        '  memory gained, of the bytes sent',
        sharePerByte(after.rss - before.rss, uploads * bytes),
      ),
      line('  uploads a second', (uploads / seconds).toFixed(1)),
    ];
  } finally {
    await tool.close();
    await sandbox.close();
  }
}
