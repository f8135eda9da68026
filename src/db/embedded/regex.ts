import { refuse } from './refusal.js';

/** Optional `^`, then characters that mean themselves, or are escaped punctuation. */
const PLAIN = /^\^?(?:[^\\^$.*+?()[\]{}|\n]|\\[^a-zA-Z0-9\n])*$/u;

/**
 * Takes over a regular expression that surely means the same in MongoDB (PCRE) and in JavaScript:
 * a beginning or a piece of plain text, with or without the flag `i`. All others are refused.
 *
 * @param source - The pattern.
 * @param flags - Its flags.
 * @returns A test for strings.
 * @throws NotOnEmbeddedStore for every other pattern or flag.
 */
export function plainRegex(source: string, flags: string): (text: string) => boolean {
  if (!PLAIN.test(source) || !/^[iu]*$/.test(flags)) {
    return refuse(`$regex /${source}/${flags} (plain text only, with or without ^ before it)`);
  }
  const unescaped = source.replace(/\\([^a-zA-Z0-9])/gu, '$1').replace(/^\^/, '');
  const escaped = unescaped.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
  const anchored = source.startsWith('^') ? `^${escaped}` : escaped;
  const pattern = new RegExp(anchored, flags.includes('i') ? 'iu' : 'u');
  return (text) => pattern.test(text);
}
