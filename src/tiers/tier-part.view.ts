import type { Material, TaskDesign, Tier } from '../assignments/assignment.js';
import { plainText } from '../assignments/clean-html.js';
import { toLocal } from '../assignments/local-time.js';
import type { Words } from '../web/words.js';
import { readingLevel, type ReadingLevel } from './reading-level.js';
import { notesView, type NoteView } from './notes.view.js';
import type { DesignNote } from './design-check.js';

/** The reading level of one tier, as its card shows it. */
export interface LevelView {
  readonly id: string;
  /** Five marks, lowest first; null when it cannot be judged. */
  readonly bars: readonly boolean[] | null;
  readonly text: string;
  readonly formulas: string;
  /** The sentences themselves, to be marked in the text and listed below it. */
  readonly longSentences: readonly string[];
  readonly rareWords: readonly string[];
}

export interface MaterialPart {
  readonly id: string;
  readonly at: string;
  readonly kind: Material['kind'];
  readonly title: string;
  readonly url: string;
  readonly text: string;
  readonly isFrame: boolean;
  readonly titleLabel: string;
  readonly urlError: string | null;
}

export interface TierPart {
  readonly id: string;
  /** Prefix of its fields' names. */
  readonly at: string;
  readonly isBase: boolean;
  readonly kindLabel: string;
  readonly icon: string;
  readonly tone: number;
  readonly name: string;
  /** Sanitized; what the rich field starts from. */
  readonly html: string;
  readonly text: string;
  readonly minutes: number;
  readonly products: number;
  readonly minutesError: string | null;
  readonly goals: readonly { readonly id: string; readonly text: string; readonly on: boolean }[];
  readonly criteria: readonly {
    readonly id: string;
    readonly text: string;
    readonly on: boolean;
  }[];
  readonly materials: readonly MaterialPart[];
  readonly steps: readonly {
    readonly id: string;
    readonly at: string;
    readonly number: number;
    readonly text: string;
    readonly targetLocal: string;
    readonly isFirst: boolean;
  }[];
  readonly previewHref: string;
  readonly level: LevelView;
  readonly notes: readonly NoteView[];
}

/** Levels of texts seen lately: a save looks at every tier, and all but one read as before. */
const judged = new Map<string, ReadingLevel>();
const KEPT_LEVELS = 300;

function levelOf(text: string, language: string): ReadingLevel {
  const key = `${language} ${text}`;
  const known = judged.get(key);
  if (known !== undefined) return known;
  const level = readingLevel(text, language);
  if (judged.size >= KEPT_LEVELS) judged.clear();
  // A pasted book is judged anew rather than kept.
  if (text.length < 20_000) judged.set(key, level);
  return level;
}

/**
 * The reading level of a tier in words and marks.
 *
 * @param language - Language of the task, as the teacher says.
 */
export function levelView(
  tier: Pick<Tier, 'id' | 'instructionsHtml'>,
  language: string,
  words: Words,
): LevelView {
  const text = plainText(tier.instructionsHtml);
  const level = levelOf(text, language);
  if (level.cannotJudge) {
    return {
      id: tier.id,
      bars: null,
      text: words.t(`tiers.level.${level.because}`),
      formulas: '',
      longSentences: [],
      rareWords: [],
    };
  }
  const grade = Math.max(1, Math.round(level.grade));
  const marks =
    level.grade < 3 ? 1 : level.grade < 5 ? 2 : level.grade < 8 ? 3 : level.grade < 11 ? 4 : 5;
  return {
    id: tier.id,
    bars: [1, 2, 3, 4, 5].map((mark) => mark <= marks),
    text: words.t(grade >= 13 ? 'tiers.level.beyond' : 'tiers.level.grade', { grade }),
    formulas: level.formulas
      .map(
        ({ name, grade: one }) => `${words.t(`tiers.level.formula.${name}`)} ${words.number(one)}`,
      )
      .join(' · '),
    longSentences: level.longSentences.slice(0, 12).map(({ start, end }) => text.slice(start, end)),
    rareWords: level.rareWords,
  };
}

/** Non-hierarchical tones: no ladder of colours, not even on the teacher's page. */
const TONES = { base: 1, support: 2, stretch: 3 } as const;
const ICONS = { base: 'layers', support: 'life-buoy', stretch: 'telescope' } as const;

/**
 * One tier's card of the builder.
 *
 * @param context - The design it belongs to, what is the matter with it, and refused fields by path.
 */
export function tierPart(
  tier: Tier,
  context: {
    readonly design: TaskDesign;
    readonly notes: readonly DesignNote[];
    readonly errors: Readonly<Record<string, string>>;
    readonly typed: Readonly<Record<string, string>>;
    readonly pageHref: string;
    readonly words: Words;
  },
): TierPart {
  const { design, words, errors, typed } = context;
  const at = `tiers[${tier.id}]`;
  return {
    id: tier.id,
    at,
    isBase: tier.kind === 'base',
    kindLabel: words.t(`tiers.kind.${tier.kind}`),
    icon: ICONS[tier.kind],
    tone: TONES[tier.kind],
    name: tier.name,
    html: tier.instructionsHtml,
    text: plainText(tier.instructionsHtml),
    minutes: tier.minutes,
    products: tier.products,
    minutesError: errors[`tiers.${tier.id}.minutes`] ?? null,
    goals: design.goals.map((goal) => ({
      id: goal.id,
      text: goal.text,
      on: tier.goalIds.includes(goal.id),
    })),
    criteria: design.criteria.map((criterion) => ({
      id: criterion.id,
      text: criterion.text,
      on: tier.criterionIds.includes(criterion.id),
    })),
    materials: tier.materials.map((material) => {
      const path = `tiers.${tier.id}.materials.${material.id}.url`;
      return {
        id: material.id,
        at: `${at}[materials][${material.id}]`,
        kind: material.kind,
        title: material.title,
        url: typed[path] ?? material.url ?? '',
        text: plainText(material.html ?? ''),
        isFrame: material.isFrame === true,
        titleLabel: words.t(`tiers.material.title-${material.kind}`),
        urlError: errors[path] ?? null,
      };
    }),
    steps: tier.steps.map((step, i) => ({
      id: step.id,
      at: `${at}[steps][${step.id}]`,
      number: i + 1,
      text: step.text,
      targetLocal: toLocal(step.targetAt, words.timeZone),
      isFirst: i === 0,
    })),
    previewHref: `${context.pageHref}/preview/${tier.id}`,
    level: levelView(tier, design.language, words),
    notes: notesView(
      context.notes.filter((note) => note.tierId === tier.id),
      words,
    ),
  };
}
