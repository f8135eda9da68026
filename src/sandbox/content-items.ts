import { asObject, asText } from './read.js';
import { resourceLinkIdOf } from './seed.js';
import type { FamilyName, Link } from './state.js';
import { faceOf, findLink, nextId } from './world.js';
import type { Ticket, World } from './world.js';

/** One thing a tool handed back. */
export type ContentItem = Record<string, unknown>;

/** Values a teacher may change before saving. */
export interface Edited {
  readonly title?: string | undefined;
  readonly points?: number | undefined;
}

/**
 * Saves what came back as a link with its column.
 *
 * @param world - The practice LMS.
 * @param ticket - The deep linking launch it answers.
 * @param item - The content item.
 * @param edited - What the teacher changed on the form.
 * @returns The new link, or null when this platform would not make one of it.
 */
export function saveItem(
  world: World,
  ticket: Ticket,
  item: ContentItem,
  edited: Edited = {},
): Link | null {
  if (item['type'] !== 'ltiResourceLink') return null;
  const { family } = ticket;
  const face = faceOf(world, family);
  const line = asObject(item['lineItem']);
  const wanted = edited.points ?? numberOf(line['scoreMaximum']);
  const graded = item['lineItem'] !== undefined && ticket.placement !== 'link_selection';
  // Moodle takes whole points from 1 to the site's maximum and drops the rest (moodle.md 8).
  if (
    family === 'moodle' &&
    graded &&
    !(Number.isInteger(wanted) && wanted >= 1 && wanted <= 100)
  ) {
    return null;
  }
  const title = edited.title ?? titleOf(family, item, line);
  const serial = nextId(face);
  const submission = asObject(item['submission']);
  const available = asObject(item['available']);
  const bulk = family === 'schoology' || (family === 'canvas' && isBulk(ticket));
  const link: Link = {
    id: `link-${serial}`,
    courseId: ticket.course.id,
    resourceLinkId: resourceLinkIdOf(family, serial),
    title,
    description: asText(item['text']) ?? '',
    url: asText(item['url']),
    custom: customOf(item),
    kind: graded ? 'assignment' : 'material',
    lineItemId: null,
    published: !(family === 'canvas' && isBulk(ticket)),
    dueAt: bulk ? asText(submission['endDateTime']) : null,
    unlockAt: bulk ? asText(available['startDateTime']) : null,
    lockAt: bulk ? asText(available['endDateTime']) : null,
    origin: [],
    newTab: family === 'canvas' && asObject(item['window'])['targetName'] === '_blank',
    deepLinked: true,
  };
  if (graded) {
    const id = nextId(face);
    face.lineItems.push({
      id,
      courseId: ticket.course.id,
      label: family === 'moodle' ? title : (edited.title ?? asText(line['label']) ?? title),
      scoreMaximum: wanted,
      resourceId: asText(line['resourceId']),
      tag: asText(line['tag']),
      linkId: link.id,
      clientId: ticket.registration.clientId,
      coupled: true,
      extra: false,
      startDateTime: link.unlockAt,
      endDateTime: link.dueAt,
      submissionType: null,
      submissionReview:
        line['submissionReview'] === undefined ? null : asObject(line['submissionReview']),
    });
    link.lineItemId = id;
  }
  face.links.push(link);
  world.save();
  return link;
}

/**
 * Whether a launch came from a place where several assignments can be made at once.
 *
 * @param ticket - The launch.
 * @returns True for the bulk placements of Canvas.
 */
export function isBulk(ticket: Pick<Ticket, 'placement'>): boolean {
  return ['course_assignments_menu', 'module_index_menu_modal', 'module_menu_modal'].includes(
    ticket.placement ?? '',
  );
}

/**
 * Points a native assignment at the tool, as "Edit, External Tool, Find" does on Canvas.
 *
 * @param world - The practice LMS.
 * @param ticket - The deep linking launch; its link is the assignment edited.
 * @param item - The content item.
 * @returns The assignment, or null when it is not there.
 */
export function attachToExisting(world: World, ticket: Ticket, item: ContentItem): Link | null {
  const face = faceOf(world, ticket.family);
  const link = ticket.link === null ? null : findLink(face, ticket.link.id);
  const column = face.lineItems.find((other) => other.id === link?.lineItemId);
  if (link === null || column === undefined) return null;
  const line = asObject(item['lineItem']);
  link.kind = 'assignment';
  link.url = asText(item['url']);
  link.custom = customOf(item);
  link.deepLinked = true;
  if (item['https://canvas.instructure.com/lti/preserveExistingAssignmentName'] !== true) {
    link.title = titleOf(ticket.family, item, line);
    column.label = link.title;
  }
  const points = numberOf(line['scoreMaximum']);
  if (points > 0) column.scoreMaximum = points;
  column.clientId = ticket.registration.clientId;
  column.resourceId = asText(line['resourceId']);
  column.tag = asText(line['tag']);
  world.save();
  return link;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}

function titleOf(family: FamilyName, item: ContentItem, line: Record<string, unknown>): string {
  const title = asText(item['title']);
  const label = asText(line['label']);
  const chosen = family === 'canvas' ? (label ?? title) : (title ?? label);
  return chosen === null || chosen.trim() === '' ? 'Trellis' : chosen;
}

function customOf(item: ContentItem): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asObject(item['custom'])).map(([name, value]) => [name, String(value)]),
  );
}
