import type { CriterionId } from '../ids.js';
import { baseTier, type TaskDesign } from './assignment.js';
import { inTier, type NewId } from './design-parts.js';

/** What one click does about a parity note; the same as `ParityFix` of the rules. */
export type DesignFix =
  | { readonly kind: 'add-goal' | 'remove-goal'; readonly goalId: string }
  | { readonly kind: 'add-criterion' | 'remove-criterion'; readonly criterionId: string }
  | {
      readonly kind: 'add-option-criterion';
      readonly optionId: string;
      readonly criterionId: string;
    }
  | { readonly kind: 'set-minutes'; readonly minutes: number }
  | { readonly kind: 'set-products'; readonly products: number }
  | { readonly kind: 'copy-base-text' | 'copy-base-materials' | 'suggest-moves' };

/**
 * Mends what a parity note named.
 *
 * @param tierId - The note's tier; null for notes about the whole assignment.
 */
export function applyFix(
  design: TaskDesign,
  tierId: string | null,
  fix: DesignFix,
  newId: NewId,
): TaskDesign {
  const base = baseTier(design);
  const at = tierId ?? '';
  switch (fix.kind) {
    case 'add-goal':
      return inTier(design, at, (tier) => ({
        ...tier,
        goalIds: design.goals
          .map((g) => g.id)
          .filter((id) => id === fix.goalId || tier.goalIds.includes(id)),
      }));
    case 'remove-goal':
      return inTier(design, at, (t) => ({
        ...t,
        goalIds: t.goalIds.filter((id) => id !== fix.goalId),
      }));
    case 'add-criterion':
      return inTier(design, at, (tier) => ({
        ...tier,
        criterionIds: design.criteria
          .map((c) => c.id)
          .filter((id) => id === fix.criterionId || tier.criterionIds.includes(id)),
      }));
    case 'remove-criterion':
      return inTier(design, at, (tier) => ({
        ...tier,
        criterionIds: tier.criterionIds.filter((id) => id !== fix.criterionId),
      }));
    case 'add-option-criterion':
      return {
        ...design,
        board: {
          ...design.board,
          options: design.board.options.map((option) =>
            option.id === fix.optionId
              ? {
                  ...option,
                  criterionIds: [...option.criterionIds, fix.criterionId as CriterionId],
                }
              : option,
          ),
        },
      };
    case 'set-minutes':
      return inTier(design, at, (tier) => ({ ...tier, minutes: fix.minutes }));
    case 'set-products':
      return inTier(design, at, (tier) => ({ ...tier, products: fix.products }));
    case 'copy-base-text':
      return inTier(design, at, (tier) => ({ ...tier, instructionsHtml: base.instructionsHtml }));
    case 'suggest-moves':
      // Only a person chooses a move.
      return design;
    case 'copy-base-materials':
      return inTier(design, at, (tier) => ({
        ...tier,
        materials: base.materials.map((material) => ({ ...material, id: newId() })),
      }));
  }
}
