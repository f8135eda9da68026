import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../src/web/root.js';

// One folder for each process that runs tests, so that none replaces a file another is reading.
const compiled = join(projectRoot, `build/cli-test-${process.env['VITEST_POOL_ID'] ?? '0'}`);
const main = join(compiled, 'src/main.js');

/** What a finished process left. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Compiles the sources once, without asking about types again: the program as it is installed. */
export function compile(): void {
  const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc');
  const done = spawnSync(
    process.execPath,
    [tsc, '-p', join(projectRoot, 'src'), '--noCheck', '--outDir', compiled],
    { encoding: 'utf8' },
  );
  if (done.status !== 0) throw new Error(done.stdout);
}

/** An installation of its own: an empty folder to run in, and settings that name ports and data. */
export interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Makes an installation.
 *
 * @param port - Of the tool; the practice LMS has the next one.
 */
export function aPlace(port: number): Place {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-cli-'));
  return {
    folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: String(port),
      SANDBOX_PORT: String(port + 1),
      PUBLIC_URL: `http://localhost:${port}`,
    },
  };
}

function start(place: Place, args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [main, ...args], {
    cwd: place.folder,
    env: { ...place.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Collects what a process says; `text` grows while it runs. */
function listen(child: ChildProcess): { stdout: string; stderr: string } {
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (piece: Buffer) => (said.stdout += piece.toString()));
  child.stderr?.on('data', (piece: Buffer) => (said.stderr += piece.toString()));
  return said;
}

/** Runs a command to its end. */
export async function trellis(
  place: Place,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = start(place, args, env);
  const said = listen(child);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...said };
}

/** Runs a command with `--json` and reads the one object it prints. */
export async function trellisJson(place: Place, args: readonly string[]) {
  const { status, stdout } = await trellis(place, [...args, '--json']);
  return { status, value: JSON.parse(stdout) };
}

export interface Serving {
  readonly url: string;
  readonly said: { readonly stdout: string; readonly stderr: string };
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit status. */
  readonly ended: Promise<number | null>;
}

/** Starts the tool and waits until it says that it runs. */
export async function serve(place: Place, args: readonly string[] = []): Promise<Serving> {
  const child = start(place, ['serve', ...args], {});
  const said = listen(child);
  const ended = once(child, 'close').then(([status]) => status as number | null);
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', () => {
      if (!said.stderr.includes('is running at')) return;
      if (args.length === 0 || said.stderr.includes('practice LMS')) resolve();
    });
    void ended.then((status) => reject(new Error(`ended with ${status}: ${said.stderr}`)));
  });
  return { url: place.env['PUBLIC_URL'] ?? '', said, signal: (name) => child.kill(name), ended };
}
