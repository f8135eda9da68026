import type { JSONWebKeySet } from 'jose';
import type { Faults } from './faults.js';
import type { Journal } from './journal.js';
import type { KeyRing } from './keys.js';
import type { MessageName } from './names.js';
import type { People, Person } from './people.js';
import type { Course, Face, FamilyName, LineItem, Link, Registration, State } from './state.js';
import { emptyGrade } from './state.js';
import type { Grade } from './state.js';

/** Where a launch happens: in a course, at the account, or nowhere in particular. */
export type Place = 'course' | 'account' | 'nowhere';

/** A launch that was begun: the platform's side of `lti_message_hint`. */
export interface Ticket {
  readonly id: string;
  readonly family: FamilyName;
  readonly person: Person;
  readonly registration: Registration;
  readonly deploymentId: string;
  readonly place: Place;
  readonly course: Course;
  readonly link: Link | null;
  readonly message: MessageName;
  readonly placement: string | null;
  readonly forUser: Person | null;
  readonly target: string;
  readonly loginHint: string;
  readonly messageHint: string;
  readonly createdAt: number;
  readonly newWindow: boolean;
  /** The assignment that is being edited while its tool is chosen (Canvas). */
  readonly editing: boolean;
  /** Who really sits there while they act as the person. */
  readonly actedBy: Person | null;
  used: boolean;
}

/** An access token given to a tool. */
export interface AccessToken {
  readonly family: FamilyName;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

/** A deep linking request that waits for its answer. */
export interface PendingDeepLink {
  readonly ticket: Ticket;
  /** The `data` claim that was sent, or null when this face sends none. */
  readonly data: string | null;
  readonly multiple: boolean;
  used: boolean;
}

/** Everything the parts of one running practice LMS share. */
export interface World {
  publicUrl: string;
  toolUrl: string;
  state: State;
  readonly people: People;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly keys: KeyRing;
  readonly tickets: Map<string, Ticket>;
  readonly tokens: Map<string, AccessToken>;
  readonly deepLinks: Map<string, PendingDeepLink>;
  /** Tokens handed to tools that want to register: token to the face and whether it was used. */
  readonly registrationTokens: Map<string, RegistrationToken>;
  readonly seen: { nonces: Set<string>; states: Set<string>; assertions: Set<string> };
  /** Keys of the tool given by hand, for tests in which the tool listens nowhere. */
  toolJwks: JSONWebKeySet | null;
  now(): Date;
  save(): void;
}

/** A permission to register once. */
export interface RegistrationToken {
  readonly family: FamilyName;
  readonly clientId: string;
  readonly expiresAt: number;
  used: boolean;
}

/**
 * Remembers a value in a set that may not grow without end.
 *
 * @param set - The set.
 * @param value - What to remember.
 * @returns Whether it was there already.
 */
export function remember(set: Set<string>, value: string): boolean {
  if (set.has(value)) return true;
  set.add(value);
  if (set.size > 100_000) {
    const oldest = set.values().next().value;
    if (oldest !== undefined) set.delete(oldest);
  }
  return false;
}

/**
 * Keeps only the newest entries of a map.
 *
 * @param map - The map; the oldest entries leave it.
 * @param limit - How many may stay.
 */
export function bound(map: Map<string, unknown>, limit = 20_000): void {
  while (map.size > limit) {
    const oldest = map.keys().next().value;
    if (oldest === undefined) return;
    map.delete(oldest);
  }
}

/**
 * One face's state.
 *
 * @param world - The practice LMS.
 * @param family - Which face.
 * @returns Its courses, links, columns and grades.
 */
export function faceOf(world: World, family: FamilyName): Face {
  return world.state.faces[family];
}

/**
 * Finds a course.
 *
 * @param face - The face.
 * @param courseId - The platform's own id of the course.
 * @returns The course, or null.
 */
export function findCourse(face: Face, courseId: string): Course | null {
  return face.courses.find((course) => course.id === courseId) ?? null;
}

/**
 * Finds a link.
 *
 * @param face - The face.
 * @param linkId - The platform's own id of the link, or its LTI resource link id.
 * @returns The link, or null.
 */
export function findLink(face: Face, linkId: string): Link | null {
  return face.links.find((l) => l.id === linkId || l.resourceLinkId === linkId) ?? null;
}

/**
 * Finds a column.
 *
 * @param face - The face.
 * @param itemId - Id of the column.
 * @returns The column, or null.
 */
export function findItem(face: Face, itemId: string | null): LineItem | null {
  return face.lineItems.find((item) => item.id === itemId) ?? null;
}

/**
 * One cell of the gradebook.
 *
 * @param face - The face.
 * @param itemId - Id of the column.
 * @param personKey - Key of the student.
 * @returns The cell, made empty when it was not there; changes to it stay.
 */
export function cellOf(face: Face, itemId: string, personKey: string): Grade {
  const column = (face.grades[itemId] ??= {});
  return (column[personKey] ??= emptyGrade());
}

/**
 * The next running number of a face.
 *
 * @param face - The face.
 * @returns A number never given before in this face.
 */
export function nextId(face: Face): string {
  face.serial += 1;
  return String(face.serial);
}

/**
 * Finds a registration.
 *
 * @param face - The face.
 * @param clientId - The client id, or null for the first active one.
 * @returns The registration, or null.
 */
export function findRegistration(face: Face, clientId: string | null): Registration | null {
  return (
    face.registrations.find((r) =>
      clientId === null ? r.status === 'active' : r.clientId === clientId,
    ) ?? null
  );
}
