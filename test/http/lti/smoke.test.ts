import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../../support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
});
afterAll(() => world.close());

test.each(['canvas', 'moodle', 'schoology'] as const)('a teacher launches from %s', async (family) => {
  const [link] = world.sandbox.linksOf(family);
  const { page } = await world.launch({ family, as: 'teacher-1', link: link!.id });
  console.log(page.status, page.page, page.role, page.code, page.url, world.logged.slice(-3));
  console.log(world.sandbox.requests().filter(r=>r.problems.length>0).map(r=>JSON.stringify(r)));
  expect(page.status).toBe(200);
});
