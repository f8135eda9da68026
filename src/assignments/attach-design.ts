import type { Move } from '../tiers/move.schema.js';
import { applyMove } from '../tiers/moves.js';
import type { ReadTask } from '../tiers/read-task.js';
import type { TaskDesign } from './assignment.js';
import type { AttachForm } from './attach.schema.js';
import { htmlFromText } from './clean-html.js';
import { addCriterion, addGoal, fitPoints, type PartWords } from './design-parts.js';
import { takeMove } from './take-move.js';

/**
 * What the attach page makes of a first design: goals, criteria, and the routes whose moves were
 * left ticked.
 *
 * @param design - From the platform's task, the library or an earlier assignment.
 * @param form - As sent; its moves are taken only where tiers are wanted.
 * @param moves - Library and own moves.
 */
export function attachDesign(
  design: TaskDesign,
  form: Pick<AttachForm, 'mode' | 'goals' | 'criteria' | 'support' | 'stretch'>,
  tools: {
    readonly newId: () => string;
    readonly words: PartWords;
    readonly moves: readonly Move[];
    readonly readTask: (design: TaskDesign) => ReadTask;
  },
): TaskDesign {
  const { newId, words, moves } = tools;
  let made = design;
  for (const text of form.goals) {
    if (!made.goals.some((goal) => goal.text === text))
      made = addGoal(made, { text, code: '' }, newId);
  }
  for (const text of form.criteria) {
    if (made.criteria.some((criterion) => criterion.text === text)) continue;
    const points = made.criteria.length === 0 ? made.pointsPossible : average(made);
    made = addCriterion(made, { text, kind: 'levels', points }, newId, words);
  }
  made = fitPoints(made);
  if (form.mode !== 'tiers' && form.mode !== 'both') return made;
  const task = tools.readTask(made);
  for (const kind of ['support', 'stretch'] as const) {
    for (const id of form[kind]) {
      const move = moves.find((m) => m.id === id && m.kind === kind);
      if (move === undefined) continue;
      const applied = applyMove(move, task);
      const taken = takeMove(
        made,
        kind,
        {
          moveId: move.id,
          html: htmlFromText(applied.addedText),
          materials: applied.addedMaterials.map((material) => ({
            title: material.title,
            html: htmlFromText(material.text),
            isFrame: material.teacherCompletes,
          })),
          minutes: applied.minutesDelta,
        },
        newId,
        words,
      );
      made = taken?.design ?? made;
    }
  }
  return made;
}

function average(design: TaskDesign): number {
  const sum = design.criteria.reduce((all, criterion) => all + criterion.points, 0);
  return sum === 0 ? design.pointsPossible : sum / design.criteria.length;
}
