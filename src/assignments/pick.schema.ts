import { z } from 'zod';
import { oneOrMany } from '../web/parse.js';

/** What a teacher picked for the course: a new task, existing assignments, templates. */
export const pickSchema = z.object({
  title: z.string().trim().max(300, 'Keep the title under 300 characters.').default(''),
  points: z.preprocess(
    (value) => (typeof value === 'string' && value.trim() === '' ? undefined : value),
    z.coerce
      .number('Write a number.')
      .min(0, 'Write a number that is not below 0.')
      .max(10_000, 'Write a number of at most 10,000.')
      .default(100),
  ),
  due: z
    .string()
    .trim()
    .regex(/^$|^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/, 'Choose a day and a time.')
    .default(''),
  task: z.string().max(600_000, 'Keep the task under 600,000 characters.').default(''),
  /** `assignment:<id>` or `template:<id>`. */
  pick: oneOrMany(z.string().regex(/^(assignment|template):[\w-]{1,64}$/, 'Choose from the list.')),
});
