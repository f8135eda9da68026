import { goalKey } from '../insights/goal-key.js';
import { addSchoolDays, localDay, schoolDaysBetween } from '../insights/school-days.js';
import type { MembershipId } from '../ids.js';
import type { Words } from '../web/words.js';
import { partnersBefore } from './class-to-group.js';
import type { Person } from './class-list.js';
import type { FlexibleGroup, Grouping, GroupingBasis } from './grouping.js';
import { BASES, groupedIds, pairsOf, workedIn } from './grouping.js';
import type { Board } from './load-board.js';
import { mayHaveLmsGroups, sectionsOf } from './lms-groups.js';
import { rosterView, type RosterView } from './roster.view.js';
import { listNames, nameIn, sayReasons } from './say-groups.view.js';

interface Option {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

interface MemberView {
  readonly id: string;
  readonly name: string;
  readonly initials: string;
  readonly note: string;
  readonly isFlagged: boolean;
}

interface GroupView {
  readonly id: string;
  readonly title: string;
  readonly count: string;
  readonly tone: number;
  readonly why: string;
  readonly repeats: string;
  readonly members: readonly MemberView[];
  readonly isLocked: boolean;
  readonly lockLabel: string;
  readonly isEmpty: boolean;
  readonly tiers: readonly Option[];
  readonly tierName: string;
  readonly meeting: string;
}

export interface NoticeView {
  readonly kind: 'info' | 'success' | 'warning' | 'danger';
  readonly title: string;
  readonly text: string;
  readonly items: readonly string[];
  readonly href: string | null;
  readonly action: string | null;
}

/** What was typed into the regroup form, when it comes back. */
export interface TypedForm {
  readonly basis?: string;
  readonly min?: string;
  readonly max?: string;
  readonly goal?: string;
  readonly section?: string;
  readonly absent?: readonly string[];
  readonly absentNames?: string;
  readonly basisWeight?: string;
  readonly repeatsWeight?: string;
  readonly wishesWeight?: string;
  readonly until?: string;
  readonly roles?: string;
}

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
  readonly form: {
    readonly bases: readonly {
      readonly value: string;
      readonly label: string;
      readonly hint: string;
      readonly checked: boolean;
    }[];
    readonly goals: readonly Option[];
    /** Empty where the platform tells of fewer than two. */
    readonly sections: readonly Option[];
    /** Whether the platform may have groups to start from. */
    readonly canCopyLms: boolean;
    readonly min: string;
    readonly max: string;
    readonly learners: readonly {
      readonly id: string;
      readonly name: string;
      readonly isAbsent: boolean;
    }[];
    readonly absentText: string;
    readonly absentNames: string;
    readonly weights: readonly {
      readonly name: string;
      readonly label: string;
      readonly options: readonly Option[];
    }[];
    readonly until: string;
    readonly roles: string;
    readonly button: string;
    readonly rulesText: string;
    readonly sizeText: string;
  };
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

/** Most tones a group card can have. */
const TONES = 6;

/** What the form starts from: as last time, else a calm default for the size of the class. */
function defaultsOf(board: Board): { basis: GroupingBasis; min: number; max: number } {
  const last = board.current?.order ?? board.recent[0]?.order;
  const here = board.people.learners.length - board.absentIds.length;
  const size = last?.size ?? { min: here < 3 ? 1 : 3, max: 5 };
  return { basis: last?.basis ?? 'mixed', min: size.min, max: size.max };
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

function timesTogether(board: Board): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const groups of partnersBefore(board, board.current?.id ?? null))
    for (const pair of pairsOf(groups)) times.set(pair, (times.get(pair) ?? 0) + 1);
  return times;
}

function groupView(
  group: FlexibleGroup,
  board: Board,
  times: ReadonlyMap<string, number>,
  alone: ReadonlyMap<string, string>,
  words: Words,
): GroupView & { readonly pairs: number } {
  const { people, absentIds } = board;
  const absent = new Set(absentIds);
  const repeated = [...pairsOf([group.memberIds])].filter((pair) => times.has(pair));
  const pairNames = repeated.slice(0, 4).map((pair) =>
    words.t('groups.pair', {
      names: listNames(
        pair.split(' ').map((id) => nameIn(people, id, words)),
        words,
      ),
      times: times.get(pair) ?? 0,
    }),
  );
  const tiers = board.assignment.draft.tiers;
  const members = group.memberIds.map((id): MemberView => {
    const person = people.byId.get(id);
    const notes = [
      group.roles[id] ?? '',
      person === undefined || person.hasLeft ? words.t('groups.left') : '',
      absent.has(id) ? words.t('groups.absent-today') : '',
      alone.has(id) ? words.t('groups.alone', { mark: alone.get(id) ?? '' }) : '',
    ].filter((note) => note !== '');
    return {
      id,
      name: person?.name ?? words.t('groups.somebody'),
      initials: person?.initials ?? '',
      note: notes.join(' · '),
      isFlagged: person === undefined || person.hasLeft,
    };
  });
  return {
    id: group.id,
    title: words.t('groups.group', { number: group.number }),
    count: words.t('groups.count', { count: members.length }),
    tone: ((group.number - 1) % TONES) + 1,
    why:
      group.lmsName === undefined
        ? sayReasons(group.reasons, words)
        : words.t('groups.lms.why', { name: group.lmsName }),
    repeats:
      repeated.length === 0
        ? ''
        : words.t('groups.together-before', {
            count: repeated.length,
            pairs: listNames(
              repeated.length > pairNames.length ? [...pairNames, '…'] : pairNames,
              words,
            ),
          }),
    members,
    isLocked: group.isLocked,
    lockLabel: words.t(group.isLocked ? 'groups.unlock' : 'groups.lock', { number: group.number }),
    isEmpty: members.length === 0,
    tiers: [
      { value: '', label: words.t('groups.no-tier'), selected: group.tierId === null },
      ...tiers.map((tier) => ({
        value: tier.id,
        label: tier.name,
        selected: tier.id === group.tierId,
      })),
    ],
    tierName: tiers.find((tier) => tier.id === group.tierId)?.name ?? '',
    meeting: group.meeting,
    pairs: repeated.length,
  };
}

function weightField(
  name: 'basis' | 'repeats' | 'wishes',
  chosen: string,
  words: Words,
): BoardView['form']['weights'][number] {
  return {
    name: `${name}Weight`,
    label: words.t(`groups.weight.${name}`),
    options: (['off', 'a little', 'a lot'] as const).map((value) => ({
      value,
      label: words.t(`groups.weight.${value.replace(' ', '-')}`),
      selected: value === chosen,
    })),
  };
}

/** The fields of the regroup form: as typed, else as last time. */
function formView(board: Board, typed: TypedForm, words: Words): BoardView['form'] {
  const { current, people, assignment, calendar, now } = board;
  const defaults = defaultsOf(board);
  const basis = typed.basis ?? defaults.basis;
  const absent = new Set<string>(typed.absent ?? board.absentIds);
  const design = assignment.published ?? assignment.draft;
  const goal = typed.goal ?? current?.order.goalKey ?? '';
  const goals = design.goals.map((g) => ({ value: goalKey(g), label: g.text }));
  const section = typed.section ?? '';
  const sections = sectionsOf(board.learners);
  const locked = current?.groups.filter((group) => group.isLocked).length ?? 0;
  const absentCount = people.learners.filter((person) => absent.has(person.id)).length;
  const weights = current?.order.weights;
  const min = typed.min ?? String(defaults.min);
  const max = typed.max ?? String(defaults.max);
  return {
    bases: BASES.map((value) => ({
      value,
      label: words.t(`groups.basis.${value}`),
      hint: words.t(`groups.basis-hint.${value}`),
      checked: value === basis,
    })),
    goals: [
      { value: '', label: words.t('groups.all-goals'), selected: goal === '' },
      ...goals.map((option) => ({ ...option, selected: option.value === goal })),
    ],
    sections:
      sections.length < 2
        ? []
        : [
            { value: '', label: words.t('groups.all-sections'), selected: section === '' },
            ...sections.map((id) => ({
              value: id,
              label: words.t('groups.section-name', { id }),
              selected: id === section,
            })),
          ],
    canCopyLms: mayHaveLmsGroups(board.context, board.learners),
    min,
    max,
    learners: people.learners.map(({ id, name }) => ({ id, name, isAbsent: absent.has(id) })),
    absentText: words.t('groups.absent-count', { count: absentCount }),
    absentNames: typed.absentNames ?? '',
    weights: [
      weightField('basis', typed.basisWeight ?? weights?.basis ?? 'a lot', words),
      weightField('repeats', typed.repeatsWeight ?? weights?.repeats ?? 'a little', words),
      weightField('wishes', typed.wishesWeight ?? weights?.wishes ?? 'a little', words),
    ],
    until: typed.until ?? localDay(addSchoolDays(now, 15, calendar), calendar.timeZone),
    roles: typed.roles ?? (current?.taskRoles ?? []).join('\n'),
    button:
      current === null
        ? words.t('groups.make')
        : locked > 0
          ? words.t('groups.regroup-rest', { count: locked })
          : words.t('groups.regroup'),
    rulesText: words.t('groups.rules.count', { count: board.rules.length }),
    sizeText: words.t('groups.size-text', { min, max }),
  };
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

function standingNotices(board: Board, words: Words): NoticeView[] {
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
  return notices;
}

/** Students in no group: absent when the groups were made, new since, or taken out. */
function waitingView(board: Board, words: Words): MemberView[] {
  const { current, people } = board;
  if (current === null) return [];
  const grouped = groupedIds(current);
  const absent = new Set<MembershipId>(current.rules.absentIds);
  return people.learners
    .filter((person) => !grouped.has(person.id))
    .map(({ id, name, initials, joinedAt }) => ({
      id,
      name,
      initials,
      note: absent.has(id)
        ? words.t('groups.was-absent')
        : joinedAt > current.madeAt
          ? words.t('groups.is-new')
          : '',
      isFlagged: false,
    }));
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
