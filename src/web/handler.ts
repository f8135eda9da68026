import type { NextFunction, Request, RequestHandler, Response } from 'express';

/**
 * Wraps an async handler, so that a rejected promise reaches the error page (Express 4 drops it).
 */
export function handler(
  handle: (req: Request, res: Response, next: NextFunction) => Promise<void>,
): RequestHandler {
  return (req, res, next) => {
    handle(req, res, next).catch(next);
  };
}
