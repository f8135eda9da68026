import type { Request, Response } from 'express';
import type { Person } from '../people.js';
import { asText } from '../read.js';
import { FAMILIES } from '../state.js';
import type { Course, Face, FamilyName } from '../state.js';
import { faceOf, findCourse } from '../world.js';
import type { World } from '../world.js';

/** Who looks at a page, on which face, in which course. */
export interface Viewer {
  readonly person: Person | null;
  readonly family: FamilyName;
  readonly face: Face;
  readonly course: Course;
  readonly isStaff: boolean;
}

const AS = 'practice_as';
const FAMILY = 'practice_family';

function cookie(req: Request, name: string): string | null {
  for (const part of (req.get('cookie') ?? '').split(';')) {
    const [key, value] = part.trim().split('=');
    if (key === name && value !== undefined) return decodeURIComponent(value);
  }
  return null;
}

function keep(res: Response, name: string, value: string): void {
  res.cookie(name, value, { httpOnly: true, sameSite: 'lax', path: '/' });
}

/**
 * Reads who is looking: `?as=` and `?family=` win over the cookies and are kept in them.
 *
 * @param world - The practice LMS.
 * @param req - The request.
 * @param res - Gets the cookies.
 * @param first - Face shown when none was chosen.
 * @returns The viewer; `person` is null until somebody was chosen.
 */
export function viewerOf(world: World, req: Request, res: Response, first: FamilyName): Viewer {
  const askedFamily = asText(req.query['family']);
  const askedPerson = asText(req.query['as']);
  const family =
    FAMILIES.find((name) => name === askedFamily) ??
    FAMILIES.find((name) => name === cookie(req, FAMILY)) ??
    first;
  const key = askedPerson ?? cookie(req, AS);
  const person = key === null ? null : world.people.find(key);
  if (askedFamily === family) keep(res, FAMILY, family);
  if (askedPerson !== null && person !== null) keep(res, AS, person.key);
  const face = faceOf(world, family);
  const course = findCourse(face, asText(req.query['course']) ?? '') ?? face.courses[0];
  if (course === undefined) throw new Error('The practice LMS has no course');
  const isStaff = person !== null && ['teacher', 'assistant', 'admin'].includes(person.role);
  return { person, family, face, course, isStaff };
}
