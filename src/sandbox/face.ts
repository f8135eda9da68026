import express from 'express';
import type { Request, Response } from 'express';
import { agsRouter } from './ags.js';
import { handler, send } from './answers.js';
import type { Family } from './families/family.js';
import { entryOf } from './journal.js';
import { rosterRouter } from './nrps.js';
import { noticesRouter } from './notices.js';
import { PlatformPageError } from './launches.js';
import { authorize } from './oidc.js';
import { deepLinkPages } from './pages/deep-link.js';
import { autoForm, messagePage } from './pages/frames.js';
import { asFields } from './read.js';
import { registrationRouter } from './registration.js';
import { tokenRouter } from './token.js';
import type { World } from './world.js';

const HUGE = 10 * 1024 * 1024;

function jwksRoute(world: World) {
  return async (_req: Request, res: Response): Promise<void> => {
    const { now: faults } = world.faults;
    if (faults.jwks !== '') entryOf(res).note = `Fault switched on: JWKS ${faults.jwks}`;
    const keys = world.keys.jwks();
    const type = 'application/json; charset=utf-8';
    switch (faults.jwks) {
      case 'down':
        res.status(503).end();
        return;
      case 'slow':
        await new Promise((done) => setTimeout(done, faults.slowMs).unref());
        break;
      case 'huge':
        send(res, { status: 200, type, body: JSON.stringify({ ...keys, pad: 'x'.repeat(HUGE) }) });
        return;
      case 'garbage':
        send(res, { status: 200, type, body: '{"keys": [' });
        return;
      case 'empty':
        send(res, { status: 200, type, body: '{"keys": []}' });
        return;
      case 'redirect':
        res.redirect(302, faults.redirectTo);
        return;
    }
    res.set('Cache-Control', 'max-age=864000');
    send(res, { status: 200, type, body: JSON.stringify(keys) });
  };
}

function authorizeRoute(world: World, family: Family) {
  return async (req: Request, res: Response): Promise<void> => {
    const { loginSlowMs } = world.faults.now;
    if (loginSlowMs > 0) await new Promise((done) => setTimeout(done, loginSlowMs).unref());
    const given = req.method === 'POST' ? asFields(req.body) : asFields(req.query);
    try {
      const answer = await authorize(world, family, given, entryOf(res));
      res.set('Cache-Control', 'no-store');
      res.type('html').send(autoForm('POST', answer.action, answer.fields, 'Opening Trellis…'));
    } catch (error) {
      if (!(error instanceof PlatformPageError)) throw error;
      res.status(error.status).type('html').send(messagePage('Invalid request', error.message));
    }
  };
}

/**
 * Everything a tool can reach of one face.
 *
 * @param world - The practice LMS.
 * @param family - The face.
 * @returns A router to mount under the face's name.
 */
export function faceRouter(world: World, family: Family): express.Router {
  const router = express.Router();
  const { journal } = world;
  router.get(family.paths.jwks, journal.note(family.name, 'jwks'), handler(jwksRoute(world)));
  router.all(
    family.paths.authorize,
    journal.note(family.name, 'authorization'),
    express.urlencoded({ extended: false, limit: '200kb' }),
    handler(authorizeRoute(world, family)),
  );
  router.use(
    tokenRouter(world, family),
    agsRouter(world, family),
    rosterRouter(world, family),
    registrationRouter(world, family),
    deepLinkPages(world, family),
  );
  if (family.name === 'canvas') router.use(noticesRouter(world, family));
  return router;
}
