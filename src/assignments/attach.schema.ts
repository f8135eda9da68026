import { z } from 'zod';
import { oneOrMany } from '../web/parse.js';

export const MODES = ['plain', 'tiers', 'choices', 'both'] as const;
export type AttachMode = (typeof MODES)[number];

/** Lines of a text, without blanks and list marks. */
function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*(?:[-–•*]|\d{1,2}[.)])\s+/, '').trim())
    .filter((line) => line !== '');
}

const aims = z
  .string()
  .max(10_000, 'Keep this under 10,000 characters.')
  .default('')
  .transform(lines)
  .refine(
    (list) => list.every((line) => line.length <= 500),
    'Keep each line under 500 characters.',
  )
  .refine((list) => list.length <= 20, 'Keep this to twenty lines.');

/** The attach page. Title and task are asked for only where the platform sent none. */
export const attachSchema = z.object({
  mode: z.enum(MODES).default('tiers'),
  /** `fresh`, `template:<id>` or `assignment:<id>`. */
  from: z
    .string()
    .regex(/^(fresh|(template|assignment):[\w-]{1,64})$/, 'Choose where to start from.')
    .default('fresh'),
  title: z.string().trim().max(300, 'Keep the title under 300 characters.').default(''),
  task: z.string().max(600_000, 'Keep the task under 600,000 characters.').default(''),
  goals: aims,
  criteria: aims,
  support: oneOrMany(z.string().max(64)),
  stretch: oneOrMany(z.string().max(64)),
});

export type AttachForm = z.infer<typeof attachSchema>;
