import { describe, expect, test } from 'vitest';
import { isLate, lateness, type HandInToJudge } from '../../src/submissions/lateness.js';
import {
  mergeDrafts,
  type DraftSave,
  type StoredDraft,
} from '../../src/submissions/merge-drafts.js';

const due = new Date(Date.UTC(2026, 2, 6, 23, 59));
const at = (minutes: number) => new Date(due.getTime() + minutes * 60_000);
const piece = (changes: Partial<HandInToJudge> = {}): HandInToJudge => ({
  handedInAt: at(-5),
  dueAt: due,
  isChosen: true,
  isExcused: false,
  ...changes,
});

describe('lateness', () => {
  test.each([
    ['before the date', {}, 0, 'on-time'],
    ['in the same minute', { handedInAt: at(1) }, 2, 'on-time'],
    ['an hour after', { handedInAt: at(60) }, 61, 'late'],
    [
      'an hour after, of an option not chosen',
      { handedInAt: at(60), isChosen: false },
      61,
      'not-expected',
    ],
    ['never, of an option not chosen', { handedInAt: null, isChosen: false }, 9999, 'not-expected'],
    ['an hour after, without a date', { handedInAt: at(60), dueAt: null }, 61, 'on-time'],
    ['not yet, and no date', { handedInAt: null, dueAt: null }, 9999, 'no-date'],
    ['not yet', { handedInAt: null }, -1, 'due'],
    ['not at all', { handedInAt: null }, 5, 'missing'],
    ['excused', { handedInAt: null, isExcused: true }, 5, 'excused'],
  ] as const)('%s', (_name, changes, now, state) => {
    expect(lateness(piece(changes), at(now)).state).toBe(state);
    expect(isLate(piece(changes), at(now))).toBe(state === 'late');
  });

  test('how late is counted from the date, not from the end of the grace', () => {
    expect(lateness(piece({ handedInAt: at(60) }), at(61))).toEqual({
      state: 'late',
      lateMs: 3_600_000,
    });
    expect(lateness(piece({ handedInAt: at(60) }), at(61), 3_600_000).state).toBe('on-time');
  });
});

describe('two pages with one draft', () => {
  const stored: StoredDraft = {
    version: 4,
    text: 'The moon pulls the sea.',
    writerId: 'tab A',
    writerStep: 9,
  };
  const save = (changes: Partial<DraftSave> = {}): DraftSave => ({
    seenVersion: 4,
    text: 'The moon pulls the sea. Twice a day.',
    writerId: 'tab B',
    writerStep: 1,
    ...changes,
  });

  test.each([
    ['the first save ever', null, save({ seenVersion: 0 }), 'save', 1],
    ['a save on what stands', stored, save(), 'save', 5],
    ['deleting all, on what stands', stored, save({ text: '' }), 'save', 5],
    [
      'the same words again',
      stored,
      save({ seenVersion: 1, text: 'The moon pulls the sea.\r\n' }),
      'keep',
      4,
    ],
    [
      'the same page after a lost answer',
      stored,
      save({ seenVersion: 3, writerId: 'tab A', writerStep: 10, text: 'Other words.' }),
      'save',
      5,
    ],
    [
      'an older save of the same page that was overtaken',
      stored,
      save({ seenVersion: 3, writerId: 'tab A', writerStep: 8, text: 'The moon pul' }),
      'keep',
      4,
    ],
    ['an old tab that only went on writing', stored, save({ seenVersion: 2 }), 'save', 5],
    [
      'an old tab with less of the same',
      stored,
      save({ seenVersion: 2, text: 'The moon pulls' }),
      'keep',
      4,
    ],
    ['an old, empty tab', stored, save({ seenVersion: 0, text: '' }), 'keep', 4],
    [
      'an old tab with other words',
      stored,
      save({ seenVersion: 2, text: 'It is the wind.' }),
      'both',
      4,
    ],
    [
      'anything, where only blanks stand',
      { ...stored, text: ' \n' },
      save({ seenVersion: 1, text: 'It is the wind.' }),
      'save',
      5,
    ],
  ] as const)('%s', (_name, before, wanted, decision, version) => {
    expect(mergeDrafts(before, wanted)).toMatchObject({ decision, version });
  });

  test('both are shown with what stands', () => {
    expect(mergeDrafts(stored, save({ seenVersion: 2, text: 'It is the wind.' }))).toMatchObject({
      stored: stored.text,
    });
  });
});
