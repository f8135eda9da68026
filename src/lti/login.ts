import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { Registration, Registrations } from '../admin/registration.model.js';
import { handler } from '../web/handler.js';
import { render } from '../web/render.js';
import { wordsFor } from '../web/words.js';
import { keepsCookies, setStateCookie } from './cookies.js';
import { pathOnOrigin } from './launch.js';
import { refusal } from './refusal.js';
import type { Seals } from './seal.js';
import { beginLogin, LOGIN_TTL_MS } from './state.js';
import { withParams } from './urls.js';

/** What the page between login and platform needs (STORE-03 to STORE-12). */
export interface LoginPage {
  /** The platform's authorization request; the browser goes there once it can prove itself. */
  readonly authUrl: string;
  /** Same login, begun again in a window of its own. */
  readonly continueHref: string;
  /** Answers whether the browser sent the login's cookie back. */
  readonly cookieCheckHref: string;
  readonly storage: StorageRequest | null;
}

/** A value kept by the platform's page for us. */
export interface StorageRequest {
  readonly frame: string;
  /** The only origin messages go to and are taken from (STORE-08, STORE-09). */
  readonly origin: string;
  readonly key: string;
  readonly value: string;
}

declare module '../web/render.js' {
  interface Views {
    'lti/login': LoginPage;
  }
}

/** The parameters of a login (SEC 5.1.1.1); Canvas names the deployment without the prefix. */
const loginSchema = z.object({
  iss: z.string().min(1).max(2000),
  login_hint: z.string().min(1).max(8000),
  target_link_uri: z.string().min(1).max(4000),
  lti_message_hint: z.string().max(16_000).optional(),
  client_id: z.string().max(255).optional(),
  lti_deployment_id: z.string().max(255).optional(),
  deployment_id: z.string().max(255).optional(),
  lti_storage_target: z.string().max(100).optional(),
});

type LoginRequest = z.infer<typeof loginSchema>;

export interface LoginDeps {
  readonly registrations: Registrations;
  readonly seals: Seals;
  readonly clock: () => Date;
  readonly publicUrl: string;
}

/** The key under which a platform keeps the record of a login. */
export function storageKey(key: string): string {
  return `trellis-login-${key}`;
}

async function registrationOf(
  { registrations }: LoginDeps,
  { iss, client_id: clientId }: LoginRequest,
): Promise<Registration> {
  const isNamed = clientId !== undefined && clientId !== '';
  const found = isNamed
    ? [await registrations.findByClient(iss, clientId)]
    : await registrations.findByIssuer(iss);
  const [registration] = found;
  // Several registrations of one issuer and no client id: never the first one (REG-05, THR-13).
  if (registration === undefined || registration === null || found.length !== 1) {
    throw refusal('unknown-registration', 'no registration, or more than one, for this login');
  }
  assertActive(registration);
  return registration;
}

/** @throws TrellisError LAUNCH_REJECTED when the registration is off or waits for approval (REG-08). */
export function assertActive({ status }: Registration): void {
  if (status === 'disabled') throw refusal('registration-disabled', 'registration switched off');
  if (status === 'pending') throw refusal('registration-pending', 'registration not yet approved');
}

/** Whether the browser opens this address in a frame; then cookies may not be kept. */
function isFramed(req: Request): boolean {
  const destination = req.get('sec-fetch-dest');
  return destination === 'iframe' || destination === 'frame';
}

/**
 * Begins a launch (SEC 5.1.1, CORE 5.1.1).
 *
 * A browser that may refuse cookies in the frame gets a page first: once the platform's one-shot
 * hint is used, there would be no second try in a new window.
 */
async function begin(
  deps: LoginDeps,
  login: LoginRequest,
  how: { readonly framed: boolean },
  req: Request,
  res: Response,
): Promise<void> {
  const registration = await registrationOf(deps, login);
  const origin = new URL(deps.publicUrl).origin;
  if (pathOnOrigin(login.target_link_uri, origin) === null) {
    throw refusal('wrong-target', 'target_link_uri of the login is not ours');
  }
  const deploymentId = login.lti_deployment_id ?? login.deployment_id ?? null;
  const needsPage = how.framed && !keepsCookies(req);
  const frame = login.lti_storage_target ?? '';
  const { state, nonce, key, record } = beginLogin(
    deps.seals,
    {
      registrationId: registration.id,
      storageFrame: needsPage && frame !== '' ? frame : null,
      record: {
        deploymentId: deploymentId === '' ? null : deploymentId,
        target: login.target_link_uri,
      },
    },
    deps.clock(),
  );
  const authUrl = withParams(registration.authorizationEndpoint, {
    scope: 'openid',
    response_type: 'id_token',
    response_mode: 'form_post',
    prompt: 'none',
    client_id: registration.clientId,
    redirect_uri: `${deps.publicUrl}/lti/launch`,
    login_hint: login.login_hint,
    lti_message_hint: login.lti_message_hint,
    state,
    nonce,
  });
  setStateCookie(req, res, key, record);
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Referrer-Policy', 'no-referrer');
  if (!needsPage) {
    res.status(302).setHeader('Location', authUrl).end();
    return;
  }
  // The page holds nothing and does nothing for a frame around it; platforms' pages live on hosts
  // that are known only after the first signed launch (Canvas vanity domains).
  const policy = res.getHeader('Content-Security-Policy');
  if (typeof policy === 'string') {
    res.setHeader(
      'Content-Security-Policy',
      policy.replace(/frame-ancestors [^;]*/, "frame-ancestors 'self' https: http:"),
    );
  }
  const words = wordsFor(req.acceptsLanguages()[0] ?? null, null);
  const handle = deps.seals.seal(
    'login-link',
    JSON.stringify([deps.clock().getTime() + LOGIN_TTL_MS, login]),
  );
  render(
    res,
    'lti/login',
    {
      authUrl,
      continueHref: `/lti/login/continue?handle=${handle}`,
      cookieCheckHref: `/lti/login/cookie?key=${key}`,
      storage:
        frame === ''
          ? null
          : {
              frame,
              origin: new URL(registration.authorizationEndpoint).origin,
              key: storageKey(key),
              value: record,
            },
    },
    { layout: 'bare', title: words.t('lti.login.title'), words },
  );
}

function readLogin(values: unknown): LoginRequest {
  const parsed = loginSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw refusal('missing-parameter', 'iss, login_hint or target_link_uri missing or unusable');
}

/** Login routes: `/login`, and what its page needs. */
export function loginRoutes(deps: LoginDeps): Router {
  const router = Router();
  router.get(
    '/login',
    handler((req, res) => begin(deps, readLogin(req.query), { framed: isFramed(req) }, req, res)),
  );
  router.post(
    '/login',
    handler((req, res) =>
      // Query and body together: some platforms split them.
      begin(
        deps,
        readLogin({ ...req.query, ...(req.body as Record<string, unknown>) }),
        { framed: isFramed(req) },
        req,
        res,
      ),
    ),
  );
  router.get(
    '/login/continue',
    handler(async (req, res) => {
      const { handle } = req.query;
      const text = typeof handle === 'string' ? deps.seals.unseal('login-link', handle) : null;
      if (text === null) throw refusal('state-mismatch', 'the login link was not made here');
      const [until, login] = JSON.parse(text) as [number, unknown];
      if (until < deps.clock().getTime()) throw refusal('state-expired', 'the login link is old');
      await begin(deps, readLogin(login), { framed: false }, req, res);
    }),
  );
  router.get('/login/cookie', (req, res) => {
    const { key } = req.query;
    const cookies = (req.cookies ?? {}) as Record<string, unknown>;
    const isKept =
      typeof key === 'string' && typeof cookies[`__Host-trellis-state-${key}`] === 'string';
    res.setHeader('Cache-Control', 'no-store');
    res.json({ kept: isKept });
  });
  return router;
}
