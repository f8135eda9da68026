import { columnsOf, coreClaims, gradeScopes, hasRoster, nameClaims } from '../claims.js';
import { numberIn, scaleScore, writeCell } from '../grades.js';
import { AGS_CLAIM, CLAIM, COURSE_OFFERING, DEEP, MEDIA, NRPS_CLAIM, ROLE } from '../names.js';
import type { Person } from '../people.js';
import { asText } from '../read.js';
import type { LineItem } from '../state.js';
import { subjectIn } from '../subject.js';
import { faceOf, findItem, findLink, findRegistration } from '../world.js';
import type { Ticket, World } from '../world.js';
import { baseOf, fill } from './family.js';
import type { Family, ScoreInput, ScoreOutcome, ServiceRules } from './family.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const TOOL = '/lti-service/tool/:client/services';
const SECTION = `${TOOL}/assignment-grade/v2p0/sections/:course`;

const ROLES: Readonly<Record<Person['role'], readonly string[]>> = {
  teacher: [ROLE.instructor],
  assistant: [ROLE.instructor, ROLE.assistant],
  student: [ROLE.learner],
  mentor: [ROLE.mentor],
  admin: [ROLE.administrator, ROLE.instructor],
  test: [ROLE.learner],
};

function urlOf(world: World, path: string, values: Record<string, string>): string {
  const client = findRegistration(faceOf(world, 'schoology'), null)?.clientId ?? '';
  return baseOf(world, 'schoology') + fill(path, { client, ...values });
}

function itemUrl(world: World, item: LineItem): string {
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

function claims(world: World, ticket: Ticket): Record<string, unknown> {
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
      return_url: `${world.publicUrl}/course?family=schoology`,
      locale: 'en',
    },
    [`${CLAIM}custom`]: custom(world, ticket),
    ...(area ? {} : services(world, ticket)),
  };
}

const no = (status: number, message: string): ScoreOutcome => ({
  ok: false,
  refusal: { status, message },
});

/** Only a number, a blank and a comment reach the gradebook; a score wipes the Missing flag (schoology.md 6). */
function score(input: ScoreInput): ScoreOutcome {
  const { body, person, grade, item, now } = input;
  for (const name of ['userId', 'timestamp', 'activityProgress', 'gradingProgress']) {
    if (asText(body[name]) === null) return no(400, `"${name}" is required`);
  }
  if ('comment' in body && typeof body['comment'] !== 'string') {
    return no(400, '"comment" must be a string');
  }
  const given = numberIn(body['scoreGiven']);
  const maximum = numberIn(body['scoreMaximum']);
  if (Number.isNaN(given) || Number.isNaN(maximum)) return no(400, '"scoreGiven" must be a number');
  if (given !== null && maximum === null) return no(400, '"scoreMaximum" is required');
  if (person?.role !== 'student' || grade === null) return no(404, 'User not found in section');
  const stamp = asText(body['timestamp']) ?? '';
  if (Number.isNaN(Date.parse(stamp))) return no(400, '"timestamp" must be a valid ISO 8601 date');
  if (grade.timestamp !== null && Date.parse(stamp) < Date.parse(grade.timestamp)) {
    return { ok: true, status: 201, body: null };
  }
  grade.timestamp = stamp;
  grade.gradingProgress = asText(body['gradingProgress']);
  grade.activityProgress = asText(body['activityProgress']);
  grade.byTool = true;
  const wiped = grade.missing ? '; the Missing flag is gone' : '';
  grade.missing = false;
  const points = given === null ? null : scaleScore(given, maximum ?? 0, item.scoreMaximum);
  const note = (points === null ? 'blank' : 'graded') + wiped;
  writeCell(
    grade,
    { by: 'tool', score: points, comment: asText(body['comment']) ?? '', note },
    now,
  );
  grade.overridden = false;
  return { ok: true, status: 201, body: null };
}

function lineItem(world: World, item: LineItem): Record<string, unknown> {
  const link = item.linkId === null ? null : findLink(faceOf(world, 'schoology'), item.linkId);
  return {
    id: itemUrl(world, item),
    label: item.label,
    scoreMaximum: item.scoreMaximum,
    ...(item.resourceId === null ? {} : { resourceId: item.resourceId }),
    ...(item.tag === null ? {} : { tag: item.tag }),
    ...(link === null ? {} : { resourceLinkId: link.resourceLinkId }),
  };
}

const ACCEPT = {
  list: MEDIA.lineItems,
  item: MEDIA.lineItem,
  results: MEDIA.results,
  members: MEDIA.members,
} as const;

const serviceRules: ServiceRules = {
  refuse: ({ status, message }) => ({
    status,
    type: JSON_TYPE,
    body: JSON.stringify({ statusCode: status, message }),
  }),
  accepts: (kind, accept) => accept === ACCEPT[kind],
  takes: (kind, contentType) => contentType === (kind === 'score' ? MEDIA.score : MEDIA.lineItem),
  tokenType: JSON_TYPE,
  tokenError: (error, description) => ({
    status: error === 'invalid_client' ? 401 : 400,
    type: JSON_TYPE,
    body: JSON.stringify({ error, error_description: description }),
  }),
  scopesAllOrNothing: true,
  assertion(assertion, { clientId, tokenUrl, now }) {
    const audience = Array.isArray(assertion['aud']) ? assertion['aud'] : [assertion['aud']];
    if (assertion['iss'] !== clientId || assertion['sub'] !== clientId) return 'iss or sub';
    if (!audience.includes(tokenUrl)) return 'aud';
    if (Number(assertion['exp']) <= now) return 'exp';
    return assertion['jti'] === undefined ? 'jti is required' : null;
  },
  keysCached: false,
  page: (_kind, limit) => ({
    size: Math.min(limit ?? 100, 100),
    link: (nextUrl) => `<${nextUrl}>; rel="next"`,
  }),
  lineItem,
  beforeCreate: (_world, _face, body) =>
    'id' in body ? { status: 400, message: '"id" is not allowed' } : null,
  extraOnLink: false,
  update: () => null,
  remove: () => null,
  columnGone: { status: 404, message: 'Line item not found' },
  score,
  result(world, item, person, grade) {
    const course = faceOf(world, 'schoology').courses.find((c) => c.id === item.courseId);
    if (course === undefined || (grade.score === null && grade.comment === '')) return null;
    return {
      id: `${itemUrl(world, item)}/results/${person.number}`,
      scoreOf: itemUrl(world, item),
      userId: subjectIn(world, 'schoology', course, person),
      ...(grade.score === null
        ? {}
        : { resultScore: grade.score, resultMaximum: item.scoreMaximum }),
      ...(grade.comment === '' ? {} : { comment: grade.comment }),
    };
  },
  lists: (_world, person) => !['admin', 'test'].includes(person.role),
  member: (world, course, person) => ({
    status: world.people.isEnrolled(person) ? 'Active' : 'Inactive',
    ...nameClaims(world, person, false),
    user_id: subjectIn(world, 'schoology', course, person),
    roles: [...ROLES[person.role]],
  }),
  hasRole: (_world, _course, person, role) => ROLES[person.role].includes(role),
  closed: () => ({ status: 403, message: 'The section is archived' }),
};

/** The Schoology face. */
export const schoology: Family = {
  name: 'schoology',
  label: 'Schoology',
  loginMethod: 'GET',
  paths: {
    authorize: '/lti-service/authorize-redirect',
    token: '/lti-service/access-token',
    jwks: '/lti-service/.well-known/jwks',
    configuration: null,
    registration: null,
    lineItems: `${SECTION}/lineitems`,
    lineItem: `${SECTION}/lineitems/:item`,
    scores: `${SECTION}/lineitems/:item/scores`,
    results: `${SECTION}/lineitems/:item/results`,
    roster: `${TOOL}/names-roles/v2p0/membership/:course`,
    deepLinkReturn: '/lti-service/deep-link-return',
  },
  idTokenSeconds: 600,
  storageTarget: '_parent',
  placements: [
    {
      id: 'course_materials',
      label: 'Add materials: Trellis',
      message: 'deeplink',
      place: 'course',
      staffOnly: true,
    },
    {
      id: 'left_rail',
      label: 'Trellis in the left rail',
      message: 'resource',
      place: 'nowhere',
      staffOnly: false,
    },
  ],
  cannotLaunch: (person) =>
    person.role === 'test' ? 'Schoology has no test student that opens tools.' : null,
  loginHint: (person) => `hint-${person.number}`,
  messageHint: (ticketId) => `lti-message-hint-${ticketId}`,
  loginFields: ({ deploymentId }) => ({ lti_deployment_id: deploymentId }),
  authorize(query) {
    const fixed = { scope: 'openid', response_type: 'id_token', response_mode: 'form_post' };
    for (const [name, value] of Object.entries(fixed)) {
      if (query[name] !== value) {
        return { tell: 'tool', error: 'invalid_request', description: `${name} must be ${value}` };
      }
    }
    return (query['nonce'] ?? '') === ''
      ? { tell: 'tool', error: 'invalid_request', description: 'nonce is required' }
      : null;
  },
  claims,
  // An array of one and no azp (schoology.md 4).
  audience: (clientId) => ({ aud: [clientId] }),
  lineItemsUrl: (world, courseId) => urlOf(world, `${SECTION}/lineitems`, { course: courseId }),
  lineItemUrl: itemUrl,
  services: serviceRules,
};
