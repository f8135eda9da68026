import type { Response } from 'express';
import type { FileStore } from '../db/files.js';
import { newId } from '../db/ids.js';
import type { Contexts } from '../launch/context.model.js';
import type { CourseCopies } from '../launch/course-copy.model.js';
import type { ResourceLink, ResourceLinks } from '../launch/resource-link.model.js';
import { movesView } from '../tiers/moves.view.js';
import type { OwnMoves } from '../tiers/own-move.model.js';
import { actorOf, type Actor } from '../web/actor.js';
import { render } from '../web/render.js';
import { firstDesign, type Assignment, type TaskDesign } from './assignment.js';
import type { Assignments } from './assignment.model.js';
import { attachSchema, type AttachForm } from './attach.schema.js';
import { modesView, offeredMoves, sourcesView, type AttachView } from './attach.view.js';
import { carryFiles } from './carry-files.job.js';
import { cleanHtml, htmlFromText } from './clean-html.js';
import { copyDesign, filesOf, onto } from './copy-design.js';
import { copySource, type CopySource } from './copy-source.js';
import { courseNav } from './nav.view.js';
import type { Templates } from './template.model.js';

/** What attaching needs. */
export interface AttachDeps {
  readonly assignments: Assignments;
  readonly links: ResourceLinks;
  readonly contexts: Contexts;
  readonly courseCopies: CourseCopies;
  readonly templates: Templates;
  readonly ownMoves: OwnMoves;
  readonly files: FileStore;
  readonly clock: () => Date;
}

/** Reads what a design may start from, and shows the attach page. */
export function attachDesk(deps: AttachDeps) {
  const { assignments, links, contexts, courseCopies, templates, files, clock } = deps;

  /** The base task as the platform describes it, or as typed where it says nothing. */
  function fromPlatform(actor: Actor, link: ResourceLink, form: AttachForm | null): TaskDesign {
    const { words } = actor;
    const sent = cleanHtml(link.descriptionHtml);
    return firstDesign(
      {
        title: link.title.trim() === '' ? (form?.title ?? '') : link.title.trim(),
        descriptionHtml: sent === '' ? cleanHtml(htmlFromText(form?.task ?? '')) : sent,
        pointsPossible: link.pointsPossible,
        dueAt: link.dueAt,
        language: words.language,
      },
      newId,
      {
        text: words.t('assignments.way.text'),
        link: words.t('assignments.way.link'),
        file: words.t('assignments.way.file'),
        base: words.t('tiers.name.base'),
      },
    );
  }

  /** What a copied link may have been copied from, within the same deployment only. */
  async function sourceOf(actor: Actor, link: ResourceLink): Promise<CopySource | null> {
    const elsewhere = (found: Assignment | null) =>
      found !== null && found.contextId !== actor.contextId ? found : null;
    const context = await contexts.get(actor.contextId);
    // The launch may tell where the course comes from, the platform's own notice as well.
    const told = await courseCopies.originsOf(actor.deploymentId, context.platformId);
    const history = [...new Set([...context.history, ...told])];
    const [named, byLink, byCourse] = await Promise.all([
      link.namedAssignmentId === null
        ? null
        : assignments.findInDeployment(actor.deploymentId, link.namedAssignmentId),
      Promise.all(
        link.historyIds.slice(0, 5).map(async (id) => {
          const known = await links.byPlatformId(actor.deploymentId, id);
          return known?.assignmentId == null
            ? null
            : assignments.findInDeployment(actor.deploymentId, known.assignmentId);
        }),
      ),
      Promise.all(
        history.slice(0, 5).map(async (id) => {
          const known = await contexts.byPlatformId(actor.deploymentId, id);
          return known === null ? [] : assignments.list(known._id);
        }),
      ),
    ]);
    const isThere = (one: Assignment | null): one is Assignment => one !== null;
    return copySource(
      {
        named: elsewhere(named),
        byLinkHistory: byLink.map(elsewhere).filter(isThere),
        ofCourseHistory: byCourse.flat().map(elsewhere).filter(isThere),
      },
      link.title,
    );
  }

  async function copyView(actor: Actor, link: ResourceLink): Promise<AttachView['copy']> {
    const source = await sourceOf(actor, link);
    if (source === null) return null;
    const { assignment, evidence } = source;
    const { words } = actor;
    const from = await contexts.get(assignment.contextId);
    const design = assignment.published ?? assignment.draft;
    return {
      title: design.title,
      text: words.t('assignments.copy.text', {
        course: from.title === '' ? words.t('assignments.copy.another') : from.title,
      }),
      what: words.t('assignments.copy.what', {
        tiers: words.t('assignments.count.tiers', { count: design.tiers.length }),
        criteria: words.t('assignments.count.criteria', { count: design.criteria.length }),
        ways: words.t('assignments.count.ways', {
          count: design.board.options.filter((option) => option.onlyFor === null).length,
        }),
      }),
      evidence: words.t(`assignments.copy.${evidence}`),
      isPublished: assignment.published !== null,
    };
  }

  async function show(
    res: Response,
    link: ResourceLink,
    refused: {
      readonly errors: Readonly<Record<string, string>>;
      readonly typed: Readonly<Record<string, unknown>>;
    } | null,
  ): Promise<void> {
    const actor = actorOf(res);
    const { words } = actor;
    const [copy, earlier, saved, own] = await Promise.all([
      copyView(actor, link),
      assignments.list(actor.contextId),
      templates.list(actor),
      deps.ownMoves.list(actor.contextId),
    ]);
    const typed = (name: string): string => {
      const value = refused?.typed[name];
      return typeof value === 'string' ? value : '';
    };
    const ticked = (name: string): readonly string[] | null => {
      if (refused === null) return null;
      const value = refused.typed[name];
      return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
    };
    const sent = cleanHtml(link.descriptionHtml);
    const design = fromPlatform(actor, link, null);
    const mode = attachSchema.shape.mode.safeParse(refused?.typed['mode'] ?? undefined);
    const sources = {
      templates: saved,
      earlier: earlier.map(({ id, draft }) => ({ id, title: draft.title })),
    };
    const view: AttachView = {
      href: `${actor.base}/attach/${link._id}`,
      came: {
        title: link.title,
        html: sent,
        isEmpty: sent === '',
        pointsText:
          link.pointsPossible === null
            ? words.t('assignments.came.no-points')
            : words.t('assignments.came.points', { points: words.number(link.pointsPossible) }),
        dueText:
          link.dueAt === null
            ? words.t('assignments.came.no-due')
            : words.t('assignments.came.due', { when: words.moment(link.dueAt) }),
        isNative: link.isNative,
      },
      copy,
      students: link.openedByLearnerAt === null ? null : words.t('assignments.students-waiting'),
      asksTitle: link.title.trim() === '',
      asksTask: sent === '',
      errors: Object.entries(refused?.errors ?? {}).map(([field, message]) => ({ field, message })),
      error: refused?.errors ?? {},
      typed: {
        title: typed('title'),
        task: typed('task'),
        goals: typed('goals'),
        criteria: typed('criteria'),
      },
      modes: modesView(mode.success ? mode.data : 'tiers', words),
      from: sourcesView(sources, typed('from') === '' ? 'fresh' : typed('from'), words),
      hasSources: sources.templates.length + sources.earlier.length > 0,
      bank: [
        ...new Set(earlier.flatMap(({ draft }) => draft.goals.map((goal) => goal.text))),
      ].slice(0, 40),
      support: offeredMoves(movesView(design, 'support', own, words, 6).first, ticked('support')),
      stretch: offeredMoves(movesView(design, 'stretch', own, words, 6).first, ticked('stretch')),
    };
    render(res, 'assignments/attach', view, {
      title: words.t('assignments.attach.title'),
      nav: courseNav(actor, 'course'),
    });
  }

  /** The design a copy starts from, with what the platform says about the new link. */
  async function copied(actor: Actor, source: Assignment, link: ResourceLink): Promise<TaskDesign> {
    const design = source.published ?? source.draft;
    const carried =
      source.contextId === actor.contextId
        ? null
        : await carryFiles(
            files,
            filesOf(design),
            source.contextId,
            { contextId: actor.contextId, ownerId: actor.membershipId },
            clock(),
          );
    return onto(copyDesign(design, newId, carried), link);
  }

  async function startFrom(
    actor: Actor,
    link: ResourceLink,
    form: AttachForm,
  ): Promise<TaskDesign> {
    const [kind, id = ''] = form.from.split(':');
    if (kind === 'assignment') {
      return copied(actor, await assignments.get(actor.contextId, id), link);
    }
    if (kind !== 'template') return fromPlatform(actor, link, form);
    const template = await templates.get(actor, id);
    const carried = await carryFiles(
      files,
      filesOf(template.design),
      template.contextId,
      { contextId: actor.contextId, ownerId: actor.membershipId },
      clock(),
    );
    await templates.countUse(template.id);
    return onto(copyDesign(template.design, newId, carried), link);
  }

  return { sourceOf, show, copied, startFrom };
}
