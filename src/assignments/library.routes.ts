import { Router, type Response } from 'express';
import type { FileStore } from '../db/files.js';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { AssignmentId, ContextId } from '../ids.js';
import type { Contexts } from '../launch/context.model.js';
import type { Memberships } from '../launch/membership.model.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, tryBody } from '../web/parse.js';
import { render } from '../web/render.js';
import type { TaskDesign } from './assignment.js';
import type { Assignments } from './assignment.model.js';
import { carryFiles } from './carry-files.job.js';
import { copyDesign, filesOf } from './copy-design.js';
import { copyCourseSchema, saveTemplateSchema, shareTemplateSchema } from './library.schema.js';
import { libraryView } from './library.view.js';
import { courseNav } from './nav.view.js';
import { newAssignment } from './new-assignment.js';
import type { Templates } from './template.model.js';

interface Deps {
  readonly assignments: Assignments;
  readonly templates: Templates;
  readonly contexts: Contexts;
  readonly memberships: Memberships;
  readonly files: FileStore;
  readonly clock: () => Date;
}

/** What was just done, as the page that follows says it. */
const SAID = ['saved', 'shared', 'hidden', 'forked', 'removed', 'copied'] as const;

/** The library: templates without student data, shared in the course or the district; whole courses copied. */
export function libraryRoutes(deps: Deps): Router {
  const router = Router({ mergeParams: true });
  const { assignments, templates, contexts, memberships, files, clock } = deps;

  /** Other courses of the same deployment in which this person teaches. */
  async function otherCourses(actor: Actor) {
    const taught = await memberships.taughtBy(actor.deploymentId, actor.sub);
    const others = taught.filter((id) => id !== actor.contextId).slice(0, 50);
    const found = await Promise.all(
      others.map(async (id) => {
        const [context, list] = await Promise.all([contexts.get(id), assignments.list(id)]);
        const title = context.title === '' ? context.label : context.title;
        return { id, title, count: list.length };
      }),
    );
    return found.filter(({ count }) => count > 0);
  }

  async function show(
    res: Response,
    said: string | null,
    errors: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const actor = actorOf(res);
    const [saved, own, courses] = await Promise.all([
      templates.list(actor),
      assignments.list(actor.contextId),
      otherCourses(actor),
    ]);
    render(
      res,
      'assignments/library',
      libraryView({ templates: saved, assignments: own, courses }, actor, {
        href: `${actor.base}/course/library`,
        words: actor.words,
        said,
        errors,
      }),
      { title: actor.words.t('nav.course-library'), nav: courseNav(actor, 'library') },
    );
  }

  /** A design brought into this course, with its files, as a draft that no link reaches yet. */
  async function bring(
    actor: Actor,
    design: TaskDesign,
    from: ContextId,
    copiedFrom: AssignmentId | null,
  ): Promise<AssignmentId> {
    const to = { contextId: actor.contextId, ownerId: actor.membershipId };
    const carried =
      from === actor.contextId ? null : await carryFiles(files, filesOf(design), from, to, clock());
    const id = newId() as AssignmentId;
    await assignments.create(
      newAssignment(
        {
          id,
          deploymentId: actor.deploymentId,
          contextId: actor.contextId,
          by: actor.membershipId,
          design: { ...copyDesign(design, newId, carried), dueAt: null },
          linkId: null,
          isNative: false,
          copiedFrom,
        },
        clock(),
      ),
    );
    return id;
  }

  const back = (res: Response, said: (typeof SAID)[number]): void => {
    res.redirect(303, `${actorOf(res).base}/course/library?said=${said}`);
  };

  router.use(allow('design'));

  router.get(
    '/',
    handler(async (req, res) => {
      const { words } = actorOf(res);
      const said = SAID.find((one) => one === req.query['said']);
      await show(res, said === undefined ? null : words.t(`assignments.library.said.${said}`));
    }),
  );

  router.post(
    '/save',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const form = tryBody(saveTemplateSchema, req);
      if (!form.ok) {
        res.status(422);
        await show(res, null, form.errors);
        return;
      }
      const { assignment, title, share } = form.value;
      const { draft } = await assignments.get(actor.contextId, assignment);
      await templates.add({
        deploymentId: actor.deploymentId,
        contextId: actor.contextId,
        courseTitle: actor.contextTitle,
        title: title === '' ? draft.title : title,
        design: { ...copyDesign(draft, newId, null), dueAt: null },
        isShared: share === 'true',
        bySub: actor.sub,
        forkedFrom: null,
        createdAt: clock(),
      });
      back(res, share === 'true' ? 'shared' : 'saved');
    }),
  );

  router.post(
    '/copy-course',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const form = tryBody(copyCourseSchema, req);
      const taught = await memberships.taughtBy(actor.deploymentId, actor.sub);
      const from = form.ok ? taught.find((id) => id === form.value.course) : undefined;
      if (from === undefined || from === actor.contextId) {
        if (form.ok) throw new TrellisError('NOT_FOUND', 'no such course taught by this person');
        res.status(422);
        await show(res, null, form.errors);
        return;
      }
      const [theirs, ours] = await Promise.all([
        assignments.list(from),
        assignments.list(actor.contextId),
      ]);
      // Pressed twice, or begun again after a broken connection: nothing comes twice.
      const here = new Set(
        ours.flatMap((a) => (a.copiedFrom === null ? [] : [a.copiedFrom.assignmentId])),
      );
      for (const one of theirs) {
        if (!here.has(one.id)) await bring(actor, one.published ?? one.draft, from, one.id);
      }
      back(res, 'copied');
    }),
  );

  router.post(
    '/:template/use',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const template = await templates.get(actor, param(req, 'template'));
      const id = await bring(actor, template.design, template.contextId, null);
      await templates.countUse(template.id);
      res.redirect(303, `${actor.base}/a/${id}/design`);
    }),
  );

  router.post(
    '/:template/fork',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const template = await templates.get(actor, param(req, 'template'));
      const to = { contextId: actor.contextId, ownerId: actor.membershipId };
      const carried =
        template.contextId === actor.contextId
          ? null
          : await carryFiles(files, filesOf(template.design), template.contextId, to, clock());
      await templates.add({
        deploymentId: actor.deploymentId,
        contextId: actor.contextId,
        courseTitle: actor.contextTitle,
        title: actor.words.t('assignments.library.fork-title', { title: template.title }),
        design: copyDesign(template.design, newId, carried),
        isShared: false,
        bySub: actor.sub,
        forkedFrom: template.id,
        createdAt: clock(),
      });
      back(res, 'forked');
    }),
  );

  router.post(
    '/:template/share',
    handler(async (req, res) => {
      const { share } = parseBody(shareTemplateSchema, req);
      await templates.change(actorOf(res), param(req, 'template'), { isShared: share === 'true' });
      back(res, share === 'true' ? 'shared' : 'hidden');
    }),
  );

  router.post(
    '/:template/remove',
    handler(async (req, res) => {
      await templates.remove(actorOf(res), param(req, 'template'));
      back(res, 'removed');
    }),
  );
  return router;
}
