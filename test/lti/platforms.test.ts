import { describe, expect, test } from 'vitest';
import { scoreBody } from '../../src/lti/ags.js';
import { familyOf, guessFamily } from '../../src/lti/platforms/of.js';
import type { FamilyName, ScoreToSend } from '../../src/lti/ports.js';

const at = new Date('2026-05-08T12:00:00.123Z');

function aScore(change: Partial<ScoreToSend> = {}): ScoreToSend {
  return {
    sub: 'u1',
    pointsGiven: 8,
    pointsPossible: 10,
    comment: 'Well argued',
    activityProgress: 'Completed',
    gradingProgress: 'FullyGraded',
    stampedAt: at,
    submittedAt: null,
    scoringSub: null,
    isNewSubmission: false,
    reviewPath: null,
    ...change,
  };
}

describe('what a refused score means', () => {
  const field = (message: string) => JSON.stringify({ errors: [{ field: 'grade', message }] });
  const listed = (message: string) => JSON.stringify({ errors: [{ message }] });
  const typed = (message: string) => JSON.stringify({ errors: { type: 'x', message } });
  const unpublished = 'cannot be changed at this time: This assignment is still unpublished';
  test.each<[FamilyName, string, number, string, string, string?]>([
    [
      'canvas',
      'an older stamp',
      400,
      typed('Provided timestamp of X before last updated timestamp of Y'),
      'superseded',
    ],
    [
      'canvas',
      'scope taken away',
      401,
      listed('Insufficient permissions'),
      'parked',
      'scope-missing',
    ],
    ['canvas', 'key off', 401, listed('Unknown or inactive Developer Key'), 'parked', 'key-off'],
    [
      'canvas',
      'uninstalled',
      401,
      listed('Access Token not linked to a Tool associated with this Context'),
      'parked',
      'tool-uninstalled',
    ],
    [
      'canvas',
      'AGS-16 concluded',
      422,
      typed('This course has concluded. AGS requests will no longer be accepted for this course.'),
      'parked',
      'course-closed',
    ],
    [
      'canvas',
      'concluded, older',
      404,
      listed('The specified resource does not exist.'),
      'parked',
      'course-closed',
    ],
    ['canvas', 'AGS-15 column gone', 404, '', 'parked', 'column-gone'],
    [
      'canvas',
      'AGS-32 no student',
      422,
      typed('User not found in course or is not a student'),
      'refused',
      'not-a-student',
    ],
    ['canvas', 'unpublished', 422, field(unpublished), 'parked', 'unpublished'],
    [
      'canvas',
      'not in Assign To',
      422,
      field('cannot be changed at this time: This assignment is not applicable to this student'),
      'refused',
      'not-assigned',
    ],
    [
      'canvas',
      'closed period',
      422,
      field('cannot be changed at this time: in a closed grading period for this student'),
      'refused',
      'grading-period-closed',
    ],
    [
      'canvas',
      'moderated',
      422,
      field('cannot be changed at this time: currently being moderated'),
      'parked',
      'moderated',
    ],
    [
      'canvas',
      'attempts',
      422,
      listed('The maximum number of allowed attempts has been reached for this submission'),
      'refused',
      'attempts-used-up',
    ],
    ['canvas', 'away', 503, '', 'retry', 'platform-error'],
    ['moodle', 'AGS-26 older or equal stamp', 409, '[]', 'superseded'],
    ['moodle', 'no graded role', 400, '[]', 'refused', 'not-a-student'],
    ['moodle', 'locked', 500, '[]', 'parked', 'grade-locked'],
    ['moodle', 'proxy error', 502, '<html>', 'retry', 'platform-error'],
    ['schoology', 'too fast', 429, '', 'retry', 'too-fast'],
    ['other', 'redirect', 302, '', 'parked', 'redirected'],
    ['other', 'bad body', 400, 'x is missing', 'refused', 'not-accepted'],
  ])('%s: %s', (family, _name, status, text, outcome, reason) => {
    const read = familyOf(family).readScoreRefusal({
      status,
      contentType: 'application/json',
      text,
    });
    expect(read.outcome).toBe(outcome);
    if (reason !== undefined) expect(read).toMatchObject({ reason });
  });

  test.each([
    ['403 in plain text', 403, 'text/plain', '403 Forbidden (Rate Limit Exceeded)', true],
    ['429', 429, 'application/json', '{}', true],
    ['a real denial', 403, 'application/json', '{"errors":"Rate Limit Exceeded"}', false],
  ])(
    'TOK-12 Canvas asks for fewer requests by %s',
    (_name, status, contentType, text, expected) => {
      expect(familyOf('canvas').isRateLimit({ status, contentType, text })).toBe(expected);
    },
  );
});

describe('the Score that is sent', () => {
  const body = (family: FamilyName, change: Partial<ScoreToSend> = {}) =>
    scoreBody(familyOf(family), aScore(change), 'https://t.test/lti/launch?review=1');
  const CANVAS = 'https://canvas.instructure.com/lti/submission';

  test('AGS-20, AGS-24 has every required member and a stamp with fraction and zone', () => {
    expect(body('other')).toEqual({
      userId: 'u1',
      scoreGiven: 8,
      scoreMaximum: 10,
      comment: 'Well argued',
      activityProgress: 'Completed',
      gradingProgress: 'FullyGraded',
      timestamp: '2026-05-08T12:00:00.123Z',
    });
  });
  test('AGS-21, THR-24 zero is a score and keeps its maximum', () => {
    expect(body('other', { pointsGiven: 0 })).toMatchObject({ scoreGiven: 0, scoreMaximum: 10 });
  });
  test('AGS-22, AGS-23 without points there is neither score nor maximum', () => {
    const cleared = body('other', { pointsGiven: null, gradingProgress: 'NotReady' });
    expect(cleared).not.toHaveProperty('scoreGiven');
    expect(cleared).not.toHaveProperty('scoreMaximum');
  });
  test.each([
    [10 / 3, 3.3333],
    [-0, 0],
    [0.1 + 0.2, 0.3],
    [12, 12],
  ])('AGS-34 rounds %f to %f', (given, expected) => {
    expect(Object.is(body('other', { pointsGiven: given })['scoreGiven'], expected)).toBe(true);
  });
  test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [-1]])(
    'AGS-34 refuses %f',
    (pointsGiven) => {
      expect(() => body('other', { pointsGiven })).toThrow(RangeError);
    },
  );
  test('AGS-21 refuses a maximum of zero', () => {
    expect(() => body('other', { pointsPossible: 0 })).toThrow(RangeError);
  });
  test('AGS-28 a comment is sent every time and never null', () => {
    expect(body('moodle', { comment: null })).toMatchObject({ comment: '' });
    expect(body('schoology', { comment: null })).not.toHaveProperty('comment');
  });
  test('AGS-29, AGS-30 names the grader and the hand-in where known', () => {
    expect(body('other', { scoringSub: 't1', submittedAt: at })).toMatchObject({
      scoringUserId: 't1',
      submission: { submittedAt: at.toISOString() },
    });
    expect(body('other')).not.toHaveProperty('scoringUserId');
  });
  test('AGS-09 Canvas: a regrade adds no attempt, a hand-in keeps the grade', () => {
    expect(body('canvas')[CANVAS]).toEqual({ new_submission: false });
    const handIn = body('canvas', {
      pointsGiven: null,
      gradingProgress: 'PendingManual',
      isNewSubmission: true,
    });
    expect(handIn[CANVAS]).toMatchObject({ new_submission: true, preserve_score: true });
  });
  test.each<[FamilyName, boolean]>([
    ['canvas', true],
    ['moodle', false],
    ['schoology', false],
    ['other', true],
  ])('%s can be told of a hand-in without harm: %s', (family, expected) => {
    const score = aScore({
      pointsGiven: null,
      gradingProgress: 'PendingManual',
      isNewSubmission: true,
    });
    expect(familyOf(family).canAnnounceHandIn(score)).toBe(expected);
  });
});

test.each([
  ['https://schoology.schoology.com', null, 'schoology'],
  ['https://canvas.instructure.com', null, 'canvas'],
  ['https://school.test', 'moodle', 'moodle'],
  ['https://school.test', 'Sakai', 'other'],
] as const)('guesses the family of %s', (issuer, product, expected) => {
  expect(guessFamily(issuer, product)).toBe(expected);
});

describe('hints of the assignment', () => {
  test('CORE-16 Canvas', () => {
    expect(
      familyOf('canvas').hints({
        canvas_assignment_title: 'Ecosystems',
        canvas_assignment_points: '20',
        canvas_assignment_due_at: '2026-05-08T23:59:00Z',
        canvas_assignment_published: 'false',
        canvas_assignment_lti_id: 'a-b',
      }),
    ).toMatchObject({
      title: 'Ecosystems',
      pointsPossible: 20,
      dueAt: new Date('2026-05-08T23:59:00Z'),
      isPublished: false,
      platformAssignmentId: 'a-b',
    });
  });
  test('Schoology sends UNIX seconds in one of its variables', () => {
    const { dueAt } = familyOf('schoology').hints({ assignment_due_at: '1778284740' });
    expect(dueAt?.getTime()).toBe(1778284740_000);
  });
  test('values that are none are not told', () => {
    const hints = familyOf('canvas').hints({
      canvas_assignment_points: 'many',
      canvas_assignment_due_at: 'soon',
    });
    expect(hints).toMatchObject({ pointsPossible: null, dueAt: null, isPublished: null });
  });
});

test('Canvas: the roster of a group has an address of its own', () => {
  const roster = 'https://s.instructure.com/api/lti/courses/3/names_and_roles';
  expect(familyOf('canvas').groupRosterUrl(roster, '12')).toBe(
    'https://s.instructure.com/api/lti/groups/12/names_and_roles',
  );
  expect(familyOf('canvas').groupRosterUrl(roster, '../../courses/4')).toBeNull();
  expect(familyOf('moodle').groupRosterUrl(roster, '12')).toBeNull();
});
