/**
 * Names a learning goal across the assignments of a course: by its standard code where it has one,
 * else by its words. Ids differ in every assignment, so evidence is kept under this key.
 *
 * @param goal - Text as the teacher wrote it, and its code; empty: none.
 * @returns The same key for the same goal, whatever the case, spaces and full stop at the end.
 */
export function goalKey(goal: { readonly text: string; readonly code: string }): string {
  const plain = (text: string): string =>
    text
      .normalize('NFKC')
      .toLocaleLowerCase('en')
      .replaceAll(/\s+/g, ' ')
      .replace(/[\s.!;:]+$/, '')
      .trim();
  return goal.code.trim() === '' ? `text:${plain(goal.text)}` : `code:${plain(goal.code)}`;
}

/** One goal of a course with its key. */
export interface CourseGoal {
  readonly key: string;
  readonly text: string;
}

/**
 * The goals of assignments, each once.
 *
 * @param designs - Newest first: its words win where two differ in spelling only.
 */
export function courseGoals(
  designs: readonly {
    readonly goals: readonly { readonly text: string; readonly code: string }[];
  }[],
): readonly CourseGoal[] {
  const goals = new Map<string, CourseGoal>();
  for (const { goals: own } of designs)
    for (const goal of own) {
      const key = goalKey(goal);
      if (goal.text.trim() !== '' && !goals.has(key)) goals.set(key, { key, text: goal.text });
    }
  return [...goals.values()];
}
