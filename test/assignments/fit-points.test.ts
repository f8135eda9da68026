import { expect, test } from 'vitest';
import { firstDesign, type TaskDesign } from '../../src/assignments/assignment.js';
import { addCriterion, fitPoints } from '../../src/assignments/design-parts.js';

let next = 0;
const newId = (): string => `id-${(next += 1)}`;

function rubric(pointsPossible: number, criteria: number): TaskDesign {
  const words = { text: 'Text', link: 'Link', file: 'File', base: 'Base' };
  let design = firstDesign(
    { title: 'T', descriptionHtml: '', pointsPossible, dueAt: null, language: 'en' },
    newId,
    words,
  );
  for (let i = 0; i < criteria; i += 1) {
    const parts = { levels: ['Fully', 'Nearly', 'Partly', 'Not yet'], support: 'S', stretch: 'G' };
    design = addCriterion(design, { text: `C${i}`, kind: 'levels', points: 4 }, newId, parts);
  }
  return fitPoints(design);
}

test.each([
  ['whole points stay whole', 20, 3, [7, 7, 6]],
  ['an even share is even', 12, 3, [4, 4, 4]],
  ['one criterion has all', 100, 1, [100]],
  ['a part of a point is shared in hundredths', 2.5, 2, [1.25, 1.25]],
  ['fewer points than criteria are shared in hundredths', 1, 3, [0.34, 0.33, 0.33]],
])('%s', (_rule, pointsPossible, criteria, expected) => {
  expect(rubric(pointsPossible, criteria).criteria.map((c) => c.points)).toEqual(expected);
});

test('levels fall from all points to none in steps a teacher would write', () => {
  const [first] = rubric(20, 3).criteria;
  expect(first?.levels.map((level) => level.points)).toEqual([7, 4.5, 2.5, 0]);
});
