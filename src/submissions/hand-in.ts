import type { MembershipId } from '../ids.js';
import { isLate } from './lateness.js';
import type { StudentTask } from './my-task.js';
import { isEmptyWork, noWork, type HandIn, type Submission } from './submission.js';

/** Why something cannot be handed in yet; words under `submissions.hand-in-problem`. */
export type HandInProblem =
  | { readonly kind: 'nothing-chosen' | 'choices-left' }
  | { readonly kind: 'empty'; readonly optionId: string; readonly title: string };

/**
 * What is missing before a student can hand in. Work on paper needs no word in Trellis.
 *
 * @param isBoardComplete - Whether the board's rule is kept by what was chosen.
 * @returns Nothing when all is there.
 */
export function handInProblems(
  task: StudentTask,
  submission: Submission,
  isBoardComplete: boolean,
): readonly HandInProblem[] {
  const chosen = task.options.filter((o) => submission.chosenIds.includes(o.id));
  if (chosen.length === 0) return [{ kind: 'nothing-chosen' }];
  const empty = chosen.flatMap((option): HandInProblem[] => {
    const work = submission.drafts.find((d) => d.optionId === option.id)?.work ?? noWork;
    return option.form === 'paper' || !isEmptyWork(work)
      ? []
      : [{ kind: 'empty', optionId: option.id, title: option.title }];
  });
  return isBoardComplete ? empty : [{ kind: 'choices-left' }, ...empty];
}

/**
 * Makes the attempt that is handed in: the work as it is now, with the date that held.
 *
 * @param memberIds - Everybody it belongs to where a group hands in one piece; otherwise the student.
 * @param now - When the server received it; the device's clock counts for nothing.
 */
export function makeHandIn(
  task: StudentTask,
  submission: Submission,
  memberIds: readonly MembershipId[],
  now: Date,
): HandIn {
  const chosen = task.options.filter((o) => submission.chosenIds.includes(o.id));
  return {
    attempt: submission.handIns.length + 1,
    at: now,
    isLate: isLate(
      { handedInAt: now, dueAt: task.due.dueAt, isChosen: true, isExcused: false },
      now,
    ),
    dueAt: task.due.dueAt,
    works: chosen.map((option) => ({
      optionId: option.id,
      optionTitle: option.title,
      work: submission.drafts.find((d) => d.optionId === option.id)?.work ?? noWork,
    })),
    selfRatings: submission.selfRatings,
    reflections: submission.reflections.filter((r) => r.text.trim() !== ''),
    memberIds: memberIds.length > 1 ? memberIds : [submission.membershipId],
    loggedBy: null,
  };
}
