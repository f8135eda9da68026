/** Levels of a route, from the most supported. Teachers see names; students see none. */
export const LEVELS = ['support', 'base', 'stretch'] as const;
export type Level = (typeof LEVELS)[number];

/** A dated result of one student on one goal. */
export interface Evidence {
  /** 0–100. */
  readonly score: number;
  readonly at: Date;
}

export interface PlacementSettings {
  /** Below it: support. */
  readonly supportCut: number;
  /** From it: stretch. */
  readonly stretchCut: number;
  /** Points around a cut within which a score says nothing. */
  readonly margin: number;
  readonly minPieces: number;
  readonly maxPieces: number;
  readonly maxAgeDays: number;
}

export const PLACEMENT_DEFAULTS: PlacementSettings = {
  supportCut: 60,
  stretchCut: 85,
  margin: 8,
  minPieces: 2,
  maxPieces: 5,
  maxAgeDays: 30,
};

export interface PlacementSuggestion {
  readonly enough: boolean;
  readonly level: Level;
  readonly direction: 'up' | 'stay' | 'down';
  /** Borderline: the higher route, with a support. */
  readonly withSupport: boolean;
  /** A move down is only proposed: it takes the teacher's own yes, never "confirm all". */
  readonly needsAgreement: boolean;
  /** Newest weigh most, one decimal; null without enough evidence. */
  readonly estimate: number | null;
  /** The cut whose margin the estimate lies in; null: none. */
  readonly marginOf: number | null;
  /** What it rests on, newest first. */
  readonly pieces: readonly Evidence[];
  /** Sentence for the teacher, filled with `vars`. */
  readonly messageKey: string;
  readonly vars: Readonly<Record<string, string | number>>;
}

const DAY_MS = 86_400_000;

/** The newest of n pieces weighs n, the one before n − 1, and so on. */
function weighted(pieces: readonly Evidence[]): number {
  const n = pieces.length;
  const sum = pieces.reduce((total, piece, i) => total + piece.score * (n - i), 0);
  return sum / ((n * (n + 1)) / 2);
}

/**
 * Suggests the route for one student and goal; a person confirms.
 *
 * Rests on the last 3–5 pieces of at most 30 days, newest weighing most. Up when 2 of the last 3 are
 * above the margin of the cut; down, one level at a time, only when 3 of 3 are below it, and then the
 * teacher has to agree. Borderline (2 of the last 3, and the estimate, not below the margin) goes up
 * with a support. Fewer than 2 pieces move nobody: without a placement that is the base route.
 *
 * @param evidence - Of one student on one goal, in any order.
 * @param now - The clock.
 * @param current - Where the student works now; null: never placed, which is the base route.
 * @param settings - Cuts, margin and window.
 * @returns The suggestion with what it rests on. Design rule 4, product rules 8 to 10.
 */
export function suggestPlacement(
  evidence: readonly Evidence[],
  now: Date,
  current: Level | null,
  settings: PlacementSettings = PLACEMENT_DEFAULTS,
): PlacementSuggestion {
  const oldest = now.getTime() - settings.maxAgeDays * DAY_MS;
  const pieces = evidence
    .filter((e) => Number.isFinite(e.score) && e.at.getTime() >= oldest && e.at <= now)
    .sort((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, settings.maxPieces);
  const start = current ?? 'base';
  if (pieces.length < settings.minPieces)
    return {
      enough: false,
      level: start,
      direction: 'stay',
      withSupport: false,
      needsAgreement: false,
      estimate: null,
      marginOf: null,
      pieces,
      messageKey: 'insights.placement.not-enough',
      vars: { count: pieces.length },
    };

  const estimate = weighted(pieces);
  const last = pieces.slice(0, 3);
  const { margin } = settings;
  const cuts = [settings.supportCut, settings.stretchCut];
  const isClear = (cut: number): boolean => last.filter((e) => e.score > cut + margin).length >= 2;
  const isBorderline = (cut: number): boolean =>
    !isClear(cut) &&
    estimate >= cut - margin &&
    last.filter((e) => e.score >= cut - margin).length >= 2;

  const from = LEVELS.indexOf(start);
  let to = from;
  let cut = cuts[to];
  while (cut !== undefined && (isClear(cut) || isBorderline(cut))) {
    to += 1;
    cut = cuts[to];
  }
  const below = cuts[from - 1];
  if (to === from && below !== undefined) {
    const allBelow = last.length >= 3 && last.every((e) => e.score < below - margin);
    if (allBelow) to -= 1;
  }
  const direction = to > from ? 'up' : to < from ? 'down' : 'stay';
  // Up on a borderline, or staying up without being clear of the cut below: with a support.
  const floor = cuts[to - 1];
  const withSupport =
    floor !== undefined &&
    (direction === 'up'
      ? isBorderline(floor)
      : direction === 'stay' && !isClear(floor) && estimate <= floor + margin);
  const marginOf = cuts.find((c) => Math.abs(estimate - c) <= margin) ?? null;
  const isUnder = floor !== undefined && estimate < floor - margin;
  const key =
    direction === 'down' || !withSupport
      ? direction
      : isUnder
        ? 'stay-below'
        : `${direction}-with-support`;
  return {
    enough: true,
    level: LEVELS[to] ?? start,
    direction,
    withSupport,
    needsAgreement: direction === 'down',
    estimate: Math.round(estimate * 10) / 10,
    marginOf,
    pieces,
    messageKey: `insights.placement.${key}`,
    vars: { estimate: Math.round(estimate), count: pieces.length },
  };
}

/**
 * Says whether a placement is below what the evidence suggests: then the teacher gives a reason.
 *
 * @param placed - Where the teacher places the student.
 * @param suggestion - From `suggestPlacement`.
 * @returns True when a reason is needed. Design rule 5, product rule 12.
 */
export function isBelowSuggestion(placed: Level, suggestion: PlacementSuggestion): boolean {
  return suggestion.enough && LEVELS.indexOf(placed) < LEVELS.indexOf(suggestion.level);
}
