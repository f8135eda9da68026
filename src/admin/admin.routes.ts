import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { Router, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { TrellisError } from '../errors.js';
import type { Contexts } from '../launch/context.model.js';
import { actorOf, param } from '../web/actor.js';
import { handler } from '../web/handler.js';
import { parseQuery, tryBody } from '../web/parse.js';
import { render, type Views } from '../web/render.js';
import { LANGUAGES, wordsFor, type Words } from '../web/words.js';
import { VISIT_HOURS, type AdminSession, type AdminSessions } from './admin-session.model.js';
import type { Audit } from './audit.model.js';
import {
  consoleNav,
  familyCards,
  installView,
  isInstallFamily,
  platformRow,
  waitingRows,
  type CheckStep,
  type StuckView,
} from './console.view.js';
import type { AdminOperations, PlatformCheck } from './operations.js';

export interface AdminDeps {
  readonly adminSessions: AdminSessions;
  readonly contexts: Contexts;
  readonly audit: Audit;
  readonly registrations: AdminOperations;
  readonly check: PlatformCheck;
  /** Stuck deliveries by course and reason, without names; of one deployment or of all. */
  readonly stuck: (deploymentId: string | null, words: Words) => Promise<StuckView['rows']>;
  readonly secret: string;
  readonly publicUrl: string;
  readonly clock: () => Date;
}

const COOKIE = '__Host-trellis-admin';

/** The words of whoever reads: the console belongs to no launch, so the browser says the language. */
function readerOf(req: Request): Words {
  const language = req.acceptsLanguages(...LANGUAGES);
  return wordsFor(language === false ? null : language, null);
}

interface Visit {
  readonly session: AdminSession;
  readonly token: string;
  readonly csrf: string;
  readonly isOperator: boolean;
}

const visits = new WeakMap<Response, Visit>();

function visitOf(res: Response): Visit {
  const visit = visits.get(res);
  if (visit === undefined) throw new TrellisError('SESSION_ENDED', 'no visit to the console');
  return visit;
}

function show<V extends keyof Views>(
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
function operatorOnly(): RequestHandler {
  return (_req, res, next) => {
    if (visitOf(res).isOperator) next();
    else next(new TrellisError('NOT_ALLOWED', 'only for who runs the server'));
  };
}

const deploymentSchema = z.strictObject({
  deployment: z.string().trim().min(1, 'Paste the deployment id').max(255),
});

const platformSchema = z.strictObject({
  name: z.string().default(''),
  issuer: z.string().default(''),
  clientId: z.string().default(''),
  deployment: z.string().default(''),
  authorizationEndpoint: z.string().default(''),
  tokenEndpoint: z.string().default(''),
  jwksUri: z.string().default(''),
});

/** A field of a form as text; anything else counts as empty. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What a platform's own documents say, so that nobody has to type it. */
const PRESETS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  canvas: {
    issuer: 'https://canvas.instructure.com',
    authorizationEndpoint: 'https://sso.canvaslms.com/api/lti/authorize_redirect',
    tokenEndpoint: 'https://sso.canvaslms.com/login/oauth2/token',
    jwksUri: 'https://sso.canvaslms.com/api/lti/security/jwks',
  },
  schoology: {
    issuer: 'https://schoology.schoology.com',
    authorizationEndpoint: 'https://lti-service.svc.schoology.com/lti-service/authorize-redirect',
    tokenEndpoint: 'https://lti-service.svc.schoology.com/lti-service/access-token',
    jwksUri: 'https://lti-service.svc.schoology.com/lti-service/.well-known/jwks',
  },
};

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

/** The admin console (interface.md, `/admin`): opened by a one-time link or an administrator's launch. */
export function adminRoutes(deps: AdminDeps): Router {
  const { adminSessions, contexts, audit, registrations, check, clock, publicUrl } = deps;
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

  /** The registration of a path; an administrator's visit reaches its own only. */
  async function platformOf(req: Request, res: Response) {
    const { session } = visitOf(res);
    const id = param(req, 'id');
    if (session.scope !== null && session.scope.registrationId !== id)
      throw new TrellisError('NOT_FOUND', 'another installation');
    return registrations.get(id);
  }

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
      show(
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

  async function showPlatform(
    req: Request,
    res: Response,
    extra: { checks?: readonly CheckStep[]; errors?: Record<string, string>; typed?: string } = {},
  ): Promise<void> {
    const words = readerOf(req);
    const registration = await platformOf(req, res);
    const { session, isOperator } = visitOf(res);
    const deployments = (await registrations.listDeployments(registration.id)).filter(
      (d) => session.scope === null || session.scope.deploymentId === d.id,
    );
    const fact = (label: string, value: string | null) => ({
      label: words.t(`admin.platform.${label}`),
      value: value ?? '—',
    });
    show(
      res,
      'admin/platform',
      {
        row: platformRow(registration, words),
        facts: [
          fact('issuer', registration.issuer),
          fact('clientId', registration.clientId),
          fact('auth', registration.authorizationEndpoint),
          fact('token', registration.tokenEndpoint),
          fact('jwks', registration.jwksUri),
          fact('audience', registration.audience),
          fact('product', registration.product),
        ],
        deployments: deployments.map(({ id, platformId, status }) => ({
          id,
          deploymentId: platformId,
          text: words.t(`admin.platform.state.${status}`),
          isWaiting: status === 'waiting',
        })),
        isOperator,
        canApprove: isOperator && registration.status === 'pending',
        canDisable: isOperator && registration.status === 'active',
        canEnable: isOperator && registration.status === 'disabled',
        checks: extra.checks ?? null,
        checkHref: `/admin/platforms/${registration.id}/check`,
        errors: extra.errors ?? null,
        typed: { deployment: extra.typed ?? '' },
      },
      'platforms',
      registration.name,
    );
  }

  router.get(
    '/platforms/:id',
    handler((req, res) => showPlatform(req, res)),
  );

  router.post(
    '/platforms/:id/check',
    handler(async (req, res) => {
      const registration = await platformOf(req, res);
      const report = await check(registration.id, readerOf(req));
      const checks = report.steps.map(({ name, sentence, state }) => ({
        name,
        sentence,
        isGreen: state === 'green',
        isRed: state === 'red',
      }));
      await showPlatform(req, res, { checks });
    }),
  );

  for (const change of ['approve', 'disable', 'enable'] as const) {
    router.post(
      `/platforms/:id/${change}`,
      operatorOnly(),
      handler(async (req, res) => {
        const registration = await registrations[change](
          param(req, 'id'),
          visitOf(res).session.actor,
        );
        res.redirect(303, `/admin/platforms/${registration.id}`);
      }),
    );
  }

  router.post(
    '/platforms/:id/deployments',
    operatorOnly(),
    handler(async (req, res) => {
      const body = tryBody(deploymentSchema, req);
      const typed = textOf((req.body as Record<string, unknown>)['deployment']);
      if (!body.ok) {
        res.status(422);
        await showPlatform(req, res, { errors: body.errors, typed });
        return;
      }
      try {
        await registrations.addDeployment(
          param(req, 'id'),
          body.value.deployment,
          visitOf(res).session.actor,
        );
      } catch (error) {
        if (!(error instanceof TrellisError) || error.code !== 'INVALID_INPUT') throw error;
        const message = Object.values(error.details.fields ?? {})[0] ?? error.message;
        res.status(422);
        await showPlatform(req, res, { errors: { deployment: message }, typed });
        return;
      }
      res.redirect(303, `/admin/platforms/${param(req, 'id')}`);
    }),
  );

  router.post(
    '/deployments/:id/approve',
    operatorOnly(),
    handler(async (req, res) => {
      await registrations.approveDeployment(param(req, 'id'), visitOf(res).session.actor);
      res.redirect(303, '/admin?done=approved');
    }),
  );
  router.post(
    '/deployments/:id/dismiss',
    operatorOnly(),
    handler(async (req, res) => {
      await registrations.dismissDeployment(param(req, 'id'), visitOf(res).session.actor);
      res.redirect(303, '/admin?done=dismissed');
    }),
  );

  function showInstall(
    req: Request,
    res: Response,
    form: {
      inviteUrl?: string;
      typed?: Readonly<Record<string, string>>;
      errors?: Readonly<Record<string, string>>;
    } = {},
  ): void {
    const family = param(req, 'family');
    if (!isInstallFamily(family)) throw new TrellisError('NOT_FOUND', 'no such install page');
    const view = installView(family, publicUrl, readerOf(req), {
      isOperator: visitOf(res).isOperator,
      inviteUrl: form.inviteUrl ?? null,
      typed: form.typed ?? PRESETS[family] ?? {},
      errors: form.errors ?? null,
    });
    show(res, 'admin/install', view, 'platforms', view.familyName);
  }

  router.get('/install/:family', (req, res) => {
    showInstall(req, res);
  });

  router.post(
    '/install/:family/invite',
    operatorOnly(),
    handler(async (req, res) => {
      const { url } = await registrations.createInvite(
        param(req, 'family'),
        visitOf(res).session.actor,
      );
      showInstall(req, res, { inviteUrl: url });
    }),
  );

  router.post(
    '/install/:family',
    operatorOnly(),
    handler(async (req, res) => {
      const family = param(req, 'family');
      if (!isInstallFamily(family)) throw new TrellisError('NOT_FOUND', 'no such install page');
      const body = tryBody(platformSchema, req);
      if (!body.ok)
        throw new TrellisError('INVALID_INPUT', 'form refused', { fields: body.errors });
      const { deployment, ...typed } = body.value;
      try {
        await registrations.add(
          { ...typed, family, deployments: deployment.trim() === '' ? [] : [deployment.trim()] },
          visitOf(res).session.actor,
        );
      } catch (error) {
        if (!(error instanceof TrellisError) || error.code !== 'INVALID_INPUT') throw error;
        const fields = Object.entries(error.details.fields ?? {}).map(
          ([name, message]) =>
            [name.startsWith('deployments') ? 'deployment' : name, message] as const,
        );
        res.status(422);
        showInstall(req, res, { typed: body.value, errors: Object.fromEntries(fields) });
        return;
      }
      res.redirect(303, '/admin?done=connected');
    }),
  );

  router.get(
    '/stuck',
    handler(async (req, res) => {
      const words = readerOf(req);
      const rows = await deps.stuck(visitOf(res).session.scope?.deploymentId ?? null, words);
      show(res, 'admin/stuck', { rows }, 'stuck', words.t('admin.stuck.title'));
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
      show(res, 'admin/courses', { courses }, 'courses', words.t('admin.courses.title'));
    }),
  );

  router.get('/keys', operatorOnly(), (req, res) => {
    show(
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
      show(
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
      show(res, 'admin/audit', { entries }, 'audit', words.t('admin.audit.title'));
    }),
  );
  return router;
}
