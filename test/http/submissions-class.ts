import type { Connection } from 'mongoose';
import { assignmentModel } from '../../src/assignments/assignment.model.js';
import {
  firstDesign,
  type Assignment,
  type SubmissionOption,
  type TaskDesign,
} from '../../src/assignments/assignment.js';
import { newId } from '../../src/db/ids.js';
import type { FlexibleGroup } from '../../src/groups/grouping.js';
import { gradeModel } from '../../src/grading/grade.model.js';
import type {
  AssignmentId,
  ContextId,
  CriterionId,
  FlexibleGroupId,
  GoalId,
  GroupingId,
  MembershipId,
  OptionId,
  TierId,
} from '../../src/ids.js';
import { contextModel } from '../../src/launch/context.model.js';
import { groupingModel } from '../../src/groups/grouping.model.js';
import { membershipModel } from '../../src/launch/membership.model.js';
import { resourceLinkModel } from '../../src/launch/resource-link.model.js';
import { submissionModel } from '../../src/submissions/submission.model.js';
import { supportsModel } from '../../src/tiers/supports.model.js';
import { startWorld, type World } from '../support/world.js';
import type { Fields, Page, Visitor } from '../support/visitor.js';

/** Names of routes, their texts and reasons: no student may ever meet them. */
export const ROUTES = ['Zebrafinch path', 'Marmoset path', 'Okapi path'] as const;

/** The store's models once more: those that the app compiled already. */
function compiled(world: World): Connection {
  const { connection } = world.store;
  return { model: (name: string) => connection.model(name) } as unknown as Connection;
}

export function anOption(change: Partial<SubmissionOption> = {}): SubmissionOption {
  return {
    id: newId() as OptionId,
    title: 'An essay',
    form: 'text',
    instructionsHtml: '',
    criterionIds: [],
    minutes: 20,
    materials: [],
    tierIds: [],
    places: null,
    course: null,
    worth: 1,
    onlyFor: null,
    ...change,
  };
}

/** A design of three routes with a rubric of two criteria and three ways to show it. */
export function aDesign(change: (design: TaskDesign) => TaskDesign = (d) => d): TaskDesign {
  const first = firstDesign(
    {
      title: 'Who eats whom',
      descriptionHtml: '<p>Describe the pond.</p>',
      pointsPossible: 20,
      dueAt: new Date(Date.now() + 3 * 86_400_000),
      language: 'en',
    },
    newId,
    { text: 'Write', link: 'Link', file: 'File', base: ROUTES[0] },
  );
  const goalId = newId() as GoalId;
  const criteria = ['Names producers', 'Gives a reason'].map((text, i) => ({
    id: newId() as CriterionId,
    text,
    goalIds: [goalId],
    kind: i === 0 ? ('levels' as const) : ('single-point' as const),
    points: 10,
    levels:
      i === 0
        ? [
            { points: 10, label: 'All of them', description: '' },
            { points: 5, label: 'Some of them', description: '' },
          ]
        : [],
    isAnchor: i === 0,
  }));
  const base = first.tiers[0]!;
  const tiers = ROUTES.map((name, i) => ({
    ...base,
    id: newId() as TierId,
    name,
    kind: (['base', 'support', 'stretch'] as const)[i]!,
    instructionsHtml: `<p>Text of the ${['first', 'second', 'third'][i]!} way.</p>`,
    steps: i === 0 ? [{ id: newId(), text: 'Look at the pond', targetAt: null }] : [],
    goalIds: [goalId],
    criterionIds: criteria.map((c) => c.id),
  }));
  const criterionIds = criteria.map((c) => c.id);
  return change({
    ...first,
    goals: [{ id: goalId, text: 'I can explain a food web', code: '' }],
    criteria,
    tiers,
    board: {
      ...first.board,
      options: [
        anOption({ title: 'An essay', form: 'text', criterionIds }),
        anOption({ title: 'A page on the web', form: 'link', criterionIds }),
        anOption({ title: 'A file of yours', form: 'file', criterionIds }),
      ],
    },
  });
}

/** A published assignment in a running world, reached through the practice LMS. */
export async function startClass(change?: (design: TaskDesign) => TaskDesign) {
  const world = await startWorld();
  const models = compiled(world);
  const teacher = await world.launch({ as: 'teacher-1', link: 'link-1' });
  const assignments = assignmentModel(models);
  const memberships = membershipModel(models);
  const link = (
    await resourceLinkModel(models).unbound(
      ((await models.model('Context').findOne({}).lean()) as unknown as { _id: ContextId })._id,
    )
  )[0]!;
  const { contextId } = link;
  const context = await contextModel(models).get(contextId);
  const design = aDesign(change);
  const now = new Date();
  const by = (await memberships.list(contextId)).find((m) => m.role === 'instructor')!;
  const assignment: Assignment = {
    id: newId() as AssignmentId,
    deploymentId: context.deploymentId,
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
    createdBy: by._id,
    createdAt: now,
    updatedAt: now,
  };
  await assignments.create(assignment);
  await resourceLinkModel(models).bind(link._id, assignment.id);

  /** A student's visit, landed on their task. */
  async function student(key: string, visitor?: Visitor) {
    const visit = await world.launch({ as: key, link: 'link-1' }, visitor);
    const at = `${visit.base}/a/${assignment.id}`;
    const member = async (): Promise<MembershipId> => {
      const id = /\/s\/([^/]+)/.exec(visit.base)?.[1] ?? '';
      const session = (await models.model('Session').findOne({ _id: id }).lean()) as unknown as {
        membershipId: MembershipId;
      };
      return session.membershipId;
    };
    return { ...visit, at, member };
  }

  const groupings = groupingModel(models);

  /** Puts groups in force for the assignment; each list is one group. */
  async function inGroups(
    ...lists: readonly (readonly MembershipId[])[]
  ): Promise<readonly FlexibleGroup[]> {
    const groups = lists.map((memberIds, i): FlexibleGroup => ({
      id: newId() as FlexibleGroupId,
      number: i + 1,
      memberIds,
      reasons: [],
      isLocked: false,
      tierId: null,
      roles: {},
      meeting: '',
    }));
    const id = newId() as GroupingId;
    const weights = { basis: 'a little', repeats: 'a little', wishes: 'a little' } as const;
    await groupings.create({
      id,
      contextId,
      assignmentId: assignment.id,
      version: 1,
      state: 'active',
      order: { basis: 'by-hand', size: { min: 2, max: 5 }, goalKey: null, weights, seed: 1 },
      rules: { apart: [], together: [], absentIds: [] },
      groups,
      taskRoles: [],
      repeats: 0,
      alone: [],
      from: now,
      until: new Date(now.getTime() + 86_400_000),
      endedAt: null,
      previousId: null,
      madeBy: by._id,
      madeAt: now,
      steps: [],
    });
    const current = await assignments.get(contextId, assignment.id);
    await assignments.change(current, { groupingId: id }, new Date());
    return groups;
  }

  return {
    world,
    teacher,
    teacherAt: `${teacher.base}/a/${assignment.id}`,
    contextId,
    assignment,
    design,
    assignments,
    memberships,
    submissions: submissionModel(models),
    grades: gradeModel(models),
    supports: supportsModel(models),
    inGroups,
    files: models.model('File'),
    student,
    close: () => world.close(),
  };
}

export type StudentClass = Awaited<ReturnType<typeof startClass>>;

/** The token that a page carries for changes. */
export function csrfOf(page: Page): string {
  return page.html.querySelector('meta[name=trellis-csrf]')!.getAttribute('content')!;
}

/** Presses a button of a page: its form's fields go to the button's own address. */
export async function press(
  visitor: Visitor,
  page: Page,
  address: string,
  fields: Fields = {},
): Promise<Page> {
  return visitor.open(new URL(address, page.url).href, {
    method: 'POST',
    fields: { _csrf: csrfOf(page), ...fields },
  });
}

/** A JSON request as the page's script makes it. */
export async function asScript(
  visitor: Visitor,
  page: Page,
  method: string,
  address: string,
  body: unknown,
): Promise<{ status: number; said: Record<string, unknown> }> {
  const isBytes = body instanceof Uint8Array;
  const answer = await visitor.raw(
    method,
    new URL(address, page.url).href,
    isBytes ? new Blob([body]) : JSON.stringify(body),
    {
      accept: 'application/json',
      'content-type': isBytes ? 'application/octet-stream' : 'application/json',
      'x-trellis-csrf': csrfOf(page),
    },
  );
  const text = await answer.text();
  return {
    status: answer.status,
    said: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text },
  };
}
