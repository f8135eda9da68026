import type { Words } from '../web/words.js';
import type { Assignment } from './assignment.js';
import type { Template, TemplateReader } from './template.model.js';

export interface TemplateCard {
  readonly id: string;
  readonly href: string;
  readonly title: string;
  readonly factsText: string;
  readonly fromText: string;
  readonly usedText: string;
  readonly isShared: boolean;
  /** May be shared, hidden and removed by the reader. */
  readonly isOurs: boolean;
}

export interface LibraryView {
  readonly href: string;
  readonly own: readonly TemplateCard[];
  readonly district: readonly TemplateCard[];
  readonly assignments: readonly { readonly id: string; readonly title: string }[];
  readonly courses: readonly {
    readonly id: string;
    readonly title: string;
    readonly count: number;
  }[];
  readonly said: string | null;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

declare module '../web/render.js' {
  interface Views {
    'assignments/library': LibraryView;
  }
}

/** The library: what the course and its teacher saved, and what the district shares. */
export function libraryView(
  lists: {
    readonly templates: readonly Template[];
    readonly assignments: readonly Assignment[];
    readonly courses: LibraryView['courses'];
  },
  reader: TemplateReader,
  page: {
    readonly href: string;
    readonly words: Words;
    readonly said: string | null;
    readonly errors: Readonly<Record<string, string>>;
  },
): LibraryView {
  const { words } = page;
  const card = (template: Template): TemplateCard => ({
    id: template.id,
    href: `${page.href}/${template.id}`,
    title: template.title,
    factsText: [
      words.t('assignments.count.tiers', { count: template.design.tiers.length }),
      words.t('assignments.count.criteria', { count: template.design.criteria.length }),
      words.t('assignments.count.ways', { count: template.design.board.options.length }),
    ].join(' · '),
    fromText:
      template.courseTitle === ''
        ? ''
        : words.t('assignments.library.from', { course: template.courseTitle }),
    usedText: words.t('assignments.library.used', { count: template.used }),
    isShared: template.isShared,
    isOurs: template.contextId === reader.contextId || template.bySub === reader.sub,
  });
  const cards = lists.templates.map(card);
  return {
    href: page.href,
    own: cards.filter((one) => one.isOurs),
    district: cards.filter((one) => !one.isOurs),
    assignments: lists.assignments.map(({ id, draft }) => ({ id, title: draft.title })),
    courses: lists.courses,
    said: page.said,
    errors: Object.entries(page.errors).map(([field, message]) => ({ field, message })),
  };
}
