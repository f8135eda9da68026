import type { Submission } from './submission.js';

/** Where somebody stands on the live board; the first that fits, in this order. */
export const LANES = [
  'asking',
  'stuck',
  'not-started',
  'not-chosen',
  'working',
  'handed-in',
] as const;
export type Lane = (typeof LANES)[number];

/** No change for this long while working, within a school day, counts as stuck. */
export const STUCK_AFTER_MS = 15 * 60_000;
/** A pause longer than this is an evening, not a difficulty. */
export const AWAY_AFTER_MS = 3 * 3_600_000;

/** What the board knows of one student. */
export interface BoardStudent {
  readonly submission: Pick<Submission, 'state' | 'chosenIds' | 'changedAt' | 'request'> | null;
  /** Questions without an answer. */
  readonly openQuestions: number;
  readonly hasOpenIdea: boolean;
}

/**
 * Says where a student stands (product.md section 6, screen 5): a question or a request waits for the
 * teacher before anything else; stuck means that nothing changed for a while in the middle of work.
 *
 * @param now - The time of the question.
 */
export function laneOf(student: BoardStudent, now: Date): Lane {
  const { submission } = student;
  if (student.openQuestions > 0 || student.hasOpenIdea || submission?.request?.answer === 'open')
    return 'asking';
  if (submission === null) return 'not-started';
  if (submission.state === 'handed-in' || submission.state === 'returned') return 'handed-in';
  const idleMs = now.getTime() - submission.changedAt.getTime();
  const isStuck = idleMs > STUCK_AFTER_MS && idleMs < AWAY_AFTER_MS;
  if (isStuck) return 'stuck';
  if (submission.chosenIds.length === 0) return 'not-chosen';
  return submission.state === 'not-started' || submission.state === 'choosing'
    ? 'not-started'
    : 'working';
}
