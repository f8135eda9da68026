/** What is known of the last read of a class list, and of one under way. */
export interface RosterReads {
  /** Last complete read; null: never. */
  readonly readAt: Date | null;
  /** When the read that is under way began; null: none is. */
  readonly readingSince: Date | null;
}

/** A list older than this is read again when a teacher opens the course, in milliseconds. */
export const ROSTER_STALE_MS = 6 * 3_600_000;

/** How long one process has the read for itself, in milliseconds; afterwards it broke off. */
export const ROSTER_READ_MS = 600_000;

/** Whether the class list was never read, or not since a moment. */
export function isRosterOlder({ readAt }: Pick<RosterReads, 'readAt'>, than: Date): boolean {
  return readAt === null || readAt.getTime() < than.getTime();
}

/** Whether a read is under way; one whose process died is over when its time has run out. */
export function isRosterBeingRead(
  { readingSince }: Pick<RosterReads, 'readingSince'>,
  now: Date,
): boolean {
  return readingSince !== null && now.getTime() - readingSince.getTime() < ROSTER_READ_MS;
}
