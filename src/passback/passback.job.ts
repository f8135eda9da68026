import type { Worker } from '../db/worker.js';
import type { Grade } from '../grading/grade.js';
import type { Submission } from '../submissions/submission.js';
import { queueGrade, queueHandIn, queueLeftovers } from './queue.job.js';
import { sendDue, type SendDeps } from './send.job.js';

type QueueDeps = Parameters<typeof queueGrade>[0];

/** What features tell passback; all of it returns before anything reaches the platform. */
export interface Passback {
  /** A grade was released: its delivery is made and begins its way. */
  released(grade: Grade): Promise<void>;
  /** A piece was handed in: told to platforms where that is safe. */
  handedIn(submission: Submission): Promise<void>;
  /** Something waits again (a retry, a mended cause): look now, not at the next round. */
  hurry(): void;
  /** One round in this process, now: for tests and the benchmark. */
  drain(): Promise<number>;
  /** Begins the rounds. */
  start(): void;
}

/** Pause between two looks at what is due. */
const ROUND_MS = 2_000;

/**
 * Grades on their way to the platform. Each process sends; the grades of a killed one are found by
 * their mark and by leases that ran out.
 */
export function createPassback(
  deps: QueueDeps & Omit<SendDeps, 'holder'>,
  worker: Worker,
): Passback {
  const sendDeps: SendDeps = { ...deps, holder: worker.holder };
  const sends = `send ${worker.holder}`;

  async function drain(): Promise<number> {
    let all = 0;
    for (let sent = await sendDue(sendDeps); sent > 0; sent = await sendDue(sendDeps)) all += sent;
    return all;
  }

  return {
    async released(grade) {
      await queueGrade(deps, grade);
      worker.hurry(sends);
    },
    async handedIn(submission) {
      await queueHandIn(deps, submission);
      worker.hurry(sends);
    },
    hurry: () => {
      worker.hurry(sends);
    },
    drain,
    start() {
      worker.every('queue-leftovers', 15_000, 60_000, async () => {
        if ((await queueLeftovers(deps)) > 0) worker.hurry(sends);
      });
      worker.every(sends, ROUND_MS, 600_000, async () => {
        await drain();
      });
    },
  };
}
