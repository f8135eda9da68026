import { diceOf, shuffle } from '../groups/dice.js';
import type { AssignmentId, ContextId, MembershipId } from '../ids.js';

export const QUESTION_KINDS = ['choice', 'number', 'text', 'confidence'] as const;

export interface TicketQuestion {
  readonly id: string;
  readonly kind: (typeof QUESTION_KINDS)[number];
  readonly text: string;
  /** For `choice`: the first one is right; students see them shuffled. */
  readonly options: readonly string[];
  /** For `number`: the right value. */
  readonly answer: number | null;
}

/**
 * One to three questions. `exit`: once, for everybody; `skip`: whoever gets all right leaves steps
 * out and does something else instead; `practice`: at most three tries, then a person.
 */
export interface Ticket {
  readonly _id: string;
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  readonly purpose: 'exit' | 'skip' | 'practice';
  readonly title: string;
  readonly questions: readonly TicketQuestion[];
  /** Goal that the answers are evidence on; null: on none. */
  readonly goalKey: string | null;
  /** Steps that a passed skip check replaces. */
  readonly stepIds: readonly string[];
  /** What to do instead of them. */
  readonly insteadText: string;
  readonly isOpen: boolean;
  readonly createdBy: MembershipId;
  readonly createdAt: Date;
}

export interface TicketTry {
  readonly answers: Readonly<Record<string, string>>;
  readonly at: Date;
}

/** How the teacher read a text answer. */
export type TextMark = 0 | 0.5 | 1;

/** Everything one student answered on one ticket. */
export interface TicketAnswer {
  readonly _id: string;
  readonly ticketId: string;
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  readonly membershipId: MembershipId;
  readonly tries: readonly TicketTry[];
  /** Marks of the last try's text answers. */
  readonly marks: Readonly<Record<string, TextMark>>;
  /** The teacher looked at it with the student. */
  readonly seenAt: Date | null;
  readonly version: number;
}

/** Same practice at most this often, then a person (design rule 8). */
export const MOST_TRIES = 3;

/**
 * Reads a number as people type it: decimal comma or point, spaces, a percent sign.
 *
 * @returns The number; null when it is none.
 */
export function readNumber(text: string): number | null {
  const plain = text
    .trim()
    .replaceAll(/[\s\u00a0\u202f%']/g, '')
    .replace('−', '-');
  const both = /^-?\d{1,3}(\.\d{3})+,\d+$/.test(plain)
    ? plain.replaceAll('.', '').replace(',', '.')
    : /^-?\d{1,3}(,\d{3})+\.\d+$/.test(plain)
      ? plain.replaceAll(',', '')
      : plain.replace(',', '.');
  return /^-?(\d+(\.\d*)?|\.\d+)$/.test(both) ? Number(both) : null;
}

/** Share of a question that was right, 0–1; null: not counted, or not marked yet. */
export function shareRight(
  question: TicketQuestion,
  given: string | undefined,
  mark: TextMark | undefined,
): number | null {
  switch (question.kind) {
    case 'choice':
      return given === '0' ? 1 : 0;
    case 'number': {
      const value = readNumber(given ?? '');
      if (question.answer === null) return null;
      // As exact as the right answer is written, and a little rounding.
      const slack = Math.max(1e-9, Math.abs(question.answer) * 1e-6);
      return value !== null && Math.abs(value - question.answer) <= slack ? 1 : 0;
    }
    case 'text':
      return mark ?? null;
    case 'confidence':
      // Beside the result, never in it.
      return null;
  }
}

export interface TicketResult {
  /** 0–100; null while nothing can be counted or a text waits for its mark. */
  readonly value: number | null;
  readonly shares: Readonly<Record<string, number | null>>;
  readonly isPassed: boolean;
  /** A text answer waits for the teacher. */
  readonly isWaiting: boolean;
}

/** What a student's last try came to; null: none yet. */
export function resultOf(
  ticket: Pick<Ticket, 'questions'>,
  answer: Pick<TicketAnswer, 'tries' | 'marks'> | null,
): TicketResult | null {
  const last = answer?.tries.at(-1);
  if (answer === null || last === undefined) return null;
  const shares = Object.fromEntries(
    ticket.questions.map((q) => [q.id, shareRight(q, last.answers[q.id], answer.marks[q.id])]),
  );
  const isWaiting = ticket.questions.some((q) => q.kind === 'text' && shares[q.id] === null);
  const counted = Object.values(shares).filter((share) => share !== null);
  const mean = counted.reduce((a, b) => a + b, 0) / counted.length;
  return {
    value: counted.length === 0 || isWaiting ? null : Math.round(mean * 1000) / 10,
    shares,
    isPassed: counted.length > 0 && !isWaiting && counted.every((share) => share === 1),
    isWaiting,
  };
}

/** Whether a student may answer (again). */
export function mayTry(ticket: Ticket, answer: TicketAnswer | null): boolean {
  if (!ticket.isOpen) return false;
  const tries = answer?.tries.length ?? 0;
  if (ticket.purpose !== 'practice') return tries === 0;
  return tries < MOST_TRIES && resultOf(ticket, answer)?.isPassed !== true;
}

/** Practised three times without getting there: now a person is needed (design rule 8). */
export function needsPerson(ticket: Ticket, answer: TicketAnswer): boolean {
  return (
    ticket.purpose === 'practice' &&
    answer.tries.length >= MOST_TRIES &&
    resultOf(ticket, answer)?.isPassed !== true &&
    answer.seenAt === null
  );
}

/** The options of a question in the order one student sees them; each keeps its number. */
export function shuffled(
  question: TicketQuestion,
  membershipId: string,
): readonly { readonly value: string; readonly text: string }[] {
  const seed = Array.from(question.id + membershipId).reduce(
    (sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 2 ** 31,
    7,
  );
  const order = question.options.map((_, i) => i);
  shuffle(order, diceOf(seed));
  return order.map((i) => ({ value: String(i), text: question.options[i] ?? '' }));
}
