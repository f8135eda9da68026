import { expect, test } from 'vitest';
import choicesEn from '../../config/locales/en/choices-rules.json' with { type: 'json' };
import gradingEn from '../../config/locales/en/grading-rules.json' with { type: 'json' };
import insightsEn from '../../config/locales/en/insights.json' with { type: 'json' };
import passbackEn from '../../config/locales/en/passback-rules.json' with { type: 'json' };
import tiersEn from '../../config/locales/en/tiers-rules.json' with { type: 'json' };
import choicesEs from '../../config/locales/es/choices-rules.json' with { type: 'json' };
import gradingEs from '../../config/locales/es/grading-rules.json' with { type: 'json' };
import insightsEs from '../../config/locales/es/insights.json' with { type: 'json' };
import passbackEs from '../../config/locales/es/passback-rules.json' with { type: 'json' };
import tiersEs from '../../config/locales/es/tiers-rules.json' with { type: 'json' };

/** Key without its plural form → the slots its sentences fill. */
function sentences(words: object, path = ''): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [name, value] of Object.entries(words)) {
    const key = `${path}${name.replace(/_(?:zero|one|many|other)$/, '')}`;
    const inner: Map<string, Set<string>> = typeof value === 'string'
      ? new Map([[key, new Set([...value.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1] ?? ''))]])
      : sentences(value as object, `${key}.`);
    for (const [at, slots] of inner) found.set(at, new Set([...(found.get(at) ?? []), ...slots]));
  }
  return found;
}

test.each([
  ['choices', choicesEn, choicesEs],
  ['grading', gradingEn, gradingEs],
  ['insights', insightsEn, insightsEs],
  ['passback', passbackEn, passbackEs],
  ['tiers', tiersEn, tiersEs],
])('the rules of %s speak both languages, with the same slots', (_name, english, spanish) => {
  expect(sentences(spanish)).toEqual(sentences(english));
  expect([...sentences(english).keys()].length).toBeGreaterThan(5);
});
