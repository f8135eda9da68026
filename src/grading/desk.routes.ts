import { Router, type Request, type Response } from 'express';
import { assignmentNav } from '../assignments/nav.view.js';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import { displayName } from '../launch/display-name.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, parseQuery } from '../web/parse.js';
import { render } from '../web/render.js';
import { deskView, totalText, type DeskFacts } from './desk.view.js';
import { nextPiece } from './desk-order.js';
import {
  annotationIdSchema,
  annotationSchema,
  deskQuery,
  deskSchema,
  keysSchema,
  type DeskInput,
} from './grade.schema.js';
import { isComplete } from './grade-state.js';
import type { Grade } from './grade.js';
import type { GradingDeps } from './grading-context.js';
import { loadPieces, showsNames, type LoadedPieces } from './load-pieces.job.js';
import { isInShare, isWaiting, type Piece } from './pieces.js';
import { readMarks } from './read-marks.js';
import { saveMarks } from './save-marks.job.js';
import { scoreOf } from './score.js';

interface AtDesk extends LoadedPieces {
  readonly actor: Actor;
  readonly piece: Piece;
  readonly nameless: boolean;
  readonly query: string;
}

type Extra = Partial<
  Pick<DeskFacts, 'typed' | 'problems' | 'openCriterionIds' | 'conflict' | 'saved'>
>;

/** Opens when somebody saved in between; the page then shows both. */
function isConflict(error: unknown): boolean {
  return error instanceof TrellisError && error.code === 'EDIT_CONFLICT';
}

/** The grading desk: one piece after another (design.md section 5, rule 10). */
export function deskRoutes(deps: GradingDeps): Router {
  const router = Router({ mergeParams: true });
  router.use('/:member', allow('grade'));
  const { grades, claims, habits, release, clock } = deps;

  async function open(req: Request, res: Response): Promise<AtDesk> {
    const actor = actorOf(res);
    const loaded = await loadPieces(deps, actor, param(req, 'assignment'));
    const piece = loaded.pieces.find((p) => p.member._id === param(req, 'member'));
    if (piece === undefined) throw new TrellisError('NOT_FOUND', 'no such student in this course');
    const names = showsNames(parseQuery(deskQuery, req), loaded.design);
    return { ...loaded, actor, piece, nameless: !names, query: names ? '?names=1' : '' };
  }

  function nextOf(desk: AtDesk): Piece | null {
    const { pieces, piece, actor, share, groups } = desk;
    const busy = new Set(
      desk.claims
        .filter((claim) => claim.by !== actor.membershipId)
        .map((claim) => claim.membershipId),
    );
    const byId = new Map(pieces.map((p) => [p.member._id, p]));
    const id = nextPiece([...byId.keys()], piece.member._id, (one) => {
      const next = byId.get(one);
      const isOwn = piece.memberIds.includes(one);
      return (
        next !== undefined &&
        !isOwn &&
        isWaiting(next) &&
        !busy.has(one) &&
        isInShare(next, share, groups)
      );
    });
    return id === null ? null : (byId.get(id) ?? null);
  }

  async function show(
    res: Response,
    desk: AtDesk,
    grade: Grade,
    busyName: string | null,
    extra: Extra = {},
    status = 200,
  ): Promise<void> {
    const { actor, assignment, piece } = desk;
    const now = clock();
    const view = deskView({
      assignment,
      piece,
      pieces: desk.pieces,
      grade,
      typed: null,
      problems: [],
      openCriterionIds: [],
      conflict: false,
      delivery: desk.deliveries.get(piece.member._id) ?? null,
      habit: await habits.find(actor.membershipId),
      nameless: desk.nameless,
      busyName,
      nextMemberId: nextOf(desk)?.member._id ?? null,
      saved: null,
      addressOf: (fileId) => deps.fileAddress(actor.sessionId, fileId, now),
      base: actor.base,
      now,
      words: actor.words,
      ...extra,
    });
    render(res.status(status), 'grading/desk', view, {
      title: actor.words.t('grading.desk'),
      nav: assignmentNav(actor, assignment.id, 'grading'),
    });
  }

  const gradeOf = (desk: AtDesk): Promise<Grade> =>
    grades.open(
      {
        contextId: desk.actor.contextId,
        assignmentId: desk.assignment.id,
        membershipId: desk.piece.member._id,
      },
      clock(),
    );

  router.get(
    '/:member',
    handler(async (req, res) => {
      const desk = await open(req, res);
      const { actor, assignment, piece } = desk;
      const query = parseQuery(deskQuery, req);
      const other = await claims.take(
        assignment.id,
        piece.member._id,
        actor.membershipId,
        clock(),
        query.take === '1',
      );
      const neutral = (): string => actor.words.t('grading.colleague');
      const colleague = desk.staff.find((member) => member._id === other?.by);
      const busy =
        other === null
          ? null
          : colleague === undefined
            ? neutral()
            : displayName(colleague, neutral);
      const saved = query.saved ?? null;
      await show(res, desk, await gradeOf(desk), busy, { saved });
    }),
  );

  /** Reads and stores the form. @returns What to answer with where it could not be stored. */
  async function store(
    desk: AtDesk,
    input: DeskInput,
    finishes: boolean,
  ): Promise<{ ok: true; grade: Grade } | { ok: false; extra: Extra; status: number }> {
    const { design, assignment, piece, actor } = desk;
    const read = readMarks(design, input);
    if (!read.ok)
      return { ok: false, extra: { typed: input, problems: read.problems }, status: 422 };
    try {
      const grade = await saveMarks(
        deps,
        { assignment, piece, by: actor.membershipId },
        input.version,
        read.value,
        finishes,
      );
      return { ok: true, grade };
    } catch (error) {
      if (!isConflict(error)) throw error;
      return { ok: false, extra: { typed: input, conflict: true }, status: 409 };
    }
  }

  router.post(
    '/:member/keep',
    handler(async (req, res) => {
      const desk = await open(req, res);
      const { actor, assignment, piece } = desk;
      const stored = await store(desk, parseBody(deskSchema, req), false);
      if (!stored.ok) {
        const [problem] = stored.extra.problems ?? [];
        const message =
          problem === undefined
            ? actor.words.t('grading.conflict.title')
            : actor.words.t(problem.messageKey, { ...problem.vars });
        res.status(stored.status).json({ message, field: problem?.field ?? null });
        return;
      }
      await claims.take(assignment.id, piece.member._id, actor.membershipId, clock());
      const { grade } = stored;
      res.json({ version: grade.version, total: totalText(assignment, grade, actor.words) });
    }),
  );

  router.post(
    '/:member',
    handler(async (req, res) => {
      const desk = await open(req, res);
      const { actor, assignment, design, piece, query } = desk;
      const input = parseBody(deskSchema, req);
      const stored = await store(desk, input, input.then !== 'stay');
      if (!stored.ok) {
        await show(res, desk, await gradeOf(desk), null, stored.extra, stored.status);
        return;
      }
      const { grade } = stored;
      await learn(desk, grade);
      const score = scoreOf(design, grade);
      const isOpen = !isComplete(design, grade) && score.state !== 'graded';
      const openIds = isOpen
        ? design.criteria.length === 0
          ? ['points']
          : score.openCriterionIds
        : [];
      // A piece without any mark is left for later; half a rubric is most often a slip.
      const isLeft = score.state === 'ungraded' && input.then === 'next';
      if (isOpen && input.then !== 'stay' && !isLeft) {
        await show(res, desk, grade, null, { openCriterionIds: openIds }, 422);
        return;
      }
      const at = `${actor.base}/a/${assignment.id}/grading`;
      if (input.then === 'release') {
        for (const id of piece.memberIds) await release.release(assignment, id, actor.membershipId);
        const saved = query === '' ? '?saved=released' : `${query}&saved=released`;
        res.redirect(303, `${at}/${piece.member._id}${saved}`);
        return;
      }
      if (input.then === 'stay') {
        const saved = query === '' ? '?saved=1' : `${query}&saved=1`;
        res.redirect(303, `${at}/${piece.member._id}${saved}`);
        return;
      }
      await claims.give(assignment.id, piece.member._id, actor.membershipId);
      const next = nextOf(desk);
      res.redirect(303, next === null ? `${at}${query}` : `${at}/${next.member._id}${query}`);
    }),
  );

  /** The teacher's own phrases, from what was just written. */
  async function learn({ actor, piece }: AtDesk, grade: Grade): Promise<void> {
    const before = piece.grade;
    const textsOf = (g: Grade | null): string[] =>
      g === null ? [] : [g.comment, g.nextMove, ...g.marks.flatMap((m) => [m.comment, m.nextMove])];
    const old = new Set(before?.isFinished === true ? textsOf(before) : []);
    const fresh = textsOf(grade).filter((text) => text !== '' && !old.has(text));
    await habits.learn(actor.contextId, actor.membershipId, fresh, clock());
  }

  router.post(
    '/:member/keys',
    handler(async (req, res) => {
      const { actor, assignment, piece, query } = await open(req, res);
      await habits.setKeys(actor.contextId, actor.membershipId, parseBody(keysSchema, req));
      res.redirect(303, `${actor.base}/a/${assignment.id}/grading/${piece.member._id}${query}`);
    }),
  );

  /** Changes the notes at passages; read anew while a save comes in between. */
  async function changeNotes(
    desk: AtDesk,
    change: (notes: Grade['annotations']) => Grade['annotations'],
  ): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const grade = await gradeOf(desk);
      try {
        const now = clock();
        const annotations = change(grade.annotations);
        await grades.change(
          grade,
          { annotations, gradedAt: now, gradedBy: desk.actor.membershipId },
          now,
        );
        return;
      } catch (error) {
        if (!isConflict(error) || tries >= 10) throw error;
      }
    }
  }

  router.post(
    '/:member/notes',
    handler(async (req, res) => {
      const desk = await open(req, res);
      const note = parseBody(annotationSchema, req);
      const isWork = desk.piece.submission?.handIns
        .at(-1)
        ?.works.some((work) => work.optionId === note.optionId);
      if (isWork !== true) throw new TrellisError('NOT_FOUND', 'no such work in this piece');
      await changeNotes(desk, (notes) => [...notes.slice(-199), { id: newId(), ...note }]);
      backToPiece(res, desk);
    }),
  );

  router.post(
    '/:member/notes/remove',
    handler(async (req, res) => {
      const desk = await open(req, res);
      const { id } = parseBody(annotationIdSchema, req);
      await changeNotes(desk, (notes) => notes.filter((note) => note.id !== id));
      backToPiece(res, desk);
    }),
  );

  function backToPiece(res: Response, { actor, assignment, piece, query }: AtDesk): void {
    res.redirect(303, `${actor.base}/a/${assignment.id}/grading/${piece.member._id}${query}`);
  }

  return router;
}
