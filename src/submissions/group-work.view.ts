import type { Words } from '../web/words.js';
import type { StudentTask } from './my-task.js';
import { isEmptyWork, type Submission } from './submission.js';
import { workView, type WorkView } from './work.view.js';

/** What another member of the group made so far of the piece they hand in together. */
export interface GroupWork {
  readonly name: string;
  readonly when: string;
  readonly whenIso: string;
  readonly works: readonly { readonly title: string; readonly work: WorkView }[];
  /** Goes on from it: a copy comes into the own draft. */
  readonly action: string;
}

/**
 * The pieces of a group that are under way, newest first. Only what is chosen and begun is shared;
 * what somebody put aside stays theirs.
 *
 * @param theirs - Submissions of the others by their names; null: has not opened the task.
 */
export function groupWorkView(parts: {
  readonly theirs: readonly { readonly name: string; readonly submission: Submission | null }[];
  readonly task: StudentTask;
  readonly at: string;
  readonly addressOf: (fileId: string) => string;
  readonly words: Words;
}): readonly GroupWork[] {
  const { words } = parts;
  return parts.theirs
    .flatMap(({ name, submission }) => {
      const begun = sharedDrafts(submission, parts.task);
      const last = begun.at(-1);
      return submission === null || last === undefined ? [] : [{ name, submission, begun, last }];
    })
    .sort((a, b) => b.last.savedAt.getTime() - a.last.savedAt.getTime())
    .map(({ name, submission, begun, last }) => ({
      name,
      when: words.moment(last.savedAt),
      whenIso: last.savedAt.toISOString(),
      works: begun.map((draft) => ({
        title: parts.task.options.find((o) => o.id === draft.optionId)?.title ?? '',
        work: workView(draft.work, parts.addressOf, words),
      })),
      action: `${parts.at}/group-work/${submission.membershipId}/take`,
    }));
}

/** Drafts of a member that the group shares, the newest last: chosen, begun and open to the reader. */
export function sharedDrafts(
  submission: Submission | null,
  task: Pick<StudentTask, 'options'>,
): Submission['drafts'] {
  return (submission?.drafts ?? [])
    .filter(
      (draft) =>
        submission?.chosenIds.includes(draft.optionId) === true &&
        task.options.some((o) => o.id === draft.optionId) &&
        !isEmptyWork(draft.work),
    )
    .toSorted((a, b) => a.savedAt.getTime() - b.savedAt.getTime());
}
