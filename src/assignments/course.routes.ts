import { Router } from 'express';
import { may } from '../launch/permissions.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import { actorOf } from '../web/actor.js';
import { TrellisError } from '../errors.js';
import { handler } from '../web/handler.js';
import { render } from '../web/render.js';
import type { Assignments } from './assignment.model.js';
import { courseView } from './course.view.js';
import { courseNav } from './nav.view.js';

/** The course's home for staff: assignments with their state, and what waits to be set up. */
export function courseRoutes(deps: {
  readonly assignments: Assignments;
  readonly links: ResourceLinks;
}): Router {
  const router = Router({ mergeParams: true });

  router.get(
    '/',
    handler(async (_req, res) => {
      const actor = actorOf(res);
      const canDesign = may(actor.role, 'design', actor.assistants);
      const canTeach = may(actor.role, 'teach', actor.assistants);
      if (!canDesign && !canTeach)
        throw new TrellisError('NOT_ALLOWED', 'the course page is for staff');
      const [assignments, unset] = await Promise.all([
        deps.assignments.list(actor.contextId),
        deps.links.unbound(actor.contextId),
      ]);
      render(
        res,
        'assignments/course',
        courseView(assignments, unset, {
          base: actor.base,
          title: actor.contextTitle,
          canDesign,
          canTeach,
          words: actor.words,
        }),
        { title: actor.words.t('nav.course-course'), nav: courseNav(actor, 'course') },
      );
    }),
  );
  return router;
}
