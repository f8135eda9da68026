import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';
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
  const common = helmet({
    contentSecurityPolicy: false,
    frameguard: false,
    crossOriginEmbedderPolicy: false,
    // A platform opens Trellis in a window of its own and listens to it (lti.close).
    crossOriginOpenerPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isHttps ? { maxAge: 31_536_000 } : false,
  });
  return (req, res, next) => {
    const locals = res.locals as { nonce: string; requestId: string };
    locals.nonce = randomBytes(16).toString('base64');
    locals.requestId = newId();
    res.setHeader('X-Request-Id', locals.requestId);
    res.setHeader('Cache-Control', 'no-store');
    res.setHeader(
      'Permissions-Policy',
      'camera=(self), microphone=(self), geolocation=(), payment=(), usb=()',
    );
    frameAncestors()
      .catch(() => [])
      .then((origins) => {
        res.setHeader(
          'Content-Security-Policy',
          [
            "default-src 'none'",
            `script-src 'self' 'nonce-${locals.nonce}'`,
            // The editor writes one style element of its own and takes the nonce for it.
            `style-src 'self' 'nonce-${locals.nonce}'`,
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
          ].join('; '),
        );
        common(req, res, next);
      })
      .catch(next);
  };
}
