import { z } from 'zod';
import en from '../../config/moves/en.json' with { type: 'json' };
import es from '../../config/moves/es.json' with { type: 'json' };
import { moveSchema, type Move } from './move.schema.js';
import type { TaskLanguage } from './read-task.js';

const library = z.array(moveSchema);

const LIBRARY: Readonly<Record<TaskLanguage, readonly Move[]>> = {
  en: library.parse(en),
  es: library.parse(es),
};

/**
 * The moves that come with Trellis, from `config/moves`.
 *
 * @param lang - Language of the task's text.
 * @returns Supports first, then stretches; both languages have the same ids.
 */
export function moveLibrary(lang: TaskLanguage): readonly Move[] {
  return LIBRARY[lang];
}
