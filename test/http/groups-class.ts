import type { Connection } from 'mongoose';
import { assignmentModel } from '../../src/assignments/assignment.model.js';
import { firstDesign, type Assignment, type TaskDesign } from '../../src/assignments/assignment.js';
import { newId } from '../../src/db/ids.js';
import type {
  AssignmentId,
  ContextId,
  CriterionId,
  DeploymentId,
  GoalId,
  MembershipId,
  TierId,
} from '../../src/ids.js';
import { contextModel } from '../../src/launch/context.model.js';
import { membershipModel } from '../../src/launch/membership.model.js';
import { resourceLinkModel } from '../../src/launch/resource-link.model.js';
import { startWorld, type LaunchOrder, type World } from '../support/world.js';
import type { Page, Visitor } from '../support/visitor.js';

/** A published assignment with three tiers, its class list read, and a teacher looking at it. */
export interface GroupsClass {
  readonly world: World;
  teacher: Visitor;
  base: string;
  readonly contextId: ContextId;
  readonly assignment: Assignment;
  /** Address of a page of the assignment. */
  at(path: string): string;
  /** Membership id of somebody of the practice LMS. */
  member(key: string): Promise<MembershipId>;
  /** Another visit of the teacher, as after a week. */
  again(): Promise<void>;
  launch(
    as: string,
    extra?: Partial<LaunchOrder>,
  ): Promise<{ visitor: Visitor; page: Page; base: string }>;
}

/** The store's models once more: those that the app compiled already. */
export function sameModels(world: World): Connection {
  const { connection } = world.store;
  return { model: (name: string) => connection.model(name) } as unknown as Connection;
}

export const SECRET_TIERS = ['Zebrafinch path', 'Marmoset path', 'Okapi path'] as const;

export function tieredDesign(language = 'en'): TaskDesign {
  const first = firstDesign(
    {
      title: 'Who eats whom',
      descriptionHtml: '<p>Draw a food web.</p>',
      pointsPossible: 20,
      dueAt: null,
      language,
    },
    newId,
    { text: 'Write', link: 'Link', file: 'File', base: SECRET_TIERS[0] },
  );
  const goalId = newId() as GoalId;
  const criterionId = newId() as CriterionId;
  const base = { ...first.tiers[0]!, goalIds: [goalId], criterionIds: [criterionId] };
  const other = (kind: 'support' | 'stretch', name: string) => ({
    ...base,
    id: newId() as TierId,
    kind,
    name,
  });
  return {
    ...first,
    goals: [{ id: goalId, text: 'I can explain a food web', code: '' }],
    criteria: [
      {
        id: criterionId,
        text: 'The web is complete',
        goalIds: [goalId],
        kind: 'single-point',
        points: 20,
        levels: [],
        isAnchor: true,
      },
    ],
    tiers: [other('support', SECRET_TIERS[1]), base, other('stretch', SECRET_TIERS[2])],
  };
}

/** Reads until something is there; the class list is read beside the launch. */
export async function eventually<T>(read: () => Promise<T | null>): Promise<T> {
  for (let i = 0; i < 200; i += 1) {
    const found = await read();
    if (found !== null) return found;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error('it did not come');
}

export async function startGroupsClass(
  prepare: (world: World) => void = () => undefined,
  waitsForRoster = true,
): Promise<GroupsClass> {
  const world = await startWorld({ family: 'canvas' });
  prepare(world);
  const { visitor: teacher, base } = await world.launch({ as: 'teacher-1', link: 'link-1' });
  const connection = sameModels(world);
  const contexts = contextModel(connection);
  const memberships = membershipModel(connection);
  const links = resourceLinkModel(connection);
  const link = (await world.store.connection
    .collection('resourcelinks')
    .findOne({})) as unknown as {
    _id: never;
    contextId: ContextId;
    deploymentId: DeploymentId;
  };
  const { contextId, deploymentId } = link;
  await eventually(async () => {
    const { roster } = await contexts.get(contextId);
    return !waitsForRoster || roster.readAt !== null || roster.problem !== null ? roster : null;
  });
  const all = await memberships.list(contextId);
  const staff = all.find((m) => m.role === 'instructor')!;
  const now = world.clock.now();
  const design = tieredDesign();
  const assignment: Assignment = {
    id: newId() as AssignmentId,
    deploymentId,
    contextId,
    version: 1,
    draft: design,
    published: design,
    publishedAt: now,
    revision: 1,
    placements: [],
    groupingId: null,
    resourceLinkIds: [link._id],
    copiedFrom: null,
    isNative: false,
    createdBy: staff._id,
    createdAt: now,
    updatedAt: now,
  };
  await assignmentModel(connection).create(assignment);
  await links.bind(link._id, assignment.id);
  const people = new Map<string, MembershipId>();
  const room: GroupsClass = {
    world,
    teacher,
    base,
    contextId,
    assignment,
    at: (path) => `${room.base}/a/${assignment.id}${path}`,
    async again() {
      const visit = await world.launch({ as: 'teacher-1', link: 'link-1' });
      room.teacher = visit.visitor;
      room.base = visit.base;
    },
    async member(key) {
      const known = people.get(key);
      if (known !== undefined) return known;
      const sub = world.sandbox.users.find((user) => user.key === key)?.sub ?? '';
      const found = await memberships.bySub(contextId, sub);
      if (found === null) throw new Error(`${key} is not known`);
      people.set(key, found._id);
      return found._id;
    },
    launch: (as, extra = {}) => world.launch({ as, link: 'link-1', ...extra }),
  };
  return room;
}
