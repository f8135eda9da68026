import type { Assignment } from '../assignments/assignment.js';
import { ownGroup } from '../groups/in-force.js';
import type { Groupings } from '../groups/grouping.model.js';
import type { PairRules } from '../groups/pair-rule.model.js';
import type { WishBoxes } from '../groups/wish-box.model.js';
import type { ContextId, MembershipId } from '../ids.js';
import type { Words } from '../web/words.js';
import type { TaskChecks } from './my-tickets.view.js';
import type { Ticket, TicketAnswer } from './ticket.js';
import type { Tickets } from './ticket.model.js';

/** What groups and short checks add to a student's task page; nobody else is in it. */
export interface TaskExtras {
  readonly checks: TaskChecks | null;
  readonly group: {
    readonly name: string;
    readonly role: string;
    readonly meeting: string;
  } | null;
  /** Where they may name classmates to work with; null: the teacher did not open that. */
  readonly wishes: { readonly href: string; readonly givenText: string } | null;
}

/**
 * Reads what a student's task page says about their group and about short checks.
 *
 * @param base - Path prefix of the student's pages.
 * @param checksOf - Makes the words about checks from what is stored.
 */
export async function taskExtras(
  deps: {
    readonly tickets: Tickets;
    readonly groupings: Groupings;
    readonly wishBoxes: WishBoxes;
    readonly pairRules: PairRules;
  },
  contextId: ContextId,
  assignment: Assignment,
  membershipId: MembershipId,
  base: string,
  words: Words,
  checksOf: (
    tickets: readonly Ticket[],
    answers: readonly TicketAnswer[],
    href: string,
  ) => TaskChecks | null,
): Promise<TaskExtras> {
  const [tickets, { group }, isWishing] = await Promise.all([
    deps.tickets.ofAssignment(contextId, assignment.id),
    ownGroup(deps.groupings, contextId, assignment, membershipId),
    deps.wishBoxes.isOpen(contextId, assignment.id),
  ]);
  const wished = isWishing ? await deps.pairRules.wishesOf(contextId, membershipId) : [];
  const answers =
    tickets.length === 0
      ? []
      : await deps.tickets.answersOf(contextId, assignment.id, membershipId);
  return {
    checks: checksOf(tickets, answers, `${base}/a/${assignment.id}/ticket`),
    group:
      group === null
        ? null
        : {
            name: words.t('groups.group', { number: group.number }),
            role: group.roles[membershipId] ?? '',
            meeting: group.meeting,
          },
    wishes: isWishing
      ? {
          href: `${base}/a/${assignment.id}/partners`,
          givenText: words.t('groups.my-wishes.given', { count: wished.length }),
        }
      : null,
  };
}
