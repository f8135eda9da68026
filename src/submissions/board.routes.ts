import { Router, type Response } from 'express';
import { assignmentNav } from '../assignments/nav.view.js';
import type { Assignment } from '../assignments/assignment.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { render, renderPart } from '../web/render.js';
import { nudgeSchema } from './board.schema.js';
import { boardView, lanesView, type BoardParts } from './board.view.js';
import type { SubmissionDeps } from './deps.js';

/** The class page of an assignment: who stands where, and a nudge for those who have not begun. */
export function boardRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });

  async function partsOf(res: Response, assignment: Assignment): Promise<BoardParts> {
    const { contextId, base, words } = actorOf(res);
    const [learners, submissions, messages, ideas, replies] = await Promise.all([
      deps.memberships.learners(contextId),
      deps.submissions.board(contextId, assignment.id),
      deps.messages.ofAssignment(contextId, assignment.id),
      deps.ideas.ofAssignment(contextId, assignment.id),
      deps.familyReplies.ofAssignment(contextId, assignment.id),
    ]);
    const now = deps.clock();
    return { assignment, learners, submissions, messages, ideas, replies, base, words, now };
  }

  router.get(
    '/',
    allow('teach'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const assignment = await deps.assignments.get(actor.contextId, param(req, 'assignment'));
      const { done } = req.query as { done?: unknown };
      const parts = await partsOf(res, assignment);
      const message = done === 'nudged' ? actor.words.t('submissions.board.nudged') : null;
      const view = boardView(parts, message, null);
      render(res, 'submissions/board', view, {
        title: view.title,
        nav: assignmentNav(actor, assignment.id, 'board'),
        backHref: `${actor.base}/course`,
      });
    }),
  );

  router.get(
    '/lanes',
    allow('teach'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const assignment = await deps.assignments.get(actor.contextId, param(req, 'assignment'));
      const view = lanesView(await partsOf(res, assignment));
      // Nothing new: the page stays as it is, so nothing flickers and nothing typed is touched.
      if (view.mark === (req.query as { mark?: unknown }).mark) res.status(204).end();
      else res.type('html').send(renderPart(res, 'submissions/lanes', view));
    }),
  );

  router.post(
    '/nudge',
    allow('teach'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { text } = parseBody(nudgeSchema, req);
      const assignment = await deps.assignments.get(actor.contextId, param(req, 'assignment'));
      const view = boardView(await partsOf(res, assignment), null, null);
      const { contextId, membershipId } = actor;
      const undecided = view.lanes.lanes
        .filter(({ lane }) => lane === 'not-chosen' || lane === 'not-started')
        .flatMap(({ rows }) => rows)
        .filter((row) => !row.isNudged);
      const now = deps.clock();
      await Promise.all(
        undecided.map((row) =>
          deps.messages.add(
            {
              contextId,
              assignmentId: assignment.id,
              membershipId: row.id as typeof membershipId,
              kind: 'nudge',
              text,
              byMembershipId: membershipId,
            },
            now,
          ),
        ),
      );
      res.redirect(303, `${actor.base}/a/${assignment.id}?done=nudged`);
    }),
  );
  return router;
}
