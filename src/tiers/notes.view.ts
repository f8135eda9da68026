import type { Words } from '../web/words.js';
import type { DesignNote } from './design-check.js';

/** One note beside the design: what is the matter, and a button where one click mends it. */
export interface NoteView {
  readonly blocks: boolean;
  readonly text: string;
  /** Value of the mending button; null: only a person can. */
  readonly fix: string | null;
  readonly fixLabel: string | null;
  /** Where moves are, for notes that ask for one. */
  readonly movesHref: string | null;
}

/** Writes a note's mending as the value of a button: `<tier>~<kind>~<what>~<what>`. */
function fixValue(note: DesignNote): string | null {
  const { fix } = note;
  if (fix === null || fix.kind === 'suggest-moves') return null;
  const what = Object.entries(fix)
    .filter(([key]) => key !== 'kind')
    .map(([, value]) => String(value));
  return [note.tierId ?? '', fix.kind, ...what].join('~');
}

/** Notes for a page, in the order of the rules. */
export function notesView(notes: readonly DesignNote[], words: Words): readonly NoteView[] {
  return notes.map((note) => {
    const value = fixValue(note);
    return {
      blocks: note.severity === 'blocks',
      text: words.t(note.messageKey, note.vars),
      fix: value,
      fixLabel: value === null ? null : words.t(`tiers.fix.${note.fix?.kind ?? ''}`, note.vars),
      movesHref: note.fix?.kind === 'suggest-moves' ? '#moves' : null,
    };
  });
}

/** Names the warnings a page shows, so that publishing can tell new ones from seen ones. */
export function warningsSeen(notes: readonly DesignNote[]): string {
  return notes
    .filter((note) => note.severity === 'warns')
    .map((note) => `${note.code}:${note.tierId ?? ''}`)
    .sort()
    .join(' ');
}
