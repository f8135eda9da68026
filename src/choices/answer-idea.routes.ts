import { Router, type Response } from 'express';
import { htmlFromText } from '../assignments/clean-html.js';
import type { TaskDesign } from '../assignments/assignment.js';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { OptionId } from '../ids.js';
import type { SubmissionDeps } from '../submissions/deps.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { showChoices } from './choices-page.view.js';
import { withIdea } from './edit-board.js';
import { ideaAnswerSchema } from './idea.schema.js';

/** The teacher's answer to a student's own idea: approve, adjust or decline with a sentence. */
export function answerIdeaRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });

  router.post(
    '/:idea',
    allow('design'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId, membershipId, words } = actor;
      const body = parseBody(ideaAnswerSchema, req);
      const idea = await deps.ideas.get(contextId, param(req, 'idea'));
      if (body.answer !== 'approved' && body.sentence === '') {
        await showChoices(deps, req, res, 422, {
          ideaProblem: { id: idea._id, text: words.t('choices.idea.sentence-error'), sentence: '' },
        });
        return;
      }
      const isTaken = body.answer !== 'declined';
      const adjusted = {
        ...idea,
        ...(body.answer === 'adjusted'
          ? {
              title: body.title ?? idea.title,
              what: body.what ?? idea.what,
              form: body.form ?? idea.form,
            }
          : {}),
      };
      const optionId = isTaken ? (newId() as OptionId) : null;
      await deps.ideas.answer(idea, {
        state: body.answer,
        sentence: body.sentence,
        answeredBy: membershipId,
        answeredAt: deps.clock(),
        optionId,
        title: adjusted.title,
        what: adjusted.what,
        form: adjusted.form,
      });
      if (optionId !== null) {
        const html = htmlFromText(adjusted.what);
        await inBoth(res, idea.assignmentId, (design) =>
          withIdea(design, adjusted, optionId, html),
        );
      }
      res.redirect(303, `${actor.base}/a/${idea.assignmentId}/choices#ideas`);
    }),
  );

  /** Changes the draft and what students see: an answer to one student waits for no publication. */
  async function inBoth(
    res: Response,
    assignmentId: string,
    change: (design: TaskDesign) => TaskDesign,
  ): Promise<void> {
    const { contextId } = actorOf(res);
    for (let tries = 0; ; tries += 1) {
      const assignment = await deps.assignments.get(contextId, assignmentId);
      try {
        await deps.assignments.change(
          assignment,
          {
            draft: change(assignment.draft),
            published: assignment.published === null ? null : change(assignment.published),
          },
          deps.clock(),
        );
        return;
      } catch (error) {
        const isConflict = error instanceof TrellisError && error.code === 'EDIT_CONFLICT';
        if (!isConflict || tries >= 5) throw error;
      }
    }
  }
  return router;
}
