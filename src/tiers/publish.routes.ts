import { Router } from 'express';
import type { Assignment } from '../assignments/assignment.js';
import { isSame } from '../assignments/merge-designs.js';
import { TrellisError } from '../errors.js';
import { actorOf, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { builderDesk, type BuilderDeps } from './builder-desk.view.js';
import { builderSchema } from './builder.schema.js';
import { checkDesign } from './design-check.js';
import { warningsSeen } from './notes.view.js';

/** Publishing: blocked or warned by the rules, announced to students who already work. */
export function publishRoutes(deps: BuilderDeps): Router {
  const router = Router({ mergeParams: true });
  const { assignments, links, clock } = deps;
  const { show, save, answer } = builderDesk(deps);

  /** Asks each link's platform whether its column is still there; silence is no answer. */
  async function markGone(actor: Actor, assignment: Assignment): Promise<void> {
    const { services } = deps;
    if (services === null) return;
    const bound = await links.ofAssignment(assignment.id);
    await Promise.all(
      bound.map(async (link) => {
        if (link.lineItemUrl === null) return;
        const item = await services
          .getLineItem(
            { deploymentId: link.deploymentId, contextId: actor.contextId },
            { scopes: link.scopes, lineItemsUrl: link.lineItemsUrl, lineItemUrl: link.lineItemUrl },
            link.lineItemUrl,
          )
          .catch(() => undefined);
        if (item === null && !link.isBroken) await links.change(link._id, { isBroken: true });
        if (item != null && link.isBroken) await links.change(link._id, { isBroken: false });
      }),
    );
  }

  router.post(
    '/publish',
    allow('design'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { seen } = parseBody(builderSchema, req);
      const result = await save(req, res, (design) => design, 'typed');
      if (Object.keys(result.errors).length > 0 || result.edited.conflicts.length > 0) {
        await answer(req, res, result, null);
        return;
      }
      let { assignment } = result.edited;
      const grouping = await deps.groupingOf(actor.contextId, assignment);
      const notes = checkDesign(assignment.draft, grouping);
      const isBlocked = notes.some((note) => note.severity === 'blocks');
      const known = new Set(seen.split(' '));
      const isNews = warningsSeen(notes)
        .split(' ')
        .some((warning) => warning !== '' && !known.has(warning));
      if (isBlocked || isNews) {
        res.status(422);
        await show(res, assignment, { refusal: isBlocked ? 'blocked' : 'warned' });
        return;
      }
      const design = assignment.draft;
      for (let i = 0; i < 5; i += 1) {
        if (assignment.published !== null && isSame(assignment.published, design)) break;
        try {
          const now = clock();
          assignment = await assignments.change(
            assignment,
            { published: design, publishedAt: now, revision: assignment.revision + 1 },
            now,
          );
          break;
        } catch (error) {
          if (!(error instanceof TrellisError) || error.code !== 'EDIT_CONFLICT' || i === 4)
            throw error;
          // Placements or a co-teacher's words were saved in between: what was checked is published.
          assignment = await assignments.get(actor.contextId, assignment.id);
        }
      }
      await markGone(actor, assignment);
      res.redirect(303, `${actor.base}/a/${assignment.id}/design?done=published`);
    }),
  );
  return router;
}
