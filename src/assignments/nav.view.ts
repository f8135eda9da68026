import { may } from '../launch/permissions.js';
import type { Actor } from '../web/actor.js';
import type { NavItem } from '../web/render.js';

/** Pages of one assignment that teachers move between; `design` is the tier builder. */
export type AssignmentTab =
  'board' | 'design' | 'choices' | 'groups' | 'placements' | 'grading' | 'insight' | 'ledger';

const TABS: readonly {
  readonly tab: AssignmentTab;
  readonly path: string;
  readonly icon: string;
  readonly needs: 'teach' | 'design';
}[] = [
  { tab: 'board', path: '', icon: 'layout-dashboard', needs: 'teach' },
  { tab: 'design', path: '/design', icon: 'layers', needs: 'design' },
  { tab: 'choices', path: '/choices', icon: 'grid-3x3', needs: 'design' },
  { tab: 'groups', path: '/groups', icon: 'users', needs: 'teach' },
  { tab: 'placements', path: '/placements', icon: 'signpost', needs: 'teach' },
  { tab: 'grading', path: '/grading', icon: 'pen-line', needs: 'teach' },
  { tab: 'insight', path: '/insight', icon: 'chart-column', needs: 'teach' },
  { tab: 'ledger', path: '/ledger', icon: 'send', needs: 'teach' },
];

/**
 * The tabs of an assignment's pages for this person.
 *
 * @param assignmentId - Whose pages.
 * @param current - The page that is open.
 */
export function assignmentNav(
  actor: Actor,
  assignmentId: string,
  current: AssignmentTab,
): readonly NavItem[] {
  return TABS.filter(({ needs }) => may(actor.role, needs, actor.assistants)).map(
    ({ tab, path, icon }) => ({
      href: `${actor.base}/a/${assignmentId}${path}`,
      label: actor.words.t(`nav.${tab}`),
      icon,
      current: tab === current,
    }),
  );
}

/** Pages of the whole course. */
export type CourseTab = 'course' | 'people' | 'library' | 'mobility' | 'ledger';

/** The tabs of a course's pages. */
export function courseNav(actor: Actor, current: CourseTab): readonly NavItem[] {
  const paths: readonly {
    readonly tab: CourseTab;
    readonly path: string;
    readonly icon: string;
  }[] = [
    { tab: 'course', path: '/course', icon: 'book-open' },
    { tab: 'people', path: '/course/people', icon: 'users' },
    { tab: 'library', path: '/course/library', icon: 'library' },
    { tab: 'mobility', path: '/course/mobility', icon: 'shuffle' },
    { tab: 'ledger', path: '/course/ledger', icon: 'send' },
  ];
  return paths.map(({ tab, path, icon }) => ({
    href: actor.base + path,
    label: actor.words.t(`nav.course-${tab}`),
    icon,
    current: tab === current,
  }));
}
