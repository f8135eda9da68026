import type { Assignment } from './assignment.js';

/** How a copy was recognised. */
export type CopyEvidence = 'named' | 'link-history' | 'course-history';

export interface CopySource {
  readonly assignment: Assignment;
  readonly evidence: CopyEvidence;
}

/**
 * Chooses the assignment that a link nobody set up was copied from: the one our own parameter names,
 * else the one its link was copied from, else the one assignment of the same title in a course that
 * this course was copied from.
 *
 * @param found - What each trace leads to; assignments of this same course are no copies.
 * @param title - Title of the new link, for the weakest trace.
 * @returns null when no trace leads anywhere, or the weakest one leads to several.
 */
export function copySource(
  found: {
    readonly named: Assignment | null;
    readonly byLinkHistory: readonly Assignment[];
    readonly ofCourseHistory: readonly Assignment[];
  },
  title: string,
): CopySource | null {
  if (found.named !== null) return { assignment: found.named, evidence: 'named' };
  const [linked] = found.byLinkHistory;
  if (linked !== undefined) return { assignment: linked, evidence: 'link-history' };
  const wanted = title.trim().toLowerCase();
  const alike = found.ofCourseHistory.filter(
    ({ draft }) => wanted !== '' && draft.title.trim().toLowerCase() === wanted,
  );
  const [only] = alike;
  return only !== undefined && alike.length === 1
    ? { assignment: only, evidence: 'course-history' }
    : null;
}
