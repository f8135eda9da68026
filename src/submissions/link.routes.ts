import { Router } from 'express';
import { cleanHtml } from '../assignments/clean-html.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { render } from '../web/render.js';

export interface LinkTaskView {
  readonly title: string;
  readonly html: string;
  readonly pointsText: string | null;
}

declare module '../web/render.js' {
  interface Views {
    'submissions/link': LinkTaskView;
  }
}

/**
 * The task of a link that no teacher has set up yet, as the platform describes it (design.md section
 * 4). That a student was here stands on the link, which the teacher's pages show.
 */
export function linkTaskRoutes(deps: { readonly links: ResourceLinks }): Router {
  const router = Router({ mergeParams: true });
  router.get(
    '/:link',
    allow('learn'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const link = await deps.links.get(actor.contextId, param(req, 'link'));
      if (link.assignmentId !== null) {
        res.redirect(303, `${actor.base}/a/${link.assignmentId}/task`);
        return;
      }
      const title = link.title === '' ? actor.words.t('submissions.link.untitled') : link.title;
      render(
        res,
        'submissions/link',
        {
          title,
          html: cleanHtml(link.descriptionHtml),
          pointsText:
            link.pointsPossible === null
              ? null
              : actor.words.t('submissions.link.points', { count: link.pointsPossible }),
        },
        { title },
      );
    }),
  );
  return router;
}
