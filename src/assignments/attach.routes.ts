import { Router, type Request, type Response } from 'express';
import { newId } from '../db/ids.js';
import type { AssignmentId } from '../ids.js';
import type { ResourceLink } from '../launch/resource-link.model.js';
import { checkDesign } from '../tiers/design-check.js';
import { moveLibrary } from '../tiers/move-library.js';
import { movesLanguage, taskRead } from '../tiers/moves.view.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { tryBody } from '../web/parse.js';
import type { TaskDesign } from './assignment.js';
import { attachDesign } from './attach-design.js';
import { attachDesk, type AttachDeps } from './attach-desk.view.js';
import { attachSchema } from './attach.schema.js';
import { plainText } from './clean-html.js';
import { newAssignment } from './new-assignment.js';

/** Attaching to an assignment that exists: the first launch of a link nobody set up (design.md section 4). */
export function attachRoutes(deps: AttachDeps): Router {
  const router = Router({ mergeParams: true });
  const { assignments, links, clock } = deps;
  const { sourceOf, show, copied, startFrom } = attachDesk(deps);

  const partWords = ({ words }: Actor) => ({
    support: words.t('tiers.name.support'),
    stretch: words.t('tiers.name.stretch'),
    levels: ['full', 'nearly', 'partly', 'not-yet'].map((level) =>
      words.t(`tiers.levels.${level}`),
    ),
  });

  /**
   * Makes the assignment and binds the link. Of two teachers at once the second lands on the first's.
   *
   * @returns Path of the page to go to.
   */
  async function attach(
    actor: Actor,
    link: ResourceLink,
    design: TaskDesign,
    copiedFrom: AssignmentId | null,
    publishes: boolean,
  ): Promise<{ readonly id: string; readonly isPublished: boolean; readonly isMine: boolean }> {
    const now = clock();
    const made = newAssignment(
      {
        id: newId() as AssignmentId,
        deploymentId: actor.deploymentId,
        contextId: actor.contextId,
        by: actor.membershipId,
        design,
        linkId: link._id,
        isNative: link.isNative,
        copiedFrom,
      },
      now,
    );
    await assignments.create(made);
    if (!(await links.bind(link._id, made.id))) {
      await assignments.removeUnused(actor.contextId, made.id);
      const other = await links.get(actor.contextId, link._id);
      return { id: other.assignmentId ?? made.id, isPublished: false, isMine: false };
    }
    const isReady = publishes && checkDesign(design).every((note) => note.severity !== 'blocks');
    if (isReady) {
      await assignments.change(made, { published: design, publishedAt: now, revision: 1 }, now);
    }
    return { id: made.id, isPublished: isReady, isMine: true };
  }

  router.use(allow('design'));

  router.get(
    '/:link',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const link = await links.get(actor.contextId, param(req, 'link'));
      if (link.assignmentId !== null) {
        res.redirect(303, `${actor.base}/a/${link.assignmentId}/design`);
        return;
      }
      await show(res, link, null);
    }),
  );

  /** A copied course: the setup as it was, without student data, confirmed once. */
  router.post(
    '/:link/copy',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const link = await links.get(actor.contextId, param(req, 'link'));
      const source = link.assignmentId === null ? await sourceOf(actor, link) : null;
      if (link.assignmentId !== null || source === null) {
        res.redirect(303, `${actor.base}/attach/${link._id}`);
        return;
      }
      const design = await copied(actor, source.assignment, link);
      const wasPublished = source.assignment.published !== null;
      const { id, isPublished } = await attach(
        actor,
        link,
        design,
        source.assignment.id,
        wasPublished,
      );
      res.redirect(303, `${actor.base}/a/${id}/design${isPublished ? '?done=published' : ''}`);
    }),
  );

  const post = (publishes: boolean) =>
    handler(async (req: Request, res: Response) => {
      const actor = actorOf(res);
      const link = await links.get(actor.contextId, param(req, 'link'));
      if (link.assignmentId !== null) {
        res.redirect(303, `${actor.base}/a/${link.assignmentId}/design`);
        return;
      }
      const form = tryBody(attachSchema, req);
      if (!form.ok) {
        res.status(422);
        await show(res, link, form);
        return;
      }
      const start = await startFrom(actor, link, form.value);
      const own = await deps.ownMoves.list(actor.contextId);
      const design = attachDesign(start, form.value, {
        newId,
        words: partWords(actor),
        moves: [...own, ...moveLibrary(movesLanguage(start))],
        readTask: taskRead,
      });
      const missing: Record<string, string> = {};
      const { words } = actor;
      if (design.title.trim() === '') missing['title'] = words.t('assignments.missing.title');
      if (publishes) {
        if (design.goals.length === 0) missing['goals'] = words.t('assignments.missing.goals');
        if (design.criteria.length === 0)
          missing['criteria'] = words.t('assignments.missing.criteria');
        if (design.tiers.some((tier) => plainText(tier.instructionsHtml) === ''))
          missing['task'] = words.t('assignments.missing.task');
      }
      if (Object.keys(missing).length > 0) {
        res.status(422);
        await show(res, link, { errors: missing, typed: req.body as Record<string, unknown> });
        return;
      }
      const { id, isPublished, isMine } = await attach(actor, link, design, null, publishes);
      if (isMine && !publishes && form.value.mode === 'choices') {
        res.redirect(303, `${actor.base}/a/${id}/choices`);
        return;
      }
      const query = isPublished ? '?done=published' : isMine && publishes ? '?refused=blocked' : '';
      res.redirect(303, `${actor.base}/a/${id}/design${query}`);
    });
  router.post('/:link', post(false));
  router.post('/:link/publish', post(true));
  return router;
}
