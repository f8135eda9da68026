import type { Words } from '../web/words.js';
import type { MoveView } from '../tiers/moves.view.js';
import type { AttachMode } from './attach.schema.js';
import { MODES } from './attach.schema.js';

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

/** A move offered on the attach page, ticked or not. */
export interface OfferedMove {
  readonly id: string;
  readonly name: string;
  readonly preview: string;
  readonly checked: boolean;
}

export interface AttachView {
  readonly href: string;
  readonly came: {
    readonly title: string;
    readonly html: string;
    readonly isEmpty: boolean;
    readonly pointsText: string;
    readonly dueText: string;
    readonly isNative: boolean;
  };
  readonly copy: {
    readonly text: string;
    readonly title: string;
    readonly what: string;
    readonly evidence: string;
    readonly isPublished: boolean;
  } | null;
  readonly students: string | null;
  readonly asksTitle: boolean;
  readonly asksTask: boolean;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
  readonly error: Readonly<Record<string, string>>;
  readonly typed: {
    readonly title: string;
    readonly task: string;
    readonly goals: string;
    readonly criteria: string;
  };
  readonly modes: readonly {
    readonly value: AttachMode;
    readonly title: string;
    readonly hint: string;
    readonly icon: string;
    readonly checked: boolean;
  }[];
  readonly from: readonly { readonly label: string; readonly options: readonly Choice[] }[];
  readonly hasSources: boolean;
  readonly bank: readonly string[];
  readonly support: readonly OfferedMove[];
  readonly stretch: readonly OfferedMove[];
}

declare module '../web/render.js' {
  interface Views {
    'assignments/attach': AttachView;
  }
}

const ICONS: Readonly<Record<AttachMode, string>> = {
  plain: 'file-text',
  tiers: 'layers',
  choices: 'grid-3x3',
  both: 'combine',
};

/** The ways to attach, with the one that stands ticked. */
export function modesView(chosen: AttachMode, words: Words): AttachView['modes'] {
  return MODES.map((value) => ({
    value,
    title: words.t(`assignments.mode.${value}`),
    hint: words.t(`assignments.mode-hint.${value}`),
    icon: ICONS[value],
    checked: value === chosen,
  }));
}

const OFFERED = 3;

/**
 * The first moves as ticks; the best one stands ticked until the teacher says otherwise. Moves that
 * are ready as they are come before those with a frame to fill: this page may publish at once.
 *
 * @param ticked - What was ticked, where the form comes back; null: nothing said yet.
 */
export function offeredMoves(
  moves: readonly MoveView[],
  ticked: readonly string[] | null,
): readonly OfferedMove[] {
  const ready = moves.filter((move) => !move.needsTeacher);
  return [...ready, ...moves.filter((move) => move.needsTeacher)]
    .slice(0, OFFERED)
    .map((move, i) => {
      const id = move.value.slice(move.value.indexOf(':') + 1);
      return {
        id,
        name: move.name,
        preview: move.preview,
        checked: ticked === null ? i === 0 : ticked.includes(id),
      };
    });
}

/** Where a new design may start from: nothing, the library, the course's earlier assignments. */
export function sourcesView(
  sources: {
    readonly templates: readonly { readonly id: string; readonly title: string }[];
    readonly earlier: readonly { readonly id: string; readonly title: string }[];
  },
  chosen: string,
  words: Words,
): AttachView['from'] {
  const choice = (kind: string) => (one: { readonly id: string; readonly title: string }) => {
    const value = `${kind}:${one.id}`;
    return { value, label: one.title, selected: value === chosen };
  };
  return [
    {
      label: words.t('assignments.from.new'),
      options: [
        { value: 'fresh', label: words.t('assignments.from.fresh'), selected: chosen === 'fresh' },
      ],
    },
    {
      label: words.t('assignments.from.earlier'),
      options: sources.earlier.map(choice('assignment')),
    },
    {
      label: words.t('assignments.from.library'),
      options: sources.templates.map(choice('template')),
    },
  ].filter(({ options }) => options.length > 0);
}
