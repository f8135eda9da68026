import { describe, expect, test } from 'vitest';
import en from '../../config/locales/en/passback-rules.json' with { type: 'json' };
import es from '../../config/locales/es/passback-rules.json' with { type: 'json' };
import { diceOf } from '../../src/groups/dice.js';
import type { ScoreOutcome } from '../../src/lti/ports.js';
import { stopBeforeOverwriting } from '../../src/passback/before-sending.js';
import { BACKOFF_DEFAULTS, backoffMs } from '../../src/passback/backoff.js';
import { compareWithPlatform, resolveDifference } from '../../src/passback/compare.js';
import {
  isDue,
  queueScore,
  resumeDelivery,
  settleDelivery,
  takeDelivery,
  type Delivery,
  type WantedScore,
} from '../../src/passback/delivery.js';
import { nextStamp } from '../../src/passback/stamp.js';

const start = Date.UTC(2026, 0, 5, 9);
const at = (ms: number) => new Date(start + ms);
const half = () => 0.5;
const score = (version: number, points: number | null = version): WantedScore => ({
  version,
  points,
  pointsPossible: 10,
  comment: null,
  activityProgress: 'Completed',
  gradingProgress: 'FullyGraded',
  submittedAt: null,
  isNewSubmission: false,
});
const worker = { id: 'w1', leaseMs: 60_000, wholeSeconds: false };
const take = (d: Delivery, ms: number, who = worker) => takeDelivery(d, who, at(ms))!;
const settle = (d: Delivery, outcome: ScoreOutcome, ms: number, by = 'w1') =>
  settleDelivery(d, by, outcome, at(ms), half)!;
const result = (points: number | null, maximum = 10) => ({
  sub: 's',
  score: points,
  maximum,
  comment: null,
});
/** One accepted score of that many points. */
const accepted = (points: number) =>
  settle(take(queueScore(null, score(1, points), at(0)), 0).delivery, { outcome: 'accepted' }, 10);

describe('a delivery', () => {
  test('goes out and is accepted, with its whole history', () => {
    const done = accepted(8);
    expect(done).toMatchObject({
      state: 'accepted',
      lease: null,
      nextAttemptAt: null,
      confirmed: { version: 1, points: 8 },
    });
    expect(done.history.map((e) => e.event)).toEqual(['queued', 'sent', 'accepted']);
    expect(isDue(done, at(1e9))).toBe(false);
  });

  test.each([
    [{ outcome: 'superseded' }, 'superseded'],
    [{ outcome: 'refused', reason: 'student-gone', detail: '403' }, 'refused'],
    [{ outcome: 'parked', reason: 'course-concluded', detail: '422' }, 'parked'],
  ] as const)('%o ends as %s, and is resumed when its cause is mended', (outcome, state) => {
    const ended = settle(take(queueScore(null, score(1), at(0)), 0).delivery, outcome, 5);
    expect(ended).toMatchObject({ state, nextAttemptAt: null });
    const resumed = resumeDelivery(ended, at(9));
    expect(isDue(resumed, at(9))).toBe(true);
    expect(take(resumed, 9).stampedAt.getTime()).toBeGreaterThan(ended.sent!.stampedAt.getTime());
  });

  test('the latest wins: an older version is passed over, a newer one waits behind the one on the wire', () => {
    const taken = take(queueScore(null, score(3), at(0)), 0).delivery;
    expect(queueScore(taken, score(2), at(1))).toBe(taken);
    const newer = queueScore(taken, score(4, 9), at(1));
    expect(newer.state).toBe('sending');
    const after = settle(newer, { outcome: 'accepted' }, 2);
    expect(after).toMatchObject({ state: 'waiting', confirmed: { version: 3 } });
    expect(take(after, 2).score.points).toBe(9);
  });

  test.each(['refused', 'superseded'] as const)(
    'a newer grade goes out though the one on the wire was %s',
    (outcome) => {
      const newer = queueScore(
        take(queueScore(null, score(1), at(0)), 0).delivery,
        score(2),
        at(1),
      );
      const after = settle(
        newer,
        outcome === 'refused' ? { outcome, reason: 'r', detail: '' } : { outcome },
        2,
      );
      expect(isDue(after, at(2))).toBe(true);
    },
  );

  test('a retry waits, honours Retry-After, and goes out again with the same stamp', () => {
    const first = take(queueScore(null, score(1), at(0)), 0);
    const waits = settle(
      first.delivery,
      { outcome: 'retry', reason: 'busy', retryAfterMs: 90_000 },
      10,
    );
    expect(isDue(waits, at(89_000))).toBe(false);
    expect(waits).toMatchObject({ state: 'waiting', failures: 1, reason: 'busy' });
    const again = take(waits, 200_000);
    expect(again.stampedAt).toEqual(first.stampedAt);
    expect(settle(again.delivery, { outcome: 'superseded' }, 200_100).state).toBe('accepted');
  });

  test('a changed grade after a retry gets a new stamp, and "superseded" then means it', () => {
    const first = take(queueScore(null, score(1), at(0)), 0);
    const waits = settle(
      first.delivery,
      { outcome: 'retry', reason: 'busy', retryAfterMs: null },
      10,
    );
    const again = take(queueScore(waits, score(2), at(20)), 60_000);
    expect(again.stampedAt.getTime()).toBeGreaterThan(first.stampedAt.getTime());
    expect(settle(again.delivery, { outcome: 'superseded' }, 60_010).state).toBe('superseded');
  });

  test('two processes cannot hold one; a dead one loses its lease and nothing else', () => {
    const first = take(queueScore(null, score(1), at(0)), 0);
    const other = { ...worker, id: 'w2' };
    expect(takeDelivery(first.delivery, other, at(59_999))).toBeNull();
    const second = take(first.delivery, 60_000, other);
    expect(second.stampedAt).toEqual(first.stampedAt);
    expect(
      settleDelivery(second.delivery, 'w1', { outcome: 'accepted' }, at(60_001), half),
    ).toBeNull();
    expect(
      settle(second.delivery, { outcome: 'accepted' }, 60_002, 'w2').history.map((e) => e.event),
    ).toEqual(['queued', 'sent', 'lease-lost', 'sent', 'accepted']);
  });

  test('a parked one keeps waiting for its cause though the grade changes, and then sends the newest', () => {
    const parked = settle(
      take(queueScore(null, score(1), at(0)), 0).delivery,
      { outcome: 'parked', reason: 'unpublished', detail: '' },
      1,
    );
    const newer = queueScore(parked, score(2), at(2));
    expect(newer.state).toBe('parked');
    expect(take(resumeDelivery(newer, at(3)), 3).score.version).toBe(2);
  });

  test('every state and event has its words', () => {
    const done = accepted(1);
    for (const words of [en, es]) {
      expect(Object.keys(words.state)).toContain(done.state);
      for (const { event } of done.history) expect(Object.keys(words.event)).toContain(event);
    }
    expect([Object.keys(es.state), Object.keys(es.event)]).toEqual([
      Object.keys(en.state),
      Object.keys(en.event),
    ]);
  });
});

describe("a teacher's change in the gradebook", () => {
  test.each([
    ['the same', result(8), 'accepted'],
    ['the same on another scale', result(80, 100), 'accepted'],
    ['rounded to two decimals', result(7.995), 'accepted'],
    ['another value', result(7), 'differs'],
    ['zero', result(0), 'differs'],
    ['nothing at all', null, 'differs'],
    ['an emptied cell', result(null), 'differs'],
  ])('%s', (_name, shown, state) => {
    expect(compareWithPlatform(accepted(8), shown, at(20)).state).toBe(state);
  });

  test('is asked about, never overwritten silently', () => {
    const differs = compareWithPlatform(accepted(8), result(7), at(20));
    expect(differs.theirPoints).toBe(7);
    const regraded = queueScore(differs, score(2, 9), at(30));
    expect([regraded.state, isDue(regraded, at(1e6))]).toEqual(['differs', false]);

    const ours = resolveDifference(regraded, 'send-ours', at(40));
    const taken = take(ours, 40);
    expect(taken.score.points).toBe(9);
    expect(settle(taken.delivery, { outcome: 'accepted' }, 50)).toMatchObject({
      state: 'accepted',
      theirPoints: null,
    });

    const theirs = resolveDifference(differs, 'keep-theirs', at(40));
    expect(isDue(resumeDelivery(theirs, at(50)), at(50))).toBe(false);
    expect(compareWithPlatform(theirs, result(6), at(60))).toBe(theirs);
    const asksAgain = queueScore(theirs, score(2, 9), at(70));
    expect([asksAgain.state, isDue(asksAgain, at(1e6))]).toEqual(['differs', false]);
    expect(isDue(resolveDifference(asksAgain, 'send-ours', at(80)), at(80))).toBe(true);
  });

  test('a difference that goes away settles itself; a newer value of ours then goes out', () => {
    const differs = compareWithPlatform(accepted(8), result(7), at(20));
    expect(compareWithPlatform(differs, result(7), at(21))).toBe(differs);
    expect(compareWithPlatform(differs, result(8), at(22)).state).toBe('accepted');
    expect(
      compareWithPlatform(queueScore(differs, score(2, 9), at(23)), result(8), at(24)).state,
    ).toBe('waiting');
  });

  test('a superseded one is read back too', () => {
    const superseded = settle(
      take(queueScore(null, score(1, 8), at(0)), 0).delivery,
      { outcome: 'superseded' },
      5,
    );
    expect(compareWithPlatform(superseded, result(8), at(9)).state).toBe('accepted');
    expect(compareWithPlatform(superseded, result(5), at(9)).state).toBe('differs');
  });
});

describe('news of a hand-in', () => {
  const news = {
    ...score(2, null),
    gradingProgress: 'PendingManual',
    submittedAt: at(15),
  } as const;
  const told = settle(
    take(queueScore(accepted(8), { ...news, isNewSubmission: true }, at(20)), 20).delivery,
    { outcome: 'accepted' },
    25,
  );

  test('leaves the score that was confirmed, so that no difference is seen in it', () => {
    expect(told).toMatchObject({
      state: 'accepted',
      confirmed: { version: 1, points: 8 },
      announcedAt: at(15),
    });
    expect(compareWithPlatform(told, result(8), at(30))).toBe(told);
    expect(compareWithPlatform(told, result(5), at(30)).state).toBe('differs');
    const regraded = queueScore(told, score(3, 9), at(40));
    expect(stopBeforeOverwriting(regraded, result(8), at(41))).toBeNull();
    expect(stopBeforeOverwriting(regraded, result(5), at(41))?.state).toBe('differs');
  });
});

describe('stamps', () => {
  test.each([[false], [true]])(
    'rise strictly whatever the clock does (whole seconds: %s)',
    (wholeSeconds) => {
      const dice = diceOf(11);
      let last: Date | null = null;
      let clock = start;
      for (let i = 0; i < 5000; i += 1) {
        clock += [0, 0, 1, 400, -3_600_000, 5000][dice.roll(6)]!;
        const next: Date = nextStamp(last, new Date(clock), wholeSeconds);
        if (last !== null)
          expect(next.getTime() - last.getTime()).toBeGreaterThanOrEqual(wholeSeconds ? 1000 : 1);
        if (wholeSeconds) expect(next.getTime() % 1000).toBe(0);
        last = next;
      }
    },
  );

  test('a first stamp is never in the future', () => {
    expect(nextStamp(null, at(1500), true)).toEqual(at(1000));
    expect(nextStamp(null, at(1500))).toEqual(at(1500));
  });
});

describe('backoff', () => {
  test('doubles, spreads over its upper half, and stays within its limits', () => {
    for (let failures = 1; failures < 60; failures += 1) {
      const whole = Math.min(
        BACKOFF_DEFAULTS.mostMs,
        BACKOFF_DEFAULTS.firstMs * 2 ** (failures - 1),
      );
      expect(backoffMs(failures, () => 0)).toBe(whole / 2);
      expect(backoffMs(failures, () => 0.999999)).toBeLessThanOrEqual(whole);
    }
  });

  test.each([
    [60_000, 60_000, 65_000],
    [1, 2_500, 5_000],
    [0, 2_500, 5_000],
    [-5, 2_500, 5_000],
    [NaN, 2_500, 5_000],
    [1e15, 24 * 3_600_000, 24 * 3_600_000 + 5_000],
  ])('asked for %d ms it waits between %d and %d', (asked, least, most) => {
    for (const dice of [0, 0.3, 0.99]) {
      const wait = backoffMs(1, () => dice, asked);
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(most);
    }
  });
});

test('2,000 grades over a faulty platform, with changes, dead workers and a jumping clock, all arrive with their last value', () => {
  const dice = diceOf(99);
  const chance = () => dice.roll(1000) / 1000;
  for (let student = 0; student < 2000; student += 1) {
    // The platform keeps the newest stamp and its value; it never gets one stamp with two values.
    let held: { stamp: number; points: number | null } | null = null;
    const seen = new Map<number, number | null>();
    let now = start;
    let version = 1;
    let delivery = queueScore(null, score(1, dice.roll(11)), new Date(now));
    for (let step = 0; step < 400 && !(delivery.state === 'accepted' && step > 20); step += 1) {
      now += dice.roll(120_000) - (dice.roll(20) === 0 ? 300_000 : 0);
      if (step < 12 && dice.roll(4) === 0) {
        version += 1;
        delivery = queueScore(delivery, score(version, dice.roll(11)), new Date(now));
      }
      const by = `w${dice.roll(2)}`;
      const taken = takeDelivery(
        delivery,
        { id: by, leaseMs: 30_000, wholeSeconds: student % 2 === 0 },
        new Date(now),
      );
      if (taken === null) continue;
      delivery = taken.delivery;
      const stamp = taken.stampedAt.getTime();
      let outcome: ScoreOutcome = {
        outcome: 'retry',
        reason: 'fault',
        retryAfterMs: dice.roll(2) === 0 ? null : 1000,
      };
      if (dice.roll(4) > 0) {
        if (held !== null && stamp <= held.stamp) outcome = { outcome: 'superseded' };
        else {
          outcome = { outcome: 'accepted' };
          if (seen.has(stamp)) expect(seen.get(stamp)).toBe(taken.score.points);
          seen.set(stamp, taken.score.points);
          held = { stamp, points: taken.score.points };
        }
        // The answer gets lost on its way back.
        if (dice.roll(10) === 0)
          outcome = { outcome: 'retry', reason: 'timeout', retryAfterMs: null };
      }
      if (dice.roll(12) === 0) continue; // the worker dies before it writes the outcome down
      delivery = settleDelivery(delivery, by, outcome, new Date(now), chance) ?? delivery;
    }
    expect([student, delivery.state, held?.points]).toEqual([
      student,
      'accepted',
      delivery.wanted.points,
    ]);
  }
});
