import { describe, expect, test } from 'vitest';
import type { Registration } from '../../src/admin/registration.model.js';
import type { DeploymentId, RegistrationId } from '../../src/ids.js';
import { pathOnOrigin, readLaunch } from '../../src/lti/launch.js';
import type { FamilyName, Launch } from '../../src/lti/ports.js';

const L = 'https://purl.imsglobal.org/spec/lti/claim/';
const M = 'http://purl.imsglobal.org/vocab/lis/v2/membership';
const origin = 'https://trellis.test';
const target = `${origin}/lti/launch`;

function aRegistration(family: FamilyName): Registration {
  return {
    id: 'r' as RegistrationId,
    name: 'School',
    issuer: 'https://lms.test',
    clientId: 'c',
    authorizationEndpoint: 'https://lms.test/auth',
    tokenEndpoint: 'https://lms.test/token',
    jwksUri: 'https://lms.test/jwks',
    audience: null,
    family,
    status: 'active',
    origin: 'operator',
    deploymentPolicy: 'listed',
    product: null,
    origins: [],
    createdAt: new Date(),
    updatedAt: new Date(),
  };
}

/** The launch that good claims, changed as asked, come to. */
function launchOf(change: Record<string, unknown> = {}, family: FamilyName = 'other'): Launch {
  const claims = {
    sub: 'u1',
    [`${L}message_type`]: 'LtiResourceLinkRequest',
    [`${L}version`]: '1.3.0',
    [`${L}deployment_id`]: 'd',
    [`${L}target_link_uri`]: target,
    [`${L}resource_link`]: { id: 'link-1', title: 'Ecosystems' },
    [`${L}context`]: { id: 'course-1', label: 'BIO', title: 'Biology' },
    [`${L}roles`]: [`${M}#Learner`],
    ...change,
  };
  return readLaunch(claims, target, 'dep' as DeploymentId, {
    registration: aRegistration(family),
    origin,
    policy: { allowInsecurePlatforms: false },
  });
}
const custom = (values: Record<string, unknown>) => ({ [`${L}custom`]: values });

describe('custom values (CORE-15, CORE-16)', () => {
  test('CORE-15 only what was resolved counts; blank is a value', () => {
    const launch = launchOf(
      custom({
        a: 'x',
        blank: '',
        literal: '$Canvas.assignment.id',
        inline: 'x-${Canvas.user.id}',
        nothing: null,
        yes: true,
        number: 7,
        list: ['x'],
        __proto__: 'x',
      }),
    );
    expect(launch.custom).toEqual({ a: 'x', blank: '', yes: 'true', number: '7' });
  });
  test('CORE-06, CORE-16 the history of a copied course and link, nearest first', () => {
    const launch = launchOf(
      custom({ context_id_history: 'c3, c2,,c1', resource_link_id_history: 'l2,l1' }),
    );
    expect(launch.context?.history).toEqual(['c3', 'c2', 'c1']);
    expect(launch.resourceLink?.history).toEqual(['l2', 'l1']);
  });
  test('CORE-16 nothing depends on them', () => {
    expect(launchOf({ [`${L}custom`]: 'text' }).custom).toEqual({});
    expect(launchOf({ [`${L}custom`]: null }).assignment).toMatchObject({
      title: 'Ecosystems',
      dueAt: null,
    });
  });
});

describe('who it is', () => {
  test('CORE-19 somebody acts as another person', () => {
    expect(
      launchOf(custom({ canvas_masquerading_user_id: 'admin' }), 'canvas').user.isImpersonated,
    ).toBe(true);
    expect(
      launchOf(custom({ canvas_masquerading_user_id: '$Canvas.masqueradingUser.userId' }), 'canvas')
        .user.isImpersonated,
    ).toBe(false);
    expect(launchOf(custom({ acting_user_id: 'u1' })).user.isImpersonated).toBe(false);
    expect(launchOf(custom({ acting_user_id: 'u2' })).user.isImpersonated).toBe(true);
  });
  test('ROLE-06 a mentor’s list counts with the Mentor role only', () => {
    const scope = { [`${L}role_scope_mentor`]: ['a', 'b', 7, '', 'a'] };
    expect(launchOf({ ...scope, [`${L}roles`]: [`${M}#Mentor`] }).user.mentorOf).toEqual([
      'a',
      'b',
    ]);
    expect(launchOf(scope).user.mentorOf).toEqual([]);
    expect(launchOf({ [`${L}roles`]: [`${M}#Mentor`] }).user).toMatchObject({
      role: 'mentor',
      mentorOf: [],
    });
  });
  test('ROLE-15 Canvas tells an observer’s students also by a custom value', () => {
    const change = { ...custom({ canvas_observees: '["a","b"]' }), [`${L}roles`]: [`${M}#Mentor`] };
    expect(launchOf(change, 'canvas').user.mentorOf).toEqual(['a', 'b']);
  });
  test('CORE-14 the language, in the web’s spelling', () => {
    expect(launchOf({ locale: 'fr-CA' }).user.locale).toBe('fr-CA');
    const moodle = { [`${L}launch_presentation`]: { locale: 'es_mx' } };
    expect(launchOf(moodle).user.locale).toBe('es-mx');
    expect(launchOf({ locale: 7 }).user.locale).toBeNull();
  });
  test('AUTH-26, THR-54 the person is the sub; an e-mail address is only shown', () => {
    const one = launchOf({ email: 'a@x.test' });
    const two = launchOf({ email: 'a@x.test', sub: 'u2' });
    expect(one.user.sub).not.toBe(two.user.sub);
  });
  test('names that are blank or no text count as not told', () => {
    expect(launchOf({ name: '  ', given_name: 7, email: null }).user).toMatchObject({
      name: null,
      givenName: null,
      email: null,
    });
  });
});

describe('where it comes from and what it may use', () => {
  test('CORE-08 without a context', () => {
    expect(launchOf({ [`${L}context`]: undefined }).context).toBeNull();
    expect(launchOf({ [`${L}context`]: { id: '' } }).context).toBeNull();
  });
  test('Canvas: a link that is the course is no resource', () => {
    const link = { [`${L}resource_link`]: { id: 'course-1', title: 'Biology' } };
    expect(launchOf(link, 'canvas').resourceLink).toBeNull();
    expect(launchOf(link, 'canvas').assignment.title).toBeNull();
    expect(launchOf(link, 'other').resourceLink?.id).toBe('course-1');
  });
  test('CORE-11 what the platform says of itself decides nothing', () => {
    const claims = { [`${L}tool_platform`]: { guid: 'x', product_family_code: 'canvas' } };
    expect(launchOf(claims, 'moodle').family).toBe('moodle');
  });
  const AGS = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
  test('AGS-01, AGS-02, AGS-03 the grade service as claimed, Moodle’s blank column as none', () => {
    const claim = { scope: ['s'], lineitems: 'https://lms.test/items?type=1', lineitem: '' };
    expect(launchOf({ [AGS]: claim }).grades).toEqual({
      scopes: ['s'],
      lineItemsUrl: 'https://lms.test/items?type=1',
      lineItemUrl: null,
    });
    expect(launchOf().grades).toBeNull();
  });
  test('CORE-22 services over http are not used', () => {
    const launch = launchOf({
      [AGS]: { scope: ['s'], lineitems: 'http://lms.test/items' },
      'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice': {
        context_memberships_url: 'http://lms.test/members',
        service_versions: ['2.0'],
      },
      [`${L}launch_presentation`]: { return_url: 'http://lms.test/back' },
    });
    expect(launch.grades?.lineItemsUrl).toBeNull();
    expect(launch.membershipsUrl).toBeNull();
    expect(launch.returnUrl).toBeNull();
  });
  test('CORE-13 a return address that is none is not offered', () => {
    for (const url of ['javascript:alert(1)', 'x', 7]) {
      const claims = { [`${L}launch_presentation`]: { return_url: url } };
      expect(launchOf(claims).returnUrl).toBeNull();
    }
  });
  test('GRP-01 the groups service where it is claimed', () => {
    const claim = 'https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice';
    const claims = { [claim]: { context_groups_url: 'https://lms.test/groups' } };
    expect(launchOf(claims).groupsUrl).toBe('https://lms.test/groups');
    expect(launchOf().groupsUrl).toBeNull();
  });
  test('AUTH-24 the signed target decides where it leads', () => {
    expect(launchOf().targetPath).toBe('/lti/launch');
  });
});

describe('deep linking settings', () => {
  const settings = (change: Record<string, unknown>) =>
    launchOf({
      [`${L}message_type`]: 'LtiDeepLinkingRequest',
      [`${L}resource_link`]: undefined,
      [`${L}roles`]: [`${M}#Instructor`],
      'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings': {
        deep_link_return_url: 'https://lms.test/return',
        accept_types: ['ltiResourceLink', 'html', 'https://x.test/odd'],
        accept_presentation_document_targets: ['iframe'],
        ...change,
      },
    }).deepLinking;
  test.each([
    ['true', true],
    ['false', false],
    [true, true],
    [undefined, false],
  ])('DLK-04 accept_multiple %s', (given, expected) => {
    expect(settings({ accept_multiple: given })?.acceptsMultiple).toBe(expected);
  });
  test('DLK-05, DLK-07, DLK-08, DLK-09, DLK-10, DLK-21 the rest', () => {
    expect(
      settings({
        accept_lineitem: 'false',
        auto_create: true,
        title: 'T',
        data: ' d ',
        accept_media_types: 'image/*',
      }),
    ).toMatchObject({
      acceptsLineItem: false,
      autoCreate: true,
      title: 'T',
      data: ' d ',
      acceptsResourceLink: true,
    });
    expect(settings({})).toMatchObject({ acceptsLineItem: null, data: null });
  });
  test('DLK-03 a place that takes no links', () => {
    expect(settings({ accept_types: ['html'] })?.acceptsResourceLink).toBe(false);
  });
});

test.each([
  ['https://trellis.test/lti/launch?a=b', '/lti/launch?a=b'],
  ['https://trellis.test:443/x', '/x'],
  ['http://trellis.test/x', null],
  ['https://trellis.test.evil.test/x', null],
  ['https://trellis.test@evil.test/x', null],
  ['//trellis.test/x', null],
  ['/lti/launch', null],
  [undefined, null],
])('LOGIN-08 the target %s', (given, expected) => {
  expect(pathOnOrigin(given, origin)).toBe(expected);
});
