import { randomBytes } from 'node:crypto';
import type { Deployments } from '../admin/deployment.model.js';
import type { Registration, Registrations } from '../admin/registration.model.js';
import { TrellisError } from '../errors.js';
import { CLAIM } from './claim-names.js';
import type { SigningKeys } from './keys.js';
import { familyOf } from './platforms/of.js';
import type { ContentItem, DeepLinkingAnswers, DeepLinkingSettings } from './ports.js';

/** The platform's clock may be off; Canvas takes an `iat` up to 30 s ahead of it and 5 min behind. */
const BACKDATED_S = 60;
const LIFE_S = 600;

export interface DeepLinkingDeps {
  readonly registrations: Registrations;
  readonly deployments: Deployments;
  readonly keys: SigningKeys;
  readonly clock: () => Date;
  readonly publicUrl: string;
}

function pointsFor(registration: Registration, points: number): number {
  const { wholeOnly, most } = familyOf(registration.family).deepLinkPoints;
  const whole = wholeOnly ? Math.max(1, Math.round(points)) : points;
  return most === null ? whole : Math.min(whole, most);
}

/** One ltiResourceLink (DL 2.0, 2.2.3), as the platform's family takes it. */
export function resourceLinkItem(
  registration: Registration,
  settings: DeepLinkingSettings,
  item: ContentItem,
  publicUrl: string,
): Readonly<Record<string, unknown>> {
  const family = familyOf(registration.family);
  const { lineItem } = item;
  return {
    type: 'ltiResourceLink',
    url: `${publicUrl}${item.path}`,
    title: item.title.slice(0, 255),
    ...(item.text === null ? {} : { text: item.text }),
    // A newline in a custom value breaks Moodle's import.
    custom: Object.fromEntries(
      Object.entries(item.custom).map(([name, value]) => [name, value.replaceAll(/\s+/g, ' ')]),
    ),
    // Absent is no promise, so it is tried; only an explicit false leaves it out (DLK-05).
    ...(lineItem === null || settings.acceptsLineItem === false
      ? {}
      : {
          lineItem: {
            label: lineItem.label.slice(0, 255),
            scoreMaximum: pointsFor(registration, lineItem.pointsPossible),
            resourceId: lineItem.resourceId,
            tag: lineItem.tag,
          },
        }),
    ...(settings.acceptsTargets.includes('iframe') ? { iframe: { width: 1024, height: 800 } } : {}),
    // Never `available`: Schoology locks the assignment for good by it (DLK-19).
    ...(item.dueAt !== null && family.takesDueDate
      ? { submission: { endDateTime: item.dueAt.toISOString() } }
      : {}),
    ...family.contentExtensions(item),
  };
}

/** Signs Deep Linking responses (DL 2.0, 4.4). */
export function createDeepLinkingAnswers(deps: DeepLinkingDeps): DeepLinkingAnswers {
  return {
    async sign(deploymentId, settings, items, message) {
      const deployment = await deps.deployments.find(deploymentId);
      const registration =
        deployment === null ? null : await deps.registrations.find(deployment.registrationId);
      if (deployment?.status !== 'active' || registration?.status !== 'active') {
        throw new TrellisError('PLATFORM_REFUSED', 'deployment or registration is not active', {
          reason: 'registration-disabled',
        });
      }
      // One item where several were not promised (DLK-04); none where links are not taken (DLK-03).
      const taken = settings.acceptsResourceLink
        ? items.slice(0, settings.acceptsMultiple ? items.length : 1)
        : [];
      const now = Math.floor(deps.clock().getTime() / 1000);
      const jwt = await deps.keys.sign({
        iss: registration.clientId,
        aud: registration.issuer,
        azp: registration.clientId,
        iat: now - BACKDATED_S,
        exp: now + LIFE_S,
        nonce: randomBytes(24).toString('base64url'),
        [CLAIM.deploymentId]: deployment.platformId,
        [CLAIM.messageType]: 'LtiDeepLinkingResponse',
        [CLAIM.version]: '1.3.0',
        [CLAIM.dlContentItems]: taken.map((item) =>
          resourceLinkItem(registration, settings, item, deps.publicUrl),
        ),
        ...(settings.data === null ? {} : { [CLAIM.dlData]: settings.data }),
        ...(message.text === null ? {} : { [CLAIM.dlMessage]: message.text }),
        ...(message.error === null ? {} : { [CLAIM.dlError]: message.error }),
      });
      return { returnUrl: settings.returnUrl, jwt };
    },
  };
}
