import { z } from 'zod';
import { oneOrMany } from '../web/parse.js';
import { BASES } from './grouping.js';

const id = z.string().min(1).max(40);
const word = z.enum(['off', 'a little', 'a lot']);
/** Sentences are keys of the catalogue: the page says them in the reader's language. */
const size = z.coerce
  .number('groups.error.size')
  .int('groups.error.size')
  .min(1, 'groups.error.size-least')
  .max(1000, 'groups.error.size-most');

/** Words one a line, or between commas. */
export const listOf = (text: string): readonly string[] =>
  text
    .split(/[\n,;]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

export const formSchema = z
  .object({
    /** The grouping the teacher was looking at; another one in force is a conflict. */
    seen: z.string().max(40).default(''),
    basis: z.enum(BASES as [(typeof BASES)[number], ...(typeof BASES)[number][]]),
    min: size,
    max: size,
    goal: z.string().max(600).default(''),
    section: z.string().max(100).default(''),
    absent: oneOrMany(id),
    absentNames: z.string().max(4000).default(''),
    basisWeight: word.default('a lot'),
    repeatsWeight: word.default('a little'),
    wishesWeight: word.default('a little'),
    until: z.string().max(20).default(''),
    roles: z.string().max(1000).default(''),
  })
  .refine(({ min, max }) => min <= max, { path: ['max'], error: 'groups.error.size-order' });

const settings = {
  version: z.coerce.number().int().nonnegative(),
  grouping: id,
  tier: z.record(z.string(), z.string().max(40)).default({}),
  meeting: z.record(z.string(), z.string().max(300)).default({}),
};

export const moveSchema = z.object({ ...settings, member: oneOrMany(id), to: id });
export const groupSchema = z.object({ ...settings, group: id });
export const boardSchema = z.object(settings);
export const untilSchema = z.object({ ...settings, until: z.string().max(20) });
export const rolesSchema = z.object({ ...settings, roles: z.string().max(1000) });

export const ruleSchema = z
  .object({
    kind: z.enum(['apart', 'together', 'mark', 'wish']),
    who: z.string().max(40).default(''),
    member: oneOrMany(id),
    note: z.string().trim().max(200).default(''),
    until: z.string().max(20).default(''),
  })
  .superRefine(({ kind, who, member, note }, context) => {
    const say = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((kind === 'apart' || kind === 'together') && member.length < 2)
      say('member', 'groups.rules.error.two');
    if (kind === 'mark' && member.length < 1) say('member', 'groups.rules.error.one');
    if (kind === 'mark' && note === '') say('note', 'groups.rules.error.mark');
    if (kind === 'wish' && who === '') say('who', 'groups.rules.error.who');
    if (kind === 'wish' && member.filter((m) => m !== who).length < 1)
      say('member', 'groups.rules.error.one');
  });

export const compareQuery = z.object({
  a: z.string().max(40).default(''),
  b: z.string().max(40).default(''),
});

/** Which of two groupings made at once the class works in. */
export const useSchema = z.object({ mine: id, seen: z.string().max(40) });
export const bothQuery = z.object({ mine: z.string().max(40).default('') });

/** A student's wishes, and whether students may have any. */
export const myWishesSchema = z.object({ mate: oneOrMany(z.string().max(40)) });
export const wishBoxSchema = z.object({ open: z.enum(['yes', 'no']) });

/** Starting from the platform's groups: only which grouping the teacher was looking at. */
export const lmsSchema = z.object({ seen: z.string().max(40).default('') });
