import { Router } from 'express';
import { z } from 'zod';
import { TrellisError } from '../errors.js';
import type { Contexts } from '../launch/context.model.js';
import { actorOf } from '../web/actor.js';
import { operatorOnly, readerOf, showInConsole, visitOf } from '../web/console-visit.js';
import { handler } from '../web/handler.js';
import { parseQuery } from '../web/parse.js';
import { render } from '../web/render.js';
import type { Words } from '../web/words.js';
import type { AdminSessions } from './admin-session.model.js';
import type { Audit } from './audit.model.js';
import { familyCards, platformRow, waitingRows, type StuckView } from './console.view.js';
import type { AdminOperations } from './operations.js';

export interface AdminDeps {
  readonly adminSessions: AdminSessions;
  readonly contexts: Contexts;
  readonly audit: Audit;
  readonly registrations: AdminOperations;
  /** Stuck deliveries by course and reason, without names; of one deployment or of all. */
  readonly stuck: (deploymentId: string | null, words: Words) => Promise<StuckView['rows']>;
  readonly publicUrl: string;
  readonly clock: () => Date;
}

/** An administrator's launch: a one-time link opens the console in a window of its own. */
export function consoleRoutes({
  adminSessions,
  publicUrl,
  clock,
}: Pick<AdminDeps, 'adminSessions' | 'publicUrl' | 'clock'>): Router {
  const router = Router({ mergeParams: true });
  router.get(
    '/console',
    handler(async (_req, res) => {
      const actor = actorOf(res);
      if (actor.role !== 'administrator')
        throw new TrellisError('NOT_ALLOWED', 'not an administrator');
      const { registrationId, deploymentId } = actor;
      const token = await adminSessions.createLink(
        registrationId,
        { registrationId, deploymentId },
        clock(),
      );
      render(
        res,
        'admin/open',
        { href: `${publicUrl}/admin?link=${token}` },
        { layout: 'bare', title: actor.words.t('admin.open.title') },
      );
    }),
  );
  return router;
}

/** Pages of the console about all platforms (interface.md, `/admin`); mounted behind `visitRouter`. */
export function adminRoutes(deps: AdminDeps): Router {
  const { contexts, audit, registrations, publicUrl } = deps;
  const router = Router();

  const noticeSchema = z.object({ done: z.string().max(40).optional() });

  router.get(
    '/',
    handler(async (req, res) => {
      const { session, isOperator } = visitOf(res);
      if (session.scope !== null) {
        res.redirect(303, `/admin/platforms/${session.scope.registrationId}`);
        return;
      }
      const words = readerOf(req);
      const { done } = parseQuery(noticeSchema, req);
      const [all, waiting] = await Promise.all([registrations.list(), registrations.listWaiting()]);
      const known = ['approved', 'dismissed', 'connected'].includes(done ?? '');
      showInConsole(
        res,
        'admin/platforms',
        {
          platforms: all.map((r) => platformRow(r, words)),
          waiting: waitingRows(waiting, all, words),
          families: isOperator ? familyCards(words) : [],
          notice: known ? words.t(`admin.done.${done ?? ''}`) : null,
        },
        'platforms',
        words.t('admin.title'),
      );
    }),
  );

  router.get(
    '/stuck',
    handler(async (req, res) => {
      const words = readerOf(req);
      const rows = await deps.stuck(visitOf(res).session.scope?.deploymentId ?? null, words);
      showInConsole(res, 'admin/stuck', { rows }, 'stuck', words.t('admin.stuck.title'));
    }),
  );

  router.get(
    '/courses',
    handler(async (req, res) => {
      const words = readerOf(req);
      const { scope } = visitOf(res).session;
      const all =
        scope === null
          ? await contexts.listAll(500)
          : await contexts.listOfDeployment(scope.deploymentId);
      const courses = all.map(({ title, label, createdAt, roster }) => ({
        title: title === '' ? label : title,
        sinceText: words.day(createdAt),
        roster:
          roster.problem !== null
            ? words.t('admin.courses.problem')
            : roster.readAt === null
              ? words.t('admin.courses.never')
              : words.t('admin.courses.read', { at: words.moment(roster.readAt) }),
      }));
      showInConsole(res, 'admin/courses', { courses }, 'courses', words.t('admin.courses.title'));
    }),
  );

  router.get('/keys', operatorOnly(), (req, res) => {
    showInConsole(
      res,
      'admin/keys',
      { keysUrl: `${publicUrl}/lti/keys`, rotated: null },
      'keys',
      readerOf(req).t('admin.keys.title'),
    );
  });

  router.post(
    '/keys',
    operatorOnly(),
    handler(async (req, res) => {
      const words = readerOf(req);
      const { signsFrom } = await registrations.rotateKeys(visitOf(res).session.actor);
      const rotated = words.t('admin.keys.done', { at: words.moment(signsFrom) });
      showInConsole(
        res,
        'admin/keys',
        { keysUrl: `${publicUrl}/lti/keys`, rotated },
        'keys',
        words.t('admin.keys.title'),
      );
    }),
  );

  router.get(
    '/audit',
    operatorOnly(),
    handler(async (req, res) => {
      const words = readerOf(req);
      const entries = (await audit.newest(200)).map(({ at, actor, action, detail }) => ({
        at,
        atText: words.moment(at),
        actor,
        action,
        detail,
      }));
      showInConsole(res, 'admin/audit', { entries }, 'audit', words.t('admin.audit.title'));
    }),
  );
  return router;
}
