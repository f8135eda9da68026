/**
 * The store cannot answer now: the disk is full, the file is locked or damaged, the server is away.
 * Nothing of the operation was kept. Pages answer with 503 and the person may try again.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** MongoDB server codes that say "not now": no primary, shutting down, no space left. */
const PASSING_CODES = new Set([
  6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 14031,
]);

const PASSING_NAMES = new Set([
  'StoreUnavailable',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoExpiredSessionError',
  'PoolClearedOnNetworkError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWriteConcernError',
]);

/**
 * Tells whether an error means that the store is away or full, whichever engine it is, so that the
 * web layer can answer with 503 and jobs can try again later.
 *
 * @param error - Anything that was thrown.
 * @returns Whether it is such an error, or was caused by one.
 */
export function isStoreUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  if (PASSING_NAMES.has(error.name)) return true;
  if (error.name.startsWith('Mongo') && typeof code === 'number' && PASSING_CODES.has(code)) {
    return true;
  }
  if (error.name === 'MongooseError' && /buffering timed out|not connected/.test(error.message)) {
    return true;
  }
  return isStoreUnavailable(error.cause);
}
