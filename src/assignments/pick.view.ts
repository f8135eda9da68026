import type { Words } from '../web/words.js';
import type { Assignment } from './assignment.js';
import type { Template } from './template.model.js';

export interface PickRow {
  readonly value: string;
  readonly title: string;
  readonly text: string;
  readonly checked: boolean;
}

export interface PickView {
  readonly href: string;
  readonly takesMany: boolean;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
  readonly error: Readonly<Record<string, string>>;
  readonly typed: {
    readonly title: string;
    readonly points: string;
    readonly due: string;
    readonly task: string;
  };
  readonly existing: readonly PickRow[];
  readonly library: readonly PickRow[];
}

export interface ReturnView {
  readonly returnUrl: string;
  readonly jwt: string;
  readonly heading: string;
  readonly text: string;
}

declare module '../web/render.js' {
  interface Views {
    'assignments/pick': PickView;
    'assignments/return': ReturnView;
    'assignments/pick-nothing': { readonly href: string };
  }
}

/**
 * The picker of the platform's "add an assignment".
 *
 * @param takesMany - Whether the platform said that several items may come back.
 * @param typed - What was typed, where the form comes back.
 */
export function pickView(
  place: { readonly href: string; readonly takesMany: boolean; readonly words: Words },
  lists: { readonly assignments: readonly Assignment[]; readonly templates: readonly Template[] },
  refused: {
    readonly errors: Readonly<Record<string, string>>;
    readonly typed: Readonly<Record<string, unknown>>;
  } | null,
): PickView {
  const { words } = place;
  const typed = (name: string, fallback = ''): string => {
    const value = refused?.typed[name];
    return typeof value === 'string' ? value : fallback;
  };
  const picked = refused?.typed['pick'];
  const isPicked = (value: string): boolean =>
    Array.isArray(picked) ? picked.includes(value) : picked === value;
  const row = (value: string, title: string, text: string): PickRow => ({
    value,
    title,
    text,
    checked: isPicked(value),
  });
  return {
    href: place.href,
    takesMany: place.takesMany,
    errors: Object.entries(refused?.errors ?? {}).map(([field, message]) => ({ field, message })),
    error: refused?.errors ?? {},
    typed: {
      title: typed('title'),
      points: typed('points', '100'),
      due: typed('due'),
      task: typed('task'),
    },
    existing: lists.assignments.map(({ id, draft, published, resourceLinkIds }) =>
      row(
        `assignment:${id}`,
        draft.title,
        [
          words.t('assignments.count.tiers', { count: draft.tiers.length }),
          words.t(published === null ? 'assignments.state.draft' : 'assignments.state.published'),
          resourceLinkIds.length === 0 ? words.t('assignments.state.unlinked') : '',
        ]
          .filter((part) => part !== '')
          .join(' · '),
      ),
    ),
    library: lists.templates.map((template) =>
      row(
        `template:${template.id}`,
        template.title,
        words.t('assignments.count.tiers', { count: template.design.tiers.length }),
      ),
    ),
  };
}
