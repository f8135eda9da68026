import { describe, expect, test } from 'vitest';
import { readRoles } from '../../src/lti/roles.js';

const M = 'http://purl.imsglobal.org/vocab/lis/v2/membership';
const I = 'http://purl.imsglobal.org/vocab/lis/v2/institution/person';
const S = 'http://purl.imsglobal.org/vocab/lis/v2/system/person';

describe('the strongest context role counts', () => {
  test.each([
    ['ROLE-01 Instructor', [`${M}#Instructor`], 'instructor'],
    ['ROLE-02 Learner', [`${M}#Learner`], 'learner'],
    ['ROLE-03 ContentDeveloper', [`${M}#ContentDeveloper`], 'designer'],
    ['ROLE-04 Administrator', [`${M}#Administrator`], 'administrator'],
    ['ROLE-04 Manager', [`${M}#Manager`], 'administrator'],
    ['ROLE-05 Mentor', [`${M}#Mentor`], 'mentor'],
    ['ROLE-08 Mentor and Learner', [`${M}#Mentor`, `${M}#Learner`], 'learner'],
    ['ROLE-08 Mentor and Instructor', [`${M}#Mentor`, `${M}#Instructor`], 'instructor'],
    ['ROLE-09 assistant alone', [`${M}/Instructor#TeachingAssistant`], 'assistant'],
    ['ROLE-09 grader alone', [`${M}/Instructor#Grader`], 'assistant'],
    [
      'ROLE-09 teacher who assists',
      [`${M}#Instructor`, `${M}/Instructor#TeachingAssistant`],
      'instructor',
    ],
    ['ROLE-09 sub-role implies principal', [`${M}/Instructor#GuestInstructor`], 'instructor'],
    ['ROLE-09 learner sub-role', [`${M}/Learner#GuestLearner`], 'learner'],
    ['ROLE-10 institution Instructor', [`${I}#Instructor`], 'guest'],
    ['ROLE-10 institution Student', [`${I}#Student`], 'guest'],
    ['ROLE-10 system User', [`${S}#User`], 'guest'],
    ['ROLE-10 Learner who teaches elsewhere', [`${M}#Learner`, `${I}#Instructor`], 'learner'],
    ['ROLE-11 short Instructor', ['Instructor'], 'instructor'],
    ['ROLE-11 short Learner', ['Learner'], 'learner'],
    ['ROLE-11 short Mentor', ['Mentor'], 'mentor'],
    ['ROLE-11 short Administrator', ['Administrator'], 'administrator'],
    ['ROLE-11 short ContentDeveloper', ['ContentDeveloper'], 'designer'],
    ['ROLE-11 short TeachingAssistant', ['TeachingAssistant'], 'assistant'],
    ['ROLE-11 old URN', ['urn:lti:role:ims/lis/Instructor'], 'instructor'],
    ['ROLE-12 ends with Instructor', ['https://evil.test/x#Instructor'], 'guest'],
    ['ROLE-12 prefix of our own', [`${M}#InstructorX`], 'guest'],
    ['ROLE-12 another path', [`${M}/Instructor/x#TeachingAssistant`], 'guest'],
    ['ROLE-12 a name of every object', ['constructor', 'toString', '__proto__'], 'guest'],
    ['ROLE-13 empty', [], 'guest'],
    ['ROLE-13 blank', [''], 'guest'],
    ['ROLE-13 unknown only', [`${M}/unknown#Helper`], 'guest'],
    ['ROLE-13 no strings', [null, 7, { role: 'Instructor' }], 'guest'],
    [
      'https for http, behind a rewriting proxy',
      [`${M.replace('http', 'https')}#Learner`],
      'learner',
    ],
    [
      'Canvas admin without a role in the course',
      [`${I}#Administrator`, `${S}#User`],
      'administrator',
    ],
    ['Schoology admin', [`${M}#Administrator`, `${M}#Instructor`], 'instructor'],
  ] as const)('%s', (_name, roles, expected) => {
    expect(readRoles(roles).role).toBe(expected);
  });
});

test('ROLE-09 where assistants are listed as Instructor too, the sub-role counts', () => {
  const roles = [`${M}#Instructor`, `${M}/Instructor#TeachingAssistant`];
  expect(readRoles(roles, true).role).toBe('assistant');
  expect(readRoles([`${M}#Instructor`], true).role).toBe('instructor');
});

test('CORE-20 the test user is marked', () => {
  const test = 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser';
  expect(readRoles([`${M}#Learner`, test])).toMatchObject({ role: 'learner', isTestUser: true });
});

test('ROLE-06 Mentor is told apart also where another role is stronger', () => {
  expect(readRoles([`${M}#Mentor`, `${M}#Learner`]).isMentor).toBe(true);
  expect(readRoles([`${I}#Mentor`, `${M}#Learner`]).isMentor).toBe(false);
});
