import { cpus } from 'node:os';
import { benchGrouping } from './grouping.js';
import { benchAutosave } from './autosave.js';
import { benchDeliveries } from './deliveries.js';
import { benchLaunch } from './launch.js';
import { benchPages } from './pages.js';
import { benchRoster } from './roster.js';
import { benchStore } from './store.js';
import { benchUploads } from './uploads.js';

type Part = () => Promise<readonly string[]>;

const PARTS: readonly (readonly [string, string, Part])[] = [
  ['launch', 'Launches against a plain ltijs 5.9.9 app', benchLaunch],
  ['pages', 'Pages against Express and Handlebars writing as many bytes', benchPages],
  ['autosave', 'A thousand students saving every five seconds', benchAutosave],
  ['uploads', 'Two hundred files of 5 MB', benchUploads],
  ['roster', 'A class list of fifty thousand', benchRoster],
  ['store', 'The embedded store against SQLite as it is', benchStore],
  ['grouping', 'The Fair Grouper', benchGrouping],
  ['deliveries', 'Grades on their way', benchDeliveries],
];

const asked = process.argv.slice(2).filter((word) => !word.includes('='));
const unknown = asked.find((word) => !PARTS.some(([name]) => name === word));
if (unknown !== undefined) {
  console.error(
    `There is no part "${unknown}"; there are ${PARTS.map(([name]) => name).join(', ')}`,
  );
  process.exit(2);
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}`);
console.log('Ratios are of this run and this machine; targets are those of the architecture.');
let failed = 0;
for (const [name, title, part] of PARTS) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n${title} (${name})`);
  try {
    for (const text of await part()) console.log(`  ${text}`);
  } catch (error) {
    failed += 1;
    console.log(
      `  FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}
process.exit(failed === 0 ? 0 : 1);
