import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compactVerify, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { Usage } from './apps/asked.js';

/** A process that is measured. */
export interface Measured {
  readonly url: string;
  readonly dataDir: string;
  usage(): Promise<Usage>;
  close(): Promise<void>;
}

let nextPort = 4750;

/** A port of our own, one after the other. */
export function aPort(): number {
  nextPort += 1;
  return nextPort;
}

/**
 * Starts one of the apps beside this file in a process of its own.
 *
 * @param app - Name of its file in `apps`.
 * @param order - What it is told besides its port and data folder.
 * @param options - `port` where it has to be known before; `dataDir` of a store that is there already.
 */
export async function start(
  app: 'trellis' | 'bare-ltijs' | 'bare-express',
  order: object = {},
  options: { port?: number; dataDir?: string } = {},
): Promise<Measured> {
  const port = options.port ?? aPort();
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'trellis-bench-')));
  const child = fork(
    fileURLToPath(new URL(`./apps/${app}.ts`, import.meta.url)),
    [JSON.stringify({ ...order, port, dataDir })],
    {
      execArgv: [
        ...['--import', 'tsx', '--expose-gc'],
        ...(process.env['CPU_PROF'] === undefined
          ? []
          : ['--cpu-prof', '--cpu-prof-dir', process.env['CPU_PROF']]),
      ],
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  const ended = once(child, 'exit');
  const ready = once(child, 'message');
  await Promise.race([
    ready,
    ended.then(() => {
      throw new Error(`${app} did not start`);
    }),
  ]);
  return {
    url: `http://localhost:${port}`,
    dataDir,
    async usage() {
      const answer = once(child, 'message');
      child.send('usage');
      const [usage] = (await answer) as [Usage];
      return usage;
    },
    async close() {
      if (child.connected) child.disconnect();
      await ended;
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * CPU milliseconds that a process spent on some work, for each of its repetitions.
 *
 * @param hands - Requests under way at once: a process that sleeps between requests is not measured,
 *   but one that works.
 */
export async function cpuPer(
  process: Measured,
  times: number,
  work: (i: number) => Promise<unknown>,
  hands = 8,
): Promise<{ readonly cpuMs: number; readonly operations: number }> {
  const before = await process.usage();
  await withHands(hands, times, async (i) => {
    await work(i);
  });
  const after = await process.usage();
  return {
    cpuMs: (after.cpuMs - before.cpuMs) / times,
    operations: (after.operations - before.operations) / times,
  };
}

/** CPU milliseconds of one RS256 verification with jose and an imported 2048-bit key: our unit. */
export async function rs256Ms(times = 1_500): Promise<number> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const key = await importJWK(await exportJWK(publicKey), 'RS256');
  const claims = { nonce: 'x'.repeat(40), text: 'y'.repeat(3_000) };
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
  const verify = (): Promise<unknown> => compactVerify(token, key, { algorithms: ['RS256'] });
  for (let i = 0; i < 300; i += 1) await verify();
  const before = process.cpuUsage();
  for (let i = 0; i < times; i += 1) await verify();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
}

/** A line of the report: what, how much, and whether it is within its target. */
export function line(what: string, value: string, isWithin: boolean | null = null): string {
  const verdict = isWithin === null ? '' : isWithin ? '  ok' : '  MISSED';
  return `${what.padEnd(62)}${value.padStart(18)}${verdict}`;
}

/** `3.14 ×` */
export function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}

/** Middle of some numbers, and the one that 95 % do not exceed. */
export function spread(values: readonly number[]): { median: number; p95: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { median: at(0.5), p95: at(0.95) };
}

/** Does work with a number of hands at once. */
export async function withHands(
  hands: number,
  count: number,
  work: (i: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const hand = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) await work(i);
  };
  await Promise.all(Array.from({ length: hands }, hand));
}

/** A number of an argument such as `students=100000`, else the default. */
export function argument(name: string, usual: number): number {
  const given = process.argv.find((word) => word.startsWith(`${name}=`));
  const value = Number(given?.slice(name.length + 1) ?? usual);
  return Number.isFinite(value) && value > 0 ? Math.floor(value) : usual;
}
