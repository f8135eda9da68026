import { z } from 'zod';

const text = (most: number) => z.string().max(most).default('');
const perCriterion = (most: number) =>
  z.record(z.string().max(40), z.string().max(most)).default({});

/** Everything the desk's form holds; points as typed, read by `readMarks`. */
export const deskSchema = z.object({
  version: z.coerce.number().int().nonnegative(),
  kind: z.enum(['scored', 'excused', 'missing']).default('scored'),
  level: perCriterion(300),
  typed: perCriterion(40),
  note: perCriterion(4000),
  move: perCriterion(2000),
  points: text(40),
  adjustment: text(40),
  /** Adjustment of each member of a shared piece, by membership. */
  adjust: perCriterion(40),
  comment: text(8000),
  nextMove: text(2000),
  then: z.enum(['stay', 'next', 'release']).default('stay'),
});
export type DeskInput = z.infer<typeof deskSchema>;

/** Whose grades are released: the named ones, or all that are finished. */
export const releaseSchema = z.object({
  member: z
    .preprocess(
      (value): unknown => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
      z.array(z.string().max(40)).max(2000),
    )
    .default([]),
});

/** When held grades are released by themselves; empty: not by themselves. */
export const scheduleSchema = z.object({ at: z.string().max(40).default('') });

/** The part of the pieces a co-teacher takes. */
export const shareSchema = z.object({
  share: z.string().regex(/^(all|half-1|half-2|group:[\w-]{1,40})$/),
});

/** Keys of the desk. */
export const keysSchema = z.object({
  levels: z.string().trim().min(1).max(20),
  next: z.string().trim().min(1).max(1),
  isOn: z.preprocess((value) => value === 'true' || value === 'on', z.boolean()),
});

export const annotationSchema = z.object({
  optionId: z.string().max(40),
  quote: z.string().trim().min(1).max(2000),
  offset: z.coerce.number().int().min(0).max(10_000_000),
  note: z.string().trim().min(1).max(2000),
});

export const deskQuery = z.object({
  names: z.enum(['1']).optional().catch(undefined),
  take: z.enum(['1']).optional().catch(undefined),
  saved: z.enum(['1', 'released']).optional().catch(undefined),
});

export const annotationIdSchema = z.object({ id: z.string().max(40) });
