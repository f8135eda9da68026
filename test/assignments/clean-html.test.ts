import { describe, expect, test } from 'vitest';
import { cleanHtml, htmlFromText, plainText } from '../../src/assignments/clean-html.js';

describe('cleanHtml', () => {
  test.each([
    ['scripts and handlers', '<p onclick="x()">Read<script>steal()</script></p>', '<p>Read</p>'],
    ['word processors’ elements', '<p class="MsoNormal"><o:p>Read</o:p></p>', '<p>Read</p>'],
    ['styles', '<style>p{}</style><p style="color:red">Read</p>', '<p>Read</p>'],
    [
      'conditional comments',
      '<!--[if gte mso 9]><xml>x</xml><![endif]--><p>Read</p>',
      '<p>Read</p>',
    ],
    ['empty paragraphs', '<p>&nbsp;</p><p>Read</p><p><br></p>', '<p>Read</p>'],
    [
      'addresses that are not http(s)',
      '<a href="javascript:x()">Read</a>',
      '<a rel="noopener noreferrer" target="_blank">Read</a>',
    ],
    [
      'pictures, whose words stay',
      '<p>See <img src="https://x.test/a.png" alt="a map"></p>',
      '<p>See <em>a map</em></p>',
    ],
  ])('drops %s', (_what, html, expected) => {
    expect(cleanHtml(html)).toBe(expected);
  });

  test.each([
    ['direction', '<p dir="rtl">اكتب</p>'],
    ['tables', '<table><tbody><tr><td>1</td></tr></tbody></table>'],
    ['emoji', '<p>🌱 grow</p>'],
    ['lists', '<ol><li>One</li><li>Two</li></ol>'],
  ])('keeps %s', (_what, html) => {
    expect(cleanHtml(html)).toBe(html);
  });
});

describe('plainText and htmlFromText', () => {
  test.each([
    'Read the text.\n\nWrite one paragraph.',
    'Do this:\n\n- one\n- two',
    '1. first\n2. second',
    'Is 3 < 4 & "so"?',
    'line one\nline two',
  ])('a text without script goes there and back: %j', (text) => {
    expect(plainText(htmlFromText(text))).toBe(text);
  });

  test('text with markup in it stays text', () => {
    expect(htmlFromText('<b>x</b>')).toBe('<p>&lt;b&gt;x&lt;/b&gt;</p>');
  });

  test('http addresses become links, others stay words', () => {
    expect(htmlFromText('See https://x.test/a.')).toContain('<a href="https://x.test/a"');
    expect(htmlFromText('See javascript:alert(1)')).not.toContain('<a');
  });
});
