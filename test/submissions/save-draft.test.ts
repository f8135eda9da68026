import { describe, expect, test } from 'vitest';
import type { FileId, OptionId } from '../../src/ids.js';
import {
  addFile,
  MAX_FILES,
  removeFile,
  saveDraft,
  type DraftSave,
} from '../../src/submissions/save-draft.js';
import type { Draft } from '../../src/submissions/submission.js';

const optionId = 'option' as OptionId;
const now = new Date('2030-01-01T10:00:00Z');
const minutesLater = (n: number) => new Date(now.getTime() + n * 60_000);

function aSave(change: Partial<DraftSave> = {}): DraftSave {
  const html = change.html ?? '<p>Words</p>';
  return {
    optionId,
    baseVersion: 0,
    html,
    linkUrl: '',
    characters: html.length,
    hasSeenBoth: false,
    writer: { id: 'tab-a', step: 1 },
    ...change,
  };
}

function drafts(...saves: DraftSave[]): readonly Draft[] {
  return saves.reduce<readonly Draft[]>((known, save) => {
    const outcome = saveDraft(known, save, now);
    if (!outcome.ok) throw new Error('builder met a conflict');
    return outcome.drafts;
  }, []);
}

const aFile = (id: string) => ({
  fileId: id as FileId,
  name: `${id}.txt`,
  mediaType: 'text/plain',
  bytes: 1,
});

describe('saving a draft', () => {
  test('the first save makes version 1; drafts of other options stay', () => {
    const other = aSave({ optionId: 'other' as OptionId, html: '<p>Other</p>' });
    const all = drafts(other, aSave());
    expect(all.map((d) => [d.optionId, d.version])).toEqual([
      ['other', 1],
      ['option', 1],
    ]);
  });

  test('the same words again change nothing', () => {
    const known = drafts(aSave());
    expect(saveDraft(known, aSave({ baseVersion: 1 }), now)).toMatchObject({
      ok: true,
      isChanged: false,
    });
  });

  test('another page that stands behind is shown both', () => {
    const known = drafts(aSave());
    const outcome = saveDraft(
      known,
      aSave({ html: '<p>Else</p>', writer: { id: 'tab-b', step: 1 } }),
      now,
    );
    expect(outcome).toMatchObject({ ok: false, problem: 'both', theirs: { version: 1 } });
  });

  test('who has seen both wins, and what stood there is kept as a version', () => {
    const known = drafts(aSave());
    const outcome = saveDraft(
      known,
      aSave({
        html: '<p>Else</p>',
        baseVersion: 1,
        hasSeenBoth: true,
        writer: { id: 'tab-b', step: 1 },
      }),
      now,
    );
    expect(outcome).toMatchObject({
      ok: true,
      draft: { version: 2 },
      keeps: { work: { html: '<p>Words</p>' } },
    });
  });

  test('a page whose own answer got lost goes on; its overtaken save is dropped', () => {
    const known = drafts(aSave({ writer: { id: 'tab-a', step: 5 } }));
    const later = aSave({ html: '<p>Words more</p>', writer: { id: 'tab-a', step: 6 } });
    expect(saveDraft(known, later, now)).toMatchObject({ ok: true, draft: { version: 2 } });
    const earlier = aSave({ html: '<p>Wor</p>', writer: { id: 'tab-a', step: 4 } });
    expect(saveDraft(known, earlier, now)).toMatchObject({ ok: true, isChanged: false });
  });

  test('two pages without script are never taken for the same page', () => {
    const none = { id: '', step: 0 };
    const known = drafts(aSave({ writer: none }));
    expect(saveDraft(known, aSave({ html: '<p>Else</p>', writer: none }), now)).toMatchObject({
      ok: false,
    });
  });

  test.each([
    ['much was deleted', 1, 'x', true],
    ['a few letters more', 1, `${'y'.repeat(200)}z`, false],
    ['an evening later', 60, `${'y'.repeat(200)}z`, true],
  ])('keeps a version when %s', (_why, minutes, text, isKept) => {
    const known = drafts(aSave({ html: 'y'.repeat(200), characters: 200 }));
    const outcome = saveDraft(
      known,
      aSave({
        html: text,
        characters: text.length,
        baseVersion: 1,
        writer: { id: 'tab-a', step: 2 },
      }),
      minutesLater(minutes),
    );
    expect(outcome.ok && outcome.keeps !== null).toBe(isKept);
  });
});

describe('files of a draft', () => {
  test('a new take replaces the old one; the words keep their version', () => {
    const one = addFile(drafts(aSave()), optionId, aFile('a'), null, now)!;
    const two = addFile(one, optionId, aFile('b'), 'a', now)!;
    expect(two[0]!.work.files.map((f) => f.fileId)).toEqual(['b']);
    expect(two[0]!.version).toBe(1);
    expect(removeFile(two, optionId, 'b', now)[0]!.work.files).toEqual([]);
  });

  test('stops at the limit', () => {
    let all: readonly Draft[] = [];
    for (let i = 0; i < MAX_FILES; i += 1) all = addFile(all, optionId, aFile(`f${i}`), null, now)!;
    expect(addFile(all, optionId, aFile('more'), null, now)).toBeNull();
  });
});
