import { monotonicFactory } from 'ulid';

const next = monotonicFactory();

/** A new id: a ULID, 26 characters, rising within this process. */
export function newId(): string {
  return next();
}
