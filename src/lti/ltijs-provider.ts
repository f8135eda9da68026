import { createSecretKey, type KeyObject } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
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
    readonly key: KeyObject;
  }): Promise<void>;
}

/**
 * ltijs asks its store nine times per launch; all it may know was settled before it was asked: the
 * nonce belongs to this state (`checkMeantForUs`), and the state is used up by ours.
 */
function settledDatabase(): Database {
  const done = (): Promise<true> => Promise.resolve(true);
  return {
    Get: () => Promise.resolve(false),
    Insert: done,
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

/** The part of ltijs that validates a launch, as Express would call it. */
type Validate = (req: Request, res: Response, next: NextFunction) => Promise<void>;

/**
 * Finds the launch validation among the layers of ltijs's app. The layers around it read bodies and
 * cookies and write headers: all of that is done here already.
 *
 * @throws Error when this ltijs has none; the app does not start then.
 */
function validationOf(provider: ProviderClass): Validate {
  const { _router: router } = provider.app as unknown as {
    readonly _router: { readonly stack: readonly { name: string; handle: Validate }[] };
  };
  const layer = router.stack.find(({ name }) => name === 'sessionValidator');
  if (layer === undefined) throw new Error('This ltijs has no launch validation that can be used');
  return layer.handle;
}

/** What ltijs does to an answer; nothing of it is ever sent. */
function unsentAnswer(): { readonly locals: { err?: { details?: { message?: string } } } } {
  const nothing = (): void => undefined;
  return Object.assign({ locals: {} }, { clearCookie: nothing, cookie: nothing });
}

/**
 * Makes an ltijs provider of our own: never deployed, never fetching, storing nothing.
 *
 * @param secret - Signs ltijs's own `ltik`, which never leaves this process (THR-17).
 */
export function createVerifier(secret: string): Verifier {
  // The export is a process-wide singleton; its class gives an instance per app (THR-22).
  const provider: ProviderClass = new ltijs.Provider.constructor();
  provider.setup(
    // As a key object: from a text, jsonwebtoken tries a private key first, ten RS256 checks' worth.
    createSecretKey(Buffer.from(secret)),
    { plugin: settledDatabase() },
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
  const validate = validationOf(provider);
  // ltijs asks for the platform before it waits for anything, so the launch in hand is its own.
  let inHand: LaunchInHand | null = null;
  provider.getPlatform = (issuer, clientId) => {
    const isOurs = inHand?.issuer === issuer && inHand.clientId === clientId;
    return Promise.resolve(isOurs && inHand !== null ? platformOf(inHand) : false);
  };
  provider.onInvalidToken(() => undefined);

  const throughLtijs = async (
    idToken: string,
    state: string,
    launch: LaunchInHand,
  ): Promise<void> => {
    // ltijs reads the request it gets: exactly the two fields, and the cookie it looks for.
    const asked = {
      method: 'POST',
      path: '/launch',
      baseUrl: '',
      query: {},
      body: { id_token: idToken, state },
      signedCookies: { [`state${state}`]: launch.issuer },
    } as unknown as Request;
    const unsent = unsentAnswer();
    const outcome = { isVerified: false };
    inHand = launch;
    const validated = validate(asked, unsent as unknown as Response, () => {
      outcome.isVerified = true;
    });
    inHand = null;
    await validated;
    if (!outcome.isVerified) {
      const problem = unsent.locals.err?.details?.message ?? 'refused';
      throw refusal('bad-signature', `ltijs: ${problem}`);
    }
  };

  return {
    async verify({ idToken, state, claims, issuer, clientId, key }) {
      if (isServedByLtijs(claims)) {
        await throughLtijs(idToken, state, { issuer, clientId, key });
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
