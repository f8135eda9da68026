import { z } from 'zod';

/** What every change of the builder carries beside the fields: the version its page was made from. */
export const builderSchema = z.object({
  version: z.coerce.number().int().nonnegative().default(Number.MAX_SAFE_INTEGER),
  /** Warnings that the page showed when it was sent. */
  seen: z.string().max(10_000).default(''),
});

/** Where the keyboard goes on the page that comes back, and what was just done. */
export const builderQuery = z.object({
  focus: z.string().max(200).optional().catch(undefined),
  done: z.literal('published').optional().catch(undefined),
  refused: z.literal('blocked').optional().catch(undefined),
});

/** "Use mine": the field's path and one's own value of it. */
export const takeSchema = z.object({
  take: z.string().regex(/^[\w.:-]{1,200}$/),
  mine: z.record(z.string(), z.string().max(1_500_000)).default({}),
});

/** A teacher's own move, shared with the course's other teachers. */
export const ownMoveForm = z.object({
  moveKind: z.enum(['support', 'stretch']),
  moveName: z
    .string()
    .trim()
    .min(1, 'Give the move a name.')
    .max(80, 'Keep the name under 80 characters.'),
  moveText: z
    .string()
    .trim()
    .min(1, 'Write what the student is to do.')
    .max(4000, 'Keep a move under 4,000 characters.'),
  moveWhy: z.string().trim().max(400, 'Keep this under 400 characters.').default(''),
});
