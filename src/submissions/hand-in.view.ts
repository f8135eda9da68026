import type { Words } from '../web/words.js';
import type { HandInProblem } from './hand-in.js';
import type { StudentTask } from './my-task.js';
import { noWork, type Submission } from './submission.js';
import { formIcon, workView, type WorkView } from './work.view.js';

export interface HandInView {
  readonly title: string;
  readonly taskHref: string;
  readonly action: string;
  readonly saveHref: string;
  readonly goals: readonly string[];
  readonly works: readonly {
    readonly title: string;
    readonly icon: string;
    readonly work: WorkView;
  }[];
  readonly problems: readonly { readonly text: string; readonly href: string }[];
  readonly sharedWith: readonly string[];
  readonly asksSelf: boolean;
  readonly criteria: readonly {
    readonly id: string;
    readonly text: string;
    readonly note: string;
    readonly levels: readonly {
      readonly value: string;
      readonly label: string;
      readonly text: string;
      readonly isOn: boolean;
    }[];
  }[];
  readonly reflections: readonly {
    readonly index: number;
    readonly prompt: string;
    readonly text: string;
  }[];
  readonly isLateNow: boolean;
  readonly attempt: number;
}

declare module '../web/render.js' {
  interface Views {
    'submissions/hand-in': HandInView;
  }
}

/** The two prompts of the reflection, in the reader's language. */
export function reflectionPrompts(words: Words): readonly string[] {
  return [words.t('submissions.reflection.proud'), words.t('submissions.reflection.next')];
}

/**
 * The levels a student rates themselves on: those of the rubric where it has any, else three words.
 * They say nothing of points: the rating is never counted.
 */
export function selfLevels(
  criterion: StudentTask['criteria'][number],
  words: Words,
): readonly { readonly share: number; readonly label: string; readonly text: string }[] {
  if (criterion.kind === 'levels' && criterion.levels.length > 0 && criterion.points > 0) {
    return criterion.levels.map((level) => ({
      share: Math.min(1, Math.max(0, level.points / criterion.points)),
      label: level.label,
      text: level.description,
    }));
  }
  return [
    { share: 1, label: words.t('submissions.self.yes'), text: '' },
    { share: 0.5, label: words.t('submissions.self.partly'), text: '' },
    { share: 0, label: words.t('submissions.self.not-yet'), text: '' },
  ];
}

/** The page before handing in: what goes, the criteria to check it against, and a thought. */
export function handInView(parts: {
  readonly task: StudentTask;
  readonly submission: Submission;
  readonly problems: readonly HandInProblem[];
  readonly sharedWith: readonly string[];
  readonly at: string;
  readonly addressOf: (fileId: string) => string;
  readonly words: Words;
  readonly now: Date;
}): HandInView {
  const { task, submission, words, at } = parts;
  const chosen = task.options.filter((o) => submission.chosenIds.includes(o.id));
  const prompts = reflectionPrompts(words);
  return {
    title: task.design.title,
    taskHref: `${at}/task`,
    action: `${at}/hand-in`,
    saveHref: `${at}/hand-in/keep`,
    goals: task.design.goals.map((g) => g.text),
    works: chosen.map((option) => ({
      title: option.title,
      icon: formIcon(option.form),
      work: workView(
        submission.drafts.find((d) => d.optionId === option.id)?.work ?? noWork,
        parts.addressOf,
        words,
      ),
    })),
    problems: parts.problems.map((problem) => ({
      text: words.t(`submissions.hand-in-problem.${problem.kind}`, {
        title: problem.kind === 'empty' ? problem.title : '',
      }),
      href:
        problem.kind === 'empty'
          ? `${at}/task?work=${problem.optionId}#work`
          : `${at}/task?choices=all#choices`,
    })),
    sharedWith: parts.sharedWith,
    asksSelf: task.design.settings.asksSelfAssessment,
    criteria: task.criteria.map((criterion) => {
      const rated = submission.selfRatings.find((r) => r.criterionId === criterion.id);
      return {
        id: criterion.id,
        text: criterion.text,
        note: rated?.note ?? '',
        levels: selfLevels(criterion, words).map(({ share, label, text }) => ({
          value: String(share),
          label,
          text,
          isOn: rated?.share === share,
        })),
      };
    }),
    reflections: prompts.map((prompt, index) => ({
      index,
      prompt,
      text: submission.reflections[index]?.text ?? '',
    })),
    isLateNow: task.due.dueAt !== null && parts.now > task.due.dueAt,
    attempt: submission.handIns.length + 1,
  };
}
