import { Router, type Request } from 'express';
import { assignmentNav } from '../assignments/nav.view.js';
import type { Assignment } from '../assignments/assignment.js';
import { TrellisError } from '../errors.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { render } from '../web/render.js';
import type { SubmissionDeps } from './deps.js';
import { peerDeskView } from './peer-desk.view.js';
import { furtherPairs, type Peer } from './peer-pairs.js';
import { peerDecisionSchema, peerReleaseSchema } from './peer-review.schema.js';
import type { PeerReview } from './peer-review.model.js';

/** FNV-1a of the assignment's id: the pairs of a class are the same whoever opens it. */
function seedOf(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash >>> 0;
}

/** The teacher's side of peer feedback: opening it, reading all, and letting on what helps. */
export function peerDeskRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });
  router.use('/peer-feedback', allow('teach'));

  /** Students of the course who handed in, with the group or the shared piece they belong to. */
  async function peersOf(actor: Actor, assignment: Assignment): Promise<readonly Peer[]> {
    const { contextId } = actor;
    const [learners, submissions] = await Promise.all([
      deps.memberships.learners(contextId),
      deps.submissions.ofAssignment(contextId, assignment.id),
    ]);
    const handed = submissions.filter(
      (s) =>
        s.handIns.some((h) => h.loggedBy === null) &&
        learners.some((m) => m._id === s.membershipId && !m.isTestUser),
    );
    const keys = new Map<string, string>();
    for (const { membershipId, handIns } of handed) {
      if (keys.has(membershipId)) continue;
      const group = await deps.groupsOf(contextId, assignment, membershipId);
      const shared = handIns.at(-1)?.memberIds ?? [];
      const together = new Set([...group.memberIds, ...(shared.length > 1 ? shared : [])]);
      for (const id of together) if (!keys.has(id)) keys.set(id, membershipId);
    }
    return handed.map((s) => ({
      id: s.membershipId,
      groupKey: keys.get(s.membershipId) ?? null,
    }));
  }

  async function placeOf(req: Request, actor: Actor) {
    const assignment = await deps.assignments.get(actor.contextId, param(req, 'assignment'));
    const reviews = await deps.peerReviews.ofAssignment(actor.contextId, assignment.id);
    return { assignment, reviews, design: assignment.published ?? assignment.draft };
  }

  const hrefOf = (actor: Actor, assignment: Assignment): string =>
    `${actor.base}/a/${assignment.id}/peer-feedback`;

  router.get(
    '/peer-feedback',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { assignment, reviews, design } = await placeOf(req, actor);
      const [members, peers] = await Promise.all([
        deps.memberships.list(actor.contextId),
        peersOf(actor, assignment),
      ]);
      const view = peerDeskView({
        title: design.title,
        isOn: design.settings.peerFeedback,
        criteria: design.criteria,
        reviews,
        members,
        waiting: peers.filter((p) => !reviews.some((r) => r.reviewerId === p.id)).length,
        base: actor.base,
        assignmentId: assignment.id,
        words: actor.words,
      });
      render(res, 'submissions/peer-desk', view, {
        title: actor.words.t('peers.desk.title'),
        nav: assignmentNav(actor, assignment.id, 'board'),
        backHref: `${actor.base}/a/${assignment.id}`,
      });
    }),
  );

  router.post(
    '/peer-feedback/open',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId } = actor;
      const { assignment, reviews, design } = await placeOf(req, actor);
      if (!design.settings.peerFeedback)
        throw new TrellisError('NOT_FOUND', 'peer feedback is switched off');
      const peers = await peersOf(actor, assignment);
      const pairs = furtherPairs(peers, reviews, seedOf(assignment.id));
      await deps.peerReviews.open({ contextId, assignmentId: assignment.id }, pairs, deps.clock());
      res.redirect(303, hrefOf(actor, assignment));
    }),
  );

  router.post(
    '/peer-feedback/release-all',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { assignment, reviews } = await placeOf(req, actor);
      // One that was changed after the page was made is read again first.
      const shown = new Set(parseBody(peerReleaseSchema, req).ids);
      for (const review of reviews)
        if (review.state === 'given' && shown.has(review._id))
          await decide(review, 'released', actor);
      res.redirect(303, hrefOf(actor, assignment));
    }),
  );

  router.post(
    '/peer-feedback/:review',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { answer } = parseBody(peerDecisionSchema, req);
      const { assignment, reviews } = await placeOf(req, actor);
      const review = reviews.find((r) => r._id === req.params['review']);
      if (review === undefined || review.state === 'open')
        throw new TrellisError('NOT_FOUND', 'nothing to decide on');
      await decide(review, answer, actor);
      res.redirect(303, `${hrefOf(actor, assignment)}#review-${review._id}`);
    }),
  );

  async function decide(
    review: PeerReview,
    state: 'released' | 'hidden',
    actor: Actor,
  ): Promise<void> {
    await deps.peerReviews.change(review, { state, decidedBy: actor.membershipId });
  }
  return router;
}
