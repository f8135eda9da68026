import express, { Router, type Request } from 'express';
import type { FileProblem } from '../db/file-kind.js';
import type { StoredFile } from '../db/files.js';
import { MAX_PART_BYTES } from '../db/upload.model.js';
import { TrellisError } from '../errors.js';
import type { OptionId } from '../ids.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody, parseQuery } from '../web/parse.js';
import { uploadsOf } from '../web/upload.js';
import { changeWith } from './change-with.js';
import type { SubmissionDeps } from './deps.js';
import { showTask, submissionFor, taskHref } from './own-task.view.js';
import { addFile, removeFile } from './save-draft.js';
import { isClosed, type Submission } from './submission.js';
import { partSchema, uploadSchema } from './work.schema.js';
import { fileRow } from './work.view.js';

/** Files of a piece of work: whole with a form, or in parts that can be resumed. */
export function workFileRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });
  router.use(allow('learn'));

  const optionOf = (req: Request): OptionId => param(req, 'option') as OptionId;

  /** Puts a kept file into the draft. */
  async function attach(
    actor: Actor,
    submission: Submission,
    optionId: OptionId,
    file: StoredFile,
    replaces: string | null,
  ): Promise<boolean> {
    const { id, name, mediaType, bytes } = file;
    const place = { isFull: false };
    await changeWith(deps, actor, submission, (current) => {
      const drafts = addFile(
        current.drafts,
        optionId,
        { fileId: id, name, mediaType, bytes },
        replaces,
        deps.clock(),
      );
      place.isFull = drafts === null;
      return drafts === null
        ? { changedAt: current.changedAt }
        : {
            drafts,
            state:
              current.state === 'not-started' || current.state === 'choosing'
                ? 'working'
                : current.state,
          };
    });
    if (place.isFull) await deps.files.remove(actor.contextId, id);
    return !place.isFull;
  }

  const problemText = (actor: Actor, problem: FileProblem | 'too-many', name: string): string =>
    actor.words.t(`submissions.file-problem.${problem}`, { name });

  router.post(
    '/:option/files',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const optionId = optionOf(req);
      const assignmentId = param(req, 'assignment');
      const submission = await submissionFor(deps, actor, assignmentId, optionId);
      if (isClosed(submission))
        throw new TrellisError('EDIT_CONFLICT', 'handed in meanwhile', { reason: 'handed-in' });
      const problems: string[] = [];
      for (const incoming of uploadsOf(req)) {
        const facts = {
          contextId: actor.contextId,
          ownerId: actor.membershipId,
          purpose: 'work' as const,
          name: incoming.name,
        };
        const outcome = incoming.isTooLarge
          ? { ok: false as const, problem: 'too-large' as const }
          : await deps.files.keep(incoming.path, facts, deps.clock());
        if (!outcome.ok) problems.push(problemText(actor, outcome.problem, incoming.name));
        else if (!(await attach(actor, submission, optionId, outcome.file, null)))
          problems.push(problemText(actor, 'too-many', incoming.name));
      }
      if (uploadsOf(req).length === 0)
        problems.push(actor.words.t('submissions.file-problem.none'));
      if (problems.length === 0) {
        res.redirect(303, taskHref(actor, assignmentId, `?work=${optionId}#work`));
        return;
      }
      const draft = submission.drafts.find((d) => d.optionId === optionId);
      await showTask(deps, req, res, 422, {
        workId: optionId,
        workError: {
          html: draft?.work.html ?? '',
          linkUrl: draft?.work.linkUrl ?? '',
          message: problems.join(' '),
        },
      });
    }),
  );

  router.post(
    '/:option/files/:file/remove',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const assignmentId = param(req, 'assignment');
      const submission = await submissionFor(deps, actor, assignmentId, optionOf(req));
      if (isClosed(submission))
        throw new TrellisError('EDIT_CONFLICT', 'handed in meanwhile', { reason: 'handed-in' });
      // The file itself stays until retention: an attempt that was handed in may hold it.
      await changeWith(deps, actor, submission, (current) => ({
        drafts: removeFile(current.drafts, optionOf(req), param(req, 'file'), deps.clock()),
      }));
      res.redirect(303, taskHref(actor, assignmentId, `?work=${optionOf(req)}#work`));
    }),
  );

  router.post(
    '/:option/uploads',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { name, bytes, modifiedMs } = parseBody(uploadSchema, req);
      await submissionFor(deps, actor, param(req, 'assignment'), optionOf(req));
      if (bytes > deps.files.maxBytes) {
        res.status(413).json({
          code: 'too-large',
          message: problemText(actor, 'too-large', name),
        });
        return;
      }
      const upload = await deps.uploads.begin(
        { contextId: actor.contextId, ownerId: actor.membershipId, name, modifiedMs },
        bytes,
        deps.clock(),
      );
      res.json({ id: upload._id, received: upload.received, partBytes: MAX_PART_BYTES });
    }),
  );

  router.put(
    '/:option/uploads/:upload',
    express.raw({ type: 'application/octet-stream', limit: MAX_PART_BYTES }),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { offset, replaces } = parseQuery(partSchema, req);
      const submission = await submissionFor(deps, actor, param(req, 'assignment'), optionOf(req));
      const found = await deps.uploads.find(actor.membershipId, param(req, 'upload'));
      if (found === null) throw new TrellisError('NOT_FOUND', 'no such upload');
      const part: unknown = req.body;
      const upload = Buffer.isBuffer(part) ? await deps.uploads.append(found, offset, part) : found;
      if (upload.received < upload.total) {
        res.json({ received: upload.received });
        return;
      }
      const outcome = await deps.uploads.finish(upload, 'work', deps.clock());
      if (!outcome.ok) {
        res.status(422).json({
          code: 'invalid-input',
          reason: outcome.problem,
          message: problemText(actor, outcome.problem, upload.name),
        });
        return;
      }
      if (!(await attach(actor, submission, optionOf(req), outcome.file, replaces ?? null))) {
        res.status(422).json({
          code: 'invalid-input',
          reason: 'too-many',
          message: problemText(actor, 'too-many', upload.name),
        });
        return;
      }
      const { id, name, mediaType, bytes } = outcome.file;
      res.json({
        received: upload.total,
        file: fileRow(
          { fileId: id, name, mediaType, bytes },
          (fileId) => deps.fileAddress(actor.sessionId, fileId, deps.clock()),
          actor.words,
        ),
      });
    }),
  );

  return router;
}
