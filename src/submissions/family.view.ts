import type { Grade } from '../grading/grade.js';
import type { MembershipId } from '../ids.js';
import type { Words } from '../web/words.js';
import type { FamilyReply } from './family-reply.model.js';
import { FAMILY_REPLIES } from './family-reply.js';
import type { Submission } from './submission.js';
import type { ListedTask } from './task-of.js';

export interface FamilyView {
  readonly children: readonly {
    readonly name: string;
    readonly tasks: readonly FamilyCard[];
  }[];
}

/** One task of one child: why, until when, how to help, and three taps to answer. */
export interface FamilyCard {
  readonly title: string;
  readonly goals: readonly string[];
  readonly stateText: string;
  /** null: no date. */
  readonly dueIso: string | null;
  readonly dueText: string;
  readonly nextMove: string;
  readonly help: readonly string[];
  readonly replies: readonly {
    readonly kind: string;
    readonly text: string;
    readonly isOn: boolean;
  }[];
  readonly action: string;
}

declare module '../web/render.js' {
  interface Views {
    'submissions/family': FamilyView;
  }
}

/**
 * The family card (product.md section 6, screen 9): goal, why this task and how to help. No groups,
 * routes, marks of others or comparisons; nothing of children who are not listed.
 */
export function familyView(parts: {
  readonly children: readonly {
    readonly membershipId: MembershipId;
    readonly name: string;
    readonly tasks: readonly ListedTask[];
    readonly submissions: readonly Submission[];
    readonly grades: readonly Grade[];
  }[];
  readonly replies: readonly FamilyReply[];
  readonly base: string;
  readonly words: Words;
}): FamilyView {
  const { words, base } = parts;
  return {
    children: parts.children.map((child) => ({
      name: child.name,
      tasks: child.tasks.map(({ assignment, task }): FamilyCard => {
        const submission = child.submissions.find((s) => s.assignmentId === assignment.id);
        const released = child.grades.find((g) => g.assignmentId === assignment.id)?.released;
        const reply = parts.replies.find(
          (r) => r.assignmentId === assignment.id && r.childId === child.membershipId,
        );
        const goal = task.design.goals[0]?.text ?? '';
        return {
          title: task.design.title,
          goals: task.design.goals.map((g) => g.text),
          stateText: words.t(`submissions.family.state.${submission?.state ?? 'not-opened'}`),
          dueIso: task.due.dueAt?.toISOString() ?? null,
          dueText:
            task.due.dueAt === null ? words.t('submissions.no-date') : words.moment(task.due.dueAt),
          nextMove: released?.nextMove ?? '',
          help: [
            words.t('submissions.family.help.tell', { goal }),
            words.t('submissions.family.help.quiet', {
              minutes: words.t('submissions.minutes', { count: task.tier.minutes }),
            }),
            words.t('submissions.family.help.ask'),
          ],
          replies: FAMILY_REPLIES.map((kind) => ({
            kind,
            text: words.t(`submissions.family.reply.${kind}`),
            isOn: reply?.kind === kind,
          })),
          action: `${base}/family/${child.membershipId}/${assignment.id}`,
        };
      }),
    })),
  };
}
