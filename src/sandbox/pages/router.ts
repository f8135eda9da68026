import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { handler } from '../answers.js';
import { PlatformPageError } from '../launches.js';
import type { FamilyName } from '../state.js';
import type { World } from '../world.js';
import { coursePage } from './course.js';
import { faultsPages } from './faults.js';
import { messagePage } from './frames.js';
import { gradebookPages } from './gradebook.js';
import { homePage } from './home.js';
import { installPages } from './install.js';
import { launchPages } from './launch.js';
import { viewerOf } from './persona.js';
import type { Viewer } from './persona.js';
import { recordPages } from './record.js';

/** A page: who looks, and the request, become markup. */
export type PageBuilder = (viewer: Viewer, req: Request, res: Response) => string;

/** The views folder, whether this file runs from the source or from the build. */
function assets(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'views', 'sandbox', 'practice.css'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('views/sandbox is missing');
    folder = parent;
  }
  return join(folder, 'views', 'sandbox');
}

const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src *; " +
  "frame-ancestors 'self'; base-uri 'none'; object-src 'none'";

const failed: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  const known = error instanceof PlatformPageError;
  if (!known) console.error(error);
  res
    .status(known ? error.status : 500)
    .type('html')
    .send(
      messagePage(
        known ? 'That does not work here' : 'The practice LMS stumbled',
        error instanceof Error ? error.message : 'Unknown error',
      ),
    );
};

/**
 * The pages people see.
 *
 * @param world - The practice LMS.
 * @param first - Face shown first.
 * @returns A router for the root.
 */
export function pagesRouter(world: World, first: FamilyName): express.Router {
  const router = express.Router();
  const show = (build: PageBuilder) =>
    handler((req, res) => {
      res.set('Content-Security-Policy', POLICY);
      res.type('html').send(build(viewerOf(world, req, res, first), req, res));
    });
  router.use('/assets', express.static(assets(), { maxAge: 0 }));
  router.use(express.urlencoded({ extended: false, limit: '1mb' }));
  router.get('/', show(homePage(world)));
  router.get('/course', show(coursePage(world)));
  router.use(launchPages(world, first, show));
  router.use(gradebookPages(world, first, show));
  router.use(recordPages(world, show));
  router.use(faultsPages(world, show));
  router.use(installPages(world, first, show));
  router.use((_req, res) => {
    res.status(404).type('html').send(messagePage('Not found', 'There is no such page.'));
  });
  router.use(failed);
  return router;
}
