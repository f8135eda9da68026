import { Router, type Response } from 'express';
import type { ContextId } from '../ids.js';
import type { Contexts } from '../launch/context.model.js';
import type { Memberships } from '../launch/membership.model.js';
import { may } from '../launch/permissions.js';
import { actorOf, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { renderPart } from '../web/render.js';
import { rosterView, type RosterView } from './roster.view.js';

declare module '../web/render.js' {
  interface Views {
    'groups/roster': RosterView & { readonly rosterHref: string };
  }
}

interface Deps {
  readonly contexts: Contexts;
  readonly memberships: Memberships;
  /**
   * Begins reading the class list unless a read is under way or one as new as `than` is there; does
   * not wait for it.
   */
  readonly readRosterSoon: (contextId: ContextId, than: Date) => void;
  readonly clock: () => Date;
}

/** The class list as the platform has it: read again on demand, with its age and its problem. */
export function rosterRoutes(deps: Deps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('teach'));

  async function part(res: Response, actor: Actor, isBegun: boolean): Promise<string> {
    const [context, learners] = await Promise.all([
      deps.contexts.get(actor.contextId),
      deps.memberships.learners(actor.contextId),
    ]);
    const mayGroup = may(actor.role, 'group', actor.assistants);
    const now = deps.clock();
    const roster = isBegun ? { ...context.roster, readingSince: now } : context.roster;
    const view = rosterView(roster, learners.length, mayGroup, now, actor.words);
    return renderPart(res, 'groups/roster', {
      ...view,
      rosterHref: `${actor.base}/course/roster`,
    });
  }

  router.get(
    '/',
    handler(async (_req, res) => {
      res.type('html').send(await part(res, actorOf(res), false));
    }),
  );

  router.post(
    '/',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      deps.readRosterSoon(actor.contextId, deps.clock());
      if (req.get('HX-Request') === 'true' && req.get('HX-Boosted') !== 'true') {
        res.type('html').send(await part(res, actor, true));
        return;
      }
      const back = (req.body as { back?: unknown } | undefined)?.back;
      const isOurs = typeof back === 'string' && back.startsWith(`${actor.base}/`);
      res.redirect(303, isOurs ? back : `${actor.base}/course`);
    }),
  );
  return router;
}
