import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Express, Request, RequestHandler, Response } from 'express';
import { TrellisError } from '../errors.js';
import type { SessionId } from '../ids.js';
import { newId } from '../db/ids.js';
import { setActor, type Actor } from './actor.js';
import type { Session, Sessions } from './session.model.js';
import { wordsFor } from './words.js';

/** A school day: a session never lives longer. */
export const SESSION_HOURS = 8;

/** Pages of a launch without a course: one that says so, and an administrator's way to the console. */
const COURSELESS: readonly string[] = ['/no-course', '/console'];

/** Where a good launch leads: a page, and the session that opens it. */
export interface Landing {
  readonly path: string;
  readonly sessionId: SessionId;
  readonly sessionSecret: string;
}

/** Name of the cookie that holds the secret of one session; one cookie per launch, side by side. */
export function sessionCookieName(sessionId: string, isSecure: boolean): string {
  return `${isSecure ? '__Host-' : ''}trellis-${sessionId}`;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Opens a session.
 *
 * @param facts - What the launch said; everything but ids, secret and times.
 * @param now - When it begins.
 * @returns The session's id and the secret for the browser; only a hash of it is stored.
 */
export async function openSession(
  sessions: Sessions,
  facts: Omit<Session, '_id' | 'secretHash' | 'createdAt' | 'expiresAt'>,
  now: Date,
): Promise<{ sessionId: SessionId; sessionSecret: string }> {
  const sessionId = newId().toLowerCase() as SessionId;
  const sessionSecret = randomBytes(32).toString('base64url');
  await sessions.create({
    ...facts,
    _id: sessionId,
    secretHash: hashOf(sessionSecret),
    createdAt: now,
    expiresAt: new Date(now.getTime() + SESSION_HOURS * 3_600_000),
  });
  return { sessionId, sessionSecret };
}

/** The token every change of this session has to carry (STORE-17); of no use without the session. */
export function csrfOf(secret: string, session: Pick<Session, '_id' | 'secretHash'>): string {
  return createHmac('sha256', secret)
    .update(`csrf ${session._id} ${session.secretHash}`)
    .digest('base64url');
}

/** Set by `continueWithoutCookies` for the one request it sends through the app again. */
const handedOver = new WeakMap<Request, Landing>();

/**
 * Shows the landing page as the answer of this very request, in a browser that keeps no cookie: the
 * page carries the session's token, and htmx sends it back in a header. Never in a URL.
 */
export function continueWithoutCookies(
  app: Express,
  req: Request,
  res: Response,
  landing: Landing,
): void {
  handedOver.set(req, landing);
  req.method = 'GET';
  req.url = landing.path;
  req.body = undefined;
  // `handle` is Express's own way in; its types leave it out.
  (app as unknown as { handle: (req: Request, res: Response) => void }).handle(req, res);
}

/**
 * Finds the session of a request under `/s/:session` and makes its actor.
 *
 * The secret comes in the session's cookie, or in the header `X-Trellis-Session` as
 * `<sessionId>.<secret>`.
 *
 * @throws TrellisError SESSION_ENDED when there is none, it ended, or its secret is wrong.
 */
export function requireSession(deps: {
  readonly sessions: Sessions;
  readonly secret: string;
  readonly clock: () => Date;
}): RequestHandler {
  const authenticate = async (req: Request, res: Response): Promise<void> => {
    const id = req.params['session'] ?? '';
    const cookies = req.cookies as Record<string, string | undefined>;
    const header = req.get('x-trellis-session') ?? '';
    const handed = handedOver.get(req);
    const fromHeader = header.startsWith(`${id}.`) ? header.slice(id.length + 1) : null;
    const secret =
      handed !== undefined && handed.sessionId === id
        ? handed.sessionSecret
        : (fromHeader ?? cookies[sessionCookieName(id, true)] ?? null);
    if (secret === null) throw new TrellisError('SESSION_ENDED', 'no secret for this session');
    const session = await deps.sessions.find(id);
    if (
      session === null ||
      session.expiresAt <= deps.clock() ||
      !equal(session.secretHash, hashOf(secret))
    ) {
      throw new TrellisError('SESSION_ENDED', 'session unknown, over, or of another browser');
    }
    if (session.contextId === null || session.membershipId === null) {
      if (!COURSELESS.includes(req.path))
        throw new TrellisError('NOT_FOUND', 'no course in this launch');
    }
    const actor: Actor = {
      sessionId: session._id,
      base: `/s/${session._id}`,
      csrf: csrfOf(deps.secret, session),
      headerToken: handed !== undefined || fromHeader !== null ? `${id}.${secret}` : null,
      registrationId: session.registrationId,
      deploymentId: session.deploymentId,
      // Pages that need a course have been refused above where these are missing.
      contextId: session.contextId ?? ('' as NonNullable<Session['contextId']>),
      contextTitle: session.contextTitle,
      membershipId: session.membershipId ?? ('' as NonNullable<Session['membershipId']>),
      sub: session.sub,
      role: session.role,
      assistants: session.assistants,
      isTestUser: session.isTestUser,
      isImpersonated: session.isImpersonated,
      mentorOf: session.mentorOf,
      resourceLinkId: session.resourceLinkId,
      assignmentId: session.assignmentId,
      deepLinking: session.deepLinking,
      reviewOf: session.reviewOf,
      placement: session.placement,
      returnUrl: session.returnUrl,
      words: wordsFor(session.locale, session.timeZone),
    };
    setActor(res, actor);
  };
  return (req, res, next) => {
    authenticate(req, res).then(() => next(), next);
  };
}

/**
 * Refuses a change that does not carry its session's own token, and takes the token out of the body
 * before handlers see it. Somebody acting as another person (ROLE impersonation) may look, not write.
 */
export function requireCsrf(actorOf: (res: Response) => Actor): RequestHandler {
  return (req, res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD') {
      next();
      return;
    }
    const actor = actorOf(res);
    const body = (req.body ?? {}) as Record<string, unknown>;
    const given = req.get('x-trellis-csrf') ?? body['_csrf'];
    if (typeof given !== 'string' || !equal(given, actor.csrf)) {
      next(new TrellisError('NOT_ALLOWED', 'no or wrong CSRF token', { reason: 'stale-page' }));
      return;
    }
    if (actor.isImpersonated) {
      next(
        new TrellisError('NOT_ALLOWED', 'nothing is written as another person', {
          reason: 'impersonated',
        }),
      );
      return;
    }
    delete body['_csrf'];
    next();
  };
}
