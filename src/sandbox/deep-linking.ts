import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { ContentItem } from './content-items.js';
import { baseOf } from './families/family.js';
import type { Family } from './families/family.js';
import type { Entry } from './journal.js';
import { CLAIM, DEEP } from './names.js';
import { asObject, asText } from './read.js';
import { badSignature } from './token.js';
import { remember } from './world.js';
import type { PendingDeepLink, World } from './world.js';

/** What a deep linking response came to. */
export type DeepLinkOutcome =
  | {
      readonly ok: true;
      readonly pending: PendingDeepLink;
      readonly items: readonly ContentItem[];
      readonly message: string | null;
      readonly error: string | null;
    }
  | { readonly ok: false; readonly status: number; readonly body: string; readonly why: string };

const text = (claims: Record<string, unknown>, name: string): string | null =>
  asText(claims[DEEP + name]);

function judge(
  world: World,
  family: Family,
  pending: PendingDeepLink,
  claims: Record<string, unknown>,
  header: Record<string, unknown>,
): string[] {
  const { ticket } = pending;
  const { clientId } = ticket.registration;
  const problems: string[] = [];
  const now = world.now().getTime() / 1000;
  if (header['alg'] !== 'RS256') problems.push('The response is not signed with RS256.');
  if (typeof header['kid'] !== 'string') problems.push('The response has no kid.');
  if (claims['iss'] !== clientId) problems.push('iss of the response is not the client id.');
  const audience = Array.isArray(claims['aud']) ? claims['aud'] : [claims['aud']];
  if (!audience.includes(baseOf(world, family.name))) {
    problems.push('aud of the response is not the issuer of the platform.');
  }
  const { iat, exp, nonce } = claims;
  if (typeof iat !== 'number' || iat > now + 30) problems.push('iat is missing or in the future.');
  if (typeof exp !== 'number' || exp <= now) problems.push('exp is missing or past.');
  if (typeof nonce !== 'string' || nonce === '') problems.push('nonce is missing.');
  else if (remember(world.seen.nonces, `dl:${nonce}`)) problems.push('nonce was used before.');
  if (claims[`${CLAIM}message_type`] !== 'LtiDeepLinkingResponse') {
    problems.push('message_type is not LtiDeepLinkingResponse.');
  }
  if (claims[`${CLAIM}version`] !== '1.3.0') problems.push('version is not 1.3.0.');
  if (claims[`${CLAIM}deployment_id`] !== ticket.deploymentId) {
    problems.push('deployment_id is not the one of the request.');
  }
  const data = claims[`${DEEP}data`];
  if (pending.data === null && data !== undefined) problems.push('data was never sent.');
  if (pending.data !== null && data !== pending.data) problems.push('data is not what was sent.');
  return problems;
}

function itemProblems(world: World, pending: PendingDeepLink, items: readonly ContentItem[]) {
  const problems: string[] = [];
  const host = new URL(pending.ticket.registration.targetLinkUri).host;
  if (items.length > 1 && !pending.multiple) problems.push('More than one item came back.');
  for (const item of items) {
    if (item['type'] !== 'ltiResourceLink') {
      problems.push(`An item of type ${String(item['type'])} was not asked for.`);
      continue;
    }
    const url = asText(item['url']);
    if (url !== null && !(URL.canParse(url) && new URL(url).host === host)) {
      problems.push('The url of an item is on another host than the tool.');
    }
    const line = item['lineItem'];
    if (line !== undefined && !(Number(asObject(line)['scoreMaximum']) > 0)) {
      problems.push('lineItem has no scoreMaximum above zero.');
    }
    for (const [name, value] of Object.entries(asObject(item['custom']))) {
      if (typeof value !== 'string') problems.push(`custom.${name} is no text.`);
    }
  }
  return problems;
}

/**
 * Takes a deep linking response (LTI Deep Linking 2.0, section 4.5).
 *
 * @param world - The practice LMS.
 * @param family - The face.
 * @param posted - The field `JWT` and the key of the request (`data` of the address or claim).
 * @param entry - Journal entry; problems are noted there.
 * @returns What came back, or the platform's refusal.
 */
export async function takeDeepLink(
  world: World,
  family: Family,
  posted: { jwt: string; key: string | null },
  entry: Entry,
): Promise<DeepLinkOutcome> {
  const no = (why: string, body: unknown, status = 400): DeepLinkOutcome => {
    entry.problems.push(why);
    return { ok: false, status, body: JSON.stringify(body), why };
  };
  let claims: Record<string, unknown>;
  let header: Record<string, unknown>;
  try {
    claims = { ...decodeJwt(posted.jwt) };
    header = { ...decodeProtectedHeader(posted.jwt) };
  } catch {
    return no('The field JWT holds no JWT.', { jwt: ['is invalid'] });
  }
  entry.detail = { header, claims };
  const key = posted.key ?? text(claims, 'data') ?? '';
  const pending = world.deepLinks.get(key);
  if (pending?.ticket.family !== family.name) {
    return no('No deep linking request waits for this answer.', dataError('invalid_or_malformed'));
  }
  if (pending.used && family.name === 'canvas') {
    return no('The request was answered before.', dataError('already_used'));
  }
  const problems = judge(world, family, pending, claims, header);
  const bad = await badSignature(world, family, pending.ticket.registration, posted.jwt);
  if (bad !== null) problems.push(`The signature cannot be verified: ${bad}.`);
  // Moodle looks at the signature and the issuer only (moodle.md 8).
  const fatal = family.name === 'moodle' ? bad !== null : problems.length > 0;
  entry.problems.push(...problems);
  if (fatal) {
    const first = problems[0] ?? 'invalid';
    return { ok: false, status: 400, body: JSON.stringify({ jwt: problems }), why: first };
  }
  const list = claims[`${DEEP}content_items`];
  const items = Array.isArray(list) ? list.map(asObject) : [];
  entry.problems.push(...itemProblems(world, pending, items));
  pending.used = true;
  return {
    ok: true,
    pending,
    items: pending.multiple ? items : items.slice(0, 1),
    message: text(claims, 'msg'),
    error: text(claims, 'errormsg'),
  };
}

function dataError(type: string) {
  return { errors: { data_jwt: [{ attribute: '?data=JWT', type, message: type }] } };
}
