import { Router, type Response } from 'express';
import { fromLocal } from '../assignments/local-time.js';
import { assignmentNav } from '../assignments/nav.view.js';
import { TrellisError } from '../errors.js';
import type { MembershipId } from '../ids.js';
import { displayName } from '../launch/display-name.js';
import { may } from '../launch/permissions.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, parseQuery } from '../web/parse.js';
import { render } from '../web/render.js';
import { deskQuery, releaseSchema, scheduleSchema, shareSchema } from './grade.schema.js';
import { isReleasable } from './grade-state.js';
import type { GradingDeps } from './grading-context.js';
import { listView, type ListView } from './list.view.js';
import { nextPiece } from './desk-order.js';
import { isInShare, isWaiting } from './pieces.js';
import { loadPieces, showsNames, type LoadedPieces } from './load-pieces.job.js';
import { rubricChanges } from './rubric-change.js';

/** The list of an assignment's pieces, and releasing their grades. */
export function gradingRoutes(deps: GradingDeps): Router {
  const router = Router({ mergeParams: true });
  const { assignments, grades, links, release, clock } = deps;

  /** What the platform's column is worth where that is another number than ours. */
  async function columnPoints(loaded: LoadedPieces): Promise<number | null> {
    const { assignment, design } = loaded;
    const bound = await links.ofAssignment(assignment.id);
    const other = bound.find(
      (link) => link.pointsPossible !== null && link.pointsPossible !== design.pointsPossible,
    );
    return other?.pointsPossible ?? null;
  }

  function sharesOf(actor: Actor, loaded: LoadedPieces): ListView['shares'] {
    const { staff, groups, share } = loaded;
    if (staff.length < 2 && groups.length === 0) return [];
    const option = (value: string, label: string) => ({ value, label, selected: value === share });
    const { words } = actor;
    return [
      option('all', words.t('grading.share.all')),
      option('half-1', words.t('grading.share.half-1')),
      option('half-2', words.t('grading.share.half-2')),
      ...groups.map((group) =>
        option(`group:${group.id}`, words.t('groups.group', { number: group.name })),
      ),
    ];
  }

  async function show(
    res: Response,
    loaded: LoadedPieces,
    extra: {
      nameless: boolean;
      done?: string;
      scheduleError?: string;
      scheduleTyped?: string;
      status?: number;
    },
  ): Promise<void> {
    const actor = actorOf(res);
    const { assignment, pieces, design } = loaded;
    const neutral = (number: number) => actor.words.t('grading.colleague', { number });
    const nameOf = new Map(loaded.staff.map((m) => [m._id, displayName(m, neutral)]));
    const others = loaded.claims.filter((claim) => claim.by !== actor.membershipId);
    const busy = new Map(
      others.map((claim) => [claim.membershipId as string, nameOf.get(claim.by) ?? neutral(0)]),
    );
    const next = nextPiece(
      pieces.map((piece) => piece.member._id),
      null,
      (id) => {
        const piece = pieces.find((p) => p.member._id === id);
        return (
          piece !== undefined &&
          isWaiting(piece) &&
          !busy.has(id) &&
          isInShare(piece, loaded.share, loaded.groups)
        );
      },
    );
    const view = listView({
      assignment,
      pieces,
      deliveries: loaded.deliveries,
      busy,
      nameless: extra.nameless,
      mayGrade: may(actor.role, 'grade', actor.assistants),
      nextMemberId: next,
      changes: rubricChanges(
        design,
        pieces.flatMap((piece) => piece.grade ?? []),
      ),
      columnPoints: await columnPoints(loaded),
      shares: sharesOf(actor, loaded),
      done: extra.done ?? null,
      scheduleError: extra.scheduleError ?? null,
      scheduleTyped: extra.scheduleTyped ?? null,
      base: actor.base,
      words: actor.words,
    });
    render(res.status(extra.status ?? 200), 'grading/list', view, {
      title: actor.words.t('grading.title'),
      nav: assignmentNav(actor, assignment.id, 'grading'),
    });
  }

  const load = (actor: Actor, id: string): Promise<LoadedPieces> => loadPieces(deps, actor, id);

  router.get(
    '/',
    allow('teach'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const loaded = await load(actor, param(req, 'assignment'));
      await show(res, loaded, { nameless: !showsNames(parseQuery(deskQuery, req), loaded.design) });
    }),
  );

  router.post(
    '/release',
    allow('grade'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { member } = parseBody(releaseSchema, req);
      const { assignment, pieces, design } = await load(actor, param(req, 'assignment'));
      if (assignment.published === null)
        throw new TrellisError('INVALID_INPUT', 'nothing is published yet', {
          reason: 'not-published',
        });
      const chosen = pieces.filter(
        (piece) =>
          isReleasable(design, piece.grade) &&
          (member.length === 0 || member.includes(piece.member._id)),
      );
      let released = 0;
      for (const piece of chosen) {
        const done = await release.release(assignment, piece.member._id, actor.membershipId);
        if (done !== null) released += 1;
      }
      const now = await load(actor, assignment.id);
      await show(res, now, {
        nameless: !showsNames(parseQuery(deskQuery, req), design),
        done: actor.words.t('grading.release.done', { count: released }),
      });
    }),
  );

  router.post(
    '/schedule',
    allow('grade'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words } = actor;
      const typed = parseBody(scheduleSchema, req).at;
      const loaded = await load(actor, param(req, 'assignment'));
      const { pieces, design, assignment } = loaded;
      const nameless = !showsNames(parseQuery(deskQuery, req), design);
      const at = typed === '' ? null : fromLocal(typed, words.timeZone);
      if (typed !== '' && (at === null || at <= clock())) {
        const scheduleError = words.t(`grading.problem.${at === null ? 'no-date' : 'past'}`);
        await show(res, loaded, { nameless, scheduleError, scheduleTyped: typed, status: 422 });
        return;
      }
      for (const { grade } of pieces) {
        if (grade === null) continue;
        if (at === null ? grade.releaseAt === null : !isReleasable(design, grade)) continue;
        await changeGrade(grade.membershipId, assignment.id, actor, at);
      }
      await show(res, await load(actor, assignment.id), {
        nameless,
        done: words.t(at === null ? 'grading.release.unplanned' : 'grading.release.planned', {
          when: at === null ? '' : words.moment(at),
        }),
      });
    }),
  );

  /** Sets the time of release; read anew while somebody else saves. */
  async function changeGrade(
    membershipId: MembershipId,
    assignmentId: LoadedPieces['assignment']['id'],
    actor: Actor,
    releaseAt: Date | null,
  ): Promise<void> {
    for (let tries = 0; tries < 10; tries += 1) {
      const grade = await grades.find(actor.contextId, assignmentId, membershipId);
      if (grade === null) return;
      try {
        await grades.change(
          grade,
          { releaseAt, gradedBy: grade.gradedBy ?? actor.membershipId },
          clock(),
        );
        return;
      } catch (error) {
        if (!(error instanceof TrellisError) || error.code !== 'EDIT_CONFLICT') throw error;
      }
    }
  }

  router.post(
    '/share',
    allow('grade'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { share } = parseBody(shareSchema, req);
      const assignment = await assignments.get(actor.contextId, param(req, 'assignment'));
      await deps.habits.setShare(actor.contextId, actor.membershipId, assignment.id, share);
      res.redirect(303, `${actor.base}/a/${assignment.id}/grading`);
    }),
  );

  router.post(
    '/reapply',
    allow('grade'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { assignment, pieces, design } = await load(actor, param(req, 'assignment'));
      const changes = rubricChanges(
        design,
        pieces.flatMap((piece) => piece.grade ?? []),
      );
      let released = 0;
      for (const change of changes.filter(({ after }) => after !== null)) {
        const grade = await grades.find(actor.contextId, assignment.id, change.membershipId);
        if (grade === null) continue;
        await grades.change(grade, { gradedAt: clock(), gradedBy: actor.membershipId }, clock());
        const done = await release.release(assignment, change.membershipId, actor.membershipId);
        if (done !== null) released += 1;
      }
      await show(res, await load(actor, assignment.id), {
        nameless: !showsNames(parseQuery(deskQuery, req), design),
        done: actor.words.t('grading.release.done', { count: released }),
      });
    }),
  );

  return router;
}
