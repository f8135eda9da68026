import { expect, test } from 'vitest';
import { moveLibrary } from '../../src/tiers/move-library.js';
import { moreOfSame } from '../../src/tiers/more-of-same.js';

test.each([
  ['Do 10 more problems.', ''],
  ['Solve 20 equations instead of 10.', 'Solve 10 equations.'],
  ['Solve 20 equations.', 'Solve 10 equations.'],
  ['Write two extra paragraphs.', 'Write a paragraph.'],
  ['When you finish, complete another worksheet page.', ''],
  [
    'Read additional chapters and answer the questions.',
    'Read chapter 1 and answer the questions.',
  ],
  ['Write twice as many sentences.', 'Write five sentences.'],
  ['Do problems 11-20 as well.', 'Do problems 1-10.'],
  ['Explain 5 more examples.', 'Explain three examples.'],
  ['Also complete the exercises on page 9.', 'Complete the exercises on page 8.'],
  ['Haz 10 problemas más.', ''],
  ['Resuelve 20 ecuaciones en vez de 10.', 'Resuelve 10 ecuaciones.'],
  ['Resuelve otros diez ejercicios.', ''],
  ['Escribe el doble de palabras.', ''],
  ['Lee más páginas.', ''],
  ['Completa los ejercicios adicionales.', ''],
  ['Explica tres ejemplos más.', 'Explica dos ejemplos.'],
])('"%s" is more of the same', (text, base) => {
  const found = moreOfSame(text, base);
  expect(found).not.toBeNull();
  expect(text.slice(found?.start, found?.end)).toBe(found?.phrase);
});

test.each([
  ['Solve 10 equations and justify each step.', 'Solve 10 equations.'],
  ['Find two more sources that disagree and say which is stronger.', 'Find two sources.'],
  ['Write a more precise explanation: defend it against a rival answer.', 'Explain the tides.'],
  ['Solve them in another way and compare the two.', 'Solve 10 equations.'],
  ['Invent a problem with a trap in it.', 'Solve 10 equations.'],
  ['Say it in half the words.', 'Write a paragraph about the moon.'],
  ['Resuelve cinco sin usar la calculadora y explica por qué funciona.', 'Resuelve diez.'],
  ['Escribe para otro público.', 'Escribe un párrafo.'],
  ['Solve 10 more equations.', 'Solve 10 more equations.'],
])('"%s" is not', (text, base) => {
  expect(moreOfSame(text, base)).toBeNull();
});

test.each(['en', 'es'] as const)('no stretch of the library is more of the same (%s)', (lang) => {
  for (const move of moveLibrary(lang).filter((m) => m.kind === 'stretch'))
    expect([move.id, moreOfSame(move.text)]).toEqual([move.id, null]);
});

test('a paste of 200,000 characters is read at once', () => {
  for (const text of ['a'.repeat(200_000), '10 more or less '.repeat(12_500), '1 '.repeat(100_000)])
    moreOfSame(text, text);
});
