import type { Request, Response } from 'express';
import type { Assignment } from '../assignments/assignment.js';
import type { Allocation } from '../choices/allocation.model.js';
import { boardLeft, type BoardLeft } from '../choices/board-left.view.js';
import { TrellisError } from '../errors.js';
import type { Membership } from '../launch/membership.model.js';
import type { AssignmentId, ContextId, MembershipId, OptionId } from '../ids.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { render } from '../web/render.js';
import { changeWith } from './change-with.js';
import type { SubmissionDeps } from './deps.js';
import type { StudentTask } from './my-task.js';
import { supportsFor, type TaskSupports } from '../tiers/supports.js';
import { groupWorkView } from './group-work.view.js';
import type { Submission } from './submission.js';
import { taskOf } from './task-of.js';
import { taskView, type TaskParts } from './task.view.js';

/** An assignment with the student's own way through it. */
export interface OwnTask {
  readonly assignment: Assignment;
  readonly task: StudentTask;
  readonly supports: TaskSupports;
  readonly submission: Submission;
  readonly left: BoardLeft;
  /** With whom a shared piece is handed in; empty where each has their own. */
  readonly mates: readonly Membership[];
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
  const [assignment, known, lately, allocation] = await Promise.all([
    deps.assignments.get(contextId, assignmentId),
    deps.submissions.find(contextId, id, membershipId),
    deps.submissions.lately(contextId, membershipId),
    deps.allocations.find(contextId, id),
  ]);
  const of = await taskOf(deps, contextId, assignment, membershipId, known?.chosenIds ?? []);
  const { task } = of;
  if (task === null)
    throw new TrellisError('NOT_FOUND', 'assignment not published', { reason: 'paused' });
  const supports = supportsFor(of.supports, {
    dueAt: task.due.dueAt,
    stepIds: task.tier.steps.map((step) => step.id),
    doneStepIds: known?.doneStepIds ?? [],
  });
  const submission =
    known ??
    (await deps.submissions.open(
      { contextId, assignmentId: id, membershipId },
      actor.resourceLinkId,
      assignment.revision,
      now,
    ));
  const mates = await matesOf(deps, contextId, task, membershipId, of.memberIds);
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
    mates,
    allocation,
    lastThought: lately.find((s) => s.assignmentId !== id)?.reflections.at(-1)?.text ?? null,
  };
}

/** The others of a group that hands in one piece; who left the course is no part of it any more. */
async function matesOf(
  deps: SubmissionDeps,
  contextId: ContextId,
  task: StudentTask,
  membershipId: MembershipId,
  memberIds: readonly MembershipId[],
): Promise<readonly Membership[]> {
  if (!task.design.settings.groupHandIn || memberIds.length < 2) return [];
  const all = await deps.memberships.learners(contextId);
  return all.filter((m) => m._id !== membershipId && memberIds.includes(m._id));
}

/** By what name classmates of a group know each other. */
export function mateName(mate: Membership, actor: Actor): string {
  return mate.givenName ?? mate.name ?? actor.words.t('submissions.classmate');
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
  const [own, messages, ideas, grade, toGive, received] = await Promise.all([
    ownTask(deps, actor, assignmentId),
    deps.messages.of(contextId, assignmentId, membershipId),
    deps.ideas.of(contextId, assignmentId, membershipId),
    deps.grades.find(contextId, assignmentId, membershipId),
    deps.peerReviews.ofReviewer(contextId, assignmentId, membershipId),
    deps.peerReviews.releasedTo(contextId, assignmentId, membershipId),
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
  const theirs = await Promise.all(
    own.mates.map(async (mate) => ({
      mate,
      submission: await deps.submissions.find(contextId, assignmentId, mate._id),
    })),
  );
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
    hasPeerWords: received.length > 0,
    peers: { all: toGive.length, open: toGive.filter((r) => r.state === 'open').length },
    isGraded: grade !== null && (grade.isFinished || grade.released !== null),
    hasVersions: submission.drafts.some((d) => d.version > 1),
    sharedWith: own.mates.map((mate) => mateName(mate, actor)),
    groupWork: groupWorkView({
      theirs: theirs.map((one) => ({ ...one, name: mateName(one.mate, actor) })),
      task,
      at: `${actor.base}/a/${assignmentId}`,
      addressOf: (fileId) => deps.fileAddress(actor.sessionId, fileId, now),
      words,
    }),
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
