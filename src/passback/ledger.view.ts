import type { Words } from '../web/words.js';
import { deliveryPill } from './delivery-pill.js';
import type { DeliveryRow } from './delivery.model.js';
import {
  canRetry,
  csvRow,
  LEDGER_FILTERS,
  ledgerGroup,
  type LedgerFilter,
} from './ledger-state.js';

interface LedgerRow {
  readonly id: string;
  readonly name: string;
  readonly assignment: string;
  readonly pill: { readonly text: string; readonly tone: string; readonly icon: string };
  readonly points: string;
  readonly theirs: string;
  readonly asks: string;
  readonly isKept: boolean;
  readonly reason: string;
  readonly advice: string;
  readonly detail: string;
  readonly when: string;
  readonly whenIso: string;
  readonly canRetry: boolean;
  readonly history: readonly {
    readonly when: string;
    readonly whenIso: string;
    readonly text: string;
    readonly why: string;
    readonly state: string;
  }[];
}

export interface LedgerView {
  readonly title: string;
  readonly isCourse: boolean;
  readonly at: string;
  readonly filters: readonly {
    readonly href: string;
    readonly label: string;
    readonly count: number;
    readonly isOn: boolean;
  }[];
  readonly rows: readonly LedgerRow[];
  readonly mayAct: boolean;
  readonly stuck: number;
  readonly done: string;
  readonly exportHref: string;
  readonly total: number;
}

declare module '../web/render.js' {
  interface Views {
    'passback/ledger': LedgerView;
  }
}

export interface LedgerFacts {
  readonly rows: readonly DeliveryRow[];
  readonly nameOf: (membershipId: string) => string;
  readonly titleOf: (assignmentId: string) => string;
  readonly filter: LedgerFilter | null;
  /** Title of the assignment; null: the whole course. */
  readonly title: string | null;
  readonly at: string;
  readonly mayAct: boolean;
  readonly done: string;
  readonly words: Words;
}

/** Points of a delivery in words: "15 of 20", or that none are to stand there. */
function pointsText(row: DeliveryRow, words: Words): string {
  const { points, pointsPossible, gradingProgress } = row.wanted;
  if (points === null)
    return words.t(
      gradingProgress === 'PendingManual' ? 'passback.announced' : 'passback.taken-back',
    );
  return words.t('passback.points-of', {
    points: words.number(points),
    possible: words.number(pointsPossible),
  });
}

function reasonOf(reason: string | null, part: 'title' | 'advice', words: Words): string {
  if (reason === null) return '';
  const key = `passback.reason.${reason}.${part}`;
  const text = words.t(key);
  // A reason without words of its own still says what to do.
  return text === key ? words.t(`passback.reason.unknown.${part}`) : text;
}

const ENTRY_STATE: Readonly<Record<string, string>> = {
  accepted: 'ok',
  agrees: 'ok',
  refused: 'danger',
  parked: 'warn',
  differs: 'warn',
  retry: 'warn',
};

function rowView(row: DeliveryRow, facts: LedgerFacts): LedgerRow {
  const { words } = facts;
  const pill = deliveryPill(row.state);
  const theirs =
    row.state === 'differs' || row.keptTheirs
      ? row.theirPoints === null
        ? words.t('passback.nothing-there')
        : words.number(row.theirPoints)
      : '';
  return {
    id: row.id,
    name: facts.nameOf(row.membershipId),
    assignment: facts.title === null ? facts.titleOf(row.assignmentId) : '',
    pill: {
      text: words.t(row.keptTheirs ? 'passback.kept' : pill.textKey),
      tone: row.keptTheirs ? 'neutral' : pill.tone,
      icon: row.keptTheirs ? 'hand' : pill.icon,
    },
    points: pointsText(row, words),
    theirs,
    asks:
      row.state === 'differs'
        ? words.t(row.theirPoints === null ? 'passback.differs-none' : 'passback.differs', {
            theirs: words.number(row.theirPoints ?? 0),
            ours: words.number(row.wanted.points ?? 0),
          })
        : '',
    isKept: row.keptTheirs,
    reason: reasonOf(row.reason, 'title', words),
    advice: reasonOf(row.reason, 'advice', words),
    detail: row.detail ?? '',
    when: words.moment(row.updatedAt),
    whenIso: row.updatedAt.toISOString(),
    canRetry: canRetry(row),
    history: row.history.map((entry) => ({
      when: words.moment(entry.at),
      whenIso: entry.at.toISOString(),
      text: `${words.t(`passback-rules.event.${entry.event}`)}${entry.points === null ? '' : ` (${words.number(entry.points)})`}`,
      why: reasonOf(entry.reason, 'title', words),
      state: ENTRY_STATE[entry.event] ?? '',
    })),
  };
}

/** What needs a person stands first. */
const ORDER: readonly LedgerFilter[] = [
  'differs',
  'refused',
  'parked',
  'waiting',
  'sent',
  'accepted',
];

/** The ledger: where every grade stands on its way, and what to do about it. */
export function ledgerView(facts: LedgerFacts): LedgerView {
  const { rows, filter, words, at } = facts;
  const has = (one: LedgerFilter): number => rows.filter((row) => ledgerGroup(row) === one).length;
  const shown = rows
    .filter((row) => filter === null || ledgerGroup(row) === filter)
    .map((row) => ({ row, name: facts.nameOf(row.membershipId) }))
    .sort(
      (a, b) =>
        ORDER.indexOf(ledgerGroup(a.row)) - ORDER.indexOf(ledgerGroup(b.row)) ||
        a.name.localeCompare(b.name),
    )
    .map(({ row }) => rowView(row, facts));
  return {
    title: facts.title ?? words.t('passback.course'),
    isCourse: facts.title === null,
    at,
    filters: [
      {
        href: at,
        label: words.t('passback.filter.all'),
        count: rows.length,
        isOn: filter === null,
      },
      ...LEDGER_FILTERS.map((one) => ({
        href: `${at}?state=${one}`,
        label: words.t(`passback.filter.${one}`),
        count: has(one),
        isOn: filter === one,
      })).filter(({ count, isOn }) => count > 0 || isOn),
    ],
    rows: shown,
    mayAct: facts.mayAct,
    stuck: rows.filter((row) => canRetry(row) && row.state !== 'superseded').length,
    done: facts.done,
    exportHref: `${at}/export.csv`,
    total: rows.length,
  };
}

/** The ledger as a CSV file; no tier, group or rule is in it. */
export function ledgerCsv(facts: LedgerFacts): string {
  const { words } = facts;
  const head = [
    'student',
    'assignment',
    'state',
    'points',
    'possible',
    'theirs',
    'reason',
    'advice',
    'when',
  ];
  const lines = facts.rows.map((row) =>
    csvRow([
      facts.nameOf(row.membershipId),
      facts.titleOf(row.assignmentId),
      words.t(deliveryPill(row.state).textKey),
      row.wanted.points,
      row.wanted.pointsPossible,
      row.theirPoints,
      reasonOf(row.reason, 'title', words),
      reasonOf(row.reason, 'advice', words),
      row.updatedAt.toISOString(),
    ]),
  );
  // The mark at the start tells spreadsheets that this is UTF-8.
  return `\ufeff${[csvRow(head.map((key) => words.t(`passback.csv.${key}`))), ...lines].join('\r\n')}\r\n`;
}
