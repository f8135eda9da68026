import { randomBytes } from 'node:crypto';
import express from 'express';
import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { handler, send } from './answers.js';
import { assertionProblems, mediaType } from './checks.js';
import { scopesInForce } from './claims.js';
import { baseOf } from './families/family.js';
import type { Family } from './families/family.js';
import { entryOf } from './journal.js';
import type { Entry } from './journal.js';
import { asFields, asObject } from './read.js';
import type { Registration } from './state.js';
import { troubles } from './trouble.js';
import { bound, faceOf, remember } from './world.js';
import type { World } from './world.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const UNREACHABLE = 'JWK Error';
const cached = new WeakMap<Registration, JSONWebKeySet>();

/**
 * Fetches a tool's public keys as a platform does.
 *
 * @param world - The practice LMS; keys given by hand come first.
 * @param registration - The tool.
 * @returns Its key set.
 * @throws Error when the address does not answer with one within five seconds.
 */
export async function toolKeys(world: World, registration: Registration): Promise<JSONWebKeySet> {
  if (world.toolJwks !== null) return world.toolJwks;
  const answer = await fetch(registration.jwksUrl, { signal: AbortSignal.timeout(5000) }).catch(
    (error: unknown) => {
      throw new Error(`${UNREACHABLE}: ${(error as Error).message}`);
    },
  );
  const keys = asObject(await answer.json().catch(() => null));
  if (!answer.ok || !Array.isArray(keys['keys'])) throw new Error(`${UNREACHABLE}: Invalid JSON`);
  return keys as unknown as JSONWebKeySet;
}

/**
 * Checks a JWT that a tool signed, with its published keys.
 *
 * @param world - The practice LMS.
 * @param family - Moodle keeps the keys and asks again on failure, the others ask every time.
 * @param registration - The tool.
 * @param jwt - The compact JWT.
 * @returns Null when the signature is good, otherwise why not.
 */
export async function badSignature(
  world: World,
  family: Family,
  registration: Registration,
  jwt: string,
): Promise<string | null> {
  const verify = async (keys: JSONWebKeySet): Promise<void> => {
    await compactVerify(jwt, createLocalJWKSet(keys), { algorithms: ['RS256'] });
  };
  const known = family.services.keysCached ? cached.get(registration) : undefined;
  if (known !== undefined) {
    try {
      await verify(known);
      return null;
    } catch {
      cached.delete(registration);
    }
  }
  try {
    const keys = await toolKeys(world, registration);
    await verify(keys);
    cached.set(registration, keys);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

interface TokenRequest {
  readonly fields: Record<string, string>;
  readonly header: Record<string, unknown>;
  readonly claims: Record<string, unknown>;
  readonly registration: Registration | null;
}

function read(world: World, family: Family, fields: Record<string, string>): TokenRequest {
  let header: Record<string, unknown> = {};
  let claims: Record<string, unknown> = {};
  try {
    header = { ...decodeProtectedHeader(fields['client_assertion'] ?? '') };
    claims = { ...decodeJwt(fields['client_assertion'] ?? '') };
  } catch {
    // What cannot be decoded is judged as an empty assertion.
  }
  const registration =
    faceOf(world, family.name).registrations.find((r) => r.clientId === claims['sub']) ?? null;
  return { fields, header, claims, registration };
}

function judge(world: World, family: Family, asked: TokenRequest, entry: Entry): void {
  const { fields, header, claims, registration } = asked;
  const { problems } = entry;
  entry.detail = {
    grant_type: fields['grant_type'],
    scope: fields['scope'],
    assertion: { header, claims },
  };
  if (mediaType(entry.contentType) !== 'application/x-www-form-urlencoded') {
    problems.push('The token request is not form encoded.');
  }
  if (fields['grant_type'] !== 'client_credentials') {
    problems.push('grant_type is not client_credentials.');
  }
  if (fields['client_assertion_type'] !== ASSERTION_TYPE) {
    problems.push(`client_assertion_type is not ${ASSERTION_TYPE}.`);
  }
  if ((fields['scope'] ?? '') === '') problems.push('scope is missing.');
  const jti = typeof claims['jti'] === 'string' ? claims['jti'] : '';
  problems.push(
    ...assertionProblems(header, claims, {
      clientId: registration?.clientId ?? null,
      tokenUrl: baseOf(world, family.name) + family.paths.token,
      now: world.now().getTime() / 1000,
      seenBefore: jti !== '' && remember(world.seen.assertions, `${family.name}:${jti}`),
    }),
  );
  const deployment = claims['https://purl.imsglobal.org/spec/lti/claim/deployment_id'];
  if (
    deployment !== undefined &&
    registration?.deploymentIds.some((id) => id === deployment) === false
  ) {
    problems.push('deployment_id of the assertion is not one of this client.');
  }
}

interface Refused {
  readonly error: string;
  readonly description: string;
  readonly keysUnreachable?: boolean;
}

async function decide(
  world: World,
  family: Family,
  asked: TokenRequest,
  entry: Entry,
): Promise<Refused | { scopes: string[]; clientId: string }> {
  const { fields, claims, registration } = asked;
  const no = (error: string, description: string): Refused => ({ error, description });
  if (fields['grant_type'] !== 'client_credentials') {
    return no('unsupported_grant_type', 'grant_type must be client_credentials');
  }
  if (fields['client_assertion_type'] !== ASSERTION_TYPE) {
    return no('invalid_request', 'client_assertion_type is wrong');
  }
  const known = registration?.status === 'active' && !world.faults.now.keyOff;
  if (registration === null || !known) return no('invalid_client', 'Unknown client');
  const signature = await badSignature(
    world,
    family,
    registration,
    fields['client_assertion'] ?? '',
  );
  if (signature !== null) {
    entry.problems.push(`The signature of the assertion cannot be verified: ${signature}.`);
    const keysUnreachable = signature.startsWith(UNREACHABLE);
    return { ...no('invalid_request', `JWS signature invalid. ${signature}`), keysUnreachable };
  }
  const now = Math.floor(world.now().getTime() / 1000);
  const tokenUrl = baseOf(world, family.name) + family.paths.token;
  const wrong = family.services.assertion(claims, {
    clientId: registration.clientId,
    tokenUrl,
    now,
  });
  if (wrong !== null) return no('invalid_request', wrong);
  const scopesAsked = (fields['scope'] ?? '').split(' ').filter((scope) => scope !== '');
  const allowed = scopesInForce(world, registration.scopes);
  const refused = scopesAsked.filter((scope) => !allowed.includes(scope));
  for (const scope of refused) entry.problems.push(`The scope ${scope} was not offered.`);
  const granted = scopesAsked.filter((scope) => allowed.includes(scope));
  if (granted.length === 0 || (refused.length > 0 && family.services.scopesAllOrNothing)) {
    return no('invalid_scope', `Scopes not allowed: ${refused.join(' ')}`);
  }
  return { scopes: granted, clientId: registration.clientId };
}

/**
 * The token endpoint of one face (LTI security framework 4.1).
 *
 * @param world - The practice LMS.
 * @param family - The face.
 * @returns A router for the family's path.
 */
export function tokenRouter(world: World, family: Family): express.Router {
  const router = express.Router();
  const path = family.paths.token;
  router.all(
    path,
    world.journal.note(family.name, 'token'),
    troubles(world, 'token'),
    express.urlencoded({ extended: false, limit: '200kb' }),
    express.json({ limit: '200kb' }),
    handler(async (req, res) => {
      const entry = entryOf(res);
      if (req.method !== 'POST') {
        entry.problems.push('The token endpoint takes POST only.');
        res.status(405).set('Allow', 'POST').end();
        return;
      }
      const form = mediaType(entry.contentType) === 'application/x-www-form-urlencoded';
      const asked = read(world, family, asFields(req.body));
      judge(world, family, asked, entry);
      const outcome = form
        ? await decide(world, family, asked, entry)
        : ({ error: 'invalid_request', description: 'The body must be form encoded' } as Refused);
      if ('error' in outcome) {
        if (outcome.keysUnreachable === true && family.name === 'moodle') {
          send(res, {
            status: 404,
            type: 'text/html; charset=utf-8',
            body: '<!doctype html><title>Error</title><p>Keyset could not be read</p>',
          });
          return;
        }
        entry.note ??= `Refused: ${outcome.error} (${outcome.description})`;
        send(res, family.services.tokenError(outcome.error, outcome.description));
        return;
      }
      const token = randomBytes(24).toString('base64url');
      const seconds = world.faults.now.tokenSeconds;
      world.tokens.set(token, {
        family: family.name,
        clientId: outcome.clientId,
        scopes: outcome.scopes,
        expiresAt: world.now().getTime() + seconds * 1000,
      });
      bound(world.tokens);
      send(res, {
        status: 200,
        type: family.services.tokenType,
        body: JSON.stringify({
          access_token: token,
          token_type: 'Bearer',
          expires_in: seconds,
          scope: outcome.scopes.join(' '),
        }),
      });
    }),
  );
  return router;
}
