import type { Assignments } from '../assignments/assignment.model.js';
import type { Assignment } from '../assignments/assignment.js';
import { TrellisError } from '../errors.js';
import type { MembershipId } from '../ids.js';
import type { Submissions } from '../submissions/submission.model.js';
import type { Grade } from './grade.js';
import { isReleasable } from './grade-state.js';
import type { Grades } from './grade.model.js';
import { makeRelease } from './make-release.js';

/** Told of every release, such as the evidence of readiness; what it throws stops nothing. */
export type ReleaseListener = (grade: Grade, assignment: Assignment) => Promise<void> | void;

export interface ReleaseDeps {
  readonly assignments: Assignments;
  readonly submissions: Submissions;
  readonly grades: Grades;
  /** Makes the delivery; the mark on the grade finds it again if the process ends before. */
  readonly deliver: (grade: Grade) => Promise<void>;
  readonly listeners: readonly ReleaseListener[];
  readonly onError: (error: unknown) => void;
  readonly clock: () => Date;
}

function isConflict(error: unknown): boolean {
  return error instanceof TrellisError && error.code === 'EDIT_CONFLICT';
}

/** Releases grades: one guarded write each, which also marks that a delivery is wanted. */
export function createRelease(deps: ReleaseDeps) {
  const { assignments, submissions, grades, clock } = deps;

  /** The work counts as returned from here on. */
  async function returnWork(grade: Grade): Promise<void> {
    const { contextId, assignmentId, membershipId } = grade;
    const submission = await submissions.find(contextId, assignmentId, membershipId);
    if (submission?.state !== 'handed-in') return;
    if ((submission.handIns.at(-1)?.attempt ?? 0) > (grade.released?.attempt ?? 0)) return;
    try {
      await submissions.change(submission, { state: 'returned' }, clock());
    } catch (error) {
      // The student does something with it this moment: the grade itself is out already.
      if (!isConflict(error)) throw error;
    }
  }

  /**
   * Releases a student's grade if it is finished and says something new.
   *
   * @param by - Who releases; their name travels to the platform where it takes one.
   * @returns The released grade, or null when there was nothing to release.
   */
  async function release(
    assignment: Assignment,
    membershipId: MembershipId,
    by: MembershipId,
  ): Promise<Grade | null> {
    const { contextId, id } = assignment;
    const design = assignment.published ?? assignment.draft;
    for (let tries = 0; tries < 10; tries += 1) {
      const [grade, submission] = await Promise.all([
        grades.find(contextId, id, membershipId),
        submissions.find(contextId, id, membershipId),
      ]);
      if (!isReleasable(design, grade)) return null;
      const now = clock();
      const made = makeRelease(design, grade, submission, by, now);
      if (made === null) return null;
      let done: Grade;
      try {
        done = await grades.change(
          grade,
          { released: made, releaseAt: null, needsDelivery: true },
          now,
        );
      } catch (error) {
        if (isConflict(error)) continue;
        throw error;
      }
      await returnWork(done);
      await deps.deliver(done);
      for (const listener of deps.listeners) {
        try {
          await listener(done, assignment);
        } catch (error) {
          deps.onError(error);
        }
      }
      return done;
    }
    throw new TrellisError('EDIT_CONFLICT', 'grade keeps changing while it is released');
  }

  return {
    release,

    /** Releases what was scheduled and whose time has come. @returns How many. */
    async releaseDue(): Promise<number> {
      let released = 0;
      for (const grade of await grades.dueForRelease(clock(), 500)) {
        const assignment = await assignments.find(grade.contextId, grade.assignmentId);
        const by = grade.gradedBy;
        const done =
          assignment === null || by === null
            ? null
            : await release(assignment, grade.membershipId, by);
        if (done !== null) released += 1;
        // Reopened since it was scheduled: it waits for the teacher again.
        else await grades.unschedule(grade.id);
      }
      return released;
    },
  };
}

export type Release = ReturnType<typeof createRelease>;
