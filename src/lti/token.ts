import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Registration } from '../admin/registration.model.js';
import { TrellisError } from '../errors.js';
import { CLAIM } from './claim-names.js';
import type { GuardedFetch } from './guarded-fetch.js';
import type { SigningKeys } from './keys.js';
import { retryAfterOf } from './service-answer.js';

/** Renewed this long before the end (TOK-06, THR-27). */
const RENEW_EARLY_MS = 60_000;
const DEFAULT_LIFE_S = 3600;
const ASSERTION_LIFE_S = 300;

const answerSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().max(86_400).catch(DEFAULT_LIFE_S),
  scope: z.string().optional().catch(undefined),
});

export interface AccessToken {
  readonly value: string;
  /** What was granted; may be less than was asked (TOK-05). */
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

/** Whom a token is for. */
export interface TokenRequest {
  readonly registration: Registration;
  /** The platform's id of the deployment, null when no single one is meant. */
  readonly platformDeploymentId: string | null;
  /** Only scopes that launches offered (TOK-04): one too many spoils the whole request at Canvas. */
  readonly scopes: readonly string[];
}

export interface AccessTokens {
  /**
   * A token, from memory while it lives; one request at a time for each registration, deployment and
   * set of scopes (TOK-13).
   *
   * @throws TrellisError PLATFORM_REFUSED with reason `scope-missing`, `client-refused`,
   *   `token-refused`, or one of the guarded fetch's.
   */
  get(request: TokenRequest): Promise<AccessToken>;
  /** A new token, whatever is in memory; for checks. */
  renew(request: TokenRequest): Promise<AccessToken>;
  /** Forgets a token that a service refused (TOK-07). */
  forget(request: TokenRequest, token: AccessToken): void;
}

/**
 * The error a platform named in a refused token request. Moodle answers text/html and pastes texts
 * of its JWT library unescaped, so the body may be broken JSON.
 */
export function tokenErrorOf(text: string): string {
  return /"error"\s*:\s*"([^"]*)/.exec(text)?.[1]?.slice(0, 200) ?? '';
}

function reasonOf(error: string): string {
  if (error === 'invalid_scope') return 'scope-missing';
  return error === 'invalid_client' || error === 'unauthorized_client'
    ? 'client-refused'
    : 'token-refused';
}

/** Gets access tokens by client credentials with a signed assertion (SEC 4.1). */
export function createAccessTokens(
  fetch: GuardedFetch,
  keys: SigningKeys,
  clock: () => Date,
): AccessTokens {
  const known = new Map<string, AccessToken>();
  const asking = new Map<string, Promise<AccessToken>>();

  const keyOf = ({ registration, platformDeploymentId, scopes }: TokenRequest): string =>
    JSON.stringify([
      registration.id,
      registration.tokenEndpoint,
      platformDeploymentId,
      [...scopes].sort(),
    ]);

  const ask = async (request: TokenRequest): Promise<AccessToken> => {
    const { registration, platformDeploymentId, scopes } = request;
    const now = Math.floor(clock().getTime() / 1000);
    const assertion = await keys.sign({
      iss: registration.clientId,
      sub: registration.clientId,
      aud: registration.audience ?? registration.tokenEndpoint,
      // A minute in the past: Moodle allows the assertion no second ahead of its own clock.
      iat: now - 60,
      nbf: now - 60,
      exp: now + ASSERTION_LIFE_S - 60,
      jti: randomUUID(),
      ...(platformDeploymentId === null ? {} : { [CLAIM.deploymentId]: platformDeploymentId }),
    });
    const answer = await fetch(registration.tokenEndpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
        scope: scopes.join(' '),
      }).toString(),
      timeoutMs: 10_000,
      maxBytes: 100_000,
    });
    if (answer.status !== 200 && answer.status !== 201) {
      const error = tokenErrorOf(answer.text);
      const isBusy = answer.status === 429 || answer.status >= 500;
      const retryAfterMs = retryAfterOf(answer.headers, clock());
      throw new TrellisError(
        'PLATFORM_REFUSED',
        `token endpoint answered ${answer.status} ${error}`.trim(),
        {
          reason: isBusy ? 'platform-error' : reasonOf(error),
          ...(retryAfterMs === null ? {} : { retryAfterSeconds: retryAfterMs / 1000 }),
        },
      );
    }
    // By content only: Moodle says text/html.
    let json: unknown = null;
    try {
      json = JSON.parse(answer.text);
    } catch {
      json = null;
    }
    const parsed = answerSchema.safeParse(json);
    if (!parsed.success) {
      throw new TrellisError('PLATFORM_REFUSED', 'token endpoint answered no token', {
        reason: 'token-refused',
      });
    }
    const { access_token: value, expires_in: life, scope } = parsed.data;
    return {
      value,
      scopes: scope === undefined || scope.trim() === '' ? scopes : scope.trim().split(/\s+/),
      expiresAt: clock().getTime() + life * 1000,
    };
  };

  const get = async (request: TokenRequest): Promise<AccessToken> => {
    const key = keyOf(request);
    const token = known.get(key);
    if (token !== undefined && token.expiresAt - RENEW_EARLY_MS > clock().getTime()) return token;
    const underway = asking.get(key);
    if (underway !== undefined) return underway;
    const asked = ask(request)
      .then((fresh) => {
        if (known.size > 5_000) known.clear();
        known.set(key, fresh);
        return fresh;
      })
      .finally(() => asking.delete(key));
    asking.set(key, asked);
    return asked;
  };

  return {
    get,
    renew(request) {
      known.delete(keyOf(request));
      return get(request);
    },
    forget(request, token) {
      const key = keyOf(request);
      if (known.get(key) === token) known.delete(key);
    },
  };
}
