import type { ScoreOutcome } from '../ports.js';
import {
  dateOf,
  firstOf,
  idList,
  jsonList,
  pointsOf,
  type Family,
  type ServiceRefusal,
} from './family.js';
import { other, scoreRefusalByStatus } from './other.js';

const SUBMISSION = 'https://canvas.instructure.com/lti/submission';

const parked = (reason: string): ScoreOutcome => ({ outcome: 'parked', reason, detail: reason });
const refused = (reason: string): ScoreOutcome => ({ outcome: 'refused', reason, detail: reason });

/** Canvas's words in refusals of scores and what they come to, finer before coarser (canvas 5.3). */
const SCORE_REFUSALS: readonly (readonly [status: number, words: string, outcome: ScoreOutcome])[] =
  [
    [400, 'before last updated timestamp', { outcome: 'superseded' }],
    [401, 'Insufficient permissions', parked('scope-missing')],
    [401, 'inactive Developer Key', parked('key-off')],
    [401, 'Invalid Developer Key', parked('key-off')],
    [401, 'not linked to a Tool', parked('tool-uninstalled')],
    [422, 'course has concluded', parked('course-closed')],
    [404, 'The specified resource does not exist', parked('course-closed')],
    [404, 'Context not found', parked('course-closed')],
    [422, 'not found in course or is not a student', refused('not-a-student')],
    [422, 'still unpublished', parked('unpublished')],
    [422, 'not applicable to this student', refused('not-assigned')],
    [422, 'closed grading period', refused('grading-period-closed')],
    [422, 'being moderated', parked('moderated')],
    [422, 'Cannot grade this submission at this time', parked('cannot-grade-now')],
    [422, 'maximum number of allowed attempts', refused('attempts-used-up')],
  ];

/**
 * Canvas LMS. Facts: canvas-lms `app/controllers/lti/ims/*`, `lib/lti/variable_expander.rb`,
 * `app/middleware/request_throttle.rb`, and its LTI pages under `doc/api`.
 */
export const canvas: Family = {
  ...other,
  name: 'canvas',
  // substitutions_helper.rb: a TaEnrollment maps to the sub-role and to Instructor.
  assistantsAreListedAsInstructors: true,
  customVariables: {
    context_id_history: '$Context.id.history',
    resource_link_id_history: '$ResourceLink.id.history',
    canvas_assignment_id: '$Canvas.assignment.id',
    canvas_assignment_title: '$Canvas.assignment.title',
    canvas_assignment_description: '$com.instructure.Assignment.description',
    canvas_assignment_points: '$Canvas.assignment.pointsPossible',
    canvas_assignment_due_at: '$Canvas.assignment.dueAt.iso8601',
    canvas_assignment_unlock_at: '$Canvas.assignment.unlockAt.iso8601',
    canvas_assignment_lock_at: '$Canvas.assignment.lockAt.iso8601',
    canvas_assignment_published: '$Canvas.assignment.published',
    canvas_assignment_lti_id: '$com.instructure.Assignment.lti.id',
    canvas_course_id: '$Canvas.course.id',
    canvas_section_ids: '$Canvas.course.sectionIds',
    canvas_group_ids: '$com.instructure.Course.groupIds',
    canvas_own_group_ids: '$Canvas.group.contextIds',
    canvas_observees: '$com.instructure.User.observees',
    canvas_masquerading_user_id: '$Canvas.masqueradingUser.userId',
    time_zone: '$Person.address.timezone',
  },
  registrationExtensions: {
    'https://canvas.instructure.com/lti/privacy_level': 'public',
    'https://canvas.instructure.com/lti/tool_id': 'trellis',
  },
  hints: (custom) => ({
    title: custom['canvas_assignment_title'] ?? null,
    descriptionHtml: custom['canvas_assignment_description'] ?? null,
    pointsPossible: pointsOf(custom['canvas_assignment_points']),
    dueAt: dateOf(custom['canvas_assignment_due_at']),
    availableAt: dateOf(custom['canvas_assignment_unlock_at']),
    lockAt: dateOf(custom['canvas_assignment_lock_at']),
    platformAssignmentId: custom['canvas_assignment_lti_id'] ?? null,
    isPublished:
      custom['canvas_assignment_published'] === undefined
        ? null
        : custom['canvas_assignment_published'] === 'true',
  }),
  person: (custom) => ({
    sectionIds: idList(custom['canvas_section_ids']),
    groupIds: idList(custom['canvas_own_group_ids']),
    timeZone: custom['time_zone'] ?? null,
    actingUserId: firstOf(custom, 'canvas_masquerading_user_id') ?? null,
    mentorOf: jsonList(custom['canvas_observees']),
  }),
  // resource_link.id equals context.id wherever there is no resource (course_navigation, assignment_view).
  isOwnResource: (resourceLinkId, contextId) => resourceLinkId !== contextId,
  // Hosted schools' pages; vanity domains are learned from signed launches.
  frameAncestors: ['https://*.instructure.com', 'https://*.canvaslms.com'],
  // The hosted issuer has no trailing slash, and sso.canvaslms.com is never an issuer.
  issuerProblem(issuer) {
    if (/^https:\/\/canvas(\.beta|\.test)?\.instructure\.com\/$/.test(issuer)) {
      return 'trailing-slash';
    }
    return /^https:\/\/sso\.(beta\.|test\.)?canvaslms\.com|\.instructure\.com\/.+/.test(issuer)
      ? 'not-the-issuer'
      : null;
  },
  scoreExtensions(score, reviewUrl) {
    // new_submission defaults to true and would add an attempt to every regrade; without a score the
    // present grade is cleared unless preserve_score is set (scores_controller.rb).
    const isAnnouncement = score.pointsGiven === null && score.gradingProgress === 'PendingManual';
    return {
      [SUBMISSION]: {
        new_submission: score.isNewSubmission,
        ...(isAnnouncement ? { preserve_score: true } : {}),
        ...(score.isNewSubmission && reviewUrl !== null && reviewUrl.length <= 250
          ? { submission_type: 'basic_lti_launch', submission_data: reviewUrl }
          : {}),
      },
    };
  },
  canAnnounceHandIn: () => true,
  // Each POST with a comment adds a comment; an absent one takes nothing away.
  sendsBlankComment: false,
  readScoreRefusal(refusal: ServiceRefusal) {
    const found = SCORE_REFUSALS.find(
      ([status, words]) => status === refusal.status && refusal.text.includes(words),
    );
    return found?.[2] ?? scoreRefusalByStatus(refusal);
  },
  // request_throttle.rb answers 403 in plain text; newer pages say 429. A JSON 403 is a real denial.
  isRateLimit: ({ status, contentType, text }) =>
    status === 429 || (status === 403 && !contentType.includes('json') && /rate limit/i.test(text)),
  rosterLimit: 50,
  groupRosterUrl(membershipsUrl, groupId) {
    if (!/^\d+$/.test(groupId)) return null;
    const url = new URL(membershipsUrl);
    const path = url.pathname.replace(
      /\/courses\/[^/]+\/names_and_roles$/,
      `/groups/${groupId}/names_and_roles`,
    );
    if (path === url.pathname) return null;
    return new URL(path, url.origin).href;
  },
  contentTextIsHtml: true,
  contentExtensions: ({ keepsExistingName }) =>
    keepsExistingName
      ? { 'https://canvas.instructure.com/lti/preserveExistingAssignmentName': true }
      : {},
};
