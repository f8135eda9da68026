import { asObject, asText, asTexts, parseJson } from './read.js';
import type { Registration } from './state.js';
import { faceOf } from './world.js';
import type { World } from './world.js';

/** Messages each placement takes (canvas.md 1.4). */
const RESOURCE = 'LtiResourceLinkRequest';
const DEEP = 'LtiDeepLinkingRequest';
const PLACEMENTS: Readonly<Record<string, readonly string[]>> = {
  course_navigation: [RESOURCE],
  account_navigation: [RESOURCE],
  global_navigation: [RESOURCE],
  user_navigation: [RESOURCE],
  assignment_view: [RESOURCE],
  assignment_edit: [RESOURCE],
  assignment_menu: [RESOURCE],
  student_context_card: [RESOURCE],
  assignment_selection: [RESOURCE, DEEP],
  link_selection: [RESOURCE, DEEP],
  course_assignments_menu: [RESOURCE, DEEP],
  module_index_menu_modal: [RESOURCE, DEEP],
  module_menu_modal: [RESOURCE, DEEP],
  submission_type_selection: [RESOURCE, DEEP],
  homework_submission: [RESOURCE, DEEP],
  editor_button: [DEEP],
};

/** What reading a tool's Canvas configuration came to. */
export interface KeyReading {
  readonly ok: boolean;
  /** What Canvas would refuse, in plain words. */
  readonly problems: readonly string[];
}

/**
 * Fetches the tool's developer-key JSON as Canvas's "Paste by URL" does, judges it, and puts its
 * addresses, scopes and custom fields into the preset registration of the Canvas face.
 *
 * @param world - The practice LMS.
 * @param url - Address of the JSON.
 * @returns Whether Canvas would take it, and what is wrong; nothing is changed when something is.
 */
export async function readDeveloperKey(world: World, url: string): Promise<KeyReading> {
  const entry = world.journal.add('canvas', 'registration', { path: url });
  const problems = entry.problems;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
    entry.status = answer.status;
    const type = answer.headers.get('content-type') ?? '';
    if (!answer.ok) problems.push(`The configuration was answered with ${answer.status}.`);
    if (!type.includes('application/json')) {
      problems.push(`The configuration has the content type ${type || '(none)'}.`);
    }
    const key = asObject(parseJson(await answer.text()));
    entry.detail = key;
    problems.push(...problemsOf(key));
    const registration = faceOf(world, 'canvas').registrations.find((r) => r.source === 'preset');
    if (problems.length === 0 && registration !== undefined) take(registration, key);
    world.save();
  } catch (error) {
    problems.push(`The configuration could not be fetched: ${(error as Error).message}.`);
  }
  return { ok: problems.length === 0, problems };
}

function placementsOf(key: Record<string, unknown>): Record<string, unknown>[] {
  const extensions = Array.isArray(key['extensions']) ? key['extensions'] : [];
  const settings = asObject(asObject(extensions[0])['settings']);
  return Array.isArray(settings['placements']) ? settings['placements'].map(asObject) : [];
}

function problemsOf(key: Record<string, unknown>): string[] {
  const problems: string[] = [];
  for (const name of ['title', 'description', 'target_link_uri', 'oidc_initiation_url']) {
    if ((asText(key[name]) ?? '') === '') problems.push(`${name} is missing.`);
  }
  if (key['public_jwk'] === undefined && asText(key['public_jwk_url']) === null) {
    problems.push('public_jwk_url is missing.');
  }
  for (const [name, value] of Object.entries(asObject(key['custom_fields']))) {
    if (typeof value !== 'string') problems.push(`custom_fields.${name} is no text.`);
  }
  for (const placement of placementsOf(key)) {
    const name = asText(placement['placement']) ?? '(no name)';
    const type = asText(placement['message_type']) ?? RESOURCE;
    const known = PLACEMENTS[name];
    if (known === undefined) problems.push(`${name} is no placement.`);
    else if (!known.includes(type)) {
      problems.push(`Placement ${name} does not support message type ${type}.`);
    }
  }
  return problems;
}

function take(registration: Registration, key: Record<string, unknown>): void {
  const target = asText(key['target_link_uri']) ?? registration.targetLinkUri;
  const deep = placementsOf(key).find((placement) => placement['message_type'] === DEEP);
  registration.loginUrl = asText(key['oidc_initiation_url']) ?? registration.loginUrl;
  registration.targetLinkUri = target;
  registration.redirectUris = [target];
  registration.jwksUrl = asText(key['public_jwk_url']) ?? registration.jwksUrl;
  registration.scopes = asTexts(key['scopes']);
  registration.deepLinkUrl =
    deep === undefined ? null : (asText(deep['target_link_uri']) ?? target);
  registration.custom = Object.fromEntries(
    Object.entries(asObject(key['custom_fields'])).map(([name, value]) => [name, String(value)]),
  );
}
