import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';

/** Random bytes are drawn many at a time: one by one they cost more than all else about an id. */
const pool = new Uint8Array(4_096);
let drawn = pool.length;

function fraction(): number {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  const byte = pool[drawn] ?? 0;
  pool[drawn] = 0;
  drawn += 1;
  return byte / 256;
}

const next = monotonicFactory(fraction);

/**
 * Makes the id of a new document: a ULID, 26 letters and digits that sort by the time they were
 * made, also within one millisecond of one process.
 *
 * @returns The id.
 */
export function newId(): string {
  return next();
}
