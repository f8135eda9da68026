import { createHmac } from 'node:crypto';
import { opaqueId } from '../people.js';
import { canvasClaims } from './canvas-claims.js';
import { canvasServices } from './canvas-services.js';
import { baseOf } from './family.js';
import type { Family } from './family.js';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The hint is a JWT of the platform's own, several hundred characters long and opaque to a tool. */
function hint(ticketId: string, deepLink: boolean): string {
  const head = encode({ typ: 'JWT', alg: 'HS256' });
  const body = encode({
    verifier: ticketId,
    canvas_domain: 'practice.example',
    context_type: 'Course',
    context_id: 10000000000003,
    canvas_locale: 'en',
    include_storage_target: true,
    launch_type: deepLink ? 'content_item' : 'resource',
  });
  const sign = createHmac('sha256', 'practice').update(`${head}.${body}`).digest('base64url');
  return `${head}.${body}.${sign}`;
}

const REQUIRED = [
  'client_id',
  'login_hint',
  'lti_message_hint',
  'nonce',
  'prompt',
  'redirect_uri',
  'response_mode',
  'response_type',
  'scope',
];
const FIXED: Readonly<Record<string, string>> = {
  scope: 'openid',
  response_type: 'id_token',
  response_mode: 'form_post',
  prompt: 'none',
};

/** The Canvas face. */
export const canvas: Family = {
  name: 'canvas',
  label: 'Canvas',
  loginMethod: 'POST',
  paths: {
    authorize: '/api/lti/authorize_redirect',
    token: '/login/oauth2/token',
    jwks: '/api/lti/security/jwks',
    configuration: '/api/lti/security/openid-configuration',
    registration: '/api/lti/registrations',
    lineItems: '/api/lti/courses/:course/line_items',
    lineItem: '/api/lti/courses/:course/line_items/:item',
    scores: '/api/lti/courses/:course/line_items/:item/scores',
    results: '/api/lti/courses/:course/line_items/:item/results',
    roster: '/api/lti/courses/:course/names_and_roles',
    deepLinkReturn: '/courses/:course/deep_linking_response',
  },
  idTokenSeconds: 3600,
  storageTarget: 'post_message_forwarding',
  placements: [
    {
      id: 'assignment_selection',
      label: 'Add an assignment',
      message: 'deeplink',
      place: 'course',
      staffOnly: true,
    },
    {
      id: 'course_assignments_menu',
      label: 'Add several assignments',
      message: 'deeplink',
      place: 'course',
      staffOnly: true,
    },
    {
      id: 'module_index_menu_modal',
      label: 'Add to a module',
      message: 'deeplink',
      place: 'course',
      staffOnly: true,
    },
    {
      id: 'link_selection',
      label: 'Add a link to a module',
      message: 'deeplink',
      place: 'course',
      staffOnly: true,
    },
    {
      id: 'course_navigation',
      label: 'Trellis in the course menu',
      message: 'resource',
      place: 'course',
      staffOnly: false,
    },
    {
      id: 'account_navigation',
      label: 'Trellis in the district account',
      message: 'resource',
      place: 'account',
      staffOnly: true,
    },
  ],
  cannotLaunch: () => null,
  loginHint: opaqueId,
  messageHint: (ticketId, { deepLink }) => hint(ticketId, deepLink),
  loginFields: ({ deploymentId }) => ({
    deployment_id: deploymentId,
    lti_deployment_id: deploymentId,
    canvas_environment: 'prod',
    canvas_region: 'us-east-1',
  }),
  authorize(query) {
    const missing = REQUIRED.filter((name) => (query[name] ?? '') === '');
    if (missing.length > 0) {
      return {
        tell: 'tool',
        error: 'invalid_request_object',
        description: `The following parameters are missing: ${missing.join(',')}`,
      };
    }
    for (const [name, value] of Object.entries(FIXED)) {
      if (query[name] !== value) {
        return {
          tell: 'tool',
          error: 'invalid_request_object',
          description: `The '${name}' must be '${value}'`,
        };
      }
    }
    return null;
  },
  claims: canvasClaims,
  audience: (clientId) => ({ aud: clientId, azp: clientId }),
  lineItemsUrl: (world, courseId) =>
    `${baseOf(world, 'canvas')}/api/lti/courses/${courseId}/line_items`,
  lineItemUrl: (world, item) =>
    `${baseOf(world, 'canvas')}/api/lti/courses/${item.courseId}/line_items/${item.id}`,
  services: canvasServices,
};
