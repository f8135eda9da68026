import type { FlexibleGroupId, MembershipId, TierId } from '../ids.js';

/** Who gets which tier of one assignment; there always is a base tier. */
export interface TierPlan {
  readonly baseTierId: TierId;
  readonly byLearner: ReadonlyMap<MembershipId, TierId>;
  readonly byGroup: ReadonlyMap<FlexibleGroupId, TierId>;
  /** Tiers that exist; a placement on one that was deleted counts as none. */
  readonly tierIds: ReadonlySet<TierId>;
}

export interface PlacedLearner {
  readonly membershipId: MembershipId;
  /** The learner's groups that are in force for this assignment, newest first. */
  readonly groupIds: readonly FlexibleGroupId[];
}

export type ResolvedTier =
  | { readonly tierId: TierId; readonly because: 'learner' | 'base' }
  | { readonly tierId: TierId; readonly because: 'group'; readonly groupId: FlexibleGroupId };

/**
 * Chooses the tier of an assignment that one learner works on; nobody is ever without one.
 *
 * A tier given to the learner by name wins over one given to a group of theirs, and that wins over
 * the base tier. Of several groups, the newest wins.
 *
 * @param plan - Who gets which tier.
 * @param learner - The learner, with their groups newest first.
 * @returns The tier, and the reason for it, which the teacher's page shows. Design rule 1.
 */
export function resolveTier(plan: TierPlan, learner: PlacedLearner): ResolvedTier {
  const own = plan.byLearner.get(learner.membershipId);
  if (own !== undefined && plan.tierIds.has(own)) return { tierId: own, because: 'learner' };
  for (const groupId of learner.groupIds) {
    const tierId = plan.byGroup.get(groupId);
    if (tierId !== undefined && plan.tierIds.has(tierId))
      return { tierId, because: 'group', groupId };
  }
  return { tierId: plan.baseTierId, because: 'base' };
}
