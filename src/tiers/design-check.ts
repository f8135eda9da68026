import type { TaskDesign } from '../assignments/assignment.js';
import { plainText } from '../assignments/clean-html.js';
import { isWebAddress } from '../assignments/design-edit.schema.js';
import { boardBlocks, type BoardBlock } from '../choices/board-of.js';
import { checkParity, type ParityFix, type ParityNote } from './parity.js';

/** What may stop or slow a publication: parity, choices that cannot be made, and unready parts. */
export interface DesignNote extends Pick<
  ParityNote,
  'severity' | 'tierId' | 'messageKey' | 'vars'
> {
  readonly fix: ParityFix | { readonly kind: 'fit-points' } | null;
  readonly code:
    | ParityNote['code']
    | 'link-missing'
    | 'frame-empty'
    | 'points-differ'
    | 'no-title'
    | `board-${BoardBlock['problem']}`;
}

/**
 * Checks a whole design before students see it.
 *
 * @param design - The draft.
 * @param grouping - The grouping it will be done in; null: none.
 * @returns What blocks first, then what warns. Design rules 2 and 3.
 */
export function checkDesign(
  design: TaskDesign,
  grouping: Parameters<typeof checkParity>[0]['grouping'] = null,
): readonly DesignNote[] {
  const parity = checkParity({
    goals: design.goals,
    criteria: design.criteria,
    tiers: design.tiers.map((tier) => ({
      id: tier.id,
      name: tier.name,
      isBase: tier.kind === 'base',
      kind: tier.kind,
      instructionsText: plainText(tier.instructionsHtml),
      goalIds: tier.goalIds,
      criterionIds: tier.criterionIds,
      products: tier.products,
      minutes: tier.minutes,
      materials: tier.materials.length,
    })),
    options: design.board.options.map((option) => ({
      id: option.id,
      name: option.title,
      criterionIds: option.criterionIds,
      minutes: option.minutes,
    })),
    grouping,
  });
  const own: DesignNote[] = [];
  const add = (
    code: DesignNote['code'],
    severity: DesignNote['severity'],
    tierId: string | null,
    vars: DesignNote['vars'],
    fix: DesignNote['fix'] = null,
  ) => own.push({ code, severity, tierId, messageKey: `tiers.note.${code}`, vars, fix });
  if (design.title.trim() === '') add('no-title', 'blocks', null, {});
  if (design.goals.some((goal) => goal.text === '')) add('no-goal', 'blocks', null, {});
  if (design.criteria.some((c) => c.text === '')) add('no-criterion', 'blocks', null, {});
  for (const tier of design.tiers) {
    for (const material of tier.materials) {
      const vars = { tier: tier.name, material: material.title };
      if (material.kind === 'link' && !isWebAddress(material.url ?? ''))
        add('link-missing', 'blocks', tier.id, vars);
      if (material.isFrame === true) add('frame-empty', 'warns', tier.id, vars);
    }
  }
  for (const { problem, tierId } of boardBlocks(design.board, design.tiers)) {
    const tier = design.tiers.find(({ id }) => id === tierId)?.name ?? '';
    add(`board-${problem}`, 'blocks', tierId, { tier });
  }
  const points = design.criteria.reduce((sum, c) => sum + c.points, 0);
  if (design.criteria.length > 0 && Math.abs(points - design.pointsPossible) > 0.005)
    add(
      'points-differ',
      'warns',
      null,
      { points, possible: design.pointsPossible },
      { kind: 'fit-points' },
    );
  const all: readonly DesignNote[] = [...parity, ...own];
  return [
    ...all.filter((note) => note.severity === 'blocks'),
    ...all.filter((note) => note.severity === 'warns'),
  ];
}
