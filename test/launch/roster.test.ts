import { expect, test } from 'vitest';
import type { MembershipId } from '../../src/ids.js';
import { comparePage, leavers, type KnownMember } from '../../src/launch/roster.js';
import type { RosterMember } from '../../src/lti/ports.js';

const listed = (sub: string, more: Partial<RosterMember> = {}): RosterMember => ({
  sub,
  role: 'learner',
  isActive: true,
  isTestUser: false,
  name: null,
  givenName: null,
  familyName: null,
  email: null,
  sectionIds: [],
  groupIds: [],
  ...more,
});
const known = (sub: string, more: Partial<KnownMember> = {}): KnownMember => ({
  _id: `id-${sub}` as MembershipId,
  sub,
  role: 'learner',
  status: 'active',
  firstLaunchAt: null,
  ...more,
});
function compare(before: readonly KnownMember[], list: readonly RosterMember[]) {
  const bySub = new Map(before.map((member) => [member.sub, member]));
  const present = new Set<string>();
  const changes = comparePage(bySub, list, present);
  return { ...changes, leftIds: leavers(before, present) };
}

const launched = new Date('2026-11-01T08:00:00Z');

test.each<[string, KnownMember[], RosterMember[], { joined: string[]; left: string[] }]>([
  ['a new student joins', [], [listed('a')], { joined: ['a'], left: [] }],
  ['a student who is not listed has left', [known('a')], [], { joined: [], left: ['id-a'] }],
  [
    'an inactive student has left',
    [known('a')],
    [listed('a', { isActive: false })],
    { joined: [], left: ['id-a'] },
  ],
  ['mentors never come in', [], [listed('m', { role: 'mentor' })], { joined: [], left: [] }],
  [
    'people without a course role never come in',
    [],
    [listed('g', { role: 'guest' })],
    { joined: [], left: [] },
  ],
  [
    'staff who are not listed stay',
    [known('t', { role: 'instructor' })],
    [],
    { joined: [], left: [] },
  ],
  ['somebody listed twice joins once', [], [listed('a'), listed('a')], { joined: ['a'], left: [] }],
  [
    'who left before is not reported again',
    [known('a', { status: 'left' })],
    [],
    { joined: [], left: [] },
  ],
])('%s', (_rule, before, list, expected) => {
  const changes = compare(before, list);
  expect(changes.joined.map((m) => m.sub)).toEqual(expected.joined);
  expect(changes.leftIds).toEqual(expected.left);
});

test('somebody seen launching as a teacher stays one although the list says student', () => {
  const changes = compare(
    [known('t', { role: 'instructor', firstLaunchAt: launched })],
    [listed('t', { role: 'learner' })],
  );
  expect(changes.seen[0]?.member.role).toBe('instructor');
});

test('a role change on the list reaches somebody who launched only as a student', () => {
  const changes = compare(
    [known('s', { firstLaunchAt: launched })],
    [listed('s', { role: 'assistant' })],
  );
  expect(changes.seen[0]?.member.role).toBe('assistant');
});
