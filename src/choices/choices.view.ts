import { PRODUCT_FORMS, type Assignment, type ProductForm } from '../assignments/assignment.js';
import { plainText } from '../assignments/clean-html.js';
import { toLocal } from '../assignments/local-time.js';
import { displayName } from '../launch/display-name.js';
import type { Membership } from '../launch/membership.model.js';
import { formIcon } from '../submissions/work.view.js';
import type { Words } from '../web/words.js';
import type { Allocation } from './allocation.model.js';
import { ADVISES, boardOf } from './board-of.js';
import { boardProblems } from './board-rules.js';
import { coverageGrid } from './coverage.js';
import type { Idea } from './idea.model.js';

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

export interface ChoicesView {
  readonly title: string;
  readonly at: string;
  readonly designHref: string;
  readonly version: number;
  readonly isPublished: boolean;
  readonly hasChanges: boolean;
  readonly message: string | null;
  readonly problem: string | null;
  readonly templates: readonly {
    readonly value: string;
    readonly title: string;
    readonly text: string;
    readonly icon: string;
    readonly isOn: boolean;
  }[];
  readonly rules: readonly Choice[];
  readonly count: number;
  readonly allowsOwnIdea: boolean;
  readonly switchUntil: string;
  readonly options: readonly {
    readonly id: string;
    readonly title: string;
    readonly icon: string;
    readonly summary: string;
    readonly forms: readonly Choice[];
    readonly instructions: string;
    readonly minutes: string;
    readonly places: string;
    readonly course: string;
    readonly worth: number;
    readonly linkTitle: string;
    readonly linkUrl: string;
    readonly tiers: readonly {
      readonly id: string;
      readonly name: string;
      readonly isOn: boolean;
    }[];
    readonly isStart: boolean;
    readonly isFirst: boolean;
    readonly isLast: boolean;
    readonly forStudent: string | null;
  }[];
  readonly problems: readonly { readonly text: string; readonly blocks: boolean }[];
  readonly grid: {
    readonly criteria: readonly { readonly id: string; readonly text: string }[];
    readonly rows: readonly {
      readonly title: string;
      readonly cells: readonly {
        readonly value: string;
        readonly isOn: boolean;
        readonly label: string;
      }[];
      readonly missing: string | null;
    }[];
    readonly blocks: boolean;
  };
  readonly ideas: readonly {
    readonly id: string;
    readonly name: string;
    readonly title: string;
    readonly what: string;
    readonly formText: string;
    readonly forms: readonly Choice[];
    readonly shows: readonly { readonly criterion: string; readonly text: string }[];
    readonly needs: string;
    readonly error: string | null;
    readonly sentence: string;
  }[];
  readonly answered: readonly {
    readonly name: string;
    readonly title: string;
    readonly stateText: string;
  }[];
  readonly places: {
    readonly isUsed: boolean;
    readonly wished: number;
    readonly total: number;
    readonly given: readonly {
      readonly name: string;
      readonly option: string;
      readonly why: string;
    }[];
    readonly when: string | null;
  };
  readonly newForms: readonly Choice[];
  readonly typedTitle: string;
}

declare module '../web/render.js' {
  interface Views {
    'choices/board': ChoicesView;
  }
}

const TEMPLATES = [
  ['menu', 'utensils'],
  ['grid', 'grid-3x3'],
  ['raft', 'drama'],
  ['either-or', 'split'],
] as const;

/** Everything the teacher's choices page is made from. */
export interface ChoicesParts {
  readonly assignment: Assignment;
  readonly ideas: readonly Idea[];
  readonly allocation: Allocation | null;
  readonly learners: readonly Membership[];
  readonly wished: number;
  readonly base: string;
  readonly words: Words;
  readonly message?: string | null;
  readonly problem?: string | null;
  readonly typedTitle?: string;
  readonly ideaProblem?: { readonly id: string; readonly text: string; readonly sentence: string };
}

/** The choices page: board, rule, coverage, places and own ideas (product rows 32–39). */
export function choicesView(parts: ChoicesParts): ChoicesView {
  const { assignment, words, base } = parts;
  const { draft } = assignment;
  const { board } = draft;
  const shared = board.options.filter((o) => o.onlyFor === null);
  const nameOf = (id: string): string => {
    const member = parts.learners.find((m) => m._id === id);
    return member === undefined
      ? words.t('submissions.classmate')
      : displayName(member, (n) => words.t('submissions.student-number', { number: n }));
  };
  const forms = (on: ProductForm): readonly Choice[] =>
    PRODUCT_FORMS.map((value) => ({
      value,
      label: words.t(`submissions.form.${value}`),
      selected: value === on,
    }));
  const grid = coverageGrid(
    board.options,
    draft.criteria.map((c) => c.id),
  );
  return {
    title: draft.title,
    at: `${base}/a/${assignment.id}/choices`,
    designHref: `${base}/a/${assignment.id}/design`,
    version: assignment.version,
    isPublished: assignment.published !== null,
    hasChanges:
      assignment.published !== null &&
      JSON.stringify(assignment.published.board) !== JSON.stringify(board),
    message: parts.message ?? null,
    problem: parts.problem ?? null,
    templates: TEMPLATES.map(([value, icon]) => ({
      value,
      icon,
      title: words.t(`choices.template.${value}.title`),
      text: words.t(`choices.template.${value}.text`),
      isOn: board.template === value,
    })),
    rules: (['pick', 'three-in-a-row', 'one-per-course', 'points-worth'] as const).map((value) => ({
      value,
      label: words.t(`choices.rule-name.${value}`),
      selected: board.rule.kind === value,
    })),
    count:
      board.rule.kind === 'pick'
        ? board.rule.count
        : board.rule.kind === 'points-worth'
          ? board.rule.points
          : 1,
    allowsOwnIdea: board.allowsOwnIdea,
    switchUntil: toLocal(board.switchUntil, words.timeZone),
    options: board.options.map((option, i) => {
      const link = option.materials.find((m) => m.kind === 'link');
      return {
        id: option.id,
        title: option.title,
        icon: formIcon(option.form),
        summary: [
          words.t(`submissions.form.${option.form}`),
          option.minutes === null ? '' : words.t('submissions.minutes', { count: option.minutes }),
          option.places === null ? '' : words.t('choices.places', { count: option.places }),
          option.course ?? '',
        ]
          .filter((t) => t !== '')
          .join(' · '),
        forms: forms(option.form),
        instructions: plainText(option.instructionsHtml),
        minutes: option.minutes === null ? '' : String(option.minutes),
        places: option.places === null ? '' : String(option.places),
        course: option.course ?? '',
        worth: option.worth,
        linkTitle: link?.title ?? '',
        linkUrl: link?.url ?? '',
        tiers: draft.tiers.map((tier) => ({
          id: tier.id,
          name: tier.name,
          isOn: option.tierIds.length === 0 || option.tierIds.includes(tier.id),
        })),
        isStart: board.startHereIds.includes(option.id),
        isFirst: i === 0,
        isLast: i === board.options.length - 1,
        forStudent: option.onlyFor === null ? null : nameOf(option.onlyFor),
      };
    }),
    problems: boardProblems(boardOf(board, shared)).map((code) => ({
      text: words.t(`choices-rules.problem.${code}`),
      blocks: !ADVISES.has(code),
    })),
    grid: {
      criteria: draft.criteria.map((c) => ({ id: c.id, text: c.text })),
      rows: grid.rows.map((row) => {
        const option = board.options.find((o) => o.id === row.optionId);
        return {
          title: option?.title ?? '',
          cells: row.cells.map((cell) => ({
            value: `${row.optionId}:${cell.criterionId}`,
            isOn: cell.covered,
            label: draft.criteria.find((c) => c.id === cell.criterionId)?.text ?? '',
          })),
          missing:
            row.missing.length === 0
              ? null
              : words.t('choices.coverage.missing', { count: row.missing.length }),
        };
      }),
      blocks: grid.blocks,
    },
    ideas: parts.ideas
      .filter((idea) => idea.state === 'open')
      .map((idea) => ({
        id: idea._id,
        name: nameOf(idea.membershipId),
        title: idea.title,
        what: idea.what,
        formText: words.t(`submissions.form.${idea.form}`),
        forms: forms(idea.form),
        shows: idea.shows.map((s) => ({
          criterion: draft.criteria.find((c) => c.id === s.criterionId)?.text ?? '',
          text: s.text,
        })),
        needs: idea.needs,
        error: parts.ideaProblem?.id === idea._id ? parts.ideaProblem.text : null,
        sentence: parts.ideaProblem?.id === idea._id ? parts.ideaProblem.sentence : '',
      })),
    answered: parts.ideas
      .filter((idea) => idea.state !== 'open')
      .map((idea) => ({
        name: nameOf(idea.membershipId),
        title: idea.title,
        stateText: words.t(`choices.idea.state.${idea.state}`),
      })),
    places: {
      isUsed: (assignment.published?.board.options ?? shared).some((o) => o.places !== null),
      wished: parts.wished,
      total: parts.learners.length,
      given: (parts.allocation?.given ?? []).map((g) => ({
        name: nameOf(g.membershipId),
        option:
          (assignment.published ?? draft).board.options.find((o) => o.id === g.optionId)?.title ??
          words.t('choices.places-none'),
        why: words.t(`choices-rules.allocation.${g.reason}`, { wish: g.wish ?? '' }),
      })),
      when: parts.allocation === null ? null : words.moment(parts.allocation.at),
    },
    newForms: forms('text'),
    typedTitle: parts.typedTitle ?? '',
  };
}
