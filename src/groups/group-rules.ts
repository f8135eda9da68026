import type { GroupRequest, Rule } from './group-request.js';

/**
 * Present students under a set of rules: those who stay together merged into blocks, and which
 * blocks are kept apart.
 */
export interface Blocks {
  readonly n: number;
  /** Fewest and most students in a group: whole numbers, max at most n, min at least 1. */
  readonly min: number;
  readonly max: number;
  readonly members: readonly (readonly number[])[];
  /** Block of each student. */
  readonly of: Int32Array;
  /** Blocks kept apart from each block; one kept apart from itself lists itself. */
  readonly apart: readonly (readonly number[])[];
}

/** A rule of the request that says something about the students present. */
export interface LiveRule {
  readonly rule: Rule;
  /** Present students it is about, each once; none for the sizes. */
  readonly students: readonly number[];
}

/**
 * Reads the rules of a request that say something about the students present.
 *
 * @param request - The request.
 * @param indexOf - Number of each present student by id.
 * @returns The sizes first, then apart and together in the order of the request; a rule about fewer
 *   than two present students is left out, and so is a minimum of one or no maximum.
 */
export function liveRules(request: GroupRequest, indexOf: ReadonlyMap<string, number>): LiveRule[] {
  const present = (ids: readonly string[]): number[] => [
    ...new Set(ids.map((id) => indexOf.get(id)).filter((i) => i !== undefined)),
  ];
  const { min, max } = request.size;
  const rules: LiveRule[] = [];
  if (min !== undefined && min > 1) rules.push({ rule: { rule: 'size.min' }, students: [] });
  if (max !== undefined && max < indexOf.size) {
    rules.push({ rule: { rule: 'size.max' }, students: [] });
  }
  for (const ids of request.apart ?? []) {
    rules.push({
      rule: { rule: 'apart', ids: [ids[0], ids[1]] },
      students: present(ids.slice(0, 2)),
    });
  }
  for (const ids of request.together ?? []) {
    rules.push({ rule: { rule: 'together', ids: [...ids] }, students: present(ids) });
  }
  return rules.filter(
    ({ rule, students }) =>
      rule.rule === 'size.min' || rule.rule === 'size.max' || students.length >= 2,
  );
}

/**
 * Merges the students who stay together under some rules into blocks.
 *
 * @param size - The request's size band; only the ends among the rules count.
 * @param rules - The rules that hold.
 * @param n - Present students.
 * @returns The blocks, numbered by their first student.
 */
export function blocksOf(
  size: GroupRequest['size'],
  rules: readonly LiveRule[],
  n: number,
): Blocks {
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    for (let up = parent[at] ?? at; up !== at; up = parent[at] ?? at) {
      parent[at] = parent[up] ?? up;
      at = up;
    }
    return at;
  };
  let min = 1;
  let max = n;
  for (const { rule, students } of rules) {
    if (rule.rule === 'size.min') min = Math.max(1, Math.ceil(size.min ?? 1));
    if (rule.rule === 'size.max') max = Math.max(0, Math.min(n, Math.floor(size.max ?? n)));
    if (rule.rule !== 'together') continue;
    const first = root(students[0] ?? 0);
    for (const other of students) parent[root(other)] = first;
  }
  const of = new Int32Array(n);
  const members: number[][] = [];
  const numberOf = new Map<number, number>();
  for (let i = 0; i < n; i += 1) {
    const top = root(i);
    const block = numberOf.get(top) ?? members.length;
    if (block === members.length) {
      numberOf.set(top, block);
      members.push([]);
    }
    members[block]?.push(i);
    of[i] = block;
  }
  const apart = members.map(() => new Set<number>());
  for (const { rule, students } of rules) {
    if (rule.rule !== 'apart') continue;
    const a = of[students[0] ?? 0] ?? 0;
    const b = of[students[1] ?? 0] ?? 0;
    apart[a]?.add(b);
    apart[b]?.add(a);
  }
  return { n, min, max, members, of, apart: apart.map((others) => [...others]) };
}

/**
 * Says how many groups the size band allows for the students present.
 *
 * @param blocks - The students and the band.
 * @returns The fewest and the most groups; none where fewest is above most.
 */
export function groupCounts({ n, min, max }: Blocks): { fewest: number; most: number } {
  return { fewest: max < 1 ? Infinity : Math.ceil(n / max), most: Math.floor(n / min) };
}
