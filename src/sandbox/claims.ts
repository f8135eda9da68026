import { faceOf } from './world.js';
import type { Ticket, World } from './world.js';
import { CLAIM, MESSAGE, SCOPE } from './names.js';

/**
 * The claims every message of every platform carries (LTI 1.3 core, section 5.3).
 *
 * @param ticket - The launch.
 * @returns Message type, version, deployment and target.
 */
export function coreClaims(ticket: Ticket): Record<string, unknown> {
  return {
    [`${CLAIM}message_type`]: MESSAGE[ticket.message],
    [`${CLAIM}version`]: '1.3.0',
    [`${CLAIM}deployment_id`]: ticket.deploymentId,
    [`${CLAIM}target_link_uri`]: ticket.target,
  };
}

/**
 * Scopes a tool has here and now, after an admin took some away.
 *
 * @param world - The practice LMS and its switches.
 * @param granted - What the registration was given.
 * @returns Scopes still in force.
 */
export function scopesInForce(world: World, granted: readonly string[]): string[] {
  return granted.filter((scope) => !world.faults.now.scopesRemoved.includes(scope));
}

/**
 * The AGS scopes of a launch claim.
 *
 * @param world - The practice LMS and its switches.
 * @param ticket - The launch.
 * @returns Scopes in force, without the roster's and the notices'.
 */
export function gradeScopes(world: World, ticket: Ticket): string[] {
  return scopesInForce(world, ticket.registration.scopes).filter(
    (scope) => scope !== SCOPE.roster && scope !== SCOPE.notices && scope.includes('lti-ags'),
  );
}

/**
 * Whether rosters may be read at all.
 *
 * @param world - The practice LMS and its switches.
 * @param ticket - The launch.
 * @returns True when the launch should carry the roster claim.
 */
export function hasRoster(world: World, ticket: Ticket): boolean {
  return (
    !world.faults.now.noRosterClaim &&
    scopesInForce(world, ticket.registration.scopes).includes(SCOPE.roster)
  );
}

/**
 * The names a launch or a roster gives away, by privacy setting (canvas.md 1.3).
 *
 * @param world - The practice LMS and its switches.
 * @param person - Whose names.
 * @param withPicture - Whether the platform has pictures.
 * @returns The OpenID name claims that are allowed.
 */
export function nameClaims(
  world: World,
  person: { name: string; given: string; family: string; email: string; number: number },
  withPicture: boolean,
): Record<string, string> {
  const { privacy } = world.faults.now;
  const names = privacy === 'public' || privacy === 'name_only';
  const email = privacy === 'public' || privacy === 'email_only';
  return {
    ...(names ? { name: person.name, given_name: person.given, family_name: person.family } : {}),
    ...(email && person.email !== '' ? { email: person.email } : {}),
    ...(privacy === 'public' && withPicture
      ? { picture: `${world.publicUrl}/assets/person.svg` }
      : {}),
  };
}

/**
 * Whether the column of a launch's link may be named in the launch.
 *
 * @param world - The practice LMS.
 * @param ticket - The launch.
 * @returns The columns that hang on the link, the tool's only.
 */
export function columnsOf(world: World, ticket: Ticket) {
  const { link } = ticket;
  if (link === null) return [];
  return faceOf(world, ticket.family).lineItems.filter(
    (item) => item.linkId === link.id && item.clientId === ticket.registration.clientId,
  );
}
