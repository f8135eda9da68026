import { Router, type Request, type Response } from 'express';
import type { Assignments } from '../assignments/assignment.model.js';
import { assignmentNav, courseNav } from '../assignments/nav.view.js';
import { TrellisError } from '../errors.js';
import type { AssignmentId } from '../ids.js';
import { displayName } from '../launch/display-name.js';
import type { Memberships } from '../launch/membership.model.js';
import { may } from '../launch/permissions.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, parseQuery } from '../web/parse.js';
import { render } from '../web/render.js';
import type { Deliveries } from './delivery.model.js';
import { decideSchema, ledgerQuery, retrySchema } from './ledger.schema.js';
import { ledgerCsv, ledgerView, type LedgerFacts } from './ledger.view.js';
import type { Passback } from './passback.job.js';

interface Deps {
  readonly assignments: Assignments;
  readonly memberships: Memberships;
  readonly deliveries: Deliveries;
  readonly passback: Passback;
}

/**
 * Where every grade stands on its way to the gradebook.
 *
 * @param scope - The ledger of one assignment (`:assignment` in the path), or of the whole course.
 */
export function ledgerRoutes(deps: Deps, scope: 'assignment' | 'course'): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('teach'));
  const { assignments, memberships, deliveries, passback } = deps;

  async function facts(req: Request, res: Response, done: string): Promise<LedgerFacts> {
    const actor = actorOf(res);
    const { contextId, words } = actor;
    const assignment =
      scope === 'course' ? null : await assignments.get(contextId, param(req, 'assignment'));
    const [rows, members, all] = await Promise.all([
      assignment === null
        ? deliveries.ofContext(contextId)
        : deliveries.ofAssignment(contextId, assignment.id),
      memberships.list(contextId),
      assignment === null ? assignments.list(contextId) : [assignment],
    ]);
    const people = new Map<string, (typeof members)[number]>(members.map((m) => [m._id, m]));
    const titles = new Map<string, string>(
      all.map((one) => [one.id, (one.published ?? one.draft).title]),
    );
    const neutral = (number: number): string => words.t('grading.student', { number });
    return {
      rows,
      nameOf: (id) => {
        const person = people.get(id);
        return person === undefined ? words.t('passback.gone') : displayName(person, neutral);
      },
      titleOf: (id) => titles.get(id) ?? '',
      filter: parseQuery(ledgerQuery, req).state ?? null,
      title: assignment === null ? null : (titles.get(assignment.id) ?? ''),
      at: `${actor.base}${assignment === null ? '/course' : `/a/${assignment.id}`}/ledger`,
      mayAct: may(actor.role, 'grade', actor.assistants),
      done,
      words,
    };
  }

  async function show(req: Request, res: Response, done = ''): Promise<void> {
    const actor = actorOf(res);
    render(res, 'passback/ledger', ledgerView(await facts(req, res, done)), {
      title: actor.words.t('passback.title'),
      nav:
        scope === 'course'
          ? courseNav(actor, 'ledger')
          : assignmentNav(actor, param(req, 'assignment'), 'ledger'),
    });
  }

  const assignmentId = (req: Request): AssignmentId | null =>
    scope === 'course' ? null : (param(req, 'assignment') as AssignmentId);

  /** A delivery of this ledger. @throws TrellisError NOT_FOUND for one of another course or task. */
  async function rowOf(req: Request, res: Response, id: string) {
    const row = await deliveries.byId(actorOf(res).contextId, id);
    const own = assignmentId(req);
    if (row === null || (own !== null && row.assignmentId !== own))
      throw new TrellisError('NOT_FOUND', 'no such delivery in this course');
    return row;
  }

  router.get(
    '/',
    handler(async (req, res) => {
      await show(req, res);
    }),
  );

  router.get(
    '/export.csv',
    handler(async (req, res) => {
      const csv = ledgerCsv(await facts(req, res, ''));
      res
        .type('text/csv; charset=utf-8')
        .attachment('sent-grades.csv')
        .set('Cache-Control', 'no-store')
        .send(csv);
    }),
  );

  router.post(
    '/retry',
    allow('grade'),
    handler(async (req, res) => {
      const { contextId, words } = actorOf(res);
      const { id } = parseBody(retrySchema, req);
      const own = assignmentId(req);
      const count = await passback.resume.retry(
        contextId,
        id === '' ? { assignmentId: own } : { ids: [(await rowOf(req, res, id)).id] },
      );
      passback.hurry();
      await show(req, res, words.t('passback.retried', { count }));
    }),
  );

  router.post(
    '/decide',
    allow('grade'),
    handler(async (req, res) => {
      const { words } = actorOf(res);
      const { id, decision } = parseBody(decideSchema, req);
      const isDone = await passback.reader.decide(await rowOf(req, res, id), decision);
      passback.hurry();
      await show(req, res, isDone ? words.t(`passback.decided.${decision}`) : '');
    }),
  );

  router.post(
    '/check',
    allow('grade'),
    handler(async (req, res) => {
      const { contextId, words } = actorOf(res);
      const own = assignmentId(req);
      const rows =
        own === null
          ? await deliveries.ofContext(contextId)
          : await deliveries.ofAssignment(contextId, own);
      const settled = rows.filter((row) =>
        ['accepted', 'differs', 'superseded'].includes(row.state),
      );
      const count = await passback.reader.readBack(settled);
      await show(req, res, words.t('passback.checked', { count }));
    }),
  );

  return router;
}
