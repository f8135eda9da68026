import { z } from 'zod';

const text = z.string().trim().max(4000).default('');

/**
 * The check before handing in: `rating[<criterion>]` is the share 0–1 or empty, `note[<criterion>]`
 * and `reflection[0|1]` are words. `then` says whether it is handed in or only kept.
 */
export const handInSchema = z.strictObject({
  rating: z
    .record(z.string(), z.union([z.literal(''), z.coerce.number().min(0).max(1)]))
    .default({}),
  note: z.record(z.string(), text).default({}),
  reflection: z
    .preprocess(
      (value) => (Array.isArray(value) ? Object.fromEntries(value.entries()) : value),
      z.record(z.string(), text),
    )
    .default({}),
  withoutRest: z.literal('yes').optional(),
});
