import type { Deployments } from '../admin/deployment.model.js';
import type { Registrations } from '../admin/registration.model.js';
import type { DeploymentId } from '../ids.js';
import { SCOPE } from './claim-names.js';
import { COPY_NOTICE } from './claimed-services.js';
import type { Launch } from './ports.js';
import type { ServiceCaller } from './service-call.js';

/** A platform that would not take the address is asked again no sooner. */
const PATIENCE_MS = 3_600_000;
const MOST_REMEMBERED = 1_000;

interface Deps {
  readonly registrations: Registrations;
  readonly deployments: Deployments;
  readonly caller: ServiceCaller;
  readonly clock: () => Date;
  readonly publicUrl: string;
}

/** Where platforms send their notices. */
export function noticeAddress(publicUrl: string): string {
  return `${publicUrl}/lti/notices`;
}

/** Leaves our address with platforms that tell of copied courses (canvas 8, notice handlers). */
export function createNoticeHandlers(deps: Deps): {
  /**
   * Leaves our address, unless that was tried within the hour.
   *
   * @throws TrellisError PLATFORM_REFUSED when the platform does not take it.
   */
  ask(launch: Pick<Launch, 'deploymentId' | 'noticesUrl'>): Promise<void>;
} {
  const tried = new Map<DeploymentId, number>();
  return {
    async ask({ deploymentId, noticesUrl }) {
      const now = deps.clock().getTime();
      if (noticesUrl === null || now - (tried.get(deploymentId) ?? 0) < PATIENCE_MS) return;
      if (tried.size >= MOST_REMEMBERED) tried.clear();
      tried.set(deploymentId, now);
      const deployment = await deps.deployments.find(deploymentId);
      const registration = await deps.registrations.find(deployment?.registrationId ?? '');
      if (deployment === null || registration === null) return;
      const handler = noticeAddress(deps.publicUrl);
      await deps.caller.demand(
        { registration, platformDeploymentId: deployment.platformId, offered: null },
        {
          url: noticesUrl,
          method: 'PUT',
          accept: 'application/json',
          contentType: 'application/json',
          body: JSON.stringify({ notice_type: COPY_NOTICE, handler }),
          scopes: [SCOPE.noticeHandlers],
        },
      );
      await deps.deployments.setNoticesTo(deploymentId, handler);
    },
  };
}
