import { Router } from 'express';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { GroupingId } from '../ids.js';
import { addSchoolDays } from '../insights/school-days.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { partnersBefore } from './class-to-group.js';
import { lmsSchema } from './groups.schema.js';
import { pairsOf, type Grouping } from './grouping.js';
import { copyLmsGroups, type LmsGroup } from './lms-groups.js';
import type { Board, GroupDeps } from './load-board.js';
import { putInForce } from './put-in-force.js';
import { boardFor, notice, showBoard } from './show-board.view.js';

/** Starting from the groups that the class has in the learning platform: a copy with its date. */
export function lmsGroupsRoutes(deps: GroupDeps): Router {
  const router = Router({ mergeParams: true });

  /** Groups as the platform tells them now; null when it did not answer. */
  async function told({ context }: Board): Promise<readonly LmsGroup[] | null> {
    const target = { deploymentId: context.deploymentId, contextId: context._id };
    try {
      return (await deps.services.groups(target, context.groupsUrl, context.groupIds)) ?? [];
    } catch (error) {
      if (error instanceof TrellisError) return null;
      throw error;
    }
  }

  router.post(
    '/as-in-lms',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId, membershipId: by } = actor;
      const { seen } = parseBody(lmsSchema, req);
      const board = await boardFor(deps, actor, param(req, 'assignment'));
      const { assignment, current, now, learners } = board;
      const answer = await told(board);
      const groups = copyLmsGroups(answer ?? [], learners, newId);
      if (groups.length === 0) {
        const why = answer === null ? 'failed' : 'none';
        const said = notice(
          'warning',
          words.t(`groups.lms.${why}.title`),
          words.t(`groups.lms.${why}.text`),
        );
        showBoard(res.status(422), board, { notices: [said] });
        return;
      }
      const before = new Set(partnersBefore(board, null).flatMap((old) => [...pairsOf(old)]));
      const pairs = pairsOf(groups.map((group) => group.memberIds));
      const sizes = groups.map((group) => group.memberIds.length);
      const grouping: Grouping = {
        id: newId() as GroupingId,
        contextId,
        assignmentId: assignment.id,
        version: 1,
        state: 'proposed',
        order: {
          basis: 'by-hand',
          size: { min: Math.min(...sizes), max: Math.max(...sizes) },
          goalKey: null,
          weights: current?.order.weights ?? {
            basis: 'a lot',
            repeats: 'a little',
            wishes: 'a little',
          },
          seed: 0,
        },
        rules: { apart: [], together: [], absentIds: [] },
        groups,
        taskRoles: [],
        repeats: [...pairs].filter((pair) => before.has(pair)).length,
        alone: [],
        from: now,
        until: addSchoolDays(now, 15, board.calendar),
        endedAt: null,
        previousId: seen === '' ? null : (seen as GroupingId),
        madeBy: by,
        madeAt: now,
        steps: [],
      };
      await deps.groupings.create(grouping);
      const place = { contextId, assignmentId: assignment.id, by, now };
      const href = `${actor.base}/a/${assignment.id}/groups`;
      const isDone = await putInForce(deps, place, grouping, seen);
      res.redirect(303, isDone ? href : `${href}/both?mine=${grouping.id}`);
    }),
  );
  return router;
}
