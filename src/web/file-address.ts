import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long an address of a file opens it: long enough to look at a page, too short to pass on. */
export const FILE_ADDRESS_MINUTES = 60;

function signature(secret: string, fileId: string, sessionId: string, until: number): string {
  return createHmac('sha256', secret)
    .update(`file ${fileId} ${sessionId} ${until}`)
    .digest('base64url');
}

/**
 * Makes addresses under which one session may read files for an hour. Pictures and players cannot
 * send a header, so the address carries its own proof; it opens this one file and nothing else.
 *
 * @param secret - The installation's secret.
 * @returns A function from session, file and time to the address.
 */
export function fileAddresses(
  secret: string,
): (sessionId: string, fileId: string, now: Date) => string {
  return (sessionId, fileId, now) => {
    // Rounded, so that a page that polls does not load its pictures anew each time.
    const step = 10 * 60_000;
    const until = Math.ceil(now.getTime() / step) * step + FILE_ADDRESS_MINUTES * 60_000;
    return `/files/${fileId}?s=${sessionId}&until=${until}&sig=${signature(secret, fileId, sessionId, until)}`;
  };
}

/** Whether an address was made by us, for this file and session, and is still good. */
export function isSignedAddress(
  secret: string,
  given: { fileId: string; sessionId: string; until: number; sig: string },
  now: Date,
): boolean {
  if (!Number.isSafeInteger(given.until) || given.until <= now.getTime()) return false;
  const wanted = Buffer.from(signature(secret, given.fileId, given.sessionId, given.until));
  const sent = Buffer.from(given.sig);
  return wanted.length === sent.length && timingSafeEqual(wanted, sent);
}
