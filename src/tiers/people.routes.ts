import { Router, type Response } from 'express';
import { courseNav } from '../assignments/nav.view.js';
import type { Membership, Memberships } from '../launch/membership.model.js';
import { TrellisError } from '../errors.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { tryBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { peopleView, personView } from './people.view.js';
import { noSupports, type LearnerSupports } from './supports.js';
import type { SupportsOfLearners } from './supports.model.js';
import { supportsSchema } from './supports.schema.js';

/** The course's people, and what single students get in every task. */
export function peopleRoutes(deps: {
  readonly memberships: Memberships;
  readonly supports: SupportsOfLearners;
  readonly clock: () => Date;
}): Router {
  const router = Router({ mergeParams: true });
  const { memberships, supports, clock } = deps;
  router.use(allow('teach'));

  async function learnerOf(res: Response, id: string): Promise<Membership> {
    const person = await memberships.get(actorOf(res).contextId, id);
    if (person.role !== 'learner') throw new TrellisError('NOT_FOUND', 'supports are for students');
    return person;
  }

  function show(
    res: Response,
    person: Membership,
    own: LearnerSupports,
    errors: Readonly<Record<string, string>> = {},
  ): void {
    const actor = actorOf(res);
    render(
      res,
      'assignments/person',
      personView(person, own, { base: actor.base, words: actor.words, errors }),
      {
        title: actor.words.t('tiers.supports.title'),
        nav: courseNav(actor, 'people'),
        backHref: `${actor.base}/course/people`,
      },
    );
  }

  router.get(
    '/',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const [people, given] = await Promise.all([
        memberships.list(actor.contextId),
        supports.list(actor.contextId),
      ]);
      const saved = req.query['saved'] === '1' ? actor.words.t('tiers.supports.saved') : null;
      render(
        res,
        'assignments/people',
        peopleView(people, given, { base: actor.base, words: actor.words, saved }),
        { title: actor.words.t('tiers.people.title'), nav: courseNav(actor, 'people') },
      );
    }),
  );

  router.get(
    '/:member',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const person = await learnerOf(res, param(req, 'member'));
      const own = await supports.find(actor.contextId, person._id);
      show(res, person, own ?? noSupports(person._id));
    }),
  );

  router.post(
    '/:member',
    allow('design'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const person = await learnerOf(res, param(req, 'member'));
      const form = tryBody(supportsSchema, req);
      if (!form.ok) {
        const own = (await supports.find(actor.contextId, person._id)) ?? noSupports(person._id);
        const typed = form.typed['note'];
        res.status(422);
        show(
          res,
          person,
          { ...own, note: typeof typed === 'string' ? typed : own.note },
          form.errors,
        );
        return;
      }
      const { stepsAtATime, ...rest } = form.value;
      await supports.set(
        actor.contextId,
        {
          membershipId: person._id,
          ...rest,
          stepsAtATime: stepsAtATime === 0 ? null : stepsAtATime,
        },
        actor.membershipId,
        clock(),
      );
      res.redirect(303, `${actor.base}/course/people?saved=1`);
    }),
  );
  return router;
}
