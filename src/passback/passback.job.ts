import type { Worker } from '../db/worker.js';
import type { Grade } from '../grading/grade.js';
import type { ContextId, MembershipId, RegistrationId } from '../ids.js';
import type { Submission } from '../submissions/submission.js';
import { queueGrade, queueHandIn, queueLeftovers } from './queue.job.js';
import { createReadBack, type ReadBack } from './read-back.job.js';
import { createResume, type Resume } from './resume.job.js';
import type { SendDeps } from './send-one.job.js';
import { sendDue } from './send.job.js';

type QueueDeps = Parameters<typeof queueGrade>[0];

/** What features tell passback; all of it returns before anything reaches the platform. */
export interface Passback {
  /** A grade was released: its delivery is made and begins its way. */
  released(grade: Grade): Promise<void>;
  /** A piece was handed in: told to platforms where that is safe. */
  handedIn(submission: Submission): Promise<void>;
  /** Somebody launched into the course: what held its grades back may be over. */
  launched(contextId: ContextId, membershipId: MembershipId): Promise<void>;
  /** A check of the registration went green: parked grades set out again. */
  mended(registrationId: RegistrationId): Promise<void>;
  /** Parked grades that nobody tried for an hour: one of each cause sets out again. */
  probe(): Promise<number>;
  /** Something waits again (a retry, a mended cause): look now, not at the next round. */
  hurry(): void;
  /** One round in this process, now: for tests and the benchmark. @returns How many were tried. */
  drain(): Promise<number>;
  /** Compares what was sent with what the platforms hold, now. @returns How many were compared. */
  readBack(): Promise<number>;
  readonly reader: ReadBack;
  readonly resume: Resume;
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
  deps: QueueDeps & Omit<SendDeps, 'holder' | 'alone'>,
  worker: Worker,
): Passback {
  const alone = async (name: string, work: () => Promise<void>): Promise<boolean> => {
    let isOurs = false;
    await worker.once(name, 120_000, async () => {
      isOurs = true;
      await work();
    });
    return isOurs;
  };
  const sendDeps: SendDeps = { ...deps, holder: worker.holder, alone };
  const sends = `send ${worker.holder}`;
  const resume = createResume(deps);
  const reader = createReadBack({ ...deps, alone });

  async function drain(): Promise<number> {
    await queueLeftovers(deps);
    return sendDue(sendDeps);
  }

  const hurry = (): void => {
    worker.hurry(sends);
  };

  return {
    async released(grade) {
      await queueGrade(deps, grade);
      hurry();
    },
    async handedIn(submission) {
      await queueHandIn(deps, submission);
      hurry();
    },
    async launched(contextId, membershipId) {
      if ((await resume.launched(contextId, membershipId)) > 0) hurry();
    },
    async mended(registrationId) {
      if ((await resume.mended(registrationId)) > 0) hurry();
    },
    probe: () => resume.probe(),
    hurry,
    drain,
    readBack: () => reader.due(),
    reader,
    resume,
    start() {
      worker.every('queue-leftovers', 15_000, 60_000, async () => {
        if ((await queueLeftovers(deps)) > 0) hurry();
      });
      worker.every(sends, ROUND_MS, 600_000, async () => {
        await drain();
      });
      worker.every('read-back', 30_000, 600_000, async () => {
        await reader.due();
      });
      worker.every('probe-parked', 15 * 60_000, 120_000, async () => {
        if ((await resume.probe()) > 0) hurry();
      });
    },
  };
}
