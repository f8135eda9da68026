import { join } from 'node:path';
import { createApp, type TrellisApp } from '../../src/app.js';
import {
  firstDesign,
  type Assignment,
  type SuccessCriterion,
  type TaskDesign,
} from '../../src/assignments/assignment.js';
import { assignmentModel } from '../../src/assignments/assignment.model.js';
import { openStore, type Store } from '../../src/db/connect.js';
import { newId } from '../../src/db/ids.js';
import { gradeModel } from '../../src/grading/grade.model.js';
import { planModel } from '../../src/grading/plan.model.js';
import { messageModel } from '../../src/submissions/message.model.js';
import type { AssignmentId, CriterionId, MembershipId } from '../../src/ids.js';
import { contextModel, type Context } from '../../src/launch/context.model.js';
import { membershipModel, type Membership } from '../../src/launch/membership.model.js';
import { resourceLinkModel, type ResourceLink } from '../../src/launch/resource-link.model.js';
import { deliveryModel } from '../../src/passback/delivery.model.js';
import { submissionModel } from '../../src/submissions/submission.model.js';
import type { Submission } from '../../src/submissions/submission.js';
import type { Page, Visitor } from '../support/visitor.js';
import type { Family, World } from '../support/world.js';

/** Names of tiers of the classes made here: no payload may hold them. */
export const TIER_NAMES = ['Heron', 'Kingfisher'] as const;

/** A second opening of a world's store, as another process has it. */
export function openBeside({ deps }: Pick<World, 'deps'>): Promise<Store> {
  const { dataDir } = deps.settings;
  return openStore(`sqlite:${join(dataDir, 'trellis.db')}`, { dataDir });
}

/** Another process on the same store. */
export async function anotherApp(
  world: Pick<World, 'deps'>,
): Promise<{ trellis: TrellisApp; close: () => Promise<void> }> {
  const store = await openBeside(world);
  const trellis = await createApp({ ...world.deps, store });
  return {
    trellis,
    close: async () => {
      await trellis.close();
      await store.close();
    },
  };
}

/** The models on a store that no app has opened. */
export function modelsOn({ connection }: Store) {
  return {
    assignments: assignmentModel(connection),
    submissions: submissionModel(connection),
    grades: gradeModel(connection),
    deliveries: deliveryModel(connection),
    links: resourceLinkModel(connection),
    contexts: contextModel(connection),
    memberships: membershipModel(connection),
    messages: messageModel(connection),
    plans: planModel(connection),
  };
}

/** A criterion of four levels. */
export function criterion(text: string, points = 5, extra: Partial<SuccessCriterion> = {}) {
  const of = (share: number) => Math.round(points * share * 10) / 10;
  return {
    id: newId() as CriterionId,
    text,
    goalIds: [],
    kind: 'levels',
    points,
    levels: [
      { points, label: 'Convincing', description: 'Every part is there and holds together.' },
      { points: of(0.7), label: 'Clear', description: 'Most of it is there.' },
      { points: of(0.4), label: 'Begun', description: 'Some of it is there.' },
      { points: 0, label: 'Not there', description: 'Not shown yet.' },
    ],
    isAnchor: false,
    ...extra,
  } satisfies SuccessCriterion;
}

/** A course whose one assignment is published, with students who launched and handed in. */
export interface GradingClass {
  readonly world: World;
  readonly family: Family;
  readonly linkId: string;
  readonly teacher: { readonly visitor: Visitor; readonly base: string };
  readonly teacherMember: Membership;
  readonly context: Context;
  readonly link: ResourceLink;
  readonly assignment: Assignment;
  /** In the order asked for. */
  readonly students: readonly { readonly key: string; readonly member: Membership }[];
  readonly models: ReturnType<typeof modelsOn>;
  readonly at: string;
  close(): Promise<void>;
  open(path: string): Promise<Page>;
  member(key: string): Membership;
}

/** A design with two criteria of 10 points each and two tiers, worth 20. */
export function design(change: Partial<TaskDesign> = {}): TaskDesign {
  const first = firstDesign(
    {
      title: 'Ecosystems: who eats whom?',
      descriptionHtml: '<p>Build a food web.</p>',
      pointsPossible: 20,
      dueAt: null,
      language: 'en',
    },
    newId,
    { text: 'Write it', link: 'Link it', file: 'Upload it', base: TIER_NAMES[0] },
  );
  const [base] = first.tiers;
  return {
    ...first,
    criteria: [
      criterion('Shows at least eight living things', 10, { isAnchor: true }),
      criterion('Explains what happens when one disappears', 10),
    ],
    tiers: [
      ...first.tiers,
      { ...base!, id: newId() as never, kind: 'support', name: TIER_NAMES[1] },
    ],
    ...change,
  };
}

/** Hands in a text for a student, as their page would. */
export async function handIn(
  {
    world,
    assignment,
    link,
    models,
  }: Pick<GradingClass, 'world' | 'assignment' | 'link' | 'models'>,
  member: Membership,
  html: string,
  more: { memberIds?: readonly MembershipId[]; at?: Date } = {},
): Promise<Submission> {
  const { submissions } = models;
  const at = more.at ?? world.clock.now();
  const option = assignment.published!.board.options[0]!;
  const place = {
    contextId: member.contextId,
    assignmentId: assignment.id,
    membershipId: member._id,
  };
  const open = await submissions.open(place, link._id, 1, at);
  return submissions.change(
    open,
    {
      state: 'handed-in',
      chosenIds: [option.id],
      handIns: [
        ...open.handIns,
        {
          attempt: open.handIns.length + 1,
          at,
          isLate: false,
          dueAt: null,
          works: [
            {
              optionId: option.id,
              optionTitle: option.title,
              work: { html, linkUrl: '', files: [], characters: html.length },
            },
          ],
          selfRatings: assignment.published!.criteria.map((c) => ({
            criterionId: c.id,
            share: 0.7,
            note: 'I think I have them all.',
          })),
          reflections: [],
          memberIds: more.memberIds ?? [member._id],
          loggedBy: null,
        },
      ],
    },
    at,
  );
}

/**
 * Makes a class: a teacher and students launch for real, the assignment is published through the
 * models, and every student hands in a text.
 */
export async function gradingClass(
  world: World,
  options: {
    family?: Family;
    students?: readonly string[];
    design?: Partial<TaskDesign>;
    linkId?: string;
  } = {},
): Promise<GradingClass> {
  const { family = 'canvas', students = ['student-1', 'student-2', 'student-3'] } = options;
  const linkId = options.linkId ?? world.sandbox.linksOf(family)[0]!.id;
  const teacher = await world.launch({ family, as: 'teacher-1', link: linkId });
  const store = await openBeside(world);
  const models = modelsOn(store);
  const teacherSub = world.sandbox.usersOf(family).find((u) => u.key === 'teacher-1')!.sub;
  const all = await models.contexts.listAll(100);
  let context: Context | undefined;
  let teacherMember: Membership | null = null;
  for (const one of all) {
    const found = await models.memberships.bySub(one._id, teacherSub);
    if (found !== null) [context, teacherMember] = [one, found];
  }
  if (context === undefined || teacherMember === null)
    throw new Error('the teacher did not arrive');
  const [link] = (await models.links.unbound(context._id)).filter((l) => !l.isNative);
  if (link === undefined) throw new Error('no link was seen');
  const published = design(options.design);
  const now = world.clock.now();
  const assignment: Assignment = {
    id: newId() as AssignmentId,
    deploymentId: context.deploymentId,
    contextId: context._id,
    version: 1,
    draft: published,
    published,
    publishedAt: now,
    revision: 1,
    placements: [],
    groupingId: null,
    resourceLinkIds: [link._id],
    copiedFrom: null,
    isNative: false,
    createdBy: teacherMember._id,
    createdAt: now,
    updatedAt: now,
  };
  await models.assignments.create(assignment);
  await models.links.bind(link._id, assignment.id);
  const members: { key: string; member: Membership }[] = [];
  for (const key of students) {
    await world.launch({ family, as: key, link: linkId });
    const { sub } = world.sandbox.usersOf(family).find((u) => u.key === key)!;
    const member = await models.memberships.bySub(context._id, sub);
    if (member === null) throw new Error(`${key} did not arrive`);
    await handIn(
      { world, assignment, link, models },
      member,
      `<p>The pond of ${key}: frogs eat flies.</p>`,
    );
    members.push({ key, member });
  }
  const at = `${teacher.base}/a/${assignment.id}`;
  const room = {
    world,
    family,
    linkId,
    teacher,
    teacherMember,
    context,
    link,
    assignment,
    students: members,
    models,
    at,
    close: () => store.close(),
    async open(path: string): Promise<Page> {
      const page = await teacher.visitor.open(room.at + path);
      if (page.status !== 401) return page;
      // The test let a school day pass: the teacher opens the link again.
      const { base } = await world.launch(
        { family, as: 'teacher-1', link: linkId },
        teacher.visitor,
      );
      room.at = `${base}/a/${assignment.id}`;
      return teacher.visitor.open(room.at + path);
    },
    member(key: string) {
      const found = members.find((m) => m.key === key);
      if (found === undefined) throw new Error(`${key} is not in this class`);
      return found.member;
    },
  };
  return room;
}
