import type { Words } from '../web/words.js';
import type { Board } from './load-board.js';
import type { PairRule } from './pair-rule.model.js';
import { listNames, nameIn } from './say-groups.view.js';

interface RuleView {
  readonly id: string;
  readonly kind: PairRule['kind'];
  readonly icon: string;
  readonly text: string;
  readonly dates: string;
  readonly note: string;
}

export interface RulesView {
  readonly title: string;
  readonly href: string;
  readonly backHref: string;
  readonly mayGroup: boolean;
  readonly rules: readonly RuleView[];
  readonly past: readonly RuleView[];
  readonly learners: readonly {
    readonly id: string;
    readonly name: string;
    readonly isTicked: boolean;
    readonly isWho: boolean;
  }[];
  readonly kinds: readonly {
    readonly value: string;
    readonly label: string;
    readonly hint: string;
    readonly checked: boolean;
  }[];
  readonly note: string;
  readonly until: string;
  readonly errors: Readonly<Record<string, string>> | null;
}

declare module '../web/render.js' {
  interface Views {
    'groups/rules': RulesView & { readonly wishes: { readonly isOpen: boolean } };
  }
}

const ICONS = { apart: 'split', together: 'link', mark: 'tag', wish: 'heart-handshake' } as const;

function ruleView(rule: PairRule, board: Board, words: Words): RuleView {
  const named = rule.memberIds.map((id) => nameIn(board.people, id, words));
  const [who = '', ...others] = named;
  const by = nameIn(board.people, rule.createdBy, words);
  return {
    id: rule._id,
    kind: rule.kind,
    icon: ICONS[rule.kind],
    text:
      rule.kind === 'wish'
        ? words.t('groups.rules.text.wish', { who, names: listNames(others, words) })
        : words.t(`groups.rules.text.${rule.kind}`, {
            names: listNames(named, words),
            mark: rule.note,
          }),
    dates:
      rule.endedAt !== null
        ? words.t('groups.rules.ended', {
            from: words.day(rule.from),
            until: words.day(rule.endedAt),
            by,
          })
        : words.t(rule.until === null ? 'groups.rules.since' : 'groups.rules.since-until', {
            from: words.day(rule.from),
            until: rule.until === null ? '' : words.day(rule.until),
            by,
          }),
    note: rule.kind === 'mark' ? '' : rule.note,
  };
}

/** Private rules of the class, with the form for another one. */
export function rulesView(
  board: Board,
  past: readonly PairRule[],
  base: string,
  mayGroup: boolean,
  words: Words,
  typed: {
    readonly kind?: string;
    readonly who?: string;
    readonly member?: readonly string[];
    readonly note?: string;
    readonly until?: string;
    readonly errors?: Readonly<Record<string, string>>;
  } = {},
): RulesView {
  const ticked = new Set(typed.member ?? []);
  const kind = typed.kind ?? 'apart';
  const backHref = `${base}/a/${board.assignment.id}/groups`;
  return {
    title: words.t('groups.rules.title'),
    href: `${backHref}/rules`,
    backHref,
    mayGroup,
    rules: board.rules.map((rule) => ruleView(rule, board, words)),
    past: past.map((rule) => ruleView(rule, board, words)),
    learners: board.people.learners.map(({ id, name }) => ({
      id,
      name,
      isTicked: ticked.has(id),
      isWho: id === typed.who,
    })),
    kinds: (['apart', 'together', 'mark', 'wish'] as const).map((value) => ({
      value,
      label: words.t(`groups.rules.kind.${value}`),
      hint: words.t(`groups.rules.hint.${value}`),
      checked: value === kind,
    })),
    note: typed.note ?? '',
    until: typed.until ?? '',
    errors: typed.errors ?? null,
  };
}
