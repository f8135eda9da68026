import { PRODUCT_FORMS } from '../assignments/assignment.js';
import type { SuccessCriterion } from '../assignments/assignment.js';
import type { Words } from '../web/words.js';
import type { Idea } from './idea.model.js';

export interface IdeaView {
  readonly title: string;
  readonly taskHref: string;
  readonly action: string;
  readonly state: string | null;
  readonly stateText: string;
  readonly sentence: string;
  readonly canPropose: boolean;
  readonly typed: { readonly title: string; readonly what: string; readonly needs: string };
  readonly errors: Readonly<Record<string, string>>;
  readonly hasErrors: boolean;
  readonly forms: readonly {
    readonly value: string;
    readonly label: string;
    readonly selected: boolean;
  }[];
  readonly criteria: readonly {
    readonly id: string;
    readonly text: string;
    readonly shows: string;
    readonly error: string | null;
  }[];
}

declare module '../web/render.js' {
  interface Views {
    'choices/idea': IdeaView;
  }
}

/** The form for a student's own idea, with the answer to the last one. */
export function ideaView(parts: {
  readonly taskTitle: string;
  readonly criteria: readonly SuccessCriterion[];
  readonly idea: Idea | null;
  readonly at: string;
  readonly words: Words;
  readonly typed?: Readonly<Record<string, unknown>>;
  readonly errors?: Readonly<Record<string, string>>;
}): IdeaView {
  const { idea, words, at, typed, errors = {} } = parts;
  // An answered idea starts a new one; an open one can still be reworded.
  const open = idea?.state === 'open' ? idea : null;
  const text = (name: 'title' | 'what' | 'needs'): string => {
    const value = typed?.[name];
    return typeof value === 'string' ? value : (open?.[name] ?? '');
  };
  const shows = (typed?.['shows'] ?? {}) as Readonly<Record<string, unknown>>;
  const form = typeof typed?.['form'] === 'string' ? typed['form'] : (open?.form ?? 'text');
  return {
    title: parts.taskTitle,
    taskHref: `${at}/task`,
    action: `${at}/idea`,
    state: idea?.state ?? null,
    stateText: idea === null ? '' : words.t(`submissions.idea.state.${idea.state}`),
    sentence: idea?.sentence ?? '',
    canPropose: idea === null || idea.state !== 'approved',
    typed: { title: text('title'), what: text('what'), needs: text('needs') },
    errors,
    hasErrors: Object.keys(errors).length > 0,
    forms: PRODUCT_FORMS.map((value) => ({
      value,
      label: words.t(`submissions.form.${value}`),
      selected: value === form,
    })),
    criteria: parts.criteria.map((criterion) => {
      const said = shows[criterion.id];
      const kept = open?.shows.find((s) => s.criterionId === criterion.id)?.text ?? '';
      return {
        id: criterion.id,
        text: criterion.text,
        shows: typeof said === 'string' ? said : kept,
        error: errors[`shows.${criterion.id}`] ?? null,
      };
    }),
  };
}
