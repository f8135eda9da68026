import type { TaskDesign } from '../assignments/assignment.js';
import type { ClassList } from '../groups/class-list.js';
import { listNames, nameIn } from '../groups/say-groups.view.js';
import type { Words } from '../web/words.js';
import { goalKey } from './goal-key.js';
import {
  QUESTION_KINDS,
  resultOf,
  type Ticket,
  type TicketAnswer,
  type TicketQuestion,
} from './ticket.js';

interface Option {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

interface PileView {
  readonly label: string;
  readonly icon: string;
  readonly count: number;
  readonly names: string;
}

interface QuestionView {
  readonly text: string;
  readonly right: string;
  readonly piles: readonly PileView[];
  readonly texts: readonly {
    readonly member: string;
    readonly name: string;
    readonly text: string;
    readonly marks: readonly {
      readonly value: string;
      readonly label: string;
      readonly isOn: boolean;
    }[];
  }[];
  readonly id: string;
}

interface TicketView {
  readonly id: string;
  readonly title: string;
  readonly purpose: string;
  readonly answered: string;
  readonly isOpen: boolean;
  readonly isFirst: boolean;
  readonly questions: readonly QuestionView[];
}

export interface TicketsView {
  readonly title: string;
  readonly href: string;
  readonly backHref: string;
  readonly errors: Readonly<Record<string, string>> | null;
  readonly tickets: readonly TicketView[];
  readonly form: {
    readonly purposes: readonly (Option & { readonly hint: string })[];
    readonly title: string;
    readonly goals: readonly Option[];
    readonly questions: readonly {
      readonly index: number;
      readonly number: number;
      readonly kinds: readonly Option[];
      readonly text: string;
      readonly options: string;
      readonly answer: string;
      readonly errors: {
        readonly text: string;
        readonly options: string;
        readonly answer: string;
      };
    }[];
    readonly steps: readonly Option[];
    readonly instead: string;
    readonly insteadError: string;
    readonly isOpen: boolean;
  };
}

declare module '../web/render.js' {
  interface Views {
    'insights/tickets': TicketsView;
  }
}

export interface TypedTicket {
  readonly purpose: string;
  readonly title: string;
  readonly goal: string;
  readonly questions: readonly Readonly<Record<'kind' | 'text' | 'options' | 'answer', string>>[];
  readonly steps: readonly string[];
  readonly instead: string;
}

/** How sure a student said they were. */
const SURE = ['1', '2', '3'] as const;

function questionView(
  ticket: Ticket,
  question: TicketQuestion,
  answers: readonly TicketAnswer[],
  people: ClassList,
  words: Words,
): QuestionView {
  const given = answers.flatMap((answer) => {
    const last = answer.tries.at(-1);
    const share = resultOf(ticket, answer)?.shares[question.id] ?? null;
    const name = nameIn(people, answer.membershipId, words);
    const own = last?.answers[question.id] ?? '';
    return last === undefined ? [] : [{ answer, name, share, own }];
  });
  const pile = (label: string, icon: string, own: typeof given): PileView => ({
    label: words.t(`evidence.pile.${label}`),
    icon,
    count: own.length,
    names: listNames(
      own.map((entry) => entry.name),
      words,
    ),
  });
  const piles =
    question.kind === 'confidence'
      ? SURE.map((value) =>
          pile(
            `sure-${value}`,
            'gauge',
            given.filter((entry) => entry.own === value),
          ),
        )
      : [
          pile(
            'right',
            'circle-check',
            given.filter((entry) => entry.share === 1),
          ),
          ...(question.kind === 'text'
            ? [
                pile(
                  'partly',
                  'circle-dot',
                  given.filter((entry) => entry.share === 0.5),
                ),
              ]
            : []),
          pile(
            'not-yet',
            'circle-dashed',
            given.filter((entry) => entry.share === 0),
          ),
        ];
  return {
    id: question.id,
    text: question.text,
    right:
      question.kind === 'choice'
        ? (question.options[0] ?? '')
        : question.answer === null
          ? ''
          : words.number(question.answer),
    piles,
    texts:
      question.kind === 'text'
        ? given.map(({ answer, name, own }) => ({
            member: answer.membershipId,
            name,
            text: own,
            marks: (['1', '0.5', '0'] as const).map((value) => ({
              value,
              label: words.t(`evidence.mark.${value.replace('.', '-')}`),
              isOn: String(answer.marks[question.id] ?? '') === value,
            })),
          }))
        : [],
  };
}

/** Tickets of an assignment with their piles, and the form for another one. */
export function ticketsView(
  design: TaskDesign,
  tickets: readonly Ticket[],
  answers: readonly TicketAnswer[],
  people: ClassList,
  href: string,
  backHref: string,
  words: Words,
  typed: TypedTicket | null = null,
  errors: Readonly<Record<string, string>> | null = null,
): TicketsView {
  const steps = new Map(design.tiers.flatMap((tier) => tier.steps.map((s) => [s.id, s.text])));
  const purpose = typed?.purpose ?? 'exit';
  const goals = design.goals.map((goal) => ({ value: goalKey(goal), label: goal.text }));
  const goal = typed?.goal ?? goals[0]?.value ?? '';
  return {
    title: design.title,
    href,
    backHref,
    errors,
    tickets: tickets.map((ticket, i) => {
      const own = answers.filter((answer) => answer.ticketId === ticket._id);
      return {
        id: ticket._id,
        title: ticket.title,
        purpose: words.t(`evidence.purpose.${ticket.purpose}`),
        answered: words.t('evidence.answered', {
          count: own.length,
          of: people.learners.length,
        }),
        isOpen: ticket.isOpen,
        isFirst: i === 0 && typed === null,
        questions: ticket.questions.map((q) => questionView(ticket, q, own, people, words)),
      };
    }),
    form: {
      purposes: (['exit', 'skip', 'practice'] as const).map((value) => ({
        value,
        label: words.t(`evidence.purpose.${value}`),
        hint: words.t(`evidence.purpose-hint.${value}`),
        selected: value === purpose,
      })),
      title: typed?.title ?? '',
      goals: [
        ...goals.map((option) => ({ ...option, selected: option.value === goal })),
        { value: '', label: words.t('evidence.no-goal'), selected: goal === '' },
      ],
      questions: [0, 1, 2].map((index) => {
        const own = typed?.questions[index];
        const error = (field: string): string => errors?.[`question.${index}.${field}`] ?? '';
        return {
          index,
          number: index + 1,
          kinds: QUESTION_KINDS.map((value) => ({
            value,
            label: words.t(`evidence.kind.${value}`),
            selected: value === (own?.kind ?? 'choice'),
          })),
          text: own?.text ?? '',
          options: own?.options ?? '',
          answer: own?.answer ?? '',
          errors: { text: error('text'), options: error('options'), answer: error('answer') },
        };
      }),
      steps: [...steps].map(([value, label]) => ({
        value,
        label,
        selected: typed?.steps.includes(value) ?? false,
      })),
      instead: typed?.instead ?? '',
      insteadError: errors?.['instead'] ?? '',
      isOpen: typed !== null || tickets.length === 0,
    },
  };
}
