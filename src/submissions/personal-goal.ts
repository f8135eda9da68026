import type { MembershipId } from '../ids.js';
import type { PersonalGoal } from './growth.model.js';

/** Who acts on a goal. */
export interface GoalActor {
  readonly membershipId: MembershipId;
  readonly isTeacher: boolean;
}

/**
 * Signs, closes or reopens a goal. Either side signs for itself only.
 *
 * @param now - When.
 */
export function actOnGoal(
  goal: PersonalGoal,
  act: 'sign' | 'reached' | 'put-away' | 'open',
  actor: GoalActor,
  now: Date,
): PersonalGoal {
  if (act !== 'sign') return { ...goal, state: act };
  return actor.isTeacher
    ? { ...goal, signedByTeacher: { membershipId: actor.membershipId, at: now } }
    : { ...goal, signedByStudentAt: now };
}

/** Writes a goal anew: who writes signs, and the other side's signature is asked for again. */
export function writtenGoal(
  goal: Pick<PersonalGoal, 'id' | 'text' | 'steps' | 'evidence' | 'createdBy' | 'createdAt'>,
  actor: GoalActor,
  now: Date,
): PersonalGoal {
  return {
    ...goal,
    signedByStudentAt: actor.isTeacher ? null : now,
    signedByTeacher: actor.isTeacher ? { membershipId: actor.membershipId, at: now } : null,
    state: 'open',
  };
}

/** Ticks or unticks a step; that is progress, not a change of the plan, so signatures stay. */
export function tickStep(goal: PersonalGoal, stepId: string): PersonalGoal {
  return {
    ...goal,
    steps: goal.steps.map((s) => (s.id === stepId ? { ...s, isDone: !s.isDone } : s)),
  };
}
