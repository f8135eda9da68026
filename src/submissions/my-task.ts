import {
  baseTier,
  type Assignment,
  type TaskDesign,
  type Tier,
} from '../assignments/assignment.js';
import type { SubmissionOption, SuccessCriterion } from '../assignments/assignment.js';
import type { FlexibleGroupId, MembershipId, OptionId, TierId } from '../ids.js';
import { effectiveDate, type DateRule, type EffectiveDate } from '../tiers/effective-date.js';
import { resolveTier, type ResolvedTier } from '../tiers/resolve.js';
import { supportsFor, type LearnerSupports } from '../tiers/supports.js';

/** What one student works on, decided from the assignment's one document. */
export interface StudentTask {
  readonly design: TaskDesign;
  readonly tier: Tier;
  readonly because: ResolvedTier['because'];
  readonly due: EffectiveDate;
  /** Ways to show the learning that are open to this student, in the teacher's order. */
  readonly options: readonly SubmissionOption[];
  /** The one rubric; the same for everybody. */
  readonly criteria: readonly SuccessCriterion[];
}

/** Every date of a design in the words of `effectiveDate`. */
export function dateRules(design: TaskDesign): readonly DateRule[] {
  const own = design.dates.map((rule): DateRule => {
    switch (rule.scope) {
      case 'learner':
        return { scope: 'student', scopeId: rule.membershipId ?? '', dueAt: rule.dueAt };
      case 'group':
        return { scope: 'group', scopeId: rule.groupId ?? '', dueAt: rule.dueAt };
      case 'tier':
        return { scope: 'tier', scopeId: rule.tierId ?? '', dueAt: rule.dueAt };
    }
  });
  return design.dueAt === null
    ? own
    : [...own, { scope: 'assignment', scopeId: '', dueAt: design.dueAt }];
}

/**
 * Whether an option is open to somebody: one of their tier, or made from their own idea.
 *
 * @param option - Of the board.
 */
export function isOffered(
  option: SubmissionOption,
  membershipId: MembershipId,
  tierId: TierId,
): boolean {
  if (option.onlyFor !== null) return option.onlyFor === membershipId;
  return option.tierIds.length === 0 || option.tierIds.includes(tierId);
}

/** A longer time is the student's own date: it holds wherever the date is read or judged. */
function extended(due: EffectiveDate, supports: LearnerSupports | null): EffectiveDate {
  const own = supportsFor(supports, { dueAt: due.dueAt, stepIds: [], doneStepIds: [] });
  return own.isExtended
    ? { dueAt: own.dueAt, because: 'student', messageKey: 'tiers-rules.date.student' }
    : due;
}

/**
 * Decides what one student works on (design.md rules 1, 3 and 9): the tier, the date and the choices,
 * and nothing of any other tier.
 *
 * @param assignment - The assignment as stored.
 * @param membershipId - The student.
 * @param groupIds - Groups of theirs in force for this assignment, newest first; those named by their
 *   placements count as well.
 * @param chosenIds - Options the student chose before.
 * @param supports - What the student gets in every task: days more move the date; null: nothing.
 * @returns Their task; null while nothing is published.
 */
export function studentTask(
  assignment: Pick<Assignment, 'published' | 'placements'>,
  membershipId: MembershipId,
  groupIds: readonly FlexibleGroupId[] = [],
  chosenIds: readonly OptionId[] = [],
  supports: LearnerSupports | null = null,
): StudentTask | null {
  const design = assignment.published;
  if (design === null) return null;
  const mine = assignment.placements.filter((p) => p.membershipId === membershipId);
  const newestFirst = [...mine].sort((a, b) => b.at.getTime() - a.at.getTime());
  const placedGroups = newestFirst.flatMap((p) =>
    p.because === 'group' && p.groupId !== null ? [{ groupId: p.groupId, tierId: p.tierId }] : [],
  );
  const own = newestFirst.find((p) => p.because === 'learner');
  const groups = [...new Set([...placedGroups.map((p) => p.groupId), ...groupIds])];
  const base = baseTier(design);
  const resolved = resolveTier(
    {
      baseTierId: base.id,
      byLearner: new Map(own === undefined ? [] : [[membershipId, own.tierId]]),
      byGroup: new Map(placedGroups.map((p) => [p.groupId, p.tierId])),
      tierIds: new Set(design.tiers.map((tier) => tier.id)),
    },
    { membershipId, groupIds: groups },
  );
  const tier = design.tiers.find((t) => t.id === resolved.tierId) ?? base;
  return {
    design,
    tier,
    because: resolved.because,
    due: extended(
      effectiveDate(dateRules(design), { membershipId, groupIds: groups, tierId: tier.id }),
      supports,
    ),
    // What was chosen stays open to its chooser, also after a move: no work is taken away.
    options: design.board.options.filter(
      (option) =>
        isOffered(option, membershipId, tier.id) ||
        (option.onlyFor === null && chosenIds.includes(option.id)),
    ),
    criteria: design.criteria,
  };
}
