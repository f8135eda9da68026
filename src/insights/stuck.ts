import type { Level } from './placement.js';
import { PLAIN_CALENDAR, schoolDaysBetween, type SchoolCalendar } from './school-days.js';

/** One activity that a student took part in; leave out those they missed. */
export interface PlacedActivity {
  readonly activityId: string;
  readonly at: Date;
  /** null: everybody had the same task. */
  readonly level: Level | null;
}

export interface StuckSettings {
  /** Activities running in one support route. */
  readonly activities: number;
  /** School days in one support route. */
  readonly schoolDays: number;
  /** A student with fewer activities than this is never flagged. */
  readonly fewest: number;
}

export const STUCK_DEFAULTS: StuckSettings = { activities: 4, schoolDays: 20, fewest: 3 };

/** What a teacher can do about it, one click each. */
export const STUCK_ACTIONS = ['try-stretch', 'check-again', 'keep-with-reason'] as const;

export interface StuckFlag {
  readonly run: number;
  readonly since: Date;
  readonly schoolDays: number;
  readonly because: 'activities' | 'school-days';
  readonly actions: typeof STUCK_ACTIONS;
  readonly messageKey: string;
  readonly vars: Readonly<Record<string, number>>;
}

/** The activities at the end of the history that were all on one level. */
export function lastRun(
  history: readonly PlacedActivity[],
): { readonly level: Level; readonly activities: readonly PlacedActivity[] } | null {
  const newestFirst = [...history].sort((a, b) => b.at.getTime() - a.at.getTime());
  const level = newestFirst[0]?.level ?? null;
  if (level === null) return null;
  const end = newestFirst.findIndex((activity) => activity.level !== level);
  return { level, activities: end < 0 ? newestFirst : newestFirst.slice(0, end) };
}

/**
 * Flags a student who has been on the support route for too long: four activities running, or 20
 * school days.
 *
 * @param history - The activities the student took part in, in any order.
 * @param now - The clock.
 * @param keptAt - When the teacher last said to keep it, with a reason: counting starts anew. null:
 * never.
 * @param calendar - For school days.
 * @param settings - Limits.
 * @returns The flag with its three actions, or null. Design rule 5, product rule 11.
 */
export function stuckFlag(
  history: readonly PlacedActivity[],
  now: Date,
  keptAt: Date | null = null,
  calendar: SchoolCalendar = PLAIN_CALENDAR,
  settings: StuckSettings = STUCK_DEFAULTS,
): StuckFlag | null {
  const counted = history.filter(({ at }) => at <= now && (keptAt === null || at > keptAt));
  const run = lastRun(counted);
  const first = run?.activities.at(-1);
  if (run?.level !== 'support' || first === undefined || history.length < settings.fewest)
    return null;
  const schoolDays = schoolDaysBetween(first.at, now, calendar);
  const because =
    run.activities.length >= settings.activities
      ? 'activities'
      : run.activities.length >= settings.fewest && schoolDays >= settings.schoolDays
        ? 'school-days'
        : null;
  if (because === null) return null;
  return {
    run: run.activities.length,
    since: first.at,
    schoolDays,
    because,
    actions: STUCK_ACTIONS,
    messageKey: `insights.stuck.${because}`,
    vars: { count: because === 'activities' ? run.activities.length : schoolDays },
  };
}

/**
 * Finds students who joined after the work began and whom no teacher has placed yet; they work on
 * the base route meanwhile.
 *
 * @param members - With when they were first seen, and whether a placement was confirmed.
 * @param startedAt - When the assignment was published.
 * @returns Their ids, newest first. Design rule 1.
 */
export function lateJoiners(
  members: readonly { readonly id: string; readonly joinedAt: Date; readonly isPlaced: boolean }[],
  startedAt: Date,
): readonly string[] {
  return members
    .filter((member) => member.joinedAt > startedAt && !member.isPlaced)
    .sort((a, b) => b.joinedAt.getTime() - a.joinedAt.getTime())
    .map((member) => member.id);
}
