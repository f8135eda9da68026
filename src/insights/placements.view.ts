import { nameIn } from '../groups/say-groups.view.js';
import type { Submission } from '../submissions/submission.js';
import type { Words } from '../web/words.js';
import type { Review } from './load-review.js';
import type { PlacementDecision } from './placement-log.model.js';
import type { GoalSuggestion, ReviewRow } from './review.js';

interface Pill {
  readonly tone: 'ok' | 'info' | 'warn' | 'danger' | 'neutral' | 'accent';
  readonly icon: string;
  readonly text: string;
}

interface GoalView {
  readonly text: string;
  readonly says: string;
  readonly pieces: readonly {
    readonly value: string;
    readonly label: string;
    readonly when: string;
  }[];
  readonly margin: string;
}

interface RowView {
  readonly id: string;
  readonly name: string;
  readonly initials: string;
  readonly now: string;
  readonly suggested: string;
  readonly estimate: string;
  readonly goals: readonly GoalView[];
  readonly pills: readonly Pill[];
  readonly tiers: readonly {
    readonly value: string;
    readonly label: string;
    readonly selected: boolean;
  }[];
  readonly reason: string;
  readonly error: string;
  readonly isStuck: boolean;
  readonly stuckText: string;
  readonly mayStretch: boolean;
  readonly isOpen: boolean;
}

export interface PlacementsView {
  readonly title: string;
  readonly href: string;
  readonly designHref: string;
  readonly evidenceHref: string;
  readonly ticketsHref: string;
  readonly paceHref: string;
  readonly mayGroup: boolean;
  readonly hasTiers: boolean;
  readonly errors: Readonly<Record<string, string>> | null;
  readonly rows: readonly RowView[];
  readonly counts: readonly { readonly label: string; readonly value: string }[];
  readonly button: string;
  readonly done: string;
  readonly requests: readonly {
    readonly id: string;
    readonly name: string;
    readonly text: string;
    readonly when: string;
  }[];
  readonly log: readonly {
    readonly text: string;
    readonly when: string;
    readonly reason: string;
  }[];
}

declare module '../web/render.js' {
  interface Views {
    'insights/placements': PlacementsView;
  }
}

function goalView(goal: GoalSuggestion, words: Words): GoalView {
  const { suggestion, pieces, text } = goal;
  return {
    text,
    says: words.t(suggestion.messageKey, suggestion.vars),
    pieces: pieces.map((piece) => ({
      value: words.number(Math.round(piece.value)),
      label: piece.label === '' ? words.t(`evidence.source.${piece.source}`) : piece.label,
      when: words.day(piece.at),
    })),
    margin:
      suggestion.marginOf === null
        ? ''
        : words.t('placements.margin', { cut: words.number(suggestion.marginOf) }),
  };
}

function pillsOf(row: ReviewRow, words: Words): Pill[] {
  const pill = (tone: Pill['tone'], icon: string, key: string): Pill => ({
    tone,
    icon,
    text: words.t(`placements.pill.${key}`),
  });
  return [
    ...(row.isLate ? [pill('accent', 'user-plus', 'late')] : []),
    ...(row.isMismatch ? [pill('warn', 'arrow-up-right', 'mismatch')] : []),
    ...(row.stuck === null ? [] : [pill('warn', 'anchor', 'stuck')]),
    ...(row.isMargin ? [pill('info', 'scale', 'margin')] : []),
    ...(row.withSupport ? [pill('neutral', 'life-buoy', 'with-support')] : []),
    ...(row.isDown ? [pill('neutral', 'circle-help', 'down')] : []),
    ...(row.because === 'group' ? [pill('neutral', 'users', 'group')] : []),
  ];
}

/** What a person typed into a row that did not go through. */
export interface TypedRows {
  readonly tier: Readonly<Record<string, string>>;
  readonly reason: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
}

function rowView(row: ReviewRow, review: Review, words: Words, typed: TypedRows): RowView {
  const person = review.people.byId.get(row.membershipId);
  const { tiers } = review.assignment.published ?? review.assignment.draft;
  const chosen = typed.tier[row.membershipId] ?? row.proposed.id;
  const enough = row.goals.filter((goal) => goal.suggestion.estimate !== null);
  return {
    id: row.membershipId,
    name: person?.name ?? words.t('groups.somebody'),
    initials: person?.initials ?? '',
    now: row.now.name,
    suggested: row.suggested === null ? words.t('placements.not-enough') : row.suggested.name,
    estimate: enough
      .map((goal) => words.number(Math.round(goal.suggestion.estimate ?? 0)))
      .join(' · '),
    goals: row.goals.map((goal) => goalView(goal, words)),
    pills: pillsOf(row, words),
    tiers: tiers.map((tier) => ({
      value: tier.id,
      label: tier.name,
      selected: tier.id === chosen,
    })),
    reason: typed.reason[row.membershipId] ?? row.reason,
    error: typed.errors[row.membershipId] ?? '',
    isStuck: row.stuck !== null,
    stuckText: row.stuck === null ? '' : words.t(row.stuck.messageKey, row.stuck.vars),
    mayStretch: tiers.length > 1 && row.now.kind !== 'stretch',
    isOpen: typed.errors[row.membershipId] !== undefined,
  };
}

/** The placement review: who needs a look first, then the class in its order. */
export function placementsView(
  review: Review,
  requests: readonly Submission[],
  log: readonly PlacementDecision[],
  frame: { readonly base: string; readonly mayGroup: boolean; readonly done: number | null },
  words: Words,
  typed: TypedRows = { tier: {}, reason: {}, errors: {} },
): PlacementsView {
  const { assignment, people, rows } = review;
  const design = assignment.published ?? assignment.draft;
  const tierName = (id: string): string =>
    design.tiers.find((tier) => tier.id === id)?.name ?? words.t('placements.gone-tier');
  const weight = (row: ReviewRow): number =>
    (typed.errors[row.membershipId] === undefined ? 0 : 16) +
    (row.stuck === null ? 0 : 8) +
    (row.isMismatch ? 4 : 0) +
    (row.isLate ? 2 : 0);
  const ordered = [...rows].sort((a, b) => weight(b) - weight(a));
  const count = (key: string, value: number) => ({
    label: words.t(`placements.count.${key}`),
    value: words.number(value),
  });
  const changes = rows.filter((row) => row.proposed.id !== row.now.id).length;
  return {
    title: design.title,
    href: `${frame.base}/a/${assignment.id}/placements`,
    designHref: `${frame.base}/a/${assignment.id}/design`,
    evidenceHref: `${frame.base}/a/${assignment.id}/evidence`,
    ticketsHref: `${frame.base}/a/${assignment.id}/tickets`,
    paceHref: `${frame.base}/a/${assignment.id}/pace`,
    mayGroup: frame.mayGroup,
    hasTiers: design.tiers.length > 1,
    errors:
      Object.keys(typed.errors).length === 0
        ? null
        : Object.fromEntries(
            Object.entries(typed.errors).map(([id, message]) => [
              `reason-${id}`,
              `${nameIn(people, id, words)}: ${message}`,
            ]),
          ),
    rows: ordered.map((row) => rowView(row, review, words, typed)),
    counts: [
      count('enough', rows.filter((row) => row.suggested !== null).length),
      count('change', changes),
      count('mismatch', rows.filter((row) => row.isMismatch).length),
      count('stuck', rows.filter((row) => row.stuck !== null).length),
      count('late', rows.filter((row) => row.isLate).length),
    ],
    button: words.t('placements.confirm', { count: rows.length }),
    done: frame.done === null ? '' : words.t('placements.done', { count: frame.done }),
    requests: requests.flatMap(({ id, membershipId, request }) =>
      request?.answer === 'open'
        ? [
            {
              id,
              name: nameIn(people, membershipId, words),
              text: words.t(`placements.request.${request.kind}`),
              when: words.moment(request.at),
            },
          ]
        : [],
    ),
    log: log.map((decision) => ({
      text: words.t(`placements.log.${decision.what}`, {
        name: nameIn(people, decision.membershipId, words),
        tier: tierName(decision.tierId),
        suggested:
          decision.suggestedTierId === null
            ? words.t('placements.not-enough')
            : tierName(decision.suggestedTierId),
        by: nameIn(people, decision.byMembershipId, words),
      }),
      when: words.moment(decision.at),
      reason: decision.reason,
    })),
  };
}
