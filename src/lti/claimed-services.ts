import type { z } from 'zod';
import { CLAIM, SCOPE } from './claim-names.js';
import {
  deepLinkingSchema,
  gradeServiceSchema,
  groupServiceSchema,
  noticeServiceSchema,
  rosterServiceSchema,
} from './claims.schema.js';
import { problemOfUrl, type FetchPolicy } from './guarded-fetch.js';
import type { Family } from './platforms/family.js';
import type { DeepLinkingSettings, GradeService } from './ports.js';
import { refusal, type RefusalReason } from './refusal.js';
import type { Claims } from './token-checks.js';

/**
 * A claim by its schema.
 *
 * @param name - What is missing, for the log.
 * @throws TrellisError LAUNCH_REJECTED with the reason.
 */
export function demand<T extends z.ZodType>(
  schema: T,
  value: unknown,
  reason: RefusalReason,
  name: string,
): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refusal(reason, `${name} missing or unusable`);
  return parsed.data;
}

function serviceUrl(value: string | null | undefined, policy: FetchPolicy): string | null {
  // Moodle sends an empty lineitem where it has none; http is refused outside trials (CORE-22).
  if (value === null || value === undefined || value.trim() === '') return null;
  return problemOfUrl(value, policy) === null ? value : null;
}

/** The grade service as claimed (AGS-01 to AGS-03); null: none. */
export function gradesOf(claims: Claims, policy: FetchPolicy): GradeService | null {
  const service = gradeServiceSchema.parse(claims[CLAIM.ags]);
  if (service === null || service === undefined) return null;
  return {
    scopes: service.scope ?? [],
    lineItemsUrl: serviceUrl(service.lineitems, policy),
    lineItemUrl: serviceUrl(service.lineitem, policy),
  };
}

/** Address of the class list as claimed (ROS-01); null: none. */
export function rosterUrlOf(claims: Claims, policy: FetchPolicy): string | null {
  const service = rosterServiceSchema.parse(claims[CLAIM.nrps]);
  const isV2 = service?.service_versions?.includes('2.0') ?? true;
  return isV2 ? serviceUrl(service?.context_memberships_url, policy) : null;
}

/**
 * The groups service, or the roster where groups are read like rosters (canvas).
 *
 * @param rosterUrl - From `rosterUrlOf`.
 */
export function groupsUrlOf(
  claims: Claims,
  family: Family,
  rosterUrl: string | null,
  policy: FetchPolicy,
): string | null {
  const service = groupServiceSchema.parse(claims[CLAIM.groups]);
  const claimed = serviceUrl(service?.context_groups_url, policy);
  if (claimed !== null) return claimed;
  return rosterUrl !== null && family.groupRosterUrl(rosterUrl, '1') !== null ? rosterUrl : null;
}

/** The notice that tells of a copied course: the only one Trellis asks for (canvas 8). */
export const COPY_NOTICE = 'LtiContextCopyNotice';

/** Where a platform takes the address for notices of copied courses; null: it sends none. */
export function noticesUrlOf(claims: Claims, policy: FetchPolicy): string | null {
  const service = noticeServiceSchema.parse(claims[CLAIM.noticeService]);
  const isOffered =
    service?.notice_types_supported.includes(COPY_NOTICE) === true &&
    service.scope.includes(SCOPE.noticeHandlers);
  return isOffered ? serviceUrl(service.platform_notification_service_url, policy) : null;
}

/** What a deep linking request accepts (DL 2.0, 4.3.1; DLK-02). @throws TrellisError LAUNCH_REJECTED. */
export function deepLinkingOf(claims: Claims, policy: FetchPolicy): DeepLinkingSettings {
  const given = demand(deepLinkingSchema, claims[CLAIM.dlSettings], 'missing-claim', 'settings');
  if (problemOfUrl(given.deep_link_return_url, policy) !== null) {
    throw refusal('missing-claim', 'deep_link_return_url unusable');
  }
  return {
    returnUrl: given.deep_link_return_url,
    acceptsResourceLink: given.accept_types.includes('ltiResourceLink'),
    acceptsMultiple: given.accept_multiple ?? false,
    acceptsLineItem: given.accept_lineitem ?? null,
    acceptsTargets: given.accept_presentation_document_targets,
    autoCreate: given.auto_create ?? false,
    title: given.title ?? null,
    text: given.text ?? null,
    data: given.data ?? null,
  };
}
