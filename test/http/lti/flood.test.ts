import { afterAll, beforeAll, expect, test } from 'vitest';
import { Visitor } from '../../support/visitor.js';
import { startWorld, type World } from '../../support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas', launchesPerTenSeconds: 3 });
});
afterAll(async () => {
  await world.close();
});

test('LOGIN-14 a flood of logins from one address is told to wait, kindly', async () => {
  const visitor = new Visitor();
  const start = world.sandbox.startLaunch({ as: 'student-1', link: 'link-1' });
  const statuses: number[] = [];
  for (let i = 0; i < 4; i += 1) {
    statuses.push((await visitor.raw('POST', start.url, new URLSearchParams(start.fields))).status);
  }
  expect(statuses).toEqual([302, 302, 302, 429]);
  const page = await visitor.open(start.url, { method: 'POST', fields: start.fields });
  expect(page.code).toBe('too-many');
  expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
});
