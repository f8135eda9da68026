import type { Settings } from '../../config/env.js';
import { createApp } from '../app.js';
import { openStore } from '../db/connect.js';
import { makeLog } from '../web/log.js';
import { keepSecret } from '../web/secret.js';
import type { CommandDeps } from './commands.js';

/**
 * Opens Trellis for one command, on the same store as the running tool: no port, no jobs.
 *
 * @throws Error when the store cannot be opened.
 */
export async function openForCommands(
  settings: Settings,
): Promise<{ readonly deps: CommandDeps; close(): Promise<void> }> {
  const secret = keepSecret(settings.secret, settings.dataDir);
  const store = await openStore(settings.databaseUrl, { dataDir: settings.dataDir });
  const trellis = await createApp({
    store,
    settings,
    secret,
    // Standard output belongs to the command's answer.
    log: makeLog('silent'),
    clock: () => new Date(),
  });
  return {
    deps: { lti: trellis.lti, adminLink: () => trellis.adminLink() },
    async close() {
      await trellis.close();
      await store.close();
    },
  };
}
