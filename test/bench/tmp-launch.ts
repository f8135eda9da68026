import { benchLaunch } from './launch.js';
console.log((await benchLaunch()).join('\n')); process.exit(0);
