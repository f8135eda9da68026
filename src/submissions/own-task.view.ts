import type { Request, Response } from 'express';
import type { Assignment } from '../assignments/assignment.js';
import type { Allocation } from '../choices/allocation.model.js';
import { boardLeft, type BoardLeft } from '../choices/board-left.view.js';
import { TrellisError } from '../errors.js';
import type { AssignmentId, MembershipId, OptionId } from '../ids.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { render } from '../web/render.js';
import { changeWith } from './change-with.js';
import type { SubmissionDeps } from './deps.js';
import { studentTask, type StudentTask } from './my-task.js';
import { supportsFor, type TaskSupports } from '../tiers/supports.js';
import type { Submission } from './submission.js';
import { taskView, type TaskParts } from './task.view.js';

/** An assignment with the student's own way through it. */
export interface OwnTask {
  readonly assignment: Assignment;
  readonly task: StudentTask;
  readonly supports: TaskSupports;
  readonly submission: Submission;
  readonly left: BoardLeft;
  /** Everybody a shared hand-in belongs to; empty where each has their own. */
  readonly memberIds: readonly MembershipId[];
  readonly allocation: Allocation | null;
  /** What the student said last, when they reflected on another task. */
  readonly lastThought: string | null;
}

type Extras = Partial<Pick<TaskParts, 'problem' | 'ask' | 'workError'>> & {
  readonly workId?: string;
};

/**
 * Reads what a student's pages of one assignment are made from: everything at once, in one trip to
 * the store; the first opening begins the submission.
 *
 * @throws TrellisError NOT_FOUND for an assignment of another course, or with reason `paused` while
 *   it is not published.
 */
export async function ownTask(
  deps: SubmissionDeps,
  actor: Actor,
  assignmentId: string,
): Promise<OwnTask> {
  const now = deps.clock();
  const { contextId, membershipId } = actor;
  const id = assignmentId as AssignmentId;
  const [assignment, known, lately, allocation, given] = await Promise.all([
    deps.assignments.get(contextId, assignmentId),
    deps.submissions.find(contextId, id, membershipId),
    deps.submissions.lately(contextId, membershipId),
    deps.allocations.find(contextId, id),
    deps.supports.find(contextId, membershipId),
  ]);
  const groups = await deps.groupsOf(contextId, assignment, membershipId);
  const plain = studentTask(assignment, membershipId, groups.groupIds, known?.chosenIds ?? []);
  if (plain === null)
    throw new TrellisError('NOT_FOUND', 'assignment not published', { reason: 'paused' });
  const supports = supportsFor(given, {
    dueAt: plain.due.dueAt,
    stepIds: plain.tier.steps.map((step) => step.id),
    doneStepIds: known?.doneStepIds ?? [],
  });
  // A longer time is the student's own date: it holds wherever the date is read or judged.
  const task: StudentTask = supports.isExtended
    ? {
        ...plain,
        due: {
          dueAt: supports.dueAt,
          because: 'student',
          messageKey: 'tiers-rules.date.student',
        },
      }
    : plain;
  const submission =
    known ??
    (await deps.submissions.open(
      { contextId, assignmentId: id, membershipId },
      actor.resourceLinkId,
      assignment.revision,
      now,
    ));
  const left = boardLeft(
    task.design.board,
    task.options,
    submission.chosenIds,
    {
      choicesBefore: lately.filter((s) => s.assignmentId !== id).length,
      showsAll: submission.showsAll,
      placeId: allocation?.given.find((g) => g.membershipId === membershipId)?.optionId ?? null,
      now,
    },
    actor.words,
  );
  return {
    assignment,
    task,
    supports,
    submission,
    left,
    memberIds: task.design.settings.groupHandIn ? groups.memberIds : [],
    allocation,
    lastThought: lately.find((s) => s.assignmentId !== id)?.reflections.at(-1)?.text ?? null,
  };
}

/** Address of the student's task page. */
export function taskHref(actor: Actor, assignmentId: string, tail = ''): string {
  return `${actor.base}/a/${assignmentId}/task${tail}`;
}

/** Shows the task page, with a word about what did not work and what was typed. */
export async function showTask(
  deps: SubmissionDeps,
  req: Request,
  res: Response,
  status: number,
  extras: Extras = {},
): Promise<void> {
  const actor = actorOf(res);
  const now = deps.clock();
  const { contextId, membershipId, words } = actor;
  const assignmentId = param(req, 'assignment') as AssignmentId;
  const [own, messages, ideas, grade] = await Promise.all([
    ownTask(deps, actor, assignmentId),
    deps.messages.of(contextId, assignmentId, membershipId),
    deps.ideas.of(contextId, assignmentId, membershipId),
    deps.grades.find(contextId, assignmentId, membershipId),
  ]);
  const { task, assignment, left, allocation } = own;
  let { submission } = own;
  if (!actor.isImpersonated) {
    const fresh = messages.filter(
      (m) => m.seenAt === null && (m.kind !== 'question' || m.answer !== null),
    );
    await deps.messages.seen(
      fresh.map((m) => m._id),
      now,
    );
    if (submission.tierId !== task.tier.id) {
      submission = await changeWith(deps, actor, submission, () => ({
        tierId: task.tier.id,
        changedAt: submission.changedAt,
      }));
    }
  }
  const members = own.memberIds.length > 1 ? await deps.memberships.list(contextId) : [];
  const given = allocation?.given.find((g) => g.membershipId === membershipId);
  const placed = task.options.find((o) => o.id === given?.optionId);
  const asksFor = req.query as { work?: unknown; choices?: unknown };
  const workId = extras.workId ?? (typeof asksFor.work === 'string' ? asksFor.work : null);
  const view = taskView({
    assignmentId,
    isNative: assignment.isNative,
    revision: assignment.revision,
    task,
    supports: own.supports,
    submission,
    messages,
    ideas,
    left,
    placeText:
      given === undefined
        ? null
        : placed === undefined
          ? words.t('submissions.wish.none')
          : words.t('submissions.wish.given', { option: placed.title }),
    lastThought: own.lastThought,
    hasFeedback: grade?.released != null,
    isGraded: grade !== null && (grade.isFinished || grade.released !== null),
    hasVersions: submission.drafts.some((d) => d.version > 1),
    sharedWith: members
      .filter((m) => own.memberIds.includes(m._id) && m._id !== membershipId)
      .map((m) => m.givenName ?? m.name ?? words.t('submissions.classmate')),
    addressOf: (fileId) => deps.fileAddress(actor.sessionId, fileId, now),
    base: actor.base,
    words,
    now,
    asked: { workId, showsChoices: asksFor.choices === 'all' },
    problem: extras.problem ?? null,
    ...(extras.ask === undefined ? {} : { ask: extras.ask }),
    ...(extras.workError === undefined ? {} : { workError: extras.workError }),
  });
  const shown = { ...view, extras: (await deps.extrasOf?.(actor, assignment)) ?? null };
  render(res.status(status), 'submissions/task', shown, { title: view.title });
}

/**
 * The student's submission for a save. Also while the assignment is being changed by the teacher:
 * nobody loses words because a task was unpublished meanwhile.
 *
 * @throws TrellisError NOT_FOUND where the student never chose or began this option.
 */
export async function submissionFor(
  deps: SubmissionDeps,
  actor: Actor,
  assignmentId: string,
  optionId: OptionId,
): Promise<Submission> {
  const known = await deps.submissions.find(
    actor.contextId,
    assignmentId as AssignmentId,
    actor.membershipId,
  );
  const mayWrite =
    known !== null &&
    (known.chosenIds.includes(optionId) || known.drafts.some((d) => d.optionId === optionId));
  if (!mayWrite) throw new TrellisError('NOT_FOUND', 'no such piece of work');
  return known;
}
