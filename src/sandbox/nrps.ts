import express from 'express';
import type { Request, Response } from 'express';
import { handler, json, refuse } from './answers.js';
import { bearer } from './bearer.js';
import { acceptProblems } from './checks.js';
import type { Family } from './families/family.js';
import { baseOf } from './families/family.js';
import { canvasRosterMessage } from './families/canvas-roster.js';
import { entryOf } from './journal.js';
import { MEDIA, ROLE, SCOPE } from './names.js';
import { pageOf } from './paging.js';
import { GROUP_IDS, groupOf } from './people.js';
import type { Person } from './people.js';
import type { Course, Link } from './state.js';
import { troubles } from './trouble.js';
import { faceOf, findCourse, findLink } from './world.js';
import type { World } from './world.js';

interface Roster {
  readonly course: Course;
  readonly id: string;
  readonly context: Record<string, unknown>;
  readonly people: readonly Person[];
  readonly link: Link | null;
}

function roleOf(req: Request): string | null {
  const { role } = req.query;
  return typeof role === 'string' && role !== '' ? role : null;
}

function answerRoster(
  world: World,
  family: Family,
  req: Request,
  res: Response,
  roster: Roster,
): void {
  const role = roleOf(req);
  const listed = roster.people.filter(
    (person) => role === null || family.services.hasRole(world, roster.course, person, role),
  );
  const page = pageOf(world, family, 'members', req, listed);
  const members = page.items.map((person) => {
    const member = family.services.member(world, roster.course, person);
    const message =
      family.name === 'canvas' && roster.link !== null
        ? canvasRosterMessage(world, roster.course, roster.link, person)
        : {};
    return { ...member, ...message };
  });
  if (page.link !== null) res.set('Link', page.link);
  json(res, 200, MEDIA.members, { id: roster.id, context: roster.context, members });
}

function courseRoster(world: World, family: Family) {
  return (req: Request, res: Response): void => {
    const entry = entryOf(res);
    entry.problems.push(...acceptProblems(entry.accept, MEDIA.members));
    if (!family.services.accepts('members', req.get('accept'))) {
      refuse(req, res, family, { status: 400, message: 'Invalid Accept Header' });
      return;
    }
    if (world.faults.now.rosterRefused) {
      refuse(req, res, family, {
        status: 403,
        message: 'The roster is not given out',
        shape: 'type',
      });
      return;
    }
    const face = faceOf(world, family.name);
    const course = findCourse(face, req.params['course'] ?? '');
    if (course === null) {
      refuse(req, res, family, { status: 404, message: 'Context not found' });
      return;
    }
    const rlid = req.query['rlid'];
    const whole = rlid === undefined || rlid === course.contextId;
    const link = whole || typeof rlid !== 'string' ? null : findLink(face, rlid);
    if (!whole && (link === null || link.courseId !== course.id || link.kind === 'native')) {
      entry.problems.push('rlid names no link of this tool.');
      refuse(req, res, family, {
        status: family.name === 'moodle' ? 404 : 400,
        message: 'Tool does not have access to rlid or rlid does not exist',
      });
      return;
    }
    const { notAssigned } = world.faults.now;
    const people = world.people.all.filter(
      (person) =>
        (link === null || !notAssigned.includes(person.key)) &&
        family.services.lists(world, person),
    );
    const { contextId, label, title } = course;
    answerRoster(world, family, req, res, {
      course,
      id: world.publicUrl + req.originalUrl,
      context: { id: contextId, label, title },
      people,
      link,
    });
  };
}

/** Canvas gives the members of one group by the same service (canvas.md 6). */
function groupRoster(world: World, family: Family) {
  return (req: Request, res: Response): void => {
    const entry = entryOf(res);
    entry.problems.push(...acceptProblems(entry.accept, MEDIA.members));
    const group = req.params['group'] ?? '';
    const course = faceOf(world, family.name).courses[0];
    if (course === undefined || !(GROUP_IDS as readonly string[]).includes(group)) {
      refuse(req, res, family, { status: 404, message: 'Context not found' });
      return;
    }
    const people = world.people.students.filter(
      (person) => groupOf(person) === group && world.people.isEnrolled(person),
    );
    const page = pageOf(world, family, 'members', req, people);
    const members = page.items.map((person) => ({
      ...family.services.member(world, course, person),
      roles: person === people[0] ? [ROLE.member, ROLE.manager] : [ROLE.member],
    }));
    if (page.link !== null) res.set('Link', page.link);
    json(res, 200, MEDIA.members, {
      id: `${baseOf(world, family.name)}/api/lti/groups/${group}/names_and_roles`,
      context: { id: group, title: `Group ${Number(group) - 30}` },
      members,
    });
  };
}

/**
 * The Names and Role Provisioning Service of one face.
 *
 * @param world - The practice LMS.
 * @param family - The face.
 * @returns A router for the family's path.
 */
export function rosterRouter(world: World, family: Family): express.Router {
  const router = express.Router();
  const before = [
    world.journal.note(family.name, 'roster'),
    troubles(world, 'roster'),
    bearer(world, family, [SCOPE.roster]),
  ];
  router.get(family.paths.roster, ...before, handler(courseRoster(world, family)));
  if (family.name === 'canvas') {
    router.get(
      '/api/lti/groups/:group/names_and_roles',
      ...before,
      handler(groupRoster(world, family)),
    );
  }
  router.all(family.paths.roster, world.journal.note(family.name, 'roster'), (req, res) => {
    entryOf(res).problems.push(`${req.method} is no method of a roster.`);
    res.status(405).end();
  });
  return router;
}
