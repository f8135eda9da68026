import type { Deployments } from '../admin/deployment.model.js';
import type { Registrations } from '../admin/registration.model.js';
import { TrellisError } from '../errors.js';
import * as ags from './ags.js';
import { readCourseGroups, readGroupRosters } from './groups.js';
import { readRoster } from './nrps.js';
import { familyOf } from './platforms/of.js';
import type { GradeService, PlatformServices, ServiceTarget } from './ports.js';
import type { CallerOf, ServiceCaller } from './service-call.js';

export interface ServicesDeps {
  readonly registrations: Registrations;
  readonly deployments: Deployments;
  readonly caller: ServiceCaller;
  readonly clock: () => Date;
  readonly publicUrl: string;
}

/** The services of platforms for features: everything is asked in the name of one deployment. */
export function createServices(deps: ServicesDeps): PlatformServices {
  const { caller } = deps;

  const whoOf = async (
    { deploymentId }: ServiceTarget,
    service: GradeService | null,
  ): Promise<CallerOf> => {
    const deployment = await deps.deployments.find(deploymentId);
    const registration =
      deployment?.status === 'active'
        ? await deps.registrations.find(deployment.registrationId)
        : null;
    if (deployment === null || registration === null) {
      throw new TrellisError('PLATFORM_REFUSED', 'deployment is unknown or waits', {
        reason: 'registration-disabled',
      });
    }
    return {
      registration,
      platformDeploymentId: deployment.platformId,
      offered: service?.scopes ?? null,
    };
  };

  return {
    async *roster(target, membershipsUrl, resourceLinkId) {
      const who = await whoOf(target, null);
      for await (const page of readRoster(caller, who, membershipsUrl, resourceLinkId)) {
        yield page.members;
      }
    },
    async findLineItems(target, service, filter) {
      return ags.findLineItems(caller, await whoOf(target, service), service, filter);
    },
    async createLineItem(target, service, item) {
      return ags.createLineItem(caller, await whoOf(target, service), service, item);
    },
    async getLineItem(target, service, url) {
      return ags.getLineItem(caller, await whoOf(target, service), url);
    },
    async postScore(target, service, lineItemUrl, score) {
      const reviewUrl = score.reviewPath === null ? null : `${deps.publicUrl}${score.reviewPath}`;
      const who = await whoOf(target, service);
      return ags.postScore(caller, who, lineItemUrl, score, reviewUrl, deps.clock);
    },
    async results(target, service, lineItemUrl, sub) {
      return ags.readResults(caller, await whoOf(target, service), lineItemUrl, sub);
    },
    async groups(target, groupsUrl, groupIds) {
      if (groupsUrl === null) return null;
      const who = await whoOf(target, null);
      const isReadLikeRoster =
        familyOf(who.registration.family).groupRosterUrl(groupsUrl, '1') !== null;
      return isReadLikeRoster
        ? readGroupRosters(caller, who, groupsUrl, groupIds)
        : readCourseGroups(caller, who, groupsUrl);
    },
  };
}
