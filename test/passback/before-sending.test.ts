import { describe, expect, test } from 'vitest';
import { needsLook, stopBeforeOverwriting } from '../../src/passback/before-sending.js';
import { resolveDifference } from '../../src/passback/compare.js';
import { queueScore, type Delivery, type WantedScore } from '../../src/passback/delivery.js';
import { canRetry, csvRow, ledgerGroup } from '../../src/passback/ledger-state.js';

const now = new Date(Date.UTC(2026, 2, 2));
const wanted = (points: number | null, change: Partial<WantedScore> = {}): WantedScore => ({
  version: 1,
  points,
  pointsPossible: 20,
  comment: null,
  activityProgress: 'Completed',
  gradingProgress: 'FullyGraded',
  submittedAt: null,
  isNewSubmission: false,
  ...change,
});
const waiting = (points: number, change: Partial<Delivery> = {}): Delivery => ({
  ...queueScore(null, wanted(points), now),
  ...change,
});
const result = (score: number | null, maximum = 20) => ({
  sub: 's',
  score,
  maximum,
  comment: null,
});
const sent = (points: number) => ({ version: 1, points, pointsPossible: 20, stampedAt: now });

describe('before a value in the gradebook is overwritten', () => {
  test.each([
    ['nothing stands there', waiting(18), null],
    ['an empty cell stands there', waiting(18), result(null)],
    ['the same value stands there', waiting(18), result(90, 100)],
    ['our last value stands there', waiting(18, { confirmed: sent(7) }), result(7)],
    [
      'one that may have arrived',
      waiting(18, { isOutcomeUnknown: true, sent: sent(6) }),
      result(6),
    ],
  ])('%s: it is sent', (_name, delivery, there) => {
    expect(stopBeforeOverwriting(delivery, there, now)).toBeNull();
  });

  test.each([
    ['never sent before', waiting(18), result(7)],
    ['another one than our last', waiting(18, { confirmed: sent(9) }), result(35, 100)],
    ['a zero of theirs', waiting(18), result(0)],
  ])("a person's value (%s) is asked about", (_name, delivery, there) => {
    const stopped = stopBeforeOverwriting(delivery, there, now);
    expect(stopped).toMatchObject({ state: 'differs', nextAttemptAt: null });
    expect(stopped?.history.at(-1)?.event).toBe('differs');
  });

  test('what a person told to send is not asked about again, until it arrived', () => {
    const stopped = stopBeforeOverwriting(waiting(18), result(7), now)!;
    const told = resolveDifference(stopped, 'send-ours', now);
    expect(needsLook(told)).toBe(false);
    const entry = {
      at: now,
      event: 'accepted',
      version: 1,
      points: 18,
      reason: null,
      detail: null,
    };
    expect(needsLook({ ...told, history: [...told.history, entry as never] })).toBe(true);
  });

  test('an announcement keeps what stands there, so nothing is read for it', () => {
    const announced = queueScore(null, wanted(null, { gradingProgress: 'PendingManual' }), now);
    expect(needsLook(announced)).toBe(false);
  });
});

describe('the ledger', () => {
  test('a value that was kept still differs, and is not tried again', () => {
    const kept = waiting(1, { state: 'superseded', keptTheirs: true });
    expect(ledgerGroup(kept)).toBe('differs');
    expect(canRetry(kept)).toBe(false);
    expect(canRetry(waiting(1, { state: 'refused' }))).toBe(true);
    expect(canRetry(waiting(1))).toBe(false);
  });

  test.each([
    ['=1+1', `"'=1+1"`],
    ['+SUM(A1)', `"'+SUM(A1)"`],
    ['-2', `"'-2"`],
    ['@x', `"'@x"`],
    ['\t=1', `"'\t=1"`],
    ['a "b", c', '"a ""b"", c"'],
    ['plain', 'plain'],
  ])('a spreadsheet never runs %s', (cell, row) => {
    expect(csvRow([cell, 3, null])).toBe(`${row},3,`);
  });
});
