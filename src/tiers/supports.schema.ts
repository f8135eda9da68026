import { z } from 'zod';

const flag = z.preprocess(
  (value) => (Array.isArray(value) ? (value.at(-1) as unknown) : value),
  z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),
);

/** The form of one student's supports. */
export const supportsSchema = z.object({
  extraDays: z.coerce
    .number('Write a number of days.')
    .int('Write whole days.')
    .min(0, 'Write 0 days or more.')
    .max(21, 'Write 21 days at most.')
    .default(0),
  largePrint: flag,
  readAloud: flag,
  stepsAtATime: z.coerce.number().int().min(0).max(3).default(0),
  note: z.string().trim().max(500, 'Keep the note under 500 characters.').default(''),
});
