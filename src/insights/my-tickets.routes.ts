import { Router, type Response } from 'express';
import type { Assignment } from '../assignments/assignment.js';
import { TrellisError } from '../errors.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { render } from '../web/render.js';
import type { ReviewDeps } from './load-review.js';
import { myTickets } from './my-tickets.view.js';
import { mayTry, readNumber, resultOf, type Ticket } from './ticket.js';
import { keepTicketEvidence, type TicketDeps } from './ticket-evidence.job.js';
import { answersSchema } from './tickets.schema.js';

type Deps = Pick<ReviewDeps, 'assignments' | 'submissions' | 'clock'> & TicketDeps;

/** A student answers short checks; only their own are ever read. */
export function myTicketRoutes(deps: Deps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('learn'));

  async function openAssignment(actor: Actor, id: string): Promise<Assignment> {
    const assignment = await deps.assignments.get(actor.contextId, id);
    if (assignment.published === null)
      throw new TrellisError('NOT_FOUND', 'assignment not published');
    return assignment;
  }

  async function show(
    res: Response,
    assignment: Assignment,
    typed: Parameters<typeof myTickets>[5] = null,
  ): Promise<void> {
    const actor = actorOf(res);
    const { contextId, membershipId, words, base } = actor;
    const [tickets, answers] = await Promise.all([
      deps.tickets.ofAssignment(contextId, assignment.id),
      deps.tickets.answersOf(contextId, assignment.id, membershipId),
    ]);
    const href = `${base}/a/${assignment.id}/ticket`;
    render(
      res,
      'insights/my-tickets',
      {
        title: assignment.published?.title ?? '',
        tickets: myTickets(tickets, answers, membershipId, href, words, typed),
        backHref: `${base}/a/${assignment.id}/task`,
        errors:
          typed === null
            ? null
            : Object.fromEntries(
                Object.entries(typed.errors).map(([id, message]) => [`q-${id}`, message]),
              ),
      },
      { title: words.t('evidence.mine.title'), backHref: `${base}/a/${assignment.id}/task` },
    );
  }

  /** Steps that a passed check replaces count as done; a submission changed meanwhile is read again. */
  async function leaveOut(actor: Actor, ticket: Ticket): Promise<void> {
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const { contextId, membershipId } = actor;
      const own = await deps.submissions.find(contextId, ticket.assignmentId, membershipId);
      if (own === null) return;
      const doneStepIds = [...new Set([...own.doneStepIds, ...ticket.stepIds])];
      try {
        await deps.submissions.change(own, { doneStepIds }, deps.clock());
        return;
      } catch (error) {
        if (!(error instanceof TrellisError) || error.code !== 'EDIT_CONFLICT') throw error;
      }
    }
  }

  router.get(
    '/',
    handler(async (req, res) => {
      await show(res, await openAssignment(actorOf(res), param(req, 'assignment')));
    }),
  );

  router.post(
    '/:ticket',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId, membershipId, words, base } = actor;
      const assignment = await openAssignment(actor, param(req, 'assignment'));
      const { answer: given } = parseBody(answersSchema, req);
      const ticket = await deps.tickets.get(contextId, assignment.id, param(req, 'ticket'));
      const before = await deps.tickets.findAnswer(ticket._id, membershipId);
      const href = `${base}/a/${assignment.id}/ticket`;
      if (!mayTry(ticket, before)) {
        res.redirect(303, href);
        return;
      }
      const errors = Object.fromEntries(
        ticket.questions.flatMap((question) => {
          const own = given[question.id] ?? '';
          if (own === '') return [[question.id, words.t('evidence.mine.error.empty')]];
          return question.kind === 'number' && readNumber(own) === null
            ? [[question.id, words.t('evidence.mine.error.number')]]
            : [];
        }),
      );
      if (Object.keys(errors).length > 0) {
        await show(res.status(422), assignment, {
          ticketId: ticket._id,
          answers: given,
          errors,
        });
        return;
      }
      const answers = Object.fromEntries(ticket.questions.map((q) => [q.id, given[q.id] ?? '']));
      const next = { answers, at: deps.clock() };
      const kept = await deps.tickets.addTry(ticket, membershipId, before, next);
      // A rehearsal of the test student is no evidence about anybody.
      if (!actor.isTestUser) await keepTicketEvidence(deps, ticket, kept);
      if (ticket.purpose === 'skip' && resultOf(ticket, kept)?.isPassed === true)
        await leaveOut(actor, ticket);
      res.redirect(303, href);
    }),
  );
  return router;
}
