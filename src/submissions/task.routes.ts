import { Router } from 'express';
import { TrellisError } from '../errors.js';
import type { OptionId } from '../ids.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, tryBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { changeWith } from './change-with.js';
import type { SubmissionDeps } from './deps.js';
import { ownTask, showTask, taskHref } from './own-task.view.js';
import { isClosed } from './submission.js';
import { askSchema, stepSchema, anotherWaySchema } from './task.schema.js';

export interface PausedView {
  readonly heading: string;
  readonly text: string;
}

declare module '../web/render.js' {
  interface Views {
    'submissions/paused': PausedView;
  }
}

/** The student's task page and what is done on it except the work itself. */
export function taskRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });
  router.use(['/task', '/choice', '/steps', '/ask', '/another-way'], allow('learn'));

  router.get(
    '/task',
    handler(async (req, res) => {
      try {
        await showTask(deps, req, res, 200);
      } catch (error) {
        if (!(error instanceof TrellisError) || error.details.reason !== 'paused') throw error;
        const { words } = actorOf(res);
        const heading = words.t('submissions.paused.title');
        render(
          res,
          'submissions/paused',
          { heading, text: words.t('submissions.paused.text') },
          { title: heading },
        );
      }
    }),
  );

  router.post(
    '/task/seen',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { submission, assignment } = await ownTask(deps, actor, param(req, 'assignment'));
      await changeWith(deps, actor, submission, () => ({ seenRevision: assignment.revision }));
      res.redirect(303, taskHref(actor, assignment.id));
    }),
  );

  router.post(
    '/choice/all',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { submission, assignment } = await ownTask(deps, actor, param(req, 'assignment'));
      await changeWith(deps, actor, submission, () => ({ showsAll: true }));
      res.redirect(303, taskHref(actor, assignment.id, '?choices=all#choices'));
    }),
  );

  router.post(
    '/choice/:option/take',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const own = await ownTask(deps, actor, param(req, 'assignment'));
      const { submission, left, task, assignment } = own;
      const option = task.options.find((o) => o.id === req.params['option']);
      if (option === undefined) {
        await showTask(deps, req, res, 409, {
          problem: actor.words.t('choices-rules.refusal.unknown'),
        });
        return;
      }
      if (submission.chosenIds.includes(option.id)) {
        res.redirect(303, taskHref(actor, assignment.id, `?work=${option.id}#work`));
        return;
      }
      if (isClosed(submission) || left.wishIds.includes(option.id) || !left.canChoose(option.id)) {
        await showTask(deps, req, res, 409, {
          problem: actor.words.t(
            isClosed(submission) || !left.canSwitch
              ? 'submissions.choice-closed'
              : left.wishIds.includes(option.id)
                ? 'submissions.wish.why'
                : 'choices-rules.refusal.cannot-be-completed',
          ),
        });
        return;
      }
      const isWhole = option.onlyFor !== null && task.design.board.rule.kind !== 'pick';
      await changeWith(deps, actor, submission, (now) => ({
        // One choice takes the place of the other; the draft of the other stays.
        chosenIds: left.isSingle || isWhole ? [option.id] : [...now.chosenIds, option.id],
        state: now.state === 'taken-back' ? now.state : 'working',
      }));
      res.redirect(303, taskHref(actor, assignment.id, `?work=${option.id}#work`));
    }),
  );

  router.post(
    '/choice/:option/put-back',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const own = await ownTask(deps, actor, param(req, 'assignment'));
      if (isClosed(own.submission) || !own.left.canSwitch) {
        await showTask(deps, req, res, 409, {
          problem: actor.words.t('submissions.choice-closed'),
        });
        return;
      }
      await changeWith(deps, actor, own.submission, (now) => ({
        chosenIds: now.chosenIds.filter((id) => id !== req.params['option']),
      }));
      res.redirect(303, taskHref(actor, own.assignment.id, '?choices=all#choices'));
    }),
  );

  for (const [path, isWished] of [
    ['wish', true],
    ['unwish', false],
  ] as const) {
    router.post(
      `/choice/:option/${path}`,
      handler(async (req, res) => {
        const actor = actorOf(res);
        const own = await ownTask(deps, actor, param(req, 'assignment'));
        const id = param(req, 'option') as OptionId;
        if (!own.left.wishIds.includes(id)) throw new TrellisError('NOT_FOUND', 'no such wish');
        await changeWith(deps, actor, own.submission, (now) => ({
          wishes: [...now.wishes.filter((w) => w !== id), ...(isWished ? [id] : [])],
          showsAll: true,
          state: now.state === 'not-started' ? 'choosing' : now.state,
        }));
        res.redirect(303, taskHref(actor, own.assignment.id, '?choices=all#choices'));
      }),
    );
  }

  router.post(
    '/steps/:step',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { done } = parseBody(stepSchema, req);
      const own = await ownTask(deps, actor, param(req, 'assignment'));
      const step = own.task.tier.steps.find((s) => s.id === req.params['step']);
      if (step === undefined) throw new TrellisError('NOT_FOUND', 'no such step');
      await changeWith(deps, actor, own.submission, (now) => ({
        doneStepIds: [
          ...now.doneStepIds.filter((id) => id !== step.id),
          ...(done === 'yes' ? [step.id] : []),
        ],
        state: now.state === 'not-started' ? 'choosing' : now.state,
      }));
      res.redirect(303, taskHref(actor, own.assignment.id, '#do'));
    }),
  );

  router.post(
    '/ask',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const own = await ownTask(deps, actor, param(req, 'assignment'));
      const body = tryBody(askSchema, req);
      if (!body.ok) {
        const typed = body.typed['text'];
        await showTask(deps, req, res, 422, {
          ask: {
            typed: typeof typed === 'string' ? typed : '',
            error: actor.words.t('submissions.ask.error'),
          },
        });
        return;
      }
      const { contextId, membershipId } = actor;
      await deps.messages.add(
        {
          contextId,
          membershipId,
          assignmentId: own.assignment.id,
          kind: 'question',
          text: body.value.text,
          byMembershipId: membershipId,
        },
        deps.clock(),
      );
      res.redirect(303, taskHref(actor, own.assignment.id, '#ask'));
    }),
  );

  router.post(
    '/another-way',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { kind } = parseBody(anotherWaySchema, req);
      const own = await ownTask(deps, actor, param(req, 'assignment'));
      if (!own.task.design.settings.allowsTierRequests)
        throw new TrellisError('NOT_FOUND', 'requests are switched off');
      const asked = kind === 'further' ? 'stretch' : 'simpler';
      await changeWith(deps, actor, own.submission, (now) =>
        now.request?.answer === 'open'
          ? {}
          : { request: { kind: asked, at: deps.clock(), answer: 'open', answeredAt: null } },
      );
      res.redirect(303, taskHref(actor, own.assignment.id, '#help'));
    }),
  );
  return router;
}
