import type { CriterionId, FileId, GoalId, TierId } from '../ids.js';
import { isSame } from './merge-designs.js';
import {
  baseTier,
  type CriterionLevel,
  type DateRule,
  type Material,
  type SuccessCriterion,
  type TaskDesign,
  type Tier,
} from './assignment.js';

/** At most this many routes to one goal. */
export const MAX_TIERS = 3;

/** Gives an id for a new part. */
export type NewId = () => string;

/** Words that new parts begin with, in the teacher's language. */
export interface PartWords {
  readonly support: string;
  readonly stretch: string;
  /** Labels of a new criterion's levels, highest first. */
  readonly levels: readonly string[];
}

/** Names a date by whom it is for: `tier:<id>`. */
export function dateKey(
  rule: Pick<DateRule, 'scope' | 'tierId' | 'groupId' | 'membershipId'>,
): string {
  return `${rule.scope}:${rule.tierId ?? rule.groupId ?? rule.membershipId ?? ''}`;
}

/** Changes one tier of a design; nothing where there is no such tier. */
export function inTier(
  design: TaskDesign,
  tierId: string,
  change: (tier: Tier) => Tier,
): TaskDesign {
  return {
    ...design,
    tiers: design.tiers.map((tier) => (tier.id === tierId ? change(tier) : tier)),
  };
}

/** Adds a goal to the assignment and to every tier of it. */
export function addGoal(
  design: TaskDesign,
  goal: { readonly text: string; readonly code: string },
  newId: NewId,
): TaskDesign {
  const id = newId() as GoalId;
  return {
    ...design,
    goals: [...design.goals, { id, ...goal }],
    tiers: design.tiers.map((tier) => ({ ...tier, goalIds: [...tier.goalIds, id] })),
  };
}

/** Takes a goal out of the assignment, its tiers and its criteria. */
export function removeGoal(design: TaskDesign, goalId: string): TaskDesign {
  const others = (list: readonly GoalId[]) => list.filter((id) => id !== goalId);
  return {
    ...design,
    goals: design.goals.filter((goal) => goal.id !== goalId),
    criteria: design.criteria.map((c) => ({ ...c, goalIds: others(c.goalIds) })),
    tiers: design.tiers.map((tier) => ({ ...tier, goalIds: others(tier.goalIds) })),
  };
}

/** Points of a level as a teacher would write them: halves, or hundredths where all are few. */
function levelPoints(points: number, most: number): number {
  const steps = most >= 2 ? 2 : 100;
  return Math.round(points * steps) / steps;
}

/** Four even steps from all of the points to none. */
export function evenLevels(points: number, labels: readonly string[]): readonly CriterionLevel[] {
  const steps = labels.length - 1;
  return labels.map((label, i) => ({
    points: i === 0 ? points : levelPoints((points * (steps - i)) / steps, points),
    label,
    description: '',
  }));
}

/**
 * Adds a success criterion to the assignment, to every tier and to every choice: the one rubric
 * holds for all of them (product rule 14). The first one is the anchor of the severity meter.
 */
export function addCriterion(
  design: TaskDesign,
  criterion: {
    readonly text: string;
    readonly kind: SuccessCriterion['kind'];
    readonly points: number;
  },
  newId: NewId,
  words: PartWords,
): TaskDesign {
  const id = newId() as CriterionId;
  const made: SuccessCriterion = {
    id,
    ...criterion,
    goalIds: design.goals.map((goal) => goal.id),
    levels: evenLevels(criterion.points, words.levels),
    isAnchor: design.criteria.length === 0,
  };
  return {
    ...design,
    criteria: [...design.criteria, made],
    tiers: design.tiers.map((tier) => ({ ...tier, criterionIds: [...tier.criterionIds, id] })),
    board: {
      ...design.board,
      options: design.board.options.map((o) => ({ ...o, criterionIds: [...o.criterionIds, id] })),
    },
  };
}

/** Takes a criterion out of the rubric, the tiers and the choices. */
export function removeCriterion(design: TaskDesign, criterionId: string): TaskDesign {
  const others = (list: readonly CriterionId[]) => list.filter((id) => id !== criterionId);
  return {
    ...design,
    criteria: design.criteria.filter((c) => c.id !== criterionId),
    tiers: design.tiers.map((t) => ({ ...t, criterionIds: others(t.criterionIds) })),
    board: {
      ...design.board,
      options: design.board.options.map((o) => ({ ...o, criterionIds: others(o.criterionIds) })),
    },
  };
}

/**
 * Shares the assignment's points out over the criteria, in the proportion they have, so that the
 * rubric adds up to the one maximum of the gradebook column. Where the maximum is a whole number,
 * so is each share: 20 points over three criteria are 7, 7 and 6.
 */
export function fitPoints(design: TaskDesign): TaskDesign {
  const sum = design.criteria.reduce((all, c) => all + c.points, 0);
  if (sum <= 0 || sum === design.pointsPossible) return design;
  const isWhole =
    Number.isInteger(design.pointsPossible) && design.pointsPossible >= design.criteria.length;
  const parts = isWhole ? 1 : 100;
  const exact = design.criteria.map((c) => (c.points * design.pointsPossible * parts) / sum);
  const floors = exact.map(Math.floor);
  // What rounding down leaves over goes to those that lost most by it.
  let left = Math.round(design.pointsPossible * parts) - floors.reduce((all, n) => all + n, 0);
  const losers = exact
    .map((share, i) => ({ i, lost: share - Math.floor(share) }))
    .sort((a, b) => b.lost - a.lost || a.i - b.i);
  for (const { i } of losers) {
    if (left <= 0) break;
    floors[i] = (floors[i] ?? 0) + 1;
    left -= 1;
  }
  const criteria = design.criteria.map((criterion, i) => {
    const points = (floors[i] ?? 0) / parts;
    const scale = criterion.points === 0 ? 0 : points / criterion.points;
    const levels = criterion.levels.map((level) => ({
      ...level,
      points:
        level.points === criterion.points ? points : levelPoints(level.points * scale, points),
    }));
    return { ...criterion, points, levels };
  });
  return { ...design, criteria };
}

/** A copy of the base task as the start of another route; nothing where three are there already. */
export function addTier(
  design: TaskDesign,
  kind: 'support' | 'stretch',
  newId: NewId,
  words: PartWords,
): TaskDesign {
  if (design.tiers.length >= MAX_TIERS) return design;
  const base = baseTier(design);
  const tier: Tier = {
    ...base,
    id: newId() as TierId,
    kind,
    name: words[kind],
    goalIds: design.goals.map((goal) => goal.id),
    criterionIds: design.criteria.map((criterion) => criterion.id),
    materials: base.materials.map((material) => ({ ...material, id: newId() })),
    steps: base.steps.map((step) => ({ ...step, id: newId() })),
    moveIds: [],
  };
  // Support stands before stretch, whatever was added first.
  const order = { base: 0, support: 1, stretch: 2 };
  const tiers = [...design.tiers, tier].sort((a, b) => order[a.kind] - order[b.kind]);
  return { ...design, tiers };
}

/** Takes a tier away with its dates and the choices that were only for it; the base stays. */
export function removeTier(design: TaskDesign, tierId: string): TaskDesign {
  if (design.tiers.every((tier) => tier.id !== tierId || tier.kind === 'base')) return design;
  return {
    ...design,
    tiers: design.tiers.filter((tier) => tier.id !== tierId),
    dates: design.dates.filter((rule) => rule.tierId !== tierId),
    board: {
      ...design.board,
      options: design.board.options
        .filter((o) => o.tierIds.length !== 1 || o.tierIds[0] !== tierId)
        .map((o) => ({ ...o, tierIds: o.tierIds.filter((id) => id !== tierId) })),
    },
  };
}

/** Adds an empty link or passage, or an uploaded file, to a tier. */
export function addMaterial(
  design: TaskDesign,
  tierId: string,
  material: {
    readonly kind: Material['kind'];
    readonly title: string;
    readonly url?: string;
    readonly fileId?: FileId;
  },
  newId: NewId,
): TaskDesign {
  return inTier(design, tierId, (tier) => ({
    ...tier,
    materials: [
      ...tier.materials,
      {
        id: newId(),
        kind: material.kind,
        title: material.title,
        url: material.kind === 'link' ? (material.url ?? '') : null,
        fileId: material.fileId ?? null,
        html: material.kind === 'text' ? '' : null,
      },
    ],
  }));
}

/** Adds a step without words yet. */
export function addStep(design: TaskDesign, tierId: string, newId: NewId): TaskDesign {
  return inTier(design, tierId, (tier) => ({
    ...tier,
    steps: [...tier.steps, { id: newId(), text: '', targetAt: null }],
  }));
}

/** Takes a material or a step out of whichever tier has it. */
export function removePart(design: TaskDesign, partId: string): TaskDesign {
  return {
    ...design,
    tiers: design.tiers.map((tier) => ({
      ...tier,
      materials: tier.materials.filter((m) => m.id !== partId),
      steps: tier.steps.filter((s) => s.id !== partId),
    })),
  };
}

/** Moves a step one place up in its tier. */
export function raiseStep(design: TaskDesign, stepId: string): TaskDesign {
  return {
    ...design,
    tiers: design.tiers.map((tier) => {
      const at = tier.steps.findIndex((step) => step.id === stepId);
      const [step, above] = [tier.steps[at], tier.steps[at - 1]];
      if (step === undefined || above === undefined) return tier;
      return {
        ...tier,
        steps: [...tier.steps.slice(0, at - 1), step, above, ...tier.steps.slice(at + 1)],
      };
    }),
  };
}

/** Gives a tier, group or student a date of their own; an earlier one of theirs is replaced. */
export function setDate(design: TaskDesign, rule: DateRule): TaskDesign {
  const others = design.dates.filter((known) => dateKey(known) !== dateKey(rule));
  return { ...design, dates: [...others, rule] };
}

/** Whether publishing now would change anything for students. */
export function differsFromPublished(draft: TaskDesign, published: TaskDesign | null): boolean {
  return published === null || !isSame(draft, published);
}
