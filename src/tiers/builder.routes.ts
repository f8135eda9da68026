import { Router, type Request, type RequestHandler, type Response } from 'express';
import { applyEdit } from '../assignments/apply-edit.js';
import type { Assignment, LearningGoal, TaskDesign } from '../assignments/assignment.js';
import type { Assignments } from '../assignments/assignment.model.js';
import { changedFields, editOfPath } from '../assignments/design-fields.js';
import { addMaterial } from '../assignments/design-parts.js';
import { readDesignEdit } from '../assignments/design-edit.schema.js';
import type { DesignEditor, Edited } from '../assignments/design-editor.model.js';
import { isSame } from '../assignments/merge-designs.js';
import { assignmentNav } from '../assignments/nav.view.js';
import { newId } from '../db/ids.js';
import type { FileStore } from '../db/files.js';
import { TrellisError } from '../errors.js';
import type { ContextId, MembershipId } from '../ids.js';
import { classOrder, displayName } from '../launch/display-name.js';
import type { Memberships } from '../launch/membership.model.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import type { PlatformServices } from '../lti/ports.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { fieldErrors, parseBody, parseQuery, tryBody } from '../web/parse.js';
import { render, renderPart } from '../web/render.js';
import { uploadsOf } from '../web/upload.js';
import {
  builderBar,
  builderView,
  conflictsView,
  wholeNotes,
  type BuilderContext,
} from './builder.view.js';
import { builderQuery, builderSchema, ownMoveForm, takeSchema } from './builder.schema.js';
import { DESIGN_ACTS } from './design-acts.js';
import { checkDesign } from './design-check.js';
import { moveLibrary } from './move-library.js';
import { moveSchema, type Move } from './move.schema.js';
import { movesLanguage, movesView, taskRead } from './moves.view.js';
import { notesView, warningsSeen } from './notes.view.js';
import type { OwnMoves } from './own-move.model.js';
import { levelView } from './tier-part.view.js';

interface Deps {
  readonly assignments: Assignments;
  readonly editor: DesignEditor;
  readonly ownMoves: OwnMoves;
  readonly memberships: Memberships;
  readonly links: ResourceLinks;
  readonly files: FileStore;
  /** Asks the platform whether the column is still there; null where nothing can be asked. */
  readonly services: PlatformServices | null;
  /** Groups in force for an assignment, for dates of their own. */
  readonly groupsOf: (
    contextId: ContextId,
    assignment: Assignment,
  ) => Promise<readonly { readonly id: string; readonly name: string }[]>;
  readonly clock: () => Date;
}

/** Form fields of a body whose names still carry their brackets, as forms with files bring them. */
function nested(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    const path = name.split(/[[\]]+/).filter((part) => part !== '');
    let at = result;
    path.forEach((part, i) => {
      if (i === path.length - 1) {
        at[part] = value;
        return;
      }
      if (typeof at[part] !== 'object' || at[part] === null) at[part] = {};
      at = at[part] as Record<string, unknown>;
    });
  }
  return result;
}

/** What was typed at the refused fields, to be shown again. */
function typedAt(body: unknown, errors: Readonly<Record<string, string>>): Record<string, string> {
  const typed: Record<string, string> = {};
  for (const path of Object.keys(errors)) {
    const value = path
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], body);
    if (typeof value === 'string') typed[path] = value;
  }
  return typed;
}

/** The tier builder: one screen from task to three published tiers (design.md section 5). */
export function builderRoutes(deps: Deps): Router {
  const router = Router({ mergeParams: true });
  const { assignments, editor, ownMoves, memberships, links, clock } = deps;

  async function nameOf(actor: Actor, id: MembershipId | null): Promise<string> {
    const neutral = () => actor.words.t('tiers.coteacher');
    const person = id === null ? null : await memberships.find(actor.contextId, id);
    return person === null ? neutral() : displayName(person, neutral);
  }

  /** Goals of the course's other assignments, newest first, each text once. */
  async function bankOf(actor: Actor, assignment: Assignment): Promise<readonly LearningGoal[]> {
    const all = await assignments.list(actor.contextId);
    const goals = all.filter((a) => a.id !== assignment.id).flatMap((a) => a.draft.goals);
    return [...new Map(goals.filter((g) => g.text !== '').map((g) => [g.text, g])).values()];
  }

  async function contextOf(
    actor: Actor,
    assignment: Assignment,
    extra: Partial<BuilderContext> = {},
  ): Promise<BuilderContext> {
    const [steps, own, bank, learners, bound, groups] = await Promise.all([
      editor.steps(assignment),
      ownMoves.list(actor.contextId),
      bankOf(actor, assignment),
      memberships.learners(actor.contextId),
      links.ofAssignment(assignment.id),
      deps.groupsOf(actor.contextId, assignment),
    ]);
    const neutral = (number: number) => actor.words.t('tiers.student', { number });
    return {
      assignment,
      notes: checkDesign(assignment.draft),
      steps,
      ownMoves: own,
      bank,
      students: [...learners].sort(classOrder).map((person) => ({
        id: person._id,
        name: displayName(person, neutral),
      })),
      groups,
      isGone: bound.length > 0 && bound.every((link) => link.isBroken),
      isLinked: bound.length > 0,
      base: actor.base,
      words: actor.words,
      ...extra,
    };
  }

  async function show(
    res: Response,
    assignment: Assignment,
    extra: Partial<BuilderContext> = {},
  ): Promise<void> {
    const actor = actorOf(res);
    render(res, 'tiers/builder', builderView(await contextOf(actor, assignment, extra)), {
      title: actor.words.t('tiers.title'),
      nav: assignmentNav(actor, assignment.id, 'design'),
    });
  }

  /** Saves what the form holds together with what its button does. */
  async function save(
    req: Request,
    res: Response,
    act: (design: TaskDesign) => TaskDesign,
    label: string,
  ) {
    const actor = actorOf(res);
    const { version } = parseBody(builderSchema, req);
    const { edit, errors } = readDesignEdit(req.body);
    const edited = await editor.edit(
      {
        contextId: actor.contextId,
        assignmentId: param(req, 'assignment'),
        version,
        by: actor.membershipId,
      },
      (design) => act(applyEdit(design, edit, actor.words.timeZone)),
      label,
      clock(),
    );
    return { edited, errors };
  }

  /** The page again where something needs a look, else a redirect to where the keyboard goes. */
  async function answer(
    req: Request,
    res: Response,
    result: { readonly edited: Edited; readonly errors: Readonly<Record<string, string>> },
    focus: string | null,
  ): Promise<void> {
    const { edited, errors } = result;
    const actor = actorOf(res);
    if (Object.keys(errors).length > 0 || edited.conflicts.length > 0) {
      res.status(edited.conflicts.length > 0 ? 409 : 422);
      await show(res, edited.assignment, {
        errors,
        typed: typedAt(req.body, errors),
        conflicts: edited.conflicts,
        conflictWith: await nameOf(actor, edited.otherId),
        focus,
      });
      return;
    }
    const query = focus === null ? '' : `?focus=${encodeURIComponent(focus)}`;
    res.redirect(303, `${actor.base}/a/${edited.assignment.id}/design${query}`);
  }

  /** The parts of an open page that a save may change. */
  async function answerJson(
    res: Response,
    result: { readonly edited: Edited; readonly errors: Readonly<Record<string, string>> },
  ): Promise<void> {
    const { edited, errors } = result;
    const actor = actorOf(res);
    const { assignment } = edited;
    const { words } = actor;
    const pageHref = `${actor.base}/a/${assignment.id}/design`;
    const [steps, own] = await Promise.all([
      editor.steps(assignment),
      ownMoves.list(actor.contextId),
    ]);
    const context = {
      assignment,
      notes: checkDesign(assignment.draft),
      steps,
      base: actor.base,
      words,
    };
    const parts: Record<string, string> = {
      bar: renderPart(res, 'tiers/bar', builderBar(context)),
      notes: renderPart(res, 'tiers/notes', wholeNotes(context)),
      moves: renderPart(res, 'tiers/moves', {
        pageHref,
        moves: (['support', 'stretch'] as const).map((kind) =>
          movesView(assignment.draft, kind, own, words),
        ),
      }),
      conflicts: renderPart(
        res,
        'tiers/conflicts',
        conflictsView({
          ...context,
          conflicts: edited.conflicts,
          conflictWith: await nameOf(actor, edited.otherId),
        }),
      ),
    };
    const marks: Record<string, unknown> = {};
    for (const tier of assignment.draft.tiers) {
      const level = levelView(tier, assignment.draft.language, words);
      marks[tier.id] = { longSentences: level.longSentences, rareWords: level.rareWords };
      parts[`level-${tier.id}`] = renderPart(res, 'tiers/level', level);
      parts[`notes-${tier.id}`] = renderPart(res, 'tiers/tier-notes', {
        pageHref,
        notes: notesView(
          context.notes.filter((note) => note.tierId === tier.id),
          words,
        ),
      });
    }
    const changed = changedFields(edited.mine, assignment.draft, words.timeZone);
    res.status(Object.keys(errors).length > 0 ? 422 : 200).json({
      version: assignment.version,
      parts,
      marks,
      changed: changed ?? [],
      // Parts came or went elsewhere: the page is made again.
      reload: changed === null,
      errors,
      message: Object.values(errors)[0] ?? null,
      conflicts: edited.conflicts.length,
      mergedWith:
        edited.otherId === null
          ? null
          : words.t('tiers.merged', { who: await nameOf(actor, edited.otherId) }),
    });
  }

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

  router.post(
    '/moves/own',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const result = await save(req, res, (design) => design, 'typed');
      const form = tryBody(ownMoveForm, req);
      if (!form.ok) {
        await answer(req, res, { ...result, errors: { ...result.errors, ...form.errors } }, null);
        return;
      }
      const { moveKind, moveName, moveText, moveWhy } = form.value;
      const move = moveSchema.safeParse({
        id: 'own',
        kind: moveKind,
        changes: 'process',
        name: moveName,
        text: moveText,
        why: moveWhy,
      });
      if (!move.success) {
        // "More of the same" is refused as a stretch, with why (product rule 15).
        const [message = ''] = Object.values(fieldErrors(move.error));
        await answer(
          req,
          res,
          { ...result, errors: { ...result.errors, moveText: message } },
          'moves',
        );
        return;
      }
      const made: Move = move.data;
      await ownMoves.add(actor.contextId, made, actor.membershipId, clock());
      await answer(req, res, result, 'moves');
    }),
  );

  router.post(
    '/files',
    handler(async (req, res) => {
      const actor = actorOf(res);
      req.body = nested((req.body ?? {}) as Record<string, unknown>);
      let errors: Record<string, string> = {};
      const added: ((design: TaskDesign) => TaskDesign)[] = [];
      for (const upload of uploadsOf(req)) {
        const tierId = /^file\.([\w-]+)$/.exec(upload.field)?.[1];
        if (tierId === undefined) continue;
        const outcome = upload.isTooLarge
          ? ({ ok: false, problem: 'too-large' } as const)
          : await deps.files.keep(
              upload.path,
              {
                contextId: actor.contextId,
                ownerId: actor.membershipId,
                purpose: 'material',
                name: upload.name,
              },
              clock(),
            );
        if (!outcome.ok) {
          errors = {
            ...errors,
            [upload.field]: actor.words.t(`tiers.file.${outcome.problem}`, { name: upload.name }),
          };
          continue;
        }
        const { file } = outcome;
        const materialId = newId();
        added.push((design) =>
          addMaterial(
            design,
            tierId,
            { kind: 'file', title: file.name, fileId: file.id },
            () => materialId,
          ),
        );
      }
      const result = await save(
        req,
        res,
        (design) => added.reduce((done, add) => add(done), design),
        added.length > 0 ? 'material-added' : 'typed',
      );
      await answer(req, res, { ...result, errors: { ...result.errors, ...errors } }, null);
    }),
  );

  /** Asks each link's platform whether its column is still there; silence is no answer. */
  async function markGone(actor: Actor, assignment: Assignment): Promise<void> {
    const { services } = deps;
    if (services === null) return;
    const bound = await links.ofAssignment(assignment.id);
    await Promise.all(
      bound.map(async (link) => {
        if (link.lineItemUrl === null) return;
        const item = await services
          .getLineItem(
            { deploymentId: link.deploymentId, contextId: actor.contextId },
            { scopes: link.scopes, lineItemsUrl: link.lineItemsUrl, lineItemUrl: link.lineItemUrl },
            link.lineItemUrl,
          )
          .catch(() => undefined);
        if (item === null && !link.isBroken) await links.change(link._id, { isBroken: true });
        if (item != null && link.isBroken) await links.change(link._id, { isBroken: false });
      }),
    );
  }

  router.post(
    '/publish',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { seen } = parseBody(builderSchema, req);
      const result = await save(req, res, (design) => design, 'typed');
      if (Object.keys(result.errors).length > 0 || result.edited.conflicts.length > 0) {
        await answer(req, res, result, null);
        return;
      }
      let { assignment } = result.edited;
      const notes = checkDesign(assignment.draft);
      const isBlocked = notes.some((note) => note.severity === 'blocks');
      const known = new Set(seen.split(' '));
      const isNews = warningsSeen(notes)
        .split(' ')
        .some((warning) => warning !== '' && !known.has(warning));
      if (isBlocked || isNews) {
        res.status(422);
        await show(res, assignment, { refusal: isBlocked ? 'blocked' : 'warned' });
        return;
      }
      const design = assignment.draft;
      for (let i = 0; i < 5; i += 1) {
        if (assignment.published !== null && isSame(assignment.published, design)) break;
        try {
          const now = clock();
          assignment = await assignments.change(
            assignment,
            { published: design, publishedAt: now, revision: assignment.revision + 1 },
            now,
          );
          break;
        } catch (error) {
          if (!(error instanceof TrellisError) || error.code !== 'EDIT_CONFLICT' || i === 4)
            throw error;
          // Placements or a co-teacher's words were saved in between: what was checked is published.
          assignment = await assignments.get(actor.contextId, assignment.id);
        }
      }
      await markGone(actor, assignment);
      res.redirect(303, `${actor.base}/a/${assignment.id}/design?done=published`);
    }),
  );

  return router;
}
