import type { ChoiceBoard, SubmissionOption } from '../assignments/assignment.js';
import type { Words } from '../web/words.js';
import { boardOf } from './board-of.js';
import { mayChoose, whatIsLeft, type Board } from './board-rules.js';
import { startHere } from './start-here.js';

/** What a student may do with the board now, in words. */
export interface BoardLeft {
  readonly isComplete: boolean;
  /** Exactly one option is to be chosen: choosing another takes its place. */
  readonly isSingle: boolean;
  readonly canSwitch: boolean;
  readonly ruleText: string;
  readonly leftText: string;
  /** Options on the page: the pair to start with, or all. */
  readonly shownIds: readonly string[];
  readonly hasMore: boolean;
  /** Options with few places that are shared out by wishes. */
  readonly wishIds: readonly string[];
  readonly canChoose: (optionId: string) => boolean;
}

/**
 * What is left to choose for one student.
 *
 * An approved idea of one's own is the whole way: with it the board is complete, except where a
 * number of options is to be picked and it counts as one of them.
 *
 * @param board - As published.
 * @param options - Options open to the student.
 * @param chosenIds - What they chose.
 * @param student - How many choices they completed before, whether they asked for all, the place they
 *   were given (an option id), and the time.
 */
export function boardLeft(
  board: ChoiceBoard,
  options: readonly SubmissionOption[],
  chosenIds: readonly string[],
  student: {
    readonly choicesBefore: number;
    readonly showsAll: boolean;
    readonly placeId: string | null;
    readonly now: Date;
  },
  words: Words,
): BoardLeft {
  const own = options.filter((option) => option.onlyFor !== null);
  const counts = board.rule.kind === 'pick' ? options : options.filter((o) => o.onlyFor === null);
  // Where fewer options are open to somebody than the rule asks for, all of them are enough.
  const rules = boardOf(board, counts);
  const held: Board =
    rules.rule.kind === 'pick' && rules.rule.n > rules.options.length
      ? { ...rules, rule: { kind: 'pick', n: Math.max(1, rules.options.length) } }
      : rules;
  const hasOwn = own.some((option) => chosenIds.includes(option.id));
  const left = whatIsLeft(held, chosenIds);
  const isSingle = held.rule.kind === 'pick' && held.rule.n === 1;
  const isComplete = left.complete || (hasOwn && board.rule.kind !== 'pick');
  const canSwitch = board.switchUntil === null || student.now < board.switchUntil;
  const limited = options.filter((o) => o.places !== null && o.onlyFor === null);
  const marked: readonly string[] = board.startHereIds;
  const pair =
    student.showsAll || chosenIds.length > 0 || board.rule.kind === 'three-in-a-row' || !isSingle
      ? null
      : startHere(
          options
            .filter((o) => o.places === null)
            .map((o) => ({
              id: o.id,
              form: o.form,
              minutes: o.minutes,
              goodStart: marked.includes(o.id),
            })),
          student.choicesBefore,
        );
  // An idea that was approved is never hidden from the one who had it.
  const shownIds = pair === null ? options.map((o) => o.id) : [...pair, ...own.map((o) => o.id)];
  const n = board.rule.kind === 'pick' ? board.rule.count : 0;
  return {
    isComplete,
    isSingle,
    canSwitch,
    ruleText:
      isSingle && options.length === 1
        ? ''
        : words.t(`choices.rule.${board.rule.kind}`, {
            count: board.rule.kind === 'points-worth' ? board.rule.points : n,
          }),
    leftText: isSingle || hasOwn ? '' : words.t(left.messageKey, { ...left.vars }),
    shownIds,
    hasMore: pair !== null && shownIds.length < options.length,
    wishIds: limited.filter((o) => o.id !== student.placeId).map((o) => o.id),
    canChoose: (optionId) => {
      if (chosenIds.includes(optionId)) return false;
      if (own.some((o) => o.id === optionId)) return canSwitch || chosenIds.length === 0;
      if (isSingle) return chosenIds.length === 0 || canSwitch;
      return mayChoose(held, chosenIds, optionId);
    },
  };
}
