import { defineConfig } from 'vitest/config';

/** Pure tests run side by side; HTTP and browser tests own ports and a store of their own each. */
export default defineConfig({
  test: {
    root: '.',
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A loaded machine answers late now and then; what is really broken fails twice. Never on a desk.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
});
