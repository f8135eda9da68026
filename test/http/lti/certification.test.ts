import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../../support/world.js';
import {
  attempt,
  expectOpened,
  expectRefused,
  INSTITUTION,
  L,
  MEMBERSHIP,
  type TokenChange,
} from './attempt.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
});
afterAll(() => world.close());

describe('known bad payloads (CERT 6.1.1)', () => {
  test.each<[string, TokenChange, string]>([
    ['CERT-01 no kid', { kid: undefined }, 'bad-signature'],
    ['CERT-02 incorrect kid', { kid: 'imstester_66067' }, 'bad-signature'],
    ['CERT-03, CORE-02 wrong version', { claims: { [`${L}version`]: '11.3' } }, 'wrong-version'],
    ['CERT-04 no version', { claims: { [`${L}version`]: undefined } }, 'missing-claim'],
    ['CERT-05 invalid message', { only: { name: 'badltilaunch' } }, 'missing-claim'],
    [
      'CERT-06 missing claims',
      {
        claims: {
          aud: undefined,
          iss: undefined,
          sub: undefined,
          [`${L}deployment_id`]: undefined,
          [`${L}roles`]: undefined,
        },
      },
      'missing-claim',
    ],
    ['CERT-07 timestamps', { claims: { iat: 11111, exp: 22222 } }, 'token-expired'],
    ['CERT-08 no message_type', { claims: { [`${L}message_type`]: undefined } }, 'missing-claim'],
    ['CERT-09 no roles', { claims: { [`${L}roles`]: undefined } }, 'missing-claim'],
    ['CERT-10 no deployment_id', { claims: { [`${L}deployment_id`]: undefined } }, 'missing-claim'],
    ['CERT-11 no resource_link', { claims: { [`${L}resource_link`]: undefined } }, 'missing-claim'],
    ['CERT-12, CORE-18 no sub', { claims: { sub: undefined } }, 'missing-claim'],
    ['CORE-01 another message', { claims: { [`${L}message_type`]: 'LtiX' } }, 'unknown-message'],
    [
      'CORE-03, THR-61 blank deployment',
      { claims: { [`${L}deployment_id`]: ' ' } },
      'missing-claim',
    ],
    ['THR-61 empty deployment', { claims: { [`${L}deployment_id`]: '' } }, 'missing-claim'],
    [
      'CORE-05 link id too long',
      { claims: { [`${L}resource_link`]: { id: 'x'.repeat(256) } } },
      'missing-claim',
    ],
    ['AUTH-25 sub too long', { claims: { sub: 'x'.repeat(256) } }, 'missing-claim'],
    ['AUTH-25 sub is no text', { claims: { sub: 7 } }, 'missing-claim'],
    ['CORE-04 no target', { claims: { [`${L}target_link_uri`]: undefined } }, 'missing-claim'],
  ])('%s', async (_name, change, code) => {
    expectRefused(world, await attempt(world, { change }), code);
  });

  test('CERT-01 the platform’s keys are not even read', async () => {
    world.sandbox.clearRequests();
    await attempt(world, { change: { kid: undefined } });
    expect(world.sandbox.requests('jwks')).toEqual([]);
  });

  test('CERT-03 the refusal names the version it wants', async () => {
    const { page } = await attempt(world, { change: { claims: { [`${L}version`]: '11.3' } } });
    expect(page.text).toContain('1.3.0');
  });

  test('CERT-11, THR-16 an area of Schoology leads to a kind page', async () => {
    const change = { claims: { [`${L}resource_link`]: undefined, [`${L}context`]: undefined } };
    const tried = await attempt(world, { family: 'schoology', change });
    expectRefused(world, tried, 'no-resource');
    expect(tried.page.text).toContain('from an assignment');
  });
});

const person = (more: Record<string, unknown>): Record<string, unknown> => ({
  name: undefined,
  given_name: undefined,
  family_name: undefined,
  email: undefined,
  picture: undefined,
  ...more,
});
const named = { name: 'Ana Ruiz', given_name: 'Ana', family_name: 'Ruiz' };

describe('valid launches (CERT 6.1.2, 6.1.3)', () => {
  const roles = (...list: string[]) => ({ [`${L}roles`]: list });
  const other = 'http://purl.imsglobal.org/vocab/lis/v2';
  test.each<[string, string, Record<string, unknown>, string]>([
    ['CERT-20 instructor', 'teacher-1', roles(`${MEMBERSHIP}#Instructor`), 'instructor'],
    [
      'CERT-21, THR-55 instructor with several roles',
      'teacher-1',
      roles(`${MEMBERSHIP}#Instructor`, `${INSTITUTION}#Staff`, `${INSTITUTION}#Other`),
      'instructor',
    ],
    ['CERT-22 short role', 'teacher-1', roles('Instructor'), 'instructor'],
    ['CERT-23 unknown role', 'teacher-1', roles(`${other}/unknown/unknown#Helper`), 'guest'],
    ['CERT-24 blank role', 'teacher-1', roles(''), 'guest'],
    ['CERT-24 empty roles', 'teacher-1', roles(), 'guest'],
    ['CERT-25 e-mail only', 'teacher-1', person({ email: 'a@school.test' }), 'instructor'],
    ['CERT-26 names only', 'teacher-1', person(named), 'instructor'],
    ['CERT-27, UI-04 nothing personal', 'teacher-1', person({}), 'instructor'],
    [
      'CERT-28, CORE-08 no context',
      'teacher-1',
      { ...person({ email: 'a@school.test' }), [`${L}context`]: undefined },
      'instructor',
    ],
    ['CERT-30 student', 'student-1', roles(`${MEMBERSHIP}#Learner`), 'learner'],
    [
      'CERT-31, THR-55 student with several roles',
      'student-1',
      roles(`${MEMBERSHIP}#Learner`, `${INSTITUTION}#Student`, `${INSTITUTION}#Mentor`),
      'learner',
    ],
    ['CERT-32 short role', 'student-1', roles('Learner'), 'learner'],
    [
      'CERT-33 with an unknown role',
      'student-1',
      roles(`${MEMBERSHIP}#Learner`, `${other}/uknownrole/unknown#Unknown`),
      'learner',
    ],
    ['CERT-34 blank role', 'student-1', roles(''), 'guest'],
    ['CERT-35 e-mail only', 'student-2', person({ email: 'b@school.test' }), 'learner'],
    ['CERT-36 names only', 'student-2', person(named), 'learner'],
    ['CERT-37 nothing personal', 'student-2', person({}), 'learner'],
    [
      'CERT-38 e-mail without context',
      'student-2',
      { ...person({ email: 'b@school.test' }), [`${L}context`]: undefined },
      'learner',
    ],
    [
      'THR-55 institution Instructor only',
      'teacher-1',
      roles(`${INSTITUTION}#Instructor`),
      'guest',
    ],
    ['ROLE-12 ends with Instructor', 'teacher-1', roles('https://x.test/y#Instructor'), 'guest'],
  ])('%s', async (_name, as, claims, role) => {
    const tried = await attempt(world, { as, change: { claims } });
    expectOpened(world, tried, role);
    expect(tried.page.text).not.toMatch(/\bundefined\b/);
  });

  test.each([['canvas'], ['moodle'], ['schoology']] as const)(
    'CERT-20, CERT-30 on %s, and the practice LMS finds nothing wrong',
    async (family) => {
      world.sandbox.clearRequests();
      expectOpened(world, await attempt(world, { family }), 'instructor');
      expectOpened(world, await attempt(world, { family, as: 'student-3' }), 'learner');
      expect(world.sandbox.requests().flatMap(({ problems }) => problems)).toEqual([]);
    },
  );

  test('AUTH-27, CORE-21 claims nobody knows are ignored', async () => {
    const claims = { 'https://x.test/claim/odd': { deep: [[[[1]]]] }, extra: 'x' };
    expectOpened(world, await attempt(world, { change: { claims } }), 'instructor');
  });

  test('CORE-07, UI-03 titles are shown as text', async () => {
    const evil = '</title><script>alert(1)</script>';
    const claims = { [`${L}context`]: { id: 'evil-1', title: evil, label: evil } };
    const { page } = await attempt(world, { change: { claims } });
    expect(page.text).not.toContain('<script>alert(1)');
  });

  test('CORE-12 frame, iframe and window', async () => {
    for (const target of ['frame', 'iframe', 'window', 'overlay']) {
      const claims = { [`${L}launch_presentation`]: { document_target: target } };
      expectOpened(world, await attempt(world, { change: { claims } }), 'instructor');
    }
  });
});
