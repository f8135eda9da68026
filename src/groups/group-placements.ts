import type { Placement } from '../assignments/assignment.js';
import type { MembershipId, TierId } from '../ids.js';
import type { Grouping } from './grouping.js';

/**
 * Placements of an assignment with those that its groups bring. Placements by name stay; they win.
 *
 * @param placements - As they are.
 * @param grouping - In force; null: no groups.
 * @param tierIds - Tiers of the design; a group's tier that was deleted brings nothing.
 * @param by - Who changed the groups.
 * @param suggested - What the evidence suggests for each student now; kept with new placements, so
 *   that the mobility meter sees who was placed below it.
 * @returns The placements; the same list when nothing changes. Design rule 1.
 */
export function withGroupPlacements(
  placements: readonly Placement[],
  grouping: Pick<Grouping, 'groups'> | null,
  tierIds: ReadonlySet<TierId>,
  by: MembershipId,
  now: Date,
  suggested: ReadonlyMap<MembershipId, TierId> = new Map(),
): readonly Placement[] {
  const known = new Map(
    placements
      .filter((p) => p.because === 'group')
      .map((p) => [`${p.membershipId} ${p.groupId ?? ''} ${p.tierId}`, p]),
  );
  const wanted = (grouping?.groups ?? []).flatMap((group) => {
    const { tierId } = group;
    if (tierId === null || !tierIds.has(tierId)) return [];
    return group.memberIds.map(
      (membershipId): Placement =>
        known.get(`${membershipId} ${group.id} ${tierId}`) ?? {
          membershipId,
          tierId,
          because: 'group',
          groupId: group.id,
          byMembershipId: by,
          at: now,
          reason: '',
          suggestedTierId: suggested.get(membershipId) ?? null,
        },
    );
  });
  const kept = new Set(known.values());
  const isSame = wanted.length === kept.size && wanted.every((p) => kept.has(p));
  return isSame ? placements : [...placements.filter((p) => p.because !== 'group'), ...wanted];
}
