import { goalKey } from '../insights/goal-key.js';
import { addSchoolDays, localDay } from '../insights/school-days.js';
import type { Words } from '../web/words.js';
import type { Option } from './group-card.view.js';
import type { GroupingBasis } from './grouping.js';
import { BASES } from './grouping.js';
import { mayHaveLmsGroups, sectionsOf } from './lms-groups.js';
import type { Board } from './load-board.js';

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

/** The form that makes groups. */
export interface RegroupFormView {
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
}

/** What the form starts from: as last time, else a calm default for the size of the class. */
function defaultsOf(board: Board): { basis: GroupingBasis; min: number; max: number } {
  const last = board.current?.order ?? board.recent[0]?.order;
  const here = board.people.learners.length - board.absentIds.length;
  const size = last?.size ?? { min: here < 3 ? 1 : 3, max: 5 };
  return { basis: last?.basis ?? 'mixed', min: size.min, max: size.max };
}

function weightField(
  name: 'basis' | 'repeats' | 'wishes',
  chosen: string,
  words: Words,
): RegroupFormView['weights'][number] {
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
export function formView(board: Board, typed: TypedForm, words: Words): RegroupFormView {
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
