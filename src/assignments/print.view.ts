import type { Words } from '../web/words.js';
import type { TaskDesign, Tier } from './assignment.js';

/** One student's sheet: their own task and nothing that tells it from another. */
export interface PrintSheet {
  readonly name: string;
  readonly isLarge: boolean;
  readonly dueText: string;
  readonly instructionsHtml: string;
  readonly steps: readonly { readonly text: string; readonly target: string | null }[];
  readonly passages: readonly { readonly title: string; readonly html: string }[];
  readonly sources: readonly { readonly title: string; readonly address: string }[];
  readonly ways: readonly string[];
  readonly lines: readonly number[];
}

export interface PrintView {
  readonly title: string;
  readonly language: string;
  readonly goals: readonly string[];
  readonly criteria: readonly string[];
  readonly sheets: readonly PrintSheet[];
  readonly countText: string;
  readonly backHref: string;
}

declare module '../web/render.js' {
  interface Views {
    'assignments/print': PrintView;
  }
}

/**
 * A sheet for one student.
 *
 * @param tier - Theirs; its name and kind are not on the sheet.
 * @param ways - Titles of the ways to show the learning that are open to them.
 */
export function printSheet(
  name: string,
  tier: Tier,
  facts: {
    readonly dueAt: Date | null;
    readonly isLarge: boolean;
    readonly ways: readonly string[];
    readonly words: Words;
  },
): PrintSheet {
  const { words } = facts;
  return {
    name,
    isLarge: facts.isLarge,
    dueText:
      facts.dueAt === null ? '' : words.t('assignments.due', { when: words.moment(facts.dueAt) }),
    instructionsHtml: tier.instructionsHtml,
    steps: tier.steps.map((step) => ({
      text: step.text,
      target: step.targetAt === null ? null : words.day(step.targetAt),
    })),
    passages: tier.materials.flatMap(({ kind, title, html }) =>
      kind === 'text' && html !== null ? [{ title, html }] : [],
    ),
    sources: tier.materials.flatMap(({ kind, title, url }) =>
      kind === 'text' ? [] : [{ title, address: kind === 'link' ? (url ?? '') : '' }],
    ),
    ways: facts.ways,
    lines: [1, 2],
  };
}

/** The whole pack, in class order. */
export function printView(
  design: TaskDesign,
  sheets: readonly PrintSheet[],
  page: { readonly backHref: string; readonly words: Words },
): PrintView {
  return {
    title: design.title,
    language: design.language,
    goals: design.goals.map((goal) => goal.text),
    criteria: design.criteria.map((criterion) => criterion.text),
    sheets,
    countText: page.words.t('assignments.print.count', { count: sheets.length }),
    backHref: page.backHref,
  };
}
