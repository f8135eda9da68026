import type { Assignment } from '../assignments/assignment.js';
import type { Membership } from '../launch/membership.model.js';
import { displayName } from '../launch/display-name.js';
import type { Words } from '../web/words.js';
import { agoText, initialsOf } from './board.view.js';
import type { Message } from './message.model.js';
import type { StudentTask } from './my-task.js';
import type { SelfRating, Submission } from './submission.js';
import { selfLevels } from './hand-in.view.js';
import { formIcon, workView, type WorkView } from './work.view.js';

export interface StudentView {
  readonly name: string;
  readonly initials: string;
  readonly title: string;
  readonly stateText: string;
  readonly changedText: string;
  readonly dueIso: string | null;
  readonly dueText: string;
  readonly dueWhy: string;
  readonly isPublished: boolean;
  readonly at: string;
  readonly gradingHref: string;
  readonly routes: readonly {
    readonly id: string;
    readonly name: string;
    readonly isHere: boolean;
  }[];
  readonly routeWhy: string;
  readonly moveError: string | null;
  readonly moveTo: string;
  readonly moveReason: string;
  readonly request: string | null;
  readonly questions: readonly {
    readonly id: string;
    readonly text: string;
    readonly when: string;
    readonly answer: string | null;
  }[];
  readonly notes: readonly {
    readonly text: string;
    readonly when: string;
    readonly seen: string;
  }[];
  readonly drafts: readonly {
    readonly title: string;
    readonly icon: string;
    readonly isChosen: boolean;
    readonly savedText: string;
    readonly work: WorkView;
  }[];
  readonly attempts: readonly {
    readonly heading: string;
    readonly isLate: boolean;
    readonly isLogged: boolean;
    readonly works: readonly { readonly title: string; readonly work: WorkView }[];
    readonly selfRatings: readonly { readonly criterion: string; readonly text: string }[];
    readonly reflections: readonly { readonly prompt: string; readonly text: string }[];
  }[];
  readonly sideBySide: boolean;
  readonly steps: readonly { readonly text: string; readonly isDone: boolean }[];
  readonly logError: string | null;
  readonly logNote: string;
  readonly familyText: string | null;
  readonly growthHref: string;
}

declare module '../web/render.js' {
  interface Views {
    'submissions/student': StudentView;
  }
}

/** A student's ratings of themselves in words. */
export function ratingRows(
  ratings: readonly SelfRating[],
  criteria: StudentTask['criteria'],
  words: Words,
): readonly { readonly criterion: string; readonly text: string }[] {
  return criteria.flatMap((criterion) => {
    const rating = ratings.find((r) => r.criterionId === criterion.id);
    if (rating === undefined) return [];
    const level = selfLevels(criterion, words).find((l) => l.share === rating.share);
    return [
      {
        criterion: criterion.text,
        text: [level?.label ?? '', rating.note].filter((t) => t !== '').join(': '),
      },
    ];
  });
}

/** One student's work as staff see it: read only, with everything the teacher can do beside it. */
export function studentView(parts: {
  readonly assignment: Assignment;
  readonly task: StudentTask | null;
  readonly member: Membership;
  readonly submission: Submission | null;
  readonly messages: readonly Message[];
  readonly familyText: string | null;
  readonly addressOf: (fileId: string) => string;
  readonly base: string;
  readonly words: Words;
  readonly now: Date;
  readonly typed?: {
    readonly moveError?: string;
    readonly moveTo?: string;
    readonly moveReason?: string;
    readonly logError?: string;
    readonly logNote?: string;
  };
}): StudentView {
  const { assignment, task, member, submission, messages, words, addressOf, now, base } = parts;
  const design = assignment.published ?? assignment.draft;
  const name = displayName(member, (n) => words.t('submissions.student-number', { number: n }));
  const at = `${base}/a/${assignment.id}/student/${member._id}`;
  const optionOf = (id: string) => design.board.options.find((o) => o.id === id);
  const placement = assignment.placements.findLast((p) => p.membershipId === member._id);
  return {
    name,
    initials: initialsOf(name),
    title: design.title,
    stateText: words.t(`submissions.state.${submission?.state ?? 'not-opened'}`),
    changedText:
      submission === null
        ? ''
        : words.t('submissions.student.changed', {
            ago: agoText(submission.changedAt, now, words),
          }),
    dueIso: task?.due.dueAt?.toISOString() ?? null,
    dueText: task?.due.dueAt == null ? '' : words.moment(task.due.dueAt),
    dueWhy: task === null ? '' : words.t(`submissions.student.due-why.${task.due.because}`),
    isPublished: assignment.published !== null,
    at,
    gradingHref: `${base}/a/${assignment.id}/grading/${member._id}`,
    routes: design.tiers.map((tier) => ({
      id: tier.id,
      name: tier.name,
      isHere: task?.tier.id === tier.id,
    })),
    routeWhy: words.t(`submissions.student.route-why.${task?.because ?? 'base'}`, {
      reason: placement?.reason ?? '',
    }),
    moveError: parts.typed?.moveError ?? null,
    moveTo: parts.typed?.moveTo ?? '',
    moveReason: parts.typed?.moveReason ?? '',
    request:
      submission?.request?.answer === 'open'
        ? words.t(`submissions.board.request.${submission.request.kind}`)
        : null,
    questions: messages
      .filter((m) => m.kind === 'question')
      .map((m) => ({
        id: m._id,
        text: m.text,
        when: words.moment(m.at),
        answer: m.answer?.text ?? null,
      })),
    notes: messages
      .filter((m) => m.kind !== 'question')
      .map((m) => ({
        text: m.text,
        when: words.moment(m.at),
        seen: words.t(
          m.seenAt === null ? 'submissions.student.not-seen' : 'submissions.student.seen',
        ),
      })),
    drafts: (submission?.drafts ?? []).map((draft) => ({
      title: optionOf(draft.optionId)?.title ?? words.t('submissions.student.gone-option'),
      icon: formIcon(optionOf(draft.optionId)?.form ?? 'text'),
      isChosen: submission?.chosenIds.includes(draft.optionId) ?? false,
      savedText: words.t('submissions.saved-at', { when: words.moment(draft.savedAt) }),
      work: workView(draft.work, addressOf, words),
    })),
    attempts: (submission?.handIns ?? []).map((handIn) => ({
      heading: words.t('submissions.student.attempt', {
        attempt: handIn.attempt,
        when: words.moment(handIn.at),
      }),
      isLate: handIn.isLate,
      isLogged: handIn.loggedBy !== null,
      works: handIn.works.map((w) => ({
        title: w.optionTitle,
        work: workView(w.work, addressOf, words),
      })),
      selfRatings: ratingRows(handIn.selfRatings, design.criteria, words),
      reflections: handIn.reflections,
    })),
    sideBySide: (submission?.handIns.length ?? 0) > 1,
    steps: (task?.tier.steps ?? []).map((step) => ({
      text: step.text,
      isDone: submission?.doneStepIds.includes(step.id) ?? false,
    })),
    logError: parts.typed?.logError ?? null,
    logNote: parts.typed?.logNote ?? '',
    familyText: parts.familyText,
    growthHref: `${base}/growth/${member._id}`,
  };
}
