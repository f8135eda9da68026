import { newId } from '../../src/db/ids.js';
import { evidenceModel } from '../../src/insights/evidence.model.js';
import { goalKey } from '../../src/insights/goal-key.js';
import { ticketModel } from '../../src/insights/ticket.model.js';
import { ideaModel } from '../../src/choices/idea.model.js';
import type { GoalId, TierId } from '../../src/ids.js';
import { pairRuleModel } from '../../src/groups/pair-rule.model.js';
import type { Tier } from '../../src/assignments/assignment.js';
import { criterion, design, gradingClass, type GradingClass } from '../http/grading-class.js';
import { sameModels } from '../http/groups-class.js';
import { give, later } from '../http/passback-class.js';
import type { Browser, BrowserContext } from 'playwright-core';
import { Visitor } from '../support/visitor.js';
import type { LaunchOrder, World } from '../support/world.js';

/** A student whose name is very long, and one whose name holds markup. */
const LONG_NAME = 'student-17';
const MARKUP_NAME = 'student-28';
/** Handed in; the first five have a grade that stands differently in the gradebook. */
const CLASS = [1, 2, 3, 4, 5, 6].map((n) => `student-${n}`).concat(LONG_NAME, MARKUP_NAME);

/** The design's words are Spanish, so that any English on a Spanish page is ours. */
function spanishDesign() {
  const goal = { id: newId() as GoalId, text: 'Explico una red alimentaria', code: 'MS-LS2-1' };
  const second = { id: newId() as GoalId, text: 'أشرح من يأكل من', code: '' };
  const of = (text: string, isAnchor: boolean) => ({
    ...criterion(text, 10, { isAnchor, goalIds: [goal.id] }),
    levels: [
      { points: 10, label: 'Convincente', description: 'Cada parte aparece y encaja.' },
      { points: 7, label: 'Claro', description: 'Casi todo aparece.' },
      { points: 4, label: 'Empezado', description: 'Una parte aparece.' },
      { points: 0, label: 'Ausente', description: 'Todavía no aparece.' },
    ],
  });
  const first = design();
  const criteria = [
    of('Nombra ocho seres vivos', true),
    of('Explica qué pasa cuando uno desaparece', false),
  ];
  const base: Tier = {
    ...first.tiers[0]!,
    instructionsHtml: '<p>Construye una <strong>red alimentaria</strong> de un estanque.</p>',
    goalIds: [goal.id],
    criterionIds: criteria.map((c) => c.id),
    materials: [
      {
        id: newId(),
        kind: 'text',
        title: 'Modelo',
        url: null,
        fileId: null,
        html: '<p>La garza come la rana. La rana come la mosca.</p>',
      },
      {
        id: newId(),
        kind: 'link',
        title: 'Un enlace sobre estanques con un nombre bastante largo para una línea estrecha',
        url: 'https://example.org/estanque',
        fileId: null,
        html: null,
      },
    ],
    steps: [
      { id: newId(), text: 'Haz una lista de ocho seres vivos', targetAt: null },
      { id: newId(), text: 'Dibuja las flechas', targetAt: null },
    ],
  };
  const tier = (kind: 'support' | 'stretch', name: string): Tier => ({
    ...base,
    id: newId() as TierId,
    kind,
    name,
  });
  return design({
    title: 'Ecosistemas: ¿quién come a quién?',
    subject: 'Biología',
    language: 'es',
    goals: [goal, second],
    criteria,
    tiers: [tier('support', 'Martín'), { ...base, name: 'Garza' }, tier('stretch', 'Somormujo')],
    board: {
      ...first.board,
      options: first.board.options.map((option, i) => ({
        ...option,
        title: ['Escribir', 'Enlazar', 'Subir'][i] ?? 'Otra',
        criterionIds: criteria.map((c) => c.id),
      })),
    },
  });
}

/** A class in which every page has something to show. */
export async function shownClass(world: World): Promise<GradingClass> {
  const { sandbox } = world;
  const now = world.clock.now();
  sandbox.setLink('link-1', {
    title: 'Ecosistemas: ¿quién come a quién?',
    description: '<p>Construye una red alimentaria.</p>',
  });
  sandbox.setLink('link-3', { title: 'Fracciones', description: '<p>Para seis personas.</p>' });
  sandbox.setLink('link-2', {
    title: 'Carta',
    description: '<p>Convence con dos fuentes.</p>',
  });
  const room = await gradingClass(world, { students: CLASS, design: spanishDesign() });
  const { models, context, assignment, teacherMember } = room;
  const connection = sameModels(world);
  const published = assignment.published!;
  const key = goalKey(published.goals[0]!);

  /** Marks of both criteria that add up to the points. */
  const marks = (points: number) =>
    published.criteria.map((c, i) => ({
      criterionId: c.id,
      points: i === 0 ? Math.min(10, points) : Math.max(0, points - 10),
      comment: i === 0 ? 'Ocho, y bien elegidos.' : '',
      nextMove: i === 0 ? '' : 'Mira otra vez qué come la garza.',
    }));
  const grade = (key: string, points: number) =>
    give(room, key, points, { marks: marks(points), comment: 'Bien pensado.' });

  // One grade in each place a delivery can stand in.
  await grade('student-1', 18);
  await world.trellis.passback.drain();
  sandbox.override(room.linkId, 'student-2', { score: 7 });
  await grade('student-2', 12);
  sandbox.setEnrolled('student-3', false);
  await grade('student-3', 9);
  await world.trellis.passback.drain();
  sandbox.setEnrolled('student-3', true);
  sandbox.faults.set({ courseClosed: '422' });
  await grade('student-4', 15);
  await world.trellis.passback.drain();
  sandbox.faults.clear();
  await give(room, 'student-5', 0, { kind: 'missing' });

  const evidence = evidenceModel(connection);
  for (const [i, one] of CLASS.entries())
    for (const [j, value] of [55 + i * 5, 60 + i * 4, 50 + i * 6].entries()) {
      const membershipId = room.member(one)._id;
      const at = new Date(now.getTime() - (j + 1) * 86_400_000);
      const piece = { membershipId, goalKey: key, value, label: 'Prueba', at };
      await evidence.replace(context._id, 'scores', `prueba-${j}`, [membershipId], [piece]);
    }
  const place = {
    contextId: context._id,
    assignmentId: assignment.id,
    membershipId: room.member('student-6')._id,
  };
  await ticketModel(connection).create({
    _id: newId(),
    contextId: context._id,
    assignmentId: assignment.id,
    purpose: 'exit',
    title: 'Antes de salir',
    questions: [
      {
        id: newId(),
        kind: 'choice',
        text: '¿Qué come la rana?',
        options: ['Mosca', 'Garza'],
        answer: null,
      },
      { id: newId(), kind: 'text', text: '¿Por qué?', options: [], answer: null },
      { id: newId(), kind: 'confidence', text: '¿Qué tal?', options: [], answer: null },
    ],
    goalKey: key,
    stepIds: [],
    insteadText: '',
    isOpen: true,
    createdBy: teacherMember._id,
    createdAt: now,
  });
  await models.messages.add(
    {
      ...place,
      kind: 'question',
      text: '¿Puedo usar un charco?',
      byMembershipId: place.membershipId,
    },
    now,
  );
  await models.messages.add(
    {
      ...place,
      kind: 'nudge',
      text: 'Mira otra vez las flechas.',
      byMembershipId: teacherMember._id,
    },
    now,
  );
  await ideaModel(connection).propose(
    place,
    {
      title: 'Una canción',
      what: 'Canto una canción sobre un estanque.',
      form: 'audio',
      shows: published.criteria.map(({ id }) => ({ criterionId: id, text: 'En cada estrofa' })),
      needs: '',
    },
    now,
  );
  await pairRuleModel(connection).add({
    contextId: context._id,
    kind: 'apart',
    memberIds: [room.member('student-1')._id, room.member('student-2')._id],
    note: '',
    until: null,
    createdBy: teacherMember._id,
    from: now,
  });
  later(world, 1000);
  const groups = await room.open('/groups');
  const formed = await room.teacher.visitor.submit(groups, '#regroup');
  if (formed.status !== 200) throw new Error(`no groups: ${formed.text.slice(0, 300)}`);
  return room;
}

/** Somebody's own browser, with the session of a launch in it. */
export interface Guest {
  readonly context: BrowserContext;
  /** Address of the person's pages. */
  readonly base: string;
  /** Address the launch landed on. */
  readonly landed: string;
}

/** Launches as a person whose LMS speaks a language, and moves the session into a browser. */
export async function arrive(
  world: World,
  browser: Browser,
  order: LaunchOrder,
  locale: string,
  claims: Record<string, unknown> = {},
): Promise<Guest> {
  const visitor = new Visitor();
  const { action, fields } = await world.login(order, visitor, { claims: { locale, ...claims } });
  const page = await visitor.open(action, { method: 'POST', fields });
  const path = /\/s\/[^/]+/.exec(page.url)?.[0];
  if (path === undefined) throw new Error(`${order.as} landed nowhere: ${page.text.slice(0, 300)}`);
  const context = await withCookies(world, browser, visitor, locale);
  return { context, base: world.url + path, landed: page.url };
}

/** A browser context with a visitor's cookies. */
export async function withCookies(
  world: World,
  browser: Browser,
  visitor: Visitor,
  locale: string,
): Promise<BrowserContext> {
  const context = await browser.newContext({ locale, reducedMotion: 'reduce' });
  const { host } = new URL(world.url);
  await context.addCookies(
    [...visitor.cookies(host)].map(([name, value]) => ({
      name,
      value,
      url: 'https://localhost/',
      secure: true,
      httpOnly: true,
      sameSite: 'None' as const,
    })),
  );
  return context;
}
