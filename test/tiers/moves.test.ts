import { describe, expect, test } from 'vitest';
import { moveLibrary } from '../../src/tiers/move-library.js';
import { moveSchema } from '../../src/tiers/move.schema.js';
import { applyMove, suggestMoves } from '../../src/tiers/moves.js';
import { readTask } from '../../src/tiers/read-task.js';

const byId = (id: string, lang: 'en' | 'es' = 'en') => moveLibrary(lang).find((m) => m.id === id)!;

describe('reading a task', () => {
  test.each([
    [
      'Read page 40. Explain how photosynthesis stores energy in a paragraph.',
      'explain',
      'how photosynthesis stores energy',
      null,
      'paragraph',
    ],
    ['Solve 10 two-step equations and show your work.', 'solve', 'two-step equations', 10, null],
    [
      'Write a letter to the mayor about the noise in our park.',
      'write',
      'the noise in our park',
      null,
      'letter',
    ],
    ['Compare Athens with Sparta.', 'compare', 'Athens with Sparta', null, null],
    ['Answer questions 1–8 on fractions.', 'answer', 'fractions', 8, null],
    [
      'Students will investigate which materials conduct heat best.',
      'investigate',
      'which materials conduct heat best',
      null,
      null,
    ],
    ['Create a poster showing the water cycle.', 'create', 'the water cycle', null, 'poster'],
    [
      'Design a bridge that holds 2 kg using 20 straws.',
      'design',
      'a bridge that holds 2 kg',
      null,
      null,
    ],
    [
      'Read the article and argue for or against school uniforms.',
      'argue',
      'for or against school uniforms',
      null,
      null,
    ],
  ])('%s', (text, verb, topic, itemCount, product) => {
    const task = readTask(text, 'en');
    expect({
      verb: task.verbs[0],
      topic: task.topic,
      itemCount: task.itemCount,
      product: task.product,
    }).toEqual({ verb, topic, itemCount, product });
  });

  test.each([
    [
      'Lee el texto y explica por qué cayó el Imperio romano en un párrafo.',
      'explain',
      'por qué cayó el Imperio romano',
      null,
      'párrafo',
    ],
    [
      'Resuelve 12 ecuaciones lineales usando la sustitución.',
      'solve',
      'ecuaciones lineales',
      12,
      null,
    ],
    [
      'Escribe una carta al alcalde sobre el ruido en el parque.',
      'write',
      'el ruido en el parque',
      null,
      'carta',
    ],
    ['Compara Atenas con Esparta.', 'compare', 'Atenas con Esparta', null, null],
  ])('%s', (text, verb, topic, itemCount, product) => {
    const task = readTask(text, 'es');
    expect({
      verb: task.verbs[0],
      topic: task.topic,
      itemCount: task.itemCount,
      product: task.product,
    }).toEqual({ verb, topic, itemCount, product });
  });

  test.each([
    '',
    '   ',
    '😀😀😀',
    'مرحبا بالعالم',
    '1234',
    'Photosynthesis worksheet',
    'a'.repeat(50_000),
  ])('nothing is made up for a text without an instruction (%#)', (text) => {
    const task = readTask(text, 'en');
    expect([task.verbs, task.doing, task.topic, task.product]).toEqual([[], null, null, null]);
  });
});

describe('the library', () => {
  test('has the same moves in both languages, at least 24, of both kinds and all three sides', () => {
    const shape = (lang: 'en' | 'es') =>
      moveLibrary(lang).map((m) => [m.id, m.kind, m.changes, m.verbs, m.minutes]);
    expect(shape('es')).toEqual(shape('en'));
    expect(moveLibrary('en').length).toBeGreaterThanOrEqual(28);
    expect(new Set(moveLibrary('en').map((m) => m.id)).size).toBe(moveLibrary('en').length);
    for (const kind of ['support', 'stretch'] as const)
      for (const changes of ['content', 'process', 'product'] as const)
        expect(
          moveLibrary('en').filter((m) => m.kind === kind && m.changes === changes).length,
        ).toBeGreaterThan(1);
  });

  test.each(['en', 'es'] as const)(
    'fills every slot of every move, whatever the task says (%s)',
    (lang) => {
      const texts = [
        '',
        'Solve 10 equations.',
        'Explain why ice floats in a paragraph.',
        'Resuelve 6 problemas.',
      ];
      for (const text of texts)
        for (const move of moveLibrary(lang)) {
          const { addedText, addedMaterials } = applyMove(move, readTask(text, lang));
          for (const part of [addedText, ...addedMaterials.flatMap((m) => [m.title, m.text])])
            expect(part).not.toMatch(/[{}]|undefined|null| {2}/);
        }
    },
  );

  test('no word of a student names a level', () => {
    for (const lang of ['en', 'es'] as const)
      for (const move of moveLibrary(lang))
        expect(applyMove(move, readTask('', lang)).addedText).not.toMatch(
          /\b(tier|level|support group|advanced|struggling|weaker|nivel|avanzad|flojo)/i,
        );
  });
});

describe('suggesting and taking a move', () => {
  test('moves made for the verb and the subject come first', () => {
    const task = readTask('Solve 10 two-step equations.', 'en');
    const supports = suggestMoves(moveLibrary('en'), task, { subject: 'maths', kind: 'support' });
    expect(supports[0]?.move.id).toBe('first-few');
    expect(supports.every(({ move }) => move.kind === 'support')).toBe(true);
    const ids = supports.map(({ move }) => move.id);
    expect(ids.indexOf('spot-the-slip')).toBeLessThan(ids.indexOf('talk-first'));
    expect(ids).toHaveLength(moveLibrary('en').filter((m) => m.kind === 'support').length);
  });

  test('the first three do not all change the same side of the task', () => {
    const task = readTask('Explain why ice floats in a paragraph.', 'en');
    for (const kind of ['support', 'stretch'] as const) {
      const first = suggestMoves(moveLibrary('en'), task, { subject: 'science', kind }).slice(0, 3);
      expect(new Set(first.map(({ move }) => move.changes)).size).toBeGreaterThan(1);
    }
  });

  test("a move speaks with the task's own words", () => {
    const task = readTask('Solve 12 two-step equations.', 'en');
    expect(applyMove(byId('first-few'), task)).toMatchObject({
      addedText: expect.stringContaining('all 12 two-step equations and pick the 4 that'),
      minutesDelta: 2,
    });
    const plants = readTask('Explain how photosynthesis stores energy inside a chloroplast.', 'en');
    const bank = applyMove(byId('word-bank'), plants).addedMaterials[0]!;
    expect(bank.text).toBe('photosynthesis, stores, energy, inside, chloroplast');
    expect(applyMove(byId('sentence-starters'), plants).addedText).toContain('The main reason is');
    expect(
      applyMove(byId('picture-first', 'es'), readTask('Describe el ciclo del agua.', 'es'))
        .addedText,
    ).toContain('Antes de describir el ciclo del agua,');
  });

  test("a teacher's own move works like one of the library", () => {
    const move = moveSchema.parse({
      id: 'mine',
      kind: 'support',
      changes: 'process',
      name: 'Sketch it',
      verbs: ['solve'],
      subjects: ['maths'],
      text: 'Sketch {topic} before you {task}.',
      minutes: 3,
    });
    const task = readTask('Solve 4 equations.', 'en');
    expect(applyMove(move, task).addedText).toBe('Sketch equations before you solve 4 equations.');
    expect(
      suggestMoves([...moveLibrary('en'), move], task, { subject: 'maths', kind: 'support' })
        .slice(0, 5)
        .map((s) => s.move.id),
    ).toContain('mine');
  });

  test.each([
    ['an unknown slot', { text: 'Do {this}.' }, 'can be filled'],
    ['no text', { text: ' ' }, 'Write what'],
    [
      'a stretch that is more of the same',
      { kind: 'stretch', text: 'Do 10 more problems.' },
      'More of the same',
    ],
    ['a field it does not know', { text: 'x', colour: 'red' }, 'Unrecognized'],
  ])('%s is refused', (_name, changes, message) => {
    const result = moveSchema.safeParse({
      id: 'm',
      kind: 'support',
      changes: 'process',
      name: 'N',
      ...changes,
    });
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).toContain(message);
  });
});
