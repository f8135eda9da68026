import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/web/root.js';
import { inWordsOf, wordsFor } from '../../src/web/words.js';

type Sentences = ReadonlyMap<string, string>;

/** Plural forms that a language may have beyond one and other. */
const PLURAL = /_(?:zero|one|two|few|many|other)$/;
const folder = (language: string): string => join(projectRoot, 'config', 'locales', language);
const files = readdirSync(folder('en'));

function sentences(language: string, file: string): Sentences {
  const found = new Map<string, string>();
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string') found.set(key, value);
    else
      for (const [name, inner] of Object.entries(value as Record<string, unknown>))
        walk(inner, `${key}.${name}`);
  };
  walk(JSON.parse(readFileSync(join(folder(language), file), 'utf8')), file.slice(0, -5));
  return found;
}

function slots(text: string): string {
  return [...new Set([...text.matchAll(/{{\s*(\w+)/g)].map(([, name]) => name))].sort().join();
}

/** Keys without their plural endings: Spanish has one form more than English. */
const plain = (all: Sentences): string[] =>
  [...new Set([...all.keys()].map((key) => key.replace(PLURAL, '')))].sort();

function filesBelow(at: string): string[] {
  return readdirSync(at).flatMap((name) => {
    const path = join(at, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

test('both languages have the same files', () => {
  expect(readdirSync(folder('es'))).toEqual(files);
});

describe.each(files)('%s', (file) => {
  const english = sentences('en', file);
  const spanish = sentences('es', file);

  test('has the same keys in both languages', () => {
    expect(plain(spanish)).toEqual(plain(english));
  });

  test('has every plural form that its language counts with', () => {
    for (const [language, all] of [
      ['en', english],
      ['es', spanish],
    ] as const)
      for (const key of all.keys()) {
        if (!/_(?:one|other)$/.test(key)) continue;
        for (const form of ['one', 'other'])
          expect([...all.keys()], `${language} ${key}`).toContain(key.replace(PLURAL, `_${form}`));
      }
  });

  test('fills the same slots in both, and no sentence is empty', () => {
    for (const [key, text] of spanish) {
      const other = english.get(key) ?? english.get(key.replace(PLURAL, '_other'));
      expect([key, slots(text)]).toEqual([key, slots(other ?? '')]);
      expect(text.trim(), key).not.toBe('');
    }
    for (const [key, text] of english) expect(text.trim(), key).not.toBe('');
  });
});

test('every key written out in code or views has its sentence', () => {
  const known = new Set(files.flatMap((file) => plain(sentences('en', file))));
  const used = new Map<string, string>();
  const take = (path: string, pattern: RegExp): void => {
    for (const [, key] of readFileSync(path, 'utf8').matchAll(pattern))
      if (key !== undefined) used.set(key, path.slice(projectRoot.length));
  };
  for (const path of filesBelow(join(projectRoot, 'views')))
    if (path.endsWith('.hbs')) take(path, /[{(]t ['"]([\w.-]+)['"]/g);
  for (const path of filesBelow(join(projectRoot, 'src')))
    if (path.endsWith('.ts')) take(path, /\bwords\.t\(\s*['"]([\w.-]+)['"]/g);
  expect(used.size).toBeGreaterThan(400);
  const missing = [...used].filter(([key]) => !known.has(key.replace(PLURAL, '')));
  expect(missing).toEqual([]);
});

describe('what schemas say about a field', () => {
  const said = filesBelow(join(projectRoot, 'src'))
    .filter((path) => path.endsWith('.schema.ts') && !path.includes('sandbox'))
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/'([A-Z][^'\n]* [^'\n]*)'/g)])
    .map(([, sentence]) => sentence ?? '');

  test('is in the catalogue, and so in the reader’s language', () => {
    expect(said.length).toBeGreaterThan(20);
    const english = new Set(sentences('en', 'fields.json').values());
    expect(said.filter((sentence) => !english.has(sentence))).toEqual([]);
    for (const sentence of said) {
      expect(inWordsOf(wordsFor('en', null), sentence)).toBe(sentence);
      expect(inWordsOf(wordsFor('es', null), sentence)).not.toBe(sentence);
    }
  });

  test('stays as it is where it is no sentence of a schema', () => {
    expect(inWordsOf(wordsFor('es', null), 'Ana’s own words')).toBe('Ana’s own words');
  });
});
