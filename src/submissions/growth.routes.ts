import { Router, type Request, type Response } from 'express';
import { fromLocal } from '../assignments/local-time.js';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { MembershipId } from '../ids.js';
import { displayName } from '../launch/display-name.js';
import type { Permission } from '../launch/permissions.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, tryBody } from '../web/parse.js';
import { render } from '../web/render.js';
import type { SubmissionDeps } from './deps.js';
import type { Growth, PersonalGoal } from './growth.model.js';
import { aboutMeSchema, goalActSchema, goalSchema, linesOf } from './growth.schema.js';
import { growthView, type GradedPiece, type GrowthView } from './growth.view.js';
import { actOnGoal, tickStep, writtenGoal, type GoalActor } from './personal-goal.js';

/** Whose page it is and who looks at it. */
interface Place {
  readonly studentId: MembershipId;
  readonly heading: string;
  readonly at: string;
  readonly backHref: string;
  readonly actor: Actor;
  readonly by: GoalActor;
}

/**
 * My growth for a student (`/my/growth`), and the same page for their teacher (`/growth/:member`):
 * both set goals, plan and sign.
 *
 * @param permission - `learn`: one's own page; `teach`: a student's.
 */
export function growthRoutes(
  deps: SubmissionDeps,
  permission: Extract<Permission, 'learn' | 'teach'>,
): Router {
  const router = Router({ mergeParams: true });
  router.use(allow(permission));

  async function placeOf(req: Request, res: Response): Promise<Place> {
    const actor = actorOf(res);
    const { words, base, membershipId } = actor;
    if (permission === 'learn') {
      return {
        studentId: membershipId,
        heading: words.t('growth.title'),
        at: `${base}/my/growth`,
        backHref: `${base}/my`,
        actor,
        by: { membershipId, isTeacher: false },
      };
    }
    const member = await deps.memberships.get(actor.contextId, param(req, 'member'));
    if (member.role !== 'learner') throw new TrellisError('NOT_FOUND', 'not a student');
    const name = displayName(member, (n) => words.t('submissions.student-number', { number: n }));
    return {
      studentId: member._id,
      heading: words.t('growth.of', { name }),
      at: `${base}/growth/${member._id}`,
      backHref: `${base}/course/people`,
      actor,
      by: { membershipId, isTeacher: true },
    };
  }

  async function show(place: Place, res: Response, status: number, typed?: GrowthView['typed']) {
    const { contextId, words, base } = place.actor;
    const [growth, grades, submissions, assignments] = await Promise.all([
      deps.growths.get(contextId, place.studentId, deps.clock()),
      deps.grades.ofMember(contextId, place.studentId),
      deps.submissions.ofMember(contextId, place.studentId),
      deps.assignments.list(contextId),
    ]);
    const pieces = grades.flatMap((grade): GradedPiece[] => {
      const assignment = assignments.find((a) => a.id === grade.assignmentId);
      if (grade.released === null || assignment === undefined) return [];
      const submission = submissions.find((s) => s.assignmentId === grade.assignmentId) ?? null;
      return [{ assignment, submission, released: grade.released }];
    });
    const view = growthView({
      growth,
      pieces,
      isTeacher: place.by.isTeacher,
      heading: place.heading,
      at: place.at,
      base,
      words,
      ...(typed === undefined ? {} : { typed }),
    });
    render(res.status(status), 'submissions/growth', view, {
      title: words.t('growth.title'),
      backHref: place.backHref,
    });
  }

  /** Changes the page by what it is at the moment of writing. */
  async function change(
    place: Place,
    make: (growth: Growth) => Partial<Pick<Growth, 'goals' | 'interests' | 'preferences'>>,
  ): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const now = deps.clock();
      const growth = await deps.growths.get(place.actor.contextId, place.studentId, now);
      try {
        await deps.growths.change(growth, make(growth), now);
        return;
      } catch (error) {
        const isConflict = error instanceof TrellisError && error.code === 'EDIT_CONFLICT';
        if (!isConflict || tries >= 5) throw error;
      }
    }
  }

  const changeGoal = (place: Place, id: string, make: (goal: PersonalGoal) => PersonalGoal) =>
    change(place, (growth) => {
      if (!growth.goals.some((g) => g.id === id))
        throw new TrellisError('NOT_FOUND', 'no such goal');
      return { goals: growth.goals.map((g) => (g.id === id ? make(g) : g)) };
    });

  router.get(
    '/',
    handler(async (req, res) => show(await placeOf(req, res), res, 200)),
  );

  router.post(
    '/goals',
    handler(async (req, res) => {
      const place = await placeOf(req, res);
      const { words } = place.actor;
      const body = tryBody(goalSchema, req);
      if (!body.ok) {
        const { text, evidence } = body.typed;
        await show(place, res, 422, {
          text: typeof text === 'string' ? text : '',
          evidence: typeof evidence === 'string' ? evidence : '',
          error: words.t('growth.goal-error'),
        });
        return;
      }
      const { text, evidence, step, due } = body.value;
      const steps = step.flatMap((t, i) =>
        t === ''
          ? []
          : [
              {
                id: newId(),
                text: t,
                dueAt: fromLocal(due[i] ?? '', words.timeZone),
                isDone: false,
              },
            ],
      );
      const now = deps.clock();
      const id = newId();
      const { membershipId } = place.by;
      await change(place, (growth) => ({
        goals: [
          ...growth.goals,
          writtenGoal(
            {
              id,
              text,
              evidence,
              steps: steps.slice(0, 8),
              createdBy: membershipId,
              createdAt: now,
            },
            place.by,
            now,
          ),
        ].slice(-40),
      }));
      res.redirect(303, place.at);
    }),
  );

  router.post(
    '/goals/:goal/steps/:step',
    handler(async (req, res) => {
      const place = await placeOf(req, res);
      await changeGoal(place, param(req, 'goal'), (goal) => tickStep(goal, param(req, 'step')));
      res.redirect(303, place.at);
    }),
  );

  router.post(
    '/goals/:goal',
    handler(async (req, res) => {
      const place = await placeOf(req, res);
      const { act } = parseBody(goalActSchema, req);
      await changeGoal(place, param(req, 'goal'), (goal) =>
        actOnGoal(goal, act, place.by, deps.clock()),
      );
      res.redirect(303, place.at);
    }),
  );

  if (permission === 'learn') {
    router.post(
      '/about-me',
      handler(async (req, res) => {
        const place = await placeOf(req, res);
        const { interests, preferences } = parseBody(aboutMeSchema, req);
        await change(place, () => ({
          interests: linesOf(interests),
          preferences: linesOf(preferences),
        }));
        res.redirect(303, place.at);
      }),
    );
  }
  return router;
}
