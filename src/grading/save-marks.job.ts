import type { Assignment } from '../assignments/assignment.js';
import { TrellisError } from '../errors.js';
import type { MembershipId } from '../ids.js';
import { isComplete } from './grade-state.js';
import type { Grade } from './grade.js';
import type { GradeChange } from './grade.model.js';
import type { GradingDeps } from './grading-context.js';
import type { Piece } from './pieces.js';
import type { ReadMarks } from './read-marks.js';

/** Fields that a teacher's save decides. */
type Judged = Pick<Grade, 'kind' | 'marks' | 'points' | 'adjustment' | 'comment' | 'nextMove'>;

function isSame(
  grade: Grade,
  judged: Judged,
  isFinished: boolean,
  attempt: number | null,
): boolean {
  const { kind, marks, points, adjustment, comment, nextMove } = grade;
  return (
    JSON.stringify({ kind, marks, points, adjustment, comment, nextMove }) ===
      JSON.stringify(judged) &&
    grade.isFinished === isFinished &&
    grade.attempt === attempt
  );
}

/**
 * Stores what a teacher marked. A shared piece gives its marks to everybody it belongs to, each with
 * their own adjustment.
 *
 * @param version - Of the grade that the teacher's page was made from.
 * @param finishes - The teacher says that the piece is done; it counts as done only when complete.
 * @returns The grade as it is now; untouched where nothing changed, so that opening a piece or saving
 * it twice grades nothing anew.
 * @throws TrellisError EDIT_CONFLICT when somebody saved this grade since; nothing is written then.
 */
export async function saveMarks(
  deps: Pick<GradingDeps, 'grades' | 'clock'>,
  place: { readonly assignment: Assignment; readonly piece: Piece; readonly by: MembershipId },
  version: number,
  read: ReadMarks,
  finishes: boolean,
): Promise<Grade> {
  const { assignment, piece, by } = place;
  const { contextId, id: assignmentId } = assignment;
  const design = assignment.published ?? assignment.draft;
  const { adjustments, ...rest } = read;
  const now = deps.clock();

  async function write(membershipId: MembershipId, isOwn: boolean): Promise<Grade> {
    const grade = await deps.grades.open({ contextId, assignmentId, membershipId }, now);
    if (isOwn && grade.version !== version)
      throw new TrellisError('EDIT_CONFLICT', 'grade was saved by somebody else');
    const { kind, marks, points, comment, nextMove } = rest;
    const adjustment =
      piece.memberIds.length > 1 ? (adjustments[membershipId] ?? 0) : rest.adjustment;
    const judged: Judged = { kind, marks, points, adjustment, comment, nextMove };
    const isDone = isComplete(design, { ...grade, ...judged }) && (finishes || grade.isFinished);
    const attempt = piece.submission?.handIns.at(-1)?.attempt ?? null;
    if (isSame(grade, judged, isDone, attempt)) return grade;
    const change: GradeChange = {
      ...judged,
      isFinished: isDone,
      gradedBy: by,
      gradedAt: now,
      attempt,
    };
    return deps.grades.change(grade, change, now);
  }

  const own = await write(piece.member._id, true);
  for (const membershipId of piece.memberIds.filter((id) => id !== piece.member._id)) {
    for (let tries = 0; ; tries += 1) {
      try {
        await write(membershipId, false);
        break;
      } catch (error) {
        const isConflict = error instanceof TrellisError && error.code === 'EDIT_CONFLICT';
        if (!isConflict || tries >= 10) throw error;
      }
    }
  }
  return own;
}
