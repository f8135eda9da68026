import { z } from 'zod';

const words = z.string().trim().min(1).max(2000);

/** A message to everybody who has not begun. */
export const nudgeSchema = z.strictObject({ text: words });

/** An answer to a question. */
export const answerSchema = z.strictObject({ text: words });

/** Yes or no to a wish for another way in. */
export const requestSchema = z.strictObject({ answer: z.enum(['yes', 'no']) });

/** Another route for one student. */
export const moveSchema = z.strictObject({
  route: z.string().min(1).max(40),
  reason: z.string().trim().max(1000).default(''),
});

/** Work on paper or spoken, seen by the teacher. */
export const logSchema = z.strictObject({
  kind: z.enum(['paper', 'spoken']),
  note: z.string().trim().max(4000).default(''),
});
