import { Router } from 'express';
import type { Assignments } from '../assignments/assignment.model.js';
import type { AssignmentId, ContextId } from '../ids.js';
import type { Launch } from '../lti/ports.js';
import { actorOf } from '../web/actor.js';
import { handler } from '../web/handler.js';
import { render } from '../web/render.js';
import { openSession, type Landing } from '../web/session.js';
import type { Sessions } from '../web/session.model.js';
import { ASSIGNMENT_PARAMETER } from './assignment-parameter.js';
import type { Context, Contexts } from './context.model.js';
import { landingPage } from './landing-page.js';
import type { Membership, Memberships } from './membership.model.js';
import type { ResourceLink, ResourceLinks } from './resource-link.model.js';

export interface KindPage {
  readonly heading: string;
  readonly text: string;
  readonly advice: string;
}

declare module '../web/render.js' {
  interface Views {
    'launch/kind': KindPage;
  }
}

/** Called after a launch was recorded, for work that must not hold it up (rosters, copies). */
export type LaunchListener = (seen: {
  readonly launch: Launch;
  readonly context: Context;
  readonly membership: Membership;
  readonly link: ResourceLink | null;
}) => void;

interface Deps {
  readonly sessions: Sessions;
  readonly contexts: Contexts;
  readonly memberships: Memberships;
  readonly links: ResourceLinks;
  readonly assignments: Assignments;
  readonly clock: () => Date;
  readonly listeners: readonly LaunchListener[];
}

/**
 * The address of a link within its deployment. A launch that shows Trellis on a native assignment's
 * page carries the course's id as link id, so the platform's assignment id takes its place
 * (lms/canvas.md 1.4); a link id that is the course itself names no resource.
 */
function linkOf(launch: Launch): { platformId: string; isNative: boolean } | null {
  const { resourceLink, context, placement, assignment } = launch;
  const isNativePlacement = placement === 'assignment_view' || placement === 'assignment_edit';
  if (isNativePlacement && assignment.platformAssignmentId !== null) {
    return { platformId: `native:${assignment.platformAssignmentId}`, isNative: true };
  }
  if (resourceLink === null || resourceLink.id === context?.id) return null;
  return { platformId: resourceLink.id, isNative: false };
}

/**
 * Whose piece of which assignment a signed target names: the address that we left with a score, which
 * graders of platforms open as an ordinary launch (lms/canvas.md 5.4).
 */
function reviewTarget(launch: Launch): { assignmentId: string; membershipId: string } | null {
  const query = new URLSearchParams(launch.targetPath.split('?')[1] ?? '');
  const match = /^([0-9A-Za-z]{1,40})\.([0-9A-Za-z]{1,40})$/.exec(query.get('review') ?? '');
  const [, assignmentId, membershipId] = match ?? [];
  return assignmentId === undefined || membershipId === undefined
    ? null
    : { assignmentId, membershipId };
}

/**
 * Records who came from where and opens their session: the end of every good launch.
 *
 * @returns A function from a verified launch to its landing page.
 */
export function landing(deps: Deps): (launch: Launch) => Promise<Landing> {
  /** The assignment a link stands for: bound before, or named by our own signed custom parameter. */
  async function assignmentOf(launch: Launch, context: Context, link: ResourceLink | null) {
    if (link?.assignmentId != null) return deps.assignments.find(context._id, link.assignmentId);
    const named = launch.custom[ASSIGNMENT_PARAMETER];
    if (named === undefined) return null;
    const assignment = await deps.assignments.find(context._id, named);
    if (assignment !== null && link !== null && launch.message === 'resource-link') {
      await deps.links.bind(link._id, assignment.id);
      await deps.assignments.addLink(context._id, assignment.id, link._id);
    }
    return assignment;
  }

  return async (launch) => {
    const now = deps.clock();
    const { user } = launch;
    const facts = {
      registrationId: launch.registrationId,
      deploymentId: launch.deploymentId,
      sub: user.sub,
      role: user.role,
      isTestUser: user.isTestUser,
      isImpersonated: user.isImpersonated,
      mentorOf: user.mentorOf,
      deepLinking: launch.deepLinking,
      reviewOf: launch.reviewOf,
      placement: launch.placement,
      returnUrl: launch.returnUrl,
      locale: user.locale,
    };
    if (launch.context === null) {
      const opened = await openSession(
        deps.sessions,
        {
          ...facts,
          contextId: null,
          contextTitle: '',
          membershipId: null,
          assistants: { mayGrade: false, mayGroup: false },
          resourceLinkId: null,
          assignmentId: null,
          timeZone: user.timeZone,
        },
        now,
      );
      const page = user.role === 'administrator' ? '/console' : '/no-course';
      return { ...opened, path: `/s/${opened.sessionId}${page}` };
    }
    const context = await deps.contexts.see(
      launch.deploymentId,
      launch.context.id,
      {
        title: launch.context.title ?? '',
        label: launch.context.label ?? '',
        history: launch.context.history,
        timeZone: user.timeZone,
        membershipsUrl: launch.membershipsUrl,
        groupsUrl: launch.groupsUrl,
        // Canvas names the course's groups by a variable of ours; others have a service for it.
        groupIds: (launch.custom['canvas_group_ids'] ?? '').split(',').filter((id) => id !== ''),
        lineItemsUrl: launch.grades?.lineItemsUrl ?? null,
        scopes: launch.grades?.scopes ?? [],
      },
      now,
    );
    const place = linkOf(launch);
    const [seen, link] = await Promise.all([
      deps.memberships.see(
        { deploymentId: launch.deploymentId, contextId: context._id, sub: user.sub },
        {
          role: user.role,
          name: user.name,
          givenName: user.givenName,
          familyName: user.familyName,
          email: user.email,
          isTestUser: user.isTestUser,
          sectionIds: user.sectionIds,
          groupIds: user.groupIds,
          mentorOf: user.mentorOf,
          locale: user.locale,
        },
        () => deps.contexts.takeNumbers(context._id, 1),
        now,
      ),
      place === null || launch.message === 'deep-linking'
        ? null
        : deps.links.see(
            {
              deploymentId: launch.deploymentId,
              contextId: context._id,
              platformId: place.platformId,
            },
            {
              title: launch.assignment.title ?? launch.resourceLink?.title ?? '',
              descriptionHtml:
                launch.assignment.descriptionHtml ?? launch.resourceLink?.description ?? '',
              pointsPossible: launch.assignment.pointsPossible,
              dueAt: user.role === 'instructor' ? launch.assignment.dueAt : null,
              lineItemUrl: place.isNative ? null : (launch.grades?.lineItemUrl ?? null),
              lineItemsUrl: launch.grades?.lineItemsUrl ?? null,
              scopes: launch.grades?.scopes ?? [],
              isNative: place.isNative,
              namedAssignmentId: launch.custom[ASSIGNMENT_PARAMETER] ?? null,
              historyIds: launch.resourceLink?.history ?? [],
            },
            now,
          ),
    ]);
    const { membership, roleBefore } = seen;
    if (roleBefore !== null) await deps.sessions.endOtherRoles(membership._id, membership.role);
    const assignment = await assignmentOf(launch, context, link);
    if (
      link !== null &&
      assignment === null &&
      user.role === 'learner' &&
      link.openedByLearnerAt === null
    ) {
      await deps.links.change(link._id, { openedByLearnerAt: now });
    }
    const reviewed =
      launch.reviewOf === null ? null : await deps.memberships.bySub(context._id, launch.reviewOf);
    const opened = await openSession(
      deps.sessions,
      {
        ...facts,
        contextId: context._id,
        contextTitle: context.title === '' ? context.label : context.title,
        membershipId: membership._id,
        assistants: context.assistants,
        resourceLinkId: link?._id ?? null,
        assignmentId: assignment?.id ?? null,
        timeZone: user.timeZone ?? context.timeZone,
      },
      now,
    );
    const target = launch.message === 'resource-link' ? reviewTarget(launch) : null;
    const [pieceOf, maker] =
      target === null
        ? [null, null]
        : await Promise.all([
            deps.assignments.find(context._id, target.assignmentId),
            deps.memberships.find(context._id, target.membershipId),
          ]);
    const isReview = pieceOf !== null && maker !== null;
    const opens = isReview ? pieceOf : assignment;
    const path = landingPage({
      message: isReview ? 'submission-review' : launch.message,
      role: user.role,
      hasCourse: true,
      linkId: link?._id ?? null,
      assignment: opens === null ? null : { id: opens.id, isPublished: opens.published !== null },
      reviewOf: maker?._id ?? reviewed?._id ?? null,
      mayReview:
        (isReview && maker._id === membership._id) ||
        (launch.reviewOf !== null &&
          (launch.reviewOf === user.sub ||
            (user.role === 'mentor' && user.mentorOf.includes(launch.reviewOf)))),
    });
    for (const listen of deps.listeners) listen({ launch, context, membership, link });
    return { ...opened, path: `/s/${opened.sessionId}${path}` };
  };
}

/** The first page again (`/s/:session/`), and kind pages for launches that open nothing. */
export function landingRoutes(deps: Pick<Deps, 'assignments' | 'links'>): Router {
  const router = Router({ mergeParams: true });

  router.get(
    '/',
    handler(async (_req, res) => {
      const actor = actorOf(res);
      // Set up or published since the launch: looked up afresh.
      const bound =
        actor.resourceLinkId === null
          ? null
          : await deps.links.find(actor.contextId, actor.resourceLinkId);
      const id: AssignmentId | null = bound?.assignmentId ?? actor.assignmentId;
      const assignment = id === null ? null : await deps.assignments.find(actor.contextId, id);
      const path = landingPage({
        message: actor.deepLinking === null ? 'resource-link' : 'deep-linking',
        role: actor.role,
        hasCourse: actor.contextId !== ('' as ContextId),
        linkId: actor.resourceLinkId,
        assignment:
          assignment === null
            ? null
            : { id: assignment.id, isPublished: assignment.published !== null },
        reviewOf: null,
        mayReview: false,
      });
      res.redirect(303, actor.base + path);
    }),
  );

  for (const kind of ['no-course', 'guest', 'not-here'] as const) {
    router.get(`/${kind}`, (_req, res) => {
      const { words } = actorOf(res);
      const key = `launch.${kind}`;
      const heading = words.t(`${key}.title`);
      render(
        res,
        'launch/kind',
        { heading, text: words.t(`${key}.text`), advice: words.t(`${key}.advice`) },
        { layout: 'bare', title: heading },
      );
    });
  }
  return router;
}
