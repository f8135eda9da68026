import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { TrellisError } from '../errors.js';
import { param } from '../web/actor.js';
import { operatorOnly, readerOf, showInConsole, textOf, visitOf } from '../web/console-visit.js';
import { handler } from '../web/handler.js';
import { tryBody } from '../web/parse.js';
import { platformRow, type CheckStep } from './console.view.js';
import type { AdminOperations, PlatformCheck } from './operations.js';

const deploymentSchema = z.strictObject({
  deployment: z.string().trim().min(1, 'Paste the deployment id').max(255),
});

/** One platform in the console: its facts, its installations, its service check, on and off. */
export function platformRoutes(deps: {
  readonly registrations: AdminOperations;
  readonly check: PlatformCheck;
}): Router {
  const { registrations, check } = deps;
  const router = Router();

  /** The registration of a path; an administrator's visit reaches its own only. */
  async function platformOf(req: Request, res: Response) {
    const { session } = visitOf(res);
    const id = param(req, 'id');
    if (session.scope !== null && session.scope.registrationId !== id)
      throw new TrellisError('NOT_FOUND', 'another installation');
    return registrations.get(id);
  }

  async function showPlatform(
    req: Request,
    res: Response,
    extra: { checks?: readonly CheckStep[]; errors?: Record<string, string>; typed?: string } = {},
  ): Promise<void> {
    const words = readerOf(req);
    const registration = await platformOf(req, res);
    const { session, isOperator } = visitOf(res);
    const deployments = (await registrations.listDeployments(registration.id)).filter(
      (d) => session.scope === null || session.scope.deploymentId === d.id,
    );
    const fact = (label: string, value: string | null) => ({
      label: words.t(`admin.platform.${label}`),
      value: value ?? '—',
    });
    showInConsole(
      res,
      'admin/platform',
      {
        row: platformRow(registration, words),
        facts: [
          fact('issuer', registration.issuer),
          fact('clientId', registration.clientId),
          fact('auth', registration.authorizationEndpoint),
          fact('token', registration.tokenEndpoint),
          fact('jwks', registration.jwksUri),
          fact('audience', registration.audience),
          fact('product', registration.product),
        ],
        deployments: deployments.map(({ id, platformId, status }) => ({
          id,
          deploymentId: platformId,
          text: words.t(`admin.platform.state.${status}`),
          isWaiting: status === 'waiting',
        })),
        isOperator,
        canApprove: isOperator && registration.status === 'pending',
        canDisable: isOperator && registration.status === 'active',
        canEnable: isOperator && registration.status === 'disabled',
        checks: extra.checks ?? null,
        checkHref: `/admin/platforms/${registration.id}/check`,
        errors: extra.errors ?? null,
        typed: { deployment: extra.typed ?? '' },
      },
      'platforms',
      registration.name,
    );
  }

  router.get(
    '/platforms/:id',
    handler((req, res) => showPlatform(req, res)),
  );

  router.post(
    '/platforms/:id/check',
    handler(async (req, res) => {
      const registration = await platformOf(req, res);
      const report = await check(registration.id, readerOf(req));
      const checks = report.steps.map(({ name, sentence, state }) => ({
        name,
        sentence,
        isGreen: state === 'green',
        isRed: state === 'red',
      }));
      await showPlatform(req, res, { checks });
    }),
  );

  for (const change of ['approve', 'disable', 'enable'] as const) {
    router.post(
      `/platforms/:id/${change}`,
      operatorOnly(),
      handler(async (req, res) => {
        const registration = await registrations[change](
          param(req, 'id'),
          visitOf(res).session.actor,
        );
        res.redirect(303, `/admin/platforms/${registration.id}`);
      }),
    );
  }

  router.post(
    '/platforms/:id/deployments',
    operatorOnly(),
    handler(async (req, res) => {
      const body = tryBody(deploymentSchema, req);
      const typed = textOf((req.body as Record<string, unknown>)['deployment']);
      if (!body.ok) {
        res.status(422);
        await showPlatform(req, res, { errors: body.errors, typed });
        return;
      }
      try {
        await registrations.addDeployment(
          param(req, 'id'),
          body.value.deployment,
          visitOf(res).session.actor,
        );
      } catch (error) {
        if (!(error instanceof TrellisError) || error.code !== 'INVALID_INPUT') throw error;
        const message = Object.values(error.details.fields ?? {})[0] ?? error.message;
        res.status(422);
        await showPlatform(req, res, { errors: { deployment: message }, typed });
        return;
      }
      res.redirect(303, `/admin/platforms/${param(req, 'id')}`);
    }),
  );

  router.post(
    '/deployments/:id/approve',
    operatorOnly(),
    handler(async (req, res) => {
      await registrations.approveDeployment(param(req, 'id'), visitOf(res).session.actor);
      res.redirect(303, '/admin?done=approved');
    }),
  );
  router.post(
    '/deployments/:id/dismiss',
    operatorOnly(),
    handler(async (req, res) => {
      await registrations.dismissDeployment(param(req, 'id'), visitOf(res).session.actor);
      res.redirect(303, '/admin?done=dismissed');
    }),
  );

  return router;
}
