import { Needed } from './group-needed.js';
import { anyGrouping, apartClique, type Seats } from './group-feasible.js';
import type { GroupRequest, Rule } from './group-request.js';
import { blocksOf, groupCounts, type LiveRule } from './group-rules.js';

/** Steps for one "can these rules hold?" within a search for a minimal clash: briefly first. */
const STEPS = [1_500, 20_000, 400_000] as const;
/**
 * Steps spent in all on questions that stay open. Of hundreds of rules that hang together some may
 * then be named that are not needed: a long list of rules soon is worth more than a short one late.
 */
const OPEN_STEPS = 600_000;
/** Students up to which all rules about one of them are left out at once. */
const FEW_STUDENTS = 64;

/** Rules of a together chain that joins two students, as few as possible. */
function chainBetween(from: number, to: number, rules: readonly LiveRule[]): LiveRule[] {
  const via = new Map<number, { rule: LiveRule; before: number }>();
  const reached = new Set([from]);
  let edge = [from];
  while (edge.length > 0 && !reached.has(to)) {
    const next: number[] = [];
    for (const rule of rules) {
      const before = edge.find((student) => rule.students.includes(student));
      if (rule.rule.rule !== 'together' || before === undefined) continue;
      for (const student of rule.students) {
        if (reached.has(student)) continue;
        reached.add(student);
        via.set(student, { rule, before });
        next.push(student);
      }
    }
    edge = next;
  }
  const chain: LiveRule[] = [];
  for (let step = via.get(to); step !== undefined; step = via.get(step.before)) {
    chain.push(step.rule);
  }
  return chain;
}

/** A small set of rules that clashes for a plain reason, or all rules where no reason is plain. */
function clashingCore(
  size: GroupRequest['size'],
  rules: readonly LiveRule[],
  n: number,
): LiveRule[] {
  const sizes = rules.filter(({ rule }) => rule.rule === 'size.min' || rule.rule === 'size.max');
  const blocks = blocksOf(size, rules, n);
  for (const rule of rules) {
    const [a = 0, b = 0] = rule.students;
    if (rule.rule.rule === 'apart' && blocks.of[a] === blocks.of[b]) {
      return [rule, ...chainBetween(a, b, rules)];
    }
  }
  if (anyGrouping(blocksOf(size, sizes, n), STEPS[0]) === 'none') return sizes;
  const tooBig = blocks.members.findIndex((members) => members.length > blocks.max);
  const about = (wanted: ReadonlySet<number>) => (rule: LiveRule) =>
    rule.students.every((student) => wanted.has(blocks.of[student] ?? -1));
  if (tooBig !== -1) return rules.filter(about(new Set([tooBig])));
  const clique = apartClique(blocks);
  if (clique.length > groupCounts(blocks).most) {
    const enough = new Set(clique.slice(0, groupCounts(blocks).most + 1));
    return rules.filter(about(enough));
  }
  return [...rules];
}

/**
 * Names a minimal set of rules that cannot all hold: it clashes by itself, and leaving any one of
 * its rules out ends the clash.
 *
 * @param size - The request's size band.
 * @param rules - Rules that clash ({@link LiveRule}).
 * @param n - Present students.
 * @returns The rules of the clash, in the order given.
 */
export function minimalClash(
  size: GroupRequest['size'],
  rules: readonly LiveRule[],
  n: number,
): Rule[] {
  const seatsUnder = (some: readonly LiveRule[], steps: number): Seats =>
    anyGrouping(blocksOf(size, some, n), steps);
  let core = clashingCore(size, rules, n);
  if (seatsUnder(core, STEPS[0]) !== 'none') core = [...rules];
  const leaveOut = (dropped: (rule: LiveRule) => boolean): void => {
    const without = core.filter((rule) => !dropped(rule));
    if (without.length < core.length && seatsUnder(without, STEPS[0]) === 'none') core = without;
  };
  const students = (): number[] => [...new Set(core.flatMap((rule) => rule.students))];
  // Of many rules whole runs are left out first, then ever shorter ones.
  for (let run = core.length >> 1; run >= 4 && students().length > FEW_STUDENTS; run >>= 1) {
    for (let at = core.length - run; at > -run; at -= run) {
      const gone = new Set(core.slice(Math.max(0, at), at + run));
      leaveOut((rule) => gone.has(rule));
    }
  }
  // Then all rules about one student, those with the fewest first.
  if (core.length > 8 && students().length <= FEW_STUDENTS) {
    const mentions = (i: number): number => core.filter((r) => r.students.includes(i)).length;
    const order = students().map((i) => ({ i, count: mentions(i) }));
    order.sort((a, b) => a.count - b.count || b.i - a.i);
    for (const { i } of order) leaveOut((rule) => rule.students.includes(i));
  }
  // Then one by one, asking longer where the answer stays open.
  const needed = new Needed();
  let left = OPEN_STEPS;
  for (const steps of STEPS) {
    let open = false;
    for (const rule of [...core].reverse()) {
      if (needed.has(rule)) continue;
      if (left <= 0) {
        open = true;
        continue;
      }
      const without = core.filter((other) => other !== rule);
      const seats = seatsUnder(without, steps);
      if (seats === 'none') core = without;
      else if (seats === 'unknown') {
        open = true;
        left -= steps;
      } else needed.learn(rule, core, blocksOf(size, core, n), seats);
    }
    if (!open || left <= 0) break;
  }
  return core.map(({ rule }) => rule);
}

function listed(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/**
 * Says a clash in plain words for the teacher.
 *
 * @param conflict - The rules of the clash.
 * @param size - The request's size band, whose numbers the words use.
 * @param present - Number of students present.
 * @param nameOf - What to call a student; the id itself where left out.
 * @returns A sentence or two in English.
 */
export function explainClash(
  conflict: readonly Rule[],
  size: GroupRequest['size'],
  present: number,
  nameOf: (id: string) => string = (id) => id,
): string {
  const parts = conflict.map((rule) => {
    if (rule.rule === 'size.min') return `every group has at least ${size.min ?? 1}`;
    if (rule.rule === 'size.max') return `no group has more than ${size.max ?? present}`;
    const names = listed([...new Set(rule.ids)].map(nameOf));
    return rule.rule === 'apart' ? `${names} are kept apart` : `${names} stay together`;
  });
  const who = `${present} ${present === 1 ? 'student is' : 'students are'} present`;
  if (conflict.length <= 1) {
    return `This cannot hold: ${parts.join('')}, and ${who}. Change it to form groups.`;
  }
  return `These cannot all hold: ${parts.join('; ')}. ${who}; leaving out any one of them would make groups possible.`;
}
