import { expect, test } from 'vitest';
import { hasSupports, noSupports, supportsFor } from '../../src/tiers/supports.js';

const someone = noSupports('m1' as never);
const dueAt = new Date('2031-05-08T12:00:00Z');
const task = { dueAt, stepIds: ['a', 'b', 'c', 'd'], doneStepIds: [] as string[] };

test('without supports a task is as it is', () => {
  expect(hasSupports(someone)).toBe(false);
  for (const supports of [null, someone]) {
    expect(supportsFor(supports, task)).toEqual({
      dueAt,
      isExtended: false,
      largePrint: false,
      readAloud: false,
      stepIds: ['a', 'b', 'c', 'd'],
      hasMoreSteps: false,
    });
  }
});

test('extra days move the date that holds; no date stays none', () => {
  const supports = { ...someone, extraDays: 2 };
  expect(supportsFor(supports, task).dueAt).toEqual(new Date('2031-05-10T12:00:00Z'));
  expect(supportsFor(supports, { ...task, dueAt: null })).toMatchObject({
    dueAt: null,
    isExtended: false,
  });
});

test('fewer steps at a time: those done stay in sight, the next ones follow', () => {
  const supports = { ...someone, stepsAtATime: 1 };
  expect(supportsFor(supports, task)).toMatchObject({ stepIds: ['a'], hasMoreSteps: true });
  expect(supportsFor(supports, { ...task, doneStepIds: ['a', 'b'] }).stepIds).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(supportsFor(supports, { ...task, doneStepIds: ['a', 'b', 'c', 'd'] })).toMatchObject({
    hasMoreSteps: false,
  });
});
