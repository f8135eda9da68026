import { classroomOf, type Classroom } from './classroom.js';
import { aloneIn, earlierMeetings, scoreOf } from './group-discomfort.js';
import { explainClash, minimalClash } from './group-conflict.js';
import { reasonsFor, sayReasons } from './group-reasons.js';
import type { GroupRequest, GroupResult } from './group-request.js';
import { blocksOf, liveRules } from './group-rules.js';
import { bestGrouping } from './group-plan.js';

function resultOf(room: Classroom, groupOf: Int32Array): GroupResult {
  const byGroup = new Map<number, number[]>();
  groupOf.forEach((g, i) => {
    const members = byGroup.get(g) ?? [];
    if (members.length === 0) byGroup.set(g, members);
    members.push(i);
  });
  const groups = [...byGroup.values()];
  const idOf = (i: number): string => room.ids[i] ?? '';
  return {
    ok: true,
    groups: groups.map((group) => ({
      members: group.map(idOf),
      because: sayReasons(reasonsFor(room, group)),
    })),
    score: scoreOf(room, groups),
    repeats: groups.reduce((sum, group) => sum + earlierMeetings(room, group).repeats, 0),
    alone: groups.flatMap((group) =>
      aloneIn(room, group).map(({ student, trait }) => ({
        id: idOf(student),
        trait: room.traitNames[trait] ?? '',
      })),
    ),
  };
}

/**
 * Forms the groups of one activity (the Fair Grouper, product 5.1).
 *
 * Every rule of the request holds in the answer, whatever the budget; then as few students as
 * possible are the only holder of a marked trait in their group; then the score is as low as the
 * search finds it. If the rules cannot all hold, the answer is a minimal set of them that clashes.
 * The work is counted in steps derived from the request, so the same request always gets the same
 * answer.
 *
 * @param request - Class, size band, basis, rules, history, wishes, weights, seed and budget; it is
 *   only read.
 * @returns Groups with a reason each, their score and what could not be avoided; or the clash.
 */
export function formGroups(request: GroupRequest): GroupResult {
  const room = classroomOf(request);
  if (room.n === 0) {
    return { ok: true, groups: [], score: scoreOf(room, []), repeats: 0, alone: [] };
  }
  const rules = liveRules(request, room.indexOf);
  const blocks = blocksOf(request.size, rules, room.n);
  const groupOf = bestGrouping(room, blocks, request.seed, request.timeBudgetMs ?? 100);
  if (groupOf !== null) return resultOf(room, groupOf);
  const conflict = minimalClash(request.size, rules, room.n);
  return { ok: false, conflict, message: explainClash(conflict, request.size, room.n) };
}
