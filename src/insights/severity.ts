import { tCritical } from './t-critical.js';

/** One graded piece of a tiered task; scores are shares of their maximum, 0–100. */
export interface GradedPiece {
  readonly taskId: string;
  readonly studentId: string;
  readonly tierId: string;
  /** The anchor criterion, identical in all tiers. */
  readonly anchor: number;
  /** The mean of the other criteria. */
  readonly others: number;
}

export interface SeveritySettings {
  /** Students a tier needs. */
  readonly fewest: number;
  /** False alarms accepted per class, over all its tiers together. */
  readonly alpha: number;
  /** Differences smaller than this, in points of 100, are not worth a second look. */
  readonly leastPoints: number;
  /** Reliability of one measure where nothing repeats to estimate it from. */
  readonly assumedReliability: number;
}

export const SEVERITY_DEFAULTS: SeveritySettings = {
  fewest: 6,
  alpha: 0.05,
  leastPoints: 4,
  assumedReliability: 0.6,
};

export interface TierSeverity {
  readonly tierId: string;
  readonly students: number;
  /** Points of 100 by which the tier is graded harder than the others at equal level. */
  readonly harsher: number;
  /** Half of the interval around it. */
  readonly plusMinus: number;
  readonly isFlagged: boolean;
}

export type Severity =
  | {
      readonly state: 'too-few';
      readonly students: Readonly<Record<string, number>>;
      readonly needed: number;
    }
  | {
      readonly state: 'alike' | 'check';
      readonly tiers: readonly TierSeverity[];
      /** How far the students' measured level can be trusted, 0–1. */
      readonly reliability: number;
    };

/** Both come from one rubric, 0–100: a better anchor by one point goes with about one point more. */
const PRIOR_SLOPE = { mean: 0.95, variance: 0.25 ** 2 };

interface Cell {
  readonly studentId: string;
  readonly tierId: string;
  /** Mean of all measures of the student's level, centred. */
  readonly level: number;
  readonly measures: number;
  /** Squares of the measures around their mean. */
  readonly scatter: number;
  /** Mean of the other criteria, centred. */
  readonly others: number;
}

const mean = (list: readonly number[]): number =>
  list.length === 0 ? 0 : list.reduce((a, b) => a + b, 0) / list.length;

const groupBy = <T>(list: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const k = key(item);
    const group = groups.get(k);
    if (group === undefined) groups.set(k, [item]);
    else group.push(item);
  }
  return groups;
};

/** One row per student and tier: everything about them, without what all share in a task. */
function cellsOf(
  pieces: readonly GradedPiece[],
  evidence: ReadonlyMap<string, readonly number[]>,
): Cell[] {
  const taskMeans = new Map(
    [...groupBy(pieces, (p) => p.taskId)].map(([taskId, list]) => [
      taskId,
      { anchor: mean(list.map((p) => p.anchor)), others: mean(list.map((p) => p.others)) },
    ]),
  );
  const inClass = new Set(pieces.map((p) => p.studentId));
  const evidenceMean = mean([...evidence].flatMap(([id, list]) => (inClass.has(id) ? list : [])));
  return [...groupBy(pieces, (p) => JSON.stringify([p.studentId, p.tierId])).values()].flatMap(
    (own) => {
      const [first] = own;
      if (first === undefined) return [];
      const measures = [
        ...own.map((p) => p.anchor - (taskMeans.get(p.taskId)?.anchor ?? 0)),
        ...(evidence.get(first.studentId) ?? []).map((score) => score - evidenceMean),
      ];
      const level = mean(measures);
      return [
        {
          studentId: first.studentId,
          tierId: first.tierId,
          level,
          measures: measures.length,
          scatter: measures.reduce((sum, m) => sum + (m - level) ** 2, 0),
          others: mean(own.map((p) => p.others - (taskMeans.get(p.taskId)?.others ?? 0))),
        },
      ];
    },
  );
}

/** Sums of squares and products inside the tiers, so that the gap between them says nothing. */
function within(tiers: ReadonlyMap<string, readonly Cell[]>) {
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const cells of tiers.values()) {
    const level = mean(cells.map((c) => c.level));
    const others = mean(cells.map((c) => c.others));
    for (const cell of cells) {
      xx += (cell.level - level) ** 2;
      xy += (cell.level - level) * (cell.others - others);
      yy += (cell.others - others) ** 2;
    }
  }
  return { xx, xy, yy };
}

/**
 * Checks that tiers are graded alike: compares the other criteria between tiers at equal level, the
 * level being the anchor criterion (and past evidence) corrected for its own unreliability.
 *
 * Without the correction a weaker tier always looks harshly graded: its noisy anchors regress to its
 * own, lower mean. Shrinking each level to the tier's mean by the reliability is the same as dividing
 * the slope inside the tiers by it, which is how it is done here. The reliability is estimated from
 * how much a student's own measures scatter.
 *
 * @param pieces - Graded pieces of tiered tasks that share their anchor across tiers.
 * @param evidence - Student → past scores on the same goals, 0–100, from before these tasks.
 * @param settings - Limits.
 * @returns `too-few` with fewer than six students in a tier, or fewer than two tiers; else the
 * tiers, and `check` when one stands out. It never changes a grade. Product section 5.4.
 */
export function severity(
  pieces: readonly GradedPiece[],
  evidence: ReadonlyMap<string, readonly number[]> = new Map(),
  settings: SeveritySettings = SEVERITY_DEFAULTS,
): Severity {
  const cells = cellsOf(
    pieces.filter((p) => Number.isFinite(p.anchor) && Number.isFinite(p.others)),
    evidence,
  );
  const tiers = groupBy(cells, (cell) => cell.tierId);
  const few = [...tiers.values()].some((list) => list.length < settings.fewest);
  if (tiers.size < 2 || few)
    return {
      state: 'too-few',
      students: Object.fromEntries([...tiers].map(([id, list]) => [id, list.length])),
      needed: settings.fewest,
    };

  const n = cells.length;
  const degrees = n - tiers.size;
  const { xx, xy, yy } = within(tiers);
  const spread = xx / degrees;
  const repeats = cells.reduce((sum, cell) => sum + cell.measures - 1, 0);
  const noise =
    repeats > 0
      ? (cells.reduce((sum, cell) => sum + cell.scatter, 0) / repeats) *
        mean(cells.map((cell) => 1 / cell.measures))
      : spread * (1 - settings.assumedReliability);
  const reliability = spread > 0 ? Math.min(0.98, Math.max(0.25, 1 - noise / spread)) : 1;
  const degreesLeft = Math.max(1, degrees - 1);
  const seenSlope = xx > 0 ? xy / xx / reliability : PRIOR_SLOPE.mean;
  const seenVariance =
    xx > 0
      ? Math.max(0, yy - xy ** 2 / xx) / degreesLeft / xx / reliability ** 2 +
        (seenSlope ** 2 * 2 * (1 - reliability) ** 2) / (degrees * reliability ** 2)
      : Infinity;
  // What is seen and what is expected of one rubric on one scale, each by its own certainty.
  const expectation = 1 / PRIOR_SLOPE.variance;
  const slopeVariance = 1 / (expectation + 1 / Math.max(seenVariance, 1e-9));
  const slope =
    slopeVariance * (PRIOR_SLOPE.mean * expectation + seenSlope / Math.max(seenVariance, 1e-9));
  // What is left inside the tiers around that slope.
  const rest = Math.max(1e-9, (yy - 2 * slope * xy + slope ** 2 * xx) / degreesLeft);
  const comparisons = tiers.size === 2 ? 1 : tiers.size;
  const critical = tCritical(degrees - 1, settings.alpha / comparisons);

  const rows = [...tiers].map(([tierId, own]) => {
    const others = cells.filter((cell) => cell.tierId !== tierId);
    const gap = mean(own.map((c) => c.level)) - mean(others.map((c) => c.level));
    const raw = mean(own.map((c) => c.others)) - mean(others.map((c) => c.others));
    const harsher = slope * gap - raw;
    const error = Math.sqrt(rest * (1 / own.length + 1 / others.length) + gap ** 2 * slopeVariance);
    const standsOut = Math.abs(harsher) >= settings.leastPoints;
    const certainty = standsOut ? Math.abs(harsher) / (critical * error) : 0;
    return { tierId, students: own.length, harsher, plusMinus: critical * error, certainty };
  });
  // One harsh tier makes the others look lenient: only the one that stands out most is named.
  const certain = rows.filter((row) => row.certainty > 1);
  const most = Math.max(0, ...certain.map((row) => Math.abs(row.harsher)));
  const tenth = (value: number): number => Math.round(value * 10) / 10;
  return {
    state: certain.length > 0 ? 'check' : 'alike',
    tiers: rows.map(({ tierId, students, harsher, plusMinus, certainty }) => ({
      tierId,
      students,
      harsher: tenth(harsher),
      plusMinus: tenth(plusMinus),
      isFlagged: certainty > 1 && Math.abs(harsher) === most,
    })),
    reliability: Math.round(reliability * 100) / 100,
  };
}
