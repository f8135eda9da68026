import { describe, expect, test } from 'vitest';
import { readingLevel } from '../../src/tiers/reading-level.js';
import { spanishSyllables } from '../../src/tiers/spanish-syllables.js';
import { taskLanguage } from '../../src/tiers/task-language.js';

const EASY =
  'The cat sat on the mat. It was hot. The dog ran to the cat and they had fun. Then it was time to go home. The cat had milk and the dog had a nap in the sun.';
const HARD =
  'Photosynthetic organisms transform electromagnetic radiation into chemical potential energy through a sophisticated sequence of interdependent reactions, the overall efficiency of which is determined by environmental conditions such as temperature, the availability of atmospheric carbon dioxide, and the concentration of particular pigments within specialised membranes.';
const FACIL =
  'El gato está en la casa. Es de color gris. Le gusta el sol y come pan. El perro va con él al río. Los dos son muy buenos y se van a la cama.';
const DIFICIL =
  'Los organismos fotosintéticos transforman la radiación electromagnética en energía química mediante una sofisticada secuencia de reacciones interdependientes, cuya eficiencia general está determinada por condiciones ambientales como la temperatura, la disponibilidad de dióxido de carbono y la concentración de determinados pigmentos en membranas especializadas.';

function judged(text: string, lang: string) {
  const level = readingLevel(text, lang);
  if (level.cannotJudge) throw new Error(`cannot judge: ${level.because}`);
  return level;
}

describe('reading level', () => {
  test('tells easy from hard, by three formulas, in English', () => {
    expect(judged(EASY, 'en').grade).toBeLessThan(3);
    expect(judged(HARD, 'en').grade).toBeGreaterThan(12);
    expect(judged(EASY, 'en').formulas.map((f) => f.name)).toEqual([
      'flesch-kincaid',
      'automated-readability',
      'coleman-liau',
    ]);
  });

  test('tells easy from hard in Spanish, with formulas made for it', () => {
    expect(judged(FACIL, 'es').grade).toBeLessThan(4.5);
    expect(judged(DIFICIL, 'es').grade).toBeGreaterThan(11);
    expect(judged(FACIL, 'es-MX').formulas.map((f) => f.name)).toEqual([
      'fernandez-huerta',
      'inflesz',
      'crawford',
    ]);
  });

  test('marks the long sentence where it stands, and the rare words', () => {
    const level = judged(`${EASY} ${HARD}`, 'en');
    expect(level.longSentences).toEqual([
      { start: EASY.length + 1, end: EASY.length + 1 + HARD.length },
    ]);
    expect(level.rareWords).toEqual(
      expect.arrayContaining(['photosynthetic', 'electromagnetic', 'interdependent']),
    );
    expect(judged(`${EASY} My grandmother eats bananas for breakfast.`, 'en').rareWords).toEqual(
      [],
    );
    expect(judged(`${FACIL} ${DIFICIL}`, 'es').rareWords).toContain('electromagnética');
  });

  test('names are not rare words', () => {
    expect(
      judged(`${EASY} We went to see Alexandria with our friend Esmeralda.`, 'en').rareWords,
    ).toEqual([]);
  });

  test('reads a Spanish text as Spanish though the course is in English', () => {
    expect(judged(DIFICIL, 'en').lang).toBe('es');
    expect(judged(HARD, 'es').lang).toBe('en');
  });

  test.each([
    ['', 'too-short'],
    ['Solve the equation.', 'too-short'],
    ['12 + 7 = 19; 3 × 4 = 12', 'too-short'],
    ['اشرح كيف تصنع النباتات غذاءها باستخدام ضوء الشمس والماء والهواء في فقرة واحدة', 'language'],
    [
      'Die Katze sitzt auf dem Dach und schaut den Vögeln zu, während der Hund unten im Garten schläft und von einem großen Knochen träumt, den er gestern vergraben hat.',
      'language',
    ],
  ])('says so when it cannot judge: %s', (text, because) => {
    expect(readingLevel(text, 'en')).toEqual({ cannotJudge: true, because });
  });

  test('a paste of 200,000 characters is judged by its beginning', () => {
    expect(judged(`${EASY}\n`.repeat(1300), 'en').grade).toBe(
      judged(`${EASY}\n`.repeat(20), 'en').grade,
    );
  });

  test.each([
    ['casa', 2],
    ['río', 2],
    ['ciudad', 2],
    ['aéreo', 4],
    ['guitarra', 3],
    ['pingüino', 3],
    ['queso', 2],
    ['leer', 2],
    ['muy', 1],
    ['fotosíntesis', 5],
    ['país', 2],
    ['y', 1],
    ['estudiáis', 3],
    ['héroe', 3],
  ])('%s has %i syllables', (word, count) => {
    expect(spanishSyllables(word)).toBe(count);
  });
});

test.each([
  ['Explica por qué cayó el Imperio romano.', 'en', 'es'],
  ['Explain why the Roman Empire fell.', 'es-MX', 'en'],
  ['Photosynthesis', 'en-US', 'en'],
  ['', 'es', 'es'],
  ['光合作用とは何ですか', 'fr', 'en'],
])('"%s" in a course in %s is read as %s', (text, lang, expected) => {
  expect(taskLanguage(text, lang)).toBe(expected);
});
