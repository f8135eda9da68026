const STRONG = 'aeoáéíóúà';
const VOWEL = 'aeiouáéíóúüàï';

/**
 * Counts the syllables of a Spanish word by its vowels: two strong ones, or an accented í or ú beside
 * another, part into two syllables; every other run of vowels is one.
 *
 * @param word - One word; anything that is no letter is passed over.
 * @returns At least 1 for a word with a letter, else 0.
 */
export function spanishSyllables(word: string): number {
  const letters = word
    .toLowerCase()
    .replace(/[^\p{L}]/gu, '')
    // A silent u (que, qui, gue, gui), and y as a vowel at the end of a word.
    .replace(/qu(?=[eiéí])/g, 'q')
    .replace(/gu(?=[eiéí])/g, 'g')
    .replace(/y$/, 'i');
  if (letters === '') return 0;
  let count = 0;
  let before = '';
  for (const letter of letters) {
    if (VOWEL.includes(letter)) {
      const parts = VOWEL.includes(before) && before !== '';
      if (!parts || (STRONG.includes(before) && STRONG.includes(letter))) count += 1;
    }
    before = letter;
  }
  return Math.max(1, count);
}
