import { describe, expect, test } from 'vitest';
import { wordsFor } from '../../src/web/words.js';

describe('words for a reader', () => {
  test('say the same again, each in the reader’s language', () => {
    for (const [locale, title] of [
      ['en', 'Reference'],
      ['es', 'Referencia'],
    ] as const) {
      const { t } = wordsFor(locale, null);
      expect([t('errors.reference'), t('errors.reference', {})]).toEqual([title, title]);
    }
  });

  test('fill slots anew each time', () => {
    const { t } = wordsFor('en', null);
    expect(t('admin.seen', { at: 'today' })).toBe('Seen today');
    expect(t('admin.seen', { at: '<b>' })).toBe('Seen <b>');
  });

  test('give an unknown key back, so that it is seen', () => {
    expect(wordsFor('en', null).t('no.such.key')).toBe('no.such.key');
  });

  test.each([
    ['es_mx', 'America/Mexico_City', 'es-MX', 'America/Mexico_City', 'es'],
    ['fr', null, 'en', 'UTC', 'en'],
    ['en-US', 'Mars/Olympus', 'en-US', 'UTC', 'en'],
    ['en-<script>', 'UTC', 'en', 'UTC', 'en'],
  ])('of %s in %s', (locale, zone, tag, timeZone, language) => {
    const words = wordsFor(locale, zone);
    expect([words.locale, words.timeZone, words.language]).toEqual([tag, timeZone, language]);
    expect(wordsFor(locale, zone)).toBe(words);
  });
});
