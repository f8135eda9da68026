import { Router, type Request, type Response } from 'express';
import type { z } from 'zod';
import { fromLocal } from '../assignments/local-time.js';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { MembershipId, TierId } from '../ids.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import {
  boardSchema,
  groupSchema,
  listOf,
  moveSchema,
  rolesSchema,
  untilSchema,
} from './groups.schema.js';
import type { FlexibleGroup, Grouping, GroupingAct } from './grouping.js';
import { giveRoles, handStep, moveMembers, removeGroup, setGroups, undoStep } from './hand-edit.js';
import type { Board, GroupDeps } from './load-board.js';
import { putInForce, syncPlacements } from './put-in-force.js';
import { boardFor, notice, rolesBefore, showBoard } from './show-board.view.js';

type Settings = z.infer<typeof boardSchema>;
type Change = Partial<Pick<Grouping, 'groups' | 'until' | 'taskRoles'>>;

/** Somebody else's change at the same moment is no reason to lose this one: applied to the newest. */
const TRIES = 4;

/** Tiers and meeting notes as they stand in the page; posted with every act, so nothing typed is lost. */
function withSettings(
  groups: readonly FlexibleGroup[],
  settings: Settings,
  tierIds: ReadonlySet<string>,
): readonly FlexibleGroup[] {
  return setGroups(groups, (group) => {
    const tier = settings.tier[group.id];
    const meeting = settings.meeting[group.id];
    return {
      ...(tier === undefined ? {} : { tierId: tierIds.has(tier) ? (tier as TierId) : null }),
      ...(meeting === undefined ? {} : { meeting: meeting.trim() }),
    };
  });
}

/** Changing groups by hand, and undo: lists and selects, no drag needed (product row 31). */
export function handRoutes(deps: GroupDeps): Router {
  const router = Router({ mergeParams: true });
  const href = (actor: Actor, assignmentId: string): string =>
    `${actor.base}/a/${assignmentId}/groups`;

  /** The board again, because another grouping took the place of the one on the teacher's page. */
  function showReplaced(res: Response, board: Board, actor: Actor): void {
    const { words } = actor;
    showBoard(res.status(409), board, {
      notices: [
        notice('warning', words.t('groups.replaced.title'), words.t('groups.replaced.text')),
      ],
    });
  }

  /** Applies one act to the groups in force, on top of what others changed meanwhile. */
  async function act(
    req: Request,
    res: Response,
    settings: Settings,
    what: GroupingAct,
    change: (grouping: Grouping, board: Board) => Change,
  ): Promise<void> {
    const actor = actorOf(res);
    const board = await boardFor(deps, actor, param(req, 'assignment'));
    const { assignment, now } = board;
    const { contextId, membershipId: by } = actor;
    let current = board.current;
    for (let attempt = 1; ; attempt += 1) {
      if (current?.id !== settings.grouping) {
        showReplaced(res, board, actor);
        return;
      }
      const isStale = current.version !== settings.version;
      if (isStale && what === 'tier') {
        const { words } = actor;
        const typed = withSettings(
          current.groups,
          settings,
          new Set(assignment.draft.tiers.map((t) => t.id)),
        );
        showBoard(
          res.status(409),
          { ...board, current: { ...current, groups: typed } },
          {
            notices: [
              notice(
                'warning',
                words.t('groups.meanwhile.title'),
                words.t('groups.meanwhile.text'),
              ),
            ],
          },
        );
        return;
      }
      const tierIds = new Set<string>(assignment.draft.tiers.map((tier) => tier.id));
      const base = isStale
        ? current
        : { ...current, groups: withSettings(current.groups, settings, tierIds) };
      const step = handStep(
        current,
        { groups: base.groups, ...change(base, board) },
        what,
        by,
        now,
      );
      if (step === null) break;
      try {
        const written = await deps.groupings.change(current, step);
        await syncPlacements(deps, { contextId, assignmentId: assignment.id, by, now }, written);
        break;
      } catch (error) {
        const isConflict = error instanceof TrellisError && error.code === 'EDIT_CONFLICT';
        if (!isConflict || attempt === TRIES) throw error;
        current = await deps.groupings.find(contextId, current.id);
      }
    }
    res.redirect(303, href(actor, assignment.id));
  }

  router.post(
    '/move',
    allow('group'),
    handler(async (req, res) => {
      const move = parseBody(moveSchema, req);
      await act(req, res, move, 'move', (grouping, board) => ({
        groups: moveMembers(
          grouping.groups,
          move.member.filter((id) => board.people.byId.has(id as MembershipId)) as MembershipId[],
          move.to,
          newId,
        ),
      }));
    }),
  );

  router.post(
    '/lock',
    allow('group'),
    handler(async (req, res) => {
      const lock = parseBody(groupSchema, req);
      await act(req, res, lock, 'lock', (grouping) => ({
        groups: setGroups(grouping.groups, (group) =>
          group.id === lock.group ? { isLocked: !group.isLocked } : {},
        ),
      }));
    }),
  );

  router.post(
    '/settings',
    allow('group'),
    handler(async (req, res) => {
      await act(req, res, parseBody(boardSchema, req), 'tier', () => ({}));
    }),
  );

  router.post(
    '/add',
    allow('group'),
    handler(async (req, res) => {
      await act(req, res, parseBody(boardSchema, req), 'add-group', (grouping) => ({
        groups: moveMembers(grouping.groups, [], 'new', newId),
      }));
    }),
  );

  router.post(
    '/remove',
    allow('group'),
    handler(async (req, res) => {
      const removed = parseBody(groupSchema, req);
      await act(req, res, removed, 'remove-group', (grouping) => ({
        groups: removeGroup(grouping.groups, removed.group),
      }));
    }),
  );

  router.post(
    '/roles',
    allow('group'),
    handler(async (req, res) => {
      const wanted = parseBody(rolesSchema, req);
      const taskRoles = listOf(wanted.roles);
      await act(req, res, wanted, 'roles', (grouping, board) => ({
        taskRoles,
        groups: giveRoles(grouping.groups, taskRoles, rolesBefore(board)),
      }));
    }),
  );

  router.post(
    '/until',
    allow('group'),
    handler(async (req, res) => {
      const wanted = parseBody(untilSchema, req);
      await act(req, res, wanted, 'until', (grouping, board) => ({
        until: fromLocal(wanted.until, board.calendar.timeZone) ?? grouping.until,
      }));
    }),
  );

  router.post(
    '/undo',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const wanted = parseBody(boardSchema, req);
      const board = await boardFor(deps, actor, param(req, 'assignment'));
      const { current, assignment, now } = board;
      if (current?.id !== wanted.grouping || current.version !== wanted.version) {
        showReplaced(res, board, actor);
        return;
      }
      const { contextId, membershipId: by } = actor;
      const place = { contextId, assignmentId: assignment.id, by, now };
      const step = undoStep(current);
      if (step !== null) {
        const written = await deps.groupings.change(current, step);
        await syncPlacements(deps, place, written);
      } else {
        const previous =
          current.previousId === null
            ? null
            : await deps.groupings.find(contextId, current.previousId);
        if (await putInForce(deps, place, previous, current.id))
          await deps.groupings.settle(contextId, current.id, { state: 'undone', endedAt: now });
      }
      res.redirect(303, href(actor, assignment.id));
    }),
  );
  return router;
}
