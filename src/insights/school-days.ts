export interface SchoolCalendar {
  /** IANA zone of the school. */
  readonly timeZone: string;
  /** Days of the week without school, 0 is Sunday. */
  readonly weekend: readonly number[];
  /** Days without school, `2026-12-25`. */
  readonly holidays: ReadonlySet<string>;
}

export const PLAIN_CALENDAR: SchoolCalendar = {
  timeZone: 'UTC',
  weekend: [0, 6],
  holidays: new Set(),
};

const DAY_MS = 86_400_000;
/** Nobody counts school days over more than this; bounds the walk for any two dates. */
const MOST_DAYS = 3_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * The calendar day of an instant at a place.
 *
 * @param at - The instant.
 * @param timeZone - IANA zone.
 * @returns The day, such as `2026-03-06`.
 */
export function localDay(at: Date, timeZone: string): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format.format(at);
}

/** Days as numbers, so that a walk over them knows no daylight saving. */
const dayNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);

function isSchoolDay(number: number, calendar: SchoolCalendar): boolean {
  const date = new Date(number * DAY_MS);
  return (
    !calendar.weekend.includes(date.getUTCDay()) &&
    !calendar.holidays.has(date.toISOString().slice(0, 10))
  );
}

/**
 * Counts the school days that have begun since a day: from Friday to Monday is 1.
 *
 * @param from - Its own day does not count.
 * @param to - Its own day counts.
 * @param calendar - Weekends and holidays.
 * @returns 0 or more; 0 when `to` is not later.
 */
export function schoolDaysBetween(from: Date, to: Date, calendar: SchoolCalendar): number {
  const first = dayNumber(localDay(from, calendar.timeZone));
  const last = Math.min(dayNumber(localDay(to, calendar.timeZone)), first + MOST_DAYS);
  let count = 0;
  for (let day = first + 1; day <= last; day += 1) if (isSchoolDay(day, calendar)) count += 1;
  return count;
}

/**
 * Goes a number of school days on, as when groups expire after 15.
 *
 * @param from - Start; its own day does not count.
 * @param days - School days, 0 or more.
 * @param calendar - Weekends and holidays.
 * @returns The same hour (but for daylight saving) that many school days later.
 */
export function addSchoolDays(from: Date, days: number, calendar: SchoolCalendar): Date {
  const first = dayNumber(localDay(from, calendar.timeZone));
  let day = first;
  for (let left = days; left > 0 && day < first + MOST_DAYS;) {
    day += 1;
    if (isSchoolDay(day, calendar)) left -= 1;
  }
  return new Date(from.getTime() + (day - first) * DAY_MS);
}
