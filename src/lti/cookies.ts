import type { CookieOptions, Request, Response } from 'express';
import { stateCookieName } from './state.js';

/** Kept in one frame of one platform, never readable by scripts, never sent in clear (STORE-01). */
const PARTITIONED: CookieOptions = {
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'none',
  partitioned: true,
};

const STATE_PREFIX = stateCookieName('');
/** Says that this browser keeps our cookies in this place, so that later logins need no page. */
const SEEN = '__Host-trellis-seen';
const SESSION = /^__Host-trellis-[0-9a-hjkmnp-tv-z]{26}$/;

const MINUTE_MS = 60_000;
const HALF_YEAR_MS = 180 * 24 * 60 * MINUTE_MS;
const SCHOOL_DAY_MS = 8 * 60 * MINUTE_MS;

/** Browsers and servers limit the size of all cookies together; older ones make room. */
const MOST_STATES = 6;
const MOST_SESSIONS = 12;

function cookiesOf(req: Request): Readonly<Record<string, string | undefined>> {
  return req.cookies as Record<string, string | undefined>;
}

/** The cookie of a login, as the browser sent it. */
export function stateCookie(req: Request, key: string): string | null {
  return cookiesOf(req)[stateCookieName(key)] ?? null;
}

/** Whether the browser holds the session that a page of ours belongs to. */
export function holdsSessionOf(req: Request, path: string): boolean {
  const id = /^\/s\/([^/]+)\//.exec(path)?.[1] ?? '';
  return cookiesOf(req)[`__Host-trellis-${id}`] !== undefined;
}

/** Whether the browser has kept a cookie of ours in this place before. */
export function keepsCookies(req: Request): boolean {
  return cookiesOf(req)[SEEN] !== undefined;
}

/** Binds a login to this browser for as long as a login lives. */
export function setStateCookie(req: Request, res: Response, key: string, record: string): void {
  res.cookie(stateCookieName(key), record, { ...PARTITIONED, maxAge: 10 * MINUTE_MS });
  const others = Object.entries(cookiesOf(req))
    .filter(([name]) => name.startsWith(STATE_PREFIX))
    .sort(
      ([, a = ''], [, b = '']) => Number(b.startsWith('landed.')) - Number(a.startsWith('landed.')),
    );
  for (const [name] of others.slice(0, Math.max(0, others.length - MOST_STATES))) {
    res.clearCookie(name, PARTITIONED);
  }
}

/**
 * Hands the session to the browser after a launch: its cookie, the note where the launch led, and
 * the sign that cookies are kept here.
 */
export function setSessionCookies(
  req: Request,
  res: Response,
  session: { readonly id: string; readonly secret: string },
  login: { readonly key: string; readonly landed: string },
): void {
  res.cookie(`__Host-trellis-${session.id}`, session.secret, {
    ...PARTITIONED,
    maxAge: SCHOOL_DAY_MS,
  });
  res.cookie(stateCookieName(login.key), login.landed, { ...PARTITIONED, maxAge: 10 * MINUTE_MS });
  if (!keepsCookies(req)) res.cookie(SEEN, '1', { ...PARTITIONED, maxAge: HALF_YEAR_MS });
  // Session ids are ULIDs: their names sort by age.
  const sessions = Object.keys(cookiesOf(req))
    .filter((name) => SESSION.test(name))
    .sort();
  for (const name of sessions.slice(0, Math.max(0, sessions.length - MOST_SESSIONS))) {
    res.clearCookie(name, PARTITIONED);
  }
}
