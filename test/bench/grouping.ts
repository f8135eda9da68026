import { formGroups } from '../../src/groups/form-groups.js';
import type { GroupRequest } from '../../src/groups/group-request.js';
import { numbersFrom } from '../groups/grouping-oracle.js';

/** Milliseconds the rules allow for each class size. */
const BUDGETS: readonly (readonly [number, number])[] = [
  [8, 100],
  [24, 100],
  [40, 100],
  [120, 400],
  [300, 800],
  [1000, 2000],
];
/** How much longer the run is that the answer is compared with, for small classes and large ones. */
const LONGER = 30;
const LONGER_LARGE = 2;

/** A class with readiness, history, wishes and rules, as a term leaves it behind. */
function aTermsClass(n: number, basis: GroupRequest['basis'], seed: number): GroupRequest {
  const next = numbersFrom(seed * 1000 + n);
  const ids = Array.from({ length: n }, (_, i) => `p${i}`);
  const one = (): string => ids[Math.floor(next() * n)] ?? 'p0';
  const order = (): string[] =>
    ids
      .map((id) => ({ id, at: next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ id }) => id);
  return {
    students: ids.map((id) => ({
      id,
      readiness: next() < 0.05 ? null : Math.round(100 * ((next() + next() + next()) / 3)),
      interests: [0, 1].map(() => `interest ${Math.floor(next() * 10)}`),
      traits: next() < 0.12 ? ['newcomer'] : [],
    })),
    size: { min: 3, max: 5 },
    basis,
    apart: Array.from({ length: Math.floor(n / 10) }, () => [one(), one()] as [string, string]),
    history: Array.from({ length: 5 }, () => {
      const seats = order();
      return Array.from({ length: Math.ceil(n / 4) }, (_, g) => seats.slice(4 * g, 4 * g + 4));
    }),
    wishes: Object.fromEntries(ids.map((id) => [id, [one(), one()]])),
    seed,
  };
}

function timed(request: GroupRequest): { ms: number; total: number } {
  const from = performance.now();
  const result = formGroups(request);
  const ms = performance.now() - from;
  if (!result.ok) throw new Error(result.message);
  return { ms, total: result.score.total };
}

/**
 * Measures the Fair Grouper on classes of its own making: the time as a share of the budget, and the
 * gap to the best of the same and of a much longer run: thirty times as long up to 40 students, twice
 * above.
 *
 * @returns One line of the table per class size and basis.
 */
export function benchGrouping(): Promise<string[]> {
  const lines = ['students  basis     time / budget  gap to a longer run'];
  for (const [n, budget] of BUDGETS) {
    for (const basis of ['mixed', 'similar', 'interest', 'wishes'] as const) {
      const request = aTermsClass(n, basis, 1);
      const own = timed({ ...request, timeBudgetMs: budget });
      const times = n > 40 ? LONGER_LARGE : LONGER;
      const longer = timed({ ...request, seed: 2, timeBudgetMs: times * budget });
      const best = Math.min(own.total, longer.total);
      const gap = best < 1e-9 ? own.total : own.total / best - 1;
      lines.push(
        `${`${n}`.padEnd(10)}${basis.padEnd(10)}${(own.ms / budget).toFixed(2).padEnd(15)}${(100 * gap).toFixed(2)} %`,
      );
    }
  }
  return Promise.resolve(lines);
}
