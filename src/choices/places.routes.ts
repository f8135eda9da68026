import { Router, type Response } from 'express';
import type { Assignment } from '../assignments/assignment.js';
import { TrellisError } from '../errors.js';
import type { OptionId } from '../ids.js';
import { changeWith } from '../submissions/change-with.js';
import type { SubmissionDeps } from '../submissions/deps.js';
import { isOffered, studentTask } from '../submissions/my-task.js';
import { isClosed } from '../submissions/submission.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { allocate } from './allocate.js';
import type { PlaceGiven } from './allocation.model.js';

/** Sharing out options with few places by ranked wishes. */
export function placesRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });

  router.post(
    '/',
    allow('design'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId, membershipId, base } = actor;
      const assignment = await deps.assignments.get(contextId, param(req, 'assignment'));
      const design = assignment.published;
      if (design === null) throw new TrellisError('NOT_FOUND', 'nothing published');
      const [learners, submissions] = await Promise.all([
        deps.memberships.learners(contextId),
        deps.submissions.board(contextId, assignment.id),
      ]);
      const limited = design.board.options.filter((o) => o.places !== null && o.onlyFor === null);
      // Only who wished takes part: everybody else chooses freely among what has no limit.
      const students = learners.flatMap((member) => {
        const wishes = submissions.find((s) => s.membershipId === member._id)?.wishes ?? [];
        const task = studentTask(assignment, member._id);
        if (wishes.length === 0 || task === null) return [];
        const notFor = limited
          .filter((o) => !isOffered(o, member._id, task.tier.id))
          .map((o) => o.id);
        return [{ id: member._id, wishes, notFor }];
      });
      const seed = assignment.revision * 1009 + assignment.version;
      const outcome = allocate(
        students,
        limited.map((o) => ({ id: o.id, places: o.places })),
        seed,
      );
      const given = outcome.placings.map((p): PlaceGiven => ({
        membershipId: p.studentId as typeof membershipId,
        optionId: p.optionId as OptionId | null,
        wish: p.wish,
        reason: p.because,
      }));
      const now = deps.clock();
      await deps.allocations.put({
        _id: assignment.id,
        contextId,
        given,
        byMembershipId: membershipId,
        at: now,
      });
      for (const place of given) await takePlace(res, assignment, place);
      res.redirect(303, `${base}/a/${assignment.id}/choices#places`);
    }),
  );

  /** Chooses for a student the option they were given, unless they have handed in already. */
  async function takePlace(
    res: Response,
    assignment: Assignment,
    place: PlaceGiven,
  ): Promise<void> {
    const { contextId } = actorOf(res);
    const submission = await deps.submissions.find(contextId, assignment.id, place.membershipId);
    if (submission === null || place.optionId === null || isClosed(submission)) return;
    const { optionId } = place;
    const rule = assignment.published?.board.rule;
    const limited = new Set<string>(
      (assignment.published?.board.options ?? []).filter((o) => o.places !== null).map((o) => o.id),
    );
    await changeWith(deps, actorOf(res), submission, (now) => ({
      chosenIds:
        rule?.kind === 'pick' && rule.count === 1
          ? [optionId]
          : [...now.chosenIds.filter((id) => !limited.has(id)), optionId],
      state: now.state === 'not-started' ? 'choosing' : now.state,
      changedAt: now.changedAt,
    }));
  }
  return router;
}
