import type { Request, Response } from 'express';
import type { Assignment } from '../assignments/assignment.js';
import { assignmentNav } from '../assignments/nav.view.js';
import type { SubmissionDeps } from '../submissions/deps.js';
import { actorOf, param } from '../web/actor.js';
import { render } from '../web/render.js';
import { choicesView, type ChoicesParts } from './choices.view.js';

type Extras = Partial<Pick<ChoicesParts, 'problem' | 'message' | 'typedTitle' | 'ideaProblem'>>;

/** Shows the choices page, with a word about what did not work. */
export async function showChoices(
  deps: SubmissionDeps,
  req: Request,
  res: Response,
  status: number,
  extras: Extras = {},
): Promise<void> {
  const actor = actorOf(res);
  const { contextId, base, words } = actor;
  const id = param(req, 'assignment') as Assignment['id'];
  const [assignment, ideas, allocation, learners, submissions] = await Promise.all([
    deps.assignments.get(contextId, id),
    deps.ideas.ofAssignment(contextId, id),
    deps.allocations.find(contextId, id),
    deps.memberships.learners(contextId),
    deps.submissions.board(contextId, id),
  ]);
  const wished = submissions.filter((s) => s.wishes.length > 0).length;
  const view = choicesView({
    assignment,
    ideas,
    allocation,
    learners,
    wished,
    base,
    words,
    ...extras,
  });
  render(res.status(status), 'choices/board', view, {
    title: view.title,
    nav: assignmentNav(actor, assignment.id, 'choices'),
    backHref: `${base}/course`,
  });
}
