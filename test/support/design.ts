import { firstDesign, type TaskDesign } from '../../src/assignments/assignment.js';
import { addCriterion, addGoal, type PartWords } from '../../src/assignments/design-parts.js';

export const partWords: PartWords = {
  support: 'Bridge',
  stretch: 'Summit',
  levels: ['Fully', 'Nearly', 'Partly', 'Not yet'],
};

/** Ids `x1`, `x2` … in the order they are asked for. */
export function counting(): () => string {
  let count = 0;
  return () => `x${(count += 1)}`;
}

/** A design with one goal, one criterion and a base task; everything valid. */
export function aDesign(change: Partial<TaskDesign> = {}, newId = counting()): TaskDesign {
  const first = firstDesign(
    {
      title: 'Food webs',
      descriptionHtml: '<p>Explain why the pond changes. Write one paragraph.</p>',
      pointsPossible: 20,
      dueAt: new Date('2031-05-08T12:00:00Z'),
      language: 'en',
    },
    newId,
    { text: 'Write it', link: 'Share a link', file: 'Hand in a file', base: 'Base' },
  );
  const withGoal = addGoal(first, { text: 'I can explain', code: '' }, newId);
  const whole = addCriterion(
    withGoal,
    { text: 'Gives a reason', kind: 'levels', points: 20 },
    newId,
    partWords,
  );
  return { ...whole, ...change };
}
