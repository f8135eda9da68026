#!/usr/bin/env node
import { config } from 'dotenv';
import { readSettings } from '../config/env.js';
import { runCommand, UsageError } from './cli/commands.js';
import { openForCommands } from './cli/open.js';
import { startSandbox } from './cli/practice.js';
import { serve } from './cli/serve.js';
import { isStoreUnavailable } from './db/unavailable.js';
import { TrellisError } from './errors.js';
import { makeLog } from './web/log.js';

/** Tells a person something on standard error. */
function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** What the system says of a folder that cannot be made or written. */
const unwritable = ['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR', 'ENOSPC'];

/** What went wrong, in one line for an operator; fields of a refused value each on their own. */
function explain(error: unknown): string {
  if (error instanceof TrellisError) {
    const fields = Object.entries(error.details.fields ?? {}).map(
      ([name, words]) => `  ${name}: ${words}`,
    );
    return [error.message, ...fields].join('\n');
  }
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'EADDRINUSE') return 'The port is in use: set PORT (and SANDBOX_PORT) to free ones.';
  if (typeof code === 'string' && unwritable.includes(code))
    return 'The data folder cannot be written: set DATA_DIR.';
  if (isStoreUnavailable(error))
    return `${error instanceof Error ? error.message : 'The database is away'}: check DATABASE_URL.`;
  return error instanceof Error ? error.message : 'Something went wrong.';
}

async function main(args: readonly string[]): Promise<number> {
  config({ quiet: true });
  const withSandbox = args.includes('--sandbox');
  const read = readSettings(process.env, withSandbox || args[0] !== 'serve');
  if (!read.ok) {
    tell(read.message);
    return 2;
  }
  const { settings } = read;
  if (args[0] === 'serve') {
    const unknown = args.slice(1).find((word) => word !== '--sandbox');
    if (unknown !== undefined)
      throw new UsageError(`serve: ${unknown} is not known; there is --sandbox`);
    const log = makeLog(settings.logLevel);
    const running = await serve(settings, log);
    const practice = withSandbox ? await startSandbox(settings, running.trellis) : null;
    tell(`Trellis is running at ${settings.publicUrl}`);
    if (practice !== null) {
      tell(`\nOpen the practice LMS to try it: ${practice.url}`);
      tell('Pick a person there, open an assignment, and Trellis opens inside it.\n');
    }
    const ended = new Promise<void>((resolve) => {
      const stop = (): void => {
        // A second signal does not wait.
        process.once('SIGINT', () => process.exit(130));
        Promise.all([running.stop(), practice?.stop()]).then(
          () => resolve(),
          (error: unknown) => {
            tell(explain(error));
            resolve();
          },
        );
      };
      process.once('SIGINT', stop);
      process.once('SIGTERM', stop);
    });
    await ended;
    return 0;
  }
  const isJson = args.includes('--json');
  const closing: (() => Promise<void>)[] = [];
  try {
    const result = await runCommand(args, async () => {
      const opened = await openForCommands(settings);
      closing.push(() => opened.close());
      return opened.deps;
    });
    process.stdout.write(`${isJson ? JSON.stringify(result.json) : result.text}\n`);
    return result.isFailure === true ? 1 : 0;
  } finally {
    for (const close of closing) await close();
  }
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    tell(explain(error));
    process.exit(
      error instanceof UsageError ||
        (error instanceof TrellisError && error.code === 'INVALID_INPUT')
        ? 2
        : 1,
    );
  },
);
