import type { OptionId } from '../ids.js';
import { mergeDrafts } from './merge-drafts.js';
import { isEmptyWork, noWork, type Draft, type Work, type WorkFile } from './submission.js';

/** What a page sends when it saves. */
export interface DraftSave {
  readonly optionId: OptionId;
  /** Version of the draft the page began from; 0: there was none. */
  readonly baseVersion: number;
  /** Cleaned HTML. */
  readonly html: string;
  readonly linkUrl: string;
  /** Length of the words without markup. */
  readonly characters: number;
  /** The student has seen both versions and wants this one. */
  readonly hasSeenBoth: boolean;
  /** Which page saves, and which of its saves this is; an empty id: a page without script. */
  readonly writer: Draft['writer'];
}

export type SaveOutcome =
  | {
      readonly ok: true;
      readonly drafts: readonly Draft[];
      readonly draft: Draft;
      /** What stood there before, when it should be kept as a version. */
      readonly keeps: Draft | null;
      /** False when nothing differs: no write is needed. */
      readonly isChanged: boolean;
    }
  | { readonly ok: false; readonly problem: 'both'; readonly theirs: Draft };

const FIVE_MINUTES_MS = 5 * 60_000;

/** A draft as it was before the student began. */
function none(optionId: OptionId, now: Date): Draft {
  return { optionId, work: noWork, version: 0, savedAt: now, writer: { id: '', step: 0 } };
}

/** Whether what stood there is worth keeping beside what comes: much was deleted, or time has passed. */
function isWorthKeeping(before: Draft, after: Work, now: Date): boolean {
  if (isEmptyWork(before.work)) return false;
  const lost = before.work.characters - after.characters;
  return (
    lost > 40 ||
    (before.work.linkUrl !== '' && before.work.linkUrl !== after.linkUrl) ||
    before.version % 25 === 0 ||
    now.getTime() - before.savedAt.getTime() > FIVE_MINUTES_MS
  );
}

/** What is compared: words with their looks, and the link. */
function textOf(work: Work): string {
  return `${work.html}\n${work.linkUrl}`;
}

function replaced(drafts: readonly Draft[], draft: Draft): readonly Draft[] {
  return [...drafts.filter((d) => d.optionId !== draft.optionId), draft];
}

/**
 * Puts what a page saves into a student's drafts. A save that began from an older version is not
 * taken unless it says the same or the student has seen both: a second tab or device never silently
 * wins (issue 6, item 3).
 *
 * @param drafts - All drafts of the submission; those of other options stay as they are.
 * @param save - What came, cleaned.
 * @param now - When.
 * @returns The new drafts and what to keep as a version, or the draft that stands in the way.
 */
export function saveDraft(drafts: readonly Draft[], save: DraftSave, now: Date): SaveOutcome {
  const before = drafts.find((d) => d.optionId === save.optionId) ?? none(save.optionId, now);
  const work: Work = {
    html: save.html,
    linkUrl: save.linkUrl,
    files: before.work.files,
    characters: save.characters,
  };
  const isSame = before.work.html === work.html && before.work.linkUrl === work.linkUrl;
  const { decision } = mergeDrafts(
    before.version === 0
      ? null
      : {
          version: before.version,
          text: textOf(before.work),
          // Pages without script have no name: two of them are never the same page.
          writerId: before.writer.id === '' ? 'stored' : before.writer.id,
          writerStep: before.writer.step,
        },
    {
      seenVersion: save.hasSeenBoth ? before.version : save.baseVersion,
      text: textOf(work),
      writerId: save.writer.id,
      writerStep: save.writer.step,
    },
  );
  const isOvertaken = before.writer.id === save.writer.id && save.writer.id !== '';
  if (isSame || (decision === 'keep' && isOvertaken)) {
    return { ok: true, drafts, draft: before, keeps: null, isChanged: false };
  }
  // A page that stands behind what is stored has to see it, also where it would only be shorter.
  if (decision !== 'save') return { ok: false, problem: 'both', theirs: before };
  const isStale = before.version !== save.baseVersion;
  const draft: Draft = {
    optionId: save.optionId,
    work,
    version: before.version + 1,
    savedAt: now,
    writer: save.writer,
  };
  return {
    ok: true,
    drafts: replaced(drafts, draft),
    draft,
    keeps:
      ((isStale || save.hasSeenBoth) && !isEmptyWork(before.work)) ||
      isWorthKeeping(before, work, now)
        ? before
        : null,
    isChanged: true,
  };
}

/** Most files of one draft. */
export const MAX_FILES = 20;

/**
 * Adds a file to a draft, in place of an older one where it is a new take of the same.
 *
 * @param replacesId - File that it takes the place of; null: none.
 * @returns The drafts, or null when there are too many files.
 */
export function addFile(
  drafts: readonly Draft[],
  optionId: OptionId,
  file: WorkFile,
  replacesId: string | null,
  now: Date,
): readonly Draft[] | null {
  const before = drafts.find((d) => d.optionId === optionId) ?? none(optionId, now);
  const kept = before.work.files.filter((f) => f.fileId !== replacesId);
  if (kept.length >= MAX_FILES) return null;
  return replaced(drafts, {
    ...before,
    work: { ...before.work, files: [...kept, file] },
    // Words are guarded by their own version: a file that arrives meanwhile is no other text.
    version: before.version,
    savedAt: now,
  });
}

/** Takes a file out of a draft; one that is not there changes nothing. */
export function removeFile(
  drafts: readonly Draft[],
  optionId: OptionId,
  fileId: string,
  now: Date,
): readonly Draft[] {
  const before = drafts.find((d) => d.optionId === optionId);
  if (before === undefined) return drafts;
  return replaced(drafts, {
    ...before,
    work: { ...before.work, files: before.work.files.filter((f) => f.fileId !== fileId) },
    savedAt: now,
  });
}
