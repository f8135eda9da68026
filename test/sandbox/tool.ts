import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import request from 'supertest';
import { createSandbox } from '../../src/sandbox/server.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import type { FamilyName } from '../../src/sandbox/state.js';
import type { LaunchOrder } from '../../src/sandbox/launches.js';
import type { TokenChange } from '../../src/sandbox/oidc.js';

/** A small honest tool, so that the practice LMS can be judged without Trellis. */
export const TOOL_URL = 'http://tool.example';
export const AGS = 'https://purl.imsglobal.org/spec/lti-ags/scope/';
export const ROSTER = 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly';
export const SCORE_TYPE = 'application/vnd.ims.lis.v1.score+json';
export const ITEM_TYPE = 'application/vnd.ims.lis.v2.lineitem+json';
export const LIST_TYPE = 'application/vnd.ims.lis.v2.lineitemcontainer+json';
export const MEMBERS_TYPE = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';
export const L = 'https://purl.imsglobal.org/spec/lti/claim/';

const pair = await generateKeyPair('RS256', { extractable: true });
const KID = 'tool-key';
const platformPair = await generateKeyPair('RS256', { extractable: true });
const PLATFORM_KEY = {
  kid: 'platform-key',
  privateJwk: await exportJWK(platformPair.privateKey),
  publicJwk: { ...(await exportJWK(platformPair.publicKey)), kid: 'platform-key', alg: 'RS256' },
};

/** What came out of JSON, looked at as it is. */
export type Json = ReturnType<typeof JSON.parse>;

export interface Rig {
  readonly lms: Sandbox;
  /** Path of an address of the practice LMS. */
  readonly path: (url: string) => string;
  readonly launch: (
    order: LaunchOrder,
    change?: TokenChange,
  ) => Promise<{ claims: Json; fields: Record<string, string> }>;
  readonly authorizationUrl: (
    order: LaunchOrder,
    change?: Record<string, string | undefined>,
  ) => string;
  readonly token: (family: FamilyName, scopes: readonly string[]) => Promise<string>;
  readonly assertion: (
    family: FamilyName,
    change?: Record<string, unknown>,
    header?: Record<string, unknown>,
  ) => Promise<string>;
}

/** A practice LMS in memory with the small tool installed on every face. */
export async function makeRig(
  options: Partial<Parameters<typeof createSandbox>[0]> = {},
): Promise<Rig> {
  const lms = await createSandbox({
    publicUrl: 'http://lms.example',
    toolUrl: TOOL_URL,
    dataFile: null,
    key: PLATFORM_KEY,
    ...options,
  });
  lms.setToolJwks({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: KID, alg: 'RS256' }] });
  const authorizationUrl: Rig['authorizationUrl'] = (order, change = {}) => {
    const start = lms.startLaunch(order);
    const platform = lms.platforms[start.ticket.family];
    const url = new URL(platform.authorizationEndpoint);
    const query: Record<string, string | undefined> = {
      scope: 'openid',
      response_type: 'id_token',
      response_mode: 'form_post',
      prompt: 'none',
      client_id: platform.clientId,
      redirect_uri: `${TOOL_URL}/lti/launch`,
      login_hint: start.fields['login_hint'],
      lti_message_hint: start.fields['lti_message_hint'],
      state: randomUUID(),
      nonce: randomUUID(),
      ...change,
    };
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  };
  const assertion: Rig['assertion'] = (family, change = {}, header = {}) => {
    const { clientId, tokenEndpoint } = lms.platforms[family];
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: tokenEndpoint,
      iat: now,
      exp: now + 300,
      jti: randomUUID(),
      ...change,
    };
    return new SignJWT(JSON.parse(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'RS256', kid: KID, ...header })
      .sign(pair.privateKey);
  };
  return {
    lms,
    path: (url) => url.replace('http://lms.example', ''),
    authorizationUrl,
    assertion,
    async launch(order, change) {
      const answer = await lms.authorize(authorizationUrl(order), change);
      return { claims: answer.claims, fields: answer.fields };
    },
    async token(family, scopes) {
      const answer = await request(lms.app)
        .post(lms.platforms[family].tokenEndpoint.replace('http://lms.example', ''))
        .type('form')
        .send({
          grant_type: 'client_credentials',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await assertion(family),
          scope: scopes.join(' '),
        });
      return (JSON.parse(answer.text) as { access_token: string }).access_token;
    },
  };
}

/** Signs a JWT as the tool. */
export function signAsTool(claims: Record<string, unknown>, kid = KID): Promise<string> {
  return new SignJWT(JSON.parse(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'RS256', kid })
    .sign(pair.privateKey);
}

/** A score without fault for a student. */
export function goodScore(userId: string, at: Date, more: Record<string, unknown> = {}) {
  return {
    userId,
    scoreGiven: 8,
    scoreMaximum: 10,
    comment: 'Well argued',
    activityProgress: 'Completed',
    gradingProgress: 'FullyGraded',
    timestamp: at.toISOString(),
    ...more,
  };
}

/** Reads a body without looking at it, where it is broken on purpose. */
export function skipBody(res: unknown, done: (error: null, body: null) => void): void {
  const stream = res as NodeJS.ReadableStream;
  stream.resume();
  stream.on('end', () => done(null, null));
}
