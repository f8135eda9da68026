import { z } from 'zod';
import { TrellisError } from '../errors.js';
import { MEDIA, SCOPE } from './claim-names.js';
import { pagesOf } from './paging.js';
import { familyOf } from './platforms/of.js';
import type { GradeService, LineItem, PlatformResult, ScoreOutcome, ScoreToSend } from './ports.js';
import { retryAfterOf, sentenceOf } from './service-answer.js';
import { jsonOf, type CallerOf, type ServiceCaller } from './service-call.js';
import { resultsUrl, scoresUrl, withParams } from './urls.js';

/** Text, or null where absent or blank: Moodle sends `""` for what is not set. */
const blankable = z
  .string()
  .transform((text) => (text === '' ? null : text))
  .nullish()
  .catch(null)
  .transform((text) => text ?? null);

const lineItemSchema = z.looseObject({
  id: z.string().min(1).max(4000),
  label: z.string().catch(''),
  scoreMaximum: z.coerce.number().nonnegative(),
  resourceId: blankable,
  tag: blankable,
  resourceLinkId: z
    .union([z.string(), z.number().transform(String)])
    .nullish()
    .catch(null),
});

const resultSchema = z.looseObject({
  userId: z.union([z.string(), z.number().transform(String)]),
  resultScore: z.number().nullish().catch(null),
  resultMaximum: z.number().positive().catch(1),
  comment: z.string().nullish().catch(null),
});

function toLineItem(given: unknown): LineItem {
  const parsed = lineItemSchema.safeParse(given);
  if (!parsed.success) {
    throw new TrellisError('PLATFORM_REFUSED', 'a line item could not be read', {
      reason: 'not-understood',
    });
  }
  const { id, label, scoreMaximum, resourceId, tag, resourceLinkId } = parsed.data;
  return {
    url: id,
    label,
    pointsPossible: scoreMaximum,
    resourceId,
    tag,
    resourceLinkId: resourceLinkId ?? null,
  };
}

function listUrlOf(service: GradeService): string {
  if (service.lineItemsUrl !== null) return service.lineItemsUrl;
  throw new TrellisError('PLATFORM_REFUSED', 'the platform offers no line items', {
    reason: 'scope-missing',
  });
}

/**
 * All line items of ours that match (AGS 3.2). Platforms may ignore filters, so they are applied
 * here again.
 */
export async function findLineItems(
  caller: ServiceCaller,
  who: CallerOf,
  service: GradeService,
  filter: { readonly resourceId?: string; readonly tag?: string; readonly resourceLinkId?: string },
): Promise<readonly LineItem[]> {
  const limit = familyOf(who.registration.family).lineItemLimit;
  const url = withParams(listUrlOf(service), {
    resource_id: filter.resourceId,
    tag: filter.tag,
    resource_link_id: filter.resourceLinkId,
    limit: limit === null ? null : String(limit),
  });
  const items: LineItem[] = [];
  const scopes = [SCOPE.lineItemReadonly, SCOPE.lineItem];
  for await (const page of pagesOf(caller, who, { url, accept: MEDIA.lineItems, scopes })) {
    for (const given of Array.isArray(page) ? (page as unknown[]) : [])
      items.push(toLineItem(given));
  }
  return items.filter(
    (item) =>
      (filter.resourceId === undefined || item.resourceId === filter.resourceId) &&
      (filter.tag === undefined || item.tag === filter.tag) &&
      (filter.resourceLinkId === undefined || item.resourceLinkId === filter.resourceLinkId),
  );
}

/** Creates a line item (AGS-06); what comes back counts, not what was sent (AGS-11). */
export async function createLineItem(
  caller: ServiceCaller,
  who: CallerOf,
  service: GradeService,
  item: {
    readonly label: string;
    readonly pointsPossible: number;
    readonly resourceId: string;
    readonly tag: string;
    readonly resourceLinkId?: string;
  },
): Promise<LineItem> {
  const answer = await caller.demand(who, {
    url: listUrlOf(service),
    method: 'POST',
    accept: MEDIA.lineItem,
    contentType: MEDIA.lineItem,
    scopes: [SCOPE.lineItem],
    body: JSON.stringify({
      // Moodle fails without words on labels over 255 characters.
      label: item.label.slice(0, 255),
      scoreMaximum: item.pointsPossible,
      resourceId: item.resourceId,
      tag: item.tag,
      ...(item.resourceLinkId === undefined ? {} : { resourceLinkId: item.resourceLinkId }),
    }),
  });
  return toLineItem(jsonOf(answer));
}

/** One line item; null where the platform no longer has it (AGS-15). */
export async function getLineItem(
  caller: ServiceCaller,
  who: CallerOf,
  url: string,
): Promise<LineItem | null> {
  try {
    const answer = await caller.demand(who, {
      url,
      accept: MEDIA.lineItem,
      scopes: [SCOPE.lineItemReadonly, SCOPE.lineItem],
    });
    return toLineItem(jsonOf(answer));
  } catch (error) {
    if (error instanceof TrellisError && error.details.reason === 'not-there') return null;
    throw error;
  }
}

/** At most 4 decimals, never -0 or an odd number (AGS-34). */
function rounded(points: number): number {
  const value = Math.round(points * 10_000) / 10_000;
  return Object.is(value, -0) ? 0 : value;
}

/**
 * The Score as it is sent (AGS 3.4).
 *
 * @param reviewUrl - Absolute address that shows the piece, or null.
 * @throws RangeError for a score that is negative or no finite number, or a maximum that is not above 0.
 */
export function scoreBody(
  family: ReturnType<typeof familyOf>,
  score: ScoreToSend,
  reviewUrl: string | null,
): Readonly<Record<string, unknown>> {
  const { pointsGiven, pointsPossible, comment } = score;
  const isValue = pointsGiven === null || (Number.isFinite(pointsGiven) && pointsGiven >= 0);
  if (!isValue || !Number.isFinite(pointsPossible) || pointsPossible <= 0) {
    throw new RangeError('a score needs points of 0 or more and a maximum above 0');
  }
  const hasComment = comment !== null && comment !== '';
  return {
    userId: score.sub,
    activityProgress: score.activityProgress,
    gradingProgress: score.gradingProgress,
    timestamp: score.stampedAt.toISOString(),
    ...(pointsGiven === null
      ? {}
      : { scoreGiven: rounded(pointsGiven), scoreMaximum: rounded(pointsPossible) }),
    // Sent every time: an absent one clears the last (AGS-28); never null.
    ...(hasComment ? { comment } : family.sendsBlankComment ? { comment: '' } : {}),
    ...(score.submittedAt === null
      ? {}
      : { submission: { submittedAt: score.submittedAt.toISOString() } }),
    ...(score.scoringSub === null ? {} : { scoringUserId: score.scoringSub }),
    ...family.scoreExtensions(score, reviewUrl),
  };
}

/** Reasons of a failed call that time alone mends. */
const PASSING = new Set([
  'timeout',
  'unreachable',
  'platform-error',
  'too-fast',
  'answer-too-large',
]);

/**
 * Sends a score and says what came of it; throws only for what is wrong on our own side.
 *
 * @param reviewUrl - Absolute address that shows the piece in the platform's grader, or null.
 */
export async function postScore(
  caller: ServiceCaller,
  who: CallerOf,
  lineItemUrl: string,
  score: ScoreToSend,
  reviewUrl: string | null,
  clock: () => Date,
): Promise<ScoreOutcome> {
  const family = familyOf(who.registration.family);
  const isAnnouncement = score.pointsGiven === null && score.gradingProgress === 'PendingManual';
  // Nothing to tell such a platform: sending would erase a grade.
  if (isAnnouncement && !family.canAnnounceHandIn(score)) return { outcome: 'accepted' };
  try {
    const answer = await caller.call(who, {
      url: scoresUrl(lineItemUrl),
      method: 'POST',
      contentType: MEDIA.score,
      scopes: [SCOPE.score],
      body: JSON.stringify(scoreBody(family, score, reviewUrl)),
      maxBytes: 1_000_000,
    });
    if (answer.status >= 200 && answer.status < 300) return { outcome: 'accepted' };
    const retryAfterMs = retryAfterOf(answer.headers, clock());
    const refusal = {
      status: answer.status,
      contentType: String(answer.headers['content-type'] ?? ''),
      text: answer.text,
    };
    if (family.isRateLimit(refusal)) return { outcome: 'retry', reason: 'too-fast', retryAfterMs };
    const outcome = family.readScoreRefusal(refusal);
    if (outcome.outcome === 'retry') return { ...outcome, retryAfterMs };
    if (outcome.outcome === 'parked' || outcome.outcome === 'refused') {
      return { ...outcome, detail: `${answer.status} ${sentenceOf(answer.text)}`.trim() };
    }
    return outcome;
  } catch (error) {
    if (!(error instanceof TrellisError) || error.code !== 'PLATFORM_REFUSED') throw error;
    const reason = error.details.reason ?? 'platform-error';
    const seconds = error.details.retryAfterSeconds;
    return PASSING.has(reason)
      ? { outcome: 'retry', reason, retryAfterMs: seconds === undefined ? null : seconds * 1000 }
      : { outcome: 'parked', reason, detail: error.message };
  }
}

/** Times that one page of a list is asked for, and the longest pause between two of them. */
const PAGE_TRIES = 4;
const PAGE_PAUSE_MS = 5_000;

/** Asks for a page again when it fails in passing, so that a long list is not begun anew. */
function patient(caller: ServiceCaller): Pick<ServiceCaller, 'demand'> {
  return {
    async demand(who, call) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await caller.demand(who, call);
        } catch (error) {
          if (!(error instanceof TrellisError) || tries >= PAGE_TRIES) throw error;
          const { reason = '', retryAfterSeconds = 0.1 * 2 ** tries } = error.details;
          const isPassing = ['unreachable', 'platform-error', 'too-fast'].includes(reason);
          if (!isPassing || retryAfterSeconds * 1000 > PAGE_PAUSE_MS) throw error;
          await new Promise((done) => setTimeout(done, retryAfterSeconds * 1000));
        }
      }
    },
  };
}

/** Results the platform holds (AGS 3.3); of one user, or all. */
export async function readResults(
  caller: ServiceCaller,
  who: CallerOf,
  lineItemUrl: string,
  sub: string | null,
): Promise<readonly PlatformResult[]> {
  const limit = familyOf(who.registration.family).lineItemLimit;
  const url = withParams(resultsUrl(lineItemUrl), {
    user_id: sub,
    limit: limit === null ? null : String(limit),
  });
  const results: PlatformResult[] = [];
  const first = { url, accept: MEDIA.results, scopes: [SCOPE.resultReadonly] };
  for await (const page of pagesOf(patient(caller), who, first)) {
    for (const given of Array.isArray(page) ? (page as unknown[]) : []) {
      const parsed = resultSchema.safeParse(given);
      if (!parsed.success) continue;
      const { userId, resultScore, resultMaximum, comment } = parsed.data;
      if (sub !== null && userId !== sub) continue;
      results.push({
        sub: userId,
        score: resultScore ?? null,
        maximum: resultMaximum,
        comment: comment ?? null,
      });
    }
  }
  return results;
}
