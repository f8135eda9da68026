import type { Assignment } from '../assignments/assignment.js';
import type { Assignments } from '../assignments/assignment.model.js';
import type { Allocations } from '../choices/allocation.model.js';
import type { Ideas } from '../choices/idea.model.js';
import type { FileStore } from '../db/files.js';
import type { Uploads } from '../db/upload.model.js';
import type { Grades } from '../grading/grade.model.js';
import type { ContextId, FlexibleGroupId, MembershipId } from '../ids.js';
import type { TaskExtras } from '../insights/task-extras.js';
import type { Contexts } from '../launch/context.model.js';
import type { Memberships } from '../launch/membership.model.js';
import type { ResourceLinks } from '../launch/resource-link.model.js';
import type { SupportsOfLearners } from '../tiers/supports.model.js';
import type { Actor } from '../web/actor.js';
import type { DraftVersions } from './draft-version.model.js';
import type { FamilyReplies } from './family-reply.model.js';
import type { Growths } from './growth.model.js';
import type { Messages } from './message.model.js';
import type { PeerReviews } from './peer-review.model.js';
import type { Submission } from './submission.js';
import type { Submissions } from './submission.model.js';

/** Told of every hand-in, for work that follows from it (grades to the platform). */
export type SubmissionListener = (submission: Submission) => void;

/** A student's groups in force for an assignment, newest first, and who is in the newest. */
export type GroupsOf = (
  contextId: ContextId,
  assignment: Assignment,
  membershipId: MembershipId,
) => Promise<{
  readonly groupIds: readonly FlexibleGroupId[];
  readonly memberIds: readonly MembershipId[];
}>;

/** What the pages of this feature need. */
export interface SubmissionDeps {
  readonly assignments: Assignments;
  readonly submissions: Submissions;
  readonly draftVersions: DraftVersions;
  readonly messages: Messages;
  readonly ideas: Ideas;
  readonly allocations: Allocations;
  readonly grades: Grades;
  readonly growths: Growths;
  readonly familyReplies: FamilyReplies;
  readonly peerReviews: PeerReviews;
  readonly supports: SupportsOfLearners;
  readonly memberships: Memberships;
  readonly contexts: Contexts;
  readonly links: ResourceLinks;
  readonly files: FileStore;
  readonly uploads: Uploads;
  readonly groupsOf: GroupsOf;
  /** Makes the short-lived address of a file for one session. */
  readonly fileAddress: (sessionId: string, fileId: string, now: Date) => string;
  /** What groups and short checks add to the task page; left out: nothing. */
  readonly extrasOf?: (actor: Actor, assignment: Assignment) => Promise<TaskExtras>;
  readonly onHandIn: SubmissionListener;
  readonly clock: () => Date;
}
