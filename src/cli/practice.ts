import { join } from 'node:path';
import type { Settings } from '../../config/env.js';
import type { TrellisApp } from '../app.js';
import { createSandbox } from '../sandbox/server.js';

/**
 * Starts the practice LMS beside the tool and registers its three faces, as an operator would.
 *
 * @returns Its address and a way to stop it; what was done in it is kept in the data folder.
 */
export async function startSandbox(
  settings: Settings,
  trellis: TrellisApp,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  // 127.0.0.1 beside localhost: for browsers that is another site, as a real LMS is.
  const url = `http://127.0.0.1:${settings.sandboxPort}`;
  const sandbox = await createSandbox({
    publicUrl: url,
    toolUrl: settings.publicUrl,
    dataFile: join(settings.dataDir, 'practice-lms.json'),
  });
  await sandbox.listen(settings.sandboxPort);
  for (const face of Object.values(sandbox.platforms)) {
    await trellis.lti.registrations.add(
      {
        name: face.name,
        issuer: face.issuer,
        clientId: face.clientId,
        authorizationEndpoint: face.authorizationEndpoint,
        tokenEndpoint: face.tokenEndpoint,
        jwksUri: face.jwksUri,
        family: face.family,
        deployments: [...face.deploymentIds],
      },
      'practice LMS',
    );
  }
  return { url, stop: () => sandbox.close() };
}
