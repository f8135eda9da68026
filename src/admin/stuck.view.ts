import type { Context } from '../launch/context.model.js';
import type { DeliveryRow } from '../passback/delivery.model.js';
import type { Words } from '../web/words.js';
import type { StuckView } from './console.view.js';

/**
 * Grades that do not arrive, by course and reason, for an admin: no student can be told from it.
 *
 * @param rows - Deliveries that are parked, refused or waiting after a failure.
 * @param courses - Titles of their courses.
 */
export function stuckRows(
  rows: readonly Pick<DeliveryRow, 'contextId' | 'state' | 'reason'>[],
  courses: readonly Pick<Context, '_id' | 'title' | 'label'>[],
  words: Words,
): StuckView['rows'] {
  const titles = new Map(courses.map((c) => [c._id, c.title === '' ? c.label : c.title]));
  const counts = new Map<string, { row: (typeof rows)[number]; count: number }>();
  for (const row of rows) {
    const key = `${row.contextId} ${row.state} ${row.reason ?? ''}`;
    counts.set(key, { row, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ row, count }) => {
      const base = `passback.reason.${row.reason ?? 'unknown'}`;
      return {
        course: titles.get(row.contextId) ?? '',
        state: words.t(`passback-rules.state.${row.state}`),
        reason: words.t(`${base}.title`),
        advice: words.t(`${base}.advice`),
        count,
      };
    });
}
