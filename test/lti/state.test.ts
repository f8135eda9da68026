import { describe, expect, test } from 'vitest';
import type { RegistrationId } from '../../src/ids.js';
import { makeSeals } from '../../src/lti/seal.js';
import {
  beginLogin,
  LOGIN_TTL_MS,
  landedValue,
  nonceOf,
  readLanded,
  readRecord,
  readState,
} from '../../src/lti/state.js';

const seals = makeSeals('x'.repeat(32));
const now = new Date();
const begin = (storageFrame: string | null = null) =>
  beginLogin(
    seals,
    {
      registrationId: '01HREGISTRATION' as RegistrationId,
      storageFrame,
      record: { deploymentId: 'd:1', target: 'https://t.test/lti/launch?a=b' },
    },
    now,
  );

describe('a login', () => {
  test('LOGIN-12, THR-42 states and nonces of 10,000 logins are all different', () => {
    const seen = new Set<string>();
    for (let n = 0; n < 10_000; n += 1) {
      const { state, nonce } = begin();
      seen.add(state).add(nonce);
    }
    expect(seen.size).toBe(20_000);
  });
  test('LOGIN-12 a nonce has 256 bits', () => {
    expect(Buffer.from(begin().nonce, 'base64url')).toHaveLength(32);
  });
  test('AUTH-16 a nonce belongs to one state', () => {
    const [a, b] = [begin(), begin()];
    expect(nonceOf(seals, a.state)).toBe(a.nonce);
    expect(nonceOf(seals, b.state)).not.toBe(a.nonce);
  });
  test('AUTH-18 says what it was begun with, for ten minutes', () => {
    const { state, key } = begin('post_message_forwarding');
    expect(readState(seals, state, now)).toMatchObject({
      key,
      registrationId: '01HREGISTRATION',
      storageFrame: 'post_message_forwarding',
    });
    const later = new Date(now.getTime() + LOGIN_TTL_MS + 1);
    expect(readState(seals, state, later)).toBe('expired');
  });
  test('AUTH-18 a state that was changed or made elsewhere is unknown', () => {
    const { state } = begin();
    const other = makeSeals('y'.repeat(32));
    for (const one of [state.slice(0, -1), `x${state}`, state.replace('.', '..'), '', 'a.b.c.d']) {
      expect(readState(seals, one, now)).toBe('unknown');
    }
    expect(readState(other, state, now)).toBe('unknown');
  });
  test('THR-06 the record of one login is nothing to another', () => {
    const [a, b] = [begin(), begin()];
    expect(readRecord(seals, a.state, a.record)).toEqual({
      deploymentId: 'd:1',
      target: 'https://t.test/lti/launch?a=b',
    });
    expect(readRecord(seals, b.state, a.record)).toBeNull();
    expect(readRecord(seals, a.state, `${a.record}x`)).toBeNull();
    expect(readRecord(seals, a.state, '')).toBeNull();
  });
  test('AUTH-22 the note where it led is its own', () => {
    const [a, b] = [begin(), begin()];
    const note = landedValue(seals, a.state, '/s/1/');
    expect(readLanded(seals, a.state, note)).toBe('/s/1/');
    expect(readLanded(seals, b.state, note)).toBeNull();
    expect(readLanded(seals, a.state, a.record)).toBeNull();
  });
});

describe('what is sealed', () => {
  test('KEY-09, THR-18 does not open when one bit differs', () => {
    const sealed = Buffer.from(seals.seal('tool-key', 'a private key'), 'base64url');
    expect(seals.unseal('tool-key', sealed.toString('base64url'))).toBe('a private key');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(seals.unseal('tool-key', changed.toString('base64url'))).toBeNull();
    }
  });
  test('does not open for another purpose or with another secret', () => {
    const sealed = seals.seal('tool-key', 'a private key');
    expect(seals.unseal('invite', sealed)).toBeNull();
    expect(makeSeals('z'.repeat(32)).unseal('tool-key', sealed)).toBeNull();
  });
  test('a short secret is refused', () => {
    expect(() => makeSeals('short')).toThrow(/32 bytes/);
  });
});
