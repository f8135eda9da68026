import type { Leases } from './lease.model.js';
import { newId } from './ids.js';

interface WorkerDeps {
  readonly leases: Leases;
  readonly clock: () => Date;
  readonly onError: (name: string, error: unknown) => void;
}

export interface Worker {
  /** This process among those on the same store. */
  readonly holder: string;
  /**
   * Does a piece of work again and again, in one process at a time. Work is safe to repeat: a
   * process that is killed leaves its lease to run out, and another begins anew.
   *
   * @param everyMs - Pause between the end of one run and the next.
   * @param leaseMs - Longer than a run takes.
   */
  every(name: string, everyMs: number, leaseMs: number, work: () => Promise<void>): void;
  /** Does one piece of work now unless another process is at it; errors go to the log. */
  once(name: string, leaseMs: number, work: () => Promise<void>): Promise<void>;
  /** Brings the next run of a repeated work forward: something is waiting. */
  hurry(name: string): void;
  /** No new runs; resolves when the running ones have ended. */
  close(): Promise<void>;
}

/** Work outside requests (architecture.md, "Work outside requests"). */
export function createWorker({ leases, clock, onError }: WorkerDeps): Worker {
  const holder = newId();
  const timers = new Map<
    string,
    { timer: NodeJS.Timeout; run: () => void; isRunning: boolean; again: boolean }
  >();
  const running = new Set<Promise<void>>();
  let isClosed = false;

  /** Names of what this process is at: a lease keeps others off, not its own holder. */
  const atWork = new Set<string>();

  async function once(name: string, leaseMs: number, work: () => Promise<void>): Promise<void> {
    if (isClosed || atWork.has(name)) return;
    atWork.add(name);
    const run = (async () => {
      try {
        if (!(await leases.take(name, holder, leaseMs, clock()))) return;
        try {
          await work();
        } finally {
          await leases.give(name, holder);
        }
      } catch (error) {
        onError(name, error);
      } finally {
        atWork.delete(name);
      }
    })();
    running.add(run);
    await run;
    running.delete(run);
  }

  return {
    holder,
    once,
    every(name, everyMs, leaseMs, work) {
      const entry = {
        timer: undefined as unknown as NodeJS.Timeout,
        run: (): void => undefined,
        isRunning: false,
        again: false,
      };
      const plan = (ms: number): void => {
        if (isClosed) return;
        entry.timer = setTimeout(entry.run, ms);
        entry.timer.unref();
      };
      entry.run = () => {
        if (entry.isRunning) {
          entry.again = true;
          return;
        }
        clearTimeout(entry.timer);
        entry.isRunning = true;
        void once(name, leaseMs, work).then(() => {
          entry.isRunning = false;
          const ms = entry.again ? 0 : everyMs;
          entry.again = false;
          plan(ms);
        });
      };
      timers.set(name, entry);
      plan(everyMs);
    },
    hurry(name) {
      if (!isClosed) timers.get(name)?.run();
    },
    async close() {
      isClosed = true;
      for (const { timer } of timers.values()) clearTimeout(timer);
      await Promise.allSettled(running);
    },
  };
}
