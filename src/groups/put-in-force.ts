import type { Assignments } from '../assignments/assignment.model.js';
import { TrellisError } from '../errors.js';
import type { GoalEvidence } from '../insights/readiness.js';
import { suggestedTiers } from '../insights/suggested-tiers.js';
import type { AssignmentId, ContextId, GroupingId, MembershipId } from '../ids.js';
import { withGroupPlacements } from './group-placements.js';
import type { Grouping } from './grouping.js';
import type { Groupings } from './grouping.model.js';

interface Deps {
  readonly assignments: Assignments;
  readonly groupings: Groupings;
  /** Evidence of the course that may still count. */
  readonly recentEvidence: (contextId: ContextId) => Promise<readonly GoalEvidence[]>;
}

interface Place {
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  readonly by: MembershipId;
  readonly now: Date;
}

/** Edits of the task meanwhile do not stand in the way of groups: tried again with what is new. */
const TRIES = 5;

async function writeGroups(
  { assignments, recentEvidence }: Deps,
  { contextId, assignmentId, by, now }: Place,
  grouping: Grouping | null,
  seen: string | null,
): Promise<boolean> {
  const placed = (grouping?.groups ?? [])
    .filter((group) => group.tierId !== null)
    .flatMap((group) => group.memberIds);
  const evidence = placed.length === 0 ? [] : await recentEvidence(contextId);
  for (let attempt = 1; ; attempt += 1) {
    const assignment = await assignments.get(contextId, assignmentId);
    if (seen !== null && (assignment.groupingId ?? '') !== seen) return false;
    const tierIds = new Set(assignment.draft.tiers.map((tier) => tier.id));
    const placements = withGroupPlacements(
      assignment.placements,
      grouping,
      tierIds,
      by,
      now,
      suggestedTiers(assignment, placed, evidence, now),
    );
    const groupingId = grouping?.id ?? null;
    if (placements === assignment.placements && groupingId === assignment.groupingId) return true;
    try {
      await assignments.change(assignment, { placements, groupingId }, now);
      return true;
    } catch (error) {
      const isStale = error instanceof TrellisError && error.code === 'EDIT_CONFLICT';
      if (!isStale || attempt === TRIES) throw error;
    }
  }
}

/**
 * Makes a grouping the one in force, with the placements that its groups' tiers bring, unless
 * somebody regrouped since.
 *
 * @param grouping - Stored already, as a proposal; null: back to no groups.
 * @param seen - Id of the grouping that was in force when the teacher looked; empty: none.
 * @returns False when another one is in force meanwhile: then nothing changed.
 */
export async function putInForce(
  deps: Deps,
  place: Place,
  grouping: Grouping | null,
  seen: string,
): Promise<boolean> {
  const { contextId, now } = place;
  if (!(await writeGroups(deps, place, grouping, seen))) return false;
  if (grouping !== null)
    await deps.groupings.settle(contextId, grouping.id, { state: 'active', endedAt: null });
  if (seen !== '' && seen !== grouping?.id)
    await deps.groupings.settle(contextId, seen as GroupingId, { endedAt: now });
  return true;
}

/** Brings the assignment's placements in line with groups that were changed by hand. */
export async function syncPlacements(deps: Deps, place: Place, grouping: Grouping): Promise<void> {
  await writeGroups(deps, place, grouping, grouping.id);
}

/** What a process that was killed half-way through a regroup left undone. */
export async function healInForce(
  { groupings }: Deps,
  contextId: ContextId,
  current: Grouping,
  now: Date,
): Promise<Grouping> {
  if (current.state === 'active') return current;
  await groupings.settle(contextId, current.id, { state: 'active', endedAt: null });
  if (current.previousId !== null)
    await groupings.settle(contextId, current.previousId, { endedAt: now });
  return groupings.get(contextId, current.id);
}
