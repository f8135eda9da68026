import type { Assignment } from '../assignments/assignment.js';
import type { MembershipId } from '../ids.js';
import type { Membership } from '../launch/membership.model.js';
import type { Submission } from '../submissions/submission.js';
import { mixedOrder } from './desk-order.js';
import { gradeStage, type GradeStage } from './grade-state.js';
import type { Grade } from './grade.js';

/** One student's place on the desk. */
export interface Piece {
  readonly member: Membership;
  /** Position in the mixed order, from 1. */
  readonly number: number;
  readonly submission: Submission | null;
  readonly grade: Grade | null;
  readonly stage: GradeStage;
  /** Everybody a shared piece belongs to, the student included; only the student otherwise. */
  readonly memberIds: readonly MembershipId[];
  /** Whether the piece is opened under this student: one of a group, so that none is graded twice. */
  readonly isLead: boolean;
}

/**
 * All pieces of an assignment in mixed order: every active student, and those who left but handed
 * something in.
 */
export function piecesOf(
  assignment: Assignment,
  members: readonly Membership[],
  submissions: readonly Submission[],
  grades: readonly Grade[],
): readonly Piece[] {
  const design = assignment.published ?? assignment.draft;
  const submissionOf = new Map(submissions.map((s) => [s.membershipId, s]));
  const gradeOf = new Map(grades.map((g) => [g.membershipId, g]));
  const here = members.filter(
    (m) =>
      m.role === 'learner' &&
      !m.isTestUser &&
      (m.status === 'active' || (submissionOf.get(m._id)?.handIns.length ?? 0) > 0),
  );
  const byId = new Map(here.map((m) => [m._id, m]));
  const order = mixedOrder(
    assignment.id,
    here.map((m) => m._id),
  );
  return order.flatMap((id, i): Piece[] => {
    const member = byId.get(id);
    if (member === undefined) return [];
    const submission = submissionOf.get(id) ?? null;
    const grade = gradeOf.get(id) ?? null;
    const shared = submission?.handIns.at(-1)?.memberIds.filter((m) => byId.has(m)) ?? [];
    const memberIds = shared.length > 1 ? shared : [id];
    const lead = order.find((m) => memberIds.includes(m));
    return [
      {
        member,
        number: i + 1,
        submission,
        grade,
        stage: gradeStage(design, submission, grade),
        memberIds,
        isLead: lead === id,
      },
    ];
  });
}

/** Whether a piece still waits for a teacher's marks. */
export function isWaiting(piece: Piece): boolean {
  return piece.isLead && ['to-grade', 'begun', 'new-attempt'].includes(piece.stage);
}

/**
 * Whether a piece belongs to a co-teacher's share.
 *
 * @param share - `all`, `half-1` or `half-2` (every other piece of the mixed order), or `group:<id>`.
 * @param groups - Groups in force, for shares by group.
 */
export function isInShare(
  piece: Piece,
  share: string,
  groups: readonly { readonly id: string; readonly memberIds: readonly string[] }[],
): boolean {
  if (share === 'half-1') return piece.number % 2 === 1;
  if (share === 'half-2') return piece.number % 2 === 0;
  if (!share.startsWith('group:')) return true;
  const group = groups.find(({ id }) => `group:${id}` === share);
  return group === undefined || group.memberIds.includes(piece.member._id);
}
