import type { ScoreOutcome } from '../ports.js';
import { dateOf, firstOf, idList, pointsOf, type Family, type ServiceRefusal } from './family.js';

/** What a status means where a platform says nothing finer (AGS 3.4, AGS-15, AGS-16, AGS-32). */
export function scoreRefusalByStatus({ status, text }: ServiceRefusal): ScoreOutcome {
  const detail = `HTTP ${status}`;
  if (status === 409) return { outcome: 'superseded' };
  if (status === 429 || status >= 500 || status === 408) {
    return {
      outcome: 'retry',
      reason: status === 429 ? 'too-fast' : 'platform-error',
      retryAfterMs: null,
    };
  }
  if (status === 400 && /timestamp[^]*(before|earlier|older)/i.test(text)) {
    return { outcome: 'superseded' };
  }
  switch (status) {
    case 401:
      return { outcome: 'parked', reason: 'not-authorized', detail };
    case 403:
      return { outcome: 'parked', reason: 'forbidden', detail };
    case 404:
    case 410:
      return { outcome: 'parked', reason: 'column-gone', detail };
    case 412:
      return { outcome: 'parked', reason: 'column-not-ours', detail };
    default:
      return status >= 300 && status < 400
        ? { outcome: 'parked', reason: 'redirected', detail }
        : { outcome: 'refused', reason: 'not-accepted', detail };
  }
}

/** Any platform that keeps to the specifications; the others start from it. */
export const other: Family = {
  name: 'other',
  assistantsAreListedAsInstructors: false,
  // CORE Appendix D and the AGS, DL variables; a platform sends the literal text of what it lacks.
  customVariables: {
    context_id_history: '$Context.id.history',
    resource_link_id_history: '$ResourceLink.id.history',
    available_start: '$ResourceLink.available.startDateTime',
    available_end: '$ResourceLink.available.endDateTime',
    submission_end: '$ResourceLink.submission.endDateTime',
    time_zone: '$Person.address.timezone',
    acting_user_id: '$ActualUser.id',
  },
  registrationExtensions: {},
  hints: (custom) => ({
    title: firstOf(custom, 'assignment_title') ?? null,
    descriptionHtml: null,
    pointsPossible: pointsOf(firstOf(custom, 'assignment_points')),
    dueAt: dateOf(firstOf(custom, 'submission_end', 'assignment_due_at')),
    availableAt: dateOf(firstOf(custom, 'available_start')),
    lockAt: dateOf(firstOf(custom, 'available_end')),
    platformAssignmentId: firstOf(custom, 'assignment_id') ?? null,
    isPublished: null,
  }),
  person: (custom) => ({
    sectionIds: idList(custom['section_ids']),
    groupIds: idList(custom['user_group_ids']),
    timeZone: custom['time_zone'] ?? null,
    actingUserId: firstOf(custom, 'acting_user_id') ?? null,
    mentorOf: [],
  }),
  isOwnResource: () => true,
  opensAreasWithoutResource: false,
  frameAncestors: [],
  deploymentIdProblem: () => null,
  issuerProblem: () => null,
  scoreExtensions: () => ({}),
  // AGS 3.4.7: what is not FullyGraded may be ignored; a first hand-in has no grade to harm.
  canAnnounceHandIn: (score) => score.isNewSubmission && score.pointsGiven === null,
  sendsBlankComment: true,
  readScoreRefusal: scoreRefusalByStatus,
  isRateLimit: ({ status }) => status === 429,
  rosterLimit: 100,
  lineItemLimit: 100,
  knowsRosterOfLink: true,
  groupRosterUrl: () => null,
  deepLinkPoints: { wholeOnly: false, most: null },
  contentTextIsHtml: false,
  takesDueDate: true,
  contentExtensions: () => ({}),
};
