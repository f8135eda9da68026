import type { Words } from '../web/words.js';
import type { ClassList } from './class-list.js';
import { compareGroupings } from './compare-groupings.js';
import type { Grouping } from './grouping.js';
import { listNames, nameIn } from './say-groups.view.js';

interface PastGroup {
  readonly title: string;
  readonly tone: number;
  readonly members: readonly { readonly name: string; readonly note: string }[];
  readonly meeting: string;
}

export interface PastGrouping {
  readonly id: string;
  readonly title: string;
  readonly when: string;
  readonly facts: string;
  readonly state: string;
  readonly isNow: boolean;
  readonly isFirst: boolean;
  readonly isSecond: boolean;
  readonly groups: readonly PastGroup[];
}

export interface HistoryView {
  readonly title: string;
  readonly href: string;
  readonly groupings: readonly PastGrouping[];
  readonly canCompare: boolean;
}

export interface CompareView {
  readonly title: string;
  readonly href: string;
  readonly sides: readonly PastGrouping[];
  readonly facts: readonly string[];
}

export interface BothView extends CompareView {
  readonly mine: string;
  readonly seen: string;
  readonly otherName: string;
}

/** For the class's own wall: names, roles and where to meet; no tier, no reason, no rule. */
export interface ShowView {
  readonly title: string;
  readonly until: string;
  readonly groups: readonly PastGroup[];
  readonly backHref: string;
}

declare module '../web/render.js' {
  interface Views {
    'groups/history': HistoryView;
    'groups/compare': CompareView;
    'groups/both': BothView;
    'groups/show': ShowView;
  }
}

function groupsOf(
  grouping: Pick<Grouping, 'groups'>,
  people: ClassList,
  words: Words,
  isHereOnly: boolean,
): readonly PastGroup[] {
  return grouping.groups
    .map((group) => ({
      title: words.t('groups.group', { number: group.number }),
      tone: ((group.number - 1) % 6) + 1,
      meeting: group.meeting,
      members: group.memberIds
        .filter((id) => !isHereOnly || people.byId.get(id)?.hasLeft === false)
        .map((id) => ({ name: nameIn(people, id, words), note: group.roles[id] ?? '' })),
    }))
    .filter((group) => group.members.length > 0);
}

/** One grouping as the history shows it. */
export function pastGrouping(
  grouping: Grouping | Omit<Grouping, 'steps'>,
  people: ClassList,
  currentId: string | null,
  words: Words,
): PastGrouping {
  const isNow = grouping.id === currentId;
  const state = isNow ? 'now' : grouping.state === 'active' ? 'ended' : grouping.state;
  return {
    id: grouping.id,
    title: words.t(`groups.basis.${grouping.order.basis}`),
    when: words.moment(grouping.madeAt),
    facts: words.t('groups.history.facts', {
      count: grouping.groups.length,
      by: nameIn(people, grouping.madeBy, words),
      until: words.day(grouping.endedAt ?? grouping.until),
    }),
    state: words.t(`groups.history.state.${state}`),
    isNow,
    isFirst: false,
    isSecond: false,
    groups: groupsOf(grouping, people, words, false),
  };
}

/** Every grouping of an assignment; the two newest are ready to be compared. */
export function historyView(
  groupings: readonly Grouping[],
  people: ClassList,
  currentId: string | null,
  title: string,
  href: string,
  words: Words,
): HistoryView {
  return {
    title,
    href,
    groupings: groupings.map((grouping, i) => ({
      ...pastGrouping(grouping, people, currentId, words),
      isFirst: i === 1,
      isSecond: i === 0,
    })),
    canCompare: groupings.length > 1,
  };
}

/** Two groupings side by side, with what changed between them. */
export function compareView(
  first: Grouping,
  second: Grouping,
  people: ClassList,
  currentId: string | null,
  title: string,
  href: string,
  words: Words,
): CompareView {
  const { kept, newPairs, gone, added } = compareGroupings(first, second);
  const names = (ids: readonly string[]): string =>
    listNames(
      ids.map((id) => nameIn(people, id, words)),
      words,
    );
  const facts = [
    words.t('groups.compare.kept', { count: kept.length }),
    ...kept.slice(0, 12).map((pair) => `· ${names(pair)}`),
    words.t('groups.compare.new-pairs', { count: newPairs }),
    ...(gone.length > 0 ? [words.t('groups.compare.gone', { names: names(gone) })] : []),
    ...(added.length > 0 ? [words.t('groups.compare.added', { names: names(added) })] : []),
  ];
  return {
    title,
    href,
    sides: [first, second].map((side) => pastGrouping(side, people, currentId, words)),
    facts,
  };
}

/** The page for the wall. */
export function showView(
  grouping: Grouping | null,
  people: ClassList,
  title: string,
  backHref: string,
  words: Words,
): ShowView {
  return {
    title,
    until: grouping === null ? '' : words.t('groups.until-day', { day: words.day(grouping.until) }),
    groups: grouping === null ? [] : groupsOf(grouping, people, words, true),
    backHref,
  };
}
