import { describe, expect, test } from 'vitest';
import { isSameHost, nextPage, resultsUrl, scoresUrl, withParams } from '../../src/lti/urls.js';

test.each([
  [
    'a plain line item',
    'https://lms.test/api/line_items/7',
    'https://lms.test/api/line_items/7/scores',
  ],
  [
    "Moodle's query",
    'https://m.test/7/lineitem?type_id=1',
    'https://m.test/7/lineitem/scores?type_id=1',
  ],
  ['a slash at the end', 'https://lms.test/7/', 'https://lms.test/7/scores'],
])('AGS-04 posts scores of %s to its scores path', (_name, lineItemUrl, expected) => {
  expect(scoresUrl(lineItemUrl)).toBe(expected);
  expect(resultsUrl(lineItemUrl)).toBe(expected.replace('scores', 'results'));
});

test('LOGIN-11 keeps the query an address has', () => {
  const url = withParams('https://p.test/auth?tenant=a%26b', { scope: 'openid', state: null });
  expect(Object.fromEntries(new URL(url).searchParams)).toEqual({ tenant: 'a&b', scope: 'openid' });
});

describe('the next page of a Link header', () => {
  test.each([
    ['AGS-05 one link', '<https://p.test/x?page=2>; rel="next"', 'https://p.test/x?page=2'],
    [
      'several links',
      '<https://p.test/x?page=1>; rel="current",<https://p.test/x?page=2&a=1,2>; rel="next",<https://p.test/x?page=9>; rel="last"',
      'https://p.test/x?page=2&a=1,2',
    ],
    [
      'Moodle’s typographic quotes and escaped address',
      '<https://p.test/x?type_id=1&amp;from=2>; rel=“next”',
      'https://p.test/x?type_id=1&from=2',
    ],
    ['without quotes', '<https://p.test/2>; rel=next', 'https://p.test/2'],
    ['several relations', '<https://p.test/2>; rel="prefetch next"', 'https://p.test/2'],
    ['a relative address', '</x?page=2>; rel="next"', 'https://p.test/x?page=2'],
    ['other parameters first', '<https://p.test/2>; title="a"; rel="next"', 'https://p.test/2'],
    ['no next', '<https://p.test/x?page=9>; rel="last"', null],
    ['a relation that only begins so', '<https://p.test/2>; rel="nextish"', null],
    ['nothing', undefined, null],
  ])('%s', (_name, header, expected) => {
    expect(nextPage(header, 'https://p.test/x')).toBe(expected);
  });
});

test.each([
  ['the same', 'https://p.test/a', 'https://p.test/b', true],
  ['ROS-05 another host', 'https://p.test/a', 'https://evil.test/b', false],
  ['another port', 'https://p.test/a', 'https://p.test:444/b', false],
  ['a name that only begins so', 'https://p.test/a', 'https://p.test.evil.test/b', false],
  ['TOK-10 down to http', 'https://p.test/a', 'http://p.test/b', false],
  ['no address', 'https://p.test/a', 'javascript:alert(1)', false],
])('sends a token on to %s', (_name, from, to, expected) => {
  expect(isSameHost(from, to)).toBe(expected);
});
