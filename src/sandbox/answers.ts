import express from 'express';
import type { Request, RequestHandler, Response } from 'express';
import type { Answer, Family, Refusal } from './families/family.js';
import { entryOf } from './journal.js';
import { parseJson } from './read.js';

/**
 * Wraps an async handler so that what it throws reaches the error handler.
 *
 * @param work - The handler.
 * @returns An Express handler.
 */
export function handler(
  work: (req: Request, res: Response) => Promise<void> | void,
): RequestHandler {
  return (req, res, next) => {
    Promise.resolve()
      .then(() => work(req, res))
      .catch(next);
  };
}

/**
 * Sends an answer that is ready.
 *
 * @param res - The response.
 * @param answer - Status, type and body.
 */
export function send(res: Response, answer: Answer): void {
  res.status(answer.status);
  if (answer.reason !== undefined) res.statusMessage = answer.reason;
  if (answer.type !== '') res.set('content-type', answer.type);
  res.end(answer.body);
}

/**
 * Refuses a service request in the words and shape of its platform, and notes why.
 *
 * @param req - The request.
 * @param res - The response.
 * @param family - The face asked.
 * @param refusal - Why not.
 */
export function refuse(req: Request, res: Response, family: Family, refusal: Refusal): void {
  const entry = entryOf(res);
  if (entry.note === null && refusal.message !== '') entry.note = `Refused: ${refusal.message}`;
  const answer = family.services.refuse(refusal, {
    method: req.method,
    url: req.originalUrl,
    accept: req.get('accept') ?? '',
    contentType: req.get('content-type') ?? '',
    isScore: req.path.endsWith('/scores'),
  });
  send(res, answer);
}

/** Reads every body as text, whatever type it claims to have, and parses it as JSON. */
export const anyJson: RequestHandler[] = [
  express.text({ type: () => true, limit: '1mb' }),
  (req, _res, next) => {
    const body: unknown = req.body;
    req.body = typeof body === 'string' ? parseJson(body) : undefined;
    next();
  },
];

/**
 * Answers with JSON under a media type of its own.
 *
 * @param res - The response.
 * @param status - HTTP status.
 * @param type - Media type.
 * @param body - What becomes JSON.
 */
export function json(res: Response, status: number, type: string, body: unknown): void {
  send(res, { status, type, body: JSON.stringify(body) });
}
