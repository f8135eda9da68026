import type { Context } from '../launch/context.model.js';
import { isRosterBeingRead } from '../launch/roster-age.js';
import type { Words } from '../web/words.js';

/** State of the class list, for a page that shows how old it is. */
export interface RosterView {
  readonly text: string;
  /** Why the last read did not work, and what helps; null: it did. */
  readonly problem: string | null;
  readonly isReading: boolean;
  readonly canRead: boolean;
}

const KNOWN = [
  'not-offered',
  'scope-missing',
  'registration-disabled',
  'not-understood',
  'not-authorized',
  'forbidden',
  'page-loop',
  'foreign-host',
  'unreachable',
];

/**
 * Says how old the class list is and what went wrong with it.
 *
 * @param learners - How many students it holds.
 */
export function rosterView(
  roster: Context['roster'],
  learners: number,
  canRead: boolean,
  now: Date,
  words: Words,
): RosterView {
  const { readAt, problem } = roster;
  const key = problem !== null && KNOWN.includes(problem) ? problem : 'refused';
  return {
    text:
      readAt === null
        ? words.t('groups.roster.never', { count: learners })
        : words.t('groups.roster.read', { count: learners, when: words.moment(readAt) }),
    problem: problem === null ? null : words.t(`groups.roster-problem.${key}`),
    isReading: isRosterBeingRead(roster, now),
    canRead,
  };
}
