import type { Grade } from '../grading/grade.js';
import type { Words } from '../web/words.js';
import type { Submission } from './submission.js';
import type { ListedTask } from './task-of.js';

export interface MyView {
  readonly open: readonly MyRow[];
  readonly done: readonly MyRow[];
}

export interface MyRow {
  readonly title: string;
  readonly href: string;
  readonly dueIso: string | null;
  readonly dueText: string;
  readonly stateText: string;
  readonly feedbackHref: string | null;
}

declare module '../web/render.js' {
  interface Views {
    'submissions/my': MyView;
  }
}

/** A student's own tasks in the course, the next date first. */
export function myView(parts: {
  readonly tasks: readonly ListedTask[];
  readonly submissions: readonly Pick<Submission, 'assignmentId' | 'state'>[];
  readonly grades: readonly Grade[];
  readonly base: string;
  readonly words: Words;
}): MyView {
  const { words, base } = parts;
  const rows = parts.tasks.map(({ assignment, task }) => {
    const submission = parts.submissions.find((s) => s.assignmentId === assignment.id);
    const state = submission?.state ?? 'not-opened';
    const isBack = parts.grades.some(
      (g) => g.assignmentId === assignment.id && g.released !== null,
    );
    const { dueAt } = task.due;
    return {
      isDone: state === 'handed-in' || state === 'returned',
      dueMs: dueAt?.getTime() ?? Infinity,
      row: {
        title: task.design.title,
        href: `${base}/a/${assignment.id}/task`,
        dueIso: dueAt?.toISOString() ?? null,
        dueText: dueAt === null ? words.t('submissions.no-date') : words.moment(dueAt),
        stateText: words.t(`submissions.my.state.${state}`),
        feedbackHref: isBack ? `${base}/a/${assignment.id}/feedback` : null,
      },
    };
  });
  rows.sort((a, b) => a.dueMs - b.dueMs);
  return {
    open: rows.filter((r) => !r.isDone).map((r) => r.row),
    done: rows.filter((r) => r.isDone).map((r) => r.row),
  };
}
