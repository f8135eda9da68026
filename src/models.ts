import type { Connection } from 'mongoose';
import type { FileStore } from './db/files.js';
import { adminSessionModel } from './admin/admin-session.model.js';
import { assignmentModel } from './assignments/assignment.model.js';
import { designHistoryModel } from './assignments/design-history.model.js';
import { templateModel } from './assignments/template.model.js';
import { deskClaimModel } from './grading/desk-claim.model.js';
import { deskHabitModel } from './grading/desk-habit.model.js';
import { gradeModel } from './grading/grade.model.js';
import { planModel } from './grading/plan.model.js';
import { absenceModel } from './groups/absence.model.js';
import { wishBoxModel } from './groups/wish-box.model.js';
import { groupingModel } from './groups/grouping.model.js';
import { pairRuleModel } from './groups/pair-rule.model.js';
import { evidenceModel } from './insights/evidence.model.js';
import { placementLogModel } from './insights/placement-log.model.js';
import { ticketModel } from './insights/ticket.model.js';
import { contextModel } from './launch/context.model.js';
import { courseCopyModel } from './launch/course-copy.model.js';
import { membershipModel } from './launch/membership.model.js';
import { resourceLinkModel } from './launch/resource-link.model.js';
import { deliveryModel } from './passback/delivery.model.js';
import { ratePauseModel } from './passback/rate-pause.model.js';
import { growthModel } from './submissions/growth.model.js';
import { allocationModel } from './choices/allocation.model.js';
import { ideaModel } from './choices/idea.model.js';
import { uploadModel } from './db/upload.model.js';
import { draftVersionModel } from './submissions/draft-version.model.js';
import { familyReplyModel } from './submissions/family-reply.model.js';
import { messageModel } from './submissions/message.model.js';
import { peerReviewModel } from './submissions/peer-review.model.js';
import { submissionModel } from './submissions/submission.model.js';
import { supportsModel } from './tiers/supports.model.js';
import { ownMoveModel } from './tiers/own-move.model.js';
import { sessionModel } from './web/session.model.js';

/**
 * Every model of Trellis on one connection; features take those they name in their dependencies.
 *
 * @param files - Where uploads are put together.
 */
export function makeModels(connection: Connection, files: FileStore) {
  return {
    sessions: sessionModel(connection),
    contexts: contextModel(connection),
    courseCopies: courseCopyModel(connection),
    memberships: membershipModel(connection),
    links: resourceLinkModel(connection),
    assignments: assignmentModel(connection),
    submissions: submissionModel(connection),
    designHistory: designHistoryModel(connection),
    ownMoves: ownMoveModel(connection),
    templates: templateModel(connection),
    supports: supportsModel(connection),
    grades: gradeModel(connection),
    adminSessions: adminSessionModel(connection),
    deliveries: deliveryModel(connection),
    pauses: ratePauseModel(connection),
    habits: deskHabitModel(connection),
    claims: deskClaimModel(connection),
    plans: planModel(connection),
    groupings: groupingModel(connection),
    pairRules: pairRuleModel(connection),
    wishBoxes: wishBoxModel(connection),
    absences: absenceModel(connection),
    evidence: evidenceModel(connection),
    placementLog: placementLogModel(connection),
    tickets: ticketModel(connection),
    growths: growthModel(connection),
    draftVersions: draftVersionModel(connection),
    messages: messageModel(connection),
    familyReplies: familyReplyModel(connection),
    peerReviews: peerReviewModel(connection),
    ideas: ideaModel(connection),
    allocations: allocationModel(connection),
    uploads: uploadModel(connection, files),
  };
}
