import { benchDeliveries } from './deliveries.js';
console.log((await benchDeliveries(400, { faulty: 0, kills: 0 })).join('\n'));
process.exit(0);
