import type { Level } from './placement.js';
import { lastRun, type PlacedActivity } from './stuck.js';

/** One activity that was done in groups. */
export interface GroupedActivity {
  readonly id: string;
  readonly at: Date;
  /** `similar` is by readiness; anything else is not. */
  readonly basis: string;
  readonly groups: readonly (readonly string[])[];
  /** Who worked on which route; those without one had the task of everybody. */
  readonly placements: readonly {
    readonly studentId: string;
    readonly level: Level;
    /** Below what the evidence suggested, and no reason was given. */
    readonly isBelowWithoutReason: boolean;
  }[];
}

export interface MobilitySettings {
  readonly window: number;
  readonly fewest: number;
  readonly stuckRun: number;
  readonly weights: {
    readonly peers: number;
    readonly bases: number;
    readonly moving: number;
    readonly fair: number;
  };
}

export const MOBILITY_DEFAULTS: MobilitySettings = {
  window: 8,
  fewest: 3,
  stuckRun: 4,
  weights: { peers: 0.4, bases: 0.2, moving: 0.2, fair: 0.2 },
};

/** What a teacher can do, next to each name. */
export type MobilityAction = 'try-stretch' | 'check-again' | 'mixed-next' | 'keep-with-reason';

export interface MobilityFlag {
  readonly studentId: string;
  readonly level: Level;
  /** Activities running on it. */
  readonly run: number;
  readonly actions: readonly MobilityAction[];
}

export type Mobility =
  | { readonly state: 'too-early'; readonly activities: number; readonly needed: number }
  | {
      readonly state: 'measured';
      readonly activities: number;
      /** 0–100; higher is the opposite of tracking. */
      readonly index: number;
      readonly parts: {
        /** Distinct peers met ÷ most that were possible, 0–1. */
        readonly peers: number;
        /** Share of activities not grouped by readiness. */
        readonly bases: number;
        /** Share of students with a run on one route. */
        readonly stuck: number;
        /** Share of placements below the suggestion without a reason. */
        readonly below: number;
      };
      readonly flags: readonly MobilityFlag[];
    };

const ACTIONS: Readonly<Record<Level, readonly MobilityAction[]>> = {
  support: ['try-stretch', 'check-again', 'mixed-next', 'keep-with-reason'],
  base: ['try-stretch', 'check-again', 'mixed-next', 'keep-with-reason'],
  stretch: ['check-again', 'mixed-next', 'keep-with-reason'],
};

/** Peers that students of the class met, and could have met in groups of these sizes. */
function peersMet(students: ReadonlySet<string>, activities: readonly GroupedActivity[]): number {
  const met = new Map<string, Set<string>>();
  const seats = new Map<string, number>();
  for (const group of activities.flatMap((activity) => activity.groups)) {
    const members = [...new Set(group)].filter((id) => students.has(id));
    for (const id of members) {
      const peers = met.get(id) ?? new Set();
      for (const peer of members) if (peer !== id) peers.add(peer);
      met.set(id, peers);
      seats.set(id, (seats.get(id) ?? 0) + members.length - 1);
    }
  }
  let sum = 0;
  let possible = 0;
  for (const [id, peers] of met) {
    sum += peers.size;
    possible += Math.min(students.size - 1, seats.get(id) ?? 0);
  }
  return possible === 0 ? 0 : sum / possible;
}

/** Per student, the activities they were grouped in, with the route they worked on. */
function historyOf(studentId: string, activities: readonly GroupedActivity[]): PlacedActivity[] {
  return activities
    .filter((activity) => activity.groups.some((group) => group.includes(studentId)))
    .map(({ id, at, placements }) => ({
      activityId: id,
      at,
      level: placements.find((p) => p.studentId === studentId)?.level ?? null,
    }));
}

/**
 * Measures how flexible the grouping of a class has been: one number, its parts, and the students to
 * act on.
 *
 * @param studentIds - The class as it is now; others are passed over.
 * @param activities - Every grouped activity, in any order; the last eight count.
 * @param settings - Window, limits and weights.
 * @returns `too-early` under three activities. Product section 5.2.
 */
export function mobility(
  studentIds: readonly string[],
  activities: readonly GroupedActivity[],
  settings: MobilitySettings = MOBILITY_DEFAULTS,
): Mobility {
  const recent = [...activities]
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .slice(-settings.window);
  if (recent.length < settings.fewest)
    return { state: 'too-early', activities: recent.length, needed: settings.fewest };
  const students = new Set(studentIds);

  const flags = [...students].flatMap((studentId): MobilityFlag[] => {
    const run = lastRun(historyOf(studentId, recent));
    if (run === null || run.activities.length < settings.stuckRun) return [];
    const { level } = run;
    return [{ studentId, level, run: run.activities.length, actions: ACTIONS[level] }];
  });
  const placements = recent
    .flatMap((activity) => activity.placements)
    .filter(({ studentId }) => students.has(studentId));
  const below = placements.filter((placement) => placement.isBelowWithoutReason).length;
  const parts = {
    peers: peersMet(students, recent),
    bases: recent.filter((activity) => activity.basis !== 'similar').length / recent.length,
    stuck: students.size === 0 ? 0 : flags.length / students.size,
    below: placements.length === 0 ? 0 : below / placements.length,
  };
  const { weights } = settings;
  const index =
    100 *
    (weights.peers * parts.peers +
      weights.bases * parts.bases +
      weights.moving * (1 - parts.stuck) +
      weights.fair * (1 - parts.below));
  return {
    state: 'measured',
    activities: recent.length,
    index: Math.round(index * 10) / 10,
    parts,
    // The support route first, then the longest runs: the teacher's order of looking.
    flags: flags.sort(
      (a, b) =>
        Number(b.level === 'support') - Number(a.level === 'support') ||
        b.run - a.run ||
        (a.studentId < b.studentId ? -1 : 1),
    ),
  };
}
