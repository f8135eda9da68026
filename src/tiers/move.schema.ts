import { z } from 'zod';
import { moreOfSame } from './more-of-same.js';

/** What tasks ask for; `readTask` finds them in the task's own words. */
export const MOVE_VERBS = [
  'explain',
  'describe',
  'compare',
  'solve',
  'design',
  'analyse',
  'write',
  'investigate',
  'read',
  'create',
  'argue',
  'summarise',
  'evaluate',
  'present',
  'practise',
  'answer',
  'translate',
] as const;
export type MoveVerb = (typeof MOVE_VERBS)[number];

export const MOVE_SUBJECTS = [
  'maths',
  'science',
  'language-arts',
  'social-studies',
  'world-languages',
  'arts',
  'computing',
] as const;
export type MoveSubject = (typeof MOVE_SUBJECTS)[number];

/** What a text may hold in braces; filled from the task's own words. */
export const MOVE_SLOTS = ['task', 'topic', 'items', 'n', 'few', 'product', 'words'] as const;
export type MoveSlot = (typeof MOVE_SLOTS)[number];

const slotsKnown = (text: string): boolean =>
  Array.from(text.matchAll(/\{([^{}]*)\}/g)).every((m) =>
    (MOVE_SLOTS as readonly string[]).includes(m[1] ?? ''),
  );

const moveText = z
  .string()
  .trim()
  .min(1, 'Write what the student is to do.')
  .max(4000, 'Keep a move under 4,000 characters.')
  .refine(
    slotsKnown,
    `In braces, only these can be filled: ${MOVE_SLOTS.map((slot) => `{${slot}}`).join(' ')}.`,
  );

const material = z.strictObject({
  title: z.string().trim().min(1).max(200),
  text: moveText,
  /** The text is a frame that the teacher fills before students see it. */
  teacherCompletes: z.boolean().default(false),
});

/**
 * A ready way to derive a tier from the base task: one of the library, or one that a teacher adds.
 * "More of the same" is refused as a stretch. Product section 5.3.
 */
export const moveSchema = z
  .strictObject({
    id: z.string().min(1).max(64),
    kind: z.enum(['support', 'stretch']),
    changes: z.enum(['content', 'process', 'product']),
    name: z.string().trim().min(1, 'Give the move a name.').max(80),
    /** For the teacher: why it helps. */
    why: z.string().trim().max(400).default(''),
    /** Verbs of the task it suits; none: any. */
    verbs: z.array(z.enum(MOVE_VERBS)).default([]),
    /** Subjects it suits; none: any. */
    subjects: z.array(z.enum(MOVE_SUBJECTS)).default([]),
    /** What the task's text has to tell for it to read well. */
    needs: z.array(z.enum(['items', 'topic', 'product', 'words'])).default([]),
    /** Minutes that it adds to the task. */
    minutes: z.number().int().min(-60).max(60).default(0),
    text: moveText,
    byVerb: z.partialRecord(z.enum(MOVE_VERBS), moveText).optional(),
    material: material.optional(),
    materialByVerb: z.partialRecord(z.enum(MOVE_VERBS), moveText).optional(),
  })
  .refine((move) => move.kind !== 'stretch' || moreOfSame(move.text) === null, {
    path: ['text'],
    message: 'More of the same is not a stretch: ask for another kind of thinking instead.',
  });

export type Move = Readonly<z.infer<typeof moveSchema>>;
