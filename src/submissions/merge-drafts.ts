/** A draft as it is stored. */
export interface StoredDraft {
  /** Rises by one with every save. */
  readonly version: number;
  readonly text: string;
  /** The page (tab) that wrote it. */
  readonly writerId: string;
  /** Rises with every save that this page asked for. */
  readonly writerStep: number;
}

/** A save that a page asks for. */
export interface DraftSave {
  /** Version the page last saw; 0: it saw an empty one. */
  readonly seenVersion: number;
  readonly text: string;
  readonly writerId: string;
  readonly writerStep: number;
}

export type DraftDecision =
  /** Store it as the next version. */
  | { readonly decision: 'save'; readonly version: number }
  /** Nothing new: answer with the version that stands. */
  | { readonly decision: 'keep'; readonly version: number }
  /** Two pages wrote different things: store neither over the other, show both, let the student say. */
  | { readonly decision: 'both'; readonly version: number; readonly stored: string };

const same = (a: string, b: string): boolean =>
  a.replaceAll('\r\n', '\n').trimEnd() === b.replaceAll('\r\n', '\n').trimEnd();

/**
 * Decides what becomes of a save when another page, or an answer that got lost, came between.
 *
 * @param stored - What stands; null: nothing yet.
 * @param save - What the page asks to store.
 * @returns `both` is the only outcome that needs the student; nothing typed is ever dropped: what is
 * not stored is either equal to or contained in what is.
 */
export function mergeDrafts(stored: StoredDraft | null, save: DraftSave): DraftDecision {
  if (stored === null) return { decision: 'save', version: 1 };
  const next = stored.version + 1;
  if (same(stored.text, save.text)) return { decision: 'keep', version: stored.version };
  // The same page twice: its answer was lost on the way, or two of its saves overtook each other.
  if (stored.writerId === save.writerId)
    return save.writerStep > stored.writerStep
      ? { decision: 'save', version: next }
      : { decision: 'keep', version: stored.version };
  if (save.seenVersion >= stored.version) return { decision: 'save', version: next };
  // The newer one only goes on where the older one stopped: nothing is lost by taking it.
  if (stored.text.trim() !== '' && save.text.startsWith(stored.text.trimEnd()))
    return { decision: 'save', version: next };
  if (stored.text.trim() === '') return { decision: 'save', version: next };
  if (save.text.trim() === '' || stored.text.startsWith(save.text.trimEnd()))
    return { decision: 'keep', version: stored.version };
  return { decision: 'both', version: stored.version, stored: stored.text };
}
