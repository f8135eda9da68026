import { AsyncLocalStorage } from 'node:async_hooks';
import { createSecretKey, type KeyObject } from 'node:crypto';
import { ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import { compactVerify } from 'jose';
import ltijs, { type Database, type Platform, type ProviderClass } from 'ltijs';
import { CLAIM } from './claim-names.js';
import { refusal } from './refusal.js';
import type { Claims } from './token-checks.js';

/** One launch on its way through ltijs, settled by us before: what its store would have to tell. */
interface LaunchInHand {
  readonly issuer: string;
  readonly clientId: string;
  readonly key: KeyObject;
  readonly nonce: string;
  isVerified: boolean;
  problem: string | null;
}

export interface Verifier {
  /**
   * Verifies the signature of an id_token, and with ltijs its claims.
   *
   * The launch goes through ltijs where ltijs serves its kind. It refuses submission reviews and
   * launches without a resource link (THR-15, THR-16) and knows no leeway; for those jose checks the
   * signature with the same key. Every rule of ours applies to both ways.
   *
   * @throws TrellisError LAUNCH_REJECTED `bad-signature` or `bad-token`.
   */
  verify(launch: {
    readonly idToken: string;
    readonly state: string;
    readonly claims: Claims;
    readonly issuer: string;
    readonly clientId: string;
    readonly nonce: string;
    readonly key: KeyObject;
  }): Promise<void>;
}

/** ltijs asks its store nine times per launch; all it may know was settled before it was asked. */
function settledDatabase(inHand: AsyncLocalStorage<LaunchInHand>): Database {
  const done = (): Promise<true> => Promise.resolve(true);
  return {
    Get: () => Promise.resolve(false),
    Insert: (_key, collection, row) => {
      const launch = inHand.getStore();
      const { nonce } = (row ?? {}) as { nonce?: unknown };
      if (collection === 'nonce' && nonce !== launch?.nonce) {
        return Promise.reject(new Error('NONCE_OF_ANOTHER_LOGIN'));
      }
      return done();
    },
    Replace: done,
    Modify: done,
    Delete: done,
    setup: done,
    Close: done,
  };
}

function platformOf(launch: LaunchInHand): Platform {
  return {
    platformActive: () => Promise.resolve(true),
    // Our cached key of the token's kid; ltijs fetches nothing (THR-09).
    platformAuthConfig: () => Promise.resolve({ method: 'RSA_KEY', key: launch.key }),
    platformClientId: () => Promise.resolve(launch.clientId),
    platformKid: () => Promise.resolve(''),
  };
}

/** Whether ltijs 5.9 lets a token of this kind through at all (its claimValidation). */
function isServedByLtijs(claims: Claims): boolean {
  const link = claims[CLAIM.resourceLink] as { id?: unknown } | null | undefined;
  const now = Date.now() / 1000;
  const { exp, nbf, sub } = claims;
  const type = claims[CLAIM.messageType];
  const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
  const isResource = type === 'LtiResourceLinkRequest' && isText(link?.id);
  return (
    (isResource || type === 'LtiDeepLinkingRequest') &&
    claims[CLAIM.version] === '1.3.0' &&
    isText(claims[CLAIM.targetLinkUri]) &&
    isText(claims[CLAIM.deploymentId]) &&
    isText(sub) &&
    Array.isArray(claims[CLAIM.roles]) &&
    typeof exp === 'number' &&
    exp > now &&
    (nbf === undefined || (typeof nbf === 'number' && nbf <= now))
  );
}

/**
 * Makes an ltijs provider of our own: never deployed, never fetching, storing nothing.
 *
 * @param secret - Signs ltijs's own `ltik`, which never leaves this process (THR-17).
 */
export function createVerifier(secret: string): Verifier {
  const inHand = new AsyncLocalStorage<LaunchInHand>();
  // The export is a process-wide singleton; its class gives an instance per app (THR-22).
  const provider: ProviderClass = new ltijs.Provider.constructor();
  provider.setup(
    // As a key object: from a text, jsonwebtoken tries a private key first, ten RS256 checks' worth.
    createSecretKey(Buffer.from(secret)),
    { plugin: settledDatabase(inHand) },
    {
      appRoute: '/launch',
      loginRoute: '/-/login',
      keysetRoute: '/-/keys',
      dynRegRoute: '/-/register',
      ltiaas: true,
      cors: false,
      tokenMaxAge: false,
    },
  );
  provider.app.disable('x-powered-by');
  provider.getPlatform = (issuer, clientId) => {
    const launch = inHand.getStore();
    const isOurs = launch?.issuer === issuer && launch.clientId === clientId;
    return Promise.resolve(isOurs ? platformOf(launch) : false);
  };
  const accept = (): void => {
    const launch = inHand.getStore();
    if (launch === undefined) return;
    launch.isVerified = true;
    settle(launch);
  };
  const waiting = new WeakMap<LaunchInHand, () => void>();
  const settle = (launch: LaunchInHand): void => waiting.get(launch)?.();
  provider.onConnect(accept);
  provider.onDeepLinking(accept);
  provider.onInvalidToken((_req, res) => {
    const launch = inHand.getStore();
    if (launch === undefined) return;
    const { err } = res.locals as { err?: { details?: { message?: string } } };
    launch.problem = err?.details?.message ?? 'refused';
    settle(launch);
  });

  const throughLtijs = async (
    idToken: string,
    state: string,
    launch: LaunchInHand,
  ): Promise<void> => {
    // ltijs reads the request it gets: exactly the two fields, and the cookie it looks for. It writes
    // headers and cookies on an answer that is never sent; ours is untouched.
    const asked = {
      method: 'POST',
      url: '/launch',
      originalUrl: '/launch',
      baseUrl: '',
      query: {},
      headers: {},
      body: { id_token: idToken, state },
      _body: true,
      cookies: {},
      signedCookies: { [`state${state}`]: launch.issuer },
      secret,
    } as unknown as Request;
    const unsent = new ServerResponse(asked) as Response;
    await new Promise<void>((resolve, reject) => {
      waiting.set(launch, resolve);
      inHand.run(launch, () =>
        provider.app(asked, unsent, (error: unknown) => {
          reject(error instanceof Error ? error : new Error('ltijs passed the launch on'));
        }),
      );
    });
    if (!launch.isVerified) {
      throw refusal('bad-signature', `ltijs: ${launch.problem ?? 'no answer'}`);
    }
  };

  return {
    async verify({ idToken, state, claims, issuer, clientId, nonce, key }) {
      if (isServedByLtijs(claims)) {
        const launch = { issuer, clientId, key, nonce, isVerified: false, problem: null };
        await throughLtijs(idToken, state, launch);
        return;
      }
      try {
        await compactVerify(idToken, key, { algorithms: ['RS256'] });
      } catch (error) {
        throw refusal('bad-signature', 'the signature is wrong', { cause: error });
      }
    },
  };
}
