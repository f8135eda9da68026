import { z } from 'zod';

/** A step ticked or unticked. */
export const stepSchema = z.strictObject({ done: z.enum(['yes', 'no']) });

/** A question to the teacher. */
export const askSchema = z.strictObject({
  text: z.string().trim().min(1).max(1000),
});

/** A wish for more challenge or an easier way in. */
/** The form names no tier: a student's page never does. */
export const anotherWaySchema = z.strictObject({ kind: z.enum(['further', 'simpler']) });
