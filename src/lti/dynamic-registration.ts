import { z } from 'zod';
import { TrellisError } from '../errors.js';
import { problemOfUrl, type FetchPolicy, type GuardedFetch } from './guarded-fetch.js';
import { familyOf, guessFamily } from './platforms/of.js';
import { refusal } from './refusal.js';
import type { RegistrationOperations } from './registrations.js';
import { registrationRequest } from './tool-configuration.js';

const PLATFORM_CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-platform-configuration';
const TOOL_CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-tool-configuration';

const url = z.string().max(2000);
const names = z.array(z.string().max(300)).max(1000);

const configurationSchema = z.looseObject({
  issuer: url,
  authorization_endpoint: url,
  token_endpoint: url,
  jwks_uri: url,
  registration_endpoint: url,
  scopes_supported: names.optional(),
  authorization_server: url.optional(),
  [PLATFORM_CONFIGURATION]: z
    .looseObject({
      product_family_code: z.string().max(100).optional(),
      version: z.string().max(100).optional(),
      messages_supported: z
        .array(z.looseObject({ type: z.string(), placements: names.optional() }))
        .max(100)
        .optional(),
      variables: names.optional(),
    })
    .optional(),
});

const replySchema = z.looseObject({
  client_id: z.union([z.string().min(1).max(255), z.number().transform(String)]),
  [TOOL_CONFIGURATION]: z
    .looseObject({
      deployment_id: z.union([z.string().max(255), z.number().transform(String)]).optional(),
    })
    .optional(),
});

/** A platform that asks to be connected, as far as the admin is shown it (DYN-04). */
export interface PlatformAsking {
  readonly configurationUrl: string;
  readonly registrationToken: string | null;
  readonly configuration: z.infer<typeof configurationSchema>;
}

const HOSTED_CANVAS = /(^|\.)(instructure\.com|canvaslms\.com)$/;

/** Whether two addresses belong to one platform; hosted Canvas spreads over two domains (canvas 1.1). */
export function isOnePlatform(a: string, b: string): boolean {
  const [left, right] = [new URL(a), new URL(b)];
  if (left.host === right.host) return true;
  return HOSTED_CANVAS.test(left.hostname) && HOSTED_CANVAS.test(right.hostname);
}

/**
 * Reads the configuration of a platform that opened an invitation (DYN-02, DYN-03).
 *
 * @throws TrellisError LAUNCH_REJECTED `registration-failed`; nothing of the answer is echoed.
 */
export async function readConfiguration(
  fetch: GuardedFetch,
  policy: FetchPolicy,
  configurationUrl: string,
  registrationToken: string | null,
): Promise<PlatformAsking> {
  const failed = (message: string, cause?: unknown) =>
    refusal('registration-failed', message, { cause });
  if (problemOfUrl(configurationUrl, policy) !== null) {
    throw failed('openid_configuration is no address that may be called');
  }
  const answer = await fetch(configurationUrl, {
    headers: {
      accept: 'application/json',
      ...(registrationToken === null ? {} : { authorization: `Bearer ${registrationToken}` }),
    },
    timeoutMs: 5_000,
    maxBytes: 200_000,
  }).catch((error: unknown) => {
    throw failed('openid_configuration cannot be read', error);
  });
  if (answer.status !== 200) throw failed(`openid_configuration answered ${answer.status}`);
  let json: unknown;
  try {
    json = JSON.parse(answer.text);
  } catch (error) {
    throw failed('openid_configuration is no JSON', error);
  }
  const parsed = configurationSchema.safeParse(json);
  if (!parsed.success) throw failed('openid_configuration lacks something');
  const configuration = parsed.data;
  const { issuer, registration_endpoint: registrationEndpoint } = configuration;
  for (const one of [
    issuer,
    configuration.authorization_endpoint,
    configuration.token_endpoint,
    configuration.jwks_uri,
    registrationEndpoint,
  ]) {
    if (problemOfUrl(one, policy) !== null) throw failed('an endpoint may not be called');
  }
  const isTied =
    isOnePlatform(issuer, configurationUrl) &&
    isOnePlatform(registrationEndpoint, configurationUrl);
  if (!isTied) throw failed('issuer or registration endpoint belongs to another host');
  return { configurationUrl, registrationToken, configuration };
}

/** The platform's own words about itself. */
export function productOf({ configuration }: PlatformAsking): string | null {
  const { product_family_code: product, version } = configuration[PLATFORM_CONFIGURATION] ?? {};
  return product === undefined ? null : [product, version].filter(Boolean).join(' ');
}

/**
 * Registers with the platform after the admin's confirmation (DYN-05 to DYN-10).
 *
 * @param name - What the invitation called the platform, or null.
 * @returns Id of the registration, which waits for approval.
 * @throws TrellisError LAUNCH_REJECTED `registration-failed`.
 */
export async function register(
  deps: {
    readonly fetch: GuardedFetch;
    readonly publicUrl: string;
    readonly operations: RegistrationOperations;
  },
  asking: PlatformAsking,
  name: string | null,
): Promise<string> {
  const { configuration, registrationToken } = asking;
  const platform = configuration[PLATFORM_CONFIGURATION];
  const product = platform?.product_family_code ?? null;
  const family = guessFamily(configuration.issuer, product);
  const body = registrationRequest(deps.publicUrl, familyOf(family), {
    scopes: configuration.scopes_supported ?? null,
    messages:
      platform?.messages_supported?.map(({ type, placements }) => ({
        type,
        placements: placements ?? [],
      })) ?? null,
    variables: platform?.variables ?? null,
  });
  const answer = await deps
    .fetch(configuration.registration_endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(registrationToken === null ? {} : { authorization: `Bearer ${registrationToken}` }),
      },
      body: JSON.stringify(body),
      maxBytes: 200_000,
    })
    .catch((error: unknown) => {
      throw refusal('registration-failed', 'registration endpoint cannot be reached', {
        cause: error,
      });
    });
  const reply = answer.status >= 200 && answer.status < 300 ? replyOf(answer.text) : null;
  if (reply === null) {
    throw refusal('registration-failed', `registration endpoint answered ${answer.status}`);
  }
  const host = new URL(configuration.issuer).host;
  try {
    const registration = await deps.operations.addDynamic(
      {
        name: name ?? `${product ?? 'LMS'} ${host}`,
        issuer: configuration.issuer,
        clientId: reply.client_id,
        authorizationEndpoint: configuration.authorization_endpoint,
        tokenEndpoint: configuration.token_endpoint,
        jwksUri: configuration.jwks_uri,
        audience: configuration.authorization_server ?? null,
        family,
        product: productOf(asking),
      },
      reply[TOOL_CONFIGURATION]?.deployment_id ?? null,
    );
    return registration.id;
  } catch (error) {
    if (error instanceof TrellisError) {
      throw refusal('registration-failed', error.message, { cause: error });
    }
    throw error;
  }
}

function replyOf(text: string): z.infer<typeof replySchema> | null {
  try {
    const parsed = replySchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
