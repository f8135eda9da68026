import type { Assignment } from '../assignments/assignment.js';
import type { Memberships } from '../launch/membership.model.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import type { PlatformServices } from '../lti/ports.js';
import type { EvidencePiece, EvidenceStore } from './evidence.model.js';

interface Deps {
  readonly memberships: Memberships;
  readonly links: ResourceLinks;
  readonly evidence: EvidenceStore;
  readonly services: Pick<PlatformServices, 'results'>;
}

/**
 * Reads the results of an assignment's own columns from the gradebook as evidence on one goal.
 *
 * @param rubric - Evidence from the rubric of the same assignment: it is finer, so it stays alone.
 * @param now - Results carry no date of their own.
 * @returns How many students have a result; null: the assignment has no column.
 * @throws TrellisError PLATFORM_REFUSED with its reason when the platform does not answer.
 */
export async function readLmsResults(
  deps: Deps,
  assignment: Assignment,
  goalKey: string,
  rubric: readonly Pick<EvidencePiece, 'membershipId'>[],
  now: Date,
): Promise<number | null> {
  const { contextId, deploymentId } = assignment;
  const links = (await deps.links.ofAssignment(assignment.id)).filter(
    (link) => link.lineItemUrl !== null,
  );
  if (links.length === 0) return null;
  const members = new Map(
    (await deps.memberships.learners(contextId)).map((member) => [member.sub, member._id]),
  );
  const graded = new Set(rubric.map((piece) => piece.membershipId));
  const pieces = new Map<string, Omit<EvidencePiece, 'source' | 'sourceId'>>();
  for (const { lineItemUrl, lineItemsUrl, scopes } of links) {
    if (lineItemUrl === null) continue;
    const results = await deps.services.results(
      { deploymentId, contextId },
      { scopes, lineItemsUrl, lineItemUrl },
      lineItemUrl,
      null,
    );
    for (const { sub, score, maximum } of results) {
      const membershipId = members.get(sub);
      if (membershipId === undefined || score === null || maximum <= 0 || graded.has(membershipId))
        continue;
      const value = Math.min(100, Math.max(0, (100 * score) / maximum));
      const { title } = assignment.published ?? assignment.draft;
      pieces.set(membershipId, {
        membershipId,
        goalKey,
        value: Math.round(value * 10) / 10,
        label: title,
        at: now,
      });
    }
  }
  await deps.evidence.removeSource(contextId, 'lms', assignment.id);
  await deps.evidence.replace(contextId, 'lms', assignment.id, [], [...pieces.values()]);
  return pieces.size;
}
