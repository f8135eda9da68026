import express from 'express';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { handler } from './answers.js';
import { faultsSchema } from './faults.js';
import { asText } from './read.js';
import type { World } from './world.js';

const change = faultsSchema.partial();

/**
 * Switches and records over HTTP, for programs that drive the practice LMS from outside.
 *
 * @param world - The practice LMS.
 * @returns A router for `/_control`.
 */
export function controlRouter(world: World): express.Router {
  const router = express.Router();
  router.use(express.json({ limit: '200kb' }));
  router.get('/faults', (_req, res) => res.json(world.faults.now));
  router.post(
    '/faults',
    handler((req: Request, res: Response) => {
      const parsed = change.safeParse(req.body);
      if (!parsed.success) {
        res.status(422).json({ errors: z.prettifyError(parsed.error) });
        return;
      }
      const sent = parsed.data as Record<string, unknown>;
      const named = Object.keys(req.body as Record<string, unknown>);
      res.json(world.faults.set(Object.fromEntries(named.map((name) => [name, sent[name]]))));
    }),
  );
  router.delete('/faults', (_req, res) => {
    world.faults.clear();
    res.json(world.faults.now);
  });
  router.get('/requests', (req, res) => {
    const kind = asText(req.query['kind']);
    res.json(world.journal.entries.filter((entry) => kind === null || entry.kind === kind));
  });
  router.delete('/requests', (_req, res) => {
    world.journal.clear();
    res.status(204).end();
  });
  router.get('/grades', (_req, res) =>
    res.json(
      Object.fromEntries(
        Object.entries(world.state.faces).map(([name, face]) => [name, face.grades]),
      ),
    ),
  );
  return router;
}
