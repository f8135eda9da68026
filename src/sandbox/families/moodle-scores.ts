import { numberIn, scaleScore, writeCell } from '../grades.js';
import { asText } from '../read.js';
import type { Grade } from '../state.js';
import type { ScoreInput, ScoreOutcome } from './family.js';

const no = (status: number, message: string): ScoreOutcome => ({
  ok: false,
  refusal: { status, message },
});

/** What is missing or wrong, in Moodle's words; the reason goes into the status line only. */
function invalid({ body, person, world }: ScoreInput): ScoreOutcome | null {
  const text = ['userId', 'timestamp', 'activityProgress', 'gradingProgress'];
  if (text.some((name) => body[name] === undefined)) {
    return no(400, 'Incorrect score received');
  }
  const stamp = asText(body['timestamp']) ?? '';
  if (Number.isNaN(Date.parse(stamp)) || !stamp.includes('T')) {
    return no(400, 'Incorrect score received: timestamp');
  }
  const given = numberIn(body['scoreGiven']);
  const maximum = numberIn(body['scoreMaximum']);
  if (Number.isNaN(given) || Number.isNaN(maximum)) return no(400, 'Incorrect score received');
  if (given !== null && maximum === null) return no(400, 'Incorrect score received: scoreMaximum');
  const graded = person?.role === 'student' && world.people.find(person.key) !== null;
  return graded ? null : no(400, `User is not gradable: ${String(body['userId'])}`);
}

/** Compared in whole seconds; equal is too early as well (moodle.md 5.2). */
function tooEarly(grade: Grade, stamp: string): boolean {
  if (grade.timestamp === null) return false;
  const seconds = (text: string): number => Math.floor(Date.parse(text) / 1000);
  return seconds(stamp) <= seconds(grade.timestamp);
}

function points({ body, item, world }: ScoreInput): number | null {
  const given = numberIn(body['scoreGiven']);
  if (given === null || body['gradingProgress'] !== 'FullyGraded') return null;
  const scaled = scaleScore(given, numberIn(body['scoreMaximum']) ?? 0, item.scoreMaximum);
  const above = world.faults.now.moodleOverMaximum ? scaled : Math.min(scaled, item.scoreMaximum);
  return Math.max(0, above);
}

/**
 * What Moodle does with a posted score (moodle.md 5.2).
 *
 * @param input - The score, the column, the student and their cell.
 * @returns The answer; the cell is changed.
 */
export function moodleScore(input: ScoreInput): ScoreOutcome {
  const wrong = invalid(input);
  if (wrong !== null) return wrong;
  const { body, grade, world, now } = input;
  if (grade === null) return no(400, 'User not found');
  if (world.faults.now.gradeLocked) return no(500, 'Failed to save grade');
  const stamp = asText(body['timestamp']) ?? '';
  if (tooEarly(grade, stamp)) {
    return no(409, 'Refusing score with an earlier timestamp for item and user');
  }
  const score = points(input);
  const comment = asText(body['comment']) ?? '';
  // Ungraded messages that carry a comment are stamped with the server's own time.
  grade.timestamp = score === null && comment !== '' ? now.toISOString() : stamp;
  grade.gradingProgress = asText(body['gradingProgress']);
  grade.activityProgress = asText(body['activityProgress']);
  grade.byTool = true;
  if (grade.overridden) {
    const { score: kept, comment: said } = grade;
    writeCell(grade, { by: 'tool', score: kept, comment: said, note: 'overridden: kept' }, now);
  } else {
    const note = score === null ? 'not FullyGraded with a score: erased' : 'graded';
    writeCell(grade, { by: 'tool', score, comment, note }, now);
  }
  return { ok: true, status: 200, body: null };
}
