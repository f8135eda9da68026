import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import express, { Router } from 'express';
import { projectRoot } from './root.js';

const folder = join(projectRoot, 'views', 'assets');
const require = createRequire(import.meta.url);

function packageFile(name: string, file: string): string {
  // Found from the package's main file: several do not export their package.json.
  let at = dirname(require.resolve(name));
  while (!existsSync(join(at, 'package.json'))) at = dirname(at);
  return join(at, file);
}

/** Scripts and styles of libraries, served from their packages: nothing is copied, no other host. */
const vendored: Readonly<Record<string, string>> = {
  'vendor/htmx.js': packageFile('htmx.org', 'dist/htmx.min.js'),
  'vendor/sortable.js': packageFile('sortablejs', 'modular/sortable.esm.js'),
  'vendor/trix.js': packageFile('trix', 'dist/trix.esm.min.js'),
  'vendor/trix.css': packageFile('trix', 'dist/trix.css'),
};

function filesBelow(at: string): string[] {
  return readdirSync(at).flatMap((name) => {
    const path = join(at, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** One short hash over every asset: modules import each other, so they change address together. */
export const assetVersion = (() => {
  const hash = createHash('sha256');
  for (const file of [...filesBelow(folder).sort(), ...Object.values(vendored)]) {
    hash.update(relative(projectRoot, file)).update(readFileSync(file));
  }
  return hash.digest('base64url').slice(0, 10);
})();

/** Address of an asset such as `trellis.css`; the version is part of the path, so that modules find their neighbours. */
export function assetHref(name: string): string {
  return `/assets/${assetVersion}/${name}`;
}

/** Serves `/assets/<version>/…` for a year, and `/assets/…` without a version for a minute. */
export function assetRouter(): Router {
  const router = Router();
  const serve = (maxAge: string): express.RequestHandler[] => [
    (req, res, next) => {
      const file = vendored[req.path.slice(1)];
      if (file === undefined) next();
      else res.sendFile(file, { maxAge });
    },
    express.static(folder, { maxAge, index: false, redirect: false }),
  ];
  router.use(`/${assetVersion}`, ...serve('365d'));
  router.use('/', ...serve('1m'));
  return router;
}
