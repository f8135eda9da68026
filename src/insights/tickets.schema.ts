import { z } from 'zod';
import { oneOrMany } from '../web/parse.js';
import { QUESTION_KINDS, readNumber } from './ticket.js';

const question = z
  .object({
    kind: z.enum(QUESTION_KINDS).default('choice'),
    text: z.string().trim().max(500).default(''),
    options: z.string().max(2000).default(''),
    answer: z.string().max(40).default(''),
  })
  .superRefine(({ kind, text, options, answer }, context) => {
    const say = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (text === '') return;
    const lines = options.split('\n').filter((line) => line.trim() !== '');
    if (kind === 'choice' && (lines.length < 2 || lines.length > 8))
      say('options', 'evidence.error.options');
    if (kind === 'number' && readNumber(answer) === null) say('answer', 'evidence.error.number');
  });

/** A ticket as built: rows without a question are left out. */
export const ticketSchema = z
  .object({
    purpose: z.enum(['exit', 'skip', 'practice']),
    title: z.string().trim().max(120).default(''),
    goal: z.string().max(600).default(''),
    question: z.array(question).max(3),
    step: oneOrMany(z.string().max(40)),
    instead: z.string().trim().max(2000).default(''),
  })
  .superRefine(({ purpose, question: all, instead }, context) => {
    const asked = all.filter((q) => q.text !== '');
    const say = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: path.split('.'), message });
    if (asked.length === 0) say('question.0.text', 'evidence.error.question');
    const isChecked = asked.every((q) => q.kind === 'choice' || q.kind === 'number');
    if (purpose !== 'exit' && !isChecked) say('purpose', 'evidence.error.checked');
    if (purpose === 'skip' && asked.length !== 3) say('purpose', 'evidence.error.three');
    if (purpose === 'skip' && instead === '') say('instead', 'evidence.error.instead');
  });

export const answersSchema = z.object({
  answer: z.record(z.string(), z.string().trim().max(2000)).default({}),
});

export const markSchema = z.object({
  member: z.string().min(1).max(40),
  question: z.string().min(1).max(40),
  mark: z.enum(['0', '0.5', '1']),
});

export const seenSchema = z.object({ answer: z.string().min(1).max(90) });
export const openSchema = z.object({ open: z.enum(['yes', 'no']) });
