import { Router, type Request } from 'express';
import { cleanHtml, htmlFromText, plainText } from '../assignments/clean-html.js';
import { TrellisError } from '../errors.js';
import type { OptionId } from '../ids.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { tryBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { changeWith } from './change-with.js';
import type { SubmissionDeps } from './deps.js';
import { saveDraft, type DraftSave } from './save-draft.js';
import { isClosed, type Draft, type Submission } from './submission.js';
import { ownTask, showTask, submissionFor, taskHref } from './own-task.view.js';
import { workSchema } from './work.schema.js';
import { editorHtml, workView, type WorkView } from './work.view.js';

export interface BothView {
  readonly title: string;
  readonly saveHref: string;
  readonly taskHref: string;
  readonly mine: { readonly text: string; readonly html: string; readonly linkUrl: string };
  readonly theirs: WorkView & { readonly when: string; readonly whenIso: string };
  readonly version: number;
}

export interface VersionsView {
  readonly title: string;
  readonly backHref: string;
  readonly versions: readonly {
    readonly when: string;
    readonly whenIso: string;
    readonly work: WorkView;
    readonly restoreHref: string;
  }[];
}

declare module '../web/render.js' {
  interface Views {
    'submissions/both': BothView;
    'submissions/versions': VersionsView;
  }
}

function wantsJson(req: Request): boolean {
  return req.accepts(['html', 'json']) === 'json';
}

/** Making the work: saving words and links, files whole or in parts, earlier versions. */
export function workRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('learn'));

  const optionOf = (req: Request): OptionId => param(req, 'option') as OptionId;

  /** Saves, and answers with what stands there now or with both versions. */
  async function save(
    actor: Actor,
    submission: Submission,
    input: DraftSave,
  ): Promise<{ ok: true; draft: Draft } | { ok: false; theirs: Draft }> {
    const now = deps.clock();
    let outcome = saveDraft(submission.drafts, input, now);
    if (outcome.ok && !outcome.isChanged) return outcome;
    if (!outcome.ok) return outcome;
    await changeWith(deps, actor, submission, (current) => {
      outcome = saveDraft(current.drafts, input, now);
      if (!outcome.ok) return { changedAt: current.changedAt };
      return {
        drafts: outcome.drafts,
        state:
          current.state === 'not-started' || current.state === 'choosing'
            ? 'working'
            : current.state,
      };
    });
    // The write may have met another save: what it found then is what counts.
    const settled = outcome as ReturnType<typeof saveDraft>;
    if (settled.ok && settled.keeps !== null) {
      const { optionId, version, work, savedAt } = settled.keeps;
      await deps.draftVersions.keep({
        submissionId: submission.id,
        optionId,
        version,
        work,
        savedAt,
      });
    }
    return settled;
  }

  router.post(
    '/:option',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words } = actor;
      const assignmentId = param(req, 'assignment');
      const submission = await submissionFor(deps, actor, assignmentId, optionOf(req));
      const body = tryBody(workSchema, req);
      if (!body.ok) {
        const isLink = body.errors['linkUrl'] !== undefined;
        const message = words.t(`submissions.writing.${isLink ? 'bad-link' : 'too-long'}`);
        if (wantsJson(req)) {
          res
            .status(422)
            .json({ code: 'invalid-input', reason: isLink ? 'bad-link' : 'too-long', message });
          return;
        }
        const { text, linkUrl } = body.typed;
        await showTask(deps, req, res, 422, {
          workId: optionOf(req),
          workError: {
            html: typeof text === 'string' ? htmlFromText(text.slice(0, 2_000_000)) : '',
            linkUrl: typeof linkUrl === 'string' ? linkUrl : '',
            message,
          },
        });
        return;
      }
      if (isClosed(submission))
        throw new TrellisError('EDIT_CONFLICT', 'handed in meanwhile', { reason: 'handed-in' });
      const html = cleanHtml(body.value.html ?? htmlFromText(body.value.text ?? ''));
      const outcome = await save(actor, submission, {
        optionId: optionOf(req),
        baseVersion: body.value.version,
        html,
        linkUrl: body.value.linkUrl,
        characters: plainText(html).length,
        hasSeenBoth: body.value.seen === 'both',
        writer: { id: body.value.writer, step: body.value.step },
      });
      if (outcome.ok) {
        if (wantsJson(req)) {
          res.json({
            version: outcome.draft.version,
            said: words.t('submissions.saved-at', { when: words.moment(outcome.draft.savedAt) }),
          });
        } else {
          res.redirect(303, taskHref(actor, assignmentId, `?work=${optionOf(req)}#work`));
        }
        return;
      }
      const { theirs } = outcome;
      if (wantsJson(req)) {
        res.status(409).json({
          code: 'edit-conflict',
          reason: 'both',
          version: theirs.version,
          html: editorHtml(theirs.work.html),
          text: plainText(theirs.work.html),
          linkUrl: theirs.work.linkUrl,
        });
        return;
      }
      const title = words.t('submissions.both.title');
      render(
        res.status(409),
        'submissions/both',
        {
          title,
          saveHref: `${actor.base}/a/${assignmentId}/work/${optionOf(req)}`,
          taskHref: taskHref(actor, assignmentId, `?work=${optionOf(req)}#work`),
          mine: { text: plainText(html), html, linkUrl: body.value.linkUrl },
          theirs: {
            ...workView(
              theirs.work,
              (id) => deps.fileAddress(actor.sessionId, id, deps.clock()),
              words,
            ),
            when: words.moment(theirs.savedAt),
            whenIso: theirs.savedAt.toISOString(),
          },
          version: theirs.version,
        },
        { title },
      );
    }),
  );

  router.get(
    '/:option/versions',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const own = await ownTask(deps, actor, param(req, 'assignment'));
      const optionId = optionOf(req);
      const versions = await deps.draftVersions.newestFirst(own.submission.id, optionId);
      const at = `${actor.base}/a/${own.assignment.id}/work/${optionId}/versions`;
      const title = actor.words.t('submissions.versions.title');
      const backHref = taskHref(actor, own.assignment.id, `?work=${optionId}#work`);
      render(
        res,
        'submissions/versions',
        {
          title,
          backHref,
          versions: versions.map((v) => ({
            when: actor.words.moment(v.savedAt),
            whenIso: v.savedAt.toISOString(),
            work: workView(
              { ...v.work, files: [] },
              (id) => deps.fileAddress(actor.sessionId, id, deps.clock()),
              actor.words,
            ),
            restoreHref: `${at}/${v._id}/restore`,
          })),
        },
        { title, backHref },
      );
    }),
  );

  router.post(
    '/:option/versions/:id/restore',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const optionId = optionOf(req);
      const assignmentId = param(req, 'assignment');
      const submission = await submissionFor(deps, actor, assignmentId, optionId);
      if (isClosed(submission))
        throw new TrellisError('EDIT_CONFLICT', 'handed in meanwhile', { reason: 'handed-in' });
      const version = await deps.draftVersions.find(submission.id, param(req, 'id'));
      if (version === null || version.optionId !== optionId)
        throw new TrellisError('NOT_FOUND', 'no such version');
      const current = submission.drafts.find((d) => d.optionId === optionId);
      if (current !== undefined) {
        await deps.draftVersions.keep({
          submissionId: submission.id,
          optionId,
          version: current.version,
          work: current.work,
          savedAt: current.savedAt,
        });
      }
      await save(actor, submission, {
        optionId,
        baseVersion: current?.version ?? 0,
        html: version.work.html,
        linkUrl: version.work.linkUrl,
        characters: version.work.characters,
        hasSeenBoth: true,
        writer: { id: '', step: 0 },
      });
      res.redirect(303, taskHref(actor, assignmentId, `?work=${optionId}#work`));
    }),
  );
  return router;
}
