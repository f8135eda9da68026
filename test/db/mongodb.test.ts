import { describe, expect, test } from 'vitest';

import { openStore } from '../../src/db/connect.js';
import { StoreUnavailable } from '../../src/db/unavailable.js';
import { storeContract } from './store-contract.js';

const url = process.env['TEST_MONGODB_URI'];

if (url === undefined) {
  console.info('The store contract did not run on MongoDB: TEST_MONGODB_URI is not set.');
}

describe.runIf(url !== undefined)('the store on MongoDB', () => {
  storeContract({ url: () => url ?? '' });
});

test('a MongoDB server that is away is told as unavailable', async () => {
  const away = 'mongodb://127.0.0.1:9/trellis?serverSelectionTimeoutMS=200';
  await expect(openStore(away, { dataDir: 'data' })).rejects.toBeInstanceOf(StoreUnavailable);
});
