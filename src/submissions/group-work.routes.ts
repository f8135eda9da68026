import { Router } from 'express';
import { TrellisError } from '../errors.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { changeWith } from './change-with.js';
import type { SubmissionDeps } from './deps.js';
import { sharedDrafts } from './group-work.view.js';
import { ownTask, taskHref } from './own-task.view.js';
import { isClosed, isEmptyWork } from './submission.js';

/** Going on from what somebody of the own group made, where a group hands in one piece. */
export function groupWorkRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });

  router.post(
    '/group-work/:member/take',
    allow('learn'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId } = actor;
      const { assignment, submission, task, mates } = await ownTask(
        deps,
        actor,
        param(req, 'assignment'),
      );
      const mate = mates.find((m) => m._id === req.params['member']);
      // Anybody who is not of the group is not there at all.
      if (mate === undefined) throw new TrellisError('NOT_FOUND', 'not of the own group');
      if (isClosed(submission))
        throw new TrellisError('EDIT_CONFLICT', 'handed in meanwhile', { reason: 'handed-in' });
      const theirs = await deps.submissions.find(contextId, assignment.id, mate._id);
      const drafts = sharedDrafts(theirs, task);
      if (drafts.length === 0) throw new TrellisError('NOT_FOUND', 'nothing made yet');
      const now = deps.clock();
      const taken = drafts.map((draft) => draft.optionId);
      for (const own of submission.drafts) {
        if (!taken.includes(own.optionId) || isEmptyWork(own.work)) continue;
        const { optionId, version, work, savedAt } = own;
        await deps.draftVersions.keep({
          submissionId: submission.id,
          optionId,
          version,
          work,
          savedAt,
        });
      }
      await changeWith(deps, actor, submission, (current) => ({
        chosenIds: taken,
        state: current.state === 'taken-back' ? current.state : 'working',
        drafts: [
          ...current.drafts.filter((d) => !taken.includes(d.optionId)),
          ...drafts.map((draft) => ({
            ...draft,
            version: (current.drafts.find((d) => d.optionId === draft.optionId)?.version ?? 0) + 1,
            savedAt: now,
            // No page wrote it: one that is open in another tab is shown both.
            writer: { id: '', step: 0 },
          })),
        ],
      }));
      res.redirect(303, taskHref(actor, assignment.id, `?work=${taken[0] ?? ''}#work`));
    }),
  );
  return router;
}
