import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../../support/world.js';
import { attempt } from './attempt.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'moodle' });
});
afterAll(() => world.close());
afterEach(() => world.sandbox.faults.clear());

const check = async (): Promise<Record<string, string>> => {
  const { steps } = await world.trellis.lti.check(world.registrations.moodle);
  return Object.fromEntries(steps.map(({ step, state }) => [step, state]));
};

describe('the check of a registration', () => {
  test('before the first launch: keys and token, the rest cannot be tried', async () => {
    expect(await check()).toEqual({
      keys: 'green',
      token: 'green',
      roster: 'grey',
      lineitems: 'grey',
      scores: 'grey',
    });
  });

  test('a key address that answers something else', async () => {
    world.sandbox.faults.set({ jwks: 'garbage' });
    const { steps } = await world.trellis.lti.check(world.registrations.moodle);
    const keys = steps.find(({ step }) => step === 'keys');
    expect(keys?.state).toBe('red');
    expect(keys?.sentence.length).toBeGreaterThan(20);
  });

  test('a token address that is down', async () => {
    world.sandbox.faults.set({ trouble: ['500'], troubleOn: ['token'] });
    const { steps } = await world.trellis.lti.check(world.registrations.moodle);
    expect(steps.find(({ step }) => step === 'token')).toMatchObject({ state: 'red' });
    expect(steps.filter(({ state }) => state === 'grey')).toHaveLength(3);
  });

  test('a registration that is off', async () => {
    const { registrations } = world.trellis.lti;
    await registrations.disable(world.registrations.moodle, 'operator');
    expect(await check()).toEqual({ status: 'red' });
    await registrations.enable(world.registrations.moodle, 'operator');
  });

  test('after a launch every service, without changing anything', async () => {
    await attempt(world, { family: 'moodle' });
    const before = world.sandbox.lineItems('moodle').length;
    expect(await check()).toEqual({
      keys: 'green',
      token: 'green',
      roster: 'green',
      lineitems: 'green',
      scores: 'green',
    });
    expect(world.sandbox.lineItems('moodle')).toHaveLength(before);
  });

  test('TOK-08 where columns may only be read, it says how to mend that', async () => {
    world.sandbox.faults.set({ moodleAgs: 1 });
    await attempt(world, { family: 'moodle' });
    const { steps } = await world.trellis.lti.check(world.registrations.moodle);
    const columns = steps.find(({ step }) => step === 'lineitems');
    expect(columns).toMatchObject({ state: 'red', reason: 'read-only' });
    expect(columns?.sentence).toContain('column management');
  });
});
