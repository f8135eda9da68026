import { randomUUID } from 'node:crypto';
import { authorizationProblems } from './checks.js';
import type { Family } from './families/family.js';
import { baseOf } from './families/family.js';
import type { Entry } from './journal.js';
import type { SignOptions } from './keys.js';
import type { MessageName } from './names.js';
import type { FamilyName, Link } from './state.js';
import { bound, faceOf, findLink, findRegistration, remember } from './world.js';
import type { Ticket, World } from './world.js';

/** What to launch, as whom. */
export interface LaunchOrder {
  /** Key of the person, such as `student-3`. */
  readonly as: string;
  /** Id of the link (`link-1`) or its resource link id; none for a launch without one. */
  readonly link?: string | undefined;
  readonly family?: FamilyName | undefined;
  readonly message?: MessageName | undefined;
  readonly placement?: string | undefined;
  /** Key of the student whose work is reviewed. */
  readonly forUser?: string | undefined;
  /** Course to launch from when there is no link; the first one by default. */
  readonly course?: string | undefined;
  readonly place?: Ticket['place'] | undefined;
  readonly clientId?: string | undefined;
  readonly deploymentId?: string | undefined;
  readonly target?: string | undefined;
  readonly newWindow?: boolean | undefined;
  readonly editing?: boolean | undefined;
}

/** A request for the browser to make. */
export interface FormRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly fields: Record<string, string>;
}

/** The login initiation of a launch. */
export interface LaunchStart extends FormRequest {
  readonly ticket: Ticket;
}

/** The form with which the platform answers an authorization request. */
export interface AuthorizationAnswer {
  readonly action: string;
  readonly fields: Record<string, string>;
  /** The claims that were signed; null when the answer is an error. */
  readonly claims: Record<string, unknown> | null;
}

/** An authorization request the tool is never told about: the person sees the platform's own page. */
export class PlatformPageError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Changes to a launch's token, for tests of a tool's checks. */
export interface TokenChange extends SignOptions {
  /** Claims to add or replace; undefined takes one away. */
  readonly claims?: Record<string, unknown>;
  /** Claims instead of all others. */
  readonly only?: Record<string, unknown>;
}

/**
 * Begins a launch: third-party initiated login (LTI security framework 5.1.1.1).
 *
 * @param world - The practice LMS.
 * @param family - The face it wears.
 * @param order - Who opens what.
 * @returns The login initiation for the browser, with the ticket behind its hint.
 * @throws PlatformPageError when this platform would not open the tool for that person.
 */
export function startLaunch(world: World, family: Family, order: LaunchOrder): LaunchStart {
  const face = faceOf(world, family.name);
  const person = world.people.get(order.as);
  const refusal = family.cannotLaunch(person);
  if (refusal !== null) throw new PlatformPageError(403, refusal);
  const link = order.link === undefined ? null : findLink(face, order.link);
  if (order.link !== undefined && link === null) {
    throw new PlatformPageError(404, `There is no link ${order.link} on the ${family.label} face.`);
  }
  const registration = findRegistration(face, order.clientId ?? null);
  if (registration?.status !== 'active') {
    throw new PlatformPageError(404, 'The tool is not installed or not switched on.');
  }
  const course =
    face.courses.find((c) => c.id === (link?.courseId ?? order.course)) ?? face.courses[0];
  if (course === undefined) throw new PlatformPageError(404, 'There is no course.');
  const choice = family.placements.find((p) => p.id === order.placement);
  const message = order.message ?? choice?.message ?? 'resource';
  const id = randomUUID();
  const forUser = order.forUser === undefined ? null : world.people.get(order.forUser);
  const reviewed = reviewTarget(world, family.name, link, forUser?.key ?? null);
  const ticket: Ticket = {
    id,
    family: family.name,
    person,
    registration,
    deploymentId: order.deploymentId ?? registration.deploymentIds[0] ?? '',
    place: order.place ?? choice?.place ?? 'course',
    course,
    link,
    message,
    placement: order.placement ?? null,
    forUser,
    target:
      order.target ??
      (message === 'deeplink' ? registration.deepLinkUrl : null) ??
      reviewed ??
      link?.url ??
      registration.targetLinkUri,
    loginHint: world.faults.now.anonymousVisitor ? '0' : family.loginHint(person),
    messageHint: family.messageHint(id, { link, deepLink: message === 'deeplink' }),
    createdAt: world.now().getTime(),
    newWindow: order.newWindow ?? false,
    editing: order.editing ?? false,
    used: false,
  };
  world.tickets.set(ticket.messageHint, ticket);
  bound(world.tickets);
  const { storageTarget } = family;
  const storage =
    storageTarget === null || world.faults.now.noStorageTarget
      ? {}
      : { lti_storage_target: storageTarget };
  return {
    method: family.loginMethod,
    url: registration.loginUrl,
    fields: {
      iss: baseOf(world, family.name),
      login_hint: ticket.loginHint,
      client_id: registration.clientId,
      target_link_uri: ticket.target,
      lti_message_hint: ticket.messageHint,
      ...family.loginFields(ticket),
      ...storage,
    },
    ticket,
  };
}

/** Where a review opens: the address the tool left with the submission or the column. */
function reviewTarget(
  world: World,
  family: FamilyName,
  link: Link | null,
  personKey: string | null,
): string | null {
  if (link?.lineItemId == null) return null;
  const face = faceOf(world, family);
  const item = face.lineItems.find((i) => i.id === link.lineItemId);
  const left = personKey === null ? null : face.grades[link.lineItemId]?.[personKey]?.reviewUrl;
  if (personKey !== null && left != null && left !== '') return left;
  const url = item?.submissionReview?.['url'];
  return personKey !== null && typeof url === 'string' ? url : null;
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
