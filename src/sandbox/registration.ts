import { randomBytes, randomUUID } from 'node:crypto';
import express from 'express';
import type { Request } from 'express';
import { anyJson, handler, json, send } from './answers.js';
import { CANVAS_VARIABLES } from './families/canvas-variables.js';
import { baseOf } from './families/family.js';
import type { Family } from './families/family.js';
import { entryOf } from './journal.js';
import { PLATFORM_CONFIGURATION, SCOPE, TOOL_CONFIGURATION } from './names.js';
import { asObject, asText, asTexts } from './read.js';
import type { Registration } from './state.js';
import { faceOf } from './world.js';
import type { RegistrationToken, World } from './world.js';

const GRADES = [SCOPE.lineItem, SCOPE.lineItemReadonly, SCOPE.result, SCOPE.score];

/**
 * Begins a dynamic registration: the address an admin's browser opens in a frame.
 *
 * @param world - The practice LMS.
 * @param family - Canvas or Moodle; Schoology offers none.
 * @param toolAddress - The registration address the tool gave out.
 * @returns The address with `openid_configuration` and `registration_token` added.
 * @throws Error when this face has no dynamic registration.
 */
export async function startRegistration(
  world: World,
  family: Family,
  toolAddress: string,
): Promise<string> {
  if (family.paths.configuration === null) {
    throw new Error(`${family.label} has no dynamic registration; everything is typed by hand.`);
  }
  const clientId =
    family.name === 'moodle'
      ? randomBytes(8).toString('hex').slice(0, 15)
      : `1480900000${String(Date.now()).slice(-8)}`;
  const now = Math.floor(world.now().getTime() / 1000);
  const token = await world.keys.sign(
    family.name === 'moodle'
      ? { sub: clientId, scope: 'reg', iat: now, exp: now + 3600 }
      : {
          uuid: randomUUID(),
          initiated_at: world.now().toISOString(),
          user_id: 1,
          exp: now + 3600,
        },
  );
  world.registrationTokens.set(token, {
    family: family.name,
    clientId,
    expiresAt: world.now().getTime() + 3_600_000,
    used: false,
  });
  const url = new URL(toolAddress);
  const configuration = baseOf(world, family.name) + family.paths.configuration;
  url.searchParams.set('openid_configuration', configuration);
  url.searchParams.set('registration_token', token);
  return url.href;
}

function configuration(world: World, family: Family): Record<string, unknown> {
  const base = baseOf(world, family.name);
  const { authorize, token, jwks, registration } = family.paths;
  const placements =
    family.name === 'canvas'
      ? family.placements.map((p) => `https://canvas.instructure.com/lti/${p.id}`)
      : ['ContentArea'];
  return {
    issuer: base,
    authorization_endpoint: base + authorize,
    token_endpoint: base + token,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256'],
    jwks_uri: base + jwks,
    registration_endpoint: base + (registration ?? ''),
    scopes_supported: ['openid', ...GRADES, SCOPE.roster, SCOPE.notices],
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['sub', 'iss', 'name', 'given_name', 'family_name', 'email'],
    [PLATFORM_CONFIGURATION]: {
      product_family_code: family.name,
      version: family.name === 'canvas' ? 'vCloud' : '4.5.6 (Build: 20250811)',
      messages_supported: [
        { type: 'LtiResourceLinkRequest', placements },
        { type: 'LtiDeepLinkingRequest', placements },
      ],
      variables:
        family.name === 'canvas'
          ? CANVAS_VARIABLES
          : ['Context.id', 'Context.id.history', 'ResourceLink.id', 'User.id'],
    },
  };
}

interface Refused {
  readonly status: number;
  readonly text: string;
}

function tokenFrom(world: World, family: Family, req: Request): RegistrationToken | Refused {
  const value = /^Bearer (\S+)$/.exec(req.get('authorization') ?? '')?.[1];
  if (value === undefined) return { status: 401, text: 'missing_registration_token' };
  const token = world.registrationTokens.get(value);
  if (token?.family !== family.name || token.expiresAt < world.now().getTime()) {
    return { status: family.name === 'moodle' ? 404 : 401, text: 'invalid registration token' };
  }
  return token.used ? { status: 401, text: 'token_already_used' } : token;
}

/** What the specification and the family want of the registration request. */
function problemsOf(body: Record<string, unknown>): string[] {
  const tool = asObject(body[TOOL_CONFIGURATION]);
  const problems: string[] = [];
  const need = (ok: boolean, message: string): void => {
    if (!ok) problems.push(message);
  };
  need(body['application_type'] === 'web', 'application_type is not web');
  const grants = asTexts(body['grant_types']);
  need(grants.includes('client_credentials'), 'grant_types lacks client_credentials');
  need(grants.includes('implicit'), 'grant_types lacks implicit');
  need(asTexts(body['response_types']).includes('id_token'), 'invalid_response_types');
  for (const name of ['initiate_login_uri', 'client_name', 'jwks_uri']) {
    need(asText(body[name]) !== null, `missing required attribute ${name}`);
  }
  need(asTexts(body['redirect_uris']).length > 0, 'missing required attribute redirect_uris');
  const method = body['token_endpoint_auth_method'];
  need(method === 'private_key_jwt', 'invalid_token_endpoint_auth_method');
  const domain = asText(tool['domain']);
  need(domain !== null, 'missing_domain');
  const target = asText(tool['target_link_uri']);
  if (domain !== null && target !== null && URL.canParse(target)) {
    need(new URL(target).host === domain, 'domain_targetlinkuri_mismatch');
  }
  const known: string[] = [...GRADES, SCOPE.roster, SCOPE.notices, 'openid'];
  for (const scope of (asText(body['scope']) ?? '').split(' ').filter(Boolean)) {
    need(known.includes(scope), `unknown scope ${scope}`);
  }
  return problems;
}

function make(family: Family, body: Record<string, unknown>, clientId: string): Registration {
  const tool = asObject(body[TOOL_CONFIGURATION]);
  const messages = Array.isArray(tool['messages']) ? tool['messages'].map(asObject) : [];
  const deep = messages.find((message) => message['type'] === 'LtiDeepLinkingRequest');
  const redirects = asTexts(body['redirect_uris']);
  const target = asText(tool['target_link_uri']) ?? redirects[0] ?? '';
  const custom = Object.fromEntries(
    Object.entries(asObject(tool['custom_parameters'])).map(([k, v]) => [k, String(v)]),
  );
  const deployment = family.name === 'moodle' ? '8' : `9:${randomBytes(20).toString('hex')}`;
  return {
    clientId,
    deploymentIds: [deployment],
    name: asText(body['client_name']) ?? 'Tool',
    loginUrl: asText(body['initiate_login_uri']) ?? '',
    redirectUris: redirects,
    targetLinkUri: target,
    jwksUrl: asText(body['jwks_uri']) ?? '',
    scopes: (asText(body['scope']) ?? '').split(' ').filter((s) => s !== '' && s !== 'openid'),
    custom,
    deepLinkUrl: deep === undefined ? null : (asText(deep['target_link_uri']) ?? target),
    reviewUrl: null,
    status: 'pending',
    source: 'dynamic',
  };
}

/**
 * Dynamic registration of one face: the OpenID configuration and the registration endpoint.
 *
 * @param world - The practice LMS.
 * @param family - The face.
 * @returns A router; empty for a face without dynamic registration.
 */
export function registrationRouter(world: World, family: Family): express.Router {
  const router = express.Router();
  const { configuration: configurationPath, registration: path } = family.paths;
  if (configurationPath === null || path === null) return router;
  const note = world.journal.note(family.name, 'registration');
  router.get(configurationPath, note, (_req, res) =>
    json(res, 200, 'application/json', configuration(world, family)),
  );
  router.post(
    path,
    note,
    ...anyJson,
    handler((req, res) => {
      const entry = entryOf(res);
      const body = asObject(req.body);
      entry.detail = body;
      const no = (status: number, text: string): void => {
        entry.problems.push(text);
        const answer =
          family.name === 'moodle'
            ? { status, type: 'text/html; charset=utf-8', body: text }
            : {
                status: status === 400 ? 422 : status,
                type: 'application/json; charset=utf-8',
                body: JSON.stringify(status === 400 ? { errors: [text] } : { errorMessage: text }),
              };
        send(res, answer);
      };
      const token = tokenFrom(world, family, req);
      if ('status' in token) {
        no(token.status, token.text);
        return;
      }
      const problems = problemsOf(body);
      if (problems[0] !== undefined) {
        no(400, problems.join('; '));
        return;
      }
      token.used = true;
      const registration = make(family, body, token.clientId);
      faceOf(world, family.name).registrations.push(registration);
      world.save();
      const tool = asObject(body[TOOL_CONFIGURATION]);
      // Canvas tells the deployment only at the first launch (canvas.md 1.6).
      const deployment =
        family.name === 'moodle' ? { deployment_id: registration.deploymentIds[0] } : {};
      json(res, 200, 'application/json', {
        ...body,
        client_id: registration.clientId,
        [TOOL_CONFIGURATION]: { ...tool, ...deployment },
      });
    }),
  );
  return router;
}
