import type { Request } from 'express';
import type { Family, Refusal } from './families/family.js';
import type { LineItem } from './state.js';
import { faceOf, findCourse, findItem } from './world.js';
import type { World } from './world.js';

/**
 * Why a column cannot be used by this request.
 *
 * @param world - The practice LMS and its switches.
 * @param family - The face.
 * @param req - The request; its path names course and column.
 * @param clientId - The tool asking.
 * @returns The column, or the platform's refusal.
 */
export function columnFor(
  world: World,
  family: Family,
  req: Request,
  clientId: string,
): LineItem | Refusal {
  const face = faceOf(world, family.name);
  const course = findCourse(face, req.params['course'] ?? '');
  const { now: faults } = world.faults;
  if (course === null) return { status: 404, message: 'Context not found' };
  if (faults.courseClosed !== '') return family.services.closed(faults.courseClosed);
  const item = findItem(face, req.params['item'] ?? '');
  const visible = item?.courseId === course.id && item.clientId === clientId;
  return visible && !faults.lineItemsGone ? item : family.services.columnGone;
}

/**
 * Tells a refusal from a column.
 *
 * @param value - Either.
 * @returns Whether it is a refusal.
 */
export function isRefusal(value: LineItem | Refusal): value is Refusal {
  return 'status' in value;
}
