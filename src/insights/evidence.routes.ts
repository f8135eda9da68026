import { readFile } from 'node:fs/promises';
import { Router, type Request, type Response } from 'express';
import { assignmentNav } from '../assignments/nav.view.js';
import type { Assignment } from '../assignments/assignment.js';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import { classList } from '../groups/class-list.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import type { PlatformServices } from '../lti/ports.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, tryBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { uploadsOf } from '../web/upload.js';
import type { EvidenceStore } from './evidence.model.js';
import { lmsSchema, mappedSchema, removeSchema } from './evidence.schema.js';
import { evidenceSources, goalOptions, previewView, type EvidenceView } from './evidence.view.js';
import { courseGoals, goalKey, type CourseGoal } from './goal-key.js';
import { readLmsResults } from './lms-evidence.job.js';
import type { ReviewDeps } from './load-review.js';
import { mapScores, readScores, type ColumnGoal, type ScoreTable } from './read-scores.js';
import { readNumber } from './ticket.js';

interface Deps extends Pick<
  ReviewDeps,
  'assignments' | 'memberships' | 'recentEvidence' | 'clock'
> {
  readonly evidence: EvidenceStore;
  readonly links: ResourceLinks;
  readonly services: Pick<PlatformServices, 'results'>;
}

/** What is listed goes back this far. */
const LISTED_MS = 120 * 86_400_000;

/** A file's words, whatever spreadsheet wrote it: UTF-8, UTF-16 with its mark, else Windows. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Evidence of a course: where it comes from, and bringing in scores from elsewhere. */
export function evidenceRoutes(deps: Deps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('teach'));

  /** Goals to map to: those of this assignment first, then all of the course. */
  async function goalsFor(assignment: Assignment): Promise<readonly CourseGoal[]> {
    const all = await deps.assignments.list(assignment.contextId);
    return courseGoals([
      assignment.published ?? assignment.draft,
      ...all.map((other) => other.published ?? other.draft),
    ]);
  }

  async function show(
    req: Request,
    res: Response,
    extra: Partial<Pick<EvidenceView, 'errors' | 'notice' | 'text' | 'label'>> = {},
  ): Promise<void> {
    const actor = actorOf(res);
    const { words, contextId } = actor;
    const assignment = await deps.assignments.get(contextId, param(req, 'assignment'));
    const [goals, links, pieces] = await Promise.all([
      goalsFor(assignment),
      deps.links.ofAssignment(assignment.id),
      deps.recentEvidence(contextId, LISTED_MS),
    ]);
    const base = `${actor.base}/a/${assignment.id}`;
    render(
      res,
      'insights/evidence',
      {
        title: (assignment.published ?? assignment.draft).title,
        href: `${base}/evidence`,
        backHref: `${base}/placements`,
        errors: null,
        notice: null,
        text: '',
        label: '',
        canReadLms: links.some((link) => link.lineItemUrl !== null),
        goals: goalOptions(goals, goals[0]?.key ?? null, null),
        sources: evidenceSources(pieces, words),
        ...extra,
      },
      {
        title: words.t('evidence.title'),
        nav: assignmentNav(actor, assignment.id, 'placements'),
        backHref: `${base}/placements`,
      },
    );
  }

  /** The goal of each column: as chosen, else a goal whose words the heading has, else the first. */
  function columnsOf(
    table: ScoreTable,
    goals: readonly CourseGoal[],
    chosen: {
      readonly goal: Readonly<Record<string, string>>;
      readonly most: Readonly<Record<string, string>>;
    } | null,
  ): readonly ColumnGoal[] {
    return table.columns.map(({ name, most }, i) => {
      if (chosen !== null) {
        const key = chosen.goal[`c${i}`] ?? '';
        return {
          goalKey: goals.some((goal) => goal.key === key) ? key : null,
          most: readNumber(chosen.most[`c${i}`] ?? ''),
        };
      }
      const named =
        goals.find((goal) => goal.key === goalKey({ text: name, code: name })) ??
        goals.find((goal) => goal.text.toLowerCase() === name.toLowerCase());
      const isScore = table.lines.some(
        (line) => readNumber(line.cells[i]?.split('/')[0] ?? '') !== null,
      );
      return { goalKey: isScore ? ((named ?? goals[0])?.key ?? null) : null, most };
    });
  }

  router.get(
    '/',
    handler(async (req, res) => {
      await show(req, res);
    }),
  );

  router.post(
    '/preview',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId } = actor;
      const [file] = uploadsOf(req);
      const body = tryBody(mappedSchema, req);
      if (!body.ok) {
        const text = typeof body.typed['text'] === 'string' ? body.typed['text'] : '';
        await show(req, res.status(422), {
          text,
          errors: { text: words.t('evidence.error.long') },
        });
        return;
      }
      const { label } = body.value;
      const text = file === undefined ? body.value.text : decode(await readFile(file.path));
      const table = readScores(text);
      const problem = file?.isTooLarge === true ? 'too-long' : table.problem;
      if (problem !== null) {
        const errors = { text: words.t(`evidence.error.${problem}`) };
        await show(req, res.status(422), { text: text.slice(0, 200_000), label, errors });
        return;
      }
      const assignment = await deps.assignments.get(contextId, param(req, 'assignment'));
      const [goals, members] = await Promise.all([
        goalsFor(assignment),
        deps.memberships.list(contextId),
      ]);
      const { learners } = classList(members, (number) => words.t('groups.student', { number }));
      const isMapped = Object.keys(body.value.goal).length > 0;
      const columns = columnsOf(table, goals, isMapped ? body.value : null);
      const mapped = mapScores(table, columns, learners);
      const base = `${actor.base}/a/${assignment.id}`;
      render(
        res,
        'insights/evidence-preview',
        previewView(table, columns, mapped, goals, { text, label }, `${base}/evidence`, words),
        {
          title: words.t('evidence.preview'),
          nav: assignmentNav(actor, assignment.id, 'placements'),
          backHref: `${base}/evidence`,
        },
      );
    }),
  );

  router.post(
    '/save',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId } = actor;
      const body = parseBody(mappedSchema, req);
      const assignment = await deps.assignments.get(contextId, param(req, 'assignment'));
      const [goals, members] = await Promise.all([
        goalsFor(assignment),
        deps.memberships.list(contextId),
      ]);
      const { learners } = classList(members, (number) => words.t('groups.student', { number }));
      const table = readScores(body.text);
      const mapped = mapScores(table, columnsOf(table, goals, body), learners);
      const now = deps.clock();
      const label =
        body.label === '' ? words.t('evidence.pasted', { day: words.day(now) }) : body.label;
      await deps.evidence.replace(
        contextId,
        'scores',
        newId(),
        [],
        mapped.pieces.map((piece) => ({ ...piece, label, at: now })),
      );
      await show(req, res, {
        notice: {
          kind: 'success',
          title: words.t('evidence.kept', { count: mapped.pieces.length }),
          text: '',
        },
      });
    }),
  );

  router.post(
    '/lms',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId } = actor;
      const { goal } = parseBody(lmsSchema, req);
      const assignment = await deps.assignments.get(contextId, param(req, 'assignment'));
      const pieces = await deps.recentEvidence(contextId, LISTED_MS);
      const rubric = pieces.filter((p) => p.source === 'rubric' && p.sourceId === assignment.id);
      try {
        const count = await readLmsResults(deps, assignment, goal, rubric, deps.clock());
        const title =
          count === null
            ? words.t('evidence.lms.no-column')
            : words.t('evidence.lms.read', { count });
        await show(req, res, {
          notice: { kind: count === null ? 'warning' : 'success', title, text: '' },
        });
      } catch (error) {
        if (!(error instanceof TrellisError) || error.code !== 'PLATFORM_REFUSED') throw error;
        await show(req, res.status(502), {
          notice: {
            kind: 'warning',
            title: words.t('evidence.lms.refused'),
            text: words.t('evidence.lms.refused-text'),
          },
        });
      }
    }),
  );

  router.post(
    '/remove',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { source, sourceId } = parseBody(removeSchema, req);
      await deps.evidence.removeSource(actor.contextId, source, sourceId);
      res.redirect(303, `${actor.base}/a/${param(req, 'assignment')}/evidence`);
    }),
  );
  return router;
}
