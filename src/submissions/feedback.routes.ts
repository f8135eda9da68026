import { Router } from 'express';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { render } from '../web/render.js';
import type { SubmissionDeps } from './deps.js';
import { feedbackView } from './feedback.view.js';
import { ownTask, taskHref } from './own-task.view.js';

/** The student's feedback page; before anything was released it is their task page. */
export function feedbackRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });
  router.get(
    '/feedback',
    allow('learn'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const own = await ownTask(deps, actor, param(req, 'assignment'));
      const place = [actor.contextId, own.assignment.id, actor.membershipId] as const;
      const [grade, peers] = await Promise.all([
        deps.grades.find(...place),
        deps.peerReviews.releasedTo(...place),
      ]);
      const released = grade?.released ?? null;
      if (released === null && peers.length === 0) {
        res.redirect(303, taskHref(actor, own.assignment.id));
        return;
      }
      const view = feedbackView({
        task: own.task,
        submission: own.submission,
        released,
        peers,
        at: `${actor.base}/a/${own.assignment.id}`,
        addressOf: (fileId) => deps.fileAddress(actor.sessionId, fileId, deps.clock()),
        words: actor.words,
      });
      render(res, 'submissions/feedback', view, { title: view.title, backHref: view.taskHref });
    }),
  );
  return router;
}
