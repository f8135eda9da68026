import { Router, type Response } from 'express';
import type { FileStore } from '../db/files.js';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { AssignmentId } from '../ids.js';
import { ASSIGNMENT_PARAMETER } from '../launch/assignment-parameter.js';
import type { ContentItem, DeepLinkingAnswers, DeepLinkingSettings } from '../lti/ports.js';
import { actorOf, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { tryBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { baseTier, firstDesign, type Assignment } from './assignment.js';
import type { Assignments } from './assignment.model.js';
import { carryFiles } from './carry-files.job.js';
import { cleanHtml, htmlFromText, plainText } from './clean-html.js';
import { copyDesign, filesOf } from './copy-design.js';
import { fromLocal } from './local-time.js';
import { newAssignment } from './new-assignment.js';
import { pickSchema } from './pick.schema.js';
import { pickView } from './pick.view.js';
import type { Templates } from './template.model.js';

interface Deps {
  readonly assignments: Assignments;
  readonly templates: Templates;
  readonly files: FileStore;
  readonly deepLinking: DeepLinkingAnswers;
  readonly clock: () => Date;
}

/** Lets this page's form go to the platform's return address, which may be on another host than its issuer. */
function allowReturn(res: Response, settings: DeepLinkingSettings): void {
  const policy = res.getHeader('Content-Security-Policy');
  const { origin } = new URL(settings.returnUrl);
  if (typeof policy !== 'string' || policy.includes(`form-action 'self' ${origin}`)) return;
  res.setHeader(
    'Content-Security-Policy',
    policy.replace("form-action 'self'", `form-action 'self' ${origin}`),
  );
}

/** Picking what goes into the course: the Deep Linking answer (DL 2.0; design.md section 4). */
export function pickRoutes(deps: Deps): Router {
  const router = Router({ mergeParams: true });
  const { assignments, templates, files, deepLinking, clock } = deps;

  /** Settings come only from the launch, kept with the session; never from the browser. */
  function settingsOf(actor: Actor): DeepLinkingSettings {
    if (actor.deepLinking === null)
      throw new TrellisError('NOT_FOUND', 'this launch asks for no content');
    return actor.deepLinking;
  }

  const itemOf = (assignment: Assignment): ContentItem => {
    const { draft } = assignment;
    const text = plainText(baseTier(draft).instructionsHtml);
    return {
      title: draft.title,
      text: text === '' ? null : text.slice(0, 4000),
      path: '/lti/launch',
      custom: { [ASSIGNMENT_PARAMETER]: assignment.id },
      lineItem:
        draft.pointsPossible > 0
          ? {
              label: draft.title,
              pointsPossible: draft.pointsPossible,
              resourceId: assignment.id,
              tag: 'trellis',
            }
          : null,
      dueAt: draft.dueAt,
      keepsExistingName: true,
    };
  };

  async function answer(
    res: Response,
    items: readonly ContentItem[],
    said: { readonly heading: string; readonly text: string },
  ): Promise<void> {
    const actor = actorOf(res);
    const settings = settingsOf(actor);
    const { returnUrl, jwt } = await deepLinking.sign(actor.deploymentId, settings, items, {
      text: null,
      error: null,
    });
    allowReturn(res, settings);
    render(
      res,
      'assignments/return',
      { returnUrl, jwt, ...said },
      { title: said.heading, layout: 'bare' },
    );
  }

  async function show(res: Response, refused: Parameters<typeof pickView>[2]): Promise<void> {
    const actor = actorOf(res);
    const settings = settingsOf(actor);
    const { words } = actor;
    allowReturn(res, settings);
    const href = `${actor.base}/attach/pick`;
    if (!settings.acceptsResourceLink) {
      render(
        res,
        'assignments/pick-nothing',
        { href },
        { title: words.t('assignments.pick.title'), layout: 'bare' },
      );
      return;
    }
    const [existing, saved] = await Promise.all([
      assignments.list(actor.contextId),
      templates.list(actor),
    ]);
    render(
      res,
      'assignments/pick',
      pickView(
        { href, takesMany: settings.acceptsMultiple, words },
        { assignments: existing, templates: saved },
        refused,
      ),
      { title: words.t('assignments.pick.title') },
    );
  }

  /** A draft of this course from what was typed; null when no title was typed. */
  async function fromTyped(
    actor: Actor,
    form: { title: string; points: number; due: string; task: string },
  ): Promise<Assignment | null> {
    if (form.title === '') return null;
    const { words } = actor;
    const design = firstDesign(
      {
        title: form.title,
        descriptionHtml: cleanHtml(htmlFromText(form.task)),
        pointsPossible: form.points,
        dueAt: fromLocal(form.due, words.timeZone),
        language: words.language,
      },
      newId,
      {
        text: words.t('assignments.way.text'),
        link: words.t('assignments.way.link'),
        file: words.t('assignments.way.file'),
        base: words.t('tiers.name.base'),
      },
    );
    return create(actor, design);
  }

  async function create(actor: Actor, design: Assignment['draft']): Promise<Assignment> {
    const made = newAssignment(
      {
        id: newId() as AssignmentId,
        deploymentId: actor.deploymentId,
        contextId: actor.contextId,
        by: actor.membershipId,
        design,
        linkId: null,
        isNative: false,
        copiedFrom: null,
      },
      clock(),
    );
    await assignments.create(made);
    return made;
  }

  async function fromPicked(actor: Actor, picked: string): Promise<Assignment> {
    const [kind, id = ''] = picked.split(':');
    if (kind === 'assignment') return assignments.get(actor.contextId, id);
    const template = await templates.get(actor, id);
    const to = { contextId: actor.contextId, ownerId: actor.membershipId };
    const carried = await carryFiles(
      files,
      filesOf(template.design),
      template.contextId,
      to,
      clock(),
    );
    await templates.countUse(template.id);
    return create(actor, copyDesign(template.design, newId, carried));
  }

  router.use(allow('design'));

  router.get(
    '/',
    handler(async (_req, res) => {
      await show(res, null);
    }),
  );

  router.post(
    '/',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const settings = settingsOf(actor);
      const { words } = actor;
      const form = tryBody(pickSchema, req);
      const typed = (req.body ?? {}) as Record<string, unknown>;
      if (!form.ok) {
        res.status(422);
        await show(res, form);
        return;
      }
      const { pick } = form.value;
      const count = pick.length + (form.value.title === '' ? 0 : 1);
      if (count === 0 || (count > 1 && !settings.acceptsMultiple)) {
        const message = words.t(count === 0 ? 'assignments.pick.none' : 'assignments.pick.one');
        res.status(422);
        await show(res, { errors: { title: message }, typed });
        return;
      }
      const made = await fromTyped(actor, form.value);
      const chosen = await Promise.all(pick.map((one) => fromPicked(actor, one)));
      const items = [...(made === null ? [] : [made]), ...chosen].map(itemOf);
      await answer(res, items, {
        heading: words.t('assignments.return.title'),
        text: words.t('assignments.return.text', { count: items.length }),
      });
    }),
  );

  router.post(
    '/cancel',
    handler(async (_req, res) => {
      const { words } = actorOf(res);
      await answer(res, [], {
        heading: words.t('assignments.return.cancelled'),
        text: words.t('assignments.return.cancelled-text'),
      });
    }),
  );
  return router;
}
