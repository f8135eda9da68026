import { createPublicKey } from 'node:crypto';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import request from 'supertest';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { L, makeRig, skipBody, TOOL_URL } from './tool.js';
import type { Rig } from './tool.js';

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
});
beforeEach(() => {
  rig.lms.reset();
});

const jwks = async (family: 'canvas' | 'moodle' | 'schoology') => {
  const answer = await request(rig.lms.app).get(rig.path(rig.lms.platforms[family].jwksUri));
  return answer.body;
};

describe('a launch', () => {
  test.each(['canvas', 'moodle', 'schoology'] as const)(
    'of %s is signed with a published key and holds the nonce that was sent',
    async (family) => {
      const url = rig.authorizationUrl({ as: 'student-3', link: 'link-1', family });
      const answer = await rig.lms.authorize(url);
      const { payload } = await jwtVerify(
        answer.fields['id_token'] ?? '',
        createLocalJWKSet(await jwks(family)),
        { issuer: rig.lms.platforms[family].issuer, audience: rig.lms.platforms[family].clientId },
      );
      expect(payload['nonce']).toBe(new URL(url).searchParams.get('nonce'));
      expect(answer.fields['state']).toBe(new URL(url).searchParams.get('state'));
      expect(answer.action).toBe(`${TOOL_URL}/lti/launch`);
      expect(rig.lms.requests('authorization').at(-1)?.problems).toEqual([]);
    },
  );

  test('starts with a form post on Canvas and Moodle and with an address on Schoology', () => {
    const methods = (['canvas', 'moodle', 'schoology'] as const).map(
      (family) => rig.lms.startLaunch({ as: 'teacher-1', link: 'link-1', family }).method,
    );
    expect(methods).toEqual(['POST', 'POST', 'GET']);
  });

  test('offers platform storage on Canvas, on the parent on Schoology, and none on Moodle', () => {
    const targets = (['canvas', 'moodle', 'schoology'] as const).map(
      (family) =>
        rig.lms.startLaunch({ as: 'teacher-1', link: 'link-1', family }).fields[
          'lti_storage_target'
        ],
    );
    expect(targets).toEqual(['post_message_forwarding', undefined, '_parent']);
  });

  test.each([
    ['teacher-1', ['membership#Instructor']],
    ['assistant-1', ['membership/Instructor#TeachingAssistant', 'membership#Instructor']],
    ['student-5', ['membership#Learner']],
    ['mentor-1', ['membership#Mentor']],
    ['admin-1', []],
    ['test-1', ['membership#Learner', 'person#TestUser']],
  ])('of %s on Canvas carries the course roles of that person', async (as, wanted) => {
    const { claims } = await rig.launch({ as, link: 'link-1' });
    const roles: string[] = claims[`${L}roles`];
    const course = roles.filter((role) => /membership|TestUser/.test(role));
    expect(course.map((role) => role.split('/lis/v2/').at(-1)?.split('system/').at(-1))).toEqual(
      wanted,
    );
  });

  test('of a family member names the child, and only with the full privacy level', async () => {
    const child = rig.lms.users.find((user) => user.key === 'student-1')?.sub;
    const open = await rig.launch({ as: 'mentor-1', link: 'link-1' });
    expect(open.claims[`${L}role_scope_mentor`]).toEqual([child]);
    rig.lms.faults.set({ privacy: 'name_only' });
    const shut = await rig.launch({ as: 'mentor-1', link: 'link-1' });
    expect(shut.claims[`${L}role_scope_mentor`]).toBeUndefined();
    expect(shut.claims.email).toBeUndefined();
  });

  test('of an assignment on Canvas names its column; from the course menu it does not', async () => {
    const endpoint = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
    const opened = await rig.launch({ as: 'student-1', link: 'link-1' });
    const menu = await rig.launch({ as: 'student-1', placement: 'course_navigation' });
    expect(opened.claims[endpoint].lineitem).toMatch(/line_items\/101$/);
    expect(menu.claims[endpoint].lineitem).toBeUndefined();
    expect(menu.claims[`${L}resource_link`].id).toBe(menu.claims[`${L}context`].id);
  });

  test('of a native assignment expands the assignment though the link is the course', async () => {
    const { claims } = await rig.launch({
      as: 'teacher-1',
      link: 'link-6',
      placement: 'assignment_view',
    });
    expect(claims[`${L}custom`].canvas_assignment_title).toBe('Poster: a river from spring to sea');
    expect(claims[`${L}resource_link`].id).toBe(claims[`${L}context`].id);
    expect(claims['https://www.instructure.com/placement']).toBe('assignment_view');
  });

  test("from Schoology's left rail has no context, no link and no name; aud is a list", async () => {
    const { claims } = await rig.launch({
      as: 'teacher-1',
      family: 'schoology',
      placement: 'left_rail',
    });
    expect(claims[`${L}context`]).toBeUndefined();
    expect(claims[`${L}resource_link`]).toBeUndefined();
    expect(claims.name).toBeUndefined();
    expect(claims.aud).toEqual([rig.lms.platforms.schoology.clientId]);
    expect(claims.azp).toBeUndefined();
  });

  test('of a review on Moodle names the student', async () => {
    const { claims } = await rig.launch({
      as: 'teacher-1',
      link: 'link-1',
      family: 'moodle',
      message: 'review',
      forUser: 'student-2',
    });
    expect(claims[`${L}message_type`]).toBe('LtiSubmissionReviewRequest');
    expect(claims[`${L}for_user`]).toEqual({ user_id: '102' });
  });

  test('lives 60 seconds on Moodle, 600 on Schoology, 3600 on Canvas', async () => {
    const lives = [];
    for (const family of ['moodle', 'schoology', 'canvas'] as const) {
      const { claims } = await rig.launch({ as: 'student-1', link: 'link-1', family });
      lives.push(Number(claims.exp) - Number(claims.iat));
    }
    expect(lives).toEqual([60, 600, 3600]);
  });

  test('Moodle opens nothing for a family member, Schoology nothing for a test student', () => {
    expect(() => rig.lms.startLaunch({ as: 'mentor-1', link: 'link-1', family: 'moodle' })).toThrow(
      /family member/,
    );
    expect(() =>
      rig.lms.startLaunch({ as: 'test-1', link: 'link-1', family: 'schoology' }),
    ).toThrow(/test student/);
  });
});

describe('an authorization request', () => {
  test.each([
    ['scope', 'openid profile'],
    ['response_type', 'code'],
    ['response_mode', 'query'],
    ['prompt', 'login'],
    ['nonce', undefined],
  ])('with %s = %s is told to the tool as an error, without a token', async (name, value) => {
    const url = rig.authorizationUrl({ as: 'student-1', link: 'link-1' }, { [name]: value });
    const answer = await rig.lms.authorize(url);
    expect(answer.fields['error']).toBe('invalid_request_object');
    expect(answer.fields['id_token']).toBeUndefined();
    expect(rig.lms.requests('authorization').at(-1)?.problems.join(' ')).toContain(name);
  });

  test.each([
    ['another redirect_uri', { redirect_uri: 'https://evil.example/launch' }],
    ['a redirect_uri with a query', { redirect_uri: `${TOOL_URL}/lti/launch?x=1` }],
    ['an altered hint', { lti_message_hint: 'altered' }],
    ['an unknown client', { client_id: '1' }],
  ])('with %s shows the person a page and never calls the tool', async (_name, change) => {
    const url = rig.authorizationUrl({ as: 'student-1', link: 'link-1' }, change);
    await expect(rig.lms.authorize(url)).rejects.toThrow();
    const page = await request(rig.lms.app).get(rig.path(url));
    expect(page.status).toBe(400);
    expect(page.text).not.toContain('id_token');
  });

  test('is answered once', async () => {
    const url = rig.authorizationUrl({ as: 'student-1', link: 'link-1' });
    await rig.lms.authorize(url);
    const again = await rig.lms.authorize(url);
    expect(again.fields['error']).toBe('launch_no_longer_valid');
    expect(rig.lms.requests('authorization').at(-1)?.problems).toContain('nonce was used before.');
  });

  test('with a short nonce is noted', async () => {
    await rig.lms.authorize(
      rig.authorizationUrl({ as: 'student-1', link: 'link-1' }, { nonce: 'abc' }),
    );
    expect(rig.lms.requests('authorization').at(-1)?.problems).toEqual([
      'nonce is shorter than 128 bits.',
    ]);
  });

  test('over HTTP is answered with a form that submits itself', async () => {
    const url = rig.authorizationUrl({ as: 'student-28', link: 'link-1' });
    const page = await request(rig.lms.app).get(rig.path(url));
    expect(page.text).toContain(`action="${TOOL_URL}/lti/launch"`);
    expect(page.text).toContain('name="id_token"');
  });
});

describe('mutated tokens', () => {
  test('claims can be replaced and taken away', async () => {
    const { claims, fields } = await rig.launch(
      { as: 'student-1', link: 'link-1' },
      { claims: { [`${L}version`]: '11.3', sub: undefined } },
    );
    const body = JSON.parse(
      Buffer.from(fields['id_token']?.split('.')[1] ?? '', 'base64url').toString(),
    );
    expect(claims[`${L}version`]).toBe('11.3');
    expect(body).not.toHaveProperty('sub');
  });

  test('header, kid and algorithm can be wrong', async () => {
    const header = async (options: object) =>
      decodeProtectedHeader(await rig.lms.sign({ sub: 'x' }, options));
    expect(await header({ kid: undefined })).not.toHaveProperty('kid');
    expect(await header({ kid: 'imstester_66067' })).toHaveProperty('kid', 'imstester_66067');
    expect(await header({ alg: 'HS256' })).toHaveProperty('alg', 'HS256');
    expect((await rig.lms.sign({ sub: 'x' }, { alg: 'none' })).endsWith('.')).toBe(true);
  });

  test('a rotated key signs, and the old one stays published unless it is dropped', async () => {
    const before = Number((await jwks('canvas')).keys.length);
    await rig.lms.rotateKeys();
    expect((await jwks('canvas')).keys).toHaveLength(before + 1);
    await rig.lms.rotateKeys({ drop: true });
    const { keys } = await jwks('canvas');
    expect(keys).toHaveLength(1);
    expect(createPublicKey({ key: keys[0], format: 'jwk' }).asymmetricKeyType).toBe('rsa');
    expect(keys[0]).not.toHaveProperty('d');
  });
});

describe('faults of the launch', () => {
  test('an anonymous visitor has no sub; custom values can stay literal', async () => {
    rig.lms.faults.set({ anonymousVisitor: true, literalCustom: true });
    const { claims } = await rig.launch({ as: 'student-1', link: 'link-1' });
    expect(claims).not.toHaveProperty('sub');
    expect(claims[`${L}custom`].canvas_assignment_id).toBe('$Canvas.assignment.id');
  });

  test('a merged user has another id in a copied course only', async () => {
    rig.lms.faults.set({ mergedUser: 'student-4' });
    const course = await rig.lms.copyCourse();
    const copied = rig.lms.links.find((link) => link.courseId === course.id);
    const old = await rig.launch({ as: 'student-4', link: 'link-1' });
    const fresh = await rig.launch({ as: 'student-4', link: copied?.id });
    expect(old.claims.sub).not.toBe(fresh.claims.sub);
  });

  test('a copied course has new links, the same custom values, and tells where it came from', async () => {
    const course = await rig.lms.copyCourse();
    const links = rig.lms.links.filter((link) => link.courseId === course.id);
    expect(links).toHaveLength(6);
    const { claims } = await rig.launch({ as: 'teacher-1', link: links[0]?.id });
    expect(claims[`${L}custom`].context_id_history).toBe(rig.lms.coursesOf('canvas')[0]?.contextId);
    expect(claims[`${L}resource_link`].id).not.toBe(rig.lms.links[0]?.resourceLinkId);
    expect(links[0]?.lineItem?.id).not.toBe('101');
  });

  test.each([
    ['down', 503],
    ['garbage', 200],
    ['empty', 200],
    ['redirect', 302],
  ] as const)('the keys can be %s', async (fault, status) => {
    rig.lms.faults.set({ jwks: fault });
    const answer = await request(rig.lms.app)
      .get(rig.path(rig.lms.platform.jwksUri))
      .redirects(0)
      .buffer(true)
      .parse(skipBody);
    expect(answer.status).toBe(status);
  });

  test('an ended session and a switched-off key come back as errors', async () => {
    rig.lms.faults.set({ loginRequired: true });
    expect((await rig.launch({ as: 'student-1', link: 'link-1' })).fields['error']).toBe(
      'login_required',
    );
    rig.lms.faults.clear();
    rig.lms.faults.set({ keyOff: true });
    expect((await rig.launch({ as: 'student-1', link: 'link-1' })).fields['error']).toBe(
      'unauthorized_client',
    );
  });

  test('a misspelt fault is refused', async () => {
    expect(() => rig.lms.faults.set({ courseClsed: '404' } as object)).toThrow();
    const answer = await request(rig.lms.app).post('/_control/faults').send({ nope: true });
    expect(answer.status).toBe(422);
    const good = await request(rig.lms.app).post('/_control/faults').send({ unpublished: true });
    expect(good.body.unpublished).toBe(true);
    expect(rig.lms.faults.get().unpublished).toBe(true);
  });
});

test('an admin who acts as a student shows in the custom values, nowhere else', async () => {
  const { claims } = await rig.launch({ as: 'student-1', link: 'link-1', actedBy: 'admin-1' });
  const custom = claims[`${L}custom`];
  expect(custom.canvas_masquerading_user_id).toMatch(/^[0-9a-f]{40}$/);
  expect(claims.sub).toBe(rig.lms.users.find((user) => user.key === 'student-1')?.sub);
  const own = await rig.launch({ as: 'student-1', link: 'link-1' });
  expect(own.claims[`${L}custom`].canvas_masquerading_user_id).toMatch(/^\$/);
});

test('Moodle sends a person who left to its own page after the login began', async () => {
  rig.lms.setEnrolled('student-1', false);
  const url = rig.authorizationUrl({ as: 'student-1', link: 'link-1', family: 'moodle' });
  await expect(rig.lms.authorize(url)).rejects.toThrow(/not enrolled/);
});
