import express, { Router, type ErrorRequestHandler, type Request, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { Connection } from 'mongoose';
import { auditModel } from '../admin/audit.model.js';
import { deploymentModel } from '../admin/deployment.model.js';
import { registrationModel } from '../admin/registration.model.js';
import { toolKeyModel } from '../admin/tool-key.model.js';
import { TrellisError } from '../errors.js';
import type { DeploymentId, RegistrationId } from '../ids.js';
import { handler } from '../web/handler.js';
import type { Landing } from '../web/session.js';
import { wordsFor, type Words } from '../web/words.js';
import { checkRegistration, type CheckCourse, type CheckReport } from './check.js';
import { createDeepLinkingAnswers } from './deep-linking.js';
import { createFrameAncestors } from './frame-ancestors.js';
import { createGuardedFetch } from './guarded-fetch.js';
import { inviteModel } from './invite.model.js';
import { createPlatformKeys } from './jwks.js';
import { createSigningKeys, JWKS_MAX_AGE_S } from './keys.js';
import { launchRoutes } from './receive.js';
import { loginRoutes } from './login.js';
import { createVerifier } from './ltijs-provider.js';
import { createNoticeHandlers } from './notice-handlers.js';
import { noticeRoutes } from './notices.js';
import { parkedLaunchModel } from './parked-launch.model.js';
import type { CourseCopy, DeepLinkingAnswers, Launch, PlatformServices } from './ports.js';
import { refusal } from './refusal.js';
import { registrationRoutes } from './register.js';
import { createRegistrationOperations, type RegistrationOperations } from './registrations.js';
import { makeSeals } from './seal.js';
import { createServiceCaller } from './service-call.js';
import { createServices } from './services.js';
import { createAccessTokens } from './token.js';
import { usedStateModel } from './used-state.model.js';

/** The LTI core, wired: what app.ts mounts and hands to features. */
export interface Lti {
  /** Mounted under `/lti`; needs `cookie-parser` before it. */
  readonly router: Router;
  readonly services: PlatformServices;
  readonly deepLinking: DeepLinkingAnswers;
  readonly registrations: RegistrationOperations;
  /**
   * Tries every service of a registration (interface.md, `check`).
   *
   * @throws TrellisError NOT_FOUND.
   */
  check(id: string, words?: Words): Promise<CheckReport>;
  /** The registration of a deployment; null: there is no such deployment. */
  registrationOf(deploymentId: DeploymentId): Promise<RegistrationId | null>;
  /** Origins of the active registrations' platforms, for Content-Security-Policy (STORE-15). */
  frameAncestors(): Promise<readonly string[]>;
  /** Leaves our address for notices where a launch said it is taken; once for each deployment. */
  askForNotices(launch: Pick<Launch, 'deploymentId' | 'noticesUrl'>): Promise<void>;
  /** Ends open connections. */
  close(): Promise<void>;
}

export interface LtiDeps {
  readonly connection: Connection;
  readonly config: {
    /** Origin of Trellis as browsers see it, without a slash at the end. */
    readonly publicUrl: string;
    /** At least 32 bytes. */
    readonly secret: string;
    readonly allowInsecurePlatforms: boolean;
    readonly isProduction: boolean;
    /** Logins and launches taken from one address in ten seconds; a school shares one. */
    readonly launchesPerTenSeconds?: number;
  };
  readonly clock: () => Date;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  /** Opens the session of a good launch and says which page it leads to. */
  readonly land: (launch: Launch, browser: { readonly hasCookies: boolean }) => Promise<Landing>;
  /** Answers with the landing page itself, where the browser keeps no cookie. */
  readonly continueWithoutCookies: (req: Request, res: Response, landing: Landing) => void;
  /** Ends the sessions of a registration that was switched off. */
  readonly endSessionsOf: (id: RegistrationId) => Promise<void>;
  /** Remembers which courses a new one was copied from. */
  readonly courseCopied?: (copy: CourseCopy) => Promise<void>;
  /** The course of these deployments that launched last, for checks; null before the first. */
  readonly newestCourseOf?: (deploymentIds: readonly DeploymentId[]) => Promise<CheckCourse | null>;
}

const BODY_LIMIT = 256 * 1024;

/** A body that is too large or unreadable is refused like any other launch. */
const bodyErrors: ErrorRequestHandler = (error: unknown, _req, _res, next) => {
  const { type } = (error ?? {}) as { type?: unknown };
  if (type === 'entity.too.large') next(refusal('too-large', 'launch body too large'));
  else if (typeof type === 'string') next(refusal('not-a-launch', 'launch body unreadable'));
  else next(error);
};

/**
 * Makes the LTI core.
 *
 * @throws TrellisError INVALID_INPUT for a secret that is too short, or for insecure platforms in
 *   production.
 */
export async function createLti(deps: LtiDeps): Promise<Lti> {
  const { connection, config, clock } = deps;
  if (config.isProduction && config.allowInsecurePlatforms) {
    throw new TrellisError('INVALID_INPUT', 'ALLOW_INSECURE_PLATFORMS is refused in production');
  }
  const publicUrl = config.publicUrl.replace(/\/$/, '');
  const policy = { allowInsecurePlatforms: config.allowInsecurePlatforms };
  const seals = makeSeals(config.secret);
  const fetch = createGuardedFetch(policy);
  const registrations = registrationModel(connection);
  const deployments = deploymentModel(connection);
  const audit = auditModel(connection);
  const invites = inviteModel(connection);
  const usedStates = usedStateModel(connection);
  const parked = parkedLaunchModel(connection);
  const keys = createSigningKeys(toolKeyModel(connection), seals, clock);
  const frameAncestors = createFrameAncestors(registrations, clock);
  const { changed } = frameAncestors;
  const operations = createRegistrationOperations({
    registrations,
    deployments,
    invites,
    audit,
    keys,
    policy,
    publicUrl,
    clock,
    changed,
    endSessionsOf: deps.endSessionsOf,
  });
  const tokens = createAccessTokens(fetch, keys, clock);
  const caller = createServiceCaller(fetch, tokens, clock);
  const platformKeys = createPlatformKeys(fetch, clock);
  const notices = createNoticeHandlers({ registrations, deployments, caller, clock, publicUrl });

  const router = Router();
  router.use(
    rateLimit({
      windowMs: 10_000,
      limit: config.launchesPerTenSeconds ?? 6_000,
      standardHeaders: 'draft-7',
      legacyHeaders: false,
      handler: (_req, _res, next) => {
        next(new TrellisError('TOO_MANY', 'too many launches', { retryAfterSeconds: 10 }));
      },
    }),
  );
  router.get(
    '/keys',
    handler(async (_req, res) => {
      const jwks = await keys.jwks();
      res.setHeader('Cache-Control', `public, max-age=${JWKS_MAX_AGE_S}`);
      res.json(jwks);
    }),
  );
  router.use(express.urlencoded({ extended: false, limit: BODY_LIMIT, parameterLimit: 200 }));
  router.use(loginRoutes({ registrations, seals, clock, publicUrl }));
  router.use(
    launchRoutes({
      registrations,
      deployments,
      audit,
      clock,
      policy,
      publicUrl,
      changed,
      seals,
      usedStates,
      parked,
      platformKeys,
      verifier: createVerifier(seals.mac('state', 'ltijs')),
      land: deps.land,
      continueWithoutCookies: deps.continueWithoutCookies,
    }),
  );
  router.use(
    noticeRoutes({
      registrations,
      deployments,
      usedStates,
      platformKeys,
      clock,
      log: deps.log,
      courseCopied: deps.courseCopied ?? (() => Promise.resolve()),
    }),
  );
  router.use(registrationRoutes({ invites, operations, fetch, policy, seals, clock, publicUrl }));
  router.use(bodyErrors);
  // The first key is made before anybody asks for it.
  await keys.jwks();

  return {
    router,
    services: createServices({ registrations, deployments, caller, clock, publicUrl }),
    deepLinking: createDeepLinkingAnswers({ registrations, deployments, keys, clock, publicUrl }),
    registrations: operations,
    async check(id, words = wordsFor(null, null)) {
      const newestCourseOf = deps.newestCourseOf ?? (() => Promise.resolve(null));
      const checkDeps = { platformKeys, tokens, caller, deployments, newestCourseOf };
      return checkRegistration(checkDeps, await operations.get(id), words);
    },
    registrationOf: async (id) => (await deployments.find(id))?.registrationId ?? null,
    frameAncestors: () => frameAncestors.list(),
    askForNotices: (launch) => notices.ask(launch),
    close: () => fetch.close(),
  };
}
