import type { Request } from 'express';
import { z } from 'zod';
import { TrellisError } from '../errors.js';

/** A field's messages by its name (`criteria.2.text`), first message each. */
export function fieldErrors(error: z.ZodError): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[issue.path.join('.')] ??= issue.message;
  return fields;
}

/**
 * The body of a request, checked.
 *
 * @throws TrellisError INVALID_INPUT with every field's message. Forms that come back with what was
 *   typed use `tryBody` instead.
 */
export function parseBody<T extends z.ZodType>(schema: T, req: Request): z.infer<T> {
  const parsed = schema.safeParse(req.body ?? {});
  if (!parsed.success) {
    throw new TrellisError('INVALID_INPUT', 'body refused', { fields: fieldErrors(parsed.error) });
  }
  return parsed.data;
}

/** The body checked, or each field's message together with what was typed. */
export function tryBody<T extends z.ZodType>(
  schema: T,
  req: Request,
):
  | { ok: true; value: z.infer<T> }
  | { ok: false; errors: Record<string, string>; typed: Readonly<Record<string, unknown>> } {
  const body: unknown = req.body ?? {};
  const parsed = schema.safeParse(body);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, errors: fieldErrors(parsed.error), typed: body as Record<string, unknown> };
}

/** The query of a request, checked; a wrong one counts as INVALID_INPUT. */
export function parseQuery<T extends z.ZodType>(schema: T, req: Request): z.infer<T> {
  const parsed = schema.safeParse(req.query);
  if (!parsed.success) {
    throw new TrellisError('INVALID_INPUT', 'query refused', { fields: fieldErrors(parsed.error) });
  }
  return parsed.data;
}

/** One ticked box arrives as a string, several as a list, none not at all. */
export function oneOrMany<T extends z.ZodType>(item: T) {
  return z.preprocess(
    (value): unknown => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(item),
  );
}
