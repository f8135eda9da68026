import type { MembershipId } from '../ids.js';

/** What one student gets in every task; apart from tiers, and seen by staff only. */
export interface LearnerSupports {
  readonly membershipId: MembershipId;
  /** Calendar days added to each due date, 0–21. */
  readonly extraDays: number;
  readonly largePrint: boolean;
  readonly readAloud: boolean;
  /** Steps shown at a time; null: all. */
  readonly stepsAtATime: number | null;
  /** For teachers; never on a student's page. */
  readonly note: string;
}

/** The choices a page offers for each support. */
export const EXTRA_DAYS = [0, 1, 2, 3, 5, 7, 14] as const;
export const STEPS_AT_A_TIME = [1, 2, 3] as const;

/** No supports. */
export function noSupports(membershipId: MembershipId): LearnerSupports {
  return {
    membershipId,
    extraDays: 0,
    largePrint: false,
    readAloud: false,
    stepsAtATime: null,
    note: '',
  };
}

/** Whether a student has any. */
export function hasSupports(supports: LearnerSupports): boolean {
  return (
    supports.extraDays > 0 ||
    supports.largePrint ||
    supports.readAloud ||
    supports.stepsAtATime !== null
  );
}

/** One task as its student meets it. */
export interface TaskSupports {
  readonly dueAt: Date | null;
  /** The date was moved; the page then says "because of your extension". */
  readonly isExtended: boolean;
  readonly largePrint: boolean;
  readonly readAloud: boolean;
  /** Ids of the steps to show now: those done and the next ones; the others follow. */
  readonly stepIds: readonly string[];
  readonly hasMoreSteps: boolean;
}

const DAY_MS = 86_400_000;

/**
 * Applies one student's supports to a task. They follow the student into every task and change no
 * tier, goal or rubric (issue 4 item 8).
 *
 * Days are added to the date that holds for the student, whichever rule gave it; no date stays none.
 *
 * @param supports - null: the student has none.
 * @param task - The effective due date, the tier's steps in order, and which are done.
 */
export function supportsFor(
  supports: LearnerSupports | null,
  task: {
    readonly dueAt: Date | null;
    readonly stepIds: readonly string[];
    readonly doneStepIds: readonly string[];
  },
): TaskSupports {
  const extraDays = supports?.extraDays ?? 0;
  const atATime = supports?.stepsAtATime ?? null;
  const done = new Set(task.doneStepIds);
  const open = task.stepIds.filter((id) => !done.has(id));
  const next = new Set(atATime === null ? open : open.slice(0, Math.max(1, atATime)));
  return {
    dueAt:
      task.dueAt === null || extraDays === 0
        ? task.dueAt
        : new Date(task.dueAt.getTime() + extraDays * DAY_MS),
    isExtended: task.dueAt !== null && extraDays > 0,
    largePrint: supports?.largePrint ?? false,
    readAloud: supports?.readAloud ?? false,
    stepIds: task.stepIds.filter((id) => done.has(id) || next.has(id)),
    hasMoreSteps: open.length > next.size,
  };
}
