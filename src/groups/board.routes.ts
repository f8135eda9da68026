import { randomInt } from 'node:crypto';
import { Router, type Request } from 'express';
import { fromLocal } from '../assignments/local-time.js';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import { addSchoolDays } from '../insights/school-days.js';
import type { GroupingId } from '../ids.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, tryBody } from '../web/parse.js';
import { classToGroup } from './class-to-group.js';
import { findNames } from './class-list.js';
import { formSchema, listOf, useSchema } from './groups.schema.js';
import { BASES, type Grouping, type GroupingOrder } from './grouping.js';
import { giveRoles } from './hand-edit.js';
import type { Board, GroupDeps } from './load-board.js';
import { groupsToKeep, outsideSection } from './lms-groups.js';
import { putInForce } from './put-in-force.js';
import { regroup } from './regroup.js';
import type { TypedForm } from './regroup-form.view.js';
import { sayRule } from './say-groups.view.js';
import { boardFor, notice, rolesBefore, showBoard } from './show-board.view.js';

const TYPED = [
  'basis',
  'min',
  'max',
  'goal',
  'section',
  'absentNames',
  'basisWeight',
  'repeatsWeight',
  'wishesWeight',
  'until',
  'roles',
] as const;

function typedOf(typed: Readonly<Record<string, unknown>>): TypedForm {
  const texts = TYPED.flatMap((name) => {
    const value = typed[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return { ...Object.fromEntries(texts), absent: [typed['absent'] ?? []].flat().map(String) };
}

/** The group board and forming groups (design.md section 5, product 5.1). */
export function boardRoutes(deps: GroupDeps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('teach'));

  router.get(
    '/',
    handler(async (req, res) => {
      // The plan after grading opens the form with the basis it proposes.
      const basis = BASES.find((one) => one === req.query['basis']);
      const extra = basis === undefined ? {} : { typed: { basis } };
      showBoard(res, await boardFor(deps, actorOf(res), param(req, 'assignment')), extra);
    }),
  );

  /** Everything the form says, or why it cannot be used. */
  function readForm(req: Request, board: Board, actor: Actor) {
    const { words } = actor;
    const body = tryBody(formSchema, req);
    if (!body.ok) {
      const errors = Object.fromEntries(
        Object.entries(body.errors).map(([field, key]) => [
          field,
          words.t(key.startsWith('groups.') ? key : 'groups.error.other'),
        ]),
      );
      return { ok: false, errors, typed: typedOf(body.typed) } as const;
    }
    const form = body.value;
    const typed = typedOf({ ...form, min: String(form.min), max: String(form.max) });
    const named = findNames(listOf(form.absentNames), board.people.learners);
    if (named.unknown.length > 0) {
      const text = words.t('groups.error.absent-names', { names: named.unknown.join(', ') });
      return { ok: false, errors: { absentNames: text }, typed } as const;
    }
    const absent = new Set<string>([...form.absent, ...named.ids]);
    const until =
      form.until === ''
        ? addSchoolDays(board.now, 15, board.calendar)
        : fromLocal(form.until, board.calendar.timeZone);
    if (until === null || until <= board.now) {
      return { ok: false, errors: { until: words.t('groups.error.until') }, typed } as const;
    }
    return { ok: true, form, typed, absent, until } as const;
  }

  router.post(
    '/form',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId } = actor;
      const board = await boardFor(deps, actor, param(req, 'assignment'));
      const { current, people, now, assignment } = board;
      const read = readForm(req, board, actor);
      if (!read.ok) {
        showBoard(res.status(422), board, { typed: read.typed, errors: read.errors });
        return;
      }
      const { form, absent, until } = read;
      const absentIds = people.learners.filter((p) => absent.has(p.id)).map((p) => p.id);
      await deps.absences.set(contextId, board.today, absentIds, now);
      const order: GroupingOrder = {
        basis: form.basis,
        size: { min: form.min, max: form.max },
        goalKey: form.goal === '' ? null : form.goal,
        weights: {
          basis: form.basisWeight,
          repeats: form.repeatsWeight,
          wishes: form.wishesWeight,
        },
        seed: randomInt(2 ** 31),
      };
      const [evidence, growths] = await Promise.all([
        form.basis === 'similar' || form.basis === 'mixed' ? deps.recentEvidence(contextId) : [],
        form.basis === 'interest' ? deps.growths.ofContext(contextId) : [],
      ]);
      const interests = new Map(growths.map((growth) => [growth._id, growth.interests]));
      const elsewhere = outsideSection(board.learners, form.section);
      const room = classToGroup(
        board,
        new Set([...absent, ...elsewhere]),
        order.goalKey,
        evidence,
        interests,
      );
      const locked = groupsToKeep(
        current?.groups ?? [],
        elsewhere,
        (id) => !absent.has(id) && people.byId.get(id)?.hasLeft === false,
      );
      if (room.students.length === 0) {
        const title = words.t(
          people.learners.length === 0 ? 'groups.nobody.title' : 'groups.all-absent.title',
        );
        const text = words.t(
          people.learners.length === 0 ? 'groups.nobody.text' : 'groups.all-absent.text',
        );
        showBoard(res.status(422), board, {
          typed: read.typed,
          notices: [notice('warning', title, text)],
        });
        return;
      }
      const made = regroup(order, room, locked, newId);
      if (!made.ok) {
        const items = made.conflict.map((rule) => sayRule(rule, order.size, people, words));
        const title = words.t('groups.conflict.title', { count: room.students.length });
        showBoard(res.status(422), board, {
          typed: read.typed,
          notices: [notice('danger', title, words.t('groups.conflict.text'), items)],
        });
        return;
      }
      const taskRoles = listOf(form.roles);
      // A group that is kept keeps its parts too: they rotate only where roles are given anew by hand.
      const keptIds = new Set(locked.map((group) => group.id));
      const grouping: Grouping = {
        id: newId() as GroupingId,
        contextId,
        assignmentId: assignment.id,
        version: 1,
        state: 'proposed',
        order,
        rules: { apart: room.apart, together: room.together, absentIds },
        groups:
          taskRoles.length === 0
            ? made.groups
            : made.groups.map((group) =>
                keptIds.has(group.id) && Object.keys(group.roles).length > 0
                  ? group
                  : (giveRoles([group], taskRoles, rolesBefore(board))[0] ?? group),
              ),
        taskRoles,
        repeats: made.repeats,
        alone: made.alone,
        from: now,
        until,
        endedAt: null,
        previousId: form.seen === '' ? null : (form.seen as GroupingId),
        madeBy: actor.membershipId,
        madeAt: now,
        steps: [],
      };
      await deps.groupings.create(grouping);
      const place = { contextId, assignmentId: assignment.id, by: actor.membershipId, now };
      const href = `${actor.base}/a/${assignment.id}/groups`;
      const isDone = await putInForce(deps, place, grouping, form.seen);
      res.redirect(303, isDone ? href : `${href}/both?mine=${grouping.id}`);
    }),
  );

  router.post(
    '/use',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId, membershipId: by } = actor;
      const body = parseBody(useSchema, req);
      const board = await boardFor(deps, actor, param(req, 'assignment'));
      const mine = await deps.groupings.get(contextId, body.mine);
      if (mine.assignmentId !== board.assignment.id)
        throw new TrellisError('NOT_FOUND', 'grouping of another assignment');
      const { seen } = body;
      const place = { contextId, assignmentId: board.assignment.id, by, now: board.now };
      const href = `${actor.base}/a/${board.assignment.id}/groups`;
      const isDone = await putInForce(deps, place, mine, seen);
      res.redirect(303, isDone ? href : `${href}/both?mine=${mine.id}`);
    }),
  );
  return router;
}
