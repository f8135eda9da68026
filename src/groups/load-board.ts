import type { Assignment } from '../assignments/assignment.js';
import type { Assignments } from '../assignments/assignment.model.js';
import type { GoalEvidence } from '../insights/readiness.js';
import { PLAIN_CALENDAR, localDay, type SchoolCalendar } from '../insights/school-days.js';
import type { AssignmentId, ContextId, MembershipId } from '../ids.js';
import type { Context, Contexts } from '../launch/context.model.js';
import type { Membership, Memberships } from '../launch/membership.model.js';
import type { PlatformServices } from '../lti/ports.js';
import type { Growths } from '../submissions/growth.model.js';
import type { Absences } from './absence.model.js';
import { classList, type ClassList } from './class-list.js';
import type { Grouping } from './grouping.js';
import type { Groupings } from './grouping.model.js';
import type { PairRule, PairRules } from './pair-rule.model.js';
import { healInForce } from './put-in-force.js';
import type { WishBoxes } from './wish-box.model.js';

/** What the group pages need. */
export interface GroupDeps {
  readonly assignments: Assignments;
  readonly groupings: Groupings;
  readonly pairRules: PairRules;
  readonly wishBoxes: WishBoxes;
  readonly absences: Absences;
  readonly memberships: Memberships;
  readonly contexts: Contexts;
  readonly growths: Growths;
  /** Evidence of the course that may still count. */
  readonly recentEvidence: (contextId: ContextId) => Promise<readonly GoalEvidence[]>;
  /** Groups of the learning platform. */
  readonly services: Pick<PlatformServices, 'groups'>;
  readonly clock: () => Date;
}

/** Everything the group board is made from. */
export interface Board {
  readonly assignment: Assignment;
  readonly context: Context;
  readonly people: ClassList;
  /** Students as the learning platform tells of them: their sections and groups. */
  readonly learners: readonly Pick<Membership, '_id' | 'sub' | 'sectionIds' | 'groupIds'>[];
  /** In force; null: none yet. */
  readonly current: Grouping | null;
  /** Newest groupings of the course, newest first. */
  readonly recent: readonly Omit<Grouping, 'steps'>[];
  readonly rules: readonly PairRule[];
  readonly absentIds: readonly MembershipId[];
  readonly calendar: SchoolCalendar;
  /** Today in the school's zone. */
  readonly today: string;
  readonly now: Date;
}

/**
 * Reads what the group pages of an assignment show.
 *
 * @param neutral - The label of somebody without a name.
 * @param timeZone - Of the reader, where the course's own is not known.
 * @throws TrellisError NOT_FOUND for an assignment of another course.
 */
export async function loadBoard(
  deps: GroupDeps,
  contextId: ContextId,
  assignmentId: string,
  neutral: (number: number) => string,
  timeZone: string,
): Promise<Board> {
  const now = deps.clock();
  const [assignment, context, members, recent, rules] = await Promise.all([
    deps.assignments.get(contextId, assignmentId as AssignmentId),
    deps.contexts.get(contextId),
    deps.memberships.list(contextId),
    deps.groupings.recent(contextId),
    deps.pairRules.inForce(contextId, now),
  ]);
  const calendar = { ...PLAIN_CALENDAR, timeZone: context.timeZone ?? timeZone };
  const today = localDay(now, calendar.timeZone);
  const [found, absentIds] = await Promise.all([
    assignment.groupingId === null ? null : deps.groupings.find(contextId, assignment.groupingId),
    deps.absences.on(contextId, today),
  ]);
  const current = found === null ? null : await healInForce(deps, contextId, found, now);
  const people = classList(members, neutral);
  const here = new Set(people.learners.map((person) => person.id));
  return {
    assignment,
    context,
    people,
    learners: members.filter((member) => here.has(member._id)),
    current,
    recent,
    rules,
    absentIds,
    calendar,
    today,
    now,
  };
}
