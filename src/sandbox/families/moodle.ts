import { nameClaims } from '../claims.js';
import type { Person } from '../people.js';
import { asObject, asText } from '../read.js';
import type { LineItem } from '../state.js';
import { subjectIn } from '../subject.js';
import { faceOf, findLink } from '../world.js';
import type { World } from '../world.js';
import { moodleClaims, servicesOf } from './moodle-claims.js';
import { moodleScore } from './moodle-scores.js';
import type { Answer, Family, RequestFacts, ServiceRules } from './family.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const SERVICES = '/mod/lti/services.php';
const TYPE_ID = '7';

/** “next” in the bytes of UTF-8, as a header can carry them. */
const CURLY = Buffer.from('\u201cnext\u201d', 'utf8').toString('latin1');

/** Errors are JSON, but for scores the body is `[]` and the reason stands in the status line only. */
function errorAnswer(status: number, message: string, facts: RequestFacts): Answer {
  const { method, url, accept, contentType, isScore } = facts;
  const body = isScore
    ? '[]'
    : JSON.stringify({ status, reason: message, request: { method, url, accept, contentType } });
  return { status, type: JSON_TYPE, body, reason: message.replace(/[^\x20-\x7e]/g, '?') };
}

function itemUrl(world: World, item: LineItem): string {
  return `${servicesOf(world)}/${item.courseId}/lineitems/${item.id}/lineitem?type_id=${TYPE_ID}`;
}

function lineItem(world: World, item: LineItem): Record<string, unknown> {
  const link = item.linkId === null ? null : findLink(faceOf(world, 'moodle'), item.linkId);
  return {
    id: itemUrl(world, item),
    label: item.label,
    scoreMaximum: item.scoreMaximum,
    resourceId: item.resourceId ?? '',
    tag: item.tag ?? '',
    ...(link === null
      ? {}
      : { resourceLinkId: link.resourceLinkId, ltiLinkId: link.resourceLinkId }),
    ...(item.submissionReview === null ? {} : { submissionReview: item.submissionReview }),
  };
}

/** A PUT replaces: what it leaves out is gone, even the tie to the activity (moodle.md 5.1). */
function update(world: World, item: LineItem, body: Record<string, unknown>) {
  if (asText(body['label']) === null || typeof body['scoreMaximum'] !== 'number') {
    return { status: 400, message: 'No label or scoreMaximum' };
  }
  const face = faceOf(world, 'moodle');
  const wanted = asText(body['resourceLinkId']);
  const link = wanted === null ? null : findLink(face, wanted);
  if (wanted !== null && link === null) return { status: 403, message: 'Unknown resourceLinkId' };
  const factor = body['scoreMaximum'] / item.scoreMaximum;
  for (const grade of Object.values(face.grades[item.id] ?? {})) {
    if (grade.score !== null) grade.score *= factor;
  }
  item.linkId = link?.id ?? null;
  item.resourceId = asText(body['resourceId']);
  item.tag = asText(body['tag']);
  item.submissionReview =
    body['submissionReview'] === undefined ? null : asObject(body['submissionReview']);
  return null;
}

/** Short roles; the non-editing teacher counts as a learner here (moodle.md 6). */
function rosterRole(person: Person): 'Instructor' | 'Learner' {
  return person.role === 'teacher' ? 'Instructor' : 'Learner';
}

const ACCEPT = {
  list: 'application/vnd.ims.lis.v2.lineitemcontainer+json',
  item: 'application/vnd.ims.lis.v2.lineitem+json',
  results: 'application/vnd.ims.lis.v2.resultcontainer+json',
  members: 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json',
} as const;

const services: ServiceRules = {
  refuse: ({ status, message }, facts) => errorAnswer(status, message, facts),
  accepts(kind, accept) {
    if (accept === undefined || accept === '' || accept === ACCEPT[kind]) return true;
    return kind !== 'list' && accept.includes('*/*');
  },
  takes: (kind, contentType) =>
    contentType === (kind === 'score' ? 'application/vnd.ims.lis.v1.score+json' : ACCEPT.item),
  tokenType: 'text/html; charset=utf-8',
  // The text is not escaped, so a message with quotes makes invalid JSON (moodle.md 4).
  tokenError(error, description) {
    const text = error === 'invalid_request' && description !== '' ? description : error;
    return { status: 400, type: 'text/html; charset=utf-8', body: `{"error" : "${text}"}` };
  },
  scopesAllOrNothing: false,
  assertion(claims, { now }) {
    const { exp, nbf, iat } = claims;
    if (typeof exp === 'number' && exp <= now) return 'Expired token';
    if (typeof nbf === 'number') {
      return nbf > now ? 'Cannot handle token with nbf prior to now' : null;
    }
    return typeof iat === 'number' && Math.floor(iat) > now
      ? `Cannot handle token with iat prior to ${new Date(iat * 1000).toISOString()}`
      : null;
  },
  keysCached: true,
  // Typographic quotes and escaped ampersands: no standard parser finds the next page (moodle.md 5.1).
  page: (kind, limit) =>
    limit === null
      ? null
      : {
          size: limit,
          link: (nextUrl) =>
            kind === 'members'
              ? `<${nextUrl}>; rel="next"`
              : `<${nextUrl.replaceAll('&', '&amp;')}>; rel=${CURLY}`,
        },
  lineItem,
  beforeCreate(world, _face, body) {
    if (world.faults.now.moodleAgs !== 2) return { status: 401, message: 'Incorrect scope' };
    // A database error inside Moodle has no status; web servers make a 502 or 500 of it.
    return (asText(body['label']) ?? '').length > 255
      ? { status: 502, message: 'Bad Gateway' }
      : null;
  },
  extraOnLink: false,
  update,
  remove: () => null,
  columnGone: { status: 404, message: 'Line item not found' },
  score: moodleScore,
  result(world, item, person, grade) {
    const course = faceOf(world, 'moodle').courses.find((c) => c.id === item.courseId);
    if (course === undefined || (grade.score === null && grade.comment === '')) return null;
    const userId = subjectIn(world, 'moodle', course, person);
    const id = itemUrl(world, item).replace('/lineitem?', '/results?') + `&user_id=${userId}`;
    if (grade.score === null) return { id, userId };
    return {
      id,
      userId,
      resultScore: grade.score,
      resultMaximum: item.scoreMaximum,
      ...(grade.comment === '' ? {} : { comment: grade.comment }),
      scoreOf: itemUrl(world, item),
      timestamp: grade.timestamp ?? undefined,
    };
  },
  lists: (world, person) =>
    world.people.isEnrolled(person) && !['mentor', 'test'].includes(person.role),
  member: (world, course, person) => ({
    status: 'Active',
    roles: [rosterRole(person)],
    user_id: subjectIn(world, 'moodle', course, person),
    lis_person_sourcedid: person.sisId ?? '',
    ...nameClaims(world, person, false),
  }),
  hasRole(_world, _course, person, role) {
    const short = role.split('#').at(-1);
    return short !== 'Instructor' && short !== 'Learner' ? true : rosterRole(person) === short;
  },
  closed: () => ({ status: 404, message: 'Course not found' }),
};

/** The Moodle face. */
export const moodle: Family = {
  name: 'moodle',
  label: 'Moodle',
  loginMethod: 'POST',
  paths: {
    authorize: '/mod/lti/auth.php',
    token: '/mod/lti/token.php',
    jwks: '/mod/lti/certs.php',
    configuration: '/mod/lti/openid-configuration.php',
    registration: '/mod/lti/openid-registration.php',
    lineItems: `${SERVICES}/:course/lineitems`,
    lineItem: `${SERVICES}/:course/lineitems/:item/lineitem`,
    scores: `${SERVICES}/:course/lineitems/:item/lineitem/scores`,
    results: `${SERVICES}/:course/lineitems/:item/lineitem/results`,
    roster: `${SERVICES}/CourseSection/:course/bindings/:tool/memberships`,
    deepLinkReturn: '/mod/lti/contentitem_return.php',
  },
  idTokenSeconds: 60,
  storageTarget: null,
  placements: [
    {
      id: 'activity_chooser',
      label: 'Add an activity: select content',
      message: 'deeplink',
      place: 'course',
      staffOnly: true,
    },
  ],
  cannotLaunch: (person) =>
    person.role === 'mentor'
      ? 'Moodle gives parents no external tools: a family member cannot open one.'
      : null,
  loginHint: (person) => String(person.number),
  messageHint: (ticketId, { link, deepLink }) => {
    const launchid = `ltilaunch${link?.resourceLinkId ?? '0'}_${ticketId}`;
    const cmid = Number(link?.resourceLinkId ?? 0) + 40;
    return JSON.stringify(deepLink ? { launchid } : { cmid, launchid });
  },
  loginFields: ({ deploymentId }) => ({ lti_deployment_id: deploymentId }),
  authorize(query) {
    const person = (description: string) =>
      ({ tell: 'person', error: 'invalid_request', description }) as const;
    if (query['scope'] !== 'openid') return person('Invalid request: scope');
    if (query['response_type'] !== 'id_token') return person('Invalid request: response_type');
    if ((query['nonce'] ?? '') === '') return person('Invalid request: no nonce');
    if ((query['lti_message_hint'] ?? '') === '') return person('Invalid request: no hint');
    const tool = (description: string) =>
      ({ tell: 'tool', error: 'invalid_request', description }) as const;
    if (query['response_mode'] !== 'form_post') return tool('Invalid response_mode');
    return query['prompt'] !== undefined && query['prompt'] !== 'none'
      ? tool('Invalid prompt')
      : null;
  },
  claims: moodleClaims,
  audience: (clientId) => ({ aud: clientId }),
  lineItemsUrl: (world, courseId) =>
    `${servicesOf(world)}/${courseId}/lineitems?type_id=${TYPE_ID}`,
  lineItemUrl: itemUrl,
  services,
};
