import { dateKey } from '../assignments/design-parts.js';
import { toLocal } from '../assignments/local-time.js';
import type { BuilderContext } from './builder.view.js';
import { MOVE_SUBJECTS } from './move.schema.js';

interface Option {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

/** Dates, subject, labels and rules: the folded part of the builder. */
export interface SettingsView {
  readonly subjects: readonly Option[];
  readonly languages: readonly Option[];
  readonly labels: readonly Option[];
  readonly labelSample: string;
  readonly points: number;
  readonly pointsError: string | null;
  readonly dueLocal: string;
  readonly switches: readonly {
    readonly name: string;
    readonly label: string;
    readonly hint: string;
    readonly on: boolean;
  }[];
  readonly dates: readonly {
    readonly key: string;
    readonly label: string;
    readonly local: string;
    readonly rule: string;
  }[];
  /** The line that sets another date. */
  readonly newDate: { readonly at: string; readonly error: string | null };
  readonly dateFor: readonly {
    readonly label: string;
    readonly options: readonly Option[];
  }[];
}

const LANGUAGES = [
  'en',
  'es',
  'fr',
  'de',
  'pt',
  'it',
  'ar',
  'zh',
  'vi',
  'ru',
  'uk',
  'so',
  'ht',
  'he',
  'fa',
  'ur',
  'tl',
  'ko',
  'ja',
  'pl',
  'hi',
];

const SWITCHES = [
  'allowsTierRequests',
  'asksSelfAssessment',
  'gradesNameless',
  'allowsTakeBack',
  'allowsResubmit',
  'groupHandIn',
  'peerFeedback',
  'allowsExtraCredit',
] as const;

/** Dates, subject, labels and rules of a draft. */
export function settingsPart(context: BuilderContext): SettingsView {
  const { assignment, words, students, groups } = context;
  const { draft: design } = assignment;
  const groupName = (group: { readonly name: string }) =>
    words.t('tiers.date.group', { name: group.name });
  const languageNames = new Intl.DisplayNames([words.locale], { type: 'language' });
  const names = new Map<string, string>([
    ...design.tiers.map((tier): [string, string] => [`tier:${tier.id}`, tier.name]),
    ...groups.map((group): [string, string] => [`group:${group.id}`, groupName(group)]),
    ...students.map((student): [string, string] => [`learner:${student.id}`, student.name]),
  ]);
  const someone = words.t('tiers.date.someone');
  const { neutralLabels } = design.settings;
  return {
    subjects: ['', ...MOVE_SUBJECTS].map((value) => ({
      value,
      label: words.t(`tiers.subject.${value === '' ? 'none' : value}`),
      selected: value === design.subject,
    })),
    languages: [...new Set([...LANGUAGES, design.language])].map((value) => ({
      value,
      label: languageNames.of(value) ?? value,
      selected: value === design.language,
    })),
    labels: (['hidden', 'shapes', 'plants', 'rivers'] as const).map((value) => ({
      value,
      label: words.t(`tiers.labels.${value}`),
      selected: value === neutralLabels,
    })),
    labelSample: neutralLabels === 'hidden' ? '' : words.t('tiers.labels.sample'),
    points: design.pointsPossible,
    pointsError: context.errors?.['pointsPossible'] ?? null,
    dueLocal: toLocal(design.dueAt, words.timeZone),
    switches: SWITCHES.map((name) => ({
      name,
      label: words.t(`tiers.setting.${name}`),
      hint: words.t(`tiers.setting-hint.${name}`),
      on: design.settings[name],
    })),
    dates: design.dates.map((rule) => ({
      key: dateKey(rule),
      label: names.get(dateKey(rule)) ?? someone,
      local: toLocal(rule.dueAt, words.timeZone),
      rule: words.t(`tiers.date.rule-${rule.scope}`),
    })),
    newDate: { at: context.newDate?.at ?? '', error: context.newDate?.error ?? null },
    dateFor: [
      {
        label: words.t('tiers.date.tiers'),
        options: design.tiers.map((tier) => ({ value: `tier:${tier.id}`, label: tier.name })),
      },
      {
        label: words.t('tiers.date.groups'),
        options: groups.map((group) => ({ value: `group:${group.id}`, label: groupName(group) })),
      },
      {
        label: words.t('tiers.date.students'),
        options: students.map((student) => ({
          value: `learner:${student.id}`,
          label: student.name,
        })),
      },
    ]
      .filter(({ options }) => options.length > 0)
      .map(({ label, options }) => ({
        label,
        options: options.map((one) => ({ ...one, selected: one.value === context.newDate?.whom })),
      })),
  };
}
