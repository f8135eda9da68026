import { Router, type Request, type Response } from 'express';
import { htmlFromText } from '../assignments/clean-html.js';
import type { Assignment, TaskDesign } from '../assignments/assignment.js';
import type { DesignEditor } from '../assignments/design-editor.model.js';
import { fromLocal } from '../assignments/local-time.js';
import { assignmentNav } from '../assignments/nav.view.js';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { OptionId } from '../ids.js';
import { changeWith } from '../submissions/change-with.js';
import type { SubmissionDeps } from '../submissions/deps.js';
import { isOffered, studentTask } from '../submissions/my-task.js';
import { isClosed } from '../submissions/submission.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, tryBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { allocate } from './allocate.js';
import type { PlaceGiven } from './allocation.model.js';
import {
  addOptionSchema,
  boardSchema,
  coverageSchema,
  optionSchema,
  ruleFrom,
  templateSchema,
  versionSchema,
} from './choices.schema.js';
import { choicesView, type ChoicesParts } from './choices.view.js';
import {
  addOption,
  changeOption,
  moveOption,
  newOption,
  removeOption,
  setBoard,
  setCoverage,
  useTemplate,
  withIdea,
} from './edit-board.js';
import { ideaAnswerSchema } from './idea.schema.js';

type Extras = Partial<Pick<ChoicesParts, 'problem' | 'message' | 'typedTitle' | 'ideaProblem'>>;

/** The teacher's choices page: board, rule, coverage, own ideas, and sharing out places. */
export function choicesRoutes(deps: SubmissionDeps & { readonly designs: DesignEditor }): Router {
  const router = Router({ mergeParams: true });

  async function show(req: Request, res: Response, status: number, extras: Extras = {}) {
    const actor = actorOf(res);
    const { contextId, base, words } = actor;
    const id = param(req, 'assignment') as Assignment['id'];
    const [assignment, ideas, allocation, learners, submissions] = await Promise.all([
      deps.assignments.get(contextId, id),
      deps.ideas.ofAssignment(contextId, id),
      deps.allocations.find(contextId, id),
      deps.memberships.learners(contextId),
      deps.submissions.board(contextId, id),
    ]);
    const wished = submissions.filter((s) => (s.wishes ?? []).length > 0).length;
    const view = choicesView({
      assignment,
      ideas,
      allocation,
      learners,
      wished,
      base,
      words,
      ...extras,
    });
    render(res.status(status), 'choices/board', view, {
      title: view.title,
      nav: assignmentNav(actor, assignment.id, 'choices'),
      backHref: `${base}/course`,
    });
  }

  /** Edits the draft and goes back to the page; what others changed meanwhile stays. */
  async function edit(
    req: Request,
    res: Response,
    version: number,
    change: (design: TaskDesign) => TaskDesign,
    tail = '',
  ): Promise<void> {
    const actor = actorOf(res);
    const { contextId, membershipId, words, base } = actor;
    const assignmentId = param(req, 'assignment');
    const place = { contextId, assignmentId, version, by: membershipId };
    const edited = await deps.designs.edit(place, change, 'choices', deps.clock());
    if (edited.conflicts.length > 0) {
      await show(req, res, 409, { problem: words.t('choices.conflict') });
      return;
    }
    res.redirect(303, `${base}/a/${assignmentId}/choices${tail}`);
  }

  router.get(
    '/',
    allow('design'),
    handler((req, res) => show(req, res, 200)),
  );

  router.post(
    '/template',
    allow('design'),
    handler(async (req, res) => {
      const { words } = actorOf(res);
      const { version, template } = parseBody(templateSchema, req);
      await edit(req, res, version, (design) =>
        useTemplate(design, template, newId, (form) => words.t(`choices.ready.${form}`)),
      );
    }),
  );

  router.post(
    '/rule',
    allow('design'),
    handler(async (req, res) => {
      const { words } = actorOf(res);
      const body = parseBody(boardSchema, req);
      await edit(req, res, body.version, (design) =>
        setBoard(design, {
          rule: ruleFrom(body.rule, body.count),
          allowsOwnIdea: body.allowsOwnIdea === 'true',
          switchUntil: fromLocal(body.switchUntil, words.timeZone),
          startHereIds: body.startHere,
        }),
      );
    }),
  );

  router.post(
    '/options',
    allow('design'),
    handler(async (req, res) => {
      const { words } = actorOf(res);
      const body = tryBody(addOptionSchema, req);
      if (!body.ok) {
        const { title } = body.typed;
        await show(req, res, 422, {
          problem: words.t('choices.option-error'),
          typedTitle: typeof title === 'string' ? title.slice(0, 200) : '',
        });
        return;
      }
      const { title, form, version } = body.value;
      const id = newId();
      let isFull = false;
      const change = (design: TaskDesign): TaskDesign => {
        const after = addOption(design, newOption(design, id, title, form));
        isFull = after === design;
        return after;
      };
      const { contextId } = actorOf(res);
      const current = await deps.assignments.get(contextId, param(req, 'assignment'));
      change(current.draft);
      if (isFull as boolean) {
        await show(req, res, 422, { problem: words.t('choices.too-many'), typedTitle: title });
        return;
      }
      await edit(req, res, version, change, `#option-${id}`);
    }),
  );

  router.post(
    '/options/:option',
    allow('design'),
    handler(async (req, res) => {
      const { words } = actorOf(res);
      const body = tryBody(optionSchema, req);
      if (!body.ok) {
        await show(req, res, 422, {
          problem: words.t(
            body.errors['linkUrl'] === undefined
              ? 'choices.option-error'
              : 'submissions.writing.bad-link',
          ),
        });
        return;
      }
      const o = body.value;
      await edit(
        req,
        res,
        o.version,
        (design) =>
          changeOption(
            design,
            param(req, 'option'),
            {
              title: o.title,
              form: o.form,
              instructionsHtml: htmlFromText(o.instructions),
              minutes: o.minutes,
              tierIds: o.tier,
              places: o.places,
              course: o.course === '' ? null : o.course,
              worth: o.worth,
              link: o.linkUrl === '' ? null : { title: o.linkTitle, url: o.linkUrl },
            },
            newId,
          ),
        `#option-${param(req, 'option')}`,
      );
    }),
  );

  for (const [path, change] of [
    ['remove', removeOption],
    ['up', (design: TaskDesign, id: string) => moveOption(design, id, -1)],
    ['down', (design: TaskDesign, id: string) => moveOption(design, id, 1)],
  ] as const) {
    router.post(
      `/options/:option/${path}`,
      allow('design'),
      handler(async (req, res) => {
        const { version } = parseBody(versionSchema, req);
        await edit(req, res, version, (design) => change(design, param(req, 'option')), '#options');
      }),
    );
  }

  router.post(
    '/coverage',
    allow('design'),
    handler(async (req, res) => {
      const { version, cover, all } = parseBody(coverageSchema, req);
      await edit(
        req,
        res,
        version,
        (design) => {
          const covered: Record<string, string[]> = {};
          for (const option of design.board.options) {
            covered[option.id] =
              all === 'yes'
                ? design.criteria.map((c) => c.id)
                : cover
                    .filter((tick) => tick.startsWith(`${option.id}:`))
                    .map((tick) => tick.slice(option.id.length + 1));
          }
          return setCoverage(design, covered);
        },
        '#coverage',
      );
    }),
  );

  router.post(
    '/ideas/:idea',
    allow('design'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId, membershipId, words } = actor;
      const body = parseBody(ideaAnswerSchema, req);
      const idea = await deps.ideas.get(contextId, param(req, 'idea'));
      if (body.answer !== 'approved' && body.sentence === '') {
        await show(req, res, 422, {
          ideaProblem: { id: idea._id, text: words.t('choices.idea.sentence-error'), sentence: '' },
        });
        return;
      }
      const isTaken = body.answer !== 'declined';
      const adjusted = {
        ...idea,
        ...(body.answer === 'adjusted'
          ? {
              title: body.title ?? idea.title,
              what: body.what ?? idea.what,
              form: body.form ?? idea.form,
            }
          : {}),
      };
      const optionId = isTaken ? (newId() as OptionId) : null;
      await deps.ideas.answer(idea, {
        state: body.answer,
        sentence: body.sentence,
        answeredBy: membershipId,
        answeredAt: deps.clock(),
        optionId,
        title: adjusted.title,
        what: adjusted.what,
        form: adjusted.form,
      });
      if (optionId !== null) {
        const html = htmlFromText(adjusted.what);
        await inBoth(res, idea.assignmentId, (design) =>
          withIdea(design, adjusted, optionId, html),
        );
      }
      res.redirect(303, `${actor.base}/a/${idea.assignmentId}/choices#ideas`);
    }),
  );

  /** Changes the draft and what students see: an answer to one student waits for no publication. */
  async function inBoth(
    res: Response,
    assignmentId: string,
    change: (design: TaskDesign) => TaskDesign,
  ): Promise<void> {
    const { contextId } = actorOf(res);
    for (let tries = 0; ; tries += 1) {
      const assignment = await deps.assignments.get(contextId, assignmentId);
      try {
        await deps.assignments.change(
          assignment,
          {
            draft: change(assignment.draft),
            published: assignment.published === null ? null : change(assignment.published),
          },
          deps.clock(),
        );
        return;
      } catch (error) {
        const isConflict = error instanceof TrellisError && error.code === 'EDIT_CONFLICT';
        if (!isConflict || tries >= 5) throw error;
      }
    }
  }

  router.post(
    '/places',
    allow('design'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { contextId, membershipId, base } = actor;
      const assignment = await deps.assignments.get(contextId, param(req, 'assignment'));
      const design = assignment.published;
      if (design === null) throw new TrellisError('NOT_FOUND', 'nothing published');
      const [learners, submissions] = await Promise.all([
        deps.memberships.learners(contextId),
        deps.submissions.board(contextId, assignment.id),
      ]);
      const limited = design.board.options.filter((o) => o.places !== null && o.onlyFor === null);
      // Only who wished takes part: everybody else chooses freely among what has no limit.
      const students = learners.flatMap((member) => {
        const wishes = submissions.find((s) => s.membershipId === member._id)?.wishes ?? [];
        const task = studentTask(assignment, member._id);
        if (wishes.length === 0 || task === null) return [];
        const notFor = limited
          .filter((o) => !isOffered(o, member._id, task.tier.id))
          .map((o) => o.id);
        return [{ id: member._id, wishes, notFor }];
      });
      const seed = assignment.revision * 1009 + assignment.version;
      const outcome = allocate(
        students,
        limited.map((o) => ({ id: o.id, places: o.places })),
        seed,
      );
      const given = outcome.placings.map((p): PlaceGiven => ({
        membershipId: p.studentId as typeof membershipId,
        optionId: p.optionId as OptionId | null,
        wish: p.wish,
        reason: p.because,
      }));
      const now = deps.clock();
      await deps.allocations.put({
        _id: assignment.id,
        contextId,
        given,
        byMembershipId: membershipId,
        at: now,
      });
      for (const place of given) await takePlace(res, assignment, place);
      res.redirect(303, `${base}/a/${assignment.id}/choices#places`);
    }),
  );

  /** Chooses for a student the option they were given, unless they have handed in already. */
  async function takePlace(
    res: Response,
    assignment: Assignment,
    place: PlaceGiven,
  ): Promise<void> {
    const { contextId } = actorOf(res);
    const submission = await deps.submissions.find(contextId, assignment.id, place.membershipId);
    if (submission === null || place.optionId === null || isClosed(submission)) return;
    const { optionId } = place;
    const rule = assignment.published?.board.rule;
    const limited = new Set<string>(
      (assignment.published?.board.options ?? []).filter((o) => o.places !== null).map((o) => o.id),
    );
    await changeWith(deps, actorOf(res), submission, (now) => ({
      chosenIds:
        rule?.kind === 'pick' && rule.count === 1
          ? [optionId]
          : [...now.chosenIds.filter((id) => !limited.has(id)), optionId],
      state: now.state === 'not-started' ? 'choosing' : now.state,
      changedAt: now.changedAt,
    }));
  }
  return router;
}
