/**
 * How long a platform asks to wait (RFC 9110, 10.2.3): seconds or a date.
 *
 * @returns Milliseconds, at most an hour; null when it does not say.
 */
export function retryAfterOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  now: Date,
): number | null {
  const header = headers['retry-after'];
  const text = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  if (text === '') return null;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : new Date(text).getTime() - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), 3_600_000);
}

/**
 * The sentence in an error body, for matching and for admins: Canvas has three shapes
 * (`errors.message`, `errors[].message`, `errors[].field`), Moodle `reason`, others plain text.
 *
 * @param text - The body.
 * @returns At most 300 characters, one line; empty when there is none.
 */
export function sentenceOf(text: string): string {
  const found =
    /"(?:message|reason|error_description|errorMessage|error)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(
      text,
    )?.[1];
  const plain = found ?? (text.trimStart().startsWith('<') || text.trim() === '[]' ? '' : text);
  return plain.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}
