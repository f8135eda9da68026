import type { Registration } from '../admin/registration.model.js';
import { TrellisError } from '../errors.js';
import type { GuardedAnswer, GuardedFetch } from './guarded-fetch.js';
import { familyOf } from './platforms/of.js';
import { retryAfterOf, sentenceOf } from './service-answer.js';
import type { AccessTokens, TokenRequest } from './token.js';

/** One call of a service with a bearer token. */
export interface ServiceCall {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
  /** The scopes any one of which is enough, best first; the first that launches offered is asked for. */
  readonly scopes: readonly string[];
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

export interface CallerOf {
  readonly registration: Registration;
  readonly platformDeploymentId: string;
  /** Scopes that the newest launch offered; null where the claim names none (rosters). */
  readonly offered: readonly string[] | null;
}

export interface ServiceCaller {
  /** Calls and gives back whatever was answered, after one new token for a 401 (TOK-07). */
  call(who: CallerOf, call: ServiceCall): Promise<GuardedAnswer>;
  /** Like `call`, and throws PLATFORM_REFUSED unless the answer is a success. */
  demand(who: CallerOf, call: ServiceCall): Promise<GuardedAnswer>;
}

/** What a refused answer comes to, as a reason key. */
export function reasonOfAnswer(registration: Registration, answer: GuardedAnswer): string {
  const contentType = String(answer.headers['content-type'] ?? '');
  const refusal = { status: answer.status, contentType, text: answer.text };
  if (familyOf(registration.family).isRateLimit(refusal)) return 'too-fast';
  const { status, text } = answer;
  if (status >= 300 && status < 400) return 'redirected';
  if (status >= 500) return 'platform-error';
  if (status === 401) return /scope|permission/i.test(text) ? 'scope-missing' : 'not-authorized';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not-there';
  return 'not-accepted';
}

/** Makes the one way by which services are called. */
export function createServiceCaller(
  fetch: GuardedFetch,
  tokens: AccessTokens,
  clock: () => Date,
): ServiceCaller {
  const call = async (who: CallerOf, { scopes, ...rest }: ServiceCall): Promise<GuardedAnswer> => {
    if (who.registration.status !== 'active') {
      throw new TrellisError('PLATFORM_REFUSED', 'registration is not active', {
        reason: 'registration-disabled',
      });
    }
    const { offered } = who;
    const scope = offered === null ? scopes[0] : scopes.find((one) => offered.includes(one));
    if (scope === undefined) {
      throw new TrellisError('PLATFORM_REFUSED', 'the platform did not offer this service', {
        reason: 'scope-missing',
      });
    }
    const request: TokenRequest = {
      registration: who.registration,
      platformDeploymentId: who.platformDeploymentId,
      scopes: [scope],
    };
    const once = async (): Promise<{ answer: GuardedAnswer; forget: () => void }> => {
      const token = await tokens.get(request);
      if (!token.scopes.includes(scope)) {
        throw new TrellisError('PLATFORM_REFUSED', 'the platform granted less than was asked', {
          reason: 'scope-missing',
        });
      }
      const answer = await fetch(rest.url, {
        method: rest.method ?? 'GET',
        headers: {
          authorization: `Bearer ${token.value}`,
          ...(rest.accept === undefined ? {} : { accept: rest.accept }),
          ...(rest.contentType === undefined ? {} : { 'content-type': rest.contentType }),
        },
        ...(rest.body === undefined ? {} : { body: rest.body }),
        timeoutMs: rest.timeoutMs ?? 15_000,
        maxBytes: rest.maxBytes ?? 10_000_000,
      });
      return {
        answer,
        forget: () => {
          tokens.forget(request, token);
        },
      };
    };
    const first = await once();
    if (first.answer.status !== 401) return first.answer;
    first.forget();
    const second = await once();
    if (second.answer.status === 401) second.forget();
    return second.answer;
  };

  return {
    call,
    async demand(who, wanted) {
      const answer = await call(who, wanted);
      if (answer.status >= 200 && answer.status < 300) return answer;
      const retryAfterMs = retryAfterOf(answer.headers, clock());
      throw new TrellisError(
        'PLATFORM_REFUSED',
        `service answered ${answer.status}: ${sentenceOf(answer.text)}`,
        {
          reason: reasonOfAnswer(who.registration, answer),
          ...(retryAfterMs === null ? {} : { retryAfterSeconds: retryAfterMs / 1000 }),
        },
      );
    },
  };
}

/** The body of a successful answer as JSON. @throws TrellisError PLATFORM_REFUSED when it is none. */
export function jsonOf(answer: GuardedAnswer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch (error) {
    throw new TrellisError('PLATFORM_REFUSED', 'a service answered no JSON', {
      reason: 'not-understood',
      cause: error,
    });
  }
}
