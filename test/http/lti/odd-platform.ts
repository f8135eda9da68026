import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What to answer; a function writes the answer by itself. */
export type Said =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string }
  | ((res: ServerResponse) => void);

/** A platform that answers whatever a test wants, on a port of its own, and remembers what it heard. */
export async function oddPlatform(answer: (heard: Heard) => Said): Promise<{
  readonly url: string;
  readonly heard: Heard[];
  close(): void;
}> {
  const heard: Heard[] = [];
  const server = createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => {
      const url = new URL(req.url ?? '/', 'http://x');
      const one: Heard = {
        method: req.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: req.headers,
        body: Buffer.concat(parts).toString(),
      };
      heard.push(one);
      const said = answer(one);
      if (typeof said === 'function') {
        said(res);
        return;
      }
      res.writeHead(said.status ?? 200, said.headers ?? { 'content-type': 'application/json' });
      res.end(said.body ?? '{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
