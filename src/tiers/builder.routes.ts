import { Router, type RequestHandler } from 'express';
import { applyEdit } from '../assignments/apply-edit.js';
import { editOfPath } from '../assignments/design-fields.js';
import { readDesignEdit } from '../assignments/design-edit.schema.js';
import { newId } from '../db/ids.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, parseQuery } from '../web/parse.js';
import { builderDesk, type BuilderDeps } from './builder-desk.view.js';
import { builderQuery, takeSchema } from './builder.schema.js';
import { DESIGN_ACTS } from './design-acts.js';
import { moveLibrary } from './move-library.js';
import { movesLanguage, taskRead } from './moves.view.js';

/** The tier builder: one screen from task to three published tiers (design.md section 5). */
export function builderRoutes(deps: BuilderDeps): Router {
  const router = Router({ mergeParams: true });
  const { assignments, editor, ownMoves, clock } = deps;
  const { bankOf, show, save, answer, answerJson } = builderDesk(deps);

  router.use(allow('design'));

  router.get(
    '/',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { focus, done, refused } = parseQuery(builderQuery, req);
      const assignment = await assignments.get(actor.contextId, param(req, 'assignment'));
      await show(res, assignment, {
        focus: focus ?? null,
        done: done ?? null,
        refusal: refused ?? null,
      });
    }),
  );

  router.post(
    '/',
    handler(async (req, res) => {
      const result = await save(req, res, (design) => design, 'typed');
      if (req.accepts(['html', 'json']) === 'json') await answerJson(res, result);
      else await answer(req, res, result, null);
    }),
  );

  for (const [path, read] of Object.entries(DESIGN_ACTS)) {
    const run: RequestHandler = handler(async (req, res) => {
      const actor = actorOf(res);
      const assignment = await assignments.get(actor.contextId, param(req, 'assignment'));
      const own = path === 'moves' ? await ownMoves.list(actor.contextId) : [];
      const act = read((req.body ?? {}) as Record<string, unknown>, {
        newId,
        words: {
          support: actor.words.t('tiers.name.support'),
          stretch: actor.words.t('tiers.name.stretch'),
          levels: ['full', 'nearly', 'partly', 'not-yet'].map((l) =>
            actor.words.t(`tiers.levels.${l}`),
          ),
        },
        moves: [...own, ...moveLibrary(movesLanguage(assignment.draft))],
        bank: path === 'goals' ? await bankOf(actor, assignment) : [],
        readTask: taskRead,
        timeZone: actor.words.timeZone,
      });
      // A button that names nothing known still saves what was typed.
      const result = await save(
        req,
        res,
        act?.change ?? ((design) => design),
        act?.label ?? 'typed',
      );
      if (act === null && path === 'dates') {
        const typed = (req.body ?? {}) as Record<string, unknown>;
        const text = (name: string) => (typeof typed[name] === 'string' ? typed[name] : '');
        const error = actor.words.t('tiers.date.missing');
        const newDate = { whom: text('dateFor'), at: text('dateAt'), error };
        const errors = { ...result.errors, dateAt: error };
        await answer(req, res, { ...result, errors }, null, { newDate });
        return;
      }
      await answer(req, res, result, act?.focus ?? null);
    });
    router.post(`/${path}`, run);
  }

  for (const direction of ['undo', 'redo'] as const) {
    router.post(
      `/${direction}`,
      handler(async (req, res) => {
        const { edited, errors } = await save(req, res, (design) => design, 'typed');
        const actor = actorOf(res);
        const assignment = await editor.step(
          {
            contextId: actor.contextId,
            assignmentId: edited.assignment.id,
            by: actor.membershipId,
          },
          direction,
          clock(),
        );
        await answer(req, res, { edited: { ...edited, assignment }, errors }, null);
      }),
    );
  }

  router.post(
    '/take',
    handler(async (req, res) => {
      const { take, mine } = parseBody(takeSchema, req);
      const { edit } = readDesignEdit(editOfPath(take, mine[take] ?? ''));
      const { timeZone } = actorOf(res).words;
      const result = await save(
        req,
        res,
        (design) => applyEdit(design, edit, timeZone),
        'kept-mine',
      );
      await answer(req, res, result, null);
    }),
  );

  router.post(
    '/copied',
    handler(async (req, res) => {
      const { edited, errors } = await save(req, res, (design) => design, 'typed');
      const { copiedFrom } = edited.assignment;
      const assignment =
        copiedFrom === null
          ? edited.assignment
          : await assignments.change(
              edited.assignment,
              { copiedFrom: { ...copiedFrom, confirmed: true } },
              clock(),
            );
      await answer(req, res, { edited: { ...edited, assignment }, errors }, null);
    }),
  );
  return router;
}
