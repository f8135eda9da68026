export interface CoverageOption {
  readonly id: string;
  readonly criterionIds: readonly string[];
}

export interface CoverageGrid {
  readonly rows: readonly {
    readonly optionId: string;
    /** In the order of the criteria. */
    readonly cells: readonly { readonly criterionId: string; readonly covered: boolean }[];
    readonly missing: readonly string[];
  }[];
  /** True when an option misses a criterion, or nothing is there to cover: publishing has to wait. */
  readonly blocks: boolean;
}

/**
 * Lays options against success criteria: whichever option a student takes, the one rubric can be
 * filled in.
 *
 * @param options - Options of the board.
 * @param criterionIds - Every criterion of the assignment.
 * @returns One row per option with what it misses, and whether that blocks publishing.
 * Product row 34, design rule 2.
 */
export function coverageGrid(
  options: readonly CoverageOption[],
  criterionIds: readonly string[],
): CoverageGrid {
  const rows = options.map((option) => {
    const covers = new Set(option.criterionIds);
    return {
      optionId: option.id,
      cells: criterionIds.map((criterionId) => ({
        criterionId,
        covered: covers.has(criterionId),
      })),
      missing: criterionIds.filter((id) => !covers.has(id)),
    };
  });
  return {
    rows,
    blocks:
      options.length === 0 ||
      criterionIds.length === 0 ||
      rows.some((row) => row.missing.length > 0),
  };
}
