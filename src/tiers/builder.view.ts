import type { Assignment, LearningGoal, SuccessCriterion } from '../assignments/assignment.js';
import { designFields, fieldOfPath } from '../assignments/design-fields.js';
import { differsFromPublished, MAX_TIERS } from '../assignments/design-parts.js';
import type { MergeConflict } from '../assignments/merge-designs.js';
import type { Words } from '../web/words.js';
import { settingsPart, type SettingsView } from './builder-settings.view.js';
import { conflictsView, type ConflictsView } from './conflicts.view.js';
import type { DesignNote } from './design-check.js';
import { movesView, type MovesView } from './moves.view.js';
import type { Move } from './move.schema.js';
import { notesView, warningsSeen, type NoteView } from './notes.view.js';
import { tierPart, type LevelView, type TierPart } from './tier-part.view.js';

export interface CriterionPart {
  readonly id: string;
  readonly at: string;
  readonly text: string;
  readonly points: number;
  readonly pointsError: string | null;
  readonly isLevels: boolean;
  readonly isAnchor: boolean;
  readonly levels: readonly {
    readonly at: string;
    readonly points: number;
    readonly label: string;
    readonly description: string;
  }[];
}

/** The strip at the foot: what is saved, what can be undone, whether it can be published. */
export interface BuilderBar {
  readonly pageHref: string;
  readonly undoText: string | null;
  readonly redoText: string | null;
  readonly publishText: string;
  readonly canPublish: boolean;
  readonly stateText: string;
  readonly blocking: number;
  readonly blockingText: string;
  readonly warningText: string;
  readonly seen: string;
}

export interface WholeNotesView {
  readonly pageHref: string;
  readonly notes: readonly NoteView[];
  readonly isSound: boolean;
}

export interface BuilderView {
  readonly pageHref: string;
  readonly printHref: string;
  readonly version: number;
  readonly status: string;
  readonly statusTone: string;
  readonly title: string;
  readonly language: string;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
  readonly published: {
    readonly title: string;
    readonly text: string;
    readonly hasWarnings: boolean;
    readonly boardHref: string;
    readonly groupsHref: string;
  } | null;
  readonly refused: { readonly title: string; readonly text: string } | null;
  readonly platform: { readonly title: string; readonly text: string } | null;
  readonly copied: { readonly text: string } | null;
  readonly conflicts: ConflictsView;
  readonly goals: readonly (LearningGoal & { readonly at: string; readonly focus: boolean })[];
  readonly bank: readonly LearningGoal[];
  readonly criteria: readonly (CriterionPart & { readonly focus: boolean })[];
  readonly base: TierPart;
  readonly others: readonly (TierPart & { readonly focus: boolean })[];
  readonly moves: readonly MovesView[];
  /** A move of one's own as typed, with why it was refused. */
  readonly ownMove: OwnMoveTyped;
  readonly canAddSupport: boolean;
  readonly canAddStretch: boolean;
  readonly notes: WholeNotesView;
  readonly bar: BuilderBar;
  readonly settings: SettingsView;
  readonly focus: string | null;
}

declare module '../web/render.js' {
  interface Views {
    'tiers/builder': BuilderView;
    'tiers/bar': BuilderBar;
    'tiers/notes': WholeNotesView;
    'tiers/tier-notes': { readonly pageHref: string; readonly notes: readonly NoteView[] };
    'tiers/level': LevelView;
    'tiers/moves': {
      readonly pageHref: string;
      readonly moves: readonly MovesView[];
    };
    'tiers/conflicts': ConflictsView;
  }
}

/** The form of a move of one's own. */
export interface OwnMoveTyped {
  readonly isStretch: boolean;
  readonly name: string;
  readonly text: string;
  readonly error: string | null;
}

/** What the page is made from. */
export interface BuilderContext {
  readonly assignment: Assignment;
  readonly notes: readonly DesignNote[];
  readonly steps: { readonly undo: string | null; readonly redo: string | null };
  readonly ownMoves: readonly Move[];
  readonly bank: readonly LearningGoal[];
  readonly students: readonly { readonly id: string; readonly name: string }[];
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly isGone: boolean;
  readonly isLinked: boolean;
  readonly base: string;
  readonly words: Words;
  /** Refused fields by path, and what was typed there. */
  readonly errors?: Readonly<Record<string, string>>;
  readonly typed?: Readonly<Record<string, string>>;
  readonly ownMove?: OwnMoveTyped;
  /** A date that could not be set, as chosen and typed, with why. */
  readonly newDate?: { readonly whom: string; readonly at: string; readonly error: string };
  readonly conflicts?: readonly MergeConflict[];
  readonly conflictWith?: string;
  readonly focus?: string | null;
  readonly done?: 'published' | null;
  readonly refusal?: 'blocked' | 'warned' | null;
}

/** The foot of the page. */
export function builderBar(
  context: Pick<BuilderContext, 'assignment' | 'notes' | 'steps' | 'base' | 'words'>,
): BuilderBar {
  const { assignment, notes, steps, words } = context;
  const blocking = notes.filter((note) => note.severity === 'blocks').length;
  const warnings = notes.length - blocking;
  const isNew = assignment.published === null;
  const differs = differsFromPublished(assignment.draft, assignment.published);
  return {
    pageHref: `${context.base}/a/${assignment.id}/design`,
    undoText:
      steps.undo === null
        ? null
        : words.t('tiers.undo', { what: words.t(`tiers.done.${steps.undo}`) }),
    redoText:
      steps.redo === null
        ? null
        : words.t('tiers.redo', { what: words.t(`tiers.done.${steps.redo}`) }),
    publishText: words.t(isNew ? 'tiers.publish' : 'tiers.publish-again'),
    canPublish: isNew || differs,
    stateText: isNew
      ? words.t('tiers.state.draft')
      : words.t(differs ? 'tiers.state.changed' : 'tiers.state.published'),
    blocking,
    blockingText: blocking === 0 ? '' : words.t('tiers.blocking', { count: blocking }),
    warningText: warnings === 0 ? '' : words.t('tiers.warnings', { count: warnings }),
    seen: warningsSeen(notes),
  };
}

/** All notes in one place; those of one tier stand on its card as well. */
export function wholeNotes(
  context: Pick<BuilderContext, 'assignment' | 'notes' | 'base' | 'words'>,
): WholeNotesView {
  return {
    pageHref: `${context.base}/a/${context.assignment.id}/design`,
    notes: notesView(context.notes, context.words),
    isSound: context.notes.length === 0,
  };
}

function criterionPart(
  criterion: SuccessCriterion,
  errors: Readonly<Record<string, string>>,
): CriterionPart {
  const at = `criteria[${criterion.id}]`;
  return {
    id: criterion.id,
    at,
    text: criterion.text,
    points: criterion.points,
    pointsError: errors[`criteria.${criterion.id}.points`] ?? null,
    isLevels: criterion.kind === 'levels',
    isAnchor: criterion.isAnchor,
    levels: criterion.levels.map((level, i) => ({ ...level, at: `${at}[levels][${i}]` })),
  };
}

/** The whole builder. */
export function builderView(context: BuilderContext): BuilderView {
  const { assignment, words, notes } = context;
  const { draft: design } = assignment;
  const pageHref = `${context.base}/a/${assignment.id}/design`;
  const errors = context.errors ?? {};
  const focus = context.focus ?? null;
  const around = { design, notes, errors, typed: context.typed ?? {}, pageHref, words };
  const fields = designFields(design, words.timeZone);
  const base = design.tiers.find((tier) => tier.kind === 'base') ?? design.tiers[0];
  if (base === undefined) throw new Error('a design without tiers');
  const differs = differsFromPublished(design, assignment.published);
  const has = (kind: string): boolean => design.tiers.some((tier) => tier.kind === kind);
  const isFull = design.tiers.length >= MAX_TIERS;
  return {
    pageHref,
    printHref: `${context.base}/a/${assignment.id}/print`,
    version: assignment.version,
    status: words.t(
      assignment.published === null
        ? 'tiers.status.draft'
        : differs
          ? 'tiers.status.changed'
          : 'tiers.status.published',
    ),
    statusTone: assignment.published === null ? 'neutral' : differs ? 'warn' : 'ok',
    title: design.title,
    language: design.language,
    errors: Object.entries(errors).map(([path, message]) => ({
      field:
        fields.has(fieldOfPath(path)) || /^(move|date)/.test(path)
          ? `f-${fieldOfPath(path)}`
          : 'builder',
      message,
    })),
    published:
      context.done === 'published'
        ? {
            title: words.t(
              assignment.revision > 1 ? 'tiers.published.again' : 'tiers.published.title',
            ),
            text: words.t(
              assignment.revision > 1
                ? 'tiers.published.again-text'
                : context.isLinked
                  ? 'tiers.published.text'
                  : 'tiers.published.unlinked',
            ),
            hasWarnings: notes.length > 0,
            boardHref: `${context.base}/a/${assignment.id}`,
            groupsHref: `${context.base}/a/${assignment.id}/groups`,
          }
        : null,
    refused:
      context.refusal == null
        ? null
        : {
            title: words.t(`tiers.refused.${context.refusal}`),
            text: words.t(`tiers.refused.${context.refusal}-text`),
          },
    platform: context.isGone
      ? { title: words.t('tiers.platform.gone'), text: words.t('tiers.platform.gone-text') }
      : context.isLinked
        ? null
        : {
            title: words.t('tiers.platform.unlinked'),
            text: words.t('tiers.platform.unlinked-text'),
          },
    copied:
      assignment.copiedFrom !== null && !assignment.copiedFrom.confirmed
        ? { text: words.t('tiers.copied') }
        : null,
    conflicts: conflictsView(context),
    goals: design.goals.map((goal) => ({
      ...goal,
      at: `goals[${goal.id}]`,
      focus: focus === `goals[${goal.id}][text]`,
    })),
    bank: context.bank
      .filter((goal) => !design.goals.some((known) => known.text === goal.text))
      .slice(0, 40),
    criteria: design.criteria.map((criterion) => ({
      ...criterionPart(criterion, errors),
      focus: focus === `criteria[${criterion.id}][text]`,
    })),
    base: tierPart(base, around),
    others: design.tiers
      .filter((tier) => tier.id !== base.id)
      .map((tier) => ({
        ...tierPart(tier, around),
        focus: focus === `tier:${tier.kind}` || focus === `tier:${tier.id}`,
      })),
    moves: (['support', 'stretch'] as const).map((kind) =>
      movesView(design, kind, context.ownMoves, words),
    ),
    ownMove: context.ownMove ?? { isStretch: false, name: '', text: '', error: null },
    canAddSupport: !isFull && !has('support'),
    canAddStretch: !isFull && !has('stretch'),
    notes: wholeNotes(context),
    bar: builderBar(context),
    settings: settingsPart(context),
    focus,
  };
}
