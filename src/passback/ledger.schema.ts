import { z } from 'zod';
import { LEDGER_FILTERS } from './ledger-state.js';

export const ledgerQuery = z.object({
  state: z.enum(LEDGER_FILTERS).optional().catch(undefined),
});

/** One delivery, or all that are stuck. */
export const retrySchema = z.object({ id: z.string().max(40).default('') });

export const decideSchema = z.object({
  id: z.string().max(40),
  decision: z.enum(['keep-theirs', 'send-ours']),
});
