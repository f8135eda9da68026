/** A comment of a teacher, with how often it was written. */
export interface Phrase {
  readonly text: string;
  readonly times: number;
  readonly lastAt: Date;
}

const MOST = 60;

/**
 * Learns a teacher's phrases from what they wrote: every comment or next move is one; the often and
 * the lately used stay.
 *
 * @param known - Phrases so far.
 * @param comments - Just written; blank, very short and very long ones are no phrases.
 * @returns The bank, the same list when nothing was learned.
 */
export function learnPhrases(
  known: readonly Phrase[],
  comments: readonly string[],
  now: Date,
): readonly Phrase[] {
  const texts = [...new Set(comments.map((comment) => comment.trim().replace(/\s+/g, ' ')))].filter(
    (text) => text.length >= 4 && text.length <= 300,
  );
  if (texts.length === 0) return known;
  const rest = known.filter((phrase) => !texts.includes(phrase.text));
  const learned = texts.map((text): Phrase => {
    const before = known.find((phrase) => phrase.text === text);
    return { text, times: (before?.times ?? 0) + 1, lastAt: now };
  });
  return bestFirst([...learned, ...rest], now).slice(0, MOST);
}

/**
 * Phrases in the order in which they are offered: each use counts one, and a month without use
 * halves it.
 */
export function bestFirst(phrases: readonly Phrase[], now: Date): readonly Phrase[] {
  const month = 30 * 86_400_000;
  const worth = ({ times, lastAt }: Phrase): number =>
    times * 0.5 ** (Math.max(0, now.getTime() - lastAt.getTime()) / month);
  return [...phrases].sort((a, b) => worth(b) - worth(a) || (a.text < b.text ? -1 : 1));
}
