import type { MembershipId } from '../ids.js';
import type { Words } from '../web/words.js';
import { partnersBefore } from './class-to-group.js';
import type { FlexibleGroup } from './grouping.js';
import { groupedIds, pairsOf } from './grouping.js';
import type { Board } from './load-board.js';
import { listNames, nameIn, sayReasons } from './say-groups.view.js';

/** One entry of a list to choose from. */
export interface Option {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

/** Somebody on a card. */
export interface MemberView {
  readonly id: string;
  readonly name: string;
  readonly initials: string;
  readonly note: string;
  readonly isFlagged: boolean;
}

/** The card of one group. */
export interface GroupView {
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

/** Most tones a group card can have. */
const TONES = 6;

/** How often each pair worked together before the groups in force. */
export function timesTogether(board: Board): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const groups of partnersBefore(board, board.current?.id ?? null))
    for (const pair of pairsOf(groups)) times.set(pair, (times.get(pair) ?? 0) + 1);
  return times;
}

/** The card of a group, with the pairs in it that met before. */
export function groupView(
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

/** Students in no group: absent when the groups were made, new since, or taken out. */
export function waitingView(board: Board, words: Words): MemberView[] {
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
