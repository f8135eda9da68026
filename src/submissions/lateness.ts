export interface HandInToJudge {
  /** When the server received it; the device's clock counts for nothing. null: not handed in. */
  readonly handedInAt: Date | null;
  /** The effective date of this student; null: none. */
  readonly dueAt: Date | null;
  /** Whether the student has chosen the option that this date belongs to. */
  readonly isChosen: boolean;
  /** The student need not hand it in. */
  readonly isExcused: boolean;
}

export type Lateness =
  | { readonly state: 'on-time' | 'late'; readonly lateMs: number }
  /** Nothing to be late for: no date, an option not chosen, or excused. */
  | { readonly state: 'not-expected' | 'excused' | 'no-date' }
  /** Not handed in, before (`due`) and after (`missing`) its date. */
  | { readonly state: 'due' | 'missing' };

/** Clocks of platform and tool differ by seconds; a minute late is not late. */
const GRACE_MS = 60_000;

/**
 * Judges whether a piece is late.
 *
 * @param handIn - Its hand-in, effective date and choice.
 * @param now - The time of the question.
 * @param graceMs - How long after the date still counts as on time.
 * @returns The state; nothing is late or missing for an option that was not chosen. Design rule 9.
 */
export function lateness(handIn: HandInToJudge, now: Date, graceMs = GRACE_MS): Lateness {
  if (handIn.isExcused) return { state: 'excused' };
  if (!handIn.isChosen) return { state: 'not-expected' };
  if (handIn.dueAt === null)
    return handIn.handedInAt === null ? { state: 'no-date' } : { state: 'on-time', lateMs: 0 };
  const end = handIn.dueAt.getTime() + Math.max(0, graceMs);
  if (handIn.handedInAt === null) return { state: now.getTime() > end ? 'missing' : 'due' };
  const at = handIn.handedInAt.getTime();
  return at > end
    ? { state: 'late', lateMs: at - handIn.dueAt.getTime() }
    : { state: 'on-time', lateMs: 0 };
}

/**
 * `lateness` as a yes or no.
 *
 * @returns True only for work that was handed in, was expected, and came after its date.
 */
export function isLate(handIn: HandInToJudge, now: Date, graceMs = GRACE_MS): boolean {
  return lateness(handIn, now, graceMs).state === 'late';
}
