import { describe, expect, test } from 'vitest';
import type { MembershipId } from '../../src/ids.js';
import { boardLeft } from '../../src/choices/board-left.view.js';
import {
  addOption,
  changeOption,
  MAX_OPTIONS,
  moveOption,
  newOption,
  removeOption,
  setCoverage,
  useTemplate,
} from '../../src/choices/edit-board.js';
import { wordsFor } from '../../src/web/words.js';
import { aDesign, anOption } from '../http/submissions-class.js';

let next = 0;
const newId = () => `id-${(next += 1)}`;
const words = wordsFor('en', null);
const student = { choicesBefore: 0, showsAll: false, placeId: null, now: new Date() };

describe('editing a board', () => {
  test('a template brings its rule, keeps the options and fills up with other forms', () => {
    const design = useTemplate(aDesign(), 'grid', newId, (form) => form);
    expect(design.board.rule).toEqual({ kind: 'three-in-a-row' });
    expect(design.board.options).toHaveLength(9);
    expect(design.board.options[0]!.title).toBe('An essay');
    const covers = design.board.options.slice(3).every((o) => o.criterionIds.length === 2);
    expect(covers).toBe(true);
  });

  test('a board that is full takes no more', () => {
    let design = aDesign();
    for (let i = 0; i < 40; i += 1)
      design = addOption(design, newOption(design, newId(), `o${i}`, 'text'));
    expect(design.board.options).toHaveLength(MAX_OPTIONS);
  });

  test('options move, change and go; every tier ticked is none named', () => {
    const design = aDesign();
    const [a, b] = design.board.options;
    expect(moveOption(design, b!.id, -1).board.options[0]!.id).toBe(b!.id);
    expect(moveOption(design, a!.id, -1)).toBe(design);
    expect(removeOption(design, a!.id).board.options).toHaveLength(2);
    const changed = changeOption(
      design,
      a!.id,
      {
        title: 'New',
        form: 'audio',
        instructionsHtml: '',
        minutes: 5,
        tierIds: design.tiers.map((t) => t.id),
        places: 3,
        course: null,
        worth: 2,
        link: { title: '', url: 'https://example.org/' },
      },
      newId,
    ).board.options[0]!;
    expect(changed).toMatchObject({ title: 'New', tierIds: [], places: 3 });
    expect(changed.materials).toMatchObject([{ kind: 'link', title: 'https://example.org/' }]);
  });

  test('coverage holds only ticks of real options and criteria', () => {
    const design = aDesign();
    const [a] = design.board.options;
    const [c1] = design.criteria;
    const covered = setCoverage(design, { [a!.id]: [c1!.id, 'made up'], ghost: [c1!.id] });
    expect(covered.board.options.map((o) => o.criterionIds)).toEqual([[c1!.id], [], []]);
  });
});

describe('what is left for a student', () => {
  test('a novice sees two; one tap or some practice shows all', () => {
    const { board } = aDesign();
    const seen = (change: Partial<typeof student>) =>
      boardLeft(board, board.options, [], { ...student, ...change }, words).shownIds.length;
    expect([seen({}), seen({ showsAll: true }), seen({ choicesBefore: 5 })]).toEqual([2, 3, 3]);
  });

  test('an approved idea is never hidden, and is enough', () => {
    const { board } = aDesign();
    const own = anOption({ onlyFor: 'me' as MembershipId });
    const grid = { ...board, template: 'grid' as const, rule: { kind: 'three-in-a-row' as const } };
    const options = [...board.options, own];
    expect(boardLeft(board, options, [], student, words).shownIds).toContain(own.id);
    expect(boardLeft(grid, options, [own.id], student, words).isComplete).toBe(true);
    expect(boardLeft(grid, options, [board.options[0]!.id], student, words).isComplete).toBe(false);
  });

  test('switching ends at its moment', () => {
    const { board } = aDesign();
    const over = { ...board, switchUntil: new Date(0) };
    const [a, b] = board.options;
    const left = boardLeft(over, board.options, [a!.id], student, words);
    expect([left.canSwitch, left.canChoose(b!.id)]).toEqual([false, false]);
    expect(boardLeft(over, board.options, [], student, words).canChoose(b!.id)).toBe(true);
  });

  test('options with few places are wished for, not taken', () => {
    const { board } = aDesign();
    const scarce = anOption({ places: 1 });
    const options = [...board.options, scarce];
    expect(boardLeft(board, options, [], student, words).wishIds).toEqual([scarce.id]);
    const given = { ...student, placeId: scarce.id };
    expect(boardLeft(board, options, [], given, words).wishIds).toEqual([]);
  });
});
