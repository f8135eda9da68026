import type { Words } from '../web/words.js';
import {
  mayTry,
  MOST_TRIES,
  resultOf,
  shuffled,
  type Ticket,
  type TicketAnswer,
} from './ticket.js';

/** A short check as its student sees it: no right answers, nobody else, nothing of a version. */
export interface MyTicket {
  readonly id: string;
  readonly title: string;
  readonly action: string;
  readonly canAnswer: boolean;
  readonly questions: readonly {
    readonly id: string;
    readonly text: string;
    readonly isChoice: boolean;
    readonly isText: boolean;
    readonly isNumber: boolean;
    readonly options: readonly {
      readonly value: string;
      readonly text: string;
      readonly isChosen: boolean;
    }[];
    readonly typed: string;
    readonly error: string;
  }[];
  /** What came of it, in words; empty: not answered. */
  readonly said: string;
  readonly instead: string;
  readonly triesLeft: string;
}

export interface MyTicketsView {
  readonly title: string;
  readonly tickets: readonly MyTicket[];
  readonly backHref: string;
  readonly errors: Readonly<Record<string, string>> | null;
}

declare module '../web/render.js' {
  interface Views {
    'insights/my-tickets': MyTicketsView;
  }
}

function saidOf(ticket: Ticket, answer: TicketAnswer | null, words: Words): string {
  const result = resultOf(ticket, answer);
  if (result === null || answer === null) return '';
  if (ticket.purpose === 'exit') return words.t('evidence.mine.thanks');
  if (ticket.purpose === 'skip')
    return words.t(result.isPassed ? 'evidence.mine.skip-yes' : 'evidence.mine.skip-no');
  if (result.isPassed) return words.t('evidence.mine.practice-yes');
  const left = MOST_TRIES - answer.tries.length;
  return left > 0 && ticket.isOpen
    ? words.t('evidence.mine.practice-again', { count: left })
    : words.t('evidence.mine.practice-person');
}

/**
 * The short checks of an assignment for one student.
 *
 * @param typed - What did not go through, of one ticket.
 */
export function myTickets(
  tickets: readonly Ticket[],
  answers: readonly TicketAnswer[],
  membershipId: string,
  href: string,
  words: Words,
  typed: {
    readonly ticketId: string;
    readonly answers: Readonly<Record<string, string>>;
    readonly errors: Readonly<Record<string, string>>;
  } | null = null,
): readonly MyTicket[] {
  return tickets.flatMap((ticket): MyTicket[] => {
    const answer = answers.find((a) => a.ticketId === ticket._id) ?? null;
    if (!ticket.isOpen && answer === null) return [];
    const own = typed?.ticketId === ticket._id ? typed : null;
    const isPassed = resultOf(ticket, answer)?.isPassed === true;
    return [
      {
        id: ticket._id,
        title: ticket.title,
        action: `${href}/${ticket._id}`,
        canAnswer: mayTry(ticket, answer),
        said: saidOf(ticket, answer, words),
        instead: ticket.purpose === 'skip' && isPassed ? ticket.insteadText : '',
        triesLeft:
          ticket.purpose === 'practice'
            ? words.t('evidence.mine.tries', { count: MOST_TRIES - (answer?.tries.length ?? 0) })
            : '',
        questions: ticket.questions.map((question) => {
          const given = own?.answers[question.id] ?? '';
          const options =
            question.kind === 'confidence'
              ? (['1', '2', '3'] as const).map((value) => ({
                  value,
                  text: words.t(`evidence.sure.${value}`),
                }))
              : question.kind === 'choice'
                ? shuffled(question, membershipId)
                : [];
          return {
            id: question.id,
            text: question.text,
            isChoice: options.length > 0,
            isText: question.kind === 'text',
            isNumber: question.kind === 'number',
            options: options.map((option) => ({ ...option, isChosen: option.value === given })),
            typed: given,
            error: own?.errors[question.id] ?? '',
          };
        }),
      },
    ];
  });
}

/** What the student's task page says about short checks. */
export interface TaskChecks {
  readonly href: string;
  /** Checks that wait for an answer, by title. */
  readonly waiting: readonly string[];
  /** Done well: what to do in place of steps that can be left out. */
  readonly instead: readonly string[];
  /** Steps that can be left out. */
  readonly skippedStepIds: readonly string[];
  /** Practised often enough alone: the teacher comes. */
  readonly teacherComes: boolean;
}

/** Short checks for the student's task page (partial `insights/task-checks`); null: there are none. */
export function taskChecks(
  tickets: readonly Ticket[],
  answers: readonly TicketAnswer[],
  href: string,
): TaskChecks | null {
  const pairs = tickets.map((ticket) => ({
    ticket,
    answer: answers.find((a) => a.ticketId === ticket._id) ?? null,
  }));
  const passed = pairs.filter(
    ({ ticket, answer }) =>
      ticket.purpose === 'skip' && resultOf(ticket, answer)?.isPassed === true,
  );
  const checks: TaskChecks = {
    href,
    waiting: pairs
      .filter(({ ticket, answer }) => mayTry(ticket, answer))
      .map(({ ticket }) => ticket.title),
    instead: passed.map(({ ticket }) => ticket.insteadText),
    skippedStepIds: passed.flatMap(({ ticket }) => ticket.stepIds),
    teacherComes: pairs.some(
      ({ ticket, answer }) =>
        ticket.purpose === 'practice' &&
        (answer?.tries.length ?? 0) >= MOST_TRIES &&
        resultOf(ticket, answer)?.isPassed !== true,
    ),
  };
  const isEmpty =
    checks.waiting.length === 0 && checks.instead.length === 0 && !checks.teacherComes;
  return isEmpty ? null : checks;
}
