import { localDay } from '../insights/school-days.js';
import type { Words } from '../web/words.js';
import { standingNotices, type NoticeView } from './board-notices.view.js';
import {
  groupView,
  timesTogether,
  waitingView,
  type GroupView,
  type MemberView,
  type Option,
} from './group-card.view.js';
import type { Board } from './load-board.js';
import { formView, type RegroupFormView, type TypedForm } from './regroup-form.view.js';
import { rosterView, type RosterView } from './roster.view.js';
import { nameIn } from './say-groups.view.js';

export interface BoardView {
  readonly title: string;
  readonly href: string;
  readonly rosterHref: string;
  readonly mayGroup: boolean;
  readonly notices: readonly NoticeView[];
  readonly errors: Readonly<Record<string, string>> | null;
  readonly roster: RosterView;
  readonly seen: string;
  readonly version: number;
  readonly form: RegroupFormView;
  readonly summary: string;
  readonly untilText: string;
  readonly until: string;
  readonly rolesText: string;
  readonly groups: readonly GroupView[];
  readonly waiting: readonly MemberView[];
  readonly targets: readonly Option[];
  readonly undoText: string | null;
  readonly hasGroups: boolean;
  readonly hasTiers: boolean;
  readonly historyCount: number;
}

declare module '../web/render.js' {
  interface Views {
    'groups/board': BoardView;
  }
}

/**
 * The group board.
 *
 * @param board - As read.
 * @param extra - Typed values and notices of a form that did not go through.
 */
export function boardView(
  board: Board,
  base: string,
  mayGroup: boolean,
  words: Words,
  extra: {
    readonly typed?: TypedForm;
    readonly errors?: Readonly<Record<string, string>>;
    readonly notices?: readonly NoticeView[];
  } = {},
): BoardView {
  const { assignment, current, people } = board;
  const times = timesTogether(board);
  const alone = new Map<string, string>(
    (current?.alone ?? []).map(({ membershipId, mark }) => [membershipId, mark]),
  );
  const groups = (current?.groups ?? []).map((g) => groupView(g, board, times, alone, words));
  const pairs = groups.reduce((sum, group) => sum + group.pairs, 0);
  const last = current?.steps.at(-1);
  const untilDay = current === null ? '' : localDay(current.until, board.calendar.timeZone);
  return {
    title: (assignment.published ?? assignment.draft).title,
    href: `${base}/a/${assignment.id}/groups`,
    rosterHref: `${base}/course/roster`,
    mayGroup,
    notices: [...(extra.notices ?? []), ...standingNotices(board, words)],
    errors: extra.errors ?? null,
    roster: rosterView(board.context.roster, people.learners.length, mayGroup, board.now, words),
    seen: assignment.groupingId ?? '',
    version: current?.version ?? 0,
    form: formView(board, extra.typed ?? {}, words),
    summary:
      current === null
        ? ''
        : words.t('groups.summary', {
            count: groups.length,
            basis: words.t(`groups.basis.${current.order.basis}`),
            repeats: words.t('groups.repeats', { count: pairs }),
            when: words.moment(current.madeAt),
            by: nameIn(people, current.madeBy, words),
          }),
    untilText:
      current === null ? '' : words.t('groups.until-day', { day: words.day(current.until) }),
    until: untilDay,
    rolesText: (current?.taskRoles ?? []).join('\n'),
    groups,
    waiting: waitingView(board, words),
    targets: [
      ...groups.map((group) => ({ value: group.id, label: group.title, selected: false })),
      { value: 'new', label: words.t('groups.new-group'), selected: false },
      { value: 'none', label: words.t('groups.no-group'), selected: false },
    ],
    undoText:
      current === null
        ? null
        : last === undefined
          ? words.t('groups.undo.regroup')
          : words.t(`groups.undo.${last.what}`),
    hasGroups: current !== null,
    hasTiers: assignment.draft.tiers.length > 1,
    historyCount: board.recent.filter((g) => g.assignmentId === assignment.id).length,
  };
}
