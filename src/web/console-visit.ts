import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { Router, type Request, type RequestHandler, type Response } from 'express';
import {
  VISIT_HOURS,
  type AdminSession,
  type AdminSessions,
} from '../admin/admin-session.model.js';
import type { Audit } from '../admin/audit.model.js';
import { consoleNav } from '../admin/console.view.js';
import type { AdminOperations } from '../admin/operations.js';
import { TrellisError } from '../errors.js';
import { render, type Views } from './render.js';
import { LANGUAGES, wordsFor, type Words } from './words.js';

const COOKIE = '__Host-trellis-admin';

/** The words of whoever reads: the console belongs to no launch, so the browser says the language. */
export function readerOf(req: Request): Words {
  const language = req.acceptsLanguages(...LANGUAGES);
  return wordsFor(language === false ? null : language, null);
}

/** Somebody in the console: an operator, or an administrator of one installation. */
export interface Visit {
  readonly session: AdminSession;
  readonly token: string;
  readonly csrf: string;
  readonly isOperator: boolean;
}

const visits = new WeakMap<Response, Visit>();

/** The visit of this request. @throws TrellisError SESSION_ENDED outside the console. */
export function visitOf(res: Response): Visit {
  const visit = visits.get(res);
  if (visit === undefined) throw new TrellisError('SESSION_ENDED', 'no visit to the console');
  return visit;
}

/** Answers with a page of the console, with its tabs and the visit's token. */
export function showInConsole<V extends keyof Views>(
  res: Response,
  view: V,
  model: Views[V],
  tab: string,
  heading: string,
): void {
  const { csrf, isOperator } = visitOf(res);
  const words = readerOf(res.req);
  const nav = consoleNav(isOperator, tab, words);
  render(res, view, model, { title: heading, nav, words, role: 'administrator', csrf });
}

/** Asks for a visit; pages of the whole server need one that came by a link of the command line. */
export function operatorOnly(): RequestHandler {
  return (_req, res, next) => {
    if (visitOf(res).isOperator) next();
    else next(new TrellisError('NOT_ALLOWED', 'only for who runs the server'));
  };
}

/** A field of a form as text; anything else counts as empty. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Lets a visit in by its cookie or a one-time link, and asks every change for the visit's token. */
export function visitRouter(deps: {
  readonly adminSessions: AdminSessions;
  readonly audit: Audit;
  readonly registrations: Pick<AdminOperations, 'get'>;
  readonly secret: string;
  readonly clock: () => Date;
}): Router {
  const { adminSessions, audit, registrations, clock } = deps;
  const router = Router();
  router.use(express.urlencoded({ extended: false, limit: '100kb' }));

  const csrfOf = (token: string): string =>
    createHmac('sha256', deps.secret).update(`admin csrf ${token}`).digest('base64url');

  async function enter(req: Request, res: Response): Promise<boolean> {
    const link = req.query['link'];
    if (req.method === 'GET' && typeof link === 'string') {
      const used = await adminSessions.useLink(link, clock());
      if (used !== null) {
        const token = await adminSessions.createVisit(used.actor, used.scope, clock());
        // Top level and our own site: Strict keeps every other site's requests out.
        res.cookie(COOKIE, token, {
          secure: true,
          httpOnly: true,
          sameSite: 'strict',
          path: '/',
          maxAge: VISIT_HOURS * 3_600_000,
        });
        await audit.append({
          at: clock(),
          actor: used.actor,
          action: 'console.opened',
          subject: 'console',
          detail: '',
        });
        // Not a redirect: a Strict cookie is not sent along one that began on another site.
        const session: AdminSession = { ...used, kind: 'visit' };
        visits.set(res, { session, token, csrf: csrfOf(token), isOperator: used.scope === null });
        return true;
      }
    }
    const token = (req.cookies as Record<string, string | undefined>)[COOKIE];
    const session = token === undefined ? null : await adminSessions.findVisit(token, clock());
    if (token === undefined || session === null) return false;
    if (session.scope !== null) {
      // A platform that is switched off opens nothing, this console included.
      const { status } = await registrations.get(session.scope.registrationId);
      if (status !== 'active') return false;
    }
    visits.set(res, { session, token, csrf: csrfOf(token), isOperator: session.scope === null });
    return true;
  }

  router.use((req, res, next) => {
    enter(req, res)
      .then((isIn) => {
        if (isIn) {
          next();
          return;
        }
        res.status(401);
        const words = readerOf(req);
        const text = words.t('admin.closed.text');
        render(
          res,
          'admin/closed',
          { text },
          { layout: 'bare', title: words.t('admin.closed.title'), words },
        );
      })
      .catch(next);
  });

  router.use((req, res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD') {
      next();
      return;
    }
    const body = (req.body ?? {}) as Record<string, unknown>;
    const token = Buffer.from(textOf(req.get('x-trellis-csrf') ?? body['_csrf']));
    const wanted = Buffer.from(visitOf(res).csrf);
    if (token.length !== wanted.length || !timingSafeEqual(token, wanted)) {
      next(new TrellisError('NOT_ALLOWED', 'no or wrong CSRF token', { reason: 'stale-page' }));
      return;
    }
    delete body['_csrf'];
    next();
  });

  return router;
}
