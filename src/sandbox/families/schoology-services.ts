import { nameClaims } from '../claims.js';
import { numberIn, scaleScore, writeCell } from '../grades.js';
import { MEDIA } from '../names.js';
import { asText } from '../read.js';
import type { LineItem } from '../state.js';
import { subjectIn } from '../subject.js';
import { faceOf, findLink } from '../world.js';
import type { World } from '../world.js';
import type { ScoreInput, ScoreOutcome, ServiceRules } from './family.js';
import { itemUrl, ROLES } from './schoology-claims.js';

const JSON_TYPE = 'application/json; charset=utf-8';

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

/** Schoology's token endpoint and services (schoology.md 6 and 7). */
export const schoologyServices: ServiceRules = {
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
