import type { Role } from '../lti/ports.js';

/** What people may do in a course; pages and routes ask for one of these, never for a role. */
export type Permission =
  | 'teach' // see the teacher's pages of the course
  | 'design' // attach, edit tiers and choices, publish
  | 'group' // form and change groups, place students
  | 'grade' // grade and release
  | 'learn' // own tasks
  | 'family' // the listed children's cards
  | 'administer'; // registrations, checks, retention, audit

export interface AssistantRights {
  readonly mayGrade: boolean;
  readonly mayGroup: boolean;
}

/**
 * Says whether somebody may do something in the course of their launch (design.md section 1).
 *
 * @param role - Their role by the launch.
 * @param permission - What they want to do.
 * @param assistants - What the course's teacher lets assistants do.
 */
export function may(role: Role, permission: Permission, assistants: AssistantRights): boolean {
  switch (role) {
    case 'instructor':
      return permission !== 'learn' && permission !== 'family' && permission !== 'administer';
    case 'assistant':
      if (permission === 'teach') return true;
      if (permission === 'grade') return assistants.mayGrade;
      return permission === 'group' && assistants.mayGroup;
    case 'designer':
      // May author, but sees no students' data until a teacher role says so (ROLE-03).
      return permission === 'design';
    case 'learner':
      return permission === 'learn';
    case 'mentor':
      return permission === 'family';
    case 'administrator':
      return permission === 'administer';
    case 'guest':
      return false;
  }
}
