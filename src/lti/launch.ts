import type { z } from 'zod';
import type { Registration } from '../admin/registration.model.js';
import type { DeploymentId } from '../ids.js';
import {
  contextSchema,
  customSchema,
  deploymentIdSchema,
  forUserSchema,
  personSchema,
  presentationSchema,
  resourceLinkSchema,
  subSchema,
} from './claims.schema.js';
import { CLAIM } from './claim-names.js';
import {
  deepLinkingOf,
  demand,
  gradesOf,
  groupsUrlOf,
  noticesUrlOf,
  rosterUrlOf,
} from './claimed-services.js';
import { problemOfUrl, type FetchPolicy } from './guarded-fetch.js';
import { idList, type Family } from './platforms/family.js';
import { familyOf } from './platforms/of.js';
import type { GradeService, Launch, LaunchUser } from './ports.js';
import { refusal } from './refusal.js';
import { readRoles } from './roles.js';
import type { Claims } from './token-checks.js';

/** What of a launch is settled outside its claims. */
export interface LaunchSurroundings {
  readonly registration: Registration;
  /** Origin of PUBLIC_URL. */
  readonly origin: string;
  readonly policy: FetchPolicy;
}

const MESSAGES = new Map<unknown, Launch['message']>([
  ['LtiResourceLinkRequest', 'resource-link'],
  ['LtiDeepLinkingRequest', 'deep-linking'],
  ['LtiSubmissionReviewRequest', 'submission-review'],
]);

/** Who may choose what a link opens (DLK-01, DLK-24). */
const STAFF = new Set<LaunchUser['role']>(['instructor', 'assistant', 'designer', 'administrator']);

type Presentation = z.infer<typeof presentationSchema>;

function presentationOf(claims: Claims): Presentation {
  return presentationSchema.parse(claims[CLAIM.launchPresentation]);
}

/** The way back to the platform, where the token says one (CORE-13). */
export function returnUrlOf(claims: Claims, policy: FetchPolicy): string | null {
  return usableReturn(presentationOf(claims), policy);
}

function usableReturn(presentation: Presentation, policy: FetchPolicy): string | null {
  const url = presentation?.return_url ?? null;
  return url !== null && problemOfUrl(url, policy) === null ? url : null;
}

/** The deployment named in the token (CORE-03). @throws TrellisError LAUNCH_REJECTED. */
export function deploymentIdOf(claims: Claims): string {
  return demand(deploymentIdSchema, claims[CLAIM.deploymentId], 'missing-claim', 'deployment_id');
}

/**
 * Whether the target of a login or launch is an address of ours, compared as a URL (LOGIN-08).
 *
 * @returns Path and query, or null when it points elsewhere.
 */
export function pathOnOrigin(target: unknown, origin: string): string | null {
  if (typeof target !== 'string' || target.length > 4000 || !URL.canParse(target)) return null;
  const url = new URL(target);
  if (url.origin !== origin || url.username !== '' || url.password !== '') return null;
  return `${url.pathname}${url.search}`;
}

function userOf(
  claims: Claims,
  family: Family,
  custom: Readonly<Record<string, string>>,
  presentation: Presentation,
): LaunchUser {
  const sub = demand(subSchema, claims['sub'], 'missing-claim', 'sub');
  const roles = claims[CLAIM.roles];
  if (!Array.isArray(roles)) throw refusal('missing-claim', 'roles missing');
  const { role, isTestUser, isMentor } = readRoles(roles, family.assistantsAreListedAsInstructors);
  const person = personSchema.parse(claims);
  const told = family.person(custom);
  const scope: unknown = claims[CLAIM.roleScopeMentor];
  const listed: readonly unknown[] = Array.isArray(scope) ? scope : told.mentorOf;
  const presented = presentation?.locale ?? null;
  return {
    sub,
    role,
    name: person.name ?? null,
    givenName: person.given_name ?? null,
    familyName: person.family_name ?? null,
    email: person.email ?? null,
    isTestUser,
    isImpersonated: told.actingUserId !== null && told.actingUserId !== sub,
    // Honoured only with the Mentor role in this very list (ROLE-06).
    mentorOf: isMentor
      ? [
          ...new Set(listed.filter((child): child is string => subSchema.safeParse(child).success)),
        ].slice(0, 500)
      : [],
    locale: (person.locale ?? presented)?.replaceAll('_', '-') ?? null,
    timeZone: told.timeZone,
    sectionIds: told.sectionIds,
    groupIds: told.groupIds,
  };
}

/**
 * Reads what a launch says from claims whose signature was good (CORE 5.3, 5.4).
 *
 * @param claims - The id_token's payload.
 * @param loginTarget - `target_link_uri` of the login; the signed claim has to be the same one
 *   (AUTH-24), except in a submission review, where Moodle begins the login with the tool's address.
 * @param deploymentId - Our id of the deployment.
 * @throws TrellisError LAUNCH_REJECTED with the finer reason and the way back.
 */
export function readLaunch(
  claims: Claims,
  loginTarget: string,
  deploymentId: DeploymentId,
  { registration, origin, policy }: LaunchSurroundings,
): Launch {
  const family = familyOf(registration.family);
  const message = messageOf(claims);
  const custom = customSchema.parse(claims[CLAIM.custom]);
  const presentation = presentationOf(claims);
  const user = userOf(claims, family, custom, presentation);
  const targetPath = targetOf(claims, message, loginTarget, origin);
  const context = contextSchema.parse(claims[CLAIM.context]) ?? null;
  const link = linkOfLaunch(claims, message, family);
  const isOwn = link !== null && family.isOwnResource(link.id, context?.id ?? null);
  const hints = family.hints(custom);
  const grades = gradesOf(claims, policy);
  const membershipsUrl = rosterUrlOf(claims, policy);
  if (message === 'deep-linking' && !STAFF.has(user.role)) {
    throw refusal('not-for-students', 'deep linking by somebody who is no staff');
  }
  const placement = claims[CLAIM.canvasPlacement];
  return {
    message,
    registrationId: registration.id,
    deploymentId,
    family: family.name,
    user,
    context:
      context === null
        ? null
        : {
            id: context.id,
            label: context.label ?? null,
            title: context.title ?? null,
            history: idList(custom['context_id_history'] ?? custom['context_history']),
          },
    resourceLink:
      link === null || !isOwn || message === 'deep-linking'
        ? null
        : {
            id: link.id,
            title: link.title ?? null,
            description: link.description ?? null,
            history: idList(custom['resource_link_id_history'] ?? custom['link_history']),
          },
    assignment: {
      ...hints,
      title: hints.title ?? (isOwn ? (link.title ?? null) : null),
      descriptionHtml: hints.descriptionHtml ?? (isOwn ? (link.description ?? null) : null),
    },
    custom,
    targetPath,
    grades,
    membershipsUrl,
    groupsUrl: groupsUrlOf(claims, family, membershipsUrl, policy),
    noticesUrl: noticesUrlOf(claims, policy),
    deepLinking: message === 'deep-linking' ? deepLinkingOf(claims, policy) : null,
    reviewOf: message === 'submission-review' ? reviewOf(claims, user, grades, link) : null,
    placement: typeof placement === 'string' ? placement.slice(0, 100) : null,
    returnUrl: usableReturn(presentation, policy),
    documentTarget: presentation?.document_target ?? 'iframe',
  };
}

function messageOf(claims: Claims): Launch['message'] {
  const type = claims[CLAIM.messageType];
  if (typeof type !== 'string') throw refusal('missing-claim', 'message_type missing');
  const version = claims[CLAIM.version];
  if (version === undefined || version === '') throw refusal('missing-claim', 'version missing');
  if (version !== '1.3.0') throw refusal('wrong-version', 'version is not 1.3.0');
  const message = MESSAGES.get(type);
  if (message === undefined) throw refusal('unknown-message', 'message type not served');
  return message;
}

function targetOf(
  claims: Claims,
  message: Launch['message'],
  loginTarget: string,
  origin: string,
): string {
  const claim = claims[CLAIM.targetLinkUri];
  if (typeof claim !== 'string' || claim === '') {
    throw refusal('missing-claim', 'target_link_uri missing');
  }
  const path = pathOnOrigin(claim, origin);
  if (path === null) throw refusal('wrong-target', 'target_link_uri is not ours');
  if (message !== 'submission-review' && path !== pathOnOrigin(loginTarget, origin)) {
    throw refusal('wrong-target', 'target_link_uri is not the one of the login');
  }
  return path;
}

function linkOfLaunch(
  claims: Claims,
  message: Launch['message'],
  family: Family,
): z.infer<typeof resourceLinkSchema> | null {
  const claim = claims[CLAIM.resourceLink];
  if (message === 'resource-link') {
    const reason = family.opensAreasWithoutResource ? 'no-resource' : 'missing-claim';
    return demand(resourceLinkSchema, claim, reason, 'resource_link');
  }
  const parsed = resourceLinkSchema.safeParse(claim);
  return parsed.success ? parsed.data : null;
}

/** Whose work a submission review shows; a student's only their own, a mentor's only their children's (REV-02 to REV-06). */
function reviewOf(
  claims: Claims,
  user: LaunchUser,
  grades: GradeService | null,
  link: { readonly id: string } | null,
): string | null {
  if ((grades?.lineItemUrl ?? null) === null && link === null) {
    throw refusal('missing-claim', 'a review without line item or link');
  }
  const forUser = demand(forUserSchema, claims[CLAIM.forUser], 'missing-claim', 'for_user');
  const sub = forUser?.user_id ?? null;
  const isAllowed =
    STAFF.has(user.role) ||
    (user.role === 'learner' && (sub === null || sub === user.sub)) ||
    (user.role === 'mentor' && sub !== null && user.mentorOf.includes(sub));
  if (!isAllowed) throw refusal('not-your-work', "a review of somebody else's work");
  return sub ?? (user.role === 'learner' ? user.sub : null);
}
