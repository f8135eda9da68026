import type { Person } from './people.js';
import { subjectOf } from './people.js';
import type { Course, FamilyName } from './state.js';
import type { World } from './world.js';

/**
 * The id of a person in one course: accounts that were merged have another id in newer courses.
 *
 * @param world - The practice LMS and its switches.
 * @param family - The face.
 * @param course - The course; copied courses are the newer ones.
 * @param person - The person.
 * @returns The `sub` the tool gets.
 */
export function subjectIn(
  world: World,
  family: FamilyName,
  course: Course,
  person: Person,
): string {
  const merged = world.faults.now.mergedUser === person.key && course.origin.length > 0;
  return subjectOf(family, person, merged);
}
