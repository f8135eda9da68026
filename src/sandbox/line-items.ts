import type { Family, Refusal } from './families/family.js';
import { CANVAS_SUBMISSION_TYPE } from './names.js';
import { asObject, asText } from './read.js';
import type { Course, LineItem } from './state.js';
import { faceOf, findLink, nextId } from './world.js';
import type { World } from './world.js';

/** A column a tool asks for. */
export interface NewItem {
  readonly course: Course;
  readonly body: Record<string, unknown>;
  readonly clientId: string;
}

/**
 * Makes a column for a tool.
 *
 * @param world - The practice LMS.
 * @param family - The face.
 * @param asked - Course, body and client.
 * @returns The column and its JSON, or the platform's refusal.
 */
export function createItem(
  world: World,
  family: Family,
  asked: NewItem,
): { item: LineItem; echo: Record<string, unknown> } | Refusal {
  const face = faceOf(world, family.name);
  const { body, course, clientId } = asked;
  const label = asText(body['label'])?.trim() ?? '';
  const maximum = Number(body['scoreMaximum']);
  if (label === '') return { status: 400, message: 'label is missing', shape: 'type' };
  if (body['scoreMaximum'] === undefined || !Number.isFinite(maximum)) {
    return { status: 400, message: 'scoreMaximum is missing', shape: 'type' };
  }
  const wanted = asText(body['resourceLinkId']);
  const link = wanted === null ? null : findLink(face, wanted);
  if (wanted !== null && (link === null || link.courseId !== course.id)) {
    return { status: family.name === 'moodle' ? 403 : 404, message: 'Unknown resourceLinkId' };
  }
  if (link?.kind === 'native') {
    return { status: 422, message: 'The resourceLinkId belongs to another tool', shape: 'type' };
  }
  const item: LineItem = {
    id: nextId(face),
    courseId: course.id,
    label,
    scoreMaximum: maximum,
    resourceId: asText(body['resourceId']),
    tag: asText(body['tag']),
    linkId: link?.id ?? null,
    clientId,
    coupled: false,
    extra: link?.lineItemId != null && family.services.extraOnLink,
    startDateTime: asText(body['startDateTime']),
    endDateTime: asText(body['endDateTime']),
    submissionType:
      body[CANVAS_SUBMISSION_TYPE] === undefined ? null : asObject(body[CANVAS_SUBMISSION_TYPE]),
    submissionReview: null,
  };
  face.lineItems.push(item);
  world.save();
  // Moodle answers with what was sent plus the id, even with what it did not keep (moodle.md 5.1).
  const kept = family.services.lineItem(world, item);
  const echo = family.name === 'moodle' ? { ...body, id: kept['id'] } : kept;
  return { item, echo };
}
