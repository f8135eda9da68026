import { refuse } from './refusal.js';

/** Options of an operation, as Mongoose hands them over. */
export type Options = Readonly<Record<string, unknown>>;

const REFUSED = [
  'session',
  'collation',
  'hint',
  'arrayFilters',
  'let',
  'min',
  'max',
  'returnKey',
  'showRecordId',
  'tailable',
  'explain',
];

/**
 * Refuses options that would change the result and that the embedded store does not have.
 *
 * @param options - The options of an operation.
 * @returns The same options.
 * @throws NotOnEmbeddedStore naming the option.
 */
export function checked(options: Options | undefined): Options {
  for (const name of REFUSED) {
    const value = options?.[name];
    const empty = Array.isArray(value) && value.length === 0;
    if (value !== undefined && value !== null && value !== false && !empty) {
      refuse(`the option ${name}`);
    }
  }
  return options ?? {};
}

/**
 * Reads a limit or a skip.
 *
 * @param options - The options of an operation.
 * @param name - The option's name.
 * @returns The number, 0 where there is none; a negative limit means one batch of that size.
 */
export function countOption(options: Options, name: 'limit' | 'skip'): number {
  const value = options[name];
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' || !Number.isInteger(value))
    return refuse(`a ${name} of this kind`);
  if (value < 0 && name === 'skip') return refuse('a negative skip');
  return Math.abs(value);
}
