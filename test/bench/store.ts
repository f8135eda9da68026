import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Schema } from 'mongoose';
import { openStore } from '../../src/db/connect.js';
import { newId } from '../../src/db/ids.js';
import { argument, line, times } from './processes.js';

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * The embedded store through Mongoose, against the same documents as JSON in a table of
 * better-sqlite3: what models, queries and the driver cost on top of SQLite.
 *
 * @returns The report's lines. `documents=` scales it.
 */
export async function benchStore(): Promise<string[]> {
  const count = argument('documents', 5_000);
  const dataDir = await mkdtemp(join(tmpdir(), 'trellis-bench-'));
  const store = await openStore(`sqlite:${join(dataDir, 'store.db')}`, { dataDir });
  const Note = store.connection.model(
    'Note',
    new Schema(
      {
        _id: String,
        courseId: { type: String, index: true },
        text: String,
        at: Date,
        points: Number,
      },
      { versionKey: false },
    ),
  );
  await store.ready();
  const raw = new Sqlite(join(dataDir, 'raw.db'));
  raw.pragma('journal_mode = WAL');
  raw.pragma('synchronous = NORMAL');
  raw.exec('CREATE TABLE note (id TEXT PRIMARY KEY, doc TEXT)');
  const insert = raw.prepare('INSERT INTO note VALUES (?, ?)');
  const read = raw.prepare('SELECT doc FROM note WHERE id = ?');
  const change = raw.prepare(`UPDATE note SET doc = json_set(doc, '$.points', ?) WHERE id = ?`);
  const ids = Array.from({ length: count }, () => newId());
  const note = (id: string, i: number) => ({
    _id: id,
    courseId: `course-${i % 50}`,
    text: 'What a student wrote about ponds. '.repeat(8),
    at: new Date(),
    points: i,
  });
  const measure = async (work: (id: string, i: number) => unknown): Promise<number> => {
    const before = cpuMs();
    for (const [i, id] of ids.entries()) await work(id, i);
    return (cpuMs() - before) / count;
  };
  const lines: string[] = [];
  const compare = async (
    what: string,
    ours: (id: string, i: number) => unknown,
    plain: (id: string, i: number) => unknown,
  ): Promise<void> => {
    const [a, b] = [await measure(ours), await measure(plain)];
    lines.push(line(what, times(a / b)), line('  a second', `${Math.round(1000 / a)}`));
  };
  try {
    await compare(
      'Creates',
      (id, i) => Note.create(note(id, i)),
      (id, i) => insert.run(id, JSON.stringify(note(id, i))),
    );
    await compare(
      'Reads by id',
      (id) => Note.findById(id).lean(),
      (id) => JSON.parse((read.get(id) as { doc: string }).doc) as unknown,
    );
    await compare(
      'Changes of one field',
      (id, i) => Note.updateOne({ _id: id }, { $set: { points: i + 1 } }),
      (id, i) => change.run(i + 1, id),
    );
  } finally {
    raw.close();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  }
  return lines;
}
