import { expect, test } from 'vitest';
import { rotateRoles, type RolesHeld } from '../../src/groups/rotate-roles.js';

const ROLES = ['reader', 'writer', 'speaker'];

test('gives everybody every role once before any comes again', () => {
  const members = ['a', 'b', 'c'];
  const history: RolesHeld[] = [];
  for (let round = 0; round < 3; round += 1) {
    history.push(Object.fromEntries(rotateRoles(members, ROLES, history)));
  }
  for (const id of members) {
    expect(history.map((held) => held[id]).sort()).toEqual([...ROLES].sort());
  }
});

test('prefers, of roles held as often, the one held longest ago', () => {
  const history = [{ a: 'reader' }, { a: 'writer' }, { b: 'writer' }, { b: 'reader' }];
  expect(Object.fromEntries(rotateRoles(['a', 'b'], ['reader', 'writer'], history))).toEqual({
    a: 'reader',
    b: 'writer',
  });
});

test('lets no early name spoil the turn of a later one', () => {
  const history = [{ b: 'reader', c: 'writer' }, { b: 'writer' }];
  const given = rotateRoles(['a', 'b', 'c'], ROLES, history);
  expect(given.get('b')).toBe('speaker');
  expect(given.get('c')).toBe('reader');
});

test.each([
  ['more members than roles', ['a', 'b', 'c', 'd'], ['reader', 'writer'], 4],
  ['fewer members than roles', ['a'], ROLES, 1],
  ['no roles', ['a', 'b'], [], 0],
  ['nobody', [], ROLES, 0],
  ['a name twice', ['a', 'a'], ROLES, 1],
])('bears %s', (_name, members, roles, size) => {
  const given = rotateRoles(members, roles, []);
  expect(given.size).toBe(size);
  for (const role of given.values()) expect(roles).toContain(role);
  expect([...rotateRoles(members, roles, [])]).toEqual([...given]);
});
