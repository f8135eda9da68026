import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Assignment } from '../../src/assignments/assignment.js';
import { openStore } from '../../src/db/connect.js';
import { newId } from '../../src/db/ids.js';
import type { AssignmentId, DeploymentId, MembershipId, RegistrationId } from '../../src/ids.js';
import type { Membership } from '../../src/launch/membership.model.js';
import { csrfOf, openSession } from '../../src/web/session.js';
import { sessionModel } from '../../src/web/session.model.js';
import { design, modelsOn } from '../http/grading-class.js';
import type { Measured } from './processes.js';

/** Of the app in `apps/trellis.ts`. */
const SECRET = 'a secret of benchmarks that is long enough to seal';

/** Somebody with an open session; the header carries it, so that no cookie has to be kept. */
export interface Visit {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly csrf: string;
}

export interface Classroom {
  readonly assignment: Assignment;
  readonly optionId: string;
  readonly teacher: Visit;
  readonly students: readonly Visit[];
}

/**
 * Puts a class into the store of a running app: one published assignment with two tiers, students of
 * whom every other one has begun to write, a session for the teacher and for some students.
 *
 * @param students - How many; `open` of them get a session.
 */
export async function aClassroom(
  { url, dataDir }: Measured,
  students: number,
  open: number,
): Promise<Classroom> {
  const store = await openStore(`sqlite:${join(dataDir, 'trellis.db')}`, { dataDir });
  const models = modelsOn(store);
  const sessions = sessionModel(store.connection);
  const now = new Date();
  const deploymentId = newId() as DeploymentId;
  const platformId = `course-of-${students}`;
  const nothing = {
    history: [],
    timeZone: null,
    membershipsUrl: null,
    groupsUrl: null,
    groupIds: [],
  };
  const context = await models.contexts.see(
    deploymentId,
    platformId,
    { title: 'Biology', label: 'BIO', lineItemsUrl: null, scopes: [], ...nothing },
    now,
  );
  const member = (i: number, role: Membership['role']): Membership => ({
    _id: newId() as MembershipId,
    deploymentId,
    contextId: context._id,
    sub: `${platformId}-${role}-${i}`,
    role,
    name: `Given${i} Family${i}`,
    givenName: `Given${i}`,
    familyName: `Family${i}`,
    email: null,
    isTestUser: false,
    status: 'active',
    number: i + 1,
    sectionIds: [],
    groupIds: [],
    mentorOf: [],
    locale: null,
    joinedAt: now,
    firstLaunchAt: now,
    lastLaunchAt: now,
  });
  const teacher = member(0, 'instructor');
  const people = Array.from({ length: students }, (_, i) => member(i, 'learner'));
  await models.memberships.insertMany([teacher, ...people]);
  const published = design();
  const assignment: Assignment = {
    id: newId() as AssignmentId,
    deploymentId,
    contextId: context._id,
    version: 1,
    draft: published,
    published,
    publishedAt: now,
    revision: 1,
    placements: [],
    groupingId: null,
    resourceLinkIds: [],
    copiedFrom: null,
    isNative: false,
    createdBy: teacher._id,
    createdAt: now,
    updatedAt: now,
  };
  await models.assignments.create(assignment);
  const option = published.board.options[0];
  if (option === undefined) throw new Error('the design has no option');
  for (const [i, one] of people.entries()) {
    // The first ones write; of the others every second has opened the task.
    if (i >= open && i % 2 === 0) continue;
    const place = {
      contextId: context._id,
      assignmentId: assignment.id,
      membershipId: one._id,
    };
    const begun = await models.submissions.open(place, null, 1, now);
    await models.submissions.change(begun, { state: 'working', chosenIds: [option.id] }, now);
  }

  async function visit(person: Membership): Promise<Visit> {
    const { sessionId, sessionSecret } = await openSession(
      sessions,
      {
        registrationId: newId() as RegistrationId,
        deploymentId,
        contextId: context._id,
        contextTitle: 'Biology',
        membershipId: person._id,
        sub: person.sub,
        role: person.role,
        isTestUser: false,
        isImpersonated: false,
        mentorOf: [],
        assistants: { mayGrade: true, mayGroup: false },
        resourceLinkId: null,
        assignmentId: assignment.id,
        deepLinking: null,
        reviewOf: null,
        placement: null,
        returnUrl: null,
        locale: 'en',
        timeZone: null,
      },
      now,
    );
    const secretHash = createHash('sha256').update(sessionSecret).digest('base64url');
    const csrf = csrfOf(SECRET, { _id: sessionId, secretHash });
    return {
      base: `${url}/s/${sessionId}`,
      headers: { 'x-trellis-session': `${sessionId}.${sessionSecret}`, 'x-trellis-csrf': csrf },
      csrf,
    };
  }
  const visits: Visit[] = [];
  for (const one of people.slice(0, open)) visits.push(await visit(one));
  const room = { assignment, optionId: option.id, teacher: await visit(teacher), students: visits };
  await store.close();
  return room;
}
