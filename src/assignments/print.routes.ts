import { Router } from 'express';
import { classOrder, displayName } from '../launch/display-name.js';
import type { Memberships } from '../launch/membership.model.js';
import { studentTask } from '../submissions/my-task.js';
import { supportsFor } from '../tiers/supports.js';
import type { SupportsOfLearners } from '../tiers/supports.model.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { render } from '../web/render.js';
import type { Assignments } from './assignment.model.js';
import { printSheet, printView } from './print.view.js';

/** The print pack: one sheet per student in class order, without a mark of any tier (product row 78). */
export function printRoutes(deps: {
  readonly assignments: Assignments;
  readonly memberships: Memberships;
  readonly supports: SupportsOfLearners;
}): Router {
  const router = Router({ mergeParams: true });

  router.get(
    '/',
    allow('teach'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId } = actor;
      const [assignment, learners, given] = await Promise.all([
        deps.assignments.get(contextId, param(req, 'assignment')),
        deps.memberships.learners(contextId),
        deps.supports.list(contextId),
      ]);
      // A draft can be printed too: the pack is often made the evening before.
      const design = assignment.published ?? assignment.draft;
      const supports = new Map(given.map((one) => [one.membershipId, one]));
      const sheets = [...learners].sort(classOrder).flatMap((person) => {
        const task = studentTask(
          { published: design, placements: assignment.placements },
          person._id,
        );
        if (task === null) return [];
        const own = supportsFor(supports.get(person._id) ?? null, {
          dueAt: task.due.dueAt,
          stepIds: [],
          doneStepIds: [],
        });
        const name = displayName(person, (number) => words.t('tiers.student', { number }));
        const ways = task.options.map((option) => option.title);
        return [
          printSheet(name, task.tier, { dueAt: own.dueAt, isLarge: own.largePrint, ways, words }),
        ];
      });
      const backHref = `${actor.base}/a/${assignment.id}${assignment.published === null ? '/design' : ''}`;
      render(res, 'assignments/print', printView(design, sheets, { backHref, words }), {
        title: words.t('assignments.print.title'),
      });
    }),
  );
  return router;
}
