/**
 * Narrows a value from outside to an object.
 *
 * @param value - Anything, such as a parsed JSON body.
 * @returns The value as a record, or an empty record when it is no plain object.
 */
export function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/**
 * Narrows a value from outside to text.
 *
 * @param value - Anything, such as a query parameter.
 * @returns The text, or null when it is no text.
 */
export function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Narrows a value from outside to a list of texts.
 *
 * @param value - Anything.
 * @returns The texts in it; entries of other kinds are left out.
 */
export function asTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((v): v is string => typeof v === 'string') : [];
}

/**
 * Flattens a parsed query or form to its text fields.
 *
 * @param value - What Express parsed.
 * @returns Names and values; repeated and nested fields are left out.
 */
export function asFields(value: unknown): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, entry] of Object.entries(asObject(value))) {
    if (typeof entry === 'string') fields[name] = entry;
  }
  return fields;
}

/**
 * Parses JSON without throwing.
 *
 * @param text - JSON text from outside.
 * @returns The value, or undefined when the text is no JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
