import { numberIn, scaleScore, writeCell } from '../grades.js';
import { CANVAS_SUBMISSION } from '../names.js';
import { asObject, asText } from '../read.js';
import type { Grade } from '../state.js';
import { baseOf } from './family.js';
import type { Refusal, ScoreInput, ScoreOutcome } from './family.js';

const ACTIVITY = ['Initialized', 'Started', 'InProgress', 'Submitted', 'Completed'];
const GRADING = ['FullyGraded', 'Pending', 'PendingManual', 'Failed', 'NotReady'];
const CANNOT = 'cannot be changed at this time: ';

const no = (status: number, message: string, shape?: Refusal['shape']): ScoreOutcome => ({
  ok: false,
  refusal: { status, message, ...(shape === undefined ? {} : { shape }) },
});

/** Parameters Canvas wants before it looks at anything else. */
function badParameters({ body, now, grade }: ScoreInput): ScoreOutcome | null {
  for (const name of ['userId', 'activityProgress', 'gradingProgress', 'timestamp']) {
    if (body[name] === undefined || body[name] === null || body[name] === '') {
      return no(400, `param is missing or the value is empty: ${name} is missing`);
    }
  }
  const stamp = Date.parse(asText(body['timestamp']) ?? '');
  if (Number.isNaN(stamp)) return no(400, 'Provided timestamp is not a valid timestamp');
  if (grade?.timestamp != null && stamp < Date.parse(grade.timestamp)) {
    return no(
      400,
      `Provided timestamp of ${String(body['timestamp'])} before last updated timestamp of ${grade.timestamp}`,
    );
  }
  const submitted = submittedAt(body);
  if (submitted !== null && Date.parse(submitted) > now.getTime() + 60_000) {
    return no(400, 'Provided submitted_at timestamp of the submission is in the future');
  }
  return null;
}

function submittedAt(body: Record<string, unknown>): string | null {
  return (
    asText(asObject(body['submission'])['submittedAt']) ??
    asText(asObject(body[CANVAS_SUBMISSION])['submitted_at'])
  );
}

function badNumbers({ body, item }: ScoreInput): ScoreOutcome | null {
  if (!ACTIVITY.includes(String(body['activityProgress']))) {
    return no(422, 'activityProgress is not included in the list', 'type');
  }
  if (!GRADING.includes(String(body['gradingProgress']))) {
    return no(422, 'gradingProgress is not included in the list', 'type');
  }
  const given = numberIn(body['scoreGiven']);
  const maximum = numberIn(body['scoreMaximum']);
  if (given === null) return null;
  if (Number.isNaN(given) || given < 0) {
    return no(422, 'ScoreGiven must be a number greater than or equal to 0', 'type');
  }
  if (maximum === null) {
    return no(422, 'ScoreMaximum not supplied when ScoreGiven present.', 'type');
  }
  if (Number.isNaN(maximum) || maximum < 0) {
    return no(422, 'ScoreMaximum must be greater than or equal to 0', 'type');
  }
  return maximum === 0 && item.scoreMaximum !== 0
    ? no(422, "ScoreMaximum cannot be zero if line item's maximum is not zero", 'type')
    : null;
}

function notNow({ world, link, person, item }: ScoreInput): ScoreOutcome | null {
  const { now: faults } = world.faults;
  const student =
    person !== null &&
    world.people.isEnrolled(person) &&
    (person.role === 'student' || (person.role === 'test' && faults.testStudentAccepted));
  if (!student) return no(422, 'User not found in course or is not a student', 'type');
  if (item.extra) return null;
  if (faults.unpublished || link?.published === false) {
    return no(422, `${CANNOT}This assignment is still unpublished`, 'field');
  }
  if (faults.notAssigned.includes(person.key)) {
    return no(422, `${CANNOT}This assignment is not applicable to this student`, 'field');
  }
  if (faults.gradingPeriodClosed) {
    return no(
      422,
      `${CANNOT}This assignment is in a closed grading period for this student`,
      'field',
    );
  }
  return faults.moderated
    ? no(422, `${CANNOT}This assignment is currently being moderated`, 'field')
    : null;
}

/** The submission Canvas records with a score unless it is told not to; runs before the grade. */
function recordSubmission(input: ScoreInput, grade: Grade): ScoreOutcome | null {
  const { body, link, item, now, world } = input;
  const extension = asObject(body[CANVAS_SUBMISSION]);
  const type = asText(extension['submission_type']);
  const isNew = extension['new_submission'] !== false && type !== 'none';
  if (!isNew || item.extra) return null;
  if (world.faults.now.attemptsExhausted) {
    return no(
      422,
      'The maximum number of allowed attempts has been reached for this submission',
      'type',
    );
  }
  if (type === 'online_upload' && !Array.isArray(extension['content_items'])) {
    return no(422, "Content items must be provided with submission type 'online_upload'", 'type');
  }
  const at = submittedAt(body) ?? now.toISOString();
  if (at !== grade.submittedAt) grade.attempts += 1;
  grade.submittedAt = at;
  grade.late = link?.dueAt != null && Date.parse(at) > Date.parse(link.dueAt);
  if (type === 'basic_lti_launch') {
    grade.reviewUrl = (asText(extension['submission_data']) ?? '').slice(0, 250);
  }
  return null;
}

/** What the pair of score and gradingProgress does to the grade (canvas.md 5.2). */
function applyGrade(input: ScoreInput, grade: Grade): void {
  const { body, item, now } = input;
  const extension = asObject(body[CANVAS_SUBMISSION]);
  const progress = String(body['gradingProgress']);
  const comment = asText(body['comment']) ?? '';
  if (comment !== '' && !item.extra) grade.comments.push(comment);
  const kept = comment === '' ? grade.comment : comment;
  grade.timestamp = asText(body['timestamp']);
  grade.gradingProgress = progress;
  grade.activityProgress = String(body['activityProgress']);
  grade.byTool = true;
  const preserve = extension['preserve_score'] === true;
  const yields = extension['prioritize_non_tool_grade'] === true && grade.score !== null;
  grade.needsGrading = progress === 'PendingManual';
  if (preserve || yields) {
    writeCell(grade, { by: 'tool', score: grade.score, comment: kept, note: 'score kept' }, now);
    return;
  }
  const given = numberIn(body['scoreGiven']);
  const counts = (progress === 'FullyGraded' || progress === 'PendingManual') && given !== null;
  const score = counts
    ? scaleScore(given, numberIn(body['scoreMaximum']) ?? 0, item.scoreMaximum)
    : null;
  const note = counts ? progress : `${progress} cleared the grade`;
  writeCell(grade, { by: 'tool', score, comment: kept, note }, now);
  grade.overridden = false;
}

/**
 * What Canvas does with a posted score (canvas.md 5.2 and 5.3).
 *
 * @param input - The score, the column, the student and their cell.
 * @returns The answer; the cell is changed.
 */
export function canvasScore(input: ScoreInput): ScoreOutcome {
  const refused = badParameters(input) ?? badNumbers(input) ?? notNow(input);
  if (refused !== null) return refused;
  const { grade, world, item, person, body } = input;
  if (grade === null || person === null) return no(422, 'User not found in course', 'type');
  const submission = recordSubmission(input, grade);
  if (submission !== null) return submission;
  applyGrade(input, grade);
  const items: unknown = asObject(body[CANVAS_SUBMISSION])['content_items'];
  return {
    ok: true,
    status: 200,
    body: {
      resultUrl: `${baseOf(world, 'canvas')}/api/lti/courses/${item.courseId}/line_items/${item.id}/results/${person.number}`,
      ...(Array.isArray(items) ? { [CANVAS_SUBMISSION]: { content_items: items } } : {}),
    },
  };
}
