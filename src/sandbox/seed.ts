import { createHash } from 'node:crypto';
import { SCOPE } from './names.js';
import { CLASS_SIZE } from './people.js';
import type { Course, Face, FamilyName, LineItem, Link, Registration, State } from './state.js';
import type { StoredKey } from './state.js';

const DAY = 86_400_000;

interface Task {
  readonly title: string;
  readonly description: string;
  readonly points: number;
  readonly dueInDays: number | null;
  readonly native?: true;
}

const TASKS: readonly Task[] = [
  {
    title: 'Ecosystems: who eats whom?',
    description:
      '<p>Build a <strong>food web</strong> of a place you know: a pond, a hedge, your street.</p><ul><li>Show at least eight living things.</li><li>Explain what happens when one of them disappears.</li></ul>',
    points: 20,
    dueInDays: 7,
  },
  {
    title: 'A letter to the school board',
    description:
      '<p>Should the school day start later? Take a side and convince the board.</p><p>Use <em>two sources</em> and answer one objection.</p>',
    points: 100,
    dueInDays: 10,
  },
  {
    title: 'Fractions in the kitchen',
    description:
      '<p>Rewrite a recipe for 4 people so that it feeds 6, then 10. Show how you worked it out.</p>',
    points: 12,
    dueInDays: 3,
  },
  {
    title: 'Lab report: how plants breathe',
    description:
      '<p>Write up what we saw with the leaf discs: question, method, results, what they mean.</p>',
    points: 30,
    dueInDays: null,
  },
  {
    title: 'Reading circle: chapter 4 <draft>',
    description: '<p>Bring one question, one connection and one passage you would read aloud.</p>',
    points: 10,
    dueInDays: -2,
  },
  {
    title: 'Poster: a river from spring to sea',
    description: '<p>Make a poster of one river. Upload a photo or scan of it.</p>',
    points: 25,
    dueInDays: 14,
    native: true,
  },
];

const COURSES: Readonly<Record<FamilyName, Course>> = {
  canvas: {
    id: '3',
    contextId: 'd3a2504bba5184799a38f141e8df2335cfa8206d',
    label: 'BIO7',
    title: 'Biology 7',
    origin: [],
  },
  moodle: { id: '5', contextId: '5', label: 'BIO7', title: 'Biology 7', origin: [] },
  schoology: {
    id: '7104332211',
    contextId: '7104332211',
    label: '',
    title: 'Biology 7: Period 1',
    origin: [],
  },
};

const CLIENTS: Readonly<Record<FamilyName, { clientId: string; deployment: string }>> = {
  canvas: {
    clientId: '148090000000000146',
    deployment: '7:d3a2504bba5184799a38f141e8df2335cfa8206d',
  },
  moodle: { clientId: 'pR4cT1ceM00dLe7', deployment: '7' },
  schoology: { clientId: '7485393815', deployment: '7485393815-1380426679' },
};

const CANVAS_CUSTOM: Readonly<Record<string, string>> = {
  canvas_assignment_id: '$Canvas.assignment.id',
  canvas_assignment_title: '$Canvas.assignment.title',
  canvas_assignment_description: '$com.instructure.Assignment.description',
  canvas_assignment_points: '$Canvas.assignment.pointsPossible',
  canvas_assignment_due_at: '$Canvas.assignment.dueAt.iso8601',
  canvas_assignment_unlock_at: '$Canvas.assignment.unlockAt.iso8601',
  canvas_assignment_lock_at: '$Canvas.assignment.lockAt.iso8601',
  canvas_assignment_published: '$Canvas.assignment.published',
  canvas_assignment_lti_id: '$com.instructure.Assignment.lti.id',
  canvas_course_id: '$Canvas.course.id',
  canvas_section_ids: '$Canvas.course.sectionIds',
  canvas_group_ids: '$com.instructure.Course.groupIds',
  canvas_own_group_ids: '$Canvas.group.contextIds',
  canvas_student_view: '$com.instructure.User.student_view',
  canvas_observees: '$com.instructure.User.observees',
  canvas_masquerading_user_id: '$Canvas.masqueradingUser.userId',
  time_zone: '$Person.address.timezone',
  context_id_history: '$Context.id.history',
  resource_link_id_history: '$ResourceLink.id.history',
};

const CUSTOM: Readonly<Record<FamilyName, Record<string, string>>> = {
  canvas: CANVAS_CUSTOM,
  moodle: {
    context_id_history: '$Context.id.history',
    user_group_ids: '$Moodle.Person.userGroupIds',
    submission_end: '$ResourceLink.submission.endDateTime',
  },
  schoology: {
    assignment_id: '$com.schoology.Assignment.id',
    assignment_due_at: '$com.schoology.Assignment.dueDateIso',
    assignment_points: '$com.schoology.Assignment.scoreMaximum',
    time_zone: '$com.schoology.User.timezone',
    context_id_history: '$Context.id.history',
    resource_link_id_history: '$ResourceLink.id.history',
  },
};

/**
 * The resource link id a platform would give to its n-th link.
 *
 * @param family - Canvas gives UUIDs, Moodle and Schoology numbers.
 * @param serial - Running number of the link.
 * @returns The id.
 */
export function resourceLinkIdOf(family: FamilyName, serial: string): string {
  if (family === 'moodle') return serial;
  if (family === 'schoology') return `88${serial.padStart(8, '0')}`;
  const h = createHash('sha256').update(`link:${serial}`).digest('hex');
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-8${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

/**
 * The registration a face has from the start.
 *
 * @param family - The face.
 * @param toolUrl - Public address of the tool, without a trailing slash.
 * @returns An active registration with every service.
 */
export function presetRegistration(family: FamilyName, toolUrl: string): Registration {
  const scopes = [SCOPE.lineItem, SCOPE.lineItemReadonly, SCOPE.result, SCOPE.score, SCOPE.roster];
  return {
    clientId: CLIENTS[family].clientId,
    deploymentIds: [CLIENTS[family].deployment],
    name: 'Trellis',
    loginUrl: `${toolUrl}/lti/login`,
    redirectUris: [`${toolUrl}/lti/launch`],
    targetLinkUri: `${toolUrl}/lti/launch`,
    jwksUrl: `${toolUrl}/lti/keys`,
    scopes: family === 'canvas' ? [...scopes, SCOPE.notices] : scopes,
    custom: CUSTOM[family],
    deepLinkUrl: `${toolUrl}/lti/launch`,
    reviewUrl: null,
    status: 'active',
    source: 'preset',
  };
}

function makeFace(family: FamilyName, toolUrl: string, now: Date): Face {
  const registration = presetRegistration(family, toolUrl);
  const course: Course = { ...COURSES[family] };
  const links: Link[] = [];
  const lineItems: LineItem[] = [];
  TASKS.forEach((task, index) => {
    const serial = String(index + 1);
    const itemId = String(101 + index);
    const due = task.dueInDays === null ? null : endOfDay(now, task.dueInDays);
    links.push({
      id: `link-${serial}`,
      courseId: course.id,
      resourceLinkId: resourceLinkIdOf(family, serial),
      title: task.title,
      description: task.description,
      url: null,
      custom: {},
      kind: task.native === true ? 'native' : 'assignment',
      lineItemId: itemId,
      published: true,
      dueAt: due,
      unlockAt: null,
      lockAt: null,
      origin: [],
      newTab: false,
      deepLinked: false,
    });
    lineItems.push({
      id: itemId,
      courseId: course.id,
      label: task.title,
      scoreMaximum: task.points,
      resourceId: null,
      tag: null,
      linkId: `link-${serial}`,
      clientId: task.native === true ? null : registration.clientId,
      coupled: true,
      extra: false,
      startDateTime: null,
      endDateTime: due,
      submissionType: null,
      submissionReview: null,
    });
  });
  return {
    registrations: [registration],
    courses: [course],
    links,
    lineItems,
    grades: {},
    noticeHandlers: {},
    serial: 200,
  };
}

function endOfDay(now: Date, days: number): string {
  const date = new Date(now.getTime() + days * DAY);
  date.setUTCHours(21, 59, 0, 0);
  return date.toISOString().replace('.000Z', 'Z');
}

/**
 * The state of a new practice school.
 *
 * @param key - The signing key.
 * @param toolUrl - Public address of the tool.
 * @param now - Due dates count from here.
 * @returns One course of 28 students on each face.
 */
export function seedState(key: StoredKey, toolUrl: string, now: Date): State {
  return {
    version: 1,
    students: CLASS_SIZE,
    left: [],
    keys: [key],
    faces: {
      canvas: makeFace('canvas', toolUrl, now),
      moodle: makeFace('moodle', toolUrl, now),
      schoology: makeFace('schoology', toolUrl, now),
    },
  };
}
