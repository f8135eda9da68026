import { expect, test } from 'vitest';
import type { Person } from '../../src/groups/class-list.js';
import { mapScores, MOST_LINES, readScore, readScores } from '../../src/insights/read-scores.js';
import type { MembershipId } from '../../src/ids.js';

const person = (id: string, name: string): Person => ({
  id: id as MembershipId,
  name,
  initials: '',
  hasLeft: false,
  joinedAt: new Date(0),
});
const learners = [person('a', 'Ana Ruiz'), person('b', 'Ben Okafor'), person('c', 'Chloé Dubois')];
const map = (text: string) => {
  const table = readScores(text);
  return mapScores(
    table,
    table.columns.map(({ most }) => ({ goalKey: 'g', most })),
    learners,
  );
};

test.each([
  ['commas', 'Name,Quiz\nAna Ruiz,70\nBen Okafor,80'],
  ['semicolons', 'Name;Quiz\nAna Ruiz;70\nBen Okafor;80'],
  ['tabs, as a spreadsheet pastes', 'Name\tQuiz\nAna Ruiz\t70\nBen Okafor\t80'],
  [
    'a byte-order mark and Windows line ends',
    '\uFEFFName;Quiz\r\nAna Ruiz;70\r\nBen Okafor;80\r\n',
  ],
  ['no heading', 'Ana Ruiz;70\nBen Okafor;80'],
  ['quoted names, family first', 'Name,Quiz\n"Ruiz, Ana",70\n"Okafor, Ben",80'],
  ['decimal commas', 'Name;Quiz\nAna Ruiz;70,0\nBen Okafor;80,0'],
  ['empty lines', 'Name;Quiz\n\nAna Ruiz;70\n\n\nBen Okafor;80\n\n'],
  ['a heading that says of how many', 'Name;Quiz (of 10)\nAna Ruiz;7\nBen Okafor;8'],
  ['a heading with a slash', 'Name;Quiz /20\nAna Ruiz;14\nBen Okafor;16'],
  ['cells that say it themselves', 'Name;Quiz\nAna Ruiz;7/10\nBen Okafor;80 %'],
])('reads %s', (_name, text) => {
  const { pieces, problems } = map(text);
  expect(problems).toEqual([]);
  expect(pieces.map((p) => [p.membershipId, p.value])).toEqual([
    ['a', 70],
    ['b', 80],
  ]);
});

test.each([
  ['unknown-name', 'Zed Nobody;50', 'Zed Nobody'],
  ['no-number', 'Ana Ruiz;very good', 'Ana Ruiz'],
  ['out-of-range', 'Ana Ruiz;140', 'Ana Ruiz'],
  ['out-of-range', 'Ana Ruiz;-3', 'Ana Ruiz'],
])('says %s with the line, and the rest counts', (problem, bad, name) => {
  const { pieces, problems } = map(`Name;Quiz\nBen Okafor;80\n${bad}`);
  expect(problems).toEqual([expect.objectContaining({ problem, name, line: 3 })]);
  expect(pieces).toHaveLength(1);
});

test('the first line of a student counts, a second one is named', () => {
  const { pieces, problems } = map('Name;Quiz\nAna Ruiz;80\nAna Ruiz;20');
  expect(pieces.map((p) => p.value)).toEqual([80]);
  expect(problems.map((p) => p.problem)).toEqual(['twice']);
});

test('several columns on one goal are averaged; empty cells and dashes say nothing', () => {
  const { pieces, problems } = map('Name;A;B\nAna Ruiz;60;80\nBen Okafor;;90\nChloé Dubois;-;');
  expect(problems).toEqual([]);
  expect(pieces.map((p) => [p.membershipId, p.value])).toEqual([
    ['a', 70],
    ['b', 90],
  ]);
});

test('5,000 lines with unknown names are read, and each unknown line is named', () => {
  const lines = Array.from({ length: 5000 }, (_, i) => `Somebody ${i};50`);
  const { pieces, problems } = map(`Name;Quiz\nAna Ruiz;70\n${lines.join('\n')}`);
  expect(pieces).toHaveLength(1);
  expect(problems).toHaveLength(5000);
  expect(problems.at(-1)?.line).toBe(5002);
});

test.each([
  ['nothing', '   ', 'empty'],
  ['one column', 'Ana Ruiz\nBen Okafor', 'no-columns'],
  ['too many lines', 'Ana;1\n'.repeat(MOST_LINES + 1), 'too-long'],
])('%s is refused', (_name, text, problem) => {
  expect(readScores(text).problem).toBe(problem);
});

test.each([
  ['3,5', 5, 70],
  ['1.234,5', null, 1234.5],
  ['1,234.5', null, 1234.5],
  ['14/20', null, 70],
  ['14/0', null, null],
  ['70 %', 20, 70],
  ['abc', null, null],
])('"%s" of %s is %s', (cell, most, wanted) => {
  expect(readScore(cell, most)).toBe(wanted);
});
