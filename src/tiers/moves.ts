import type { Move, MoveSlot, MoveSubject } from './move.schema.js';
import type { ReadTask } from './read-task.js';
import { ENGLISH_TASK, SPANISH_TASK } from './task-words.js';

export interface SuggestedMove {
  readonly move: Move;
  /** How well it suits the task; larger is better. */
  readonly fit: number;
  /** What the task's text does not say, so that general words stand in its slots. */
  readonly missing: readonly string[];
}

export interface AppliedMove {
  readonly moveId: string;
  /** For the student, in the task's own words; names no tier. */
  readonly addedText: string;
  readonly addedMaterials: readonly {
    readonly title: string;
    readonly text: string;
    /** A frame that the teacher fills before students see it. */
    readonly teacherCompletes: boolean;
  }[];
  readonly minutesDelta: number;
}

function missingFor(move: Move, task: ReadTask): readonly string[] {
  const has = {
    items: task.itemCount !== null,
    topic: task.topic !== null,
    product: task.product !== null,
    words: task.words.length >= 4,
  };
  return move.needs.filter((need) => !has[need]);
}

function fitOf(move: Move, task: ReadTask, subject: MoveSubject | null): number {
  const [main] = task.verbs;
  let fit = 0;
  if (main !== undefined && move.verbs.includes(main)) fit += 4;
  else if (task.verbs.some((verb) => move.verbs.includes(verb))) fit += 2;
  else if (move.verbs.length === 0) fit += 1;
  else fit -= 3;
  if (main !== undefined && move.byVerb?.[main] !== undefined) fit += 1;
  if (subject !== null) {
    if (move.subjects.includes(subject)) fit += 3;
    else if (move.subjects.length > 0) fit -= 3;
  }
  const missing = missingFor(move, task);
  return fit + (move.needs.length - missing.length) - 4 * missing.length;
}

/**
 * Ranks moves for a task: those made for its verb and subject first, and such that the first ones
 * do not all change the same side (content, process, product) of it.
 *
 * @param moves - The library and the teacher's own, in the task's language.
 * @param task - From `readTask`.
 * @param wanted - Subject of the course (null: unknown), and whether a support or a stretch is sought.
 * @returns Every move of that kind, best first; ties keep the library's order.
 */
export function suggestMoves(
  moves: readonly Move[],
  task: ReadTask,
  wanted: { readonly subject: MoveSubject | null; readonly kind: Move['kind'] },
): readonly SuggestedMove[] {
  const left = moves
    .filter((move) => move.kind === wanted.kind)
    .map((move) => ({
      move,
      fit: fitOf(move, task, wanted.subject),
      missing: missingFor(move, task),
    }));
  const ranked: SuggestedMove[] = [];
  const taken = { content: 0, process: 0, product: 0 };
  while (left.length > 0) {
    let best = 0;
    const worth = (i: number): number => {
      const one = left[i];
      return one === undefined ? -Infinity : one.fit - 1.5 * Math.min(2, taken[one.move.changes]);
    };
    for (let i = 1; i < left.length; i += 1) if (worth(i) > worth(best)) best = i;
    const [next] = left.splice(best, 1);
    if (next === undefined) break;
    taken[next.move.changes] += 1;
    ranked.push(next);
  }
  return ranked;
}

/**
 * Fills a move from the task's own words.
 *
 * @param move - Of the library, or a teacher's own.
 * @param task - From `readTask`; where it says nothing, general words stand in.
 * @returns What is added to the tier. Nothing is taken away: the base task stays as it is.
 */
export function applyMove(move: Move, task: ReadTask): AppliedMove {
  const { fallback } = task.lang === 'es' ? SPANISH_TASK : ENGLISH_TASK;
  const count = task.itemCount;
  const fill: Readonly<Record<MoveSlot, string>> = {
    task: task.doing ?? fallback.task,
    topic: task.topic ?? fallback.topic,
    items: task.itemNoun ?? fallback.items,
    n: count === null ? '' : String(count),
    few: String(count === null ? 3 : Math.max(2, Math.round(count / 3))),
    product: task.product ?? fallback.product,
    words: task.words.length > 0 ? task.words.join(', ') : '…',
  };
  const filled = (text: string): string =>
    text
      .replace(/\{(\w+)\}/g, (_slot, name: string) => fill[name as MoveSlot])
      // An empty count leaves its blanks behind.
      .replace(/\( +/g, '(')
      .replace(/ {2,}/g, ' ');
  const verb = task.verbs[0];
  const text = (verb === undefined ? undefined : move.byVerb?.[verb]) ?? move.text;
  const frame =
    (verb === undefined ? undefined : move.materialByVerb?.[verb]) ?? move.material?.text;
  return {
    moveId: move.id,
    addedText: filled(text),
    addedMaterials:
      move.material === undefined || frame === undefined
        ? []
        : [
            {
              title: filled(move.material.title),
              text: filled(frame),
              teacherCompletes: move.material.teacherCompletes,
            },
          ],
    minutesDelta: move.minutes,
  };
}
