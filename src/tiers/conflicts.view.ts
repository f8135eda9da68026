import { plainText } from '../assignments/clean-html.js';
import { toLocal } from '../assignments/local-time.js';
import type { MergeConflict } from '../assignments/merge-designs.js';
import type { Words } from '../web/words.js';
import type { BuilderContext } from './builder.view.js';

export interface ConflictView {
  readonly path: string;
  readonly label: string;
  readonly mine: string;
  readonly theirs: string;
  /** What "use mine" sends. */
  readonly value: string;
}

export interface ConflictsView {
  readonly pageHref: string;
  readonly who: string;
  readonly conflicts: readonly ConflictView[];
}

function shown(value: unknown, words: Words): string {
  if (value instanceof Date) return words.moment(value);
  if (typeof value === 'boolean') return words.t(value ? 'tiers.on' : 'tiers.off');
  if (typeof value === 'string') return plainText(value);
  if (typeof value === 'number') return words.number(value);
  return value === null || value === undefined ? '–' : JSON.stringify(value);
}

function sent(value: unknown, words: Words): string {
  if (value instanceof Date) return toLocal(value, words.timeZone);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

/** Fields two people changed at once, both values side by side. */
export function conflictsView(
  context: Pick<BuilderContext, 'assignment' | 'base' | 'words'> & {
    readonly conflicts?: readonly MergeConflict[] | undefined;
    readonly conflictWith?: string | undefined;
  },
): ConflictsView {
  const { words } = context;
  return {
    pageHref: `${context.base}/a/${context.assignment.id}/design`,
    who: context.conflictWith ?? '',
    conflicts: (context.conflicts ?? []).map((conflict) => {
      const kind = conflict.path.split('.').at(-1) ?? '';
      const key = `tiers.field.${kind}`;
      const label = words.t(key);
      const tier = context.assignment.draft.tiers.find((t) =>
        conflict.path.startsWith(`tiers.${t.id}.`),
      );
      return {
        path: conflict.path,
        label:
          (label === key ? words.t('tiers.field.other') : label) +
          (tier === undefined ? '' : ` · ${tier.name}`),
        mine: shown(conflict.mine, words),
        theirs: shown(conflict.theirs, words),
        value: sent(conflict.mine, words),
      };
    }),
  };
}
