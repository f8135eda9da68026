import { describe, expect, test } from 'vitest';
import { REFUSAL_REASONS } from '../../src/lti/refusal.js';
import { wordsFor } from '../../src/web/words.js';

describe.each(['en', 'es'])('UI-01 the words of a refusal in %s', (language) => {
  const words = wordsFor(language, null);
  test.each([...REFUSAL_REASONS, 'unknown'])('%s', (reason) => {
    for (const part of ['title', 'text', 'advice']) {
      const key = `refusal.${reason}.${part}`;
      expect(words.t(key)).not.toBe(key);
      expect(words.t(key).length).toBeGreaterThan(10);
    }
  });
});
