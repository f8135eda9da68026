import { refusal } from './refusal.js';

/** Largest id_token looked at (AUTH-28); real ones are below 20 kB. */
export const MAX_TOKEN_LENGTH = 200_000;

/** Expired tokens pass for a minute, and five seconds for the way (AUTH-11). */
const EXPIRY_LEEWAY_S = 65;
/** A platform's clock may be this far ahead of ours (AUTH-12). */
const FUTURE_LEEWAY_S = 120;
/** Canvas's claims may be five minutes old on arrival, and its clock behind ours (AUTH-12). */
const MAX_AGE_S = 10 * 60 + FUTURE_LEEWAY_S;

export type Claims = Readonly<Record<string, unknown>>;

/** An id_token taken apart; nothing of it may be believed before its signature was checked. */
export interface OpenedToken {
  readonly kid: string;
  readonly claims: Claims;
}

function readPart(part: string | undefined): Claims {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Claims;
  } catch {
    // Falls through to the refusal: what cannot be read is no token, whatever the reason.
  }
  throw refusal('bad-token', 'the id_token cannot be read');
}

function isCanonical(part: string): boolean {
  return part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part;
}

/**
 * Takes an id_token apart: compact JWS, RS256 only, with a kid (AUTH-02 to AUTH-04). Keys or
 * addresses in its header are ignored.
 *
 * @throws TrellisError LAUNCH_REJECTED.
 */
export function openToken(idToken: string): OpenedToken {
  if (idToken.length > MAX_TOKEN_LENGTH) throw refusal('too-large', 'id_token too large');
  const parts = idToken.split('.');
  // One spelling only: decoders skip what they do not know, and the last letter has spare bits.
  if (parts.length !== 3 || !parts.every(isCanonical)) {
    throw refusal('bad-token', 'the id_token is no compact JWS');
  }
  const header = readPart(parts[0]);
  if (header['alg'] !== 'RS256') throw refusal('bad-signature', 'alg is not RS256');
  if (header['crit'] !== undefined) throw refusal('bad-token', 'unknown critical header');
  const { kid } = header;
  if (typeof kid !== 'string' || kid === '' || kid.length > 1000) {
    throw refusal('bad-signature', 'no kid');
  }
  return { kid, claims: readPart(parts[1]) };
}

/**
 * Checks who issued a token, for whom and when (AUTH-06 to AUTH-13).
 *
 * @throws TrellisError LAUNCH_REJECTED.
 */
export function checkIssued(
  claims: Claims,
  expected: { readonly issuer: string; readonly clientId: string },
  now: Date,
): void {
  const { iss, aud, azp } = claims;
  if (typeof iss !== 'string') throw refusal('missing-claim', 'no iss');
  if (iss !== expected.issuer) throw refusal('wrong-issuer', 'iss is not the one expected');
  checkAudience(aud, azp, expected.clientId);
  checkTimes(claims, Math.floor(now.getTime() / 1000));
}

/**
 * Checks that a token is meant for this login: issuer, audience, times and nonce (OIDC 3.1.3.7, SEC
 * 5.1.3; AUTH-06 to AUTH-16).
 *
 * Runs before the signature is checked and uses up nothing: a token that fails here leaves the
 * login as it was (THR-05).
 *
 * @param expected - What the login was begun with.
 * @throws TrellisError LAUNCH_REJECTED.
 */
export function checkMeantForUs(
  claims: Claims,
  expected: { readonly issuer: string; readonly clientId: string; readonly nonce: string },
  now: Date,
): void {
  checkIssued(claims, expected, now);
  const { nonce } = claims;
  if (typeof nonce !== 'string' || nonce === '') throw refusal('missing-claim', 'no nonce');
  if (nonce !== expected.nonce) {
    throw refusal('state-mismatch', 'the nonce does not belong to this state');
  }
}

function checkAudience(aud: unknown, azp: unknown, clientId: string): void {
  if (aud === undefined) throw refusal('missing-claim', 'no aud');
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(clientId)) throw refusal('bad-audience', 'aud is not this client');
  if (audiences.some((audience) => audience !== clientId)) {
    throw refusal('bad-audience', 'aud names audiences we do not know');
  }
  if (audiences.length > 1 && azp === undefined) throw refusal('bad-audience', 'no azp');
  if (azp !== undefined && azp !== clientId)
    throw refusal('bad-audience', 'azp is not this client');
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function checkTimes({ exp, iat, nbf }: Claims, now: number): void {
  if (!isTime(exp)) throw refusal('missing-claim', 'no exp');
  if (!isTime(iat)) throw refusal('missing-claim', 'no iat');
  if (exp + EXPIRY_LEEWAY_S < now) throw refusal('token-expired', 'expired');
  if (iat + MAX_AGE_S < now) throw refusal('token-expired', 'issued too long ago');
  if (iat - FUTURE_LEEWAY_S > now) throw refusal('token-not-yet-valid', 'issued in the future');
  if (nbf !== undefined && (!isTime(nbf) || nbf - FUTURE_LEEWAY_S > now)) {
    throw refusal('token-not-yet-valid', 'not valid yet');
  }
}
