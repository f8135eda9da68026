import { z } from 'zod';

export const confirmSchema = z.object({
  tier: z.record(z.string(), z.string().max(40)).default({}),
  reason: z.record(z.string(), z.string().trim().max(500)).default({}),
});

/** One student's flag answered; the reason is read from the same row. */
export const actSchema = z.object({
  member: z.string().min(1).max(40),
  reason: z.record(z.string(), z.string().trim().max(500)).default({}),
});

export const requestSchema = z.object({ answer: z.enum(['yes', 'no']) });
