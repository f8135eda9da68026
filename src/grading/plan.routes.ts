import { Router, type Response } from 'express';
import { assignmentNav } from '../assignments/nav.view.js';
import type { ContextId, MembershipId } from '../ids.js';
import type { EvidencePiece } from '../insights/evidence.model.js';
import { goalKey } from '../insights/goal-key.js';
import { planNextSteps, type GradedStudent, type NextPlan } from '../insights/next-steps.js';
import { tierNow } from '../insights/routes-worked.js';
import { displayName } from '../launch/display-name.js';
import { may } from '../launch/permissions.js';
import type { Groupings } from '../groups/grouping.model.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { wordsFor } from '../web/words.js';
import { annotationIdSchema } from './grade.schema.js';
import { isComplete } from './grade-state.js';
import { criterionShares } from './graded-shares.js';
import type { GradingDeps } from './grading-context.js';
import { loadPieces, type LoadedPieces } from './load-pieces.job.js';
import type { Piece } from './pieces.js';
import type { NextStepPlans } from './plan.model.js';
import { planView } from './plan.view.js';

interface Deps extends GradingDeps {
  readonly plans: NextStepPlans;
  readonly groupings: Groupings;
  readonly recentEvidence: (
    contextId: ContextId,
    ageMs?: number,
  ) => Promise<readonly EvidencePiece[]>;
}

/** After grading: piles by criterion and one plan, made with a click and undone within ten minutes. */
export function planRoutes(deps: Deps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('teach'));
  const { plans, clock } = deps;

  async function planOf(actor: Actor, loaded: LoadedPieces): Promise<NextPlan> {
    const { assignment, design, pieces } = loaded;
    const [evidence, groupings] = await Promise.all([
      deps.recentEvidence(actor.contextId),
      deps.groupings.recent(actor.contextId),
    ]);
    const goals = new Set(design.goals.map(goalKey));
    const stateOf = ({ grade }: Piece): GradedStudent['state'] => {
      if (grade === null || !grade.isFinished || !isComplete(design, grade)) return 'ungraded';
      return grade.kind === 'scored' ? 'graded' : grade.kind;
    };
    const students = pieces
      .filter(({ member }) => member.status === 'active')
      .map((piece) => ({
        studentId: piece.member._id,
        state: stateOf(piece),
        criteria: piece.grade === null ? [] : criterionShares(design, piece.grade),
        current: tierNow(assignment, piece.member._id).tier.kind,
        evidence: evidence
          .filter((one) => one.membershipId === piece.member._id && goals.has(one.goalKey))
          .map(({ value, at }) => ({ score: value, at })),
      }));
    return planNextSteps(
      students,
      design.criteria.map((criterion) => criterion.id),
      groupings.map((grouping) => grouping.order.basis),
      clock(),
    );
  }

  async function show(res: Response, loaded: LoadedPieces, done = ''): Promise<void> {
    const actor = actorOf(res);
    const { assignment, pieces } = loaded;
    const neutral = (number: number): string => actor.words.t('grading.student', { number });
    const names = new Map<string, string>(
      pieces.map(({ member }) => [member._id, displayName(member, neutral)]),
    );
    const view = planView({
      assignment,
      plan: await planOf(actor, loaded),
      nameOf: (id) => names.get(id) ?? '',
      made: await plans.newest(assignment.id),
      done,
      base: actor.base,
      now: clock(),
      mayGrade: may(actor.role, 'grade', actor.assistants),
      words: actor.words,
    });
    render(res, 'grading/plan', view, {
      title: actor.words.t('grading.plan.title'),
      nav: assignmentNav(actor, assignment.id, 'grading'),
    });
  }

  router.get(
    '/',
    handler(async (req, res) => {
      await show(res, await loadPieces(deps, actorOf(res), param(req, 'assignment')));
    }),
  );

  router.post(
    '/',
    allow('grade'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const loaded = await loadPieces(deps, actor, param(req, 'assignment'));
      const { assignment, design, pieces } = loaded;
      const known = await plans.newest(assignment.id);
      // Two clicks, or two teachers: the plan that waits is the plan.
      if (known === null || known.undoUntil <= clock()) {
        const plan = await planOf(actor, loaded);
        const byId = new Map(pieces.map(({ member }) => [member._id as string, member]));
        const messages = plan.steps
          .filter(({ kind }) => kind !== 'go-on')
          .map((step) => {
            const words = wordsFor(
              byId.get(step.studentId)?.locale ?? design.language,
              actor.words.timeZone,
            );
            const about = design.criteria.find((c) => c.id === step.criterionId)?.text ?? '';
            const text = words.t(step.messageKey);
            return {
              membershipId: step.studentId as MembershipId,
              text: about === '' ? text : `${text} ${words.t('grading.plan.about', { about })}`,
            };
          });
        await plans.make(
          {
            contextId: actor.contextId,
            assignmentId: assignment.id,
            by: actor.membershipId,
            messages,
            conferenceIds: plan.conferenceIds as readonly MembershipId[],
          },
          clock(),
        );
      }
      await show(res, loaded);
    }),
  );

  router.post(
    '/undo',
    allow('grade'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { id } = parseBody(annotationIdSchema, req);
      const loaded = await loadPieces(deps, actor, param(req, 'assignment'));
      const isUndone = await plans.undo(actor.contextId, id, clock());
      await show(
        res,
        loaded,
        actor.words.t(isUndone ? 'grading.plan.undone' : 'grading.plan.too-late'),
      );
    }),
  );

  return router;
}
