import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { handler } from '../web/handler.js';
import { render } from '../web/render.js';
import { wordsFor } from '../web/words.js';
import {
  productOf,
  readConfiguration,
  register,
  type PlatformAsking,
} from './dynamic-registration.js';
import type { FetchPolicy, GuardedFetch } from './guarded-fetch.js';
import type { Invites } from './invite.model.js';
import { canvas } from './platforms/canvas.js';
import { refusal } from './refusal.js';
import type { RegistrationOperations } from './registrations.js';
import { digestOf, type Seals } from './seal.js';
import { canvasConfiguration } from './tool-configuration.js';

/** What an admin confirms before anything is sent to the platform (DYN-04). */
export interface RegisterPage {
  readonly host: string;
  readonly product: string;
  readonly issuer: string;
  /** The request, sealed: nothing of it can be changed on its way through the browser. */
  readonly sealed: string;
}

export interface RegisteredPage {
  /** Only origin the closing message goes to (DYN-11). */
  readonly origin: string;
}

declare module '../web/render.js' {
  interface Views {
    'lti/register': RegisterPage;
    'lti/registered': RegisteredPage;
  }
}

export interface RegistrationRoutesDeps {
  readonly invites: Invites;
  readonly operations: RegistrationOperations;
  readonly fetch: GuardedFetch;
  readonly policy: FetchPolicy;
  readonly seals: Seals;
  readonly clock: () => Date;
  readonly publicUrl: string;
}

const CONFIRM_MS = 15 * 60_000;

const querySchema = z.object({
  invite: z.string().max(100),
  openid_configuration: z.string().max(4000),
  registration_token: z.string().max(16_000).optional(),
});

interface Asked {
  readonly until: number;
  readonly invite: string;
  readonly asking: PlatformAsking;
}

async function show(deps: RegistrationRoutesDeps, req: Request, res: Response): Promise<void> {
  const invite = typeof req.query['invite'] === 'string' ? digestOf(req.query['invite']) : '';
  const found = await deps.invites.find(invite);
  if (found === null || found.expiresAt <= deps.clock()) {
    throw refusal('bad-invite', 'no such invitation');
  }
  const query = querySchema.safeParse(req.query);
  if (!query.success) throw refusal('missing-parameter', 'no openid_configuration');
  const { openid_configuration: address, registration_token: token } = query.data;
  const asking = await readConfiguration(deps.fetch, deps.policy, address, token ?? null);
  const until = deps.clock().getTime() + CONFIRM_MS;
  const words = wordsFor(req.acceptsLanguages()[0] ?? null, null);
  allowFraming(res, asking.configuration.issuer, asking.configurationUrl);
  render(
    res,
    'lti/register',
    {
      host: new URL(asking.configuration.issuer).host,
      product: productOf(asking) ?? 'LMS',
      issuer: asking.configuration.issuer,
      sealed: deps.seals.seal('invite', JSON.stringify({ until, invite, asking } satisfies Asked)),
    },
    { layout: 'bare', title: words.t('lti.register.title'), words },
  );
}

/** The platform's own page frames this one while it is not yet an active registration. */
function allowFraming(res: Response, ...urls: readonly string[]): void {
  const policy = res.getHeader('Content-Security-Policy');
  if (typeof policy !== 'string') return;
  const origins = [...new Set(urls.map((one) => new URL(one).origin))].join(' ');
  const more = /instructure\.com|canvaslms\.com/.test(origins)
    ? `${origins} ${canvas.frameAncestors.join(' ')}`
    : origins;
  res.setHeader(
    'Content-Security-Policy',
    policy.replace(/frame-ancestors [^;]*/, (found) => `${found} ${more}`),
  );
}

async function confirm(deps: RegistrationRoutesDeps, req: Request, res: Response): Promise<void> {
  const sealed = (req.body as { sealed?: unknown } | undefined)?.sealed;
  const text = typeof sealed === 'string' ? deps.seals.unseal('invite', sealed) : null;
  if (text === null) throw refusal('bad-invite', 'the confirmation was not made here');
  const { until, invite, asking } = JSON.parse(text) as Asked;
  const found = await deps.invites.find(invite);
  if (until < deps.clock().getTime() || found === null || !(await deps.invites.use(invite))) {
    throw refusal('bad-invite', 'the invitation was used or is over');
  }
  await register(deps, asking, found.name);
  const words = wordsFor(req.acceptsLanguages()[0] ?? null, null);
  allowFraming(res, asking.configuration.issuer, asking.configurationUrl);
  render(
    res,
    'lti/registered',
    { origin: new URL(asking.configurationUrl).origin },
    { layout: 'bare', title: words.t('lti.register.doneTitle'), words },
  );
}

/** Routes by which platforms learn of Trellis: dynamic registration and Canvas's configuration. */
export function registrationRoutes(deps: RegistrationRoutesDeps): Router {
  const router = Router();
  router.get(
    '/register',
    handler((req, res) => show(deps, req, res)),
  );
  router.post(
    '/register',
    handler((req, res) => confirm(deps, req, res)),
  );
  router.get('/canvas.json', (_req, res) => {
    res.json(canvasConfiguration(deps.publicUrl, canvas.customVariables));
  });
  return router;
}
