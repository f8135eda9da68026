import { z } from 'zod';
import { PRODUCT_FORMS } from '../assignments/assignment.js';

/** Enough words to say something; one word is no plan. */
const said = (min: number) => z.string().trim().min(min).max(3000);

/** A student's own idea, on the rubric. `shows[<criterion>]` says how it shows each. */
export const ideaSchema = z.strictObject({
  title: said(3).max(120),
  what: said(15).refine((text) => text.split(/\s+/).length >= 3),
  form: z.enum(PRODUCT_FORMS),
  shows: z.record(z.string(), z.string().trim().max(2000)).default({}),
  needs: z.string().trim().max(2000).default(''),
});

/** A teacher's answer; adjusting may reword it and change its form. */
export const ideaAnswerSchema = z.strictObject({
  answer: z.enum(['approved', 'adjusted', 'declined']),
  sentence: z.string().trim().max(1000).default(''),
  title: z.string().trim().max(120).optional(),
  what: z.string().trim().max(3000).optional(),
  form: z.enum(PRODUCT_FORMS).optional(),
});
