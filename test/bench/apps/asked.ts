import type { Server } from 'node:http';
import { once } from 'node:events';

/** What a measured process says of itself. */
export interface Usage {
  /** CPU time since its start, user and system, in milliseconds. */
  readonly cpuMs: number;
  /** Memory of the process, in bytes. */
  readonly rss: number;
  /** Objects that are still in use after a collection, in bytes. */
  readonly heap: number;
  /** Operations of the store since its start. */
  readonly operations: number;
}

/** Begins to listen and answers the parent's questions about this process. */
export async function answerParent(
  server: Server,
  port: number,
  operations: () => number = () => 0,
): Promise<void> {
  server.listen(port, 'localhost');
  await once(server, 'listening');
  process.on('message', () => {
    (globalThis as { gc?: () => void }).gc?.();
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    const usage: Usage = {
      cpuMs: (user + system) / 1000,
      rss,
      heap: heapUsed,
      operations: operations(),
    };
    process.send?.(usage);
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}
