import type { TaskDesign } from '../assignments/assignment.js';
import type { ClassList } from '../groups/class-list.js';
import { listNames, nameIn } from '../groups/say-groups.view.js';
import type { Words } from '../web/words.js';
import { MOST_TRIES, needsPerson, resultOf, type Ticket, type TicketAnswer } from './ticket.js';

export interface PaceView {
  readonly title: string;
  readonly href: string;
  readonly ticketsHref: string;
  readonly steps: readonly {
    readonly text: string;
    readonly target: string;
    readonly isPast: boolean;
    readonly done: number;
    readonly of: number;
    readonly doneText: string;
    readonly behind: string;
  }[];
  readonly people: readonly {
    readonly id: string;
    readonly name: string;
    readonly text: string;
  }[];
  readonly skipped: readonly string[];
}

declare module '../web/render.js' {
  interface Views {
    'insights/pace': PaceView;
  }
}

/**
 * Where everybody is in the steps, who needs a person, and who left steps out.
 *
 * @param doneSteps - Student → steps they ticked.
 * @param stepsOf - Student → steps of the route they work on.
 */
export function paceView(
  design: TaskDesign,
  tickets: readonly Ticket[],
  answers: readonly TicketAnswer[],
  people: ClassList,
  doneSteps: ReadonlyMap<string, ReadonlySet<string>>,
  stepsOf: (membershipId: string) => ReadonlySet<string>,
  base: string,
  now: Date,
  words: Words,
): PaceView {
  const byId = new Map(tickets.map((ticket) => [ticket._id, ticket]));
  const steps = design.tiers.flatMap((tier) => tier.steps);
  const name = (id: string): string => nameIn(people, id, words);
  const needing = answers.flatMap((answer) => {
    const ticket = byId.get(answer.ticketId);
    return ticket !== undefined && needsPerson(ticket, answer)
      ? [
          {
            id: answer._id,
            name: name(answer.membershipId),
            text: words.t('evidence.pace.tried', { count: MOST_TRIES, title: ticket.title }),
          },
        ]
      : [];
  });
  return {
    title: design.title,
    href: `${base}/pace`,
    ticketsHref: `${base}/tickets`,
    steps: [...new Map(steps.map((step) => [step.id, step])).values()].map((step) => {
      const own = people.learners.filter((person) => stepsOf(person.id).has(step.id));
      const open = own.filter((person) => doneSteps.get(person.id)?.has(step.id) !== true);
      const isPast = step.targetAt !== null && step.targetAt < now;
      return {
        text: step.text,
        target:
          step.targetAt === null
            ? words.t('evidence.pace.no-target')
            : words.t('evidence.pace.target', { day: words.day(step.targetAt) }),
        isPast,
        done: own.length - open.length,
        of: own.length,
        doneText: words.t('evidence.pace.done', {
          count: own.length - open.length,
          of: own.length,
        }),
        behind: isPast
          ? listNames(
              open.map((person) => person.name),
              words,
            )
          : '',
      };
    }),
    people: needing,
    skipped: answers.flatMap((answer) => {
      const ticket = byId.get(answer.ticketId);
      return ticket?.purpose === 'skip' && resultOf(ticket, answer)?.isPassed === true
        ? [
            words.t('evidence.pace.skipped', {
              name: name(answer.membershipId),
              title: ticket.title,
            }),
          ]
        : [];
    }),
  };
}
