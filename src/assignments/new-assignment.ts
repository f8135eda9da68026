import type {
  AssignmentId,
  ContextId,
  DeploymentId,
  MembershipId,
  ResourceLinkId,
} from '../ids.js';
import type { Assignment, TaskDesign } from './assignment.js';

/**
 * An assignment that nobody has seen yet.
 *
 * @param facts - Where it belongs, its design, the link it is reached by (null: none yet) and the
 *   assignment it was copied from.
 * @param now - When it is made.
 */
export function newAssignment(
  facts: {
    readonly id: AssignmentId;
    readonly deploymentId: DeploymentId;
    readonly contextId: ContextId;
    readonly by: MembershipId;
    readonly design: TaskDesign;
    readonly linkId: ResourceLinkId | null;
    readonly isNative: boolean;
    readonly copiedFrom: AssignmentId | null;
  },
  now: Date,
): Assignment {
  return {
    id: facts.id,
    deploymentId: facts.deploymentId,
    contextId: facts.contextId,
    version: 1,
    draft: facts.design,
    published: null,
    publishedAt: null,
    revision: 0,
    placements: [],
    groupingId: null,
    resourceLinkIds: facts.linkId === null ? [] : [facts.linkId],
    copiedFrom:
      facts.copiedFrom === null ? null : { assignmentId: facts.copiedFrom, confirmed: true },
    isNative: facts.isNative,
    createdBy: facts.by,
    createdAt: now,
    updatedAt: now,
  };
}
