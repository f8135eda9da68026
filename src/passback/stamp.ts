/**
 * Gives a score its timestamp: strictly later than every stamp before it for the same line item and
 * student, also when the clock has stepped back (AGS 3.4.7, conformance AGS-24).
 *
 * @param lastStampedAt - Newest stamp ever sent for them; null: none.
 * @param now - The clock.
 * @param wholeSeconds - For platforms that compare whole seconds (Moodle): the stamp is a whole
 * second, at least one later than the last.
 * @returns The stamp; not later than `now` unless the last one makes it so.
 */
export function nextStamp(lastStampedAt: Date | null, now: Date, wholeSeconds = false): Date {
  const step = wholeSeconds ? 1000 : 1;
  const floor = (ms: number): number => Math.floor(ms / step) * step;
  const clock = floor(now.getTime());
  if (lastStampedAt === null) return new Date(clock);
  return new Date(Math.max(clock, floor(lastStampedAt.getTime()) + step));
}
