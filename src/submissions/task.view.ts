import type { BoardLeft } from '../choices/board-left.view.js';
import type { Idea } from '../choices/idea.model.js';
import { neutralLabels } from '../tiers/neutral-labels.js';
import type { TaskSupports } from '../tiers/supports.js';
import type { Words } from '../web/words.js';
import type { Message } from './message.model.js';
import type { StudentTask } from './my-task.js';
import type { GroupWork } from './group-work.view.js';
import { cardsOf, type ChoiceCard } from './choice-cards.view.js';
import { materialRows, type MaterialRow } from './material.view.js';
import { isEmptyWork, type Submission } from './submission.js';
import { placeOf, type WorkPlace } from './work-place.view.js';
import { workView, type WorkView } from './work.view.js';

export interface TaskView {
  readonly assignmentId: string;
  readonly title: string;
  readonly label: string | null;
  readonly dueIso: string | null;
  readonly dueText: string;
  readonly dueWhy: string;
  /** How long it should take, as it stands behind the date. */
  readonly aboutText: string;
  readonly goals: readonly string[];
  readonly criteria: readonly string[];
  readonly isChanged: boolean;
  readonly messages: readonly {
    readonly isNudge: boolean;
    readonly question: string | null;
    readonly text: string;
    readonly when: string;
    readonly whenIso: string;
  }[];
  readonly waitingQuestions: readonly string[];
  readonly instructionsHtml: string;
  readonly language: string;
  readonly steps: readonly {
    readonly id: string;
    readonly text: string;
    readonly isDone: boolean;
    readonly target: string | null;
  }[];
  readonly stepsDone: number;
  readonly isLarge: boolean;
  readonly readsAloud: boolean;
  /** More steps follow when these are done. */
  readonly hasMoreSteps: boolean;
  readonly materials: readonly MaterialRow[];
  readonly board: {
    readonly isOpen: boolean;
    readonly is3x3: boolean;
    readonly isSingle: boolean;
    readonly canSwitch: boolean;
    readonly ruleText: string;
    readonly leftText: string;
    readonly problem: string | null;
    readonly cards: readonly ChoiceCard[];
    readonly hasMore: boolean;
    readonly lastThought: string | null;
    readonly placeText: string | null;
    readonly hasWishes: boolean;
  };
  readonly idea: {
    readonly isAllowed: boolean;
    readonly href: string;
    readonly state: string | null;
    readonly stateText: string | null;
    readonly sentence: string;
  };
  readonly places: readonly {
    readonly title: string;
    readonly href: string;
    readonly isOpen: boolean;
    readonly isStarted: boolean;
  }[];
  readonly place: WorkPlace | null;
  readonly handedIn: {
    readonly when: string;
    readonly whenIso: string;
    readonly isLate: boolean;
    readonly attempt: number;
    readonly works: readonly { readonly title: string; readonly work: WorkView }[];
    readonly canTakeBack: boolean;
    readonly canRevise: boolean;
    readonly loggedText: string | null;
  } | null;
  readonly feedbackHref: string | null;
  /** Pieces of classmates to look at; null: none. */
  readonly peers: { readonly href: string; readonly text: string; readonly isDone: boolean } | null;
  readonly handInHref: string;
  readonly canHandIn: boolean;
  readonly isNative: boolean;
  readonly ask: { readonly typed: string; readonly error: string | null };
  readonly request: { readonly isAllowed: boolean; readonly stateText: string | null };
  readonly sharedWith: readonly string[];
  /** What the others of the group made so far, where one piece is handed in. */
  readonly groupWork: readonly GroupWork[];
}

declare module '../web/render.js' {
  interface Views {
    'submissions/task': TaskView;
  }
}

/** Everything the page is made from. */
export interface TaskParts {
  readonly assignmentId: string;
  readonly isNative: boolean;
  readonly revision: number;
  readonly task: StudentTask;
  /** What this student gets in every task; left out: nothing. */
  readonly supports?: TaskSupports;
  readonly submission: Submission;
  readonly messages: readonly Message[];
  readonly ideas: readonly Idea[];
  readonly left: BoardLeft;
  readonly placeText: string | null;
  readonly lastThought: string | null;
  readonly hasFeedback: boolean;
  /** Words of classmates can be read. */
  readonly hasPeerWords?: boolean;
  /** Classmates' pieces: how many there are, and how many of them still wait; left out: none. */
  readonly peers?: { readonly all: number; readonly open: number };
  readonly isGraded: boolean;
  readonly hasVersions: boolean;
  readonly sharedWith: readonly string[];
  /** Left out: nobody shares the piece. */
  readonly groupWork?: readonly GroupWork[];
  readonly addressOf: (fileId: string) => string;
  readonly base: string;
  readonly words: Words;
  readonly now: Date;
  /** Which chosen option is open, and whether the choices are shown although one was made. */
  readonly asked: { readonly workId: string | null; readonly showsChoices: boolean };
  readonly problem: string | null;
  readonly ask?: { readonly typed: string; readonly error: string };
  readonly workError?: {
    readonly html: string;
    readonly linkUrl: string;
    readonly message: string;
  };
}

/**
 * The student's task page: goal, next step, date and why, choices, help, and whether it is saved
 * (product.md section 6, screen 8). Holds nothing of other routes, people or rules.
 */
export function taskView(parts: TaskParts): TaskView {
  const { task, submission, words, left, base, assignmentId } = parts;
  const { design, tier, due } = task;
  const at = `${base}/a/${assignmentId}`;
  const chosen = task.options.filter((o) => submission.chosenIds.includes(o.id));
  const isHandedIn = submission.state === 'handed-in' || submission.state === 'returned';
  const last = submission.handIns.at(-1);
  const open =
    chosen.find((o) => o.id === parts.asked.workId) ??
    chosen.find((o) => {
      const draft = submission.drafts.find((d) => d.optionId === o.id);
      return draft === undefined || isEmptyWork(draft.work);
    }) ??
    chosen[0];
  const idea = parts.ideas[0];
  const labels = design.settings.neutralLabels;
  const labelKey =
    labels === 'hidden'
      ? undefined
      : neutralLabels(
          design.tiers.map((t) => t.id),
          labels,
          assignmentId,
        ).get(tier.id);
  return {
    assignmentId,
    title: design.title,
    label: labelKey === undefined ? null : words.t(labelKey),
    dueIso: due.dueAt?.toISOString() ?? null,
    dueText: due.dueAt === null ? '' : words.moment(due.dueAt),
    dueWhy: words.t(due.messageKey),
    aboutText: tier.minutes > 0 ? words.t('submissions.about', { count: tier.minutes }) : '',
    goals: design.goals
      .filter((g) => tier.goalIds.includes(g.id) || tier.goalIds.length === 0)
      .map((g) => g.text),
    criteria: task.criteria.map((c) => c.text),
    isChanged: submission.seenRevision < parts.revision,
    messages: parts.messages
      .filter((m) => m.kind !== 'question' || m.answer !== null)
      .filter((m) => m.seenAt === null || parts.now.getTime() - m.seenAt.getTime() < 2 * 86_400_000)
      .map((m) => {
        const when = m.answer?.at ?? m.at;
        return {
          isNudge: m.kind === 'nudge',
          question: m.kind === 'question' ? m.text : null,
          text: m.answer?.text ?? m.text,
          when: words.moment(when),
          whenIso: when.toISOString(),
        };
      }),
    waitingQuestions: parts.messages
      .filter((m) => m.kind === 'question' && m.answer === null)
      .map((m) => m.text),
    instructionsHtml: tier.instructionsHtml,
    language: design.language,
    isLarge: parts.supports?.largePrint ?? false,
    readsAloud: parts.supports?.readAloud ?? false,
    hasMoreSteps: parts.supports?.hasMoreSteps ?? false,
    steps: tier.steps
      .filter((s) => parts.supports?.stepIds.includes(s.id) ?? true)
      .map((step) => ({
        id: step.id,
        text: step.text,
        isDone: submission.doneStepIds.includes(step.id),
        target: step.targetAt === null ? null : words.day(step.targetAt),
      })),
    stepsDone: tier.steps.filter((s) => submission.doneStepIds.includes(s.id)).length,
    materials: materialRows(tier.materials, parts.addressOf),
    board: {
      isOpen: !isHandedIn && (chosen.length === 0 || parts.asked.showsChoices || !left.isComplete),
      is3x3: design.board.template === 'grid',
      isSingle: left.isSingle,
      canSwitch: left.canSwitch && chosen.length > 0,
      ruleText: left.ruleText,
      leftText: left.leftText,
      problem: parts.problem,
      cards: cardsOf(parts),
      hasMore: left.hasMore,
      lastThought: parts.lastThought,
      placeText: parts.placeText,
      hasWishes: left.wishIds.length > 0,
    },
    idea: {
      isAllowed: design.board.allowsOwnIdea && !isHandedIn,
      href: `${at}/idea`,
      state: idea?.state ?? null,
      stateText: idea === undefined ? null : words.t(`submissions.idea.state.${idea.state}`),
      sentence: idea?.sentence ?? '',
    },
    places:
      chosen.length < 2
        ? []
        : chosen.map((o) => {
            const draft = submission.drafts.find((d) => d.optionId === o.id);
            return {
              title: o.title,
              href: `${at}/task?work=${o.id}#work`,
              isOpen: o.id === open?.id,
              isStarted: draft !== undefined && !isEmptyWork(draft.work),
            };
          }),
    place: isHandedIn || open === undefined || parts.isNative ? null : placeOf(open, parts),
    handedIn:
      !isHandedIn || last === undefined
        ? null
        : {
            when: words.moment(last.at),
            whenIso: last.at.toISOString(),
            isLate: last.isLate,
            attempt: last.attempt,
            works: last.works.map((w) => ({
              title: w.optionTitle,
              work: workView(w.work, parts.addressOf, words),
            })),
            canTakeBack:
              submission.state === 'handed-in' &&
              design.settings.allowsTakeBack &&
              !parts.isGraded &&
              last.loggedBy === null,
            canRevise:
              (submission.state === 'returned' || parts.hasFeedback) &&
              design.settings.allowsResubmit,
            loggedText: last.loggedBy === null ? null : words.t('submissions.logged'),
          },
    peers:
      parts.peers === undefined || parts.peers.all === 0
        ? null
        : {
            href: `${at}/peers`,
            isDone: parts.peers.open === 0,
            text: words.t(parts.peers.open === 0 ? 'peers.all-given' : 'peers.waiting', {
              count: parts.peers.open,
            }),
          },
    feedbackHref: parts.hasFeedback || parts.hasPeerWords === true ? `${at}/feedback` : null,
    handInHref: `${at}/hand-in`,
    canHandIn: !isHandedIn && chosen.length > 0 && !parts.isNative,
    isNative: parts.isNative,
    ask: parts.ask ?? { typed: '', error: null },
    request: {
      isAllowed:
        design.settings.allowsTierRequests &&
        design.tiers.length > 1 &&
        !isHandedIn &&
        submission.request?.answer !== 'open',
      stateText:
        submission.request === null
          ? null
          : words.t(`submissions.request.${submission.request.answer}`),
    },
    sharedWith: parts.sharedWith,
    groupWork: isHandedIn ? [] : (parts.groupWork ?? []),
  };
}
