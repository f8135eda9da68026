import { Router, type Request, type Response } from 'express';
import { htmlFromText } from '../assignments/clean-html.js';
import type { TaskDesign } from '../assignments/assignment.js';
import type { DesignEditor } from '../assignments/design-editor.model.js';
import { fromLocal } from '../assignments/local-time.js';
import { newId } from '../db/ids.js';
import type { SubmissionDeps } from '../submissions/deps.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, tryBody } from '../web/parse.js';
import { showChoices } from './choices-page.view.js';
import {
  addOptionSchema,
  boardSchema,
  coverageSchema,
  optionSchema,
  ruleFrom,
  templateSchema,
  versionSchema,
} from './choices.schema.js';
import {
  addOption,
  changeOption,
  moveOption,
  newOption,
  removeOption,
  setBoard,
  setCoverage,
  useTemplate,
} from './edit-board.js';

/** The teacher's choices page: board, rule and coverage, all edits of the draft. */
export function choicesRoutes(deps: SubmissionDeps & { readonly designs: DesignEditor }): Router {
  const router = Router({ mergeParams: true });

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
      await showChoices(deps, req, res, 409, { problem: words.t('choices.conflict') });
      return;
    }
    res.redirect(303, `${base}/a/${assignmentId}/choices${tail}`);
  }

  router.get(
    '/',
    allow('design'),
    handler((req, res) => showChoices(deps, req, res, 200)),
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
        await showChoices(deps, req, res, 422, {
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
        await showChoices(deps, req, res, 422, {
          problem: words.t('choices.too-many'),
          typedTitle: title,
        });
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
        await showChoices(deps, req, res, 422, {
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
  return router;
}
