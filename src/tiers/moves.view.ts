import type { TaskDesign } from '../assignments/assignment.js';
import { baseTier } from '../assignments/assignment.js';
import { plainText } from '../assignments/clean-html.js';
import { moveLibrary } from './move-library.js';
import { MOVE_SUBJECTS, type Move, type MoveSubject } from './move.schema.js';
import { applyMove, suggestMoves } from './moves.js';
import { readTask, type ReadTask, type TaskLanguage } from './read-task.js';
import type { Words } from '../web/words.js';

/** A move with what it would add to this very task. */
export interface MoveView {
  /** Value of the taking button: `<kind>:<id>`. */
  readonly value: string;
  readonly name: string;
  readonly why: string;
  readonly changes: string;
  readonly preview: string;
  readonly materialTitles: string;
  readonly minutesText: string;
  readonly isTaken: boolean;
  readonly isOwn: boolean;
  /** Brings a frame that the teacher has to fill before students see it. */
  readonly needsTeacher: boolean;
}

export interface MovesView {
  readonly kind: 'support' | 'stretch';
  readonly title: string;
  readonly text: string;
  readonly icon: string;
  readonly first: readonly MoveView[];
  readonly more: readonly MoveView[];
}

/** Moves exist in English and Spanish; other tasks are read as English. */
export function movesLanguage(design: Pick<TaskDesign, 'language'>): TaskLanguage {
  return design.language === 'es' ? 'es' : 'en';
}

/** The course's subject where it is one that moves know. */
export function moveSubject(design: Pick<TaskDesign, 'subject'>): MoveSubject | null {
  return MOVE_SUBJECTS.find((subject) => subject === design.subject) ?? null;
}

/** What the base task says, as moves read it. */
export function taskRead(design: TaskDesign): ReadTask {
  return readTask(plainText(baseTier(design).instructionsHtml), movesLanguage(design));
}

/**
 * Moves for a design, best first, each filled from the task's own words.
 *
 * @param own - Moves of the course's teachers.
 * @param shown - How many stand in sight before "more".
 */
export function movesView(
  design: TaskDesign,
  kind: 'support' | 'stretch',
  own: readonly Move[],
  words: Words,
  shown = 3,
): MovesView {
  const task = taskRead(design);
  const all = [...own, ...moveLibrary(movesLanguage(design))];
  const taken = new Set(design.tiers.flatMap((tier) => tier.moveIds));
  const ownIds = new Set(own.map((move) => move.id));
  const views = suggestMoves(all, task, { subject: moveSubject(design), kind }).map(
    ({ move }): MoveView => {
      const applied = applyMove(move, task);
      return {
        value: `${kind}:${move.id}`,
        name: move.name,
        why: move.why,
        changes: words.t(`tiers.changes.${move.changes}`),
        preview: applied.addedText,
        materialTitles: applied.addedMaterials.map((material) => material.title).join(', '),
        minutesText:
          applied.minutesDelta === 0
            ? ''
            : words.t('tiers.minutesMore', { count: applied.minutesDelta }),
        isTaken: taken.has(move.id),
        isOwn: ownIds.has(move.id),
        needsTeacher: applied.addedMaterials.some((material) => material.teacherCompletes),
      };
    },
  );
  return {
    kind,
    title: words.t(`tiers.moves.${kind}`),
    text: words.t(`tiers.moves.${kind}-text`),
    icon: kind === 'support' ? 'life-buoy' : 'telescope',
    first: views.slice(0, shown),
    more: views.slice(shown),
  };
}
