import { Router, type Request } from 'express';
import type { Assignments } from '../assignments/assignment.model.js';
import { TrellisError } from '../errors.js';
import type { Memberships } from '../launch/membership.model.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { myWishesSchema } from './groups.schema.js';
import { classmates, myWishesView } from './my-wishes.view.js';
import type { PairRules } from './pair-rule.model.js';
import type { WishBoxes } from './wish-box.model.js';

interface Deps {
  readonly assignments: Assignments;
  readonly memberships: Memberships;
  readonly pairRules: PairRules;
  readonly wishBoxes: WishBoxes;
  readonly clock: () => Date;
}

/** A student names classmates they wish to work with: seen by their teachers, by no other student. */
export function myWishesRoutes(deps: Deps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('learn'));

  /** The assignment with who may be named, while wishes are open for it. */
  async function openBox(req: Request, actor: Actor) {
    const { contextId, membershipId, words } = actor;
    const assignment = await deps.assignments.get(contextId, param(req, 'assignment'));
    const isOpen = await deps.wishBoxes.isOpen(contextId, assignment.id);
    if (assignment.published === null || !isOpen)
      throw new TrellisError('NOT_FOUND', 'wishes for partners are not open');
    const learners = await deps.memberships.learners(contextId);
    const mates = classmates(learners, membershipId, words);
    return { title: assignment.published.title, base: `${actor.base}/a/${assignment.id}`, mates };
  }

  router.get(
    '/',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { title, base, mates } = await openBox(req, actor);
      const own = await deps.pairRules.wishesOf(actor.contextId, actor.membershipId);
      const isDone = req.query['done'] === '1';
      const view = myWishesView(title, base, mates, own, actor.words, { isDone });
      const head = actor.words.t('groups.my-wishes.title');
      render(res, 'groups/my-wishes', view, { title: head, backHref: view.backHref });
    }),
  );

  router.post(
    '/',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId, membershipId, words } = actor;
      const { title, base, mates } = await openBox(req, actor);
      const { mate } = parseBody(myWishesSchema, req);
      const named = [...new Set(mate.filter((id) => id !== ''))];
      const wished = mates.filter(({ id }) => named.includes(id)).map(({ id }) => id);
      if (wished.length < named.length) {
        const error = words.t('groups.my-wishes.gone');
        const view = myWishesView(title, base, mates, mate, words, { error });
        const head = words.t('groups.my-wishes.title');
        render(res.status(422), 'groups/my-wishes', view, {
          title: head,
          backHref: view.backHref,
        });
        return;
      }
      await deps.pairRules.wish(contextId, membershipId, wished, membershipId, deps.clock());
      res.redirect(303, `${base}/partners?done=1`);
    }),
  );
  return router;
}
