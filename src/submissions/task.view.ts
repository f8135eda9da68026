import type { Material } from '../assignments/assignment.js';
import type { SubmissionOption } from '../assignments/assignment.js';
import type { BoardLeft } from '../choices/board-left.view.js';
import { plainText } from '../assignments/clean-html.js';
import type { Idea } from '../choices/idea.model.js';
import { neutralLabels } from '../tiers/neutral-labels.js';
import type { TaskSupports } from '../tiers/supports.js';
import type { Words } from '../web/words.js';
import type { Message } from './message.model.js';
import type { StudentTask } from './my-task.js';
import { isEmptyWork, noWork, type Submission } from './submission.js';
import {
  editorHtml,
  fileRow,
  formIcon,
  workView,
  type FileRow,
  type WorkView,
} from './work.view.js';

export interface MaterialRow {
  readonly title: string;
  readonly icon: string;
  readonly href: string | null;
  readonly host: string;
  readonly html: string | null;
}

export interface ChoiceCard {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly icon: string;
  readonly tone: number;
  readonly formText: string;
  readonly minutesText: string | null;
  readonly course: string | null;
  readonly isChosen: boolean;
  readonly isDone: boolean;
  /** Few places: students say what they would like, and a person shares the places out. */
  readonly wish: { readonly rank: number | null; readonly text: string } | null;
  /** Whether it can be taken now; a full board says what to put back first. */
  readonly canChoose: boolean;
  readonly canPutBack: boolean;
}

/** The place where one chosen option is made. */
export interface WorkPlace {
  readonly optionId: string;
  readonly title: string;
  readonly form: string;
  readonly icon: string;
  readonly instructionsHtml: string;
  readonly materials: readonly MaterialRow[];
  readonly saveHref: string;
  readonly uploadHref: string;
  readonly versionsHref: string | null;
  readonly version: number;
  readonly html: string;
  readonly text: string;
  readonly linkUrl: string;
  readonly linkHost: string;
  readonly files: readonly FileRow[];
  readonly accept: string;
  readonly savedText: string | null;
  readonly error: string | null;
  /** Key of this draft in the browser's own store while the network is away. */
  readonly keepKey: string;
}

export interface TaskView {
  readonly assignmentId: string;
  readonly title: string;
  readonly label: string | null;
  readonly dueIso: string | null;
  readonly dueText: string;
  readonly dueWhy: string;
  readonly minutesText: string;
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
  readonly handInHref: string;
  readonly canHandIn: boolean;
  readonly isNative: boolean;
  readonly ask: { readonly typed: string; readonly error: string | null };
  readonly request: { readonly isAllowed: boolean; readonly stateText: string | null };
  readonly sharedWith: readonly string[];
}

declare module '../web/render.js' {
  interface Views {
    'submissions/task': TaskView;
  }
}

const ACCEPTS: Readonly<Record<string, string>> = {
  photo: 'image/*',
  audio: 'audio/*',
  video: 'video/*',
  drawing: 'image/*',
  paper: 'image/*',
};

/** Materials as rows; a file's address is short-lived and this session's own. */
export function materialRows(
  materials: readonly Material[],
  addressOf: (fileId: string) => string,
): readonly MaterialRow[] {
  return materials.map((material) => {
    const href =
      material.kind === 'link'
        ? material.url
        : material.kind === 'file' && material.fileId !== null
          ? addressOf(material.fileId)
          : null;
    let host = '';
    if (material.kind === 'link' && material.url !== null) {
      try {
        host = new URL(material.url).host;
      } catch {
        host = '';
      }
    }
    return {
      title: material.title,
      icon:
        material.kind === 'link'
          ? 'external-link'
          : material.kind === 'file'
            ? 'file'
            : 'book-open-text',
      href,
      host,
      html: material.html,
    };
  });
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
  readonly isGraded: boolean;
  readonly hasVersions: boolean;
  readonly sharedWith: readonly string[];
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

function minutesText(minutes: number | null, words: Words): string | null {
  return minutes === null ? null : words.t('submissions.minutes', { count: minutes });
}

function placeOf(option: SubmissionOption, parts: TaskParts): WorkPlace {
  const { submission, words, addressOf, base, assignmentId } = parts;
  const draft = submission.drafts.find((d) => d.optionId === option.id);
  const work = draft?.work ?? noWork;
  const at = `${base}/a/${assignmentId}/work/${option.id}`;
  const html = parts.workError?.html ?? work.html;
  return {
    optionId: option.id,
    title: option.title,
    form: option.form,
    icon: formIcon(option.form),
    instructionsHtml: option.instructionsHtml,
    materials: materialRows(option.materials, addressOf),
    saveHref: at,
    uploadHref: `${at}/uploads`,
    versionsHref: parts.hasVersions ? `${at}/versions` : null,
    version: draft?.version ?? 0,
    html: editorHtml(html),
    text: plainText(html),
    linkUrl: parts.workError?.linkUrl ?? work.linkUrl,
    linkHost: workView(work, addressOf, words).linkHost,
    files: work.files.map((file) => fileRow(file, addressOf, words)),
    accept: ACCEPTS[option.form] ?? '',
    savedText:
      draft === undefined
        ? null
        : words.t('submissions.saved-at', { when: words.moment(draft.savedAt) }),
    error: parts.workError?.message ?? null,
    keepKey: `trellis.draft.${submission.id}.${option.id}`,
  };
}

function cardsOf(parts: TaskParts): readonly ChoiceCard[] {
  const { task, submission, words, left } = parts;
  const offered = new Set<string>(left.shownIds);
  const wishes = submission.wishes.filter((id) => task.options.some((o) => o.id === id));
  return task.options
    .filter((option) => offered.has(option.id) || submission.chosenIds.includes(option.id))
    .map((option, i): ChoiceCard => {
      const isChosen = submission.chosenIds.includes(option.id);
      const draft = submission.drafts.find((d) => d.optionId === option.id);
      const rank = wishes.indexOf(option.id);
      const needsWish = left.wishIds.includes(option.id) && !isChosen;
      return {
        id: option.id,
        title: option.title,
        text: plainText(option.instructionsHtml).slice(0, 200),
        icon: formIcon(option.form),
        tone: (i % 6) + 1,
        formText: words.t(`submissions.form.${option.form}`),
        minutesText: minutesText(option.minutes, words),
        course: option.course,
        isChosen,
        isDone: draft !== undefined && !isEmptyWork(draft.work),
        wish: needsWish
          ? {
              rank: rank < 0 ? null : rank + 1,
              text:
                rank < 0
                  ? words.t('submissions.wish.few', { count: option.places ?? 0 })
                  : words.t('submissions.wish.rank', { rank: rank + 1 }),
            }
          : null,
        canChoose: !isChosen && !needsWish && left.canChoose(option.id),
        canPutBack: isChosen && left.canSwitch && !left.isSingle,
      };
    });
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
    minutesText: minutesText(tier.minutes, words) ?? '',
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
    feedbackHref: parts.hasFeedback ? `${at}/feedback` : null,
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
  };
}
