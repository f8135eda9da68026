import { goalKey } from '../insights/goal-key.js';
import { readinessOn, type GoalEvidence } from '../insights/readiness.js';
import type { MembershipId } from '../ids.js';
import { workedIn } from './grouping.js';
import type { Board } from './load-board.js';
import type { ClassToGroup } from './regroup.js';

/** Activities that still count as "together before". */
const REMEMBERED = 8;

/** Who was with whom in the last eight activities, oldest first, without one of them. */
export function partnersBefore(
  board: Pick<Board, 'recent'>,
  exceptId: string | null,
): readonly (readonly (readonly MembershipId[])[])[] {
  return workedIn(board.recent)
    .filter((grouping) => grouping.id !== exceptId)
    .slice(-REMEMBERED)
    .map((grouping) => grouping.groups.map((group) => group.memberIds));
}

/**
 * Puts together what the Fair Grouper is told about a class.
 *
 * @param board - As read.
 * @param absent - Students who are not there.
 * @param key - Goal whose evidence is the readiness; null: all goals of the assignment.
 * @param evidence - Of the course.
 * @param interests - Student → interests they named themselves.
 */
export function classToGroup(
  board: Board,
  absent: ReadonlySet<string>,
  key: string | null,
  evidence: readonly GoalEvidence[],
  interests: ReadonlyMap<string, readonly string[]>,
): ClassToGroup {
  const { assignment, people, rules, now } = board;
  const own = (assignment.published ?? assignment.draft).goals.map(goalKey);
  const readiness = readinessOn(evidence, key === null ? own : [key], now);
  const marks = new Map<MembershipId, string[]>();
  for (const rule of rules)
    if (rule.kind === 'mark')
      for (const id of rule.memberIds) marks.set(id, [...(marks.get(id) ?? []), rule.note]);
  const wishes: Record<string, readonly string[]> = {};
  for (const rule of rules) {
    const [who, ...wished] = rule.memberIds;
    if (rule.kind === 'wish' && who !== undefined)
      wishes[who] = [...(wishes[who] ?? []), ...wished];
  }
  return {
    students: people.learners
      .filter((person) => !absent.has(person.id))
      .map(({ id }) => ({
        id,
        readiness: readiness.get(id) ?? null,
        interests: interests.get(id) ?? [],
        marks: marks.get(id) ?? [],
      })),
    // More than two kept apart means each from each.
    apart: rules
      .filter((rule) => rule.kind === 'apart')
      .flatMap(({ memberIds }) =>
        memberIds.flatMap((a, i) => memberIds.slice(i + 1).map((b) => [a, b] as const)),
      ),
    together: rules.filter((rule) => rule.kind === 'together').map((rule) => rule.memberIds),
    wishes,
    history: partnersBefore(board, null),
  };
}
