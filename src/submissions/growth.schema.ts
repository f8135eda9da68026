import { z } from 'zod';
import { oneOrMany } from '../web/parse.js';

const line = z.string().trim().max(500).default('');
const lines = oneOrMany(line);

/** A goal with its plan: up to eight steps, each with its own day or none. */
export const goalSchema = z.strictObject({
  text: z.string().trim().min(3).max(500),
  evidence: line,
  step: lines,
  due: lines,
});

/** A step ticked, a goal signed, reached or put away. */
export const goalActSchema = z.strictObject({
  act: z.enum(['sign', 'reached', 'put-away', 'open']),
});

/** Interests and preferences, a line each. */
export const aboutMeSchema = z.strictObject({
  interests: z.string().max(2000).default(''),
  preferences: z.string().max(2000).default(''),
});

/** Lines of a text, trimmed, each once, at most twenty. */
export function linesOf(text: string): readonly string[] {
  const all = text
    .split(/[\n,]/)
    .map((part) => part.trim().slice(0, 80))
    .filter((part) => part !== '');
  return [...new Set(all)].slice(0, 20);
}
