/** Minutes by which a zone is ahead of UTC at an instant. */
function offsetMinutes(at: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? '0');
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
  );
  return Math.round((local - Math.floor(at.getTime() / 60_000) * 60_000) / 60_000);
}

/**
 * Reads what a `datetime-local` field holds as an instant in the reader's zone.
 *
 * @param text - `2026-05-08T23:59`; seconds are allowed. A bare day means the end of that day.
 * @param timeZone - IANA zone of the person who typed it.
 * @returns The instant; null when the text is no date. In the hour that a spring change skips, the
 *   instant an hour later.
 */
export function fromLocal(text: string, timeZone: string): Date | null {
  const m = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?)?$/.exec(text.trim());
  if (m === null) return null;
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const wall = Date.UTC(year, month - 1, day, Number(m[4] ?? '23'), Number(m[5] ?? '59'));
  const check = new Date(wall);
  if (Number.isNaN(wall) || check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day)
    return null;
  const first = wall - offsetMinutes(new Date(wall), timeZone) * 60_000;
  return new Date(wall - offsetMinutes(new Date(first), timeZone) * 60_000);
}

/**
 * Writes an instant for a `datetime-local` field.
 *
 * @param at - null: an empty field.
 * @param timeZone - IANA zone of the reader.
 */
export function toLocal(at: Date | null, timeZone: string): string {
  if (at === null) return '';
  return new Date(at.getTime() + offsetMinutes(at, timeZone) * 60_000).toISOString().slice(0, 16);
}
