import type { GroupRequest, GroupStudent, Rule } from '../../src/groups/group-request.js';

/** A small source of numbers in [0, 1), of the tests' own. */
export function numbersFrom(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const BASES = ['similar', 'mixed', 'interest', 'wishes', 'random'] as const;

/** A class with readiness, interests, traits, wishes, history and rules, all by lot. */
export function aClass(seed: number, n: number, rules: 'few' | 'many'): GroupRequest {
  const next = numbersFrom(seed);
  const roll = (sides: number): number => Math.floor(next() * sides);
  const ids = Array.from({ length: n }, (_, i) => `p${i}`);
  const one = (): string => ids[roll(n)]!;
  const students: GroupStudent[] = ids.map((id) => ({
    id,
    readiness: next() < 0.1 ? null : Math.round(100 * next()),
    interests: Array.from({ length: roll(3) }, () => `interest ${roll(5)}`),
    traits: ['newcomer', 'wheelchair'].filter(() => next() < 0.15),
    absent: next() < 0.08,
  }));
  const min = 1 + roll(4);
  const many = rules === 'many' ? 3 : 1;
  return {
    students,
    size: { min, max: min + roll(3), ...(next() < 0.5 ? { target: min + 0.5 } : {}) },
    basis: BASES[roll(5)]!,
    apart: Array.from({ length: roll((n * many) / 6) }, () => [one(), one()] as [string, string]),
    together: Array.from({ length: roll((n * many) / 14) }, () => [one(), one()]),
    history: Array.from({ length: roll(5) }, () => {
      const order = [...ids].sort(() => next() - 0.5);
      return Array.from({ length: Math.ceil(n / 4) }, (_, g) => order.slice(4 * g, 4 * g + 4));
    }),
    wishes: Object.fromEntries(ids.filter(() => next() < 0.6).map((id) => [id, [one(), one()]])),
    seed: roll(1000),
  };
}

function presentIds(request: GroupRequest): string[] {
  return request.students.filter((s) => s.absent !== true).map((s) => s.id);
}

/** The rules of a request as the answer to it would name them. */
export function rulesOf(request: GroupRequest): Rule[] {
  return [
    { rule: 'size.min' },
    { rule: 'size.max' },
    ...(request.apart ?? []).map((ids): Rule => ({ rule: 'apart', ids: [ids[0], ids[1]] })),
    ...(request.together ?? []).map((ids): Rule => ({ rule: 'together', ids: [...ids] })),
  ];
}

/** Every broken rule of a grouping, in words. */
export function brokenRules(
  request: GroupRequest,
  groups: readonly (readonly string[])[],
): string[] {
  const broken: string[] = [];
  const groupOf = new Map<string, number>();
  groups.forEach((group, g) => {
    const { min, max } = request.size;
    if (group.length < (min ?? 1) || group.length > (max ?? Infinity)) broken.push(`size ${g}`);
    for (const id of group) {
      if (groupOf.has(id)) broken.push(`${id} twice`);
      groupOf.set(id, g);
    }
  });
  const present = presentIds(request);
  if (groupOf.size !== present.length) broken.push('somebody too many or missing');
  for (const id of present) if (!groupOf.has(id)) broken.push(`${id} missing`);
  const apartBroken = (request.apart ?? []).filter(
    ([a, b]) => a !== b && groupOf.has(a) && groupOf.get(a) === groupOf.get(b),
  );
  const torn = (request.together ?? []).filter(
    (ids) => new Set(ids.filter((id) => groupOf.has(id)).map((id) => groupOf.get(id))).size > 1,
  );
  return [...broken, ...apartBroken.map(String), ...torn.map(String)];
}

/**
 * Whether the present students can be grouped under some rules only: plain exact backtracking over
 * the students a rule names, for every number of groups; the others just fill up.
 */
export function isPossible(request: GroupRequest, rules: readonly Rule[]): boolean {
  const ids = presentIds(request);
  const n = ids.length;
  if (n === 0) return true;
  const has = (kind: string): boolean => rules.some((rule) => rule.rule === kind);
  const min = has('size.min') ? Math.max(1, Math.ceil(request.size.min ?? 1)) : 1;
  const max = has('size.max') ? Math.floor(request.size.max ?? n) : n;
  let sets = ids.map((id) => new Set([id]));
  for (const rule of rules) {
    if (rule.rule !== 'together') continue;
    const meets = sets.filter((set) => rule.ids.some((id) => set.has(id)));
    sets = [
      ...sets.filter((set) => !meets.includes(set)),
      ...(meets.length > 0 ? [new Set(meets.flatMap((set) => [...set]))] : []),
    ];
  }
  const foes = sets.map(() => new Set<number>());
  for (const rule of rules) {
    if (rule.rule !== 'apart' || rule.ids[0] === rule.ids[1]) continue;
    const a = sets.findIndex((set) => set.has(rule.ids[0]));
    const b = sets.findIndex((set) => set.has(rule.ids[1]));
    if (a < 0 || b < 0) continue;
    if (a === b) return false;
    foes[a]!.add(b);
    foes[b]!.add(a);
  }
  const tied = sets.map((_, at) => at).filter((at) => sets[at]!.size > 1 || foes[at]!.size > 0);
  tied.sort((a, b) => foes[b]!.size - foes[a]!.size || sets[b]!.size - sets[a]!.size);
  for (let count = Math.max(1, Math.ceil(n / Math.max(max, 1))); count * min <= n; count += 1) {
    if (count * max < n) continue;
    const groups: number[][] = [];
    const size = (group: readonly number[]): number =>
      group.reduce((sum, at) => sum + sets[at]!.size, 0);
    const seat = (turn: number): boolean => {
      const open = groups.reduce((sum, group) => sum + Math.max(0, min - size(group)), 0);
      const left = tied.slice(turn).reduce((sum, at) => sum + sets[at]!.size, 0);
      if (
        open + (count - groups.length) * min >
        n - groups.flat().reduce((s, at) => s + sets[at]!.size, 0)
      )
        return false;
      if (turn === tied.length) return groups.length <= count && left === 0;
      const at = tied[turn]!;
      for (const group of groups) {
        if (group.some((other) => foes[at]!.has(other)) || size(group) + sets[at]!.size > max)
          continue;
        group.push(at);
        if (seat(turn + 1)) return true;
        group.pop();
      }
      if (groups.length === count || sets[at]!.size > max) return false;
      groups.push([at]);
      if (seat(turn + 1)) return true;
      groups.pop();
      return false;
    };
    if (seat(0)) return true;
  }
  return false;
}

const WEIGHT = { off: 0, 'a little': 1, 'a lot': 3 } as const;

/** Students alone and total of a grouping, straight from the definition and sharing no code. */
export function judge(
  request: GroupRequest,
  groups: readonly (readonly string[])[],
): { alone: number; total: number; repeats: number } {
  const here = request.students.filter((s) => s.absent !== true);
  const by = new Map(here.map((s) => [s.id, s]));
  const knownOf = (s: GroupStudent): boolean => typeof s.readiness === 'number';
  const values = here.filter(knownOf).map((s) => s.readiness!);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const sd = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  const flat = values.length === 0 || values.every((v) => v === values[0]);
  const z = (s: GroupStudent): number => (knownOf(s) && !flat ? (s.readiness! - mean) / sd : 0);
  const A = here.reduce((sum, s) => sum + Math.abs(z(s)), 0) / here.length;
  const value = (a: string, b: string): number =>
    [...(request.history ?? [])]
      .reverse()
      .slice(0, 8)
      .reduce(
        (sum, activity, age) =>
          sum + (activity.some((g) => g.includes(a) && g.includes(b)) ? (8 - age) / 8 : 0),
        0,
      );
  const wished = (id: string): string[] =>
    (request.wishes?.[id] ?? []).filter((other) => other !== id && by.has(other));
  const unmetShare = (group: readonly string[]): number => {
    const wishers = group.filter((id) => wished(id).length > 0);
    return wishers.length === 0
      ? 0
      : wishers.filter((id) => !wished(id).some((o) => group.includes(o))).length / wishers.length;
  };
  const target = request.size.target ?? ((request.size.min ?? 1) + (request.size.max ?? 1)) / 2;
  const B = request.basis === 'random' ? 0 : WEIGHT[request.weights?.basis ?? 'a lot'];
  const R = WEIGHT[request.weights?.repeats ?? 'a little'];
  const W = request.basis === 'wishes' ? 0 : WEIGHT[request.weights?.wishes ?? 'a little'];
  let alone = 0;
  let repeats = 0;
  const each = groups.map((group) => {
    const members = group.map((id) => by.get(id)!);
    for (const s of members) {
      for (const trait of new Set(s.traits)) {
        if (members.filter((o) => o.traits?.includes(trait)).length === 1) alone += 1;
      }
    }
    let basis = 0;
    if (request.basis === 'mixed') {
      const level = members.reduce((sum, s) => sum + z(s), 0) / members.length;
      const wide = members.reduce((sum, s) => sum + Math.abs(z(s)), 0) / members.length;
      basis = Math.abs(level) + 0.5 * Math.abs(wide - A);
    } else if (request.basis === 'similar') {
      const own = members.filter(knownOf).map((s) => s.readiness!);
      basis = own.length < 2 || flat ? 0 : (Math.max(...own) - Math.min(...own)) / (4 * sd);
    } else if (request.basis === 'interest') {
      const naming = members.filter((s) => (s.interests ?? []).length > 0);
      const counts = naming
        .flatMap((s) => s.interests!)
        .map((k) => naming.filter((s) => s.interests!.includes(k)).length);
      basis = naming.length === 0 ? 0 : (naming.length - Math.max(...counts)) / naming.length;
    } else if (request.basis === 'wishes') basis = unmetShare(group);
    let sum = 0;
    let pairs = 0;
    group.forEach((a, at) =>
      group.slice(at + 1).forEach((b) => {
        const v = value(a, b);
        sum += v;
        pairs += 1;
        if (v > 0) repeats += 1;
      }),
    );
    return (
      B * basis +
      (pairs === 0 ? 0 : (R * sum) / pairs) +
      W * unmetShare(group) +
      Math.abs(group.length - target) / target
    );
  });
  if (each.length === 0) return { alone, total: 0, repeats };
  return {
    alone,
    repeats,
    total: 0.75 * Math.max(...each) + (0.25 * each.reduce((a, b) => a + b, 0)) / each.length,
  };
}

/** The best grouping of a small class, by looking at every one. */
export function bestByForce(request: GroupRequest): { alone: number; total: number } | null {
  const ids = presentIds(request);
  let best: { alone: number; total: number } | null = null;
  const groups: string[][] = [];
  const seat = (turn: number): void => {
    if (turn === ids.length) {
      if (brokenRules(request, groups).length > 0) return;
      const now = judge(request, groups);
      if (
        best === null ||
        now.alone < best.alone ||
        (now.alone === best.alone && now.total < best.total)
      )
        best = now;
      return;
    }
    const id = ids[turn]!;
    for (const group of groups) {
      if (group.length >= (request.size.max ?? ids.length)) continue;
      group.push(id);
      seat(turn + 1);
      group.pop();
    }
    groups.push([id]);
    seat(turn + 1);
    groups.pop();
  };
  seat(0);
  return best;
}
