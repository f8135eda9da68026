import { Router, type Response } from 'express';
import type { Assignment } from '../assignments/assignment.js';
import { assignmentNav, courseNav } from '../assignments/nav.view.js';
import { classList } from '../groups/class-list.js';
import { groupedIds } from '../groups/grouping.js';
import type { Groupings } from '../groups/grouping.model.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { render } from '../web/render.js';
import { didItHelp } from './did-it-help.js';
import { courseGoals, goalKey } from './goal-key.js';
import { groupedActivities } from './grouped-activities.js';
import { helpRows } from './insight.view.js';
import type { ReviewDeps } from './load-review.js';
import { mobility } from './mobility.js';
import { mobilityView } from './mobility.view.js';

/** A part of another feature for the insight page (severity, piles): its HTML, or nothing. */
export type InsightPart = (res: Response, assignment: Assignment) => Promise<string | null>;

export interface InsightDeps extends ReviewDeps {
  readonly groupings: Groupings;
  readonly insightParts: readonly InsightPart[];
}

/** "Before" reaches back a month from the start of a grouping, and a grouping lasts weeks. */
const BEFORE_MS = 100 * 86_400_000;

async function measure(deps: InsightDeps, actor: Actor) {
  const { contextId, words } = actor;
  const [assignments, members, groupings] = await Promise.all([
    deps.assignments.list(contextId),
    deps.memberships.list(contextId),
    deps.groupings.recent(contextId),
  ]);
  const people = classList(members, (number) => words.t('groups.student', { number }));
  const measured = mobility(
    people.learners.map((person) => person.id),
    groupedActivities(groupings, assignments),
  );
  return { assignments, people, groupings, measured };
}

/** The insight page of an assignment: nothing is shown without something to do about it. */
export function insightRoutes(deps: InsightDeps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('teach'));
  router.get(
    '/',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId, base } = actor;
      const assignment = await deps.assignments.get(contextId, param(req, 'assignment'));
      const [{ people, groupings, measured }, evidence] = await Promise.all([
        measure(deps, actor),
        deps.recentEvidence(contextId, BEFORE_MS),
      ]);
      const now = deps.clock();
      const design = assignment.published ?? assignment.draft;
      const goals = courseGoals([design]);
      const keys = new Set(design.goals.map(goalKey));
      const grouping = groupings.find((g) => g.id === assignment.groupingId) ?? null;
      const grouped = grouping === null ? new Set<string>() : groupedIds(grouping);
      const changes =
        grouping === null
          ? []
          : didItHelp(
              evidence
                .filter((piece) => keys.has(piece.goalKey) && grouped.has(piece.membershipId))
                .map(({ membershipId, goalKey: goalId, value, at }) => ({
                  studentId: membershipId,
                  goalId,
                  score: value,
                  at,
                })),
              grouping.from,
              grouping.endedAt,
              now,
            );
      const more = await Promise.all(deps.insightParts.map((part) => part(res, assignment)));
      const href = `${base}/a/${assignment.id}`;
      render(
        res,
        'insights/insight',
        {
          title: design.title,
          mobility: mobilityView(measured, people, href, words),
          mobilityHref: `${base}/course/mobility`,
          help: {
            text: words.t(
              grouping === null
                ? 'evidence.help.no-groups'
                : changes.length === 0
                  ? 'evidence.help.no-evidence'
                  : 'evidence.help.since',
              { day: grouping === null ? '' : words.day(grouping.from) },
            ),
            rows: helpRows(changes, goals, words),
          },
          more: more.filter((part) => part !== null),
        },
        { title: words.t('evidence.insight'), nav: assignmentNav(actor, assignment.id, 'insight') },
      );
    }),
  );
  return router;
}

/** The mobility meter of the whole course. */
export function mobilityRoutes(deps: InsightDeps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('teach'));
  router.get(
    '/',
    handler(async (_req, res) => {
      const actor = actorOf(res);
      const { assignments, people, measured } = await measure(deps, actor);
      const newest = assignments[0];
      const href = newest === undefined ? null : `${actor.base}/a/${newest.id}`;
      render(
        res,
        'insights/mobility',
        {
          mobility: mobilityView(measured, people, href, actor.words),
          groupsHref: href === null ? null : `${href}/groups`,
        },
        { title: actor.words.t('evidence.mobility.title'), nav: courseNav(actor, 'mobility') },
      );
    }),
  );
  return router;
}
