import { Router, type Response } from 'express';
import { fromLocal } from '../assignments/local-time.js';
import { assignmentNav } from '../assignments/nav.view.js';
import type { MembershipId } from '../ids.js';
import { may } from '../launch/permissions.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, tryBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { ruleSchema, wishBoxSchema } from './groups.schema.js';
import type { Board, GroupDeps } from './load-board.js';
import { rulesView } from './rules.view.js';
import { boardFor } from './show-board.view.js';

/** Keep-apart and keep-together pairs, marks and wishes: private to the teachers, dated. */
export function rulesRoutes(deps: GroupDeps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('teach'));

  async function show(
    res: Response,
    board: Board,
    typed: Parameters<typeof rulesView>[5] = {},
  ): Promise<void> {
    const actor = actorOf(res);
    const [past, isOpen] = await Promise.all([
      deps.pairRules.past(actor.contextId, board.now),
      deps.wishBoxes.isOpen(actor.contextId, board.assignment.id),
    ]);
    const mayGroup = may(actor.role, 'group', actor.assistants);
    const view = rulesView(board, past, actor.base, mayGroup, actor.words, typed);
    const wishes = { isOpen };
    render(
      res,
      'groups/rules',
      { ...view, wishes },
      {
        title: view.title,
        nav: assignmentNav(actor, board.assignment.id, 'groups'),
        backHref: view.backHref,
      },
    );
  }

  router.get(
    '/rules',
    handler(async (req, res) => {
      await show(res, await boardFor(deps, actorOf(res), param(req, 'assignment')));
    }),
  );

  router.post(
    '/rules',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId, membershipId } = actor;
      const board = await boardFor(deps, actor, param(req, 'assignment'));
      const body = tryBody(ruleSchema, req);
      const raw = (body.ok ? body.value : body.typed) as Record<string, unknown>;
      const text = (name: string): string => (typeof raw[name] === 'string' ? raw[name] : '');
      const typed = {
        kind: text('kind'),
        who: text('who'),
        note: text('note'),
        until: text('until'),
        member: [raw['member'] ?? []].flat().map(String),
      };
      if (!body.ok) {
        const errors = Object.fromEntries(
          Object.entries(body.errors).map(([field, key]) => [
            field,
            words.t(key.startsWith('groups.') ? key : 'groups.error.other'),
          ]),
        );
        await show(res.status(422), board, { ...typed, errors });
        return;
      }
      const { kind, who, member, note } = body.value;
      const until =
        body.value.until === '' ? null : fromLocal(body.value.until, board.calendar.timeZone);
      if (body.value.until !== '' && (until === null || until <= board.now)) {
        await show(res.status(422), board, {
          ...typed,
          errors: { until: words.t('groups.error.until') },
        });
        return;
      }
      const here = new Set<string>(board.people.learners.map((person) => person.id));
      const ids = [...new Set(kind === 'wish' ? [who, ...member] : member)].filter((id) =>
        here.has(id),
      ) as MembershipId[];
      const rule = { contextId, memberIds: ids, note, until, createdBy: membershipId };
      await deps.pairRules.add({ ...rule, kind, from: board.now });
      res.redirect(303, `${actor.base}/a/${board.assignment.id}/groups/rules`);
    }),
  );

  router.post(
    '/rules/wishes',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId, membershipId } = actor;
      const { open } = parseBody(wishBoxSchema, req);
      const { id } = await deps.assignments.get(contextId, param(req, 'assignment'));
      await deps.wishBoxes.setOpen(contextId, id, open === 'yes', membershipId, deps.clock());
      res.redirect(303, `${actor.base}/a/${id}/groups/rules`);
    }),
  );

  router.post(
    '/rules/:rule/end',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId, membershipId } = actor;
      const assignment = await deps.assignments.get(contextId, param(req, 'assignment'));
      await deps.pairRules.end(contextId, param(req, 'rule'), membershipId, deps.clock());
      res.redirect(303, `${actor.base}/a/${assignment.id}/groups/rules`);
    }),
  );
  return router;
}
