import { Router, type Request, type Response } from 'express';
import { TrellisError } from '../errors.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { render } from '../web/render.js';
import type { SubmissionDeps } from './deps.js';
import { ownTask } from './own-task.view.js';
import { peerNotesSchema } from './peer-review.schema.js';
import type { PeerReview } from './peer-review.model.js';
import { peersView, type PeerTyped } from './peers.view.js';

/** A student's pieces of others to look at. */
export function peersRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });
  router.use('/peers', allow('learn'));

  async function show(
    req: Request,
    res: Response,
    status: number,
    typed: PeerTyped | null,
  ): Promise<void> {
    const actor = actorOf(res);
    const { contextId, membershipId, words } = actor;
    const { assignment, task } = await ownTask(deps, actor, param(req, 'assignment'));
    const reviews = await deps.peerReviews.ofReviewer(contextId, assignment.id, membershipId);
    const pieces = await Promise.all(
      reviews.map(async (review) => ({
        review,
        submission: await deps.submissions.find(contextId, assignment.id, review.authorId),
      })),
    );
    const now = deps.clock();
    const { done } = req.query as { done?: unknown };
    const view = peersView({
      task,
      pieces,
      typed,
      message: done === 'given' ? words.t('peers.thanks') : null,
      at: `${actor.base}/a/${assignment.id}`,
      addressOf: (fileId) => deps.fileAddress(actor.sessionId, fileId, now),
      words,
    });
    render(res.status(status), 'submissions/peers', view, {
      title: words.t('peers.title'),
      backHref: view.taskHref,
    });
  }

  router.get(
    '/peers',
    handler((req, res) => show(req, res, 200, null)),
  );

  router.post(
    '/peers/:review',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId, membershipId } = actor;
      const { works, next } = parseBody(peerNotesSchema, req);
      const { assignment, task } = await ownTask(deps, actor, param(req, 'assignment'));
      const mine = await deps.peerReviews.ofReviewer(contextId, assignment.id, membershipId);
      const review: PeerReview | undefined = mine.find((r) => r._id === req.params['review']);
      // Somebody else's is not there, rather than forbidden.
      if (review === undefined) throw new TrellisError('NOT_FOUND', 'not a review of this student');
      if (review.state !== 'open' && review.state !== 'given')
        throw new TrellisError('EDIT_CONFLICT', 'the teacher has looked at it', {
          reason: 'peer-decided',
        });
      const notes = task.criteria.map((criterion) => ({
        criterionId: criterion.id,
        works: works[criterion.id] ?? '',
        next: next[criterion.id] ?? '',
      }));
      if (notes.some((note) => note.works === '' || note.next === '')) {
        await show(req, res, 422, { id: review._id, works, next });
        return;
      }
      await deps.peerReviews.change(review, { state: 'given', notes, givenAt: deps.clock() });
      res.redirect(303, `${actor.base}/a/${assignment.id}/peers?done=given`);
    }),
  );
  return router;
}
