import type { Request, Response } from 'express';
import { applyEdit } from '../assignments/apply-edit.js';
import type { Assignment, LearningGoal, TaskDesign } from '../assignments/assignment.js';
import type { Assignments } from '../assignments/assignment.model.js';
import { changedFields } from '../assignments/design-fields.js';
import { readDesignEdit } from '../assignments/design-edit.schema.js';
import type { DesignEditor, Edited } from '../assignments/design-editor.model.js';
import { assignmentNav } from '../assignments/nav.view.js';
import type { FileStore } from '../db/files.js';
import type { ContextId, MembershipId } from '../ids.js';
import { classOrder, displayName } from '../launch/display-name.js';
import type { Memberships } from '../launch/membership.model.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import type { PlatformServices } from '../lti/ports.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { parseBody } from '../web/parse.js';
import { render, renderPart } from '../web/render.js';
import { builderSchema } from './builder.schema.js';
import { builderBar, builderView, wholeNotes, type BuilderContext } from './builder.view.js';
import { conflictsView } from './conflicts.view.js';
import { checkDesign } from './design-check.js';
import { movesView } from './moves.view.js';
import { notesView } from './notes.view.js';
import type { OwnMoves } from './own-move.model.js';
import { levelView } from './tier-part.view.js';

/** What the builder's pages are made from. */
export interface BuilderDeps {
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
  /** The grouping in force: its basis and which tiers its groups carry; null: none. */
  readonly groupingOf: (
    contextId: ContextId,
    assignment: Assignment,
  ) => Promise<Parameters<typeof checkDesign>[1] | null>;
  readonly clock: () => Date;
}

/** What came of a save, and the fields that were refused. */
export interface Saved {
  readonly edited: Edited;
  readonly errors: Readonly<Record<string, string>>;
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

/** Reads, saves and shows the builder; every button of it works through this. */
export function builderDesk(deps: BuilderDeps) {
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
    const [steps, own, bank, learners, bound, groups, grouping] = await Promise.all([
      editor.steps(assignment),
      ownMoves.list(actor.contextId),
      bankOf(actor, assignment),
      memberships.learners(actor.contextId),
      links.ofAssignment(assignment.id),
      deps.groupsOf(actor.contextId, assignment),
      deps.groupingOf(actor.contextId, assignment),
    ]);
    const neutral = (number: number) => actor.words.t('tiers.student', { number });
    return {
      assignment,
      notes: checkDesign(assignment.draft, grouping),
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
  ): Promise<Saved> {
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
    result: Saved,
    focus: string | null,
    extra: Partial<BuilderContext> = {},
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
        ...extra,
      });
      return;
    }
    const query = focus === null ? '' : `?focus=${encodeURIComponent(focus)}`;
    res.redirect(303, `${actor.base}/a/${edited.assignment.id}/design${query}`);
  }

  /** The parts of an open page that a save may change. */
  async function answerJson(res: Response, result: Saved): Promise<void> {
    const { edited, errors } = result;
    const actor = actorOf(res);
    const { assignment } = edited;
    const { words } = actor;
    const pageHref = `${actor.base}/a/${assignment.id}/design`;
    const [steps, own, grouping] = await Promise.all([
      editor.steps(assignment),
      ownMoves.list(actor.contextId),
      deps.groupingOf(actor.contextId, assignment),
    ]);
    const context = {
      assignment,
      notes: checkDesign(assignment.draft, grouping),
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

  return { bankOf, show, save, answer, answerJson };
}

export type BuilderDesk = ReturnType<typeof builderDesk>;
