import type { Express } from 'express';

/** An address that the app answers, with its parameters by name: `/s/:session/a/:assignment/task`. */
export interface ServedRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
}

interface Layer {
  readonly regexp: RegExp;
  readonly keys: readonly { readonly name: string | number }[];
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** The path a layer was mounted on, read back from its expression. */
function mountOf({ regexp, keys }: Layer): string {
  let next = 0;
  return regexp.source
    .replace(/^\^/, '')
    .replace(/\\\/\?\(\?=\\\/\|\$\)$/, '')
    .replaceAll('(?:\\/([^/]+?))', () => {
      next += 1;
      return `/:${keys[next - 1]?.name ?? ''}`;
    })
    .replaceAll('\\/', '/')
    .replaceAll('\\-', '-')
    .replaceAll('\\.', '.');
}

/**
 * Every address the app answers, read from Express itself, so that no new one is forgotten.
 *
 * @throws Error when a path is not readable as plain text with parameters.
 */
export function everyRoute(app: Express): readonly ServedRoute[] {
  const found = new Map<string, ServedRoute>();
  const walk = (stack: readonly Layer[], base: string): void => {
    for (const layer of stack) {
      if (layer.route !== undefined) {
        const path = `${base}${layer.route.path}`.replace(/(?<=.)\/$/, '');
        for (const name of Object.keys(layer.route.methods)) {
          const method = name.toUpperCase() as ServedRoute['method'];
          found.set(`${method} ${path}`, { method, path });
        }
      } else if (layer.handle.stack !== undefined) walk(layer.handle.stack, base + mountOf(layer));
    }
  };
  walk((app as unknown as { _router: { stack: readonly Layer[] } })._router.stack, '');
  const routes = [...found.values()];
  for (const { path } of routes) {
    if (!/^(\/:?[\w.-]+)*\/?$/.test(path)) throw new Error(`cannot read the path ${path}`);
  }
  return routes;
}
