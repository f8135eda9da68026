import { Router, type Request, type Response } from 'express';
import { assignmentNav } from '../assignments/nav.view.js';
import { htmlFromText, plainText } from '../assignments/clean-html.js';
import type { Assignment } from '../assignments/assignment.js';
import { TrellisError } from '../errors.js';
import type { MembershipId, OptionId, TierId } from '../ids.js';
import type { Membership } from '../launch/membership.model.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { parseBody } from '../web/parse.js';
import { render } from '../web/render.js';
import { uploadsOf } from '../web/upload.js';
import { answerSchema, logSchema, moveSchema, nudgeSchema, requestSchema } from './board.schema.js';
import { changeWith } from './change-with.js';
import type { SubmissionDeps } from './deps.js';
import { isLate } from './lateness.js';
import { moveLearner, routeAskedFor } from './move-learner.js';
import { studentView } from './student.view.js';
import { isClosed, type HandIn, type WorkFile } from './submission.js';
import { taskOf } from './task-of.js';

type Typed = NonNullable<Parameters<typeof studentView>[0]['typed']>;

/** One student's work for staff: reading, answering, moving, and logging work that is not here. */
export function studentRoutes(deps: SubmissionDeps): Router {
  const router = Router({ mergeParams: true });

  async function placeOf(
    req: Request,
    res: Response,
  ): Promise<{ assignment: Assignment; member: Membership }> {
    const { contextId } = actorOf(res);
    const [assignment, member] = await Promise.all([
      deps.assignments.get(contextId, param(req, 'assignment')),
      deps.memberships.get(contextId, param(req, 'member')),
    ]);
    if (member.role !== 'learner') throw new TrellisError('NOT_FOUND', 'not a student');
    return { assignment, member };
  }

  async function show(req: Request, res: Response, status: number, typed?: Typed): Promise<void> {
    const actor = actorOf(res);
    const { contextId, words, base } = actor;
    const { assignment, member } = await placeOf(req, res);
    const [submission, messages, replies] = await Promise.all([
      deps.submissions.find(contextId, assignment.id, member._id),
      deps.messages.of(contextId, assignment.id, member._id),
      deps.familyReplies.ofAssignment(contextId, assignment.id),
    ]);
    const chosenIds = submission?.chosenIds ?? [];
    const { task } = await taskOf(deps, contextId, assignment, member._id, chosenIds);
    const reply = replies.find((r) => r.childId === member._id);
    const now = deps.clock();
    const view = studentView({
      assignment,
      task,
      member,
      submission,
      messages,
      familyText: reply === undefined ? null : words.t(`submissions.family.reply.${reply.kind}`),
      addressOf: (fileId) => deps.fileAddress(actor.sessionId, fileId, now),
      base,
      words,
      now,
      ...(typed === undefined ? {} : { typed }),
    });
    render(res.status(status), 'submissions/student', view, {
      title: view.title,
      nav: assignmentNav(actor, assignment.id, 'board'),
      backHref: `${base}/a/${assignment.id}`,
    });
  }

  const hrefOf = (res: Response, assignment: Assignment, member: Membership): string =>
    `${actorOf(res).base}/a/${assignment.id}/student/${member._id}`;

  router.get(
    '/',
    allow('teach'),
    handler((req, res) => show(req, res, 200)),
  );

  router.post(
    '/answer/:message',
    allow('teach'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { text } = parseBody(answerSchema, req);
      const { assignment } = await placeOf(req, res);
      const isThere = await deps.messages.answer(actor.contextId, param(req, 'message'), {
        text,
        byMembershipId: actor.membershipId,
        at: deps.clock(),
      });
      if (!isThere) throw new TrellisError('NOT_FOUND', 'no such question');
      res.redirect(303, `${actor.base}/a/${assignment.id}`);
    }),
  );

  router.post(
    '/note',
    allow('teach'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { text } = parseBody(nudgeSchema, req);
      const { assignment, member } = await placeOf(req, res);
      await deps.messages.add(
        {
          contextId: actor.contextId,
          assignmentId: assignment.id,
          membershipId: member._id,
          kind: 'note',
          text,
          byMembershipId: actor.membershipId,
        },
        deps.clock(),
      );
      res.redirect(303, hrefOf(res, assignment, member));
    }),
  );

  /** Places a student; a collision with another teacher's change is tried again on the newest. */
  async function place(
    res: Response,
    assignmentId: string,
    membershipId: MembershipId,
    tierId: TierId,
    reason: string,
  ): Promise<'moved' | 'no-such-route' | 'needs-reason'> {
    const actor = actorOf(res);
    for (let tries = 0; ; tries += 1) {
      const assignment = await deps.assignments.get(actor.contextId, assignmentId);
      const now = deps.clock();
      const move = { membershipId, tierId, byMembershipId: actor.membershipId, reason };
      const outcome = moveLearner(assignment, move, now);
      if (!outcome.ok) return outcome.problem;
      try {
        await deps.assignments.change(assignment, { placements: outcome.placements }, now);
        return 'moved';
      } catch (error) {
        const isConflict = error instanceof TrellisError && error.code === 'EDIT_CONFLICT';
        if (!isConflict || tries >= 5) throw error;
      }
    }
  }

  router.post(
    '/move',
    allow('group'),
    handler(async (req, res) => {
      const { words } = actorOf(res);
      const { route, reason } = parseBody(moveSchema, req);
      const { assignment, member } = await placeOf(req, res);
      const outcome = await place(res, assignment.id, member._id, route as TierId, reason);
      if (outcome === 'moved') {
        res.redirect(303, hrefOf(res, assignment, member));
        return;
      }
      await show(req, res, 422, {
        moveError: words.t(`submissions.student.move-problem.${outcome}`),
        moveTo: route,
        moveReason: reason,
      });
    }),
  );

  router.post(
    '/request',
    allow('group'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { answer } = parseBody(requestSchema, req);
      const { assignment, member } = await placeOf(req, res);
      const submission = await deps.submissions.find(actor.contextId, assignment.id, member._id);
      const request = submission?.request;
      // Answered meanwhile by a colleague: their answer stands.
      if (submission !== null && request?.answer === 'open') {
        if (answer === 'yes') {
          const { task } = await taskOf(deps, actor.contextId, assignment, member._id, []);
          const to = task === null ? null : routeAskedFor(task.design, task.tier.id, request.kind);
          if (to !== null) {
            const reason = actor.words.t('submissions.student.asked-for-it');
            await place(res, assignment.id, member._id, to, reason);
          }
        }
        await changeWith(deps, actor, submission, (now) => ({
          request:
            now.request === null ? null : { ...now.request, answer, answeredAt: deps.clock() },
          changedAt: now.changedAt,
        }));
      }
      res.redirect(303, `${actor.base}/a/${assignment.id}`);
    }),
  );

  router.post(
    '/log',
    allow('teach'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words, contextId } = actor;
      const { kind, note } = parseBody(logSchema, req);
      const { assignment, member } = await placeOf(req, res);
      const files: WorkFile[] = [];
      const problems: string[] = [];
      for (const incoming of uploadsOf(req)) {
        const facts = {
          contextId,
          ownerId: member._id,
          purpose: 'work' as const,
          name: incoming.name,
        };
        const kept = incoming.isTooLarge
          ? { ok: false as const, problem: 'too-large' as const }
          : await deps.files.keep(incoming.path, facts, deps.clock());
        if (!kept.ok) {
          problems.push(
            words.t(`submissions.file-problem.${kept.problem}`, { name: incoming.name }),
          );
        } else {
          const { id, name, mediaType, bytes } = kept.file;
          files.push({ fileId: id, name, mediaType, bytes });
        }
      }
      if (problems.length > 0) {
        await show(req, res, 422, { logError: problems.join(' '), logNote: note });
        return;
      }
      const now = deps.clock();
      const submission = await deps.submissions.open(
        { contextId, assignmentId: assignment.id, membershipId: member._id },
        assignment.resourceLinkIds[0] ?? null,
        assignment.revision,
        now,
      );
      const { chosenIds } = submission;
      const { task } = await taskOf(deps, contextId, assignment, member._id, chosenIds);
      const option =
        task?.options.find((o) => submission.chosenIds.includes(o.id)) ??
        task?.options.find((o) => o.form === 'paper') ??
        task?.options[0];
      const html = htmlFromText(note);
      let isNew = false;
      const done = await changeWith(deps, actor, submission, (current) => {
        isNew = !isClosed(current);
        if (!isNew) return { changedAt: current.changedAt };
        const dueAt = task?.due.dueAt ?? null;
        const handIn: HandIn = {
          attempt: current.handIns.length + 1,
          at: now,
          isLate: isLate({ handedInAt: now, dueAt, isChosen: true, isExcused: false }, now),
          dueAt,
          works: [
            {
              optionId: option?.id ?? ('' as OptionId),
              optionTitle: words.t(`submissions.student.logged.${kind}`),
              work: { html, linkUrl: '', files, characters: plainText(html).length },
            },
          ],
          selfRatings: current.selfRatings,
          reflections: [],
          memberIds: [member._id],
          loggedBy: actor.membershipId,
        };
        return { state: 'handed-in', handIns: [...current.handIns, handIn] };
      });
      if (isNew as boolean) deps.onHandIn(done);
      res.redirect(303, hrefOf(res, assignment, member));
    }),
  );
  return router;
}
