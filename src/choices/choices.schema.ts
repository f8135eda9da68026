import { z } from 'zod';
import { PRODUCT_FORMS, type BoardRule } from '../assignments/assignment.js';
import { isWebAddress } from '../assignments/design-edit.schema.js';
import { oneOrMany } from '../web/parse.js';

const version = z.coerce.number().int().nonnegative();
const numberOrNone = (max: number) =>
  z.preprocess(
    (value) => (value === '' || value === undefined ? null : value),
    z.coerce.number().int().min(1).max(max).nullable(),
  );

export const templateSchema = z.strictObject({
  version,
  template: z.enum(['menu', 'grid', 'raft', 'either-or']),
});

export const boardSchema = z.strictObject({
  version,
  rule: z.enum(['pick', 'three-in-a-row', 'one-per-course', 'points-worth']),
  count: z.coerce.number().int().min(1).max(30).catch(1),
  allowsOwnIdea: z.literal('true').optional(),
  switchUntil: z.string().max(30).default(''),
  startHere: oneOrMany(z.string().max(40)),
});

export const addOptionSchema = z.strictObject({
  version,
  title: z.string().trim().min(1).max(120),
  form: z.enum(PRODUCT_FORMS),
});

export const optionSchema = z.strictObject({
  version,
  title: z.string().trim().min(1).max(120),
  form: z.enum(PRODUCT_FORMS),
  instructions: z.string().max(50_000).default(''),
  minutes: numberOrNone(2000),
  tier: oneOrMany(z.string().max(40)),
  places: numberOrNone(1000),
  course: z.string().trim().max(60).default(''),
  worth: z.coerce.number().int().min(1).max(100).catch(1),
  linkTitle: z.string().trim().max(200).default(''),
  linkUrl: z
    .string()
    .trim()
    .max(4000)
    .refine((url) => url === '' || isWebAddress(url))
    .default(''),
});

export const versionSchema = z.strictObject({ version });

/** Ticks of the coverage grid: `cover` holds `<option>:<criterion>`; `all` ticks everything. */
export const coverageSchema = z.strictObject({
  version,
  cover: oneOrMany(z.string().max(90)),
  all: z.literal('yes').optional(),
});

/** A rule from the form's two fields. */
export function ruleFrom(rule: z.infer<typeof boardSchema>['rule'], count: number): BoardRule {
  switch (rule) {
    case 'pick':
      return { kind: 'pick', count };
    case 'points-worth':
      return { kind: 'points-worth', points: count };
    case 'three-in-a-row':
    case 'one-per-course':
      return { kind: rule };
  }
}
