import { expect } from 'vitest';
import type { Page } from './visitor.js';

/** What must not be found on a page, in an address, a download or a payload of a student, family or LMS. */
export interface Secrets {
  /** Names of tiers as the teacher wrote them. */
  readonly tierNames: readonly string[];
  /** Names, ids and work of other students. */
  readonly others?: readonly string[];
  /** Group rules, private notes, reasons for placements, supports' names. */
  readonly rules?: readonly string[];
  /** Texts and materials of other tiers. */
  readonly otherTiers?: readonly string[];
}

/** Words by which our own pages speak to teachers about levels; no student page has them. */
const LEVEL_WORDS = [
  /\btiers?\b/i,
  /\bdata-tier/i,
  /\breadiness\b/i,
  /\bplacement\b/i,
  /\bscaffold/i,
  /\blow(er)? group\b/i,
  /\bability\b/i,
  /\bstretch tier\b/i,
  /\bsupport tier\b/i,
  /\bnivel(es)? de (apoyo|reto)\b/i,
];

/**
 * Asserts that nothing leaks: used by every test that opens a student's or family's page, and on
 * what goes to the platform.
 *
 * @param shown - A page (its address, headers and source are searched), or any text.
 * @param secrets - What must not be there.
 */
export function expectNoLeak(shown: Page | string, secrets: Secrets): void {
  const text =
    typeof shown === 'string'
      ? shown
      : [shown.url, ...[...shown.headers].flat(), shown.text].join('\n');
  for (const word of LEVEL_WORDS) expect(text, `level word ${word.source}`).not.toMatch(word);
  const found = [
    ...secrets.tierNames,
    ...(secrets.others ?? []),
    ...(secrets.rules ?? []),
    ...(secrets.otherTiers ?? []),
  ].filter((secret) => secret !== '' && text.toLowerCase().includes(secret.toLowerCase()));
  expect(found, 'leaked to a student, family or platform').toEqual([]);
}
