import { coverageGrid } from '../choices/coverage.js';
import { moreOfSame } from './more-of-same.js';

export interface Named {
  readonly id: string;
  readonly text: string;
}

export interface ParityTier {
  readonly id: string;
  /** The teacher's name of the tier, for the notes. */
  readonly name: string;
  readonly isBase: boolean;
  readonly kind: 'support' | 'base' | 'stretch';
  readonly instructionsText: string;
  readonly goalIds: readonly string[];
  readonly criterionIds: readonly string[];
  /** How many things a student hands in. */
  readonly products: number;
  /** How long it should take; null: not said yet. */
  readonly minutes: number | null;
  /** How many links, files and passages it has. */
  readonly materials: number;
  /** What tells its materials from another tier's (ids or addresses); left out: only their number. */
  readonly materialKeys?: readonly string[];
}

export interface ParityOption {
  readonly id: string;
  readonly name: string;
  readonly criterionIds: readonly string[];
  readonly minutes: number | null;
}

/** All that the fairness of one assignment depends on. */
export interface ParitySet {
  readonly goals: readonly Named[];
  readonly criteria: readonly Named[];
  readonly tiers: readonly ParityTier[];
  readonly options?: readonly ParityOption[];
  /** The grouping the assignment will be done in; null or left out: none. */
  readonly grouping?: {
    readonly basis: string;
    readonly groups: readonly { readonly id: string; readonly tierId: string | null }[];
  } | null;
}

export interface ParitySettings {
  /** Share by which minutes may differ from the base tier's. */
  readonly minutesShare: number;
  readonly maxTiers: number;
}

export const PARITY_DEFAULTS: ParitySettings = { minutesShare: 0.2, maxTiers: 3 };

/** What one click can do about a note. */
export type ParityFix =
  | { readonly kind: 'add-goal' | 'remove-goal'; readonly goalId: string }
  | { readonly kind: 'add-criterion' | 'remove-criterion'; readonly criterionId: string }
  | {
      readonly kind: 'add-option-criterion';
      readonly optionId: string;
      readonly criterionId: string;
    }
  | { readonly kind: 'set-minutes'; readonly minutes: number }
  | { readonly kind: 'set-products'; readonly products: number }
  | { readonly kind: 'copy-base-text' | 'copy-base-materials' | 'suggest-moves' };

export type ParityCode =
  | 'no-goal'
  | 'no-criterion'
  | 'no-base'
  | 'several-bases'
  | 'too-many-tiers'
  | 'goal-missing'
  | 'goal-extra'
  | 'criterion-missing'
  | 'criterion-extra'
  | 'empty-tier'
  | 'same-as-base'
  | 'more-of-same'
  | 'minutes-unknown'
  | 'minutes-differ'
  | 'products-differ'
  | 'no-material'
  | 'option-criterion-missing'
  | 'option-minutes-differ'
  | 'groups-without-difference';

export interface ParityNote {
  readonly code: ParityCode;
  /** `blocks`: cannot be published; `warns`: can, knowingly. */
  readonly severity: 'blocks' | 'warns';
  /** null: about the assignment as a whole. */
  readonly tierId: string | null;
  /** Says what is the matter and what to do, filled with `vars`. */
  readonly messageKey: string;
  readonly vars: Readonly<Record<string, string | number>>;
  /** null: only a person can mend it. */
  readonly fix: ParityFix | null;
}

const WARNS: ReadonlySet<ParityCode> = new Set<ParityCode>([
  'same-as-base',
  'minutes-unknown',
  'minutes-differ',
  'products-differ',
  'no-material',
  'option-minutes-differ',
  'groups-without-difference',
]);

function note(
  code: ParityCode,
  tierId: string | null,
  vars: ParityNote['vars'] = {},
  fix: ParityFix | null = null,
): ParityNote {
  const severity = WARNS.has(code) ? 'warns' : 'blocks';
  return { code, severity, tierId, messageKey: `tiers-rules.parity.${code}`, vars, fix };
}

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim().toLowerCase();

/** Two tiers of the same content are one task, whatever they are called. */
const contentOf = (tier: ParityTier): string =>
  JSON.stringify([
    plain(tier.instructionsText),
    tier.materialKeys === undefined ? tier.materials : [...tier.materialKeys].sort(),
  ]);

const differs = (minutes: number, from: number, share: number): boolean =>
  Math.abs(minutes - from) > from * share + 1e-9;

/** The same goals and the same criteria on every tier: nothing lost, nothing smuggled in. */
function sameAims(set: ParitySet, tier: ParityTier): ParityNote[] {
  const notes: ParityNote[] = [];
  const at = { tier: tier.name };
  for (const goal of set.goals) {
    if (tier.goalIds.includes(goal.id)) continue;
    const fix = { kind: 'add-goal', goalId: goal.id } as const;
    notes.push(note('goal-missing', tier.id, { ...at, goal: goal.text }, fix));
  }
  for (const criterion of set.criteria) {
    if (tier.criterionIds.includes(criterion.id)) continue;
    const fix = { kind: 'add-criterion', criterionId: criterion.id } as const;
    notes.push(note('criterion-missing', tier.id, { ...at, criterion: criterion.text }, fix));
  }
  for (const goalId of tier.goalIds) {
    if (set.goals.some((goal) => goal.id === goalId)) continue;
    notes.push(note('goal-extra', tier.id, at, { kind: 'remove-goal', goalId }));
  }
  for (const criterionId of tier.criterionIds) {
    if (set.criteria.some((criterion) => criterion.id === criterionId)) continue;
    notes.push(note('criterion-extra', tier.id, at, { kind: 'remove-criterion', criterionId }));
  }
  return notes;
}

/** The same amount of work: a tier is another way to the goal, not a longer or shorter day. */
function sameEffort(tier: ParityTier, base: ParityTier, settings: ParitySettings): ParityNote[] {
  const notes: ParityNote[] = [];
  const at = { tier: tier.name };
  const text = plain(tier.instructionsText);
  if (text === '') {
    const fix = tier.id === base.id ? null : ({ kind: 'copy-base-text' } as const);
    notes.push(note('empty-tier', tier.id, at, fix));
  }
  if (tier.minutes === null || tier.minutes <= 0) {
    const fix =
      base.minutes !== null && base.minutes > 0
        ? ({ kind: 'set-minutes', minutes: base.minutes } as const)
        : null;
    notes.push(note('minutes-unknown', tier.id, at, fix));
  }
  if (tier.materials < 1) {
    const fix = base.materials > 0 ? ({ kind: 'copy-base-materials' } as const) : null;
    notes.push(note('no-material', tier.id, at, fix));
  }
  if (tier.id === base.id) return notes;

  if (
    tier.minutes !== null &&
    tier.minutes > 0 &&
    base.minutes !== null &&
    base.minutes > 0 &&
    differs(tier.minutes, base.minutes, settings.minutesShare)
  ) {
    const vars = { ...at, minutes: tier.minutes, baseMinutes: base.minutes };
    const fix = { kind: 'set-minutes', minutes: base.minutes } as const;
    notes.push(note('minutes-differ', tier.id, vars, fix));
  }
  if (tier.products !== base.products) {
    const vars = { ...at, products: tier.products, baseProducts: base.products };
    const fix = { kind: 'set-products', products: base.products } as const;
    notes.push(note('products-differ', tier.id, vars, fix));
  }
  if (text !== '' && contentOf(tier) === contentOf(base)) {
    notes.push(note('same-as-base', tier.id, at, { kind: 'suggest-moves' }));
  }
  const more =
    tier.kind === 'stretch' ? moreOfSame(tier.instructionsText, base.instructionsText) : null;
  if (more !== null) {
    const vars = { ...at, phrase: more.phrase };
    notes.push(note('more-of-same', tier.id, vars, { kind: 'suggest-moves' }));
  }
  return notes;
}

/** Whichever option a student takes, the rubric fits and the time is fair. */
function optionsAlike(
  set: ParitySet,
  base: ParityTier | null,
  settings: ParitySettings,
): ParityNote[] {
  const options = set.options ?? [];
  const names = new Map(options.map((option) => [option.id, option.name]));
  const texts = new Map(set.criteria.map((criterion) => [criterion.id, criterion.text]));
  const notes = coverageGrid(options, [...texts.keys()]).rows.flatMap((row) =>
    row.missing.map((criterionId) => {
      const vars = {
        option: names.get(row.optionId) ?? '',
        criterion: texts.get(criterionId) ?? '',
      };
      const fix = { kind: 'add-option-criterion', optionId: row.optionId, criterionId } as const;
      return note('option-criterion-missing', null, vars, fix);
    }),
  );
  const baseMinutes = base?.minutes ?? null;
  if (baseMinutes === null || baseMinutes <= 0) return notes;
  for (const option of options) {
    if (option.minutes === null || !differs(option.minutes, baseMinutes, settings.minutesShare))
      continue;
    const vars = { option: option.name, minutes: option.minutes, baseMinutes };
    notes.push(note('option-minutes-differ', null, vars));
  }
  return notes;
}

/** Grouping alone is not differentiation: groups by readiness want different work. */
function groupsWithoutDifference(set: ParitySet, base: ParityTier | null): ParityNote[] {
  const grouping = set.grouping ?? null;
  if (grouping?.basis !== 'similar' || grouping.groups.length < 2) return [];
  const content = new Map(set.tiers.map((tier) => [tier.id, contentOf(tier)]));
  const tasks = new Set(
    grouping.groups.map((group) => {
      const tierId = group.tierId ?? base?.id ?? '';
      return content.get(tierId) ?? '';
    }),
  );
  return tasks.size > 1
    ? []
    : [note('groups-without-difference', null, {}, { kind: 'suggest-moves' })];
}

/**
 * Checks that every route of an assignment leads to the same goals, under the same criteria, with
 * the same amount of work, and that a stretch is one.
 *
 * @param set - Goals, criteria, tiers, options and grouping as they stand; nothing is changed.
 * @param settings - Minutes' share and number of tiers allowed.
 * @returns What is the matter, what blocks first; empty for a sound set. Design rule 2, product
 * rules 1, 6, 14 and 15.
 */
export function checkParity(
  set: ParitySet,
  settings: ParitySettings = PARITY_DEFAULTS,
): readonly ParityNote[] {
  const bases = set.tiers.filter((tier) => tier.isBase);
  const base = bases[0] ?? null;
  const notes: ParityNote[] = [];
  if (set.goals.length === 0) notes.push(note('no-goal', null));
  if (set.criteria.length === 0) notes.push(note('no-criterion', null));
  if (base === null) notes.push(note('no-base', null));
  if (bases.length > 1) notes.push(note('several-bases', null, { count: bases.length }));
  if (set.tiers.length > settings.maxTiers)
    notes.push(note('too-many-tiers', null, { count: set.tiers.length, max: settings.maxTiers }));
  for (const tier of set.tiers) {
    notes.push(...sameAims(set, tier));
    if (base !== null) notes.push(...sameEffort(tier, base, settings));
  }
  notes.push(...optionsAlike(set, base, settings), ...groupsWithoutDifference(set, base));
  return [
    ...notes.filter((n) => n.severity === 'blocks'),
    ...notes.filter((n) => n.severity === 'warns'),
  ];
}

/**
 * Says whether an assignment may be published.
 *
 * @param notes - From `checkParity`.
 * @returns False while any note blocks. Design rule 2.
 */
export function mayPublish(notes: readonly ParityNote[]): boolean {
  return notes.every((n) => n.severity !== 'blocks');
}
