import type { Assignment, Tier } from '../assignments/assignment.js';
import type { MembershipId, TierId } from '../ids.js';
import { goalKey } from './goal-key.js';
import {
  isBelowSuggestion,
  LEVELS,
  suggestPlacement,
  type Level,
  type PlacementSuggestion,
} from './placement.js';
import { byStudentAndGoal, type GoalEvidence } from './readiness.js';
import { tierNow, tierOfLevel } from './routes-worked.js';
import type { SchoolCalendar } from './school-days.js';
import { lateJoiners, stuckFlag, type PlacedActivity, type StuckFlag } from './stuck.js';

export interface ReviewEvidence extends GoalEvidence {
  readonly source: string;
  readonly label: string;
}

/** What the evidence says about one goal. */
export interface GoalSuggestion {
  readonly text: string;
  readonly suggestion: PlacementSuggestion;
  readonly pieces: readonly ReviewEvidence[];
}

/** One student in the placement review. */
export interface ReviewRow {
  readonly membershipId: MembershipId;
  readonly now: Tier;
  readonly because: 'learner' | 'group' | 'base';
  readonly goals: readonly GoalSuggestion[];
  /** What all goals together suggest; null: not enough yet. */
  readonly suggested: Tier | null;
  /** A move down is the teacher's own decision: it is never what "confirm" does. */
  readonly isDown: boolean;
  readonly isMargin: boolean;
  readonly withSupport: boolean;
  /** Works below what the evidence suggests, and nobody said why. */
  readonly isMismatch: boolean;
  readonly stuck: StuckFlag | null;
  readonly isLate: boolean;
  /** Reason given before, when it still holds. */
  readonly reason: string;
  /** What "confirm all" does for this student. */
  readonly proposed: Tier;
}

export interface ReviewInput {
  readonly assignment: Assignment;
  readonly learners: readonly { readonly id: MembershipId; readonly joinedAt: Date }[];
  readonly evidence: readonly ReviewEvidence[];
  readonly routes: ReadonlyMap<MembershipId, readonly PlacedActivity[]>;
  readonly keptAt: ReadonlyMap<MembershipId, Date>;
  readonly calendar: SchoolCalendar;
  readonly now: Date;
}

/** Several goals as one: the mean of their levels; what lies between goes to the higher (rule 4). */
function together(levels: readonly Level[]): Level | null {
  if (levels.length === 0) return null;
  const sum = levels.reduce((total, level) => total + LEVELS.indexOf(level), 0);
  return LEVELS[Math.ceil(sum / levels.length - 1e-9)] ?? null;
}

/**
 * Says for every student what the evidence suggests, goal by goal, and what needs a look.
 *
 * @param input - The assignment with its placements, the class, evidence and earlier routes.
 * @returns One row per student in the order given. Design rules 1, 4 and 5.
 */
export function reviewPlacements(input: ReviewInput): readonly ReviewRow[] {
  const { assignment, learners, evidence, routes, keptAt, calendar, now } = input;
  const design = assignment.published ?? assignment.draft;
  const byStudent = byStudentAndGoal(evidence);
  const placed = new Set(assignment.placements.map((p) => p.membershipId));
  const late = new Set(
    assignment.publishedAt === null
      ? []
      : lateJoiners(
          learners.map(({ id, joinedAt }) => ({ id, joinedAt, isPlaced: placed.has(id) })),
          assignment.publishedAt,
        ),
  );
  const byName = new Map(
    assignment.placements.filter((p) => p.because === 'learner').map((p) => [p.membershipId, p]),
  );
  const byGroup = new Map(
    assignment.placements
      .filter((p) => p.because === 'group')
      .map((p) => [`${p.membershipId} ${p.tierId}`, p]),
  );
  return learners.map(({ id }) => {
    const { tier, because } = tierNow(assignment, id);
    const goals = design.goals.map((goal): GoalSuggestion => {
      const pieces = byStudent.get(id)?.get(goalKey(goal)) ?? [];
      const scores = pieces.map((e) => ({ score: e.value, at: e.at }));
      const suggestion = suggestPlacement(scores, now, tier.kind);
      return { text: goal.text, suggestion, pieces: pieces.slice(0, suggestion.pieces.length) };
    });
    const enough = goals.map((goal) => goal.suggestion).filter((s) => s.enough);
    const level = together(enough.map((s) => s.level));
    const suggested = level === null ? null : tierOfLevel(design.tiers, level);
    const isDown = suggested !== null && LEVELS.indexOf(suggested.kind) < LEVELS.indexOf(tier.kind);
    const isBelow =
      suggested !== null && LEVELS.indexOf(tier.kind) < LEVELS.indexOf(suggested.kind);
    const placement = because === 'group' ? byGroup.get(`${id} ${tier.id}`) : byName.get(id);
    const reason = placement?.reason ?? '';
    return {
      membershipId: id,
      now: tier,
      because,
      goals,
      suggested,
      isDown,
      isMargin: enough.some((s) => s.marginOf !== null),
      withSupport: enough.some((s) => s.withSupport),
      isMismatch: isBelow && reason === '',
      stuck: stuckFlag(routes.get(id) ?? [], now, keptAt.get(id) ?? null, calendar),
      isLate: late.has(id),
      reason,
      proposed: suggested === null || isDown || (isBelow && reason !== '') ? tier : suggested,
    };
  });
}

/**
 * Whether a placement needs a reason: it is below what the evidence suggests (rule 5). A move down
 * that the evidence itself suggests does not.
 */
export function needsReason(row: ReviewRow, chosen: Tier): boolean {
  if (row.suggested === null) return false;
  const { suggestion } = row.goals.find((goal) => goal.suggestion.enough) ?? {};
  return (
    suggestion !== undefined &&
    isBelowSuggestion(chosen.kind, { ...suggestion, level: row.suggested.kind })
  );
}

/** What a teacher decided for one student. */
export interface Decision {
  readonly membershipId: MembershipId;
  readonly tierId: TierId;
  readonly reason: string;
}

/**
 * Puts decisions into the placements of an assignment. Where a group already brings the same tier,
 * nobody is placed by name, so that moving to another group still counts; a reason is kept with it.
 *
 * @param placements - As they are now.
 * @param rows - The review that was decided on.
 * @returns The placements with the decisions in.
 */
export function decide(
  placements: Assignment['placements'],
  decisions: readonly Decision[],
  rows: ReadonlyMap<MembershipId, ReviewRow>,
  by: MembershipId,
  now: Date,
): Assignment['placements'] {
  const decided = new Map(decisions.map((decision) => [decision.membershipId, decision]));
  const others = placements
    .filter((p) => p.because !== 'learner' || !decided.has(p.membershipId))
    .map((p) => {
      const reason = decided.get(p.membershipId)?.reason ?? '';
      const isTheirs = decided.get(p.membershipId)?.tierId === p.tierId;
      return p.because === 'group' && isTheirs && reason !== '' ? { ...p, reason } : p;
    });
  const own = decisions.flatMap(({ membershipId, tierId, reason }) => {
    const row = rows.get(membershipId);
    if (row === undefined || (row.because === 'group' && row.now.id === tierId)) return [];
    return [
      {
        membershipId,
        tierId,
        because: 'learner' as const,
        groupId: null,
        byMembershipId: by,
        at: now,
        reason,
        suggestedTierId: row.suggested?.id ?? null,
      },
    ];
  });
  return [...others, ...own];
}
