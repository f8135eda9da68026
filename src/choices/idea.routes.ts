import { Router, type Request, type Response } from 'express';
import { TrellisError } from '../errors.js';
import type { SubmissionDeps } from '../submissions/deps.js';
import { ownTask } from '../submissions/own-task.view.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { tryBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { ideaSchema } from './idea.schema.js';
import { ideaView } from './idea.view.js';

/** A student's own way to show the learning: the proposal. */
export function ideaRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('learn'));

  async function show(
    req: Request,
    res: Response,
    status: number,
    typed?: Readonly<Record<string, unknown>>,
    errors?: Readonly<Record<string, string>>,
  ): Promise<void> {
    const actor = actorOf(res);
    const { task, assignment } = await ownTask(deps, actor, param(req, 'assignment'));
    const ideas = await deps.ideas.of(actor.contextId, assignment.id, actor.membershipId);
    const view = ideaView({
      taskTitle: task.design.title,
      criteria: task.criteria,
      idea: ideas[0] ?? null,
      at: `${actor.base}/a/${assignment.id}`,
      words: actor.words,
      ...(typed === undefined ? {} : { typed }),
      ...(errors === undefined ? {} : { errors }),
    });
    render(res.status(status), 'choices/idea', view, {
      title: view.title,
      backHref: view.taskHref,
    });
  }

  router.get(
    '/',
    handler((req, res) => show(req, res, 200)),
  );

  router.post(
    '/',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId, membershipId } = actor;
      const { task, assignment } = await ownTask(deps, actor, param(req, 'assignment'));
      if (!task.design.board.allowsOwnIdea)
        throw new TrellisError('NOT_FOUND', 'own ideas are switched off');
      const body = tryBody(ideaSchema, req);
      const typed = (req.body ?? {}) as Record<string, unknown>;
      const errors: Record<string, string> = body.ok
        ? {}
        : Object.fromEntries(
            Object.keys(body.errors).map((field) => [
              field,
              words.t(`submissions.idea.error.${field === 'title' ? 'title' : 'what'}`),
            ]),
          );
      const shows = body.ok ? body.value.shows : {};
      for (const criterion of body.ok ? task.criteria : []) {
        if ((shows[criterion.id] ?? '').trim().length < 3)
          errors[`shows.${criterion.id}`] = words.t('submissions.idea.error.shows');
      }
      if (!body.ok || Object.keys(errors).length > 0) {
        await show(req, res, 422, typed, errors);
        return;
      }
      const { title, what, form, needs } = body.value;
      await deps.ideas.propose(
        { contextId, assignmentId: assignment.id, membershipId },
        {
          title,
          what,
          form,
          needs,
          shows: task.criteria.map((c) => ({ criterionId: c.id, text: shows[c.id] ?? '' })),
        },
        deps.clock(),
      );
      res.redirect(303, `${actor.base}/a/${assignment.id}/task`);
    }),
  );
  return router;
}
