import { z } from 'zod';

const MOST_CHARACTERS = 2_500_000;

/** Pasted scores; the preview's form adds a goal for each column. */
export const mappedSchema = z.object({
  text: z.string().max(MOST_CHARACTERS, 'evidence.error.long').default(''),
  label: z.string().trim().max(120).default(''),
  goal: z.record(z.string(), z.string().max(600)).default({}),
  most: z.record(z.string(), z.string().max(20)).default({}),
});

export const lmsSchema = z.object({ goal: z.string().min(1).max(600) });
export const removeSchema = z.object({
  source: z.enum(['scores', 'lms']),
  sourceId: z.string().min(1).max(40),
});
