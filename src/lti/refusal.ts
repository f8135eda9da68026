import { TrellisError } from '../errors.js';

/** Every reason for which a login or launch is refused; words in `config/locales/<lang>/refusal.json`. */
export const REFUSAL_REASONS = [
  'state-mismatch',
  'state-expired',
  'nonce-reused',
  'token-expired',
  'token-not-yet-valid',
  'unknown-registration',
  'registration-disabled',
  'registration-pending',
  'unknown-deployment',
  'deployment-mismatch',
  'bad-signature',
  'bad-token',
  'bad-audience',
  'wrong-issuer',
  'missing-claim',
  'missing-parameter',
  'wrong-version',
  'unknown-message',
  'wrong-target',
  'no-resource',
  'not-for-students',
  'not-your-work',
  'login-required',
  'launch-expired',
  'platform-error',
  'platform-silent',
  'too-large',
  'not-a-launch',
  'bad-invite',
  'registration-failed',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/**
 * The error that ends a login or launch (conformance, "Refusal").
 *
 * @param reason - Stable code, shown as `data-code`.
 * @param message - For the log; no personal data, nothing of the token.
 * @param details.returnUrl - Way back to the LMS; only from a token whose signature was good.
 */
export function refusal(
  reason: RefusalReason,
  message: string,
  details: {
    readonly cause?: unknown;
    readonly returnUrl?: string | null;
    readonly continueHref?: string | null;
  } = {},
): TrellisError {
  const { cause, returnUrl, continueHref } = details;
  return new TrellisError('LAUNCH_REJECTED', message, {
    reason,
    ...(cause === undefined ? {} : { cause }),
    ...(returnUrl === undefined || returnUrl === null ? {} : { returnUrl }),
    ...(continueHref === undefined || continueHref === null ? {} : { continueHref }),
  });
}
