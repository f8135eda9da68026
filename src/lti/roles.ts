import type { Role } from './ports.js';

/** What the roles claim of a launch, or the roles of a roster member, come to. */
export interface RoleReading {
  readonly role: Role;
  readonly isTestUser: boolean;
  /** Mentor is among the context roles: only then `role_scope_mentor` counts (ROLE-06). */
  readonly isMentor: boolean;
}

const MEMBERSHIP = 'purl.imsglobal.org/vocab/lis/v2/membership';

/** Context roles, strongest first (CORE Appendix A.2.2); sub-roles imply their principal (ROLE-09). */
const CONTEXT_ROLES: Readonly<Record<string, Role>> = {
  [`${MEMBERSHIP}#Instructor`]: 'instructor',
  [`${MEMBERSHIP}#Learner`]: 'learner',
  [`${MEMBERSHIP}#Mentor`]: 'mentor',
  [`${MEMBERSHIP}#ContentDeveloper`]: 'designer',
  [`${MEMBERSHIP}#Administrator`]: 'administrator',
  [`${MEMBERSHIP}#Manager`]: 'administrator',
  Instructor: 'instructor',
  Learner: 'learner',
  Mentor: 'mentor',
  ContentDeveloper: 'designer',
  Administrator: 'administrator',
  Manager: 'administrator',
  TeachingAssistant: 'assistant',
  'urn:lti:role:ims/lis/Instructor': 'instructor',
  'urn:lti:role:ims/lis/Learner': 'learner',
  'urn:lti:role:ims/lis/Mentor': 'mentor',
  'urn:lti:role:ims/lis/ContentDeveloper': 'designer',
  'urn:lti:role:ims/lis/Administrator': 'administrator',
  'urn:lti:role:ims/lis/TeachingAssistant': 'assistant',
};

/** Sub-roles of Instructor that assist; every other one teaches. */
const ASSISTING = new Set([
  'TeachingAssistant',
  'TeachingAssistantGroup',
  'TeachingAssistantOffering',
  'TeachingAssistantSection',
  'TeachingAssistantSectionAssociation',
  'TeachingAssistantTemplate',
  'Grader',
]);

/** Sub-roles of other principals: the principal's own role. */
const PRINCIPALS: Readonly<Record<string, Role>> = {
  Instructor: 'instructor',
  Learner: 'learner',
  Mentor: 'mentor',
  ContentDeveloper: 'designer',
  Administrator: 'administrator',
  Manager: 'administrator',
};

/** The strongest role decides where several are held (ROLE-08); guest is what is left. */
const STRENGTH: readonly Role[] = [
  'instructor',
  'assistant',
  'designer',
  'administrator',
  'learner',
  'mentor',
];

const TEST_USER = 'purl.imsglobal.org/vocab/lti/system/person#TestUser';

/** Platforms behind rewriting proxies send https for http in role URIs (moodle.md section 3). */
function withoutScheme(uri: string): string {
  return uri.replace(/^https?:\/\//, '');
}

const SUB_ROLE = new RegExp(`^${MEMBERSHIP.replaceAll('.', '\\.')}/([A-Za-z]+)#([A-Za-z]+)$`);

function contextRole(uri: string): Role | null {
  const bare = withoutScheme(uri);
  const plain = Object.hasOwn(CONTEXT_ROLES, bare) ? CONTEXT_ROLES[bare] : undefined;
  if (plain !== undefined) return plain;
  const [, principal = '', sub = ''] = SUB_ROLE.exec(bare) ?? [];
  if (principal === 'Instructor' && ASSISTING.has(sub)) return 'assistant';
  return Object.hasOwn(PRINCIPALS, principal) ? (PRINCIPALS[principal] ?? null) : null;
}

/**
 * Reads a list of role URIs (CORE Appendix A, conformance section 6).
 *
 * Whole URIs only. Institution and system roles give no rights in a class, with one exception: who
 * is an administrator of the institution and has no role in the course at all administers: Canvas
 * admins have no membership role.
 *
 * @param roles - As in the claim; anything that is not a string is ignored.
 * @param assistantsAreListedAsInstructors - The platform's word for an assistant is both roles
 *   (Canvas); elsewhere who holds both is a teacher (ROLE-09).
 * @returns The strongest role; `guest` for an empty list, blank or unknown roles (ROLE-13).
 */
export function readRoles(
  roles: readonly unknown[],
  assistantsAreListedAsInstructors = false,
): RoleReading {
  const uris = roles.filter((role): role is string => typeof role === 'string');
  const held = new Set<Role>();
  let teachesBySubRole = false;
  for (const uri of uris) {
    const role = contextRole(uri);
    if (role === null) continue;
    held.add(role);
    if (role === 'instructor' && SUB_ROLE.test(withoutScheme(uri))) teachesBySubRole = true;
  }
  if (assistantsAreListedAsInstructors && held.has('assistant') && !teachesBySubRole) {
    held.delete('instructor');
  }
  const strongest = STRENGTH.find((role) => held.has(role));
  return {
    role: strongest ?? (isInstitutionAdministrator(uris) ? 'administrator' : 'guest'),
    isTestUser: uris.some((uri) => withoutScheme(uri) === TEST_USER),
    isMentor: held.has('mentor'),
  };
}

const ADMINISTRATORS = new Set([
  'purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator',
  'purl.imsglobal.org/vocab/lis/v2/system/person#Administrator',
  'purl.imsglobal.org/vocab/lis/v2/system/person#SysAdmin',
]);

function isInstitutionAdministrator(uris: readonly string[]): boolean {
  return uris.some((uri) => ADMINISTRATORS.has(withoutScheme(uri)));
}
