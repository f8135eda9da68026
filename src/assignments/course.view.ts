import type { ResourceLink } from '../launch/resource-link.model.js';
import type { Words } from '../web/words.js';
import type { Assignment } from './assignment.js';
import { differsFromPublished } from './design-parts.js';

export interface CourseRow {
  readonly id: string;
  readonly title: string;
  readonly href: string;
  readonly stateText: string;
  readonly tone: string;
  readonly icon: string;
  readonly factsText: string;
  readonly dueText: string;
  readonly isLinked: boolean;
}

export interface UnsetRow {
  readonly title: string;
  readonly href: string;
  readonly wasOpened: boolean;
}

export interface CourseView {
  readonly title: string;
  readonly assignments: readonly CourseRow[];
  readonly unset: readonly UnsetRow[];
  readonly canDesign: boolean;
}

declare module '../web/render.js' {
  interface Views {
    'assignments/course': CourseView;
  }
}

/**
 * The course's assignments with their state, and links that nobody set up; those that students
 * opened already come first.
 */
export function courseView(
  assignments: readonly Assignment[],
  unset: readonly ResourceLink[],
  page: {
    readonly base: string;
    readonly title: string;
    readonly canDesign: boolean;
    readonly canTeach: boolean;
    readonly words: Words;
  },
): CourseView {
  const { words } = page;
  return {
    title: page.title,
    canDesign: page.canDesign,
    assignments: assignments.map((assignment) => {
      const { draft, published } = assignment;
      const design = published ?? draft;
      const state =
        published === null
          ? 'draft'
          : differsFromPublished(draft, published)
            ? 'changed'
            : 'published';
      const opensBoard = published !== null && page.canTeach;
      return {
        id: assignment.id,
        title: draft.title,
        href: `${page.base}/a/${assignment.id}${opensBoard ? '' : '/design'}`,
        stateText: words.t(`assignments.state.${state}`),
        tone: { draft: 'neutral', changed: 'warn', published: 'ok' }[state],
        icon: { draft: 'pencil', changed: 'triangle-alert', published: 'check' }[state],
        factsText: [
          words.t('assignments.count.tiers', { count: design.tiers.length }),
          words.t('assignments.count.goals', { count: design.goals.length }),
          ...(assignment.isNative ? [words.t('assignments.state.native')] : []),
        ].join(' · '),
        dueText:
          design.dueAt === null
            ? words.t('assignments.came.no-due')
            : words.t('assignments.due', { when: words.moment(design.dueAt) }),
        isLinked: assignment.resourceLinkIds.length > 0,
      };
    }),
    unset: [...unset]
      .sort((a, b) => Number(b.openedByLearnerAt !== null) - Number(a.openedByLearnerAt !== null))
      .map((link) => ({
        title: link.title.trim() === '' ? words.t('assignments.attach.untitled') : link.title,
        href: `${page.base}/attach/${link._id}`,
        wasOpened: link.openedByLearnerAt !== null,
      })),
  };
}
