import { createHash } from 'node:crypto';
import { sendCopyNotice } from './notices.js';
import { resourceLinkIdOf } from './seed.js';
import type { Course, FamilyName } from './state.js';
import { faceOf, findCourse, nextId } from './world.js';
import type { World } from './world.js';

/**
 * Copies a course as an LMS does at the start of a year: new context, new resource links and new
 * columns, the same addresses and custom values, no students' work.
 *
 * @param world - The practice LMS.
 * @param family - The face.
 * @param courseId - The course to copy; the first one by default.
 * @returns The copy.
 * @throws Error when there is no such course.
 */
export async function copyCourse(
  world: World,
  family: FamilyName,
  courseId?: string,
): Promise<Course> {
  const face = faceOf(world, family);
  const source = courseId === undefined ? face.courses[0] : findCourse(face, courseId);
  if (source === undefined || source === null) throw new Error('There is no such course');
  const serial = nextId(face);
  const id = family === 'schoology' ? `7104${serial.padStart(6, '0')}` : serial;
  const contextId =
    family === 'canvas' ? createHash('sha1').update(`course:${serial}`).digest('hex') : id;
  const course: Course = {
    id,
    contextId,
    label: source.label === '' ? '' : `${source.label}-C${face.courses.length + 1}`,
    title: `${source.title} (copy ${face.courses.length})`,
    origin: [source.contextId, ...source.origin],
  };
  face.courses.push(course);
  for (const link of face.links.filter((l) => l.courseId === source.id)) {
    const linkSerial = nextId(face);
    const item = face.lineItems.find((i) => i.id === link.lineItemId);
    const itemId = item === undefined ? null : nextId(face);
    const newLinkId = `link-${linkSerial}`;
    face.links.push({
      ...link,
      id: newLinkId,
      courseId: id,
      resourceLinkId: resourceLinkIdOf(family, linkSerial),
      custom: { ...link.custom },
      lineItemId: itemId,
      origin: [link.resourceLinkId, ...link.origin],
    });
    if (item !== undefined && itemId !== null) {
      face.lineItems.push({ ...item, id: itemId, courseId: id, linkId: newLinkId });
    }
  }
  world.save();
  if (family === 'canvas') await sendCopyNotice(world, source, course);
  return course;
}
