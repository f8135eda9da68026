import { authorizationProblems } from './checks.js';
import type { Family } from './families/family.js';
import { baseOf } from './families/family.js';
import type { Entry } from './journal.js';
import type { SignOptions } from './keys.js';
import { PlatformPageError } from './launches.js';
import type { FamilyName } from './state.js';
import { bound, faceOf, findRegistration, remember } from './world.js';
import type { Ticket, World } from './world.js';

/** The form with which the platform answers an authorization request. */
export interface AuthorizationAnswer {
  readonly action: string;
  readonly fields: Record<string, string>;
  /** The claims that were signed; null when the answer is an error. */
  readonly claims: Record<string, unknown> | null;
}

/** Changes to a launch's token, for tests of a tool's checks. */
export interface TokenChange extends SignOptions {
  /** Claims to add or replace; undefined takes one away. */
  readonly claims?: Record<string, unknown>;
  /** Claims instead of all others. */
  readonly only?: Record<string, unknown>;
}

/**
 * Answers an authorization request.
 *
 * @param world - The practice LMS.
 * @param family - The face asked.
 * @param query - Parameters as the tool sent them.
 * @param entry - Journal entry of the request; problems are noted there.
 * @param change - Deviations of the token, for tests.
 * @returns The form to post to the tool: a token, or an error.
 * @throws PlatformPageError when the tool is not to be told.
 */
export async function authorize(
  world: World,
  family: Family,
  query: Record<string, string>,
  entry: Entry,
  change: TokenChange = {},
): Promise<AuthorizationAnswer> {
  entry.detail = { ...query };
  entry.problems.push(
    ...authorizationProblems(query, {
      nonce: remember(world.seen.nonces, query['nonce'] ?? ''),
      state: remember(world.seen.states, query['state'] ?? ''),
    }),
  );
  const refuse = (status: number, message: string): never => {
    entry.problems.push(message);
    throw new PlatformPageError(status, message);
  };
  const registration = findRegistration(
    faceOf(world, family.name),
    query['client_id'] ?? 'missing',
  );
  if (registration === null) {
    return refuse(400, `client_id ${query['client_id'] ?? '(missing)'} is not known here.`);
  }
  const redirectUri = query['redirect_uri'] ?? '';
  if (!registration.redirectUris.includes(redirectUri)) {
    return refuse(400, `redirect_uri ${redirectUri || '(missing)'} is not a registered one.`);
  }
  const failed = (error: string, description: string): AuthorizationAnswer => {
    const state: Record<string, string> =
      query['state'] === undefined ? {} : { state: query['state'] };
    const fields = { error, error_description: description, ...state };
    return { action: redirectUri, fields, claims: null };
  };
  const fault = family.authorize(query);
  if (fault !== null) {
    if (fault.tell === 'person') return refuse(404, fault.description);
    entry.problems.push(fault.description);
    return failed(fault.error, fault.description);
  }
  const switched = switchedError(world, family.name);
  if (switched !== null) {
    entry.note = `Fault switched on: ${switched.error}`;
    return failed(switched.error, switched.description);
  }
  const ticket = world.tickets.get(query['lti_message_hint'] ?? '');
  if (ticket?.family !== family.name || ticket.registration.clientId !== registration.clientId) {
    return refuse(400, 'lti_message_hint is not the one that was sent, byte for byte.');
  }
  if (ticket.loginHint !== query['login_hint']) {
    entry.problems.push('login_hint is not the one that was sent.');
    return failed(family.name === 'moodle' ? 'access_denied' : 'login_required', 'Another user');
  }
  const age = world.now().getTime() - ticket.createdAt;
  if (ticket.used || age > 300_000) {
    entry.problems.push(
      ticket.used ? 'This launch was answered before.' : 'The launch took over five minutes.',
    );
    if (family.name === 'moodle') {
      throw new PlatformPageError(404, 'Invalid request: unknown or used hint.');
    }
    return failed('launch_no_longer_valid', 'The launch is no longer valid');
  }
  if (family.name === 'moodle') {
    const { person } = ticket;
    const outside = person.role !== 'admin' && !world.people.isEnrolled(person);
    if (outside || world.faults.now.anonymousVisitor) {
      entry.note = 'Moodle asks the visitor to log in or enrol; the tool hears nothing more';
      throw new PlatformPageError(403, 'You are not enrolled in this course.');
    }
  }
  ticket.used = true;
  if (ticket.message === 'deeplink') rememberDeepLink(world, family, ticket);
  return issue(world, family, ticket, { redirectUri, query, change });
}

function rememberDeepLink(world: World, family: Family, ticket: Ticket): void {
  const settings = Object.entries(family.claims(world, ticket)).find(([name]) =>
    name.endsWith('deep_linking_settings'),
  )?.[1] as { accept_multiple?: boolean; data?: string } | undefined;
  world.deepLinks.set(ticket.id, {
    ticket,
    data: settings?.data ?? null,
    multiple: settings?.accept_multiple ?? false,
    used: false,
  });
  bound(world.deepLinks);
}

function switchedError(
  world: World,
  family: FamilyName,
): { error: string; description: string } | null {
  const { now: faults } = world.faults;
  if (faults.loginRequired) {
    return family === 'moodle'
      ? { error: 'access_denied', description: 'Access denied' }
      : { error: 'login_required', description: 'Must have an active user session' };
  }
  if (faults.keyOff) {
    return {
      error: 'unauthorized_client',
      description: 'Client not authorized in requested context',
    };
  }
  return faults.launchNoLongerValid
    ? { error: 'launch_no_longer_valid', description: 'The launch is no longer valid' }
    : null;
}

async function issue(
  world: World,
  family: Family,
  ticket: Ticket,
  reply: { redirectUri: string; query: Record<string, string>; change: TokenChange },
): Promise<AuthorizationAnswer> {
  const { query, change, redirectUri } = reply;
  const claims = change.only ?? {
    ...launchClaims(world, family, ticket, query['nonce'] ?? ''),
    ...change.claims,
  };
  const token = await world.keys.sign(claims, change);
  const storage =
    family.name === 'canvas' && !world.faults.now.noStorageTarget && family.storageTarget !== null
      ? { lti_storage_target: family.storageTarget }
      : {};
  const state: Record<string, string> =
    query['state'] === undefined ? {} : { state: query['state'] };
  return { action: redirectUri, fields: { ...state, id_token: token, ...storage }, claims };
}

/**
 * All claims of a launch's id_token.
 *
 * @param world - The practice LMS and its switches.
 * @param family - The face.
 * @param ticket - The launch.
 * @param nonce - The tool's nonce.
 * @returns The payload to sign.
 */
export function launchClaims(
  world: World,
  family: Family,
  ticket: Ticket,
  nonce: string,
): Record<string, unknown> {
  const { now: faults } = world.faults;
  const seconds = Math.floor(world.now().getTime() / 1000);
  const iat =
    seconds +
    faults.clockSkewSeconds -
    faults.claimsAgeSeconds -
    (faults.idTokenExpired ? family.idTokenSeconds + 600 : 0);
  return {
    iss: baseOf(world, family.name),
    ...family.audience(ticket.registration.clientId),
    iat,
    exp: iat + family.idTokenSeconds,
    nonce,
    ...family.claims(world, ticket),
  };
}
