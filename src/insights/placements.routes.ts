import { Router, type Response } from 'express';
import { assignmentNav } from '../assignments/nav.view.js';
import type { Assignment, Placement } from '../assignments/assignment.js';
import { TrellisError } from '../errors.js';
import type { MembershipId } from '../ids.js';
import { may } from '../launch/permissions.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { loadReview, type Review, type ReviewDeps } from './load-review.js';
import { LEVELS } from './placement.js';
import type { PlacementDecision } from './placement-log.model.js';
import { actSchema, confirmSchema, requestSchema } from './placements.schema.js';
import { placementsView, type TypedRows } from './placements.view.js';
import { decide, needsReason, type Decision, type ReviewRow } from './review.js';
import { tierNow, tierOfLevel } from './routes-worked.js';

const TRIES = 5;
const SHOWN_DECISIONS = 40;

/** The placement review: Trellis suggests, the teacher confirms (design.md rules 4 and 5). */
export function placementRoutes(deps: ReviewDeps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('teach'));

  const reviewFor = (actor: Actor, assignmentId: string): Promise<Review> =>
    loadReview(
      deps,
      actor.contextId,
      assignmentId,
      (number) => actor.words.t('groups.student', { number }),
      actor.words.timeZone,
    );

  async function show(
    res: Response,
    review: Review,
    done: number | null,
    typed?: TypedRows,
  ): Promise<void> {
    const actor = actorOf(res);
    const { assignment } = review;
    const [submissions, log] = await Promise.all([
      deps.submissions.ofAssignment(actor.contextId, assignment.id),
      deps.placementLog.ofAssignment(actor.contextId, assignment.id, SHOWN_DECISIONS),
    ]);
    const mayGroup = may(actor.role, 'group', actor.assistants);
    const frame = { base: actor.base, mayGroup, done };
    render(
      res,
      'insights/placements',
      placementsView(review, submissions, log, frame, actor.words, typed),
      {
        title: actor.words.t('placements.title'),
        nav: assignmentNav(actor, assignment.id, 'placements'),
      },
    );
  }

  /** Edits of the task meanwhile do not stand in the way of placements. */
  async function write(
    actor: Actor,
    assignment: Assignment,
    change: (placements: readonly Placement[]) => readonly Placement[],
  ): Promise<void> {
    let current = assignment;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await deps.assignments.change(
          current,
          { placements: change(current.placements) },
          deps.clock(),
        );
        return;
      } catch (error) {
        const isStale = error instanceof TrellisError && error.code === 'EDIT_CONFLICT';
        if (!isStale || attempt === TRIES) throw error;
        current = await deps.assignments.get(actor.contextId, assignment.id);
      }
    }
  }

  function logOf(
    actor: Actor,
    review: Review,
    row: ReviewRow,
    decision: Decision,
    what: PlacementDecision['what'],
  ): Omit<PlacementDecision, '_id'> {
    return {
      contextId: actor.contextId,
      assignmentId: review.assignment.id,
      membershipId: decision.membershipId,
      what,
      tierId: decision.tierId,
      suggestedTierId: row.suggested?.id ?? null,
      reason: decision.reason,
      byMembershipId: actor.membershipId,
      at: review.now,
    };
  }

  router.get(
    '/',
    handler(async (req, res) => {
      const done = typeof req.query['done'] === 'string' ? Number(req.query['done']) : null;
      const review = await reviewFor(actorOf(res), param(req, 'assignment'));
      await show(res, review, done !== null && Number.isInteger(done) ? done : null);
    }),
  );

  router.post(
    '/confirm',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words } = actor;
      const { tier, reason } = parseBody(confirmSchema, req);
      const review = await reviewFor(actor, param(req, 'assignment'));
      const { tiers } = review.assignment.published ?? review.assignment.draft;
      const rows = new Map(review.rows.map((row) => [row.membershipId, row]));
      const errors: Record<string, string> = {};
      const decisions = review.rows.flatMap((row): Decision[] => {
        const id = row.membershipId;
        // Who joined since the page was opened was not decided on.
        const chosen = tiers.find((t) => t.id === tier[id]);
        if (chosen === undefined) return [];
        const why = reason[id] ?? '';
        if (needsReason(row, chosen) && why === '') errors[id] = words.t('placements.error.reason');
        return [{ membershipId: id, tierId: chosen.id, reason: why }];
      });
      if (Object.keys(errors).length > 0) {
        await show(res.status(422), review, null, { tier, reason, errors });
        return;
      }
      await write(actor, review.assignment, (placements) =>
        decide(placements, decisions, rows, actor.membershipId, review.now),
      );
      await deps.placementLog.add(
        decisions.flatMap((decision) => {
          const row = rows.get(decision.membershipId);
          if (row === undefined) return [];
          const isAsSuggested = decision.tierId === (row.suggested ?? row.now).id;
          return [logOf(actor, review, row, decision, isAsSuggested ? 'confirmed' : 'changed')];
        }),
      );
      const href = `${actor.base}/a/${review.assignment.id}/placements`;
      res.redirect(303, `${href}?done=${decisions.length}`);
    }),
  );

  async function rowOf(actor: Actor, assignmentId: string, member: string) {
    const review = await reviewFor(actor, assignmentId);
    const row = review.rows.find((r) => r.membershipId === member);
    if (row === undefined) throw new TrellisError('NOT_FOUND', 'no such student in this course');
    return { review, row };
  }

  async function place(
    actor: Actor,
    review: Review,
    row: ReviewRow,
    step: 1 | -1,
    what: PlacementDecision['what'],
    reason: string,
  ): Promise<void> {
    const { assignment, now } = review;
    const { tiers } = assignment.published ?? assignment.draft;
    const at = LEVELS.indexOf(tierNow(assignment, row.membershipId).tier.kind);
    const level = LEVELS[Math.min(LEVELS.length - 1, Math.max(0, at + step))] ?? 'base';
    const decision = {
      membershipId: row.membershipId,
      tierId: tierOfLevel(tiers, level).id,
      reason,
    };
    await write(actor, assignment, (placements) =>
      decide(placements, [decision], new Map([[row.membershipId, row]]), actor.membershipId, now),
    );
    await deps.placementLog.add([logOf(actor, review, row, decision, what)]);
  }

  router.post(
    '/stretch',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { member, reason } = parseBody(actSchema, req);
      const { review, row } = await rowOf(actor, param(req, 'assignment'), member);
      await place(actor, review, row, 1, 'changed', reason[member] ?? '');
      res.redirect(303, `${actor.base}/a/${review.assignment.id}/placements?done=1`);
    }),
  );

  router.post(
    '/keep',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { member, reason } = parseBody(actSchema, req);
      const { review, row } = await rowOf(actor, param(req, 'assignment'), member);
      const why = reason[member] ?? '';
      if (why === '') {
        const errors = { [member]: actor.words.t('placements.error.keep') };
        await show(res.status(422), review, null, { tier: {}, reason, errors });
        return;
      }
      const decision = { membershipId: member as MembershipId, tierId: row.now.id, reason: why };
      await write(actor, review.assignment, (placements) =>
        decide(
          placements,
          [decision],
          new Map([[row.membershipId, row]]),
          actor.membershipId,
          review.now,
        ),
      );
      await deps.placementLog.add([logOf(actor, review, row, decision, 'kept')]);
      res.redirect(303, `${actor.base}/a/${review.assignment.id}/placements?done=1`);
    }),
  );

  router.post(
    '/requests/:submission',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { answer } = parseBody(requestSchema, req);
      const submission = await deps.submissions.byId(actor.contextId, param(req, 'submission'));
      if (submission?.request?.answer !== 'open')
        throw new TrellisError('NOT_FOUND', 'no open request');
      const { request } = submission;
      const { review, row } = await rowOf(actor, submission.assignmentId, submission.membershipId);
      await deps.submissions.change(
        submission,
        { request: { ...request, answer, answeredAt: review.now } },
        review.now,
      );
      const why = actor.words.t(`placements.request-reason.${request.kind}`);
      if (answer === 'yes')
        await place(actor, review, row, request.kind === 'stretch' ? 1 : -1, 'request-yes', why);
      else {
        const decision = {
          membershipId: row.membershipId,
          tierId: row.now.id,
          reason: why,
        };
        await deps.placementLog.add([logOf(actor, review, row, decision, 'request-no')]);
      }
      res.redirect(303, `${actor.base}/a/${review.assignment.id}/placements`);
    }),
  );
  return router;
}
