import type { TaskLanguage } from './read-task.js';

/** Words that hold any text of the language together; their share tells the language. */
const GLUE = {
  en: new Set(
    "the of and to a in is it you that he was for on are as with his they at be this have from or had by but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into has look two more go see no way could my than been who its now did get may it’s it's".split(
      ' ',
    ),
  ),
  es: new Set(
    'de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué solo han yo hay vez puede todos así nos ni parte tiene él uno donde bien tiempo cada tu te tus cómo'.split(
      ' ',
    ),
  ),
} as const;

const told = (lang: string): TaskLanguage => (lang.toLowerCase().startsWith('es') ? 'es' : 'en');

/**
 * Tells which of the two languages known here a text is in, by the small words that hold it together.
 *
 * @param words - The text's words in lower case, at least one.
 * @param lang - The language it is said to be in (BCP 47), which decides when both fit alike.
 * @returns null when it is plainly in neither.
 */
export function languageOf(words: readonly string[], lang: string): TaskLanguage | null {
  const share = (of: TaskLanguage): number =>
    words.filter((word) => GLUE[of].has(word)).length / Math.max(1, words.length);
  const said = told(lang);
  const other = said === 'es' ? 'en' : 'es';
  const best = share(said) >= share(other) ? said : other;
  return share(best) >= 0.16 ? best : null;
}

/**
 * The language to read a task's text in, for moves: what the text shows, else what is said.
 *
 * @param text - Plain text, of any length.
 * @param lang - The language of the course or reader (BCP 47).
 * @returns One of the two languages that moves exist in.
 */
export function taskLanguage(text: string, lang: string): TaskLanguage {
  const words = Array.from(text.slice(0, 20_000).matchAll(/\p{L}+/gu), (m) => m[0].toLowerCase());
  return words.length < 3 ? told(lang) : (languageOf(words, lang) ?? told(lang));
}
