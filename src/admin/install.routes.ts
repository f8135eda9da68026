import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { TrellisError } from '../errors.js';
import { param } from '../web/actor.js';
import { operatorOnly, readerOf, showInConsole, visitOf } from '../web/console-visit.js';
import { handler } from '../web/handler.js';
import { tryBody } from '../web/parse.js';
import { installView, isInstallFamily } from './console.view.js';
import type { AdminOperations } from './operations.js';

const platformSchema = z.strictObject({
  name: z.string().default(''),
  issuer: z.string().default(''),
  clientId: z.string().default(''),
  deployment: z.string().default(''),
  authorizationEndpoint: z.string().default(''),
  tokenEndpoint: z.string().default(''),
  jwksUri: z.string().default(''),
});

/** What a platform's own documents say, so that nobody has to type it. */
const PRESETS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  canvas: {
    issuer: 'https://canvas.instructure.com',
    authorizationEndpoint: 'https://sso.canvaslms.com/api/lti/authorize_redirect',
    tokenEndpoint: 'https://sso.canvaslms.com/login/oauth2/token',
    jwksUri: 'https://sso.canvaslms.com/api/lti/security/jwks',
  },
  schoology: {
    issuer: 'https://schoology.schoology.com',
    authorizationEndpoint: 'https://lti-service.svc.schoology.com/lti-service/authorize-redirect',
    tokenEndpoint: 'https://lti-service.svc.schoology.com/lti-service/access-token',
    jwksUri: 'https://lti-service.svc.schoology.com/lti-service/.well-known/jwks',
  },
};

/** A page for each platform: what to paste where, the registration link, and the pasted set. */
export function installRoutes(deps: {
  readonly registrations: AdminOperations;
  readonly publicUrl: string;
}): Router {
  const { registrations, publicUrl } = deps;
  const router = Router();

  function showInstall(
    req: Request,
    res: Response,
    form: {
      inviteUrl?: string;
      typed?: Readonly<Record<string, string>>;
      errors?: Readonly<Record<string, string>>;
    } = {},
  ): void {
    const family = param(req, 'family');
    if (!isInstallFamily(family)) throw new TrellisError('NOT_FOUND', 'no such install page');
    const view = installView(family, publicUrl, readerOf(req), {
      isOperator: visitOf(res).isOperator,
      inviteUrl: form.inviteUrl ?? null,
      typed: form.typed ?? PRESETS[family] ?? {},
      errors: form.errors ?? null,
    });
    showInConsole(res, 'admin/install', view, 'platforms', view.familyName);
  }

  router.get('/install/:family', (req, res) => {
    showInstall(req, res);
  });

  router.post(
    '/install/:family/invite',
    operatorOnly(),
    handler(async (req, res) => {
      const { url } = await registrations.createInvite(
        param(req, 'family'),
        visitOf(res).session.actor,
      );
      showInstall(req, res, { inviteUrl: url });
    }),
  );

  router.post(
    '/install/:family',
    operatorOnly(),
    handler(async (req, res) => {
      const family = param(req, 'family');
      if (!isInstallFamily(family)) throw new TrellisError('NOT_FOUND', 'no such install page');
      const body = tryBody(platformSchema, req);
      if (!body.ok)
        throw new TrellisError('INVALID_INPUT', 'form refused', { fields: body.errors });
      const { deployment, ...typed } = body.value;
      try {
        await registrations.add(
          { ...typed, family, deployments: deployment.trim() === '' ? [] : [deployment.trim()] },
          visitOf(res).session.actor,
        );
      } catch (error) {
        if (!(error instanceof TrellisError) || error.code !== 'INVALID_INPUT') throw error;
        const fields = Object.entries(error.details.fields ?? {}).map(
          ([name, message]) =>
            [name.startsWith('deployments') ? 'deployment' : name, message] as const,
        );
        res.status(422);
        showInstall(req, res, { typed: body.value, errors: Object.fromEntries(fields) });
        return;
      }
      res.redirect(303, '/admin?done=connected');
    }),
  );

  return router;
}
