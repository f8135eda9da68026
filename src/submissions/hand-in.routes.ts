import { Router, type Request, type Response } from 'express';
import { TrellisError } from '../errors.js';
import type { AssignmentId, MembershipId } from '../ids.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { changeWith } from './change-with.js';
import type { SubmissionDeps } from './deps.js';
import { handInProblems, makeHandIn } from './hand-in.js';
import { handInSchema } from './hand-in.schema.js';
import { handInView, reflectionPrompts } from './hand-in.view.js';
import { mateName, ownTask, taskHref, type OwnTask } from './own-task.view.js';
import { shareHandIn } from './share-hand-in.js';
import { isClosed, type Submission } from './submission.js';

/** Looking over, handing in, taking back, and working on after feedback. */
export function handInRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });
  router.use(['/hand-in', '/take-back', '/revise'], allow('learn'));

  function show(res: Response, own: OwnTask, submission: Submission, status: number): void {
    const actor = actorOf(res);
    const now = deps.clock();
    const view = handInView({
      task: own.task,
      submission,
      problems: handInProblems(own.task, submission, own.left.isComplete),
      sharedWith: own.mates.map((mate) => mateName(mate, actor)),
      at: `${actor.base}/a/${own.assignment.id}`,
      addressOf: (fileId) => deps.fileAddress(actor.sessionId, fileId, now),
      words: actor.words,
      now,
    });
    render(res.status(status), 'submissions/hand-in', view, {
      title: view.title,
      backHref: view.taskHref,
    });
  }

  /** Keeps ratings and thoughts; only criteria of the rubric count. */
  async function keep(req: Request, actor: Actor, own: OwnTask): Promise<Submission> {
    const body = parseBody(handInSchema, req);
    const prompts = reflectionPrompts(actor.words);
    return changeWith(deps, actor, own.submission, () => ({
      selfRatings: own.task.criteria.flatMap((criterion) => {
        const share = body.rating[criterion.id];
        const note = body.note[criterion.id] ?? '';
        const isSaid = (share !== undefined && share !== '') || note !== '';
        return isSaid
          ? [{ criterionId: criterion.id, share: typeof share === 'number' ? share : null, note }]
          : [];
      }),
      reflections: prompts.map((prompt, i) => ({ prompt, text: body.reflection[String(i)] ?? '' })),
    }));
  }

  router.get(
    '/hand-in',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const own = await ownTask(deps, actor, param(req, 'assignment'));
      if (isClosed(own.submission) || own.assignment.isNative) {
        res.redirect(303, taskHref(actor, own.assignment.id));
        return;
      }
      show(res, own, own.submission, 200);
    }),
  );

  router.post(
    '/hand-in/keep',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const own = await ownTask(deps, actor, param(req, 'assignment'));
      if (!isClosed(own.submission)) await keep(req, actor, own);
      if (req.accepts(['html', 'json']) === 'json') res.json({ saved: true });
      else res.redirect(303, `${actor.base}/a/${own.assignment.id}/hand-in`);
    }),
  );

  router.post(
    '/hand-in',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const own = await ownTask(deps, actor, param(req, 'assignment'));
      const { assignment, task } = own;
      if (assignment.isNative)
        throw new TrellisError('NOT_FOUND', 'handed in on the platform, not here');
      // Sent twice, by two taps or two tabs: it is handed in, once.
      if (isClosed(own.submission)) {
        res.redirect(303, taskHref(actor, assignment.id));
        return;
      }
      const kept = await keep(req, actor, own);
      const problems = handInProblems(task, kept, own.left.isComplete);
      if (problems.length > 0) {
        show(res, own, kept, 422);
        return;
      }
      const now = deps.clock();
      const memberIds = [actor.membershipId, ...own.mates.map((mate) => mate._id)];
      let isNew = false;
      const done = await changeWith(deps, actor, kept, (current) => {
        isNew = !isClosed(current);
        if (!isNew) return { changedAt: current.changedAt };
        return {
          state: 'handed-in',
          handIns: [...current.handIns, makeHandIn(task, current, memberIds, now)],
        };
      });
      if (isNew as boolean) {
        deps.onHandIn(done);
        await shareHandIn(deps, actor, assignment, done);
      }
      res.redirect(303, taskHref(actor, assignment.id));
    }),
  );

  router.post(
    '/take-back',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId } = actor;
      const own = await ownTask(deps, actor, param(req, 'assignment'));
      const { submission, task, assignment } = own;
      const members = submission.handIns.at(-1)?.memberIds ?? [];
      const isGraded = await anyGraded(assignment.id, members, actor);
      const mayTake = submission.state === 'handed-in' && task.design.settings.allowsTakeBack;
      if (!mayTake || isGraded)
        throw new TrellisError('NOT_ALLOWED', 'cannot be taken back', { reason: 'graded' });
      for (const membershipId of members) {
        const theirs = await deps.submissions.find(contextId, assignment.id, membershipId);
        if (theirs?.state === 'handed-in')
          await changeWith(deps, actor, theirs, () => ({ state: 'taken-back' }));
      }
      res.redirect(303, taskHref(actor, assignment.id, '#work'));
    }),
  );

  async function anyGraded(
    assignmentId: AssignmentId,
    members: readonly MembershipId[],
    actor: Actor,
  ): Promise<boolean> {
    const grades = await Promise.all(
      members.map((id) => deps.grades.find(actor.contextId, assignmentId, id)),
    );
    return grades.some((grade) => grade !== null && (grade.isFinished || grade.released !== null));
  }

  router.post(
    '/revise',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const own = await ownTask(deps, actor, param(req, 'assignment'));
      const grade = await deps.grades.find(actor.contextId, own.assignment.id, actor.membershipId);
      const isBack = own.submission.state === 'returned' || grade?.released != null;
      if (!isBack || !own.task.design.settings.allowsResubmit)
        throw new TrellisError('NOT_ALLOWED', 'no more attempts', { reason: 'no-revision' });
      await changeWith(deps, actor, own.submission, () => ({ state: 'working' }));
      res.redirect(303, taskHref(actor, own.assignment.id, '#work'));
    }),
  );
  return router;
}
