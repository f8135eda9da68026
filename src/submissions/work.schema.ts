import { z } from 'zod';

/** Most characters of one piece of writing: 2 MB of plain letters. */
export const MAX_TEXT = 2_000_000;

/**
 * Only addresses of the web, and none that names a person or a password. Kept and shown, never
 * fetched: where it leads is the reader's browser's business.
 */
export function isWebAddress(text: string): boolean {
  try {
    const url = new URL(text);
    return (
      (url.protocol === 'https:' || url.protocol === 'http:') &&
      url.username === '' &&
      url.password === ''
    );
  } catch {
    return false;
  }
}

/** What a page sends to save: rich text from the editor, or plain text from a page without script. */
export const workSchema = z.strictObject({
  version: z.coerce.number().int().nonnegative().catch(0),
  html: z.string().max(MAX_TEXT).optional(),
  text: z.string().max(MAX_TEXT).optional(),
  linkUrl: z
    .string()
    .trim()
    .max(4000)
    .refine((url) => url === '' || isWebAddress(url), 'bad-link')
    .default(''),
  /** The student has seen both versions and keeps this one. */
  seen: z.enum(['both']).optional(),
  /** Name of the page that saves, made by its script, and its count of saves. */
  writer: z.string().max(64).default(''),
  step: z.coerce.number().int().nonnegative().default(0),
});

/** The beginning of an upload in parts. */
export const uploadSchema = z.strictObject({
  name: z.string().trim().min(1).max(500),
  bytes: z.number().int().positive(),
  modifiedMs: z.number().default(0),
});

/** Where a part begins, and which file a new take replaces. */
export const partSchema = z.object({
  offset: z.coerce.number().int().nonnegative(),
  replaces: z.string().max(40).optional(),
});
