import { baseTier, type Assignment, type Tier } from '../assignments/assignment.js';
import type { MembershipId, TierId } from '../ids.js';
import type { Level } from './placement.js';
import type { PlacedActivity } from './stuck.js';

/**
 * The tier of a level; where the design has none of it, the base: nobody is without a task.
 *
 * @param tiers - Of the design; one is the base.
 */
export function tierOfLevel(tiers: readonly Tier[], level: Level): Tier {
  return tiers.find((tier) => tier.kind === level) ?? baseOf(tiers);
}

function baseOf(tiers: readonly Tier[]): Tier {
  return baseTier({ tiers } as Parameters<typeof baseTier>[0]);
}

/** What one student works on now: by name, by their group, or the base. */
export function tierNow(
  assignment: Pick<Assignment, 'placements' | 'draft' | 'published'>,
  membershipId: MembershipId,
): { readonly tier: Tier; readonly because: 'learner' | 'group' | 'base' } {
  const { tiers } = assignment.published ?? assignment.draft;
  const byId = new Map<TierId, Tier>(tiers.map((tier) => [tier.id, tier]));
  const mine = assignment.placements
    .filter((p) => p.membershipId === membershipId)
    .sort((a, b) => b.at.getTime() - a.at.getTime());
  for (const because of ['learner', 'group'] as const) {
    const placement = mine.find((p) => p.because === because && byId.has(p.tierId));
    const tier = placement === undefined ? undefined : byId.get(placement.tierId);
    if (tier !== undefined) return { tier, because };
  }
  return { tier: baseOf(tiers), because: 'base' };
}

/**
 * The tiered activities of a course and the route each student had in them, for flags.
 *
 * @param assignments - Of the course; those with one task for everybody, or not published, say
 *   nothing about routes.
 * @returns Student → activities.
 */
export function routesWorked(
  assignments: readonly Pick<
    Assignment,
    'id' | 'placements' | 'draft' | 'published' | 'publishedAt'
  >[],
): ReadonlyMap<MembershipId, readonly PlacedActivity[]> {
  const routes = new Map<MembershipId, PlacedActivity[]>();
  for (const { id, placements, published, publishedAt } of assignments) {
    if (published === null || publishedAt === null || published.tiers.length < 2) continue;
    const kinds = new Map(published.tiers.map((tier) => [tier.id, tier.kind]));
    const seen = new Set<MembershipId>();
    // A placement by name wins over one by group; of several, the newest.
    const order = [...placements].sort(
      (a, b) =>
        Number(b.because === 'learner') - Number(a.because === 'learner') ||
        b.at.getTime() - a.at.getTime(),
    );
    for (const { membershipId, tierId, at } of order) {
      const level = kinds.get(tierId);
      if (level === undefined || seen.has(membershipId)) continue;
      seen.add(membershipId);
      const own = routes.get(membershipId) ?? [];
      // Who was placed later was not on it before.
      own.push({ activityId: id, at: at > publishedAt ? at : publishedAt, level });
      routes.set(membershipId, own);
    }
  }
  return routes;
}
