import { timingSafeEqual } from 'node:crypto';
import { Router } from 'express';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { productVersion } from './root.js';

/** `/healthz` (the process is up), `/readyz` (it can serve) and `/metrics` (for who has the token). */
export function healthRoutes(deps: {
  readonly store: { ping(): Promise<boolean> };
  readonly metricsToken: string | null;
}): Router {
  const router = Router();
  const registry = new Registry();
  if (deps.metricsToken !== null) collectDefaultMetrics({ register: registry });

  router.get('/healthz', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'up', version: productVersion });
  });

  router.get('/readyz', (_req, res, next) => {
    deps.store
      .ping()
      .then((isReachable) => {
        res
          .status(isReachable ? 200 : 503)
          .set('Cache-Control', 'no-store')
          .json({ status: isReachable ? 'ready' : 'store-away' });
      })
      .catch(next);
  });

  router.get('/metrics', (req, res, next) => {
    const given = Buffer.from(req.get('authorization') ?? '');
    const wanted = Buffer.from(`Bearer ${deps.metricsToken ?? ''}`);
    if (
      deps.metricsToken === null ||
      given.length !== wanted.length ||
      !timingSafeEqual(given, wanted)
    ) {
      next();
      return;
    }
    registry
      .metrics()
      .then((text) => res.type(registry.contentType).send(text))
      .catch(next);
  });
  return router;
}
