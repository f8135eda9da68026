import { dateOf, idList, pointsOf, type Family } from './family.js';
import { other } from './other.js';

/** Schoology. Facts: developers.schoology.com "LTI Apps" and reports of tools live in districts. */
export const schoology: Family = {
  ...other,
  name: 'schoology',
  customVariables: {
    context_id_history: '$Context.id.history',
    resource_link_id_history: '$ResourceLink.id.history',
    assignment_id: '$com.schoology.Assignment.id',
    assignment_due_at: '$com.schoology.Assignment.dueDateIso',
    assignment_points: '$com.schoology.Assignment.scoreMaximum',
    time_zone: '$com.schoology.User.timezone',
  },
  hints: (custom) => ({
    title: null,
    descriptionHtml: null,
    pointsPossible: pointsOf(custom['assignment_points']),
    dueAt: dateOf(custom['assignment_due_at']),
    availableAt: null,
    lockAt: null,
    platformAssignmentId: custom['assignment_id'] ?? null,
    isPublished: null,
  }),
  person: (custom) => ({
    sectionIds: idList(custom['section_ids']),
    groupIds: [],
    timeZone: custom['time_zone'] ?? null,
    actingUserId: null,
    mentorOf: [],
  }),
  // Course, group and user app placements launch with neither resource_link nor context.
  opensAreasWithoutResource: true,
  // Shown whole behind Configure as {client_id}-{number}; admins often paste one half.
  deploymentIdProblem: (deploymentId) => (/^\d{6,}$/.test(deploymentId) ? 'half-schoology' : null),
  // Districts' pages.
  frameAncestors: ['https://*.schoology.com'],
  // The issuer is the same for every district; the district's own host is never the issuer.
  issuerProblem(issuer) {
    if (issuer === 'https://schoology.schoology.com/') return 'trailing-slash';
    return /^https:\/\/(?!schoology\.)[^/]+\.schoology\.com\/?$/.test(issuer)
      ? 'not-the-issuer'
      : null;
  },
  // No pair of progress words sets a flag, and what carries no number can wipe a teacher's flag.
  canAnnounceHandIn: () => false,
  // A null comment was refused by an older build; a re-post without one clears it.
  sendsBlankComment: false,
  rosterLimit: 100,
  // `rlid` is not documented there.
  knowsRosterOfLink: false,
};
