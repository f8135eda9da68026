import { groupOf, GROUP_IDS, opaqueId, sectionOf } from '../people.js';
import { subjectIn } from '../subject.js';
import { findItem, faceOf } from '../world.js';
import type { Ticket, World } from '../world.js';
import { baseOf } from './family.js';

type Value = string | number | boolean | null | undefined;

/** What is sent of a teacher's description; longer ones are cut (canvas.md 1.5). */
const DESCRIPTION_LIMIT = 1000;

function assignmentValues(world: World, ticket: Ticket): Record<string, Value> {
  const { link } = ticket;
  if (link === null || link.kind === 'material') return {};
  const item = findItem(faceOf(world, 'canvas'), link.lineItemId);
  return {
    'Canvas.assignment.id': `${ticket.course.id}${link.id.replace(/\D/g, '')}`,
    'Canvas.assignment.title': link.title,
    'Canvas.assignment.description': link.description.slice(0, DESCRIPTION_LIMIT),
    'Canvas.assignment.pointsPossible': item?.scoreMaximum,
    'Canvas.assignment.published': link.published && !world.faults.now.unpublished,
    'Canvas.assignment.dueAt.iso8601': link.dueAt ?? undefined,
    'Canvas.assignment.unlockAt.iso8601': link.unlockAt ?? undefined,
    'Canvas.assignment.lockAt.iso8601': link.lockAt ?? undefined,
    'Canvas.assignment.allDueAts.iso8601': link.dueAt ?? '',
    'Canvas.assignment.allowedAttempts': -1,
    'com.instructure.Assignment.lti.id': link.resourceLinkId,
    'com.instructure.Assignment.description': link.description,
    'ResourceLink.id': link.resourceLinkId,
    'ResourceLink.title': link.title,
    'ResourceLink.description': link.description,
    'ResourceLink.available.startDateTime': link.unlockAt ?? undefined,
    'ResourceLink.available.endDateTime': link.lockAt ?? undefined,
    'ResourceLink.submission.endDateTime': link.dueAt ?? undefined,
    'LineItem.resultValue.max': item?.scoreMaximum,
  };
}

function values(world: World, ticket: Ticket): Record<string, Value> {
  const { person, course } = ticket;
  const inCourse = ticket.place === 'course';
  const membership: Record<string, string> = {
    teacher: 'TeacherEnrollment',
    assistant: 'TaEnrollment',
    student: 'StudentEnrollment',
    test: 'StudentEnrollment',
    mentor: 'ObserverEnrollment',
    admin: 'Account Admin',
  };
  const children = person.children.map((key) => world.people.get(key));
  const { actedBy } = ticket;
  return {
    ...assignmentValues(world, ticket),
    'Canvas.masqueradingUser.id': actedBy?.number,
    'Canvas.masqueradingUser.userId': actedBy === null ? undefined : opaqueId(actedBy),
    ...(inCourse
      ? {
          'Canvas.course.id': course.id,
          'Canvas.course.name': course.title,
          'Canvas.course.workflowState': 'available',
          'Canvas.course.sectionIds': person.role === 'teacher' ? '901,902' : sectionOf(person).id,
          'Canvas.course.previousContextIds': course.origin.join(','),
          'Context.id': course.contextId,
          'Context.title': course.title,
          'Context.id.history': course.origin.join(','),
          'com.instructure.Course.groupIds': GROUP_IDS.join(','),
          'com.instructure.User.sectionNames': JSON.stringify([sectionOf(person).name]),
          'Canvas.group.contextIds': groupOf(person) ?? '',
        }
      : {}),
    'Canvas.user.id': person.number,
    'Canvas.user.globalId': `10000000000${person.number}`,
    'Canvas.user.loginId': person.email,
    'Canvas.user.sisSourceId': person.sisId ?? undefined,
    'User.id': subjectIn(world, 'canvas', course, person),
    'Person.sourcedId': person.sisId ?? undefined,
    'Person.name.full': person.name,
    'Person.name.given': person.given,
    'Person.name.family': person.family,
    'Person.email.primary': person.email,
    'Person.address.timezone': 'America/Denver',
    'com.instructure.User.student_view': person.role === 'test',
    'com.instructure.User.observees': JSON.stringify(
      children.map((child) => subjectIn(world, 'canvas', course, child)),
    ),
    'Canvas.membership.roles': membership[person.role] ?? '',
    'Canvas.enrollment.enrollmentState': world.people.isEnrolled(person) ? 'active' : '',
    'Canvas.api.baseUrl': baseOf(world, 'canvas'),
    'Canvas.api.domain': new URL(world.publicUrl).host,
    'Canvas.account.id': 1,
    'vnd.Canvas.root_account.uuid': opaqueId(person),
  };
}

/** The variables that are expanded here, as Canvas lists them in its OpenID configuration. */
export const CANVAS_VARIABLES: readonly string[] = [
  'Canvas.assignment.id',
  'Canvas.assignment.title',
  'Canvas.assignment.description',
  'Canvas.assignment.pointsPossible',
  'Canvas.assignment.published',
  'Canvas.assignment.dueAt.iso8601',
  'Canvas.assignment.unlockAt.iso8601',
  'Canvas.assignment.lockAt.iso8601',
  'Canvas.assignment.allDueAts.iso8601',
  'Canvas.assignment.allowedAttempts',
  'com.instructure.Assignment.lti.id',
  'com.instructure.Assignment.description',
  'ResourceLink.id',
  'ResourceLink.title',
  'ResourceLink.description',
  'ResourceLink.available.startDateTime',
  'ResourceLink.available.endDateTime',
  'ResourceLink.submission.endDateTime',
  'LineItem.resultValue.max',
  'Canvas.masqueradingUser.id',
  'Canvas.masqueradingUser.userId',
  'Canvas.course.id',
  'Canvas.course.name',
  'Canvas.course.workflowState',
  'Canvas.course.sectionIds',
  'Canvas.course.previousContextIds',
  'Context.id',
  'Context.title',
  'Context.id.history',
  'com.instructure.Course.groupIds',
  'com.instructure.User.sectionNames',
  'Canvas.group.contextIds',
  'Canvas.user.id',
  'Canvas.user.globalId',
  'Canvas.user.loginId',
  'Canvas.user.sisSourceId',
  'User.id',
  'Person.sourcedId',
  'Person.name.full',
  'Person.name.given',
  'Person.name.family',
  'Person.email.primary',
  'Person.address.timezone',
  'com.instructure.User.student_view',
  'com.instructure.User.observees',
  'Canvas.membership.roles',
  'Canvas.enrollment.enrollmentState',
  'Canvas.api.baseUrl',
  'Canvas.api.domain',
  'Canvas.account.id',
  'vnd.Canvas.root_account.uuid',
];

/**
 * Expands Canvas's custom variables; what has no value here stays the literal text (canvas.md 1.5).
 *
 * @param world - The practice LMS and its switches.
 * @param ticket - The launch.
 * @param fields - Custom field names and templates.
 * @returns Names and values; numbers become text, booleans and null stay as they are.
 */
export function expandCanvas(
  world: World,
  ticket: Ticket,
  fields: Readonly<Record<string, string>>,
): Record<string, string | boolean | null> {
  const known = world.faults.now.literalCustom ? {} : values(world, ticket);
  const out: Record<string, string | boolean | null> = {};
  for (const [name, template] of Object.entries(fields)) {
    const whole = /^\$([A-Za-z][\w.]*)$/.exec(template)?.[1];
    if (whole !== undefined) {
      const value = known[whole];
      out[name] =
        value === undefined ? template : typeof value === 'number' ? String(value) : value;
    } else {
      out[name] = template.replace(/\$\{([\w.]+)\}/g, (all, key: string) => {
        const value = known[key];
        return value === undefined || value === null ? all : String(value);
      });
    }
  }
  return out;
}
