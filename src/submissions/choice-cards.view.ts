import { plainText } from '../assignments/clean-html.js';
import type { Words } from '../web/words.js';
import { isEmptyWork } from './submission.js';
import type { TaskParts } from './task.view.js';
import { formIcon } from './work.view.js';

/** A choice as a card. */
export interface ChoiceCard {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly icon: string;
  readonly tone: number;
  readonly formText: string;
  readonly minutesText: string | null;
  readonly course: string | null;
  readonly isChosen: boolean;
  readonly isDone: boolean;
  /** Few places: students say what they would like, and a person shares the places out. */
  readonly wish: { readonly rank: number | null; readonly text: string } | null;
  /** Whether it can be taken now; a full board says what to put back first. */
  readonly canChoose: boolean;
  readonly canPutBack: boolean;
}

/** About how long something takes; null where nobody said. */
export function minutesText(minutes: number | null, words: Words): string | null {
  return minutes === null ? null : words.t('submissions.minutes', { count: minutes });
}

/** The cards a student sees: those open to them, and what they chose. */
export function cardsOf(parts: TaskParts): readonly ChoiceCard[] {
  const { task, submission, words, left } = parts;
  const offered = new Set<string>(left.shownIds);
  const wishes = submission.wishes.filter((id) => task.options.some((o) => o.id === id));
  return task.options
    .filter((option) => offered.has(option.id) || submission.chosenIds.includes(option.id))
    .map((option, i): ChoiceCard => {
      const isChosen = submission.chosenIds.includes(option.id);
      const draft = submission.drafts.find((d) => d.optionId === option.id);
      const rank = wishes.indexOf(option.id);
      const needsWish = left.wishIds.includes(option.id) && !isChosen;
      return {
        id: option.id,
        title: option.title,
        text: plainText(option.instructionsHtml).slice(0, 200),
        icon: formIcon(option.form),
        tone: (i % 6) + 1,
        formText: words.t(`submissions.form.${option.form}`),
        minutesText: minutesText(option.minutes, words),
        course: option.course,
        isChosen,
        isDone: draft !== undefined && !isEmptyWork(draft.work),
        wish: needsWish
          ? {
              rank: rank < 0 ? null : rank + 1,
              text:
                rank < 0
                  ? words.t('submissions.wish.few', { count: option.places ?? 0 })
                  : words.t('submissions.wish.rank', { rank: rank + 1 }),
            }
          : null,
        canChoose: !isChosen && !needsWish && left.canChoose(option.id),
        canPutBack: isChosen && left.canSwitch && !left.isSingle,
      };
    });
}
