import { tCritical } from './t-critical.js';

export interface DatedScore {
  readonly studentId: string;
  readonly goalId: string;
  /** 0–100. */
  readonly score: number;
  readonly at: Date;
}

export interface HelpSettings {
  /** Students with a result before and one after, below which nothing is said. */
  readonly fewest: number;
  /** How far back "before" reaches, and how long after the end "after" still counts, in days. */
  readonly beforeDays: number;
  readonly afterDays: number;
  /** Newest pieces of a side that count. */
  readonly pieces: number;
}

export const HELP_DEFAULTS: HelpSettings = { fewest: 6, beforeDays: 30, afterDays: 14, pieces: 3 };

export interface GoalChange {
  readonly goalId: string;
  /** Students with both sides. */
  readonly students: number;
  readonly verdict: 'too-few' | 'rose' | 'no-clear-change' | 'fell';
  /** Means of those students; null when too few to say. */
  readonly before: number | null;
  readonly after: number | null;
  readonly change: number | null;
  /** 95 % interval of the change. */
  readonly from: number | null;
  readonly to: number | null;
}

const DAY_MS = 86_400_000;
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
const tenth = (value: number): number => Math.round(value * 10) / 10;

/**
 * Compares, per goal, the same students before and after a grouping.
 *
 * It says what changed, not what caused it: a class also learns without a grouping. So the words are
 * "rose", "no clear change" and "fell", and with few students there are none.
 *
 * @param scores - Evidence of the grouped students, any goals, in any order.
 * @param startedAt - When the grouping began.
 * @param endedAt - When it ended; null: it runs.
 * @param now - The clock.
 * @param settings - Windows and limits.
 * @returns One row per goal that has evidence, in the order first met. Product row 70.
 */
export function didItHelp(
  scores: readonly DatedScore[],
  startedAt: Date,
  endedAt: Date | null,
  now: Date,
  settings: HelpSettings = HELP_DEFAULTS,
): readonly GoalChange[] {
  const from = startedAt.getTime() - settings.beforeDays * DAY_MS;
  const until = Math.min(
    now.getTime(),
    (endedAt ?? now).getTime() + (endedAt === null ? 0 : settings.afterDays * DAY_MS),
  );
  const inWindow = scores
    .filter((s) => Number.isFinite(s.score) && s.at.getTime() >= from && s.at.getTime() <= until)
    .sort((a, b) => b.at.getTime() - a.at.getTime());

  return [...new Set(scores.map((s) => s.goalId))].map((goalId) => {
    const ofGoal = inWindow.filter((s) => s.goalId === goalId);
    const pairs = [...new Set(ofGoal.map((s) => s.studentId))].flatMap((studentId) => {
      const own = ofGoal.filter((s) => s.studentId === studentId);
      const side = (isAfter: boolean): number[] =>
        own
          .filter((s) => s.at > startedAt === isAfter)
          .slice(0, settings.pieces)
          .map((s) => s.score);
      const before = side(false);
      const after = side(true);
      return before.length > 0 && after.length > 0
        ? [{ before: mean(before), after: mean(after) }]
        : [];
    });
    const students = pairs.length;
    if (students < Math.max(2, settings.fewest))
      return {
        goalId,
        students,
        verdict: 'too-few',
        before: null,
        after: null,
        change: null,
        from: null,
        to: null,
      };
    const changes = pairs.map((pair) => pair.after - pair.before);
    const change = mean(changes);
    const variance = changes.reduce((sum, c) => sum + (c - change) ** 2, 0) / (students - 1);
    const half = tCritical(students - 1, 0.05) * Math.sqrt(variance / students);
    return {
      goalId,
      students,
      verdict: change - half > 0 ? 'rose' : change + half < 0 ? 'fell' : 'no-clear-change',
      before: tenth(mean(pairs.map((pair) => pair.before))),
      after: tenth(mean(pairs.map((pair) => pair.after))),
      change: tenth(change),
      from: tenth(change - half),
      to: tenth(change + half),
    };
  });
}
