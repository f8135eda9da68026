/** One or two letters for a round picture of somebody. */
export function initialsOf(name: string): string {
  const parts = name.split(/\s+/).filter((part) => part !== '');
  const first = Array.from(parts[0] ?? '')[0] ?? '?';
  const last = parts.length > 1 ? (Array.from(parts.at(-1) ?? '')[0] ?? '') : '';
  return (first + last).toUpperCase();
}
