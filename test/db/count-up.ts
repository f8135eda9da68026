import { openStore } from '../../src/db/connect.js';
import { countUp, looseModel } from './count-up-work.js';

/** The other process of the contract's test of two: tells when it is ready, counts, ends with 0. */
const [url = '', steps = '0'] = process.argv.slice(2);
const store = await openStore(url, { dataDir: 'data' });
process.send?.('ready');
await countUp(looseModel(store.connection), Number(steps));
await store.close();
process.disconnect();
