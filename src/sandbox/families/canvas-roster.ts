import { MESSAGE } from '../names.js';
import type { Person } from '../people.js';
import type { Course, Link } from '../state.js';
import { faceOf, findRegistration } from '../world.js';
import type { Ticket, World } from '../world.js';
import { expandCanvas } from './canvas-variables.js';

/** Variables Canvas expands in a roster; others come back literally (canvas.md 6). */
const EXPANDED = [
  '$Canvas.user.id',
  '$Canvas.course.sectionIds',
  '$Canvas.course.sectionSisSourceIds',
  '$com.instructure.User.sectionNames',
  '$Canvas.group.contextIds',
  '$Person.address.timezone',
];

/**
 * The `message` that Canvas adds to each member when a roster is asked for one link.
 *
 * @param world - The practice LMS.
 * @param course - The course.
 * @param link - The link named by `rlid`.
 * @param person - The member.
 * @returns The member's extra property.
 */
export function canvasRosterMessage(
  world: World,
  course: Course,
  link: Link,
  person: Person,
): Record<string, unknown> {
  const registration = findRegistration(faceOf(world, 'canvas'), null);
  if (registration === null) return {};
  const ticket = { person, course, link, place: 'course', actedBy: null } as Ticket;
  const fields = { ...registration.custom, ...link.custom };
  const expanded = expandCanvas(
    world,
    ticket,
    Object.fromEntries(Object.entries(fields).filter(([, value]) => EXPANDED.includes(value))),
  );
  return {
    message: [
      {
        'https://purl.imsglobal.org/spec/lti/claim/message_type': MESSAGE.resource,
        locale: 'en',
        'https://purl.imsglobal.org/spec/lti/claim/custom': { ...fields, ...expanded },
      },
    ],
  };
}
