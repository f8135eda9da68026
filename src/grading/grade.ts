import type { AssignmentId, ContextId, CriterionId, GradeId, MembershipId } from '../ids.js';

/** The teacher's mark of one criterion. */
export interface CriterionMark {
  readonly criterionId: CriterionId;
  /** null: not marked yet. */
  readonly points: number | null;
  /** Level that was marked, by its key in the rubric; absent or null: typed points. */
  readonly level?: string | null;
  readonly comment: string;
  readonly nextMove: string;
}

/** A note of the teacher at a passage of the text. */
export interface Annotation {
  readonly id: string;
  /** Which of the handed-in works, by its option. */
  readonly optionId: string;
  /** The passage word for word; finds it again where the text did not change. */
  readonly quote: string;
  /** Characters before the passage in the plain text of the work. */
  readonly offset: number;
  readonly note: string;
}

/** `scored` may be a zero; missing and excused are no zeros. */
export type GradeKind = 'scored' | 'excused' | 'missing';

/** What was released: what the student sees and the platform gets. */
export interface ReleasedGrade {
  readonly kind: GradeKind;
  readonly points: number;
  readonly pointsPossible: number;
  readonly marks: readonly CriterionMark[];
  readonly comment: string;
  readonly nextMove: string;
  readonly at: Date;
  readonly byMembershipId: MembershipId;
  /** Attempt that was graded; null: none was handed in. */
  readonly attempt: number | null;
  readonly submittedAt: Date | null;
  /** Rises with every release: the delivery takes the newest. */
  readonly sequence: number;
  readonly annotations?: readonly Annotation[];
}

/** One student's grade for one assignment: being made, and as released. One document. */
export interface Grade {
  readonly id: GradeId;
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  readonly membershipId: MembershipId;
  readonly version: number;
  readonly kind: GradeKind;
  readonly marks: readonly CriterionMark[];
  /** Typed points where the assignment has no criteria; null: none typed. */
  readonly points: number | null;
  readonly annotations: readonly Annotation[];
  /** Points added or taken for this student alone, such as in shared work. */
  readonly adjustment: number;
  readonly comment: string;
  readonly nextMove: string;
  readonly isFinished: boolean;
  readonly gradedBy: MembershipId | null;
  readonly gradedAt: Date | null;
  /** Attempt the marks are about. */
  readonly attempt: number | null;
  readonly released: ReleasedGrade | null;
  readonly releaseAt: Date | null;
  /** True until the delivery of the newest release exists: found again after a killed process. */
  readonly needsDelivery: boolean;
  readonly updatedAt: Date;
}
