import { expect, test } from 'vitest';
import { classList, findNames } from '../../src/groups/class-list.js';
import type { MembershipId } from '../../src/ids.js';

const person = (id: string, name: string | null, change: object = {}) => ({
  _id: id as MembershipId,
  role: 'learner',
  status: 'active' as const,
  isTestUser: false,
  name,
  givenName: null,
  familyName: null,
  number: Number(id.replaceAll(/\D/g, '')),
  joinedAt: new Date(0),
  ...change,
});
const neutral = (number: number): string => `Student ${number}`;

test('people of one name are told apart, and somebody without a name has a stable label', () => {
  const { learners } = classList(
    [person('s1', 'Noah Smith'), person('s2', 'Noah Smith'), person('s3', null)],
    neutral,
  );
  expect(learners.map((p) => p.name).sort()).toEqual([
    'Noah Smith (1)',
    'Noah Smith (2)',
    'Student 3',
  ]);
});

test('who left, test students and staff are named but not in the class', () => {
  const { learners, byId } = classList(
    [
      person('s1', 'Ana Ruiz'),
      person('s2', 'Ben Okafor', { status: 'left' }),
      person('s3', 'Test Student', { isTestUser: true }),
      person('s4', 'Teresa Marsh', { role: 'instructor' }),
    ],
    neutral,
  );
  expect(learners.map((p) => p.id)).toEqual(['s1']);
  expect(byId.size).toBe(4);
});

test.each([
  ['ana ruiz', 's1'],
  ['Ruiz, Ana', 's1'],
  ['chloe lefevre dubois', 's2'],
  ['Lefèvre', 's2'],
  ['O’Sullivan', 's3'],
  ['Zoe', 's4'],
])('"%s" is found', (typed, id) => {
  const { learners } = classList(
    [
      person('s1', 'Ana Ruiz'),
      person('s2', 'Chloé Lefèvre-Dubois'),
      person('s3', "Gareth O'Sullivan"),
      person('s4', 'Zoë van der Berg'),
      person('s5', 'Anabel Ruiz'),
    ],
    neutral,
  );
  expect(findNames([typed], learners)).toEqual({ ids: [id], unknown: [] });
});

test('what fits nobody or several comes back as typed', () => {
  const { learners } = classList([person('s1', 'Ana Ruiz'), person('s2', 'Ana Diaz')], neutral);
  expect(findNames(['Ana', 'Zed', ' '], learners)).toEqual({ ids: [], unknown: ['Ana', 'Zed'] });
});
