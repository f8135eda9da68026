import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../src/lti/ports.js';
import { Visitor } from '../support/visitor.js';
import { startWorld, type LaunchOrder, type World } from '../support/world.js';
import { everyRoute, type ServedRoute } from './every-route.js';
import { gradingClass, type GradingClass } from './grading-class.js';

/**
 * Who an address under `/s/:session` is meant for: the first line that fits counts. An address that
 * no line names belongs to staff, so a new page that others may open has to be written down here.
 */
const EVERYBODY: readonly Role[] = [
  'instructor',
  'assistant',
  'learner',
  'mentor',
  'administrator',
  'guest',
];
const STAFF: readonly Role[] = ['instructor', 'assistant'];
const MEANT: readonly (readonly [RegExp, readonly Role[]])[] = [
  [/^(?:\/(?:no-course|guest|not-here))?$/, EVERYBODY],
  [/^\/console$/, ['administrator']],
  [/^\/my(?:\/|$)/, ['learner']],
  [/^\/link\//, ['learner']],
  [/^\/family(?:\/|$)/, ['mentor']],
  // Whose file it is decides, not the role: for everybody else it is not there.
  [/^\/files\/:file$/, EVERYBODY],
  [
    /^\/a\/:assignment\/(?:task|choice|steps|ask|another-way|hand-in|take-back|revise|feedback|work|idea|ticket|partners|group-work|peers)(?:\/|$)/,
    ['learner'],
  ],
];

function meantFor(path: string): readonly Role[] {
  const own = path.replace('/s/:session', '');
  return MEANT.find(([pattern]) => pattern.test(own))?.[1] ?? STAFF;
}

interface Person {
  readonly role: Role;
  readonly visitor: Visitor;
  readonly base: string;
  readonly csrf: string;
}

let world: World;
let room: GradingClass;
let routes: readonly ServedRoute[];
const people = new Map<string, Person>();

async function arrive(name: string, role: Role, order: LaunchOrder, claims = {}): Promise<void> {
  const visitor = new Visitor();
  const { action, fields } = await world.login(order, visitor, { claims });
  const page = await visitor.open(action, { method: 'POST', fields });
  const base = `${world.url}${/\/s\/[^/]+/.exec(page.url)?.[0] ?? '/nowhere'}`;
  expect([name, page.role]).toEqual([name, role]);
  const csrf = page.html.querySelector('meta[name=trellis-csrf]')?.getAttribute('content') ?? '';
  expect(csrf.length, name).toBeGreaterThan(20);
  people.set(name, { role, visitor, base, csrf });
}

const LTI = 'https://purl.imsglobal.org/spec/lti/claim/';

beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
  room = await gradingClass(world);
  routes = everyRoute(world.trellis.app).filter(({ path }) => path.startsWith('/s/:session'));
  const link = room.linkId;
  await arrive('teacher', 'instructor', { as: 'teacher-1', link });
  await arrive('assistant', 'assistant', { as: 'assistant-1', link });
  await arrive('student', 'learner', { as: 'student-2', link });
  await arrive('family', 'mentor', { as: 'mentor-1', link });
  await arrive('admin', 'administrator', { as: 'admin-1', link });
  await arrive(
    'guest',
    'guest',
    { as: 'student-9', link },
    {
      [`${LTI}roles`]: ['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Guest'],
    },
  );
  await arrive(
    'teacher of another course',
    'instructor',
    { as: 'teacher-2', link },
    {
      [`${LTI}context`]: { id: 'another-course', title: 'Another course' },
      [`${LTI}resource_link`]: { id: 'another-link', title: 'Another link' },
    },
  );
  await arrive('teacher of another school', 'instructor', {
    as: 'teacher-1',
    family: 'moodle',
    link: world.sandbox.linksOf('moodle')[0]!.id,
  });
  await arrive('student of another school', 'learner', {
    as: 'student-1',
    family: 'moodle',
    link: world.sandbox.linksOf('moodle')[0]!.id,
  });
});
afterAll(async () => {
  await room.close();
  await world.close();
});

const person = (name: string): Person => people.get(name)!;

/** The address with ids of this class: things that are there, so that only the permission refuses. */
function addressOf(path: string, base: string): string {
  const ids: Readonly<Record<string, string>> = {
    assignment: room.assignment.id,
    member: room.member('student-1')._id,
    child: room.member('student-1')._id,
    option: room.assignment.published!.board.options[0]!.id,
    link: room.link._id,
    tier: room.assignment.published!.tiers[0]!.id,
    step: 'step',
  };
  return (
    base +
    path
      .replace('/s/:session', '')
      .replaceAll(/:(\w+)/g, (_all, name: string) => ids[name] ?? '01J0000000000000000000NONE')
  );
}

async function ask(route: ServedRoute, who: Person, csrf = who.csrf, base = who.base) {
  const { method } = route;
  return who.visitor.open(
    addressOf(route.path, base),
    method === 'GET'
      ? {}
      : { method, fields: { _csrf: csrf }, headers: { 'x-trellis-csrf': csrf } },
  );
}

/** Everything that is stored of the class. */
async function stored(): Promise<string> {
  const names = ['assignments', 'submissions', 'grades', 'groupings', 'memberships', 'deliveries'];
  const all = await Promise.all(
    names.map((name) => world.store.connection.collection(name).find({}).toArray()),
  );
  return JSON.stringify(all);
}

describe('who may open what', () => {
  test('there are pages of students, families and staff to try', () => {
    const paths = routes.map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(60);
    for (const one of ['/my', '/family', '/a/:assignment/task', '/a/:assignment/grading'])
      expect(paths).toContain(`/s/:session${one}`);
  });

  test.each(['teacher', 'assistant', 'student', 'family', 'admin', 'guest'])(
    'a %s is refused wherever it is not meant for them, and nothing changes',
    async (name) => {
      const who = person(name);
      const before = await stored();
      const wrong: string[] = [];
      for (const route of routes.filter(({ path }) => !meantFor(path).includes(who.role))) {
        const page = await ask(route, who);
        if (page.status !== 403 || page.code !== 'not-allowed')
          wrong.push(
            `${route.method} ${route.path}: ${page.status} ${page.code ?? page.page ?? ''}`,
          );
      }
      expect(wrong).toEqual([]);
      expect(await stored()).toBe(before);
    },
  );

  test.each([
    'teacher of another course',
    'teacher of another school',
    'student of another school',
  ])('a %s finds nothing of this class under its addresses', async (name) => {
    const who = person(name);
    const before = await stored();
    const wrong: string[] = [];
    const named = routes.filter(
      ({ path }) =>
        /:(assignment|member|child|link)\b/.test(path) && meantFor(path).includes(who.role),
    );
    expect(named.length).toBeGreaterThan(10);
    for (const route of named) {
      const page = await ask(route, who);
      // 422: refused for its empty form, before anything was looked up.
      if (![404, 403, 422].includes(page.status))
        wrong.push(`${route.method} ${route.path}: ${page.status} ${page.code ?? page.page ?? ''}`);
      if (/Ana|Ruiz|frogs eat flies|Heron|Kingfisher/.test(page.text))
        wrong.push(`${route.method} ${route.path} shows what is another class’s`);
    }
    expect(wrong).toEqual([]);
    expect(await stored()).toBe(before);
  });

  test('a teacher’s or student’s address opens nothing in somebody else’s browser', async () => {
    const wrong: string[] = [];
    const before = await stored();
    for (const route of routes) {
      const owner = person(meantFor(route.path).includes('learner') ? 'student' : 'teacher');
      const thief = { ...person('student of another school'), base: owner.base };
      for (const who of [thief, { ...thief, visitor: new Visitor() }]) {
        const page = await ask(route, who, owner.csrf);
        if (page.status !== 401 || page.code !== 'session-ended')
          wrong.push(
            `${route.method} ${route.path}: ${page.status} ${page.code ?? page.page ?? ''}`,
          );
      }
    }
    expect(wrong).toEqual([]);
    expect(await stored()).toBe(before);
  });

  test('no change is taken without the session’s own token', async () => {
    const wrong: string[] = [];
    const before = await stored();
    for (const route of routes.filter(({ method }) => method !== 'GET')) {
      const isLearners = meantFor(route.path).includes('learner');
      const [owner, other] = isLearners
        ? [person('student'), person('teacher')]
        : [person('teacher'), person('student')];
      for (const csrf of ['', other.csrf]) {
        const page = await ask(route, owner, csrf);
        if (page.status !== 403 || page.code !== 'not-allowed')
          wrong.push(
            `${route.method} ${route.path}: ${page.status} ${page.code ?? page.page ?? ''}`,
          );
      }
    }
    expect(wrong).toEqual([]);
    expect(await stored()).toBe(before);
  });

  test('a student opens own pages, a teacher the class’s: the refusals above are no accident', async () => {
    const opened = async (name: string, pattern: RegExp): Promise<number> => {
      const who = person(name);
      let good = 0;
      for (const route of routes) {
        if (route.method !== 'GET' || !pattern.test(route.path)) continue;
        const page = await ask(route, who);
        expect([route.path, page.status]).not.toEqual([route.path, 403]);
        expect(page.status, route.path).toBeLessThan(500);
        if (page.status === 200) good += 1;
      }
      return good;
    };
    expect(await opened('student', /\/(my|task|hand-in|feedback)(\/|$)/)).toBeGreaterThan(3);
    expect(
      await opened('teacher', /\/(course|grading|groups|design|choices)(\/|$)/),
    ).toBeGreaterThan(6);
  });
});
