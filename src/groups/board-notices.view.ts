import type { MembershipId } from '../ids.js';
import { schoolDaysBetween } from '../insights/school-days.js';
import type { Words } from '../web/words.js';
import type { Person } from './class-list.js';
import type { Grouping } from './grouping.js';
import { groupedIds, workedIn } from './grouping.js';
import type { Board } from './load-board.js';
import { listNames, nameIn } from './say-groups.view.js';

/** A word above the board. */
export interface NoticeView {
  readonly kind: 'info' | 'success' | 'warning' | 'danger';
  readonly title: string;
  readonly text: string;
  readonly items: readonly string[];
  readonly href: string | null;
  readonly action: string | null;
}

/** Students whose last two activities were both grouped by readiness (design rule 6). */
export function readinessTwice(board: Pick<Board, 'recent' | 'people'>): readonly Person[] {
  const activities = workedIn(board.recent).map((g) => ({
    isByReadiness: g.order.basis === 'similar',
    ids: groupedIds(g),
  }));
  return board.people.learners.filter((person) => {
    const own = activities.filter((activity) => activity.ids.has(person.id)).slice(-2);
    return own.length === 2 && own.every((activity) => activity.isByReadiness);
  });
}

/** Keep-apart rules that groups made by hand, or copied, do not keep: who is together. */
export function apartTogether(
  board: Pick<Board, 'current' | 'rules'>,
): readonly (readonly MembershipId[])[] {
  const groups = board.current?.groups ?? [];
  return board.rules
    .filter((rule) => rule.kind === 'apart')
    .flatMap((rule) =>
      groups.map(({ memberIds }) => memberIds.filter((id) => rule.memberIds.includes(id))),
    )
    .filter((ids) => ids.length > 1);
}

function expiryNotice(board: Board, current: Grouping, words: Words): NoticeView[] {
  if (current.until >= board.now) return [];
  const days = schoolDaysBetween(current.until, board.now, board.calendar);
  return [
    {
      kind: 'warning',
      title: words.t('groups.expired.title', { count: days }),
      text: words.t('groups.expired.text'),
      items: [],
      href: null,
      action: null,
    },
  ];
}

/** What the board says of itself: groups that ran out, readiness twice in a row, who left. */
export function standingNotices(board: Board, words: Words): NoticeView[] {
  const { current, people, recent } = board;
  const notices: NoticeView[] = [];
  if (current !== null) notices.push(...expiryNotice(board, current, words));
  const twice = readinessTwice({ recent, people });
  if (twice.length > 0)
    notices.push({
      kind: 'info',
      title: words.t('groups.twice.title', { count: twice.length }),
      text: words.t('groups.twice.text'),
      items: [],
      href: null,
      action: null,
    });
  const left =
    current?.groups
      .flatMap((g) => g.memberIds)
      .filter((id) => people.byId.get(id)?.hasLeft !== false) ?? [];
  if (left.length > 0)
    notices.push({
      kind: 'info',
      title: words.t('groups.left-notice', {
        count: left.length,
        names: listNames(
          left.slice(0, 5).map((id) => nameIn(people, id, words)),
          words,
        ),
      }),
      text: words.t('groups.left-text'),
      items: [],
      href: null,
      action: null,
    });
  const broken = apartTogether(board);
  if (broken.length > 0)
    notices.push({
      kind: 'warning',
      title: words.t('groups.apart-together.title', { count: broken.length }),
      text: words.t('groups.apart-together.text'),
      items: broken.map((ids) =>
        listNames(
          ids.map((id) => nameIn(people, id, words)),
          words,
        ),
      ),
      href: null,
      action: null,
    });
  return notices;
}
