import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { newId } from '../db/ids.js';

/**
 * Headers of every answer: a Content-Security-Policy with a nonce and no inline script or style,
 * framing by the active platforms only (STORE-15), nothing cached, no referrer.
 *
 * @param frameAncestors - Origins of the active registrations.
 * @param isHttps - Whether browsers reach Trellis by https.
 */
export function securityHeaders(
  frameAncestors: () => Promise<readonly string[]>,
  isHttps: boolean,
): RequestHandler {
  const common = headersOf(
    helmet({
      contentSecurityPolicy: false,
      frameguard: false,
      crossOriginEmbedderPolicy: false,
      // A platform opens Trellis in a window of its own and listens to it (lti.close).
      crossOriginOpenerPolicy: false,
      referrerPolicy: { policy: 'no-referrer' },
      strictTransportSecurity: isHttps ? { maxAge: 31_536_000 } : false,
    }),
  );
  let policy: { readonly origins: readonly string[]; readonly rest: string } | null = null;
  return (_req, res, next) => {
    const locals = res.locals as { nonce: string; requestId: string };
    locals.nonce = randomBytes(16).toString('base64');
    locals.requestId = newId();
    res.setHeader('X-Request-Id', locals.requestId);
    for (const [name, value] of common) res.setHeader(name, value);
    frameAncestors()
      .catch(() => [])
      .then((origins) => {
        // The same list as long as no registration changes.
        if (policy?.origins !== origins) policy = { origins, rest: policyFor(origins) };
        res.setHeader(
          'Content-Security-Policy',
          // The editor writes one style element of its own and takes the nonce for it.
          `script-src 'self' 'nonce-${locals.nonce}'; style-src 'self' 'nonce-${locals.nonce}'; ${policy.rest}`,
        );
        next();
      })
      .catch(next);
  };
}

/** The Content-Security-Policy without what differs from answer to answer. */
function policyFor(origins: readonly string[]): string {
  return [
    "default-src 'none'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    // The Deep Linking answer and the login go to the platforms themselves.
    `form-action 'self' ${origins.join(' ')}`.trim(),
    `frame-ancestors 'self' ${origins.join(' ')}`.trim(),
  ].join('; ');
}

/** The headers that a middleware sets on every answer alike, and ours that never differ. */
function headersOf(middleware: RequestHandler): readonly (readonly [string, string])[] {
  const headers = new Map<string, string>([
    ['Cache-Control', 'no-store'],
    ['Permissions-Policy', 'camera=(self), microphone=(self), geolocation=(), payment=(), usb=()'],
  ]);
  const answer = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  };
  middleware({} as Request, answer as unknown as Response, () => undefined);
  return [...headers];
}
