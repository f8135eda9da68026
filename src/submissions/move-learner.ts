import type { Assignment, Placement, TaskDesign } from '../assignments/assignment.js';
import type { MembershipId, TierId } from '../ids.js';

/** Routes from the one with most help to the one with most room. */
const LADDER = { support: 0, base: 1, stretch: 2 } as const;

function rungOf(design: TaskDesign, tierId: TierId | null): number | null {
  const tier = design.tiers.find((t) => t.id === tierId);
  return tier === undefined ? null : LADDER[tier.kind];
}

/**
 * The route a student asks for: the next one up or down from theirs.
 *
 * @returns null where there is none.
 */
export function routeAskedFor(
  design: TaskDesign,
  from: TierId,
  kind: 'stretch' | 'simpler',
): TierId | null {
  const here = rungOf(design, from) ?? LADDER.base;
  const ranked = [...design.tiers].sort((a, b) => LADDER[a.kind] - LADDER[b.kind]);
  const found =
    kind === 'stretch'
      ? ranked.find((tier) => LADDER[tier.kind] > here)
      : ranked.reverse().find((tier) => LADDER[tier.kind] < here);
  return found?.id ?? null;
}

export type MoveOutcome =
  | { readonly ok: true; readonly placements: readonly Placement[] }
  | { readonly ok: false; readonly problem: 'no-such-route' | 'needs-reason' };

/**
 * Places one student by name; drafts and choices stay theirs. Below what the evidence suggested needs
 * a reason (design.md rule 5).
 *
 * @param move - Who goes where, by whom and why.
 */
export function moveLearner(
  assignment: Pick<Assignment, 'published' | 'draft' | 'placements'>,
  move: {
    readonly membershipId: MembershipId;
    readonly tierId: TierId;
    readonly byMembershipId: MembershipId;
    readonly reason: string;
  },
  now: Date,
): MoveOutcome {
  const design = assignment.published ?? assignment.draft;
  const target = rungOf(design, move.tierId);
  if (target === null) return { ok: false, problem: 'no-such-route' };
  const before = assignment.placements.filter((p) => p.membershipId === move.membershipId);
  const suggestedTierId =
    before.findLast((p) => p.suggestedTierId !== null)?.suggestedTierId ?? null;
  const suggested = rungOf(design, suggestedTierId);
  if (suggested !== null && target < suggested && move.reason.trim() === '')
    return { ok: false, problem: 'needs-reason' };
  return {
    ok: true,
    placements: [
      ...assignment.placements.filter(
        (p) => p.membershipId !== move.membershipId || p.because !== 'learner',
      ),
      {
        membershipId: move.membershipId,
        tierId: move.tierId,
        because: 'learner',
        groupId: null,
        byMembershipId: move.byMembershipId,
        at: now,
        reason: move.reason.trim(),
        suggestedTierId,
      },
    ],
  };
}
