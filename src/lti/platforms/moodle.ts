import { idList, type Family } from './family.js';
import { other, scoreRefusalByStatus } from './other.js';

/**
 * Moodle 4.2 to 5.1. Facts: `mod/lti/locallib.php`, `mod/lti/token.php`,
 * `mod/lti/service/gradebookservices` and `mod/lti/service/memberships`, tried on 4.5.6.
 */
export const moodle: Family = {
  ...other,
  name: 'moodle',
  customVariables: {
    context_id_history: '$Context.id.history',
    user_group_ids: '$Moodle.Person.userGroupIds',
  },
  person: (custom) => ({
    sectionIds: [],
    groupIds: idList(custom['user_group_ids']),
    timeZone: null,
    actingUserId: null,
    mentorOf: [],
  }),
  // wwwroot never ends in a slash.
  issuerProblem: (issuer) => (issuer.endsWith('/') ? 'trailing-slash' : null),
  // Anything but FullyGraded, or no score, erases the present grade.
  canAnnounceHandIn: () => false,
  readScoreRefusal(refusal) {
    // The body of a refused score is `[]`; only the status tells. 400: not a graded role in the course
    // (teachers, previewing teachers); 500: the column or grade is locked.
    if (refusal.status === 400) {
      return { outcome: 'refused', reason: 'not-a-student', detail: 'HTTP 400' };
    }
    if (refusal.status === 500 && refusal.text.trim() === '[]') {
      return { outcome: 'parked', reason: 'grade-locked', detail: 'HTTP 500' };
    }
    return scoreRefusalByStatus(refusal);
  },
  // With `limit` the Link header cannot be parsed by the rules, and results answer an error page.
  rosterLimit: null,
  lineItemLimit: null,
  // content_item_to_form refuses 12.5 or 1000: 1 up to the site's maximum grade, 100 by default.
  deepLinkPoints: { wholeOnly: true, most: 100 },
  // Dates of content items are ignored; description shows tags as text.
  takesDueDate: false,
};
