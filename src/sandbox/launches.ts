import { randomUUID } from 'node:crypto';
import type { Family } from './families/family.js';
import { baseOf } from './families/family.js';
import type { MessageName } from './names.js';
import type { FamilyName, Link } from './state.js';
import { bound, faceOf, findLink, findRegistration } from './world.js';
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
  /** Key of the admin who acts as the person (Canvas masquerading). */
  readonly actedBy?: string | undefined;
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

/** An authorization request the tool is never told about: the person sees the platform's own page. */
export class PlatformPageError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
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
    actedBy: order.actedBy === undefined ? null : world.people.get(order.actedBy),
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
