import { describe, expect, test } from 'vitest';
import {
  AWAY_AFTER_MS,
  laneOf,
  STUCK_AFTER_MS,
  type BoardStudent,
} from '../../src/submissions/board.js';
import type { OptionId } from '../../src/ids.js';

const now = new Date('2030-01-01T10:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);

function aStudent(
  change: Partial<NonNullable<BoardStudent['submission']>> | null,
  rest: Partial<BoardStudent> = {},
): BoardStudent {
  return {
    submission:
      change === null
        ? null
        : {
            state: 'working',
            chosenIds: ['option' as OptionId],
            changedAt: ago(1000),
            request: null,
            ...change,
          },
    openQuestions: 0,
    hasOpenIdea: false,
    ...rest,
  };
}

const request = { kind: 'stretch' as const, at: now, answer: 'open' as const, answeredAt: null };

describe('where somebody stands', () => {
  test.each([
    ['never opened', aStudent(null), 'not-started'],
    ['opened, nothing chosen', aStudent({ state: 'not-started', chosenIds: [] }), 'not-chosen'],
    ['writing', aStudent({}), 'working'],
    ['no change for a while', aStudent({ changedAt: ago(STUCK_AFTER_MS + 1) }), 'stuck'],
    ['back the next day', aStudent({ changedAt: ago(AWAY_AFTER_MS + 1) }), 'working'],
    [
      'handed in long ago',
      aStudent({ state: 'handed-in', changedAt: ago(STUCK_AFTER_MS + 1) }),
      'handed-in',
    ],
    ['asks after handing in', aStudent({ state: 'handed-in' }, { openQuestions: 1 }), 'asking'],
    ['asks for another way', aStudent({ request }), 'asking'],
    ['was answered', aStudent({ request: { ...request, answer: 'no' } }), 'working'],
    ['has an idea', aStudent(null, { hasOpenIdea: true }), 'asking'],
  ])('%s', (_who, student, lane) => {
    expect(laneOf(student, now)).toBe(lane);
  });
});
