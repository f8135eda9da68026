import { writeLocalTime } from '../local-time.js';

/** For times that script put into the page; those of the server are written without this. */
export function attach(time) {
  writeLocalTime(time);
}

export function detach() {}
