import type { Family } from './family.js';
import { itemUrl, schoologyClaims, SECTION, TOOL, urlOf } from './schoology-claims.js';
import { schoologyServices } from './schoology-services.js';

/** The Schoology face. */
export const schoology: Family = {
  name: 'schoology',
  label: 'Schoology',
  loginMethod: 'GET',
  paths: {
    authorize: '/lti-service/authorize-redirect',
    token: '/lti-service/access-token',
    jwks: '/lti-service/.well-known/jwks',
    configuration: null,
    registration: null,
    lineItems: `${SECTION}/lineitems`,
    lineItem: `${SECTION}/lineitems/:item`,
    scores: `${SECTION}/lineitems/:item/scores`,
    results: `${SECTION}/lineitems/:item/results`,
    roster: `${TOOL}/names-roles/v2p0/membership/:course`,
    deepLinkReturn: '/lti-service/deep-link-return',
  },
  idTokenSeconds: 600,
  storageTarget: '_parent',
  placements: [
    {
      id: 'course_materials',
      label: 'Add materials: Trellis',
      message: 'deeplink',
      place: 'course',
      staffOnly: true,
    },
    {
      id: 'left_rail',
      label: 'Trellis in the left rail',
      message: 'resource',
      place: 'nowhere',
      staffOnly: false,
    },
  ],
  cannotLaunch: (person) =>
    person.role === 'test' ? 'Schoology has no test student that opens tools.' : null,
  loginHint: (person) => `hint-${person.number}`,
  messageHint: (ticketId) => `lti-message-hint-${ticketId}`,
  loginFields: ({ deploymentId }) => ({ lti_deployment_id: deploymentId }),
  authorize(query) {
    const fixed = { scope: 'openid', response_type: 'id_token', response_mode: 'form_post' };
    for (const [name, value] of Object.entries(fixed)) {
      if (query[name] !== value) {
        return { tell: 'tool', error: 'invalid_request', description: `${name} must be ${value}` };
      }
    }
    return (query['nonce'] ?? '') === ''
      ? { tell: 'tool', error: 'invalid_request', description: 'nonce is required' }
      : null;
  },
  claims: schoologyClaims,
  // An array of one and no azp (schoology.md 4).
  audience: (clientId) => ({ aud: [clientId] }),
  lineItemsUrl: (world, courseId) => urlOf(world, `${SECTION}/lineitems`, { course: courseId }),
  lineItemUrl: itemUrl,
  services: schoologyServices,
};
