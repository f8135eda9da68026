/**
 * The name by which teachers see somebody; a stable neutral label where the platform sent none.
 *
 * @param person - Name parts as sent and the number of the neutral label.
 * @param neutral - Makes the label from the number, such as "Student 14".
 */
export function displayName(
  person: {
    readonly name: string | null;
    readonly givenName: string | null;
    readonly familyName: string | null;
    readonly number: number;
  },
  neutral: (number: number) => string,
): string {
  const whole = person.name?.trim() ?? '';
  if (whole !== '') return whole;
  const parts = [person.givenName, person.familyName].filter((p) => p !== null && p.trim() !== '');
  return parts.length > 0 ? parts.join(' ') : neutral(person.number);
}

/** Key to put people in class order: family name, then given name, then number. */
export function classOrder(
  a: { readonly familyName: string | null; readonly name: string | null; readonly number: number },
  b: { readonly familyName: string | null; readonly name: string | null; readonly number: number },
): number {
  const key = (p: typeof a): string => p.familyName ?? p.name?.split(' ').at(-1) ?? '';
  return (
    key(a).localeCompare(key(b)) ||
    (a.name ?? '').localeCompare(b.name ?? '') ||
    a.number - b.number
  );
}
