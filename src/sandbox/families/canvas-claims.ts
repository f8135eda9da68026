import { coreClaims, gradeScopes, hasRoster, nameClaims } from '../claims.js';
import {
  AGS_CLAIM,
  CLAIM,
  COURSE_OFFERING,
  DEEP,
  NOTICE_CLAIM,
  NRPS_CLAIM,
  ROLE,
  SCOPE,
} from '../names.js';
import { opaqueId } from '../people.js';
import type { Person } from '../people.js';
import { subjectIn } from '../subject.js';
import { faceOf, findItem } from '../world.js';
import type { Ticket, World } from '../world.js';
import { expandCanvas } from './canvas-variables.js';
import { baseOf } from './family.js';

const INSTITUTION: Readonly<Record<Person['role'], readonly string[]>> = {
  teacher: [ROLE.institutionInstructor],
  assistant: [ROLE.institutionStudent, ROLE.institutionInstructor],
  student: [ROLE.institutionStudent],
  mentor: [ROLE.institutionObserver],
  admin: [ROLE.institutionAdministrator],
  test: [],
};

const MEMBERSHIP: Readonly<Record<Person['role'], readonly string[]>> = {
  teacher: [ROLE.instructor],
  assistant: [ROLE.assistant, ROLE.instructor],
  student: [ROLE.learner],
  mentor: [ROLE.mentor],
  admin: [],
  test: [ROLE.learner],
};

/**
 * Membership roles of a person in a Canvas course, as rosters show them.
 *
 * @param person - The person.
 * @returns Full role URIs (canvas.md 2.5).
 */
export function canvasMembership(person: Person): string[] {
  return [...MEMBERSHIP[person.role], ...(person.role === 'test' ? [ROLE.testUser] : [])];
}

function roles(world: World, ticket: Ticket): string[] {
  const { person } = ticket;
  if (world.faults.now.anonymousVisitor) return [ROLE.systemNone];
  const inCourse = ticket.place === 'course' && world.people.isEnrolled(person);
  return [
    ...INSTITUTION[person.role],
    ...(inCourse ? canvasMembership(person) : []),
    ROLE.systemUser,
  ];
}

/** accept_types and multiple by placement (canvas.md 4.1). */
const MULTIPLE = [
  'link_selection',
  'course_assignments_menu',
  'module_index_menu_modal',
  'module_menu_modal',
  'editor_button',
];
const AUTO_CREATE = ['module_index_menu_modal', 'module_menu_modal'];

function deepLinkClaims(world: World, ticket: Ticket): Record<string, unknown> {
  const placement = ticket.placement ?? 'assignment_selection';
  const types =
    placement === 'editor_button'
      ? ['link', 'file', 'html', 'ltiResourceLink', 'image']
      : ['ltiResourceLink'];
  return {
    [`${DEEP}deep_linking_settings`]: {
      deep_link_return_url: `${baseOf(world, 'canvas')}/courses/${ticket.course.id}/deep_linking_response?data=${ticket.id}`,
      accept_types: types,
      accept_presentation_document_targets: ['iframe', 'window'],
      accept_media_types: 'application/vnd.ims.lti.v1.ltilink',
      accept_multiple: MULTIPLE.includes(placement),
      auto_create: AUTO_CREATE.includes(placement),
    },
  };
}

function resourceLink(world: World, ticket: Ticket): Record<string, unknown> {
  const { link, course } = ticket;
  // A launch that is no assignment's has the course as its resource link (canvas.md 2.4).
  const courseLevel =
    link === null ||
    ticket.placement !== null ||
    (world.faults.now.speedGraderCourseLink && ticket.forUser !== null);
  return courseLevel
    ? { id: accountOrCourseId(ticket), title: course.title }
    : { id: link.resourceLinkId, title: link.title, description: link.description };
}

function accountOrCourseId(ticket: Ticket): string {
  return ticket.place === 'course'
    ? ticket.course.contextId
    : opaqueId({ ...ticket.person, key: 'account' });
}

function services(world: World, ticket: Ticket): Record<string, unknown> {
  if (ticket.place !== 'course') return {};
  const base = baseOf(world, 'canvas');
  const courseUrl = `${base}/api/lti/courses/${ticket.course.id}`;
  const scope = gradeScopes(world, ticket);
  const item = findItem(faceOf(world, 'canvas'), ticket.link?.lineItemId ?? null);
  const named =
    item !== null && ticket.placement === null && item.clientId === ticket.registration.clientId;
  const notices = ticket.registration.scopes.includes(SCOPE.notices);
  return {
    ...(scope.length > 0 && !world.faults.now.noGradeClaim
      ? {
          [AGS_CLAIM]: {
            scope,
            lineitems: `${courseUrl}/line_items`,
            ...(named && ticket.message !== 'deeplink'
              ? { lineitem: `${courseUrl}/line_items/${item.id}` }
              : {}),
          },
        }
      : {}),
    ...(hasRoster(world, ticket)
      ? {
          [NRPS_CLAIM]: {
            context_memberships_url: `${courseUrl}/names_and_roles`,
            service_versions: ['2.0'],
          },
        }
      : {}),
    ...(notices
      ? {
          [NOTICE_CLAIM]: {
            service_versions: ['1.0'],
            platform_notification_service_url: `${base}/api/lti/notice-handlers/${encodeURIComponent(ticket.deploymentId)}`,
            scope: [SCOPE.notices],
            notice_types_supported: ['LtiHelloWorldNotice', 'LtiContextCopyNotice'],
          },
        }
      : {}),
  };
}

function contextClaim(ticket: Ticket): Record<string, unknown> {
  if (ticket.place !== 'course') {
    return { id: accountOrCourseId(ticket), title: 'Practice District', type: ['Account'] };
  }
  const { course } = ticket;
  return {
    id: course.contextId,
    label: course.label,
    title: course.title,
    type: [COURSE_OFFERING],
  };
}

/**
 * The claims of a Canvas launch (canvas.md 2.4).
 *
 * @param world - The practice LMS and its switches.
 * @param ticket - The launch.
 * @returns Everything but iss, aud, iat, exp and nonce.
 */
export function canvasClaims(world: World, ticket: Ticket): Record<string, unknown> {
  const { person, course, link, registration } = ticket;
  const { now: faults } = world.faults;
  const anonymous = faults.anonymousVisitor;
  const legacyId = anonymous ? '' : opaqueId(person);
  const names = faults.privacy === 'public' || faults.privacy === 'name_only';
  const scopeOfMentor =
    person.role === 'mentor' && faults.privacy === 'public' && !faults.mentorWithoutScope;
  // The bug of 2025: choosing a tool again while editing comes as a plain launch (canvas.md 4.3).
  const asResource = ticket.message === 'deeplink' && faults.editLaunchAsResource;
  const message = asResource ? 'resource' : ticket.message;
  return {
    ...(anonymous ? {} : { sub: subjectIn(world, 'canvas', course, person) }),
    ...(anonymous ? {} : nameClaims(world, person, true)),
    locale: 'en',
    ...coreClaims({ ...ticket, message }),
    [`${CLAIM}roles`]: roles(world, ticket),
    [`${CLAIM}context`]: contextClaim(ticket),
    ...(message === 'deeplink'
      ? deepLinkClaims(world, ticket)
      : { [`${CLAIM}resource_link`]: resourceLink(world, ticket) }),
    [`${CLAIM}tool_platform`]: {
      guid: 'pRaCt1ceSch00lpRaCt1ceSch00lpRaCt1ceSc40:canvas-lms',
      name: 'Practice School',
      version: 'cloud',
      product_family_code: 'canvas',
    },
    [`${CLAIM}launch_presentation`]: {
      document_target: 'iframe',
      return_url:
        message === 'deeplink'
          ? `${baseOf(world, 'canvas')}/deep_linking_cancel?include_host=true&placement=${ticket.placement ?? ''}`
          : `${world.publicUrl}/course?family=canvas&course=${ticket.course.id}`,
      locale: 'en',
      height: 900,
      width: 1200,
    },
    [`${CLAIM}custom`]: expandCanvas(world, ticket, {
      ...registration.custom,
      ...(ticket.placement === null ? link?.custom : {}),
    }),
    ...(names
      ? {
          [`${CLAIM}lis`]: {
            person_sourcedid: person.sisId ?? '$Person.sourcedId',
            course_offering_sourcedid: '$CourseSection.sourcedId',
          },
        }
      : {}),
    [`${CLAIM}lti11_legacy_user_id`]: legacyId,
    [`${CLAIM}lti1p1`]: {
      user_id: legacyId,
      ...(link === null ? {} : { resource_link_id: opaqueId({ ...person, key: link.id }) }),
    },
    ...services(world, ticket),
    ...(scopeOfMentor
      ? {
          [`${CLAIM}role_scope_mentor`]: person.children.map((key) =>
            subjectIn(world, 'canvas', course, world.people.get(key)),
          ),
        }
      : {}),
    'https://www.instructure.com/placement': ticket.placement,
  };
}
