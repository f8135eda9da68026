import type { EvidenceStore } from './evidence.model.js';
import { resultOf, type Ticket, type TicketAnswer } from './ticket.js';
import type { Tickets } from './ticket.model.js';

export interface TicketDeps {
  readonly tickets: Tickets;
  readonly evidence: EvidenceStore;
}

/**
 * Keeps what a student's answers say as evidence on the ticket's goal; safe to repeat. A text that
 * waits for its mark says nothing yet, and how sure somebody was never counts.
 */
export async function keepTicketEvidence(
  { evidence }: Pick<TicketDeps, 'evidence'>,
  ticket: Ticket,
  answer: TicketAnswer,
): Promise<void> {
  const result = resultOf(ticket, answer);
  const last = answer.tries.at(-1);
  const { goalKey } = ticket;
  const { membershipId } = answer;
  const isKnown = goalKey !== null && last !== undefined && result?.value != null;
  await evidence.replace(
    ticket.contextId,
    'ticket',
    ticket._id,
    [membershipId],
    isKnown
      ? [{ membershipId, goalKey, value: result.value, label: ticket.title, at: last.at }]
      : [],
  );
}
