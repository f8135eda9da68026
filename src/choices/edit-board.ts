import type {
  BoardRule,
  ChoiceBoard,
  ProductForm,
  SubmissionOption,
  TaskDesign,
} from '../assignments/assignment.js';
import type { OptionId, TierId } from '../ids.js';
import type { Idea } from './idea.model.js';

/** Most options of a board; more can be read by nobody. */
export const MAX_OPTIONS = 30;

export type Template = ChoiceBoard['template'];

/** The rule that a template starts with. */
export function ruleOfTemplate(template: Template): BoardRule {
  switch (template) {
    case 'grid':
      return { kind: 'three-in-a-row' };
    case 'menu':
    case 'raft':
    case 'either-or':
      return { kind: 'pick', count: 1 };
  }
}

/** How many options a template has when it is filled. */
const SIZES: Readonly<Record<Template, number>> = { menu: 4, grid: 9, raft: 4, 'either-or': 2 };

/** Forms in which filled-in options ask for a product, mixed so that there is a real choice. */
const FORMS: readonly ProductForm[] = [
  'text',
  'drawing',
  'audio',
  'photo',
  'link',
  'video',
  'paper',
  'file',
  'text',
];

const withBoard = (design: TaskDesign, change: Partial<ChoiceBoard>): TaskDesign => ({
  ...design,
  board: { ...design.board, ...change },
});

/** A new option; it covers every criterion until the teacher says otherwise. */
export function newOption(
  design: TaskDesign,
  id: string,
  title: string,
  form: ProductForm,
): SubmissionOption {
  return {
    id: id as OptionId,
    title,
    form,
    instructionsHtml: '',
    criterionIds: design.criteria.map((criterion) => criterion.id),
    minutes: null,
    materials: [],
    tierIds: [],
    places: null,
    course: null,
    worth: 1,
    onlyFor: null,
  };
}

/**
 * Gives the board another template with the rule that belongs to it. Options stay; where a template
 * has more places than there are options, they are filled with forms that are not there yet.
 *
 * @param titleOf - Title of a filled-in option by its form.
 */
export function useTemplate(
  design: TaskDesign,
  template: Template,
  newId: () => string,
  titleOf: (form: ProductForm) => string,
): TaskDesign {
  const shared = design.board.options.filter((o) => o.onlyFor === null);
  const own = design.board.options.filter((o) => o.onlyFor !== null);
  const have = new Set(shared.map((o) => o.form));
  const fresh = [...FORMS.filter((f) => !have.has(f)), ...FORMS];
  const missing = Math.max(0, SIZES[template] - shared.length);
  const added = fresh
    .slice(0, missing)
    .map((form) => newOption(design, newId(), titleOf(form), form));
  return withBoard(design, {
    template,
    rule: ruleOfTemplate(template),
    options: [...shared, ...added, ...own],
  });
}

/** Sets the rule and what goes for the whole board. */
export function setBoard(
  design: TaskDesign,
  change: Pick<ChoiceBoard, 'rule' | 'allowsOwnIdea' | 'switchUntil'> & {
    readonly startHereIds: readonly string[];
  },
): TaskDesign {
  const known = new Set<string>(design.board.options.map((o) => o.id));
  return withBoard(design, {
    rule: change.rule,
    allowsOwnIdea: change.allowsOwnIdea,
    switchUntil: change.switchUntil,
    startHereIds: change.startHereIds.filter((id) => known.has(id)).slice(0, 2) as OptionId[],
  });
}

/** Adds an option before the students' own ones; nothing changes when the board is full. */
export function addOption(design: TaskDesign, option: SubmissionOption): TaskDesign {
  const { options } = design.board;
  if (options.filter((o) => o.onlyFor === null).length >= MAX_OPTIONS) return design;
  return withBoard(design, {
    options: [
      ...options.filter((o) => o.onlyFor === null),
      option,
      ...options.filter((o) => o.onlyFor !== null),
    ],
  });
}

/** What can be changed on an option. */
export interface OptionChange {
  readonly title: string;
  readonly form: ProductForm;
  readonly instructionsHtml: string;
  readonly minutes: number | null;
  readonly tierIds: readonly string[];
  readonly places: number | null;
  readonly course: string | null;
  readonly worth: number;
  /** Its one link to a source; empty: none. Files and texts stay. */
  readonly link: { readonly title: string; readonly url: string } | null;
}

/** Changes one option. */
export function changeOption(
  design: TaskDesign,
  optionId: string,
  change: OptionChange,
  newId: () => string,
): TaskDesign {
  const tiers = new Set<string>(design.tiers.map((t) => t.id));
  const { link, ...rest } = change;
  return withBoard(design, {
    options: design.board.options.map((option) =>
      option.id !== optionId
        ? option
        : {
            ...option,
            ...rest,
            // Every route is the same as none named.
            tierIds:
              change.tierIds.length === tiers.size
                ? []
                : (change.tierIds.filter((id) => tiers.has(id)) as TierId[]),
            materials: [
              ...option.materials.filter((m) => m.kind !== 'link'),
              ...(link === null
                ? []
                : [
                    {
                      id: option.materials.find((m) => m.kind === 'link')?.id ?? newId(),
                      kind: 'link' as const,
                      title: link.title === '' ? link.url : link.title,
                      url: link.url,
                      fileId: null,
                      html: null,
                    },
                  ]),
            ],
          },
    ),
  });
}

/** Takes an option off the board; drafts that students began for it stay theirs. */
export function removeOption(design: TaskDesign, optionId: string): TaskDesign {
  return withBoard(design, {
    options: design.board.options.filter((o) => o.id !== optionId),
    startHereIds: design.board.startHereIds.filter((id) => id !== optionId),
  });
}

/** Moves an option one place up or down. */
export function moveOption(design: TaskDesign, optionId: string, by: -1 | 1): TaskDesign {
  const options = [...design.board.options];
  const from = options.findIndex((o) => o.id === optionId);
  const a = options[from];
  const b = options[from + by];
  if (a === undefined || b === undefined) return design;
  options[from] = b;
  options[from + by] = a;
  return withBoard(design, { options });
}

/**
 * Sets which criteria each option covers.
 *
 * @param covered - Option id → criterion ids; options that are not named cover none.
 */
export function setCoverage(
  design: TaskDesign,
  covered: Readonly<Record<string, readonly string[]>>,
): TaskDesign {
  return withBoard(design, {
    options: design.board.options.map((option) => ({
      ...option,
      criterionIds: design.criteria
        .map((c) => c.id)
        .filter((id) => covered[option.id]?.includes(id)),
    })),
  });
}

/** An approved idea as an ordinary option, for the student who had it. */
export function withIdea(
  design: TaskDesign,
  idea: Idea,
  optionId: OptionId,
  html: string,
): TaskDesign {
  const option: SubmissionOption = {
    ...newOption(design, optionId, idea.title, idea.form),
    instructionsHtml: html,
    onlyFor: idea.membershipId,
  };
  return withBoard(design, {
    options: [...design.board.options.filter((o) => o.id !== optionId), option],
  });
}
