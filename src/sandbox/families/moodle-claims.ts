import { columnsOf, coreClaims, gradeScopes, hasRoster, nameClaims } from '../claims.js';
import { AGS_CLAIM, CLAIM, DEEP, NRPS_CLAIM, ROLE, SCOPE } from '../names.js';
import { groupOf } from '../people.js';
import type { Person } from '../people.js';
import { subjectIn } from '../subject.js';
import { faceOf } from '../world.js';
import type { Ticket, World } from '../world.js';
import { baseOf } from './family.js';

const TYPE_ID = '7';

/**
 * Base address of Moodle's services.
 *
 * @param world - The practice LMS.
 * @returns The address of services.php.
 */
export function servicesOf(world: World): string {
  return `${baseOf(world, 'moodle')}/mod/lti/services.php`;
}

/** Whose launch it really is: a teacher who switched to the student role keeps their own id. */
function actor(world: World, person: Person): Person {
  return person.role === 'test' ? world.people.get('teacher-1') : person;
}

function roles(person: Person): string[] {
  if (person.role === 'student' || person.role === 'test') return [ROLE.learner];
  if (person.role === 'admin') {
    return [ROLE.institutionAdministrator, ROLE.instructor, ROLE.systemAdministrator];
  }
  return [ROLE.instructor];
}

function plainText(htmlText: string): string {
  return htmlText
    .replace(/<li>/g, '* ')
    .replace(/<\/(p|li)>/g, '\r\n')
    .replace(/<[^>]+>/g, '')
    .trim();
}

function variables(world: World, ticket: Ticket): Record<string, string | null> {
  const { course, link, person } = ticket;
  const named = ['public', 'name_only'].includes(world.faults.now.privacy);
  const mailed = ['public', 'email_only'].includes(world.faults.now.privacy);
  return {
    '$Context.id': course.contextId,
    '$Context.title': course.title,
    '$Context.label': course.label,
    '$Context.id.history': course.origin.join(','),
    '$ResourceLink.id': link?.resourceLinkId ?? null,
    '$ResourceLink.title': link?.title ?? null,
    '$ResourceLink.description': link === null ? null : plainText(link.description),
    '$User.id': subjectIn(world, 'moodle', course, person),
    '$User.username': person.email.split('@')[0] ?? '',
    '$Person.name.full': named ? person.name : null,
    '$Person.email.primary': mailed ? person.email : null,
    '$Person.sourcedId': person.sisId ?? '',
    '$Moodle.Person.userGroupIds': groupOf(person) ?? '',
    '$LineItems.url': `${servicesOf(world)}/${course.id}/lineitems?type_id=${TYPE_ID}`,
  };
}

/** Tool-level values win over the activity's; keys with capitals arrive a second time in lower case. */
function custom(world: World, ticket: Ticket): Record<string, string | null> {
  const known = world.faults.now.literalCustom ? {} : variables(world, ticket);
  const out: Record<string, string | null> = {};
  const fields = { ...ticket.link?.custom, ...ticket.registration.custom };
  for (const [name, template] of Object.entries(fields)) {
    const value = template in known ? (known[template] ?? null) : template;
    out[name] = value;
    out[name.toLowerCase().replace(/[^a-z0-9]/g, '_')] = value;
  }
  return out;
}

function services(world: World, ticket: Ticket): Record<string, unknown> {
  const { course, message } = ticket;
  const { now: faults } = world.faults;
  const levels: readonly (readonly string[])[] = [
    [],
    [SCOPE.lineItemReadonly, SCOPE.result, SCOPE.score],
    [SCOPE.lineItem, SCOPE.lineItemReadonly, SCOPE.result, SCOPE.score],
  ];
  const level = levels[faults.moodleAgs] ?? [];
  const scope = gradeScopes(world, ticket)
    .filter((name) => level.includes(name))
    .sort();
  const columns = columnsOf(world, ticket);
  const only = columns.length === 1 ? columns[0] : undefined;
  const url =
    only === undefined
      ? undefined
      : only.coupled && !faults.emptyLineItem
        ? `${servicesOf(world)}/${course.id}/lineitems/${only.id}/lineitem?type_id=${TYPE_ID}`
        : '';
  // Before a course holds an activity of the tool, a first deep link has no roster (moodle.md 6).
  const known = faceOf(world, 'moodle').links.some(
    (link) => link.courseId === course.id && link.kind !== 'native',
  );
  return {
    ...(scope.length > 0 && !faults.noGradeClaim
      ? {
          [AGS_CLAIM]: {
            scope,
            lineitems: `${servicesOf(world)}/${course.id}/lineitems?type_id=${TYPE_ID}`,
            ...(url !== undefined && message !== 'deeplink' ? { lineitem: url } : {}),
          },
        }
      : {}),
    ...(hasRoster(world, ticket) && known
      ? {
          [NRPS_CLAIM]: {
            context_memberships_url: `${servicesOf(world)}/CourseSection/${course.id}/bindings/${TYPE_ID}/memberships`,
            service_versions: ['1.0', '2.0'],
          },
        }
      : {}),
  };
}

/**
 * The claims of a Moodle launch (moodle.md 3).
 *
 * @param world - The practice LMS and its switches.
 * @param ticket - The launch.
 * @returns Everything but iss, aud, iat, exp and nonce.
 */
export function moodleClaims(world: World, ticket: Ticket): Record<string, unknown> {
  const { course, link, message, forUser } = ticket;
  const person = actor(world, ticket.person);
  const returnUrl = `${baseOf(world, 'moodle')}/mod/lti/return.php?course=${course.id}&launch_container=3&sesskey=practice`;
  const deepLink = {
    [`${DEEP}deep_linking_settings`]: {
      accept_types: ['ltiResourceLink'],
      accept_presentation_document_targets: ['frame', 'iframe', 'window'],
      accept_copy_advice: false,
      accept_multiple: true,
      accept_unsigned: false,
      auto_create: false,
      can_confirm: false,
      deep_link_return_url: `${baseOf(world, 'moodle')}/mod/lti/contentitem_return.php?course=${course.id}&id=${ticket.id}&sesskey=practice`,
      title: '',
      text: '',
    },
  };
  return {
    sub: subjectIn(world, 'moodle', course, person),
    ...nameClaims(world, person, false),
    ...coreClaims(ticket),
    [`${CLAIM}roles`]: roles(ticket.person),
    [`${CLAIM}context`]: {
      id: course.contextId,
      label: course.label,
      title: course.title,
      type: ['CourseSection'],
    },
    ...(message === 'deeplink' || link === null
      ? {}
      : {
          [`${CLAIM}resource_link`]: {
            id: link.resourceLinkId,
            title: link.title,
            description: plainText(link.description),
          },
        }),
    ...(message === 'deeplink' ? deepLink : {}),
    ...(message === 'review' && forUser !== null
      ? { [`${CLAIM}for_user`]: { user_id: subjectIn(world, 'moodle', course, forUser) } }
      : {}),
    [`${CLAIM}lis`]: { person_sourcedid: person.sisId ?? '', course_section_sourcedid: '' },
    [`${CLAIM}ext`]: { lms: 'moodle-2' },
    [`${CLAIM}tool_platform`]: {
      product_family_code: 'moodle',
      version: '2024100706',
      guid: '4f8a2d3c5b6e7f80912a3b4c5d6e7f80',
      name: 'Practice',
      description: 'Practice School Moodle',
    },
    [`${CLAIM}launch_presentation`]: {
      locale: 'en',
      document_target: ticket.newWindow ? 'window' : 'iframe',
      ...(message === 'deeplink' ? {} : { return_url: returnUrl }),
    },
    [`${CLAIM}custom`]: custom(world, ticket),
    ...services(world, ticket),
  };
}
