import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { isStoreUnavailable } from '../db/unavailable.js';
import { TrellisError, type ErrorCode } from '../errors.js';
import { findActor } from './actor.js';
import type { Log } from './log.js';
import { render } from './render.js';
import { LANGUAGES, wordsFor, type Words } from './words.js';

export interface ErrorView {
  readonly code: string;
  readonly heading: string;
  readonly text: string;
  readonly advice: string;
  readonly reference: string;
  readonly returnUrl: string | null;
  /** Each refused field with its reason, for forms that could not be shown again. */
  readonly fields: readonly { readonly name: string; readonly message: string }[];
  readonly homeHref: string | null;
  /** The page that this browser has open from the same launch (AUTH-22). */
  readonly continueHref?: string | null;
}

declare module './render.js' {
  interface Views {
    refusal: ErrorView;
    error: ErrorView;
  }
}

const statuses: Readonly<Record<ErrorCode, number>> = {
  NOT_FOUND: 404,
  NOT_ALLOWED: 403,
  SESSION_ENDED: 401,
  INVALID_INPUT: 422,
  EDIT_CONFLICT: 409,
  TOO_LARGE: 413,
  TOO_MANY: 429,
  LAUNCH_REJECTED: 400,
  PLATFORM_REFUSED: 502,
  STORE_AWAY: 503,
};

/** SQLite's, the file system's and MongoDB's (OutOfDiskSpace) words for a full disk. */
const NO_ROOM: readonly unknown[] = [
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  'ENOSPC',
  'EDQUOT',
  14031,
];

/** Whether something failed, or was caused by a failure, because nothing more can be written. */
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return NO_ROOM.includes((error as { code?: unknown }).code) || isDiskFull(error.cause);
}

/** Reads what libraries throw as one of our errors; everything unexpected stays itself. */
export function known(err: unknown): TrellisError | null {
  if (err instanceof TrellisError) return err;
  const { type, status } = (err ?? {}) as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large')
    return new TrellisError('TOO_LARGE', 'body too large', { cause: err });
  if (
    typeof type === 'string' &&
    (type.startsWith('entity.') ||
      type.startsWith('encoding.') ||
      type.startsWith('charset.') ||
      type.startsWith('parameters.'))
  ) {
    return new TrellisError('INVALID_INPUT', 'body could not be read', { cause: err });
  }
  if (err instanceof URIError)
    return new TrellisError('NOT_FOUND', 'address could not be read', { cause: err });
  // What the body parsers say of a body that breaks off or does not unpack.
  if (status === 400)
    return new TrellisError('INVALID_INPUT', 'request could not be read', { cause: err });
  if (isDiskFull(err)) {
    return new TrellisError('STORE_AWAY', 'no room to write', { reason: 'disk-full', cause: err });
  }
  if (isStoreUnavailable(err)) return new TrellisError('STORE_AWAY', 'store away', { cause: err });
  return null;
}

/** Words of an error: `errors.<code>.<reason>` where there is a finer one, else `errors.<code>`. */
function wordsOf(
  error: TrellisError | null,
  words: Words,
): { heading: string; text: string; advice: string } {
  if (error?.code === 'LAUNCH_REJECTED') {
    const key = `refusal.${error.details.reason ?? 'unknown'}`;
    const base = words.t(`${key}.title`) === `${key}.title` ? 'refusal.unknown' : key;
    return {
      heading: words.t(`${base}.title`),
      text: words.t(`${base}.text`),
      advice: words.t(`${base}.advice`),
    };
  }
  const code = error?.code ?? 'UNEXPECTED';
  const finer = `errors.${code}_${error?.details.reason ?? ''}`;
  const base =
    error?.details.reason !== undefined && words.t(`${finer}.title`) !== `${finer}.title`
      ? finer
      : `errors.${code}`;
  return {
    heading: words.t(`${base}.title`),
    text: words.t(`${base}.text`),
    advice: words.t(`${base}.advice`),
  };
}

function show(res: Response, error: TrellisError | null, wantsJson: boolean): void {
  const actor = findActor(res);
  // Outside a session the browser says the language.
  const wished = res.req.acceptsLanguages(...LANGUAGES);
  const words = actor?.words ?? wordsFor(wished === false ? null : wished, null);
  const reason = error?.details.reason;
  const isLaunch = error?.code === 'LAUNCH_REJECTED';
  const status =
    isLaunch && reason === 'bad-audience'
      ? 401
      : isLaunch && reason === 'too-large'
        ? 413
        : statuses[error?.code ?? 'STORE_AWAY'];
  res.status(error === null ? 500 : status);
  const retryAfter = error?.details.retryAfterSeconds ?? (error?.code === 'STORE_AWAY' ? 30 : null);
  if (retryAfter !== null) res.setHeader('Retry-After', String(retryAfter));
  const code = isLaunch
    ? (reason ?? 'unknown')
    : (error?.code ?? 'UNEXPECTED').toLowerCase().replaceAll('_', '-');
  const reference = (res.locals as { requestId?: string }).requestId ?? '';
  const { heading, text, advice } = wordsOf(error, words);
  const fields = Object.entries(error?.details.fields ?? {}).map(([name, message]) => ({
    name,
    message,
  }));
  if (wantsJson) {
    res.json({ code, reason: reason ?? null, message: text, advice, reference, fields });
    return;
  }
  const returnUrl = error?.details.returnUrl ?? actor?.returnUrl ?? null;
  const view: ErrorView = {
    code,
    heading,
    text,
    advice,
    reference,
    returnUrl,
    fields,
    homeHref: actor === null || error?.code === 'SESSION_ENDED' ? null : `${actor.base}/`,
    continueHref: error?.details.continueHref ?? null,
  };
  render(res, isLaunch ? 'refusal' : 'error', view, {
    layout: 'bare',
    title: heading,
    words,
    code,
  });
}

/** Answers an address that nothing serves. */
export const notFound: RequestHandler = (_req, _res, next) => {
  next(new TrellisError('NOT_FOUND', 'no such address'));
};

/**
 * The one place that turns errors into statuses and pages. Logs once, with the request's id, which
 * the page shows; neither holds what was posted.
 */
export function errorPage(log: Log): ErrorRequestHandler {
  return (err: unknown, req, res, next) => {
    if (res.headersSent) {
      next(err);
      return;
    }
    const error = known(err);
    const fields = {
      requestId: (res.locals as { requestId?: string }).requestId,
      method: req.method,
      path: req.path,
      code: error?.code ?? 'UNEXPECTED',
      reason: error?.details.reason,
      registrationId: findActor(res)?.registrationId,
      ...(error === null ? { err } : { detail: error.message }),
      ...(error?.details.cause instanceof Error ? { cause: error.details.cause.name } : {}),
    };
    if (error === null || error.code === 'STORE_AWAY') log.error(fields, 'request failed');
    else log.info(fields, 'request refused');
    show(res, error, req.accepts(['html', 'json']) === 'json');
  };
}
