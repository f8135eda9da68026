import { nameClaims } from '../claims.js';
import { CANVAS_SUBMISSION_TYPE } from '../names.js';
import { opaqueId } from '../people.js';
import { asObject, asText } from '../read.js';
import { subjectIn } from '../subject.js';
import { faceOf, findLink } from '../world.js';
import type { World } from '../world.js';
import type { LineItem } from '../state.js';
import { canvasMembership } from './canvas-claims.js';
import { canvasScore } from './canvas-scores.js';
import { baseOf } from './family.js';
import type { Answer, Refusal, ServiceRules } from './family.js';

const JSON_TYPE = 'application/json; charset=utf-8';

function body(refusal: Refusal): string {
  const { message, shape, status } = refusal;
  if (shape === 'empty') return '';
  if (shape === 'field') {
    return JSON.stringify({ errors: [{ field: 'grade', message, error_code: null }] });
  }
  if (shape === 'type') {
    const type =
      status === 422 ? 'unprocessable_entity' : status === 401 ? 'unauthorized' : 'error';
    return JSON.stringify({ errors: { type, message } });
  }
  return JSON.stringify({ errors: [{ message }] });
}

function lineItemJson(world: World, item: LineItem): Record<string, unknown> {
  const link = item.linkId === null ? null : findLink(faceOf(world, 'canvas'), item.linkId);
  return {
    id: `${baseOf(world, 'canvas')}/api/lti/courses/${item.courseId}/line_items/${item.id}`,
    scoreMaximum: item.scoreMaximum,
    label: item.label,
    ...(item.resourceId === null ? {} : { resourceId: item.resourceId }),
    ...(item.tag === null ? {} : { tag: item.tag }),
    ...(link === null ? {} : { resourceLinkId: link.resourceLinkId }),
    ...(item.startDateTime === null ? {} : { startDateTime: item.startDateTime }),
    ...(item.endDateTime === null ? {} : { endDateTime: item.endDateTime }),
    ...(item.submissionType === null ? {} : { [CANVAS_SUBMISSION_TYPE]: item.submissionType }),
  };
}

const pageOf = (limit: number | null, usual: number, most: number) => ({
  size: Math.max(1, Math.min(limit ?? usual, most)),
  link: (nextUrl: string) => `<${nextUrl}>; rel="next"`,
});

function answer(status: number, type: string, text: string): Answer {
  return { status, type, body: text };
}

/** Canvas's token endpoint and services (canvas.md 5 to 7). */
export const canvasServices: ServiceRules = {
  refuse: (refusal) =>
    refusal.shape === 'text'
      ? answer(refusal.status, 'text/plain; charset=utf-8', refusal.message)
      : answer(refusal.status, JSON_TYPE, body(refusal)),
  accepts: () => true,
  takes: (_kind, contentType) => /^application\/(vnd\.ims\.[\w.]+\+)?json/.test(contentType),
  tokenType: JSON_TYPE,
  tokenError: (error, description) =>
    answer(400, JSON_TYPE, JSON.stringify({ error, error_description: description })),
  scopesAllOrNothing: true,
  assertion(claims, { clientId, tokenUrl, now }) {
    const missing = ['sub', 'aud', 'exp', 'iat', 'jti', 'iss'].filter(
      (name) => claims[name] === undefined,
    );
    if (missing.length > 0) return `the following assertions are missing: ${missing.join(',')}`;
    const audience = Array.isArray(claims['aud']) ? claims['aud'] : [claims['aud']];
    if (!audience.includes(tokenUrl)) return "the 'aud' is invalid";
    if (claims['sub'] !== clientId) return "the 'sub' is invalid";
    if (Number(claims['exp']) <= now) return 'the JWT has expired';
    if (Number(claims['iat']) < now - 300) return "the 'iat' must be less than 300 seconds old";
    return Number(claims['iat']) > now + 30 ? "the 'iat' must not be in the future" : null;
  },
  keysCached: false,
  page: (kind, limit) => (kind === 'members' ? pageOf(limit, 50, 50) : pageOf(limit, 10, 100)),
  lineItem: lineItemJson,
  beforeCreate(_world, _face, item) {
    const type = asText(asObject(item[CANVAS_SUBMISSION_TYPE])['type']);
    return type !== null && !['external_tool', 'none'].includes(type)
      ? { status: 400, message: `Invalid submission_type for new assignment: ${type}` }
      : null;
  },
  extraOnLink: true,
  update: () => null,
  remove: (_world, item) => (item.coupled ? { status: 401, message: '', shape: 'empty' } : null),
  columnGone: { status: 404, message: '', shape: 'empty' },
  score: canvasScore,
  result(world, item, person, grade) {
    if (!grade.byTool && grade.score === null) return null;
    const id = `${baseOf(world, 'canvas')}/api/lti/courses/${item.courseId}/line_items/${item.id}`;
    const course = faceOf(world, 'canvas').courses.find((c) => c.id === item.courseId);
    if (course === undefined) return null;
    return {
      id: `${id}/results/${person.number}`,
      userId: subjectIn(world, 'canvas', course, person),
      resultScore: grade.score,
      resultMaximum: item.scoreMaximum,
      ...(grade.comment === '' ? {} : { comment: grade.comment }),
      scoreOf: id,
    };
  },
  lists: (world, person) => world.people.isEnrolled(person),
  member(world, course, person) {
    const { privacy } = world.faults.now;
    const sis = privacy === 'public' || privacy === 'name_only';
    return {
      status: 'Active',
      ...nameClaims(world, person, true),
      ...(sis && person.sisId !== null ? { lis_person_sourcedid: person.sisId } : {}),
      user_id: subjectIn(world, 'canvas', course, person),
      lti11_legacy_user_id: opaqueId(person),
      roles: canvasMembership(person),
    };
  },
  hasRole: (_world, _course, person, role) => canvasMembership(person).includes(role),
  closed: (how) =>
    how === '422'
      ? {
          status: 422,
          message:
            'This course has concluded. AGS requests will no longer be accepted for this course.',
          shape: 'type',
        }
      : { status: 404, message: 'The specified resource does not exist.' },
};
