import { Router, type Response } from 'express';
import { assignmentNav } from '../assignments/nav.view.js';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import { classList, type ClassList } from '../groups/class-list.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, tryBody } from '../web/parse.js';
import { render } from '../web/render.js';
import type { ReviewDeps } from './load-review.js';
import { tierNow } from './routes-worked.js';
import { readNumber, type TextMark, type Ticket } from './ticket.js';
import { keepTicketEvidence, type TicketDeps } from './ticket-evidence.job.js';
import { markSchema, openSchema, seenSchema, ticketSchema } from './tickets.schema.js';
import { paceView } from './pace.view.js';
import { ticketsView, type TypedTicket } from './tickets.view.js';

type Deps = Pick<ReviewDeps, 'assignments' | 'memberships' | 'submissions' | 'clock'> & TicketDeps;

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function typedTicket(body: Readonly<Record<string, unknown>>): TypedTicket {
  const asked = Array.isArray(body['question']) ? (body['question'] as unknown[]) : [];
  return {
    purpose: text(body['purpose']),
    title: text(body['title']),
    goal: text(body['goal']),
    questions: asked.map((entry) => {
      const own = (entry ?? {}) as Record<string, unknown>;
      return {
        kind: text(own['kind']),
        text: text(own['text']),
        options: text(own['options']),
        answer: text(own['answer']),
      };
    }),
    steps: [body['step'] ?? []].flat().map(text),
    instead: text(body['instead']),
  };
}

/** Exit tickets, skip checks and practice: built in half a minute, sorted into piles at once. */
export function ticketRoutes(deps: Deps): Router {
  const router = Router({ mergeParams: true });

  async function peopleOf(actor: Actor): Promise<ClassList> {
    const members = await deps.memberships.list(actor.contextId);
    return classList(members, (number) => actor.words.t('groups.student', { number }));
  }

  async function show(
    res: Response,
    assignmentId: string,
    typed: TypedTicket | null = null,
    errors: Readonly<Record<string, string>> | null = null,
  ): Promise<void> {
    const actor = actorOf(res);
    const { contextId, words } = actor;
    const assignment = await deps.assignments.get(contextId, assignmentId);
    const [tickets, answers, people] = await Promise.all([
      deps.tickets.ofAssignment(contextId, assignment.id),
      deps.tickets.answers(contextId, assignment.id),
      peopleOf(actor),
    ]);
    const base = `${actor.base}/a/${assignment.id}`;
    const design = assignment.published ?? assignment.draft;
    render(
      res,
      'insights/tickets',
      ticketsView(
        design,
        tickets,
        answers,
        people,
        `${base}/tickets`,
        `${base}/placements`,
        words,
        typed,
        errors,
      ),
      {
        title: words.t('evidence.tickets'),
        nav: assignmentNav(actor, assignment.id, 'placements'),
        backHref: `${base}/placements`,
      },
    );
  }

  router.get(
    '/tickets',
    allow('teach'),
    handler(async (req, res) => {
      await show(res, param(req, 'assignment'));
    }),
  );

  router.post(
    '/tickets',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId, membershipId, words } = actor;
      const assignment = await deps.assignments.get(contextId, param(req, 'assignment'));
      const body = tryBody(ticketSchema, req);
      if (!body.ok) {
        const errors = Object.fromEntries(
          Object.entries(body.errors).map(([field, key]) => [
            field,
            words.t(key.startsWith('evidence.') ? key : 'groups.error.other'),
          ]),
        );
        await show(res.status(422), assignment.id, typedTicket(body.typed), errors);
        return;
      }
      const { purpose, title, goal, question, step, instead } = body.value;
      const now = deps.clock();
      const ticket: Ticket = {
        _id: newId(),
        contextId,
        assignmentId: assignment.id,
        purpose,
        title:
          title === ''
            ? words.t('evidence.default-title', {
                purpose: words.t(`evidence.purpose.${purpose}`),
                day: words.day(now),
              })
            : title,
        questions: question
          .filter((q) => q.text !== '')
          .map((q) => ({
            id: newId(),
            kind: q.kind,
            text: q.text,
            options:
              q.kind === 'choice'
                ? q.options
                    .split('\n')
                    .map((line) => line.trim())
                    .filter((line) => line !== '')
                : [],
            answer: q.kind === 'number' ? readNumber(q.answer) : null,
          })),
        goalKey: goal === '' ? null : goal,
        stepIds: purpose === 'skip' ? step : [],
        insteadText: purpose === 'skip' ? instead : '',
        isOpen: true,
        createdBy: membershipId,
        createdAt: now,
      };
      await deps.tickets.create(ticket);
      res.redirect(303, `${actor.base}/a/${assignment.id}/tickets`);
    }),
  );

  router.post(
    '/tickets/:ticket/open',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { open } = parseBody(openSchema, req);
      const assignmentId = param(req, 'assignment');
      const ticket = await deps.tickets.get(actor.contextId, assignmentId, param(req, 'ticket'));
      await deps.tickets.setOpen(actor.contextId, ticket._id, open === 'yes');
      res.redirect(303, `${actor.base}/a/${assignmentId}/tickets`);
    }),
  );

  router.post(
    '/tickets/:ticket/mark',
    allow('grade'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { member, question, mark } = parseBody(markSchema, req);
      const assignmentId = param(req, 'assignment');
      const ticket = await deps.tickets.get(actor.contextId, assignmentId, param(req, 'ticket'));
      const answers = await deps.tickets.answers(actor.contextId, ticket.assignmentId);
      const answer = answers.find((a) => a.ticketId === ticket._id && a.membershipId === member);
      if (answer === undefined || !ticket.questions.some((q) => q.id === question))
        throw new TrellisError('NOT_FOUND', 'no such answer');
      const marked = await deps.tickets.mark(answer, question, Number(mark) as TextMark);
      await keepTicketEvidence(deps, ticket, marked);
      res.redirect(303, `${actor.base}/a/${assignmentId}/tickets`);
    }),
  );

  router.get(
    '/pace',
    allow('teach'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId, words } = actor;
      const assignment = await deps.assignments.get(contextId, param(req, 'assignment'));
      const [tickets, answers, people, submissions] = await Promise.all([
        deps.tickets.ofAssignment(contextId, assignment.id),
        deps.tickets.answers(contextId, assignment.id),
        peopleOf(actor),
        deps.submissions.ofAssignment(contextId, assignment.id),
      ]);
      const done = new Map<string, ReadonlySet<string>>(
        submissions.map((s) => [s.membershipId, new Set(s.doneStepIds)]),
      );
      const routes = new Map(
        people.learners.map((person) => [
          person.id as string,
          new Set(tierNow(assignment, person.id).tier.steps.map((step) => step.id)),
        ]),
      );
      const base = `${actor.base}/a/${assignment.id}`;
      render(
        res,
        'insights/pace',
        paceView(
          assignment.published ?? assignment.draft,
          tickets,
          answers,
          people,
          done,
          (id) => routes.get(id) ?? new Set(),
          base,
          deps.clock(),
          words,
        ),
        {
          title: words.t('evidence.pace.title'),
          nav: assignmentNav(actor, assignment.id, 'placements'),
          backHref: `${base}/placements`,
        },
      );
    }),
  );

  router.post(
    '/pace/seen',
    allow('teach'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { answer } = parseBody(seenSchema, req);
      await deps.tickets.setSeen(actor.contextId, answer, deps.clock());
      res.redirect(303, `${actor.base}/a/${param(req, 'assignment')}/pace`);
    }),
  );
  return router;
}
