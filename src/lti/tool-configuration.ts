import { SCOPE } from './claim-names.js';
import type { Family } from './platforms/family.js';

const TOOL_CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-tool-configuration';
const CANVAS = 'https://canvas.instructure.com/lti/';
const TITLE = 'Trellis';
const DESCRIPTION = 'Tiers, flexible groups and choices for assignments that already exist';

/** Everything Trellis uses of a platform; each is asked for only where the platform offers it. */
export const WANTED_SCOPES: readonly string[] = [
  SCOPE.lineItem,
  SCOPE.lineItemReadonly,
  SCOPE.resultReadonly,
  SCOPE.score,
  SCOPE.membership,
];

/** Claims of a person: names for teachers' lists, the address only to tell namesakes apart. */
const CLAIMS = ['iss', 'sub', 'name', 'given_name', 'family_name', 'email', 'locale'] as const;

/** Where Canvas shows Trellis, and by which message (canvas 1.4). */
export const CANVAS_PLACEMENTS = [
  { placement: 'assignment_selection', message: 'LtiDeepLinkingRequest' },
  { placement: 'link_selection', message: 'LtiDeepLinkingRequest' },
  { placement: 'course_assignments_menu', message: 'LtiDeepLinkingRequest' },
  { placement: 'module_index_menu_modal', message: 'LtiDeepLinkingRequest' },
  { placement: 'module_menu_modal', message: 'LtiDeepLinkingRequest' },
  { placement: 'assignment_view', message: 'LtiResourceLinkRequest' },
  { placement: 'assignment_edit', message: 'LtiResourceLinkRequest' },
  { placement: 'course_navigation', message: 'LtiResourceLinkRequest' },
] as const;

/** The addresses a platform has to know (interface.md). */
export function addressesOf(publicUrl: string): {
  readonly login: string;
  readonly launch: string;
  readonly keys: string;
  readonly icon: string;
} {
  return {
    login: `${publicUrl}/lti/login`,
    launch: `${publicUrl}/lti/launch`,
    keys: `${publicUrl}/lti/keys`,
    icon: `${publicUrl}/assets/favicon.svg`,
  };
}

/** The developer-key configuration to paste into Canvas (canvas 1.2). */
export function canvasConfiguration(
  publicUrl: string,
  custom: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const { login, launch, keys } = addressesOf(publicUrl);
  return {
    title: TITLE,
    description: DESCRIPTION,
    target_link_uri: launch,
    oidc_initiation_url: login,
    public_jwk_url: keys,
    scopes: [...WANTED_SCOPES, SCOPE.noticeHandlers],
    // At the top: launches of assignments carry no placement, so placements' own fields are not sent.
    custom_fields: custom,
    extensions: [
      {
        platform: 'canvas.instructure.com',
        domain: new URL(publicUrl).host,
        tool_id: 'trellis',
        privacy_level: 'public',
        settings: {
          text: TITLE,
          placements: CANVAS_PLACEMENTS.map(({ placement, message }) => ({
            placement,
            enabled: true,
            message_type: message,
            target_link_uri: launch,
            text: TITLE,
            ...(placement === 'course_navigation'
              ? { default: 'enabled', visibility: 'public', display_type: 'full_width_in_context' }
              : {}),
            ...(placement === 'assignment_edit'
              ? { launch_width: 800, launch_height: 400 }
              : message === 'LtiDeepLinkingRequest'
                ? { selection_width: 960, selection_height: 720 }
                : {}),
          })),
        },
      },
    ],
  };
}

/** What a platform says it supports; null where it does not say. */
export interface PlatformOffer {
  readonly scopes: readonly string[] | null;
  readonly messages:
    readonly { readonly type: string; readonly placements: readonly string[] }[] | null;
  readonly variables: readonly string[] | null;
}

interface Message {
  readonly type: string;
  readonly target_link_uri: string;
  readonly label: string;
  readonly placements?: readonly string[];
}

function messagesFor(offer: PlatformOffer, launch: string): readonly Message[] {
  const types = ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest', 'LtiSubmissionReviewRequest'];
  const offered = offer.messages ?? [
    { type: 'LtiResourceLinkRequest', placements: [] },
    { type: 'LtiDeepLinkingRequest', placements: [] },
  ];
  return offered
    .filter(({ type }) => types.includes(type))
    .flatMap(({ type, placements }) => {
      const base = { type, target_link_uri: launch, label: TITLE };
      const wanted = CANVAS_PLACEMENTS.filter(({ message }) => message === type).map(
        ({ placement }) => placement as string,
      );
      // Newer Canvas prefixes its placements, older ones do not; each is given back as it was named.
      const ours = placements.filter((name) => wanted.includes(name.replace(CANVAS, '')));
      if (ours.length > 0) return [{ ...base, placements: ours }];
      const content = placements.filter((name) => name === 'ContentArea');
      return content.length > 0 && type === 'LtiDeepLinkingRequest'
        ? [{ ...base, placements: content }]
        : [base];
    });
}

/**
 * The registration request (DR 3.5, DYN-05 to DYN-07): asks for what the platform offers, no more.
 *
 * @param offer - From its OpenID configuration.
 */
export function registrationRequest(
  publicUrl: string,
  family: Family,
  offer: PlatformOffer,
): Readonly<Record<string, unknown>> {
  const { login, launch, keys, icon } = addressesOf(publicUrl);
  const scopes = [
    ...WANTED_SCOPES.filter((scope) => offer.scopes?.includes(scope) ?? true),
    // Only where it is offered by name: a platform that does not know it might refuse everything.
    ...[SCOPE.noticeHandlers].filter((scope) => offer.scopes?.includes(scope) ?? false),
  ];
  const isKnown = (variable: string): boolean =>
    offer.variables === null || offer.variables.includes(variable.slice(1));
  return {
    application_type: 'web',
    grant_types: ['implicit', 'client_credentials'],
    response_types: ['id_token'],
    redirect_uris: [launch],
    initiate_login_uri: login,
    client_name: TITLE,
    jwks_uri: keys,
    logo_uri: icon,
    token_endpoint_auth_method: 'private_key_jwt',
    scope: scopes.join(' '),
    [TOOL_CONFIGURATION]: {
      domain: new URL(publicUrl).host,
      description: DESCRIPTION,
      target_link_uri: launch,
      custom_parameters: Object.fromEntries(
        Object.entries(family.customVariables).filter(([, variable]) => isKnown(variable)),
      ),
      claims: CLAIMS,
      messages: messagesFor(offer, launch),
      ...family.registrationExtensions,
    },
  };
}
