import type { Response } from 'express';
import type { Assignment } from '../assignments/assignment.js';
import { actorOf } from '../web/actor.js';
import { renderPart } from '../web/render.js';
import { severityPieces } from './graded-shares.js';
import type { GradingDeps } from './grading-context.js';
import { piecesOf } from './pieces.js';
import { severityView } from './severity.view.js';

/** Tasks that count together: the newest ones. */
const TASKS = 5;

/** The severity meter as a part of the insight page; null where there is only one tier. */
export function severityPart(
  deps: Pick<GradingDeps, 'assignments' | 'grades' | 'memberships' | 'submissions'>,
): (res: Response, assignment: Assignment) => Promise<string | null> {
  return async (res, assignment) => {
    const design = assignment.published ?? assignment.draft;
    if (design.tiers.length < 2) return null;
    const actor = actorOf(res);
    const { contextId } = actor;
    const all = await deps.assignments.list(contextId);
    const others = all.filter((one) => one.id !== assignment.id && one.published !== null);
    const tasks = await Promise.all(
      [assignment, ...others.slice(0, TASKS - 1)].map(async (one) => ({
        assignment: one,
        grades: await deps.grades.ofAssignment(contextId, one.id),
      })),
    );
    const [members, submissions] = await Promise.all([
      deps.memberships.list(contextId),
      deps.submissions.ofAssignment(contextId, assignment.id),
    ]);
    const pieces = piecesOf(assignment, members, submissions, tasks[0]?.grades ?? []);
    const numbers = new Map<string, number>(pieces.map((p) => [p.member._id, p.number]));
    const view = severityView(
      severityPieces(tasks),
      assignment.id,
      (id) => numbers.get(id) ?? null,
      `${actor.base}/a/${assignment.id}/grading`,
      actor.words,
    );
    return renderPart(res, 'grading/severity', view);
  };
}
