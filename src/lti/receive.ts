import { randomBytes } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { Registration } from '../admin/registration.model.js';
import { TrellisError } from '../errors.js';
import { handler } from '../web/handler.js';
import { render } from '../web/render.js';
import type { Landing } from '../web/session.js';
import { wordsFor } from '../web/words.js';
import { holdsSessionOf, setSessionCookies, stateCookie } from './cookies.js';
import type { PlatformKeys } from './jwks.js';
import { deploymentIdOf, readLaunch, returnUrlOf } from './launch.js';
import { assertActive, storageKey } from './login.js';
import type { Verifier } from './ltijs-provider.js';
import { noticeAddress } from './notice-handlers.js';
import type { ParkedLaunches } from './parked-launch.model.js';
import type { Launch } from './ports.js';
import { refusal, type RefusalReason } from './refusal.js';
import { resolveDeployment, type RegistrationDeps } from './registrations.js';
import { digestOf, type Seals } from './seal.js';
import {
  landedValue,
  nonceOf,
  readLanded,
  readRecord,
  readState,
  type LoginRecord,
  type LoginState,
} from './state.js';
import { checkMeantForUs, openToken, type Claims } from './token-checks.js';
import type { UsedStates } from './used-state.model.js';

/** The page that asks the platform's storage for the record of a login (STORE-03). */
export interface StoragePage {
  readonly handle: string;
  readonly frame: string;
  readonly origin: string;
  readonly key: string;
}

declare module '../web/render.js' {
  interface Views {
    'lti/storage': StoragePage;
  }
}

export interface LaunchDeps extends Pick<
  RegistrationDeps,
  'registrations' | 'deployments' | 'audit' | 'clock' | 'policy' | 'publicUrl' | 'changed'
> {
  readonly seals: Seals;
  readonly usedStates: UsedStates;
  readonly parked: ParkedLaunches;
  readonly platformKeys: PlatformKeys;
  readonly verifier: Verifier;
  readonly land: (launch: Launch, browser: { readonly hasCookies: boolean }) => Promise<Landing>;
  readonly continueWithoutCookies: (req: Request, res: Response, landing: Landing) => void;
}

/** Used states are remembered far longer than a state lives (AUTH-14). */
const USED_FOR_MS = 24 * 3_600_000;
const PARKED_FOR_MS = 60_000;

const launchSchema = z.object({
  id_token: z.string().optional(),
  state: z.string().optional(),
  error: z.string().optional(),
});

/** Errors that a platform posts instead of a token (OIDC 3.1.2.6, Canvas's own). */
const PLATFORM_ERRORS: ReadonlyMap<string, RefusalReason> = new Map([
  ['login_required', 'login-required'],
  ['interaction_required', 'login-required'],
  ['access_denied', 'login-required'],
  ['launch_no_longer_valid', 'launch-expired'],
]);

interface Verified {
  readonly claims: Claims;
  readonly registration: Registration;
  readonly state: string;
  readonly login: LoginState;
}

/**
 * Checks everything about a launch that its browser does not have to prove, and uses up its state.
 *
 * Order: cheap checks of the unsigned token against the login, then the signature, then the single
 * use. Until the signature is good nothing is written; from then on the state is used up, whatever
 * comes (AUTH-21).
 */
async function verify(
  deps: LaunchDeps,
  posted: { readonly idToken: string; readonly state: string },
  prove: (login: LoginState) => void,
): Promise<Verified> {
  const { kid, claims } = openToken(posted.idToken);
  const login = readState(deps.seals, posted.state, deps.clock());
  if (login === 'unknown') throw refusal('state-mismatch', 'the state was not made here');
  if (login === 'expired') throw refusal('state-expired', 'the login is too old');
  prove(login);
  const registration = await deps.registrations.find(login.registrationId);
  if (registration === null) throw refusal('unknown-registration', 'registration is gone');
  assertActive(registration);
  const { issuer, clientId } = registration;
  const nonce = nonceOf(deps.seals, posted.state);
  checkMeantForUs(claims, { issuer, clientId, nonce }, deps.clock());
  const key = await deps.platformKeys.find(registration.jwksUri, kid);
  await deps.verifier.verify({ ...posted, claims, issuer, clientId, key });
  const until = new Date(deps.clock().getTime() + USED_FOR_MS);
  if (!(await deps.usedStates.use(digestOf(posted.state), until))) {
    throw refusal('nonce-reused', 'this launch was used before');
  }
  return { claims, registration, state: posted.state, login };
}

/** Reads a verified launch whose browser proved itself; refusals from here on know the way back. */
async function settle(
  deps: LaunchDeps,
  { claims, registration }: Verified,
  record: LoginRecord,
): Promise<Launch> {
  try {
    const platformId = deploymentIdOf(claims);
    if (record.deploymentId !== null && record.deploymentId !== platformId) {
      throw refusal('deployment-mismatch', 'deployment is not the one of the login');
    }
    const surroundings = {
      registration,
      origin: new URL(deps.publicUrl).origin,
      policy: deps.policy,
    };
    // Read once before the deployment is looked up, so that a launch that fails binds nothing.
    const read = (id: Launch['deploymentId']) =>
      readLaunch(claims, record.target, id, surroundings);
    const unbound = read('' as Launch['deploymentId']);
    const deployment = await resolveDeployment(deps, registration, platformId);
    if (deployment === null) throw refusal('unknown-deployment', 'deployment waits for approval');
    await learnOrigins(deps, registration, unbound);
    const knowsOurs = deployment.noticesTo === noticeAddress(deps.publicUrl);
    return {
      ...unbound,
      deploymentId: deployment.id,
      noticesUrl: knowsOurs ? null : unbound.noticesUrl,
    };
  } catch (error) {
    if (!(error instanceof TrellisError) || error.code !== 'LAUNCH_REJECTED') throw error;
    const returnUrl = returnUrlOf(claims, deps.policy);
    if (returnUrl === null) throw error;
    throw new TrellisError(error.code, error.message, { ...error.details, returnUrl });
  }
}

/** Remembers the origins under which this platform's pages frame Trellis (STORE-15). */
async function learnOrigins(
  deps: LaunchDeps,
  registration: Registration,
  launch: Launch,
): Promise<void> {
  const urls = [launch.returnUrl, launch.membershipsUrl, launch.deepLinking?.returnUrl ?? null];
  const known = new Set([
    ...registration.origins,
    new URL(registration.authorizationEndpoint).origin,
  ]);
  for (const url of urls) {
    const origin = url === null ? null : new URL(url).origin;
    if (origin === null || known.has(origin) || known.size > 100) continue;
    known.add(origin);
    await deps.registrations.addOrigin(registration.id, origin);
    deps.changed();
  }
}

/** Answers a launch post whose login's cookie came back, or begins the proof by platform storage. */
async function receive(deps: LaunchDeps, req: Request, res: Response): Promise<void> {
  const body = launchSchema.safeParse(req.body ?? {});
  if (!body.success) throw refusal('not-a-launch', 'fields given twice');
  const { id_token: idToken, state, error } = body.data;
  if (error !== undefined && idToken === undefined) {
    throw refusal(PLATFORM_ERRORS.get(error) ?? 'platform-error', 'the platform answered an error');
  }
  if (idToken === undefined) throw refusal('not-a-launch', 'no id_token');
  if (state === undefined) throw refusal('state-mismatch', 'no state');
  const proof: { record: LoginRecord | null } = { record: null };
  const verified = await verify(deps, { idToken, state }, (login) => {
    const cookie = stateCookie(req, login.key);
    const landed = cookie === null ? null : readLanded(deps.seals, state, cookie);
    if (landed !== null) {
      const continueHref = holdsSessionOf(req, landed) ? landed : null;
      throw refusal('nonce-reused', 'a reload of a launch', { continueHref });
    }
    proof.record = cookie === null ? null : readRecord(deps.seals, state, cookie);
    if (proof.record === null && login.storageFrame === null) {
      throw refusal('state-mismatch', 'this browser did not begin this login');
    }
  });
  if (proof.record === null) {
    await park(deps, verified, req, res);
    return;
  }
  const launch = await settle(deps, verified, proof.record);
  const landing = await deps.land(launch, { hasCookies: true });
  setSessionCookies(
    req,
    res,
    { id: landing.sessionId, secret: landing.sessionSecret },
    { key: verified.login.key, landed: landedValue(deps.seals, state, landing.path) },
  );
  res.setHeader('Cache-Control', 'no-store');
  // Not Express's redirect: it writes a page that nobody sees, in the format it negotiates.
  res.status(303).setHeader('Location', landing.path).end();
}

async function park(
  deps: LaunchDeps,
  { claims, registration, state, login }: Verified,
  req: Request,
  res: Response,
): Promise<void> {
  const handle = randomBytes(32).toString('base64url');
  await deps.parked.park({
    _id: digestOf(handle),
    stateDigest: digestOf(state),
    sealed: deps.seals.seal('parked', JSON.stringify({ state, claims })),
    expiresAt: new Date(deps.clock().getTime() + PARKED_FOR_MS),
  });
  const words = wordsFor(req.acceptsLanguages()[0] ?? null, null);
  // The form that comes back has to say where it comes from (see `isFromOurPage`).
  res.setHeader('Referrer-Policy', 'same-origin');
  render(
    res,
    'lti/storage',
    {
      handle,
      frame: login.storageFrame ?? '_parent',
      origin: new URL(registration.authorizationEndpoint).origin,
      key: storageKey(login.key),
    },
    { layout: 'bare', title: words.t('lti.storage.title'), words },
  );
}

/**
 * Whether a post comes from a page of ours in the same browser. Somebody who begins a launch
 * elsewhere holds a handle and a record as well; they cannot make another browser post them from
 * our own origin (THR-62).
 */
function isFromOurPage(req: Request, publicUrl: string): boolean {
  const site = req.get('sec-fetch-site');
  return site === undefined
    ? req.get('origin') === new URL(publicUrl).origin
    : site === 'same-origin';
}

const storageSchema = z.object({
  handle: z.string().max(100),
  value: z.string().max(8000),
});

/** Ends the proof by platform storage: the value read back has to be the record made at login. */
async function receiveStored(deps: LaunchDeps, req: Request, res: Response): Promise<void> {
  const body = storageSchema.safeParse(req.body ?? {});
  if (!body.success || !isFromOurPage(req, deps.publicUrl)) {
    throw refusal('state-mismatch', 'not sent by the page of this launch');
  }
  const parked = await deps.parked.take(digestOf(body.data.handle));
  const text = parked === null ? null : deps.seals.unseal('parked', parked.sealed);
  if (parked === null || text === null || parked.expiresAt < deps.clock()) {
    throw refusal('state-expired', 'the launch waited too long');
  }
  const { state, claims } = JSON.parse(text) as { state: string; claims: Claims };
  const login = readState(deps.seals, state, deps.clock());
  const record = readRecord(deps.seals, state, body.data.value);
  if (typeof login === 'string' || record === null) {
    throw refusal('state-mismatch', 'the value read back is not the one of this login');
  }
  const registration = await deps.registrations.find(login.registrationId);
  if (registration === null) throw refusal('unknown-registration', 'registration is gone');
  assertActive(registration);
  const launch = await settle(deps, { claims, registration, state, login }, record);
  deps.continueWithoutCookies(req, res, await deps.land(launch, { hasCookies: false }));
}

/** Launch routes: the one redirect URI and the end of the proof by platform storage. */
export function launchRoutes(deps: LaunchDeps): Router {
  const router = Router();
  router.post(
    '/launch',
    handler((req, res) => receive(deps, req, res)),
  );
  router.get('/launch', (_req, _res, next) => {
    next(refusal('not-a-launch', 'launches are posted'));
  });
  router.post(
    '/launch/storage',
    handler((req, res) => receiveStored(deps, req, res)),
  );
  return router;
}
