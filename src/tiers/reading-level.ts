import { automatedReadability } from 'automated-readability';
import { colemanLiau } from 'coleman-liau';
import { daleChall } from 'dale-chall';
import { fleschKincaid } from 'flesch-kincaid';
import { syllable } from 'syllable';
import type { TaskLanguage } from './read-task.js';
import { spanishSyllables } from './spanish-syllables.js';
import { languageOf } from './task-language.js';

export interface FormulaGrade {
  readonly name:
    | 'flesch-kincaid'
    | 'automated-readability'
    | 'coleman-liau'
    | 'fernandez-huerta'
    | 'inflesz'
    | 'crawford';
  /** US school grade, 0 to 16. */
  readonly grade: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ReadingLevel =
  | { readonly cannotJudge: true; readonly because: 'too-short' | 'language' }
  | {
      readonly cannotJudge: false;
      /** The language it was judged in. */
      readonly lang: TaskLanguage;
      /** Middle of the formulas, one decimal, 0 to 16. */
      readonly grade: number;
      readonly formulas: readonly FormulaGrade[];
      /** Where long sentences stand in the text. */
      readonly longSentences: readonly Span[];
      /** In the order they come, each once, at most 30. */
      readonly rareWords: readonly string[];
    };

/** Fewer words say nothing: one long word would move the grade by years. */
const MIN_WORDS = 25;
const LONG_SENTENCE = { en: 25, es: 30 } as const;
const MAX_READ = 60_000;

const FAMILIAR = new Set(daleChall.map((word) => word.toLowerCase()));

/** Familiar in itself or as the form of a familiar word. */
function isFamiliar(word: string): boolean {
  if (FAMILIAR.has(word)) return true;
  const stems = [
    word.replace(/(?:'s|’s|s)$/, ''),
    word.replace(/es$/, ''),
    word.replace(/ies$/, 'y'),
    word.replace(/(?:ed|ing|er|est|ly)$/, ''),
    word.replace(/(?:ed|ing|er|est)$/, 'e'),
    word.replace(/(.)\1(?:ed|ing|er|est)$/, '$1'),
    word.replace(/(?:ily|ied|ier|iest)$/, 'y'),
    word.replace(/(?:ful|less|ness|ment)$/, ''),
  ];
  return stems.some((stem) => FAMILIAR.has(stem));
}

const wordsIn = (text: string): RegExpExecArray[] =>
  Array.from(text.matchAll(/\p{L}[\p{L}\p{M}'’-]*/gu));

function rareIn(words: readonly RegExpExecArray[], text: string, lang: TaskLanguage): string[] {
  const rare = new Map<string, string>();
  for (const m of words) {
    const lower = m[0].toLowerCase();
    if (rare.has(lower) || /^\p{Lu}/u.test(m[0])) {
      // A capital inside a sentence is a name; at its start the word is judged like any other.
      const before = text.slice(Math.max(0, m.index - 20), m.index).trimEnd();
      if (rare.has(lower) || !/(?:^|[.!?:…\n])$/.test(before)) continue;
    }
    const isRare =
      lang === 'en'
        ? syllable(lower) >= 3 && !isFamiliar(lower)
        : lower.length >= 9 && spanishSyllables(lower) >= 4;
    if (isRare) rare.set(lower, lower);
  }
  return [...rare.keys()].slice(0, 30);
}

const bounded = (grade: number): number => Math.round(Math.min(16, Math.max(0, grade)) * 10) / 10;

/** Score of ease → school grade, by the tables that come with the two Spanish formulas. */
function gradeOfEase(score: number): number {
  const table: readonly (readonly [number, number])[] = [
    [100, 3],
    [90, 4],
    [80, 5],
    [70, 6],
    [60, 8],
    [50, 11],
    [30, 14],
    [0, 16],
  ];
  for (let i = 1; i < table.length; i += 1) {
    const [high, gradeHigh] = table[i - 1] ?? [0, 0];
    const [low, gradeLow] = table[i] ?? [0, 0];
    if (score >= low)
      return gradeLow + ((gradeHigh - gradeLow) * (Math.min(score, 110) - low)) / (high - low);
  }
  return 16;
}

function formulasOf(
  lang: TaskLanguage,
  count: { readonly sentence: number; readonly word: number; readonly letter: number },
  words: readonly string[],
): FormulaGrade[] {
  const { sentence, word, letter } = count;
  if (lang === 'en') {
    const syllables = words.reduce((sum, w) => sum + Math.max(1, syllable(w)), 0);
    return [
      { name: 'flesch-kincaid', grade: fleschKincaid({ sentence, word, syllable: syllables }) },
      {
        name: 'automated-readability',
        grade: automatedReadability({ sentence, word, character: letter }),
      },
      { name: 'coleman-liau', grade: colemanLiau({ sentence, word, letter }) },
    ];
  }
  const syllables = words.reduce((sum, w) => sum + spanishSyllables(w), 0);
  const perWord = syllables / word;
  const perSentence = word / sentence;
  return [
    // Fernández Huerta 1959; Szigriszt Pazos 1993 (INFLESZ); Crawford 1984, years of schooling.
    { name: 'fernandez-huerta', grade: gradeOfEase(206.84 - 60 * perWord - 1.02 * perSentence) },
    { name: 'inflesz', grade: gradeOfEase(206.835 - 62.3 * perWord - perSentence) },
    { name: 'crawford', grade: -20.5 / perSentence + 4.9 * perWord - 3.407 },
  ];
}

/**
 * Estimates the school grade a text reads at, and marks what makes it hard.
 *
 * @param text - Plain text of the task.
 * @param lang - The language it is said to be in; a text that plainly is in the other of the two
 * languages known here is judged in that one.
 * @returns The grade with the formulas it comes from, or why there is none. Product row 13.
 */
export function readingLevel(text: string, lang: string): ReadingLevel {
  const read = text.slice(0, MAX_READ).normalize('NFC');
  const found = wordsIn(read);
  if (found.length < MIN_WORDS) {
    // A text in another script has no use for more words.
    const letters = read.match(/\p{L}/gu)?.length ?? 0;
    const latin = read.match(/\p{Script=Latin}/gu)?.length ?? 0;
    const because = letters > 20 && latin < letters / 2 ? 'language' : 'too-short';
    return { cannotJudge: true, because };
  }
  const words = found.map((m) => m[0].toLowerCase());
  const judged = languageOf(words, lang);
  if (judged === null) return { cannotJudge: true, because: 'language' };

  const sentences = [...new Intl.Segmenter(judged, { granularity: 'sentence' }).segment(read)]
    .map(({ segment, index }) => {
      const lead = segment.length - segment.trimStart().length;
      const start = index + lead;
      return { start, end: start + segment.trim().length, words: wordsIn(segment).length };
    })
    .filter((sentence) => sentence.words > 0);
  const letter = words.reduce((sum, w) => sum + (w.match(/\p{L}/gu)?.length ?? 0), 0);
  const count = { sentence: sentences.length, word: words.length, letter };
  const formulas = formulasOf(judged, count, words).map(({ name, grade }) => ({
    name,
    grade: bounded(grade),
  }));
  const sorted = formulas.map(({ grade }) => grade).sort((a, b) => a - b);
  return {
    cannotJudge: false,
    lang: judged,
    grade: sorted[Math.floor(sorted.length / 2)] ?? 0,
    formulas,
    longSentences: sentences
      .filter((sentence) => sentence.words > LONG_SENTENCE[judged])
      .map(({ start, end }) => ({ start, end })),
    rareWords: rareIn(found, read, judged),
  };
}
