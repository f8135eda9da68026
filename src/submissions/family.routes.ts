import { Router } from 'express';
import { z } from 'zod';
import { TrellisError } from '../errors.js';
import { displayName } from '../launch/display-name.js';
import type { Membership } from '../launch/membership.model.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { render } from '../web/render.js';
import type { SubmissionDeps } from './deps.js';
import { FAMILY_REPLIES } from './family-reply.js';
import { familyView } from './family.view.js';
import { tasksOf } from './task-of.js';

const replySchema = z.strictObject({ kind: z.enum(FAMILY_REPLIES) });

/** The family's card: the listed children only, to read, to print, and three taps to answer. */
export function familyRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('family'));

  /** Children that the platform listed for this mentor and that are students here. */
  async function childrenOf(actor: Actor): Promise<readonly Membership[]> {
    const found = await Promise.all(
      actor.mentorOf.map((sub) => deps.memberships.bySub(actor.contextId, sub)),
    );
    return found.flatMap((m) => (m !== null && m.role === 'learner' ? [m] : []));
  }

  router.get(
    '/',
    handler(async (_req, res) => {
      const actor = actorOf(res);
      const { contextId, words, base } = actor;
      const [members, assignments, replies] = await Promise.all([
        childrenOf(actor),
        deps.assignments.list(contextId),
        deps.familyReplies.ofMentor(contextId, actor.membershipId),
      ]);
      const children = await Promise.all(
        members.map(async (member) => {
          const submissions = await deps.submissions.ofMember(contextId, member._id);
          return {
            membershipId: member._id,
            name:
              member.givenName ??
              displayName(member, (n) => words.t('submissions.student-number', { number: n })),
            submissions,
            tasks: await tasksOf(
              deps,
              contextId,
              assignments,
              member._id,
              ({ id }) => submissions.find((s) => s.assignmentId === id)?.chosenIds ?? [],
            ),
            grades: await deps.grades.ofMember(contextId, member._id),
          };
        }),
      );
      const view = familyView({ children, replies, base, words });
      render(res, 'submissions/family', view, { title: words.t('submissions.family.title') });
    }),
  );

  router.post(
    '/:child/:assignment',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { kind } = parseBody(replySchema, req);
      const child = (await childrenOf(actor)).find((m) => m._id === req.params['child']);
      if (child === undefined) throw new TrellisError('NOT_FOUND', 'not a child of this mentor');
      const assignment = await deps.assignments.get(actor.contextId, param(req, 'assignment'));
      await deps.familyReplies.put({
        contextId: actor.contextId,
        assignmentId: assignment.id,
        childId: child._id,
        mentorId: actor.membershipId,
        kind,
        at: deps.clock(),
      });
      res.redirect(303, `${actor.base}/family`);
    }),
  );
  return router;
}
