import type { Deployments } from '../admin/deployment.model.js';
import type { Registration } from '../admin/registration.model.js';
import { TrellisError } from '../errors.js';
import type { DeploymentId } from '../ids.js';
import type { Words } from '../web/words.js';
import { findLineItems } from './ags.js';
import { SCOPE } from './claim-names.js';
import type { PlatformKeys } from './jwks.js';
import { readRoster } from './nrps.js';
import type { CallerOf, ServiceCaller } from './service-call.js';
import type { AccessTokens } from './token.js';

/** One thing tried; `grey` could not be tried yet. */
export interface CheckStep {
  readonly step: 'status' | 'keys' | 'token' | 'roster' | 'lineitems' | 'scores';
  /** Its name in the reader's words. */
  readonly name: string;
  readonly state: 'green' | 'red' | 'grey';
  /** What was found and, where it is red, what mends it. */
  readonly sentence: string;
  /** Reason key of a red step, for support. */
  readonly reason: string | null;
}

export interface CheckReport {
  readonly id: string;
  readonly name: string;
  readonly steps: readonly CheckStep[];
}

/** The course whose services are tried: the one that launched last. */
export interface CheckCourse {
  readonly deploymentId: DeploymentId;
  readonly membershipsUrl: string | null;
  readonly lineItemsUrl: string | null;
  readonly scopes: readonly string[];
}

export interface CheckDeps {
  readonly platformKeys: PlatformKeys;
  readonly tokens: AccessTokens;
  readonly caller: ServiceCaller;
  readonly deployments: Deployments;
  /** The newest course of any of these deployments, or null before the first launch. */
  readonly newestCourseOf: (deploymentIds: readonly DeploymentId[]) => Promise<CheckCourse | null>;
}

/**
 * Tries every service of a registration, one by one; changes nothing on the platform.
 *
 * @param words - Of whoever reads the report.
 */
export async function checkRegistration(
  deps: CheckDeps,
  registration: Registration,
  words: Words,
): Promise<CheckReport> {
  const steps: CheckStep[] = [];
  const add = (
    step: CheckStep['step'],
    state: CheckStep['state'],
    key: string,
    reason: string | null = null,
    vars: Readonly<Record<string, unknown>> = {},
  ): void => {
    const name = words.t(`lti.check.${step}.name`);
    steps.push({ step, name, state, sentence: words.t(key, vars), reason });
  };
  /** Runs one step; whatever the platform refused becomes a sentence. */
  const attempt = async (
    step: CheckStep['step'],
    run: () => Promise<Readonly<Record<string, unknown>>>,
  ): Promise<boolean> => {
    try {
      add(step, 'green', `lti.check.${step}.green`, null, await run());
      return true;
    } catch (error) {
      const reason =
        error instanceof TrellisError ? (error.details.reason ?? 'unknown') : 'unknown';
      const finer = `lti.check.${step}.${reason}`;
      const common = `lti.check.reason.${reason}`;
      const known = [finer, common].find((key) => words.t(key) !== key);
      add(step, 'red', known ?? 'lti.check.reason.unknown', reason, {
        detail: error instanceof Error ? error.message : '',
      });
      return false;
    }
  };

  if (registration.status !== 'active') {
    add('status', 'red', `lti.check.status.${registration.status}`, registration.status);
    return { id: registration.id, name: registration.name, steps };
  }
  await attempt('keys', async () => {
    const kids = await deps.platformKeys.refresh(registration.jwksUri);
    if (kids.length === 0) throw new TrellisError('PLATFORM_REFUSED', 'no key', { reason: 'none' });
    return { count: kids.length };
  });

  const active = (await deps.deployments.list(registration.id)).filter(
    ({ status }) => status === 'active',
  );
  const course = await deps.newestCourseOf(active.map(({ id }) => id));
  const deployment = active.find(({ id }) => id === course?.deploymentId) ?? active[0];
  const wanted = course?.scopes.filter((scope) => scope.includes('/scope/')) ?? [];
  const scopes = wanted.length > 0 ? wanted : [SCOPE.score];
  const hasToken = await attempt('token', async () => {
    const token = await deps.tokens.renew({
      registration,
      platformDeploymentId: deployment?.platformId ?? null,
      scopes,
    });
    return { count: token.scopes.length };
  });
  if (course === null || deployment === undefined || !hasToken) {
    const why = hasToken ? 'lti.check.not-yet' : 'lti.check.after-token';
    for (const step of ['roster', 'lineitems', 'scores'] as const) add(step, 'grey', why);
    return { id: registration.id, name: registration.name, steps };
  }

  const who: CallerOf = {
    registration,
    platformDeploymentId: deployment.platformId,
    offered: course.scopes,
  };
  const { membershipsUrl, lineItemsUrl } = course;
  await attempt('roster', async () => {
    if (membershipsUrl === null) throw notOffered();
    for await (const { members } of readRoster(
      deps.caller,
      { ...who, offered: null },
      membershipsUrl,
      null,
    )) {
      return { count: members.length };
    }
    return { count: 0 };
  });
  await attempt('lineitems', async () => {
    if (lineItemsUrl === null) throw notOffered();
    const service = { scopes: course.scopes, lineItemsUrl, lineItemUrl: null };
    const items = await findLineItems(deps.caller, who, service, {});
    if (!course.scopes.includes(SCOPE.lineItem)) {
      throw new TrellisError('PLATFORM_REFUSED', 'read only', { reason: 'read-only' });
    }
    return { count: items.length };
  });
  await attempt('scores', async () => {
    if (!course.scopes.includes(SCOPE.score)) throw notOffered();
    const token = await deps.tokens.renew({
      registration,
      platformDeploymentId: deployment.platformId,
      scopes: [SCOPE.score],
    });
    if (!token.scopes.includes(SCOPE.score)) throw notOffered();
    return {};
  });
  return { id: registration.id, name: registration.name, steps };
}

function notOffered(): TrellisError {
  return new TrellisError('PLATFORM_REFUSED', 'the platform does not offer this', {
    reason: 'not-offered',
  });
}
