import type { RequestHandler, Response } from 'express';
import { send } from './answers.js';
import type { ServiceName } from './faults.js';
import { entryOf } from './journal.js';
import type { World } from './world.js';

type Trouble = NonNullable<ReturnType<World['faults']['draw']>>;

const LIMITED = '403 Forbidden (Rate Limit Exceeded)\n';
const TEXT = 'text/plain; charset=utf-8';

/** Canvas's leaky bucket: 600 high water, 10 drain away each second, 50 are held for a call under way. */
class Bucket {
  #level = 0;
  #at = 0;

  take(now: number): boolean {
    this.#level = Math.max(0, this.#level - ((now - this.#at) / 1000) * 10);
    this.#at = now;
    if (this.#level > 600) return false;
    this.#level += 50;
    return true;
  }

  /** Gives back what was held beyond the real cost. */
  settle(): void {
    this.#level = Math.max(0, this.#level - 49.5);
  }

  get remaining(): number {
    return Math.max(0, 600 - this.#level);
  }
}

/** One bucket for all services, since Canvas counts by client id. */
const buckets = new WeakMap<World, Bucket>();

function bucketOf(world: World): Bucket {
  const bucket = buckets.get(world) ?? new Bucket();
  buckets.set(world, bucket);
  return bucket;
}

/**
 * Middleware that lets the switched-on troubles happen to a service request.
 *
 * @param world - The practice LMS and its switches.
 * @param service - Which service the address belongs to.
 * @returns The middleware; the request goes on only when no trouble ends it.
 */
export function troubles(world: World, service: ServiceName): RequestHandler {
  const bucket = bucketOf(world);
  return (_req, res, next) => {
    if (world.faults.now.bucket) {
      const ok = bucket.take(world.now().getTime());
      res.set('X-Request-Cost', '0.5');
      res.set('X-Rate-Limit-Remaining', bucket.remaining.toFixed(1));
      if (!ok) {
        entryOf(res).note = 'Rate limit: the bucket is full';
        send(res, { status: 403, type: TEXT, body: LIMITED });
        return;
      }
      res.on('close', () => {
        bucket.settle();
      });
    }
    const trouble = world.faults.draw(service);
    if (trouble === null) {
      next();
      return;
    }
    entryOf(res).note = `Fault switched on: ${trouble}`;
    act(world, trouble, res, next);
  };
}

function act(world: World, trouble: Trouble, res: Response, next: () => void): void {
  const { now: faults } = world.faults;
  switch (trouble) {
    case '500':
      send(res, { status: 500, type: 'text/html', body: '<h1>Internal Server Error</h1>' });
      return;
    case '503':
      send(res, { status: 503, type: TEXT, body: 'Service Unavailable' });
      return;
    case '403-rate':
      res.set('X-Rate-Limit-Remaining', '0.0');
      send(res, { status: 403, type: TEXT, body: LIMITED });
      return;
    case '429':
      send(res, { status: 429, type: TEXT, body: 'Too Many Requests' });
      return;
    case '429-retry-after':
      res.set('Retry-After', String(faults.retryAfterSeconds));
      send(res, { status: 429, type: TEXT, body: 'Too Many Requests' });
      return;
    case 'garbage':
      send(res, {
        status: 200,
        type: 'application/json',
        body: '{"access_token": "x", "members": [',
      });
      return;
    case 'html':
      send(res, { status: 200, type: 'text/html', body: '<!doctype html><title>Log in</title>' });
      return;
    case 'redirect':
      res.redirect(302, faults.redirectTo);
      return;
    case 'slow':
      setTimeout(next, faults.slowMs).unref();
      return;
    case 'hang':
      return;
    case 'drop':
      res.socket?.destroy();
      return;
    case 'lost':
      loseAnswer(res);
      next();
  }
}

/** The request is carried out, but its answer never arrives. */
function loseAnswer(res: Response): void {
  const entry = entryOf(res);
  res.end = ((): Response => {
    entry.status = res.statusCode;
    res.socket?.destroy();
    return res;
  }) as Response['end'];
}
