import { Router } from 'express';
import { assignmentNav } from '../assignments/nav.view.js';
import { TrellisError } from '../errors.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseQuery } from '../web/parse.js';
import { render } from '../web/render.js';
import { bothQuery, compareQuery } from './groups.schema.js';
import { compareView, historyView, showView } from './history.view.js';
import type { GroupDeps } from './load-board.js';
import { nameIn } from './say-groups.view.js';
import { boardFor } from './show-board.view.js';

/** Earlier groupings, two side by side, and the page for the wall. */
export function historyRoutes(deps: GroupDeps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('teach'));

  router.get(
    '/history',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId } = actor;
      const board = await boardFor(deps, actor, param(req, 'assignment'));
      const { assignment, people } = board;
      const href = `${actor.base}/a/${assignment.id}/groups`;
      const all = await deps.groupings.ofAssignment(contextId, assignment.id);
      const title = (assignment.published ?? assignment.draft).title;
      render(
        res,
        'groups/history',
        historyView(all, people, assignment.groupingId, title, href, words),
        {
          title: words.t('groups.history.title'),
          nav: assignmentNav(actor, assignment.id, 'groups'),
          backHref: href,
        },
      );
    }),
  );

  router.get(
    '/compare',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId } = actor;
      const board = await boardFor(deps, actor, param(req, 'assignment'));
      const { assignment, people } = board;
      const wanted = parseQuery(compareQuery, req);
      const sides = await Promise.all(
        [wanted.a, wanted.b].map((id) => deps.groupings.get(contextId, id)),
      );
      const [first, second] = sides.sort((a, b) => a.madeAt.getTime() - b.madeAt.getTime());
      if (first === undefined || second === undefined)
        throw new TrellisError('NOT_FOUND', 'two groupings are compared');
      const href = `${actor.base}/a/${assignment.id}/groups`;
      const title = (assignment.published ?? assignment.draft).title;
      render(
        res,
        'groups/compare',
        compareView(first, second, people, assignment.groupingId, title, href, words),
        {
          title: words.t('groups.compare.title'),
          nav: assignmentNav(actor, assignment.id, 'groups'),
          backHref: `${href}/history`,
        },
      );
    }),
  );

  router.get(
    '/both',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId } = actor;
      const board = await boardFor(deps, actor, param(req, 'assignment'));
      const { assignment, people, current } = board;
      const href = `${actor.base}/a/${assignment.id}/groups`;
      const mine = await deps.groupings.get(contextId, parseQuery(bothQuery, req).mine);
      if (current === null || current.id === mine.id) {
        res.redirect(303, href);
        return;
      }
      const title = (assignment.published ?? assignment.draft).title;
      render(
        res.status(409),
        'groups/both',
        {
          ...compareView(current, mine, people, assignment.groupingId, title, href, words),
          mine: mine.id,
          seen: current.id,
          otherName: nameIn(people, current.madeBy, words),
        },
        {
          title: words.t('groups.both.title'),
          nav: assignmentNav(actor, assignment.id, 'groups'),
        },
      );
    }),
  );

  router.get(
    '/show',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { assignment, people, current } = await boardFor(deps, actor, param(req, 'assignment'));
      const { title } = assignment.published ?? assignment.draft;
      const href = `${actor.base}/a/${assignment.id}/groups`;
      render(res, 'groups/show', showView(current, people, title, href, actor.words), {
        title: actor.words.t('groups.title'),
        layout: 'bare',
      });
    }),
  );
  return router;
}
