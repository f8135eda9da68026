import type { MembershipId } from '../ids.js';
import { PLACEMENT_DEFAULTS, suggestPlacement } from './placement.js';

/** Evidence of one student on one goal, as the store gives it. */
export interface GoalEvidence {
  readonly membershipId: MembershipId;
  readonly goalKey: string;
  readonly value: number;
  readonly at: Date;
}

/** Puts evidence in order: student → goal → pieces. */
export function byStudentAndGoal<T extends GoalEvidence>(
  evidence: readonly T[],
): ReadonlyMap<MembershipId, ReadonlyMap<string, readonly T[]>> {
  const all = new Map<MembershipId, Map<string, T[]>>();
  for (const piece of evidence) {
    const own = all.get(piece.membershipId) ?? new Map<string, T[]>();
    const list = own.get(piece.goalKey) ?? [];
    list.push(piece);
    own.set(piece.goalKey, list);
    all.set(piece.membershipId, own);
  }
  return all;
}

/**
 * Readiness for forming groups: computed afresh from recent evidence, kept nowhere.
 *
 * @param evidence - Of the course.
 * @param goalKeys - Goals that count; the mean of those with evidence.
 * @param now - Pieces older than 30 days say nothing any more.
 * @returns Student → 0–100; students without evidence are not in it. Design rule 4.
 */
export function readinessOn(
  evidence: readonly GoalEvidence[],
  goalKeys: readonly string[],
  now: Date,
): ReadonlyMap<MembershipId, number> {
  const readiness = new Map<MembershipId, number>();
  // One piece is enough to mix a group well; it is not enough to place anybody.
  const settings = { ...PLACEMENT_DEFAULTS, minPieces: 1 };
  for (const [membershipId, goals] of byStudentAndGoal(evidence)) {
    const estimates = goalKeys.flatMap((key) => {
      const pieces = (goals.get(key) ?? []).map((e) => ({ score: e.value, at: e.at }));
      return suggestPlacement(pieces, now, null, settings).estimate ?? [];
    });
    if (estimates.length > 0)
      readiness.set(membershipId, estimates.reduce((a, b) => a + b, 0) / estimates.length);
  }
  return readiness;
}
