import type { TierId } from '../ids.js';
import type { Material, TaskDesign } from './assignment.js';
import { addTier, inTier, type NewId, type PartWords } from './design-parts.js';

/** What a move adds to a tier. */
export interface TakenMove {
  readonly moveId: string;
  readonly html: string;
  readonly materials: readonly {
    readonly title: string;
    readonly html: string;
    readonly isFrame: boolean;
  }[];
  readonly minutes: number;
}

/**
 * Takes a move: into the tier of its kind, made from the base task where there is none yet.
 *
 * @returns The design, and the tier that took it; null when three tiers are there and none fits.
 */
export function takeMove(
  design: TaskDesign,
  kind: 'support' | 'stretch',
  move: TakenMove,
  newId: NewId,
  words: PartWords,
): { readonly design: TaskDesign; readonly tierId: TierId } | null {
  const ready = design.tiers.some((tier) => tier.kind === kind)
    ? design
    : addTier(design, kind, newId, words);
  const target = ready.tiers.find((tier) => tier.kind === kind);
  if (target === undefined) return null;
  const materials: Material[] = move.materials.map(({ title, html, isFrame }) => ({
    id: newId(),
    kind: 'text',
    title,
    url: null,
    fileId: null,
    html,
    ...(isFrame ? { isFrame } : {}),
  }));
  const taken = inTier(ready, target.id, (tier) => ({
    ...tier,
    instructionsHtml: tier.instructionsHtml + move.html,
    materials: [...tier.materials, ...materials],
    minutes: Math.max(1, tier.minutes + move.minutes),
    moveIds: [...tier.moveIds, move.moveId],
  }));
  return { design: taken, tierId: target.id };
}
