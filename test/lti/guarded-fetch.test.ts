import { describe, expect, test } from 'vitest';
import { isCallable, problemOfUrl } from '../../src/lti/guarded-fetch.js';

const strict = { allowInsecurePlatforms: false };
const trial = { allowInsecurePlatforms: true };

describe('KEY-08, THR-20 which addresses may be called', () => {
  test.each([
    ['93.184.216.34', true, true],
    ['127.0.0.1', false, true],
    ['10.1.2.3', false, true],
    ['192.168.1.1', false, true],
    ['172.16.0.1', false, true],
    ['169.254.169.254', false, false],
    ['0.0.0.0', false, false],
    ['100.64.0.1', false, false],
    ['224.0.0.1', false, false],
    ['::1', false, true],
    ['::ffff:127.0.0.1', false, true],
    ['::ffff:169.254.169.254', false, false],
    ['fe80::1', false, false],
    ['fd00::1', false, true],
    ['2606:4700::1111', true, true],
    ['not an address', false, false],
  ])('%s', (address, inProduction, inTrials) => {
    expect(isCallable(address, strict)).toBe(inProduction);
    expect(isCallable(address, trial)).toBe(inTrials);
  });

  test.each([
    ['https://canvas.instructure.com/jwks', null],
    ['http://canvas.instructure.com/jwks', 'not-https'],
    ['https://localhost/jwks', 'blocked-address'],
    ['https://x.localhost/jwks', 'blocked-address'],
    ['https://127.0.0.1/jwks', 'blocked-address'],
    ['https://2130706433/jwks', 'blocked-address'],
    ['https://[::1]/jwks', 'blocked-address'],
    ['https://169.254.169.254/latest', 'blocked-address'],
    ['https://user:pass@lms.test/jwks', 'not-a-url'],
    ['file:///etc/passwd', 'not-a-url'],
    ['lms.test/jwks', 'not-a-url'],
  ])('REG-06, CORE-22 %s', (url, expected) => {
    expect(problemOfUrl(url, strict)).toBe(expected);
  });

  test('trials never reach link-local addresses either', () => {
    expect(problemOfUrl('http://169.254.169.254/', trial)).toBe('blocked-address');
    expect(problemOfUrl('http://localhost:3001/x', trial)).toBeNull();
  });
});
