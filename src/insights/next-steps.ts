import {
  PLACEMENT_DEFAULTS,
  suggestPlacement,
  type Evidence,
  type Level,
  type PlacementSettings,
} from './placement.js';

export interface GradedStudent {
  readonly studentId: string;
  readonly state: 'graded' | 'excused' | 'missing' | 'ungraded';
  /** Points of each criterion as a share of its maximum, 0–100. */
  readonly criteria: readonly { readonly criterionId: string; readonly share: number }[];
  /** Route they work on; null: base. */
  readonly current: Level | null;
  /** On the assignment's goal, this grade included. */
  readonly evidence: readonly Evidence[];
}

export type StepKind = 'catch-up' | 'talk' | 'mini-task' | 'revise' | 'go-on' | 'go-further';

export interface NextStep {
  readonly studentId: string;
  readonly kind: StepKind;
  /** The criterion it works on; null: none in particular. */
  readonly criterionId: string | null;
  /** A clear move up; never for somebody inside a margin, never down without the teacher. */
  readonly move: { readonly from: Level; readonly to: Level } | null;
  /** Sentence for the student: the next move, never the pile. */
  readonly messageKey: string;
}

export interface CriterionPiles {
  readonly criterionId: string;
  readonly oneMorePass: readonly string[];
  readonly ready: readonly string[];
  readonly readyForMore: readonly string[];
}

export interface NextPlan {
  readonly piles: readonly CriterionPiles[];
  /** One for every student given. */
  readonly steps: readonly NextStep[];
  /** Whom to talk to, those in most need first. */
  readonly conferenceIds: readonly string[];
  /** Students for whom evidence says down: the teacher is asked, nothing is done. */
  readonly askIds: readonly string[];
  readonly nextBasis: 'similar' | 'mixed';
}

export interface NextSettings extends PlacementSettings {
  /** Talks that fit into a week. */
  readonly conferences: number;
}

export const NEXT_DEFAULTS: NextSettings = { ...PLACEMENT_DEFAULTS, conferences: 5 };

type Pile = 'oneMorePass' | 'ready' | 'readyForMore';

const MESSAGE: Readonly<Record<StepKind, string>> = {
  'catch-up': 'insights.next.catch-up',
  talk: 'insights.next.talk',
  'mini-task': 'insights.next.mini-task',
  revise: 'insights.next.revise',
  'go-on': 'insights.next.go-on',
  'go-further': 'insights.next.go-further',
};

/** Inside a margin nobody is sorted away from the middle. */
function pileOf(share: number, settings: PlacementSettings): Pile {
  if (share < settings.supportCut - settings.margin) return 'oneMorePass';
  return share > settings.stretchCut + settings.margin ? 'readyForMore' : 'ready';
}

function stepOf(student: GradedStudent, settings: NextSettings): Omit<NextStep, 'move'> {
  const { studentId, criteria } = student;
  const step = (kind: StepKind, criterionId: string | null = null) => ({
    studentId,
    kind,
    criterionId,
    messageKey: MESSAGE[kind],
  });
  if (student.state === 'excused') return step('go-on');
  if (student.state !== 'graded') return step('catch-up');
  const weakest = [...criteria].sort((a, b) => a.share - b.share)[0];
  if (weakest === undefined) return step('go-on');
  const low = criteria.filter(({ share }) => pileOf(share, settings) === 'oneMorePass');
  if (low.length >= 2) return step('talk', weakest.criterionId);
  if (low.length === 1) return step('mini-task', weakest.criterionId);
  if (weakest.share <= settings.supportCut + settings.margin)
    return step('revise', weakest.criterionId);
  return pileOf(weakest.share, settings) === 'readyForMore' ? step('go-further') : step('go-on');
}

function moveOf(student: GradedStudent, now: Date, settings: NextSettings) {
  const suggestion = suggestPlacement(student.evidence, now, student.current, settings);
  const from = student.current ?? 'base';
  const asks = suggestion.direction === 'down';
  const isClear = suggestion.direction === 'up' && !suggestion.withSupport;
  const isInMargin = suggestion.marginOf !== null;
  return { move: isClear && !isInMargin ? { from, to: suggestion.level } : null, asks };
}

/**
 * Plans what comes after grading: piles by criterion, and for every student one next step.
 *
 * Two criteria clearly below the cut call for a talk (as many as fit into a week, the rest get a mini
 * task on their weakest), one for a mini task on it; a weakest criterion inside the margin is an
 * invitation to revise; all clearly above the upper cut go further. Nobody inside a margin is moved.
 *
 * @param students - Everybody of the assignment, graded or not.
 * @param criterionIds - Of the rubric, in its order.
 * @param lastBases - Bases of earlier groupings, newest first.
 * @param now - The clock.
 * @param settings - Cuts, margin and number of talks.
 * @returns A plan to show and confirm; nothing is done by it. Product section 5.5, rule 4.
 */
export function planNextSteps(
  students: readonly GradedStudent[],
  criterionIds: readonly string[],
  lastBases: readonly string[],
  now: Date,
  settings: NextSettings = NEXT_DEFAULTS,
): NextPlan {
  const graded = students.filter((student) => student.state === 'graded');
  const shareOf = (student: GradedStudent, id: string): number | null =>
    student.criteria.find((c) => c.criterionId === id)?.share ?? null;
  const piles = criterionIds.map((criterionId): CriterionPiles => {
    const inPile = (pile: Pile): string[] =>
      graded
        .filter((student) => {
          const share = shareOf(student, criterionId);
          return share !== null && pileOf(share, settings) === pile;
        })
        .map((student) => student.studentId);
    return {
      criterionId,
      oneMorePass: inPile('oneMorePass'),
      ready: inPile('ready'),
      readyForMore: inPile('readyForMore'),
    };
  });

  const need = (student: GradedStudent): number =>
    student.criteria.reduce((sum, c) => sum + Math.max(0, settings.supportCut - c.share), 0);
  const first = new Map(students.map((student) => [student.studentId, stepOf(student, settings)]));
  const conferenceIds = students
    .filter((student) => first.get(student.studentId)?.kind === 'talk')
    .sort((a, b) => need(b) - need(a) || (a.studentId < b.studentId ? -1 : 1))
    .slice(0, settings.conferences)
    .map((student) => student.studentId);

  const moves = new Map(
    students.map((student) => [student.studentId, moveOf(student, now, settings)]),
  );
  const steps = students.map((student): NextStep => {
    const step = first.get(student.studentId) ?? stepOf(student, settings);
    const isFull = step.kind === 'talk' && !conferenceIds.includes(student.studentId);
    const kind = isFull ? 'mini-task' : step.kind;
    const move = moves.get(student.studentId)?.move ?? null;
    return { ...step, kind, messageKey: MESSAGE[kind], move };
  });

  const share = (kinds: readonly StepKind[]): number =>
    graded.length === 0
      ? 0
      : steps.filter((step) => kinds.includes(step.kind)).length / graded.length;
  // Groups by need make sense where needs differ, and not a third time in a row.
  const needsDiffer = share(['talk', 'mini-task']) >= 0.2 && share(['go-on', 'go-further']) >= 0.2;
  const twiceSimilar = lastBases[0] === 'similar' && lastBases[1] === 'similar';
  return {
    piles,
    steps,
    conferenceIds,
    askIds: students.map((s) => s.studentId).filter((id) => moves.get(id)?.asks === true),
    nextBasis: needsDiffer && !twiceSimilar ? 'similar' : 'mixed',
  };
}
