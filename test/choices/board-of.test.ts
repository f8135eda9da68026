import { describe, expect, test } from 'vitest';
import type {
  ChoiceBoard,
  SubmissionOption,
  TaskDesign,
} from '../../src/assignments/assignment.js';
import { boardBlocks } from '../../src/choices/board-of.js';
import type { MembershipId, TierId } from '../../src/ids.js';
import { checkDesign } from '../../src/tiers/design-check.js';
import { wordsFor } from '../../src/web/words.js';
import { aDesign, anOption } from '../http/submissions-class.js';

const tierA = 'tier-a' as TierId;
const tierB = 'tier-b' as TierId;
const tiers = [{ id: tierA }, { id: tierB }];

function board(
  rule: ChoiceBoard['rule'],
  options: readonly Partial<SubmissionOption>[],
  template: ChoiceBoard['template'] = 'menu',
): ChoiceBoard {
  return {
    template,
    rule,
    options: options.map((option) => anOption(option)),
    allowsOwnIdea: true,
    startHereIds: [],
    switchUntil: null,
  };
}
const nine = Array.from({ length: 9 }, () => ({}));
const pick = (count: number) => ({ kind: 'pick' as const, count });

describe('what keeps a board from being published', () => {
  test.each<[string, ChoiceBoard, readonly (readonly [string, TierId | null])[]]>([
    ['nothing where two are picked of three', board(pick(2), [{}, {}, {}]), []],
    ['nothing where one of one is picked: a small board only advises', board(pick(1), [{}]), []],
    ['an empty board', board(pick(1), []), [['no-options', null]]],
    ['more to pick than there is', board(pick(3), [{}, {}]), [['too-few-options', null]]],
    [
      'only an idea that is one student’s own',
      board(pick(1), [{ onlyFor: 'somebody' as MembershipId }]),
      [['no-options', null]],
    ],
    [
      'a tier that sees one where two are to be picked',
      board(pick(2), [{}, { tierIds: [tierA] }, { tierIds: [tierA] }]),
      [['tier-cannot-keep', tierB]],
    ],
    [
      'a tier that sees nothing',
      board({ kind: 'one-per-course' }, [{ course: 'Main', tierIds: [tierB] }]),
      [['tier-cannot-keep', tierA]],
    ],
    [
      'less worth than asked for',
      board({ kind: 'points-worth', points: 5 }, [{ worth: 2 }, { worth: 2 }]),
      [['too-few-points', null]],
    ],
    [
      'a tier with less worth than asked for',
      board({ kind: 'points-worth', points: 4 }, [{ worth: 3 }, { worth: 3, tierIds: [tierB] }]),
      [['tier-cannot-keep', tierA]],
    ],
    ['nothing on a full grid', board({ kind: 'three-in-a-row' }, nine, 'grid'), []],
    [
      'a grid of eight',
      board({ kind: 'three-in-a-row' }, nine.slice(1), 'grid'),
      [['cells-not-3x3', null]],
    ],
    [
      'nothing for a tier that sees one row of a grid',
      board(
        { kind: 'three-in-a-row' },
        nine.map((_, i) => ({ tierIds: i < 3 ? [tierA, tierB] : [tierA] })),
        'grid',
      ),
      [],
    ],
    [
      'a tier that sees three of a grid that are no row',
      board(
        { kind: 'three-in-a-row' },
        nine.map((_, i) => ({ tierIds: [0, 1, 3].includes(i) ? [tierA, tierB] : [tierA] })),
        'grid',
      ),
      [['tier-cannot-keep', tierB]],
    ],
  ])('%s', (_name, made, expected) => {
    expect(boardBlocks(made, tiers).map((b) => [b.problem, b.tierId])).toEqual(expected);
  });

  test.each(['en', 'es'])('stands among the notes of a design in words of %s', (language) => {
    const words = wordsFor(language, null);
    const broken = (change: (b: ChoiceBoard) => ChoiceBoard): TaskDesign =>
      aDesign((design) => ({ ...design, board: change(design.board) }));
    const said = (design: TaskDesign) =>
      checkDesign(design)
        .filter((note) => note.code.startsWith('board-'))
        .map((note) => ({ ...note, text: words.t(note.messageKey, note.vars) }));
    expect(said(aDesign())).toEqual([]);
    const [whole] = said(broken((b) => ({ ...b, rule: pick(4) })));
    expect(whole).toMatchObject({ severity: 'blocks', tierId: null, fix: null });
    expect(whole!.text).not.toContain('board-');
    const last = aDesign().tiers.length - 1;
    const oneTier = aDesign((design) => ({
      ...design,
      board: {
        ...design.board,
        options: design.board.options.map((o) => ({ ...o, tierIds: [design.tiers[last]!.id] })),
      },
    }));
    const rest = said(oneTier);
    expect(rest.map((n) => n.tierId)).toEqual(oneTier.tiers.slice(0, last).map((t) => t.id));
    expect(rest[0]!.text).toContain(oneTier.tiers[0]!.name);
  });
});
