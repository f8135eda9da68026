import express, { Router, type Request, type Response } from 'express';
import { compactVerify } from 'jose';
import { z } from 'zod';
import type { Deployments } from '../admin/deployment.model.js';
import type { Registrations } from '../admin/registration.model.js';
import { TrellisError } from '../errors.js';
import { handler } from '../web/handler.js';
import { CLAIM } from './claim-names.js';
import { COPY_NOTICE, demand } from './claimed-services.js';
import { contextSchema, noticeSchema, originContextsSchema } from './claims.schema.js';
import type { PlatformKeys } from './jwks.js';
import { deploymentIdOf } from './launch.js';
import { assertActive } from './login.js';
import type { CourseCopy } from './ports.js';
import { refusal } from './refusal.js';
import { digestOf } from './seal.js';
import { checkIssued, openToken } from './token-checks.js';
import type { UsedStates } from './used-state.model.js';

interface Deps {
  readonly registrations: Registrations;
  readonly deployments: Deployments;
  readonly usedStates: UsedStates;
  readonly platformKeys: PlatformKeys;
  readonly clock: () => Date;
  readonly log: { warn(fields: object, message: string): void };
  readonly courseCopied: (copy: CourseCopy) => Promise<void>;
}

/** Longer than a notice is believed, so that none counts twice (AUTH-14). */
const USED_FOR_MS = 24 * 3_600_000;

/** One post brings a few at most. */
const noticesSchema = z.object({
  notices: z.array(z.looseObject({ jwt: z.string() })).max(50),
});

/**
 * Takes one notice: everything about it is checked as in a launch, except that no browser and no
 * login of ours belong to it.
 *
 * @throws TrellisError LAUNCH_REJECTED.
 */
async function take(deps: Deps, jwt: string): Promise<void> {
  const { kid, claims } = openToken(jwt);
  const { iss, aud, nonce, jti } = claims;
  const [clientId] = (Array.isArray(aud) ? aud : [aud]) as unknown[];
  const registration =
    typeof iss === 'string' && typeof clientId === 'string'
      ? await deps.registrations.findByClient(iss, clientId)
      : null;
  if (registration === null) throw refusal('unknown-registration', 'a notice of a stranger');
  assertActive(registration);
  checkIssued(claims, registration, deps.clock());
  const key = await deps.platformKeys.find(registration.jwksUri, kid);
  try {
    await compactVerify(jwt, key, { algorithms: ['RS256'] });
  } catch (error) {
    throw refusal('bad-signature', 'the signature of a notice is wrong', { cause: error });
  }
  if (claims[CLAIM.version] !== '1.3.0') throw refusal('wrong-version', 'version is not 1.3.0');
  const deployment = await deps.deployments.findByPlatformId(
    registration.id,
    deploymentIdOf(claims),
  );
  if (deployment?.status !== 'active') {
    throw refusal('unknown-deployment', 'a notice of a deployment that is not ours');
  }
  const notice = demand(noticeSchema, claims[CLAIM.notice], 'missing-claim', 'notice');
  const once = typeof nonce === 'string' && nonce !== '' ? nonce : jti;
  if (typeof once !== 'string' || once === '') throw refusal('missing-claim', 'no nonce');
  const copy = notice.type === COPY_NOTICE ? copyOf(claims) : null;
  const until = new Date(deps.clock().getTime() + USED_FOR_MS);
  if (!(await deps.usedStates.use(digestOf(`notice ${registration.id} ${once}`), until))) {
    throw refusal('nonce-reused', 'this notice was taken before');
  }
  // Types that nobody asked for are taken and forgotten.
  if (copy !== null) await deps.courseCopied({ deploymentId: deployment.id, ...copy });
}

function copyOf(claims: Readonly<Record<string, unknown>>): Omit<CourseCopy, 'deploymentId'> {
  const context = contextSchema.parse(claims[CLAIM.context]) ?? null;
  if (context === null) throw refusal('missing-claim', 'a copy of no context');
  const name = 'origin_contexts';
  const origins = demand(
    originContextsSchema,
    claims[CLAIM.originContexts],
    'missing-claim',
    name,
  ).filter((id) => id !== context.id);
  if (origins.length === 0) throw refusal('missing-claim', `${name} is empty`);
  return { contextId: context.id, origins };
}

/** `POST /notices`: what a platform tells by itself (canvas 8). It is answered by codes only. */
export function noticeRoutes(deps: Deps): Router {
  const router = Router();

  async function receive(req: Request, res: Response): Promise<void> {
    const body = noticesSchema.safeParse(req.body);
    if (!body.success) {
      res.status(400).json({ refused: ['not-a-notice'] });
      return;
    }
    const refused: string[] = [];
    for (const { jwt } of body.data.notices) {
      try {
        await take(deps, jwt);
      } catch (error) {
        if (!(error instanceof TrellisError) || error.code !== 'LAUNCH_REJECTED') throw error;
        const code = error.details.reason ?? 'unknown';
        deps.log.warn({ code, reason: error.message }, 'notice refused');
        refused.push(code);
      }
    }
    res.status(refused.length === 0 ? 200 : 400).json({ refused });
  }

  router.post(
    '/notices',
    express.json({ limit: 256 * 1024 }),
    handler((req, res) => receive(req, res)),
  );
  return router;
}
