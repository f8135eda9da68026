import { columnsOf, coreClaims, gradeScopes, hasRoster, nameClaims } from '../claims.js';
import { AGS_CLAIM, CLAIM, COURSE_OFFERING, DEEP, NRPS_CLAIM, ROLE } from '../names.js';
import type { Person } from '../people.js';
import type { LineItem } from '../state.js';
import { subjectIn } from '../subject.js';
import { faceOf, findItem, findRegistration } from '../world.js';
import type { Ticket, World } from '../world.js';
import { baseOf, fill } from './family.js';

export const TOOL = '/lti-service/tool/:client/services';
export const SECTION = `${TOOL}/assignment-grade/v2p0/sections/:course`;

/** Course roles of a person, in launches and in rosters (schoology.md 4). */
export const ROLES: Readonly<Record<Person['role'], readonly string[]>> = {
  teacher: [ROLE.instructor],
  assistant: [ROLE.instructor, ROLE.assistant],
  student: [ROLE.learner],
  mentor: [ROLE.mentor],
  admin: [ROLE.administrator, ROLE.instructor],
  test: [ROLE.learner],
};

/**
 * An address of Schoology's services.
 *
 * @param world - The practice LMS.
 * @param path - Path with `:client`, `:course` and `:item`.
 * @param values - What stands for them, but for the client.
 * @returns The address.
 */
export function urlOf(world: World, path: string, values: Record<string, string>): string {
  const client = findRegistration(faceOf(world, 'schoology'), null)?.clientId ?? '';
  return baseOf(world, 'schoology') + fill(path, { client, ...values });
}

/**
 * Address of a column.
 *
 * @param world - The practice LMS.
 * @param item - The column.
 * @returns The line item's id.
 */
export function itemUrl(world: World, item: LineItem): string {
  return urlOf(world, `${SECTION}/lineitems/:item`, { course: item.courseId, item: item.id });
}

function variables(world: World, ticket: Ticket): Record<string, string> {
  const { link, course, person } = ticket;
  const item = findItem(faceOf(world, 'schoology'), link?.lineItemId ?? null);
  const due = link?.dueAt ?? null;
  return {
    '$User.id': subjectIn(world, 'schoology', course, person),
    '$com.schoology.User.uniqueId': person.sisId ?? '',
    '$com.schoology.User.timezone': 'America/Denver',
    '$CourseSection.title': course.title,
    '$com.schoology.CourseSection.id': course.id,
    '$Context.id.history': course.origin.slice(0, 5).join(','),
    ...(link === null
      ? {}
      : {
          '$com.schoology.Assignment.id': link.resourceLinkId,
          '$ResourceLink.title': link.title,
          '$ResourceLink.id.history': link.origin.slice(0, 5).join(','),
        }),
    ...(due === null
      ? {}
      : {
          '$com.schoology.Assignment.dueDate': String(Date.parse(due) / 1000),
          '$com.schoology.Assignment.dueDateIso': due,
        }),
    ...(item === null
      ? {}
      : { '$com.schoology.Assignment.scoreMaximum': String(item.scoreMaximum) }),
  };
}

/** App-level parameters are not sent on deep-linked links; keys lose their case (schoology.md 2, 3). */
function custom(world: World, ticket: Ticket): Record<string, string> {
  const { link, registration } = ticket;
  const known = world.faults.now.literalCustom ? {} : variables(world, ticket);
  const fields =
    link?.deepLinked === true ? link.custom : { ...registration.custom, ...link?.custom };
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name.toLowerCase(), known[value] ?? value]),
  );
}

function services(world: World, ticket: Ticket): Record<string, unknown> {
  const { course } = ticket;
  const { now: faults } = world.faults;
  const scope = gradeScopes(world, ticket);
  const column = columnsOf(world, ticket)[0];
  return {
    ...(scope.length > 0 && !faults.noGradeClaim
      ? {
          [AGS_CLAIM]: {
            scope,
            lineitems: urlOf(world, `${SECTION}/lineitems`, { course: course.id }),
            ...(column === undefined || ticket.message === 'deeplink'
              ? {}
              : { lineitem: itemUrl(world, column) }),
          },
        }
      : {}),
    ...(hasRoster(world, ticket)
      ? {
          [NRPS_CLAIM]: {
            context_memberships_url: urlOf(world, `${TOOL}/names-roles/v2p0/membership/:course`, {
              course: course.id,
            }),
            service_versions: ['2.0'],
          },
        }
      : {}),
  };
}

function deepLinkClaims(world: World, ticket: Ticket): Record<string, unknown> {
  return {
    [`${DEEP}deep_linking_settings`]: {
      deep_link_return_url: `${baseOf(world, 'schoology')}/lti-service/deep-link-return?section=${ticket.course.id}`,
      accept_types: ['link', 'ltiResourceLink'],
      accept_presentation_document_targets: ['iframe', 'window'],
      accept_multiple: true,
      accept_lineitem: true,
      auto_create: true,
      data: ticket.id,
    },
  };
}

/**
 * The claims of a Schoology launch (schoology.md 3 and 4).
 *
 * @param world - The practice LMS and its switches.
 * @param ticket - The launch.
 * @returns Everything but iss, aud, iat, exp and nonce.
 */
export function schoologyClaims(world: World, ticket: Ticket): Record<string, unknown> {
  const { person, course, link, message } = ticket;
  const { now: faults } = world.faults;
  const area = ticket.place === 'nowhere';
  return {
    sub: subjectIn(world, 'schoology', course, person),
    ...(area ? {} : nameClaims(world, person, false)),
    ...coreClaims(ticket),
    [`${CLAIM}roles`]: [...ROLES[person.role]],
    // A launch from the left rail has neither context nor resource link (schoology.md 3).
    ...(area || faults.contextOmitted
      ? {}
      : {
          [`${CLAIM}context`]: {
            id: course.contextId,
            label: '',
            ...(faults.titleOmitted ? {} : { title: course.title }),
            type: [COURSE_OFFERING],
          },
        }),
    ...(message === 'deeplink' || link === null || area
      ? {}
      : { [`${CLAIM}resource_link`]: { id: link.resourceLinkId, title: link.title } }),
    ...(message === 'deeplink' ? deepLinkClaims(world, ticket) : {}),
    [`${CLAIM}tool_platform`]: {
      guid: 'schoology-practice',
      name: 'Schoology',
      product_family_code: 'schoology',
    },
    [`${CLAIM}launch_presentation`]: {
      document_target: ticket.newWindow ? 'window' : 'iframe',
      return_url: `${world.publicUrl}/course?family=schoology&course=${course.id}`,
      locale: 'en',
    },
    [`${CLAIM}custom`]: custom(world, ticket),
    ...(area ? {} : services(world, ticket)),
  };
}
