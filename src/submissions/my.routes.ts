import { Router } from 'express';
import { actorOf } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { render } from '../web/render.js';
import type { SubmissionDeps } from './deps.js';
import { myView } from './my.view.js';
import { tasksOf } from './task-of.js';

/** The list of a student's own tasks. */
export function myRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });
  router.get(
    '/',
    allow('learn'),
    handler(async (_req, res) => {
      const { contextId, membershipId, base, words } = actorOf(res);
      const [assignments, submissions, grades] = await Promise.all([
        deps.assignments.list(contextId),
        deps.submissions.ofMember(contextId, membershipId),
        deps.grades.ofMember(contextId, membershipId),
      ]);
      const tasks = await tasksOf(
        deps,
        contextId,
        assignments,
        membershipId,
        ({ id }) => submissions.find((s) => s.assignmentId === id)?.chosenIds ?? [],
      );
      const view = myView({ tasks, submissions, grades, base, words });
      render(res, 'submissions/my', view, { title: words.t('submissions.my.title') });
    }),
  );
  return router;
}
