import { createApp } from '../../src/app.js';
import { readSettings } from '../../config/env.js';
import { openStore } from '../../src/db/connect.js';

/**
 * One process that sends what is due on a store, until it is killed or nothing waits any more.
 * Started by `benchDeliveries` with the data folder and the address of Trellis.
 */
const [dataDir = '', url = ''] = process.argv.slice(2);
const nothing = (): void => undefined;
const read = readSettings(
  { PUBLIC_URL: url, PORT: new URL(url).port, DATA_DIR: dataDir, LOG_LEVEL: 'silent' },
  true,
);
if (!read.ok) throw new Error(read.message);
const store = await openStore(`sqlite:${dataDir}/trellis.db`, { dataDir });
// The clock runs fast, the same in all processes, so that leases of minutes end within seconds.
const from = Number(process.env['CLOCK_FROM'] ?? String(Date.now()));
const speed = Number(process.env['CLOCK_SPEED'] ?? '1');
const clock = (): Date => new Date(from + (Date.now() - from) * speed);
const trellis = await createApp({
  store,
  settings: read.settings,
  secret: 'a secret of tests that is long enough to seal keys',
  log: { info: nothing, warn: nothing, error: nothing },
  clock,
});
process.send?.('ready');
let idle = 0;
while (idle < 40) {
  const sent = await trellis.passback.drain();
  idle = sent === 0 ? idle + 1 : 0;
  if (sent === 0) await new Promise((done) => setTimeout(done, 100));
}
await trellis.close();
await store.close();
