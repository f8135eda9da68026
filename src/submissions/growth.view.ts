import type { Assignment } from '../assignments/assignment.js';
import type { Grade } from '../grading/grade.js';
import type { Words } from '../web/words.js';
import type { Growth } from './growth.model.js';
import { selfLevels } from './hand-in.view.js';
import type { Submission } from './submission.js';

export interface GrowthView {
  readonly heading: string;
  readonly isTeacher: boolean;
  readonly at: string;
  readonly goals: readonly {
    readonly id: string;
    readonly text: string;
    readonly evidence: string;
    readonly stateText: string;
    readonly isOpen: boolean;
    readonly steps: readonly {
      readonly id: string;
      readonly text: string;
      readonly due: string | null;
      readonly isDone: boolean;
    }[];
    readonly studentSigned: string | null;
    readonly teacherSigned: string | null;
    readonly canSign: boolean;
    readonly at: string;
  }[];
  /** Learning goals of the course with what the student showed over time, oldest first. */
  readonly evidence: readonly {
    readonly goal: string;
    readonly points: readonly {
      readonly title: string;
      readonly when: string;
      readonly percent: number;
      readonly text: string;
    }[];
    readonly change: string | null;
  }[];
  readonly sides: readonly {
    readonly title: string;
    readonly href: string | null;
    readonly rows: readonly {
      readonly criterion: string;
      readonly mine: string;
      readonly teacher: string;
    }[];
    readonly nextMove: string;
  }[];
  readonly interests: string;
  readonly preferences: string;
  readonly interestList: readonly string[];
  readonly preferenceList: readonly string[];
  readonly typed: {
    readonly text: string;
    readonly evidence: string;
    readonly error: string | null;
  };
  readonly emptySteps: readonly number[];
}

declare module '../web/render.js' {
  interface Views {
    'submissions/growth': GrowthView;
  }
}

/** A released piece with what belongs to it. */
export interface GradedPiece {
  readonly assignment: Assignment;
  readonly submission: Submission | null;
  readonly released: NonNullable<Grade['released']>;
}

/** Share of a goal's points in one piece, 0–100; null where nothing of the goal was marked. */
function percentOf(piece: GradedPiece, goalId: string): number | null {
  const { assignment, released } = piece;
  const design = assignment.published ?? assignment.draft;
  let given = 0;
  let possible = 0;
  for (const criterion of design.criteria) {
    const goalIds: readonly string[] = criterion.goalIds;
    const points = released.marks.find((m) => m.criterionId === criterion.id)?.points ?? null;
    if (!goalIds.includes(goalId) || points === null) continue;
    given += points;
    possible += criterion.points;
  }
  return possible === 0 ? null : Math.round((100 * given) / possible);
}

/** The same goal in several assignments: by its code where it has one, else by its words. */
function evidenceRows(pieces: readonly GradedPiece[], words: Words): GrowthView['evidence'] {
  const rows = new Map<
    string,
    { goal: string; points: GrowthView['evidence'][number]['points'][number][] }
  >();
  for (const piece of pieces) {
    const design = piece.assignment.published ?? piece.assignment.draft;
    for (const goal of design.goals) {
      const percent = percentOf(piece, goal.id);
      if (percent === null) continue;
      const key = goal.code === '' ? goal.text.trim().toLowerCase() : goal.code;
      const row = rows.get(key) ?? { goal: goal.text, points: [] };
      row.points.push({
        title: design.title,
        when: words.day(piece.released.at),
        percent,
        text: words.t('growth.share', { percent }),
      });
      rows.set(key, row);
    }
  }
  return [...rows.values()].map(({ goal, points }) => {
    const first = points[0];
    const last = points.at(-1);
    const change = first === undefined || last === undefined ? 0 : last.percent - first.percent;
    return {
      goal,
      points,
      change:
        points.length < 2
          ? null
          : words.t(`growth.change.${change > 4 ? 'up' : change < -4 ? 'down' : 'same'}`),
    };
  });
}

/**
 * My growth (product.md section 6, screen 9): goals and plans, evidence against one's own past, one's
 * own rating beside the teacher's. Nobody else is on this page.
 */
export function growthView(parts: {
  readonly growth: Growth;
  readonly pieces: readonly GradedPiece[];
  readonly isTeacher: boolean;
  readonly heading: string;
  readonly at: string;
  readonly base: string;
  readonly words: Words;
  readonly typed?: GrowthView['typed'];
}): GrowthView {
  const { growth, words, at, isTeacher } = parts;
  const pieces = [...parts.pieces].sort(
    (a, b) => a.released.at.getTime() - b.released.at.getTime(),
  );
  const openFirst = [...growth.goals].sort(
    (a, b) => Number(b.state === 'open') - Number(a.state === 'open'),
  );
  return {
    heading: parts.heading,
    isTeacher,
    at,
    goals: openFirst.map((goal) => ({
      id: goal.id,
      text: goal.text,
      evidence: goal.evidence,
      stateText: words.t(`growth.state.${goal.state}`),
      isOpen: goal.state === 'open',
      steps: goal.steps.map((step) => ({
        id: step.id,
        text: step.text,
        due: step.dueAt === null ? null : words.day(step.dueAt),
        isDone: step.isDone,
      })),
      studentSigned:
        goal.signedByStudentAt === null
          ? null
          : words.t('growth.signed-student', { when: words.day(goal.signedByStudentAt) }),
      teacherSigned:
        goal.signedByTeacher === null
          ? null
          : words.t('growth.signed-teacher', { when: words.day(goal.signedByTeacher.at) }),
      canSign: isTeacher ? goal.signedByTeacher === null : goal.signedByStudentAt === null,
      at: `${at}/goals/${goal.id}`,
    })),
    evidence: evidenceRows(pieces, words),
    sides: [...pieces]
      .reverse()
      .slice(0, 6)
      .map(({ assignment, submission, released }) => {
        const design = assignment.published ?? assignment.draft;
        const handIn = submission?.handIns.find((h) => h.attempt === released.attempt);
        const ratings = handIn?.selfRatings ?? submission?.selfRatings ?? [];
        return {
          title: design.title,
          href: isTeacher ? null : `${parts.base}/a/${assignment.id}/feedback`,
          rows: design.criteria.map((criterion) => {
            const share = ratings.find((r) => r.criterionId === criterion.id)?.share;
            const points = released.marks.find((m) => m.criterionId === criterion.id)?.points;
            const label = criterion.levels.find((l) => l.points === points)?.label;
            return {
              criterion: criterion.text,
              mine: selfLevels(criterion, words).find((l) => l.share === share)?.label ?? '',
              teacher:
                label ??
                (points == null
                  ? ''
                  : words.t('submissions.feedback.points', {
                      points: words.number(points),
                      possible: words.number(criterion.points),
                    })),
            };
          }),
          nextMove: released.nextMove,
        };
      }),
    interests: growth.interests.join('\n'),
    preferences: growth.preferences.join('\n'),
    interestList: growth.interests,
    preferenceList: growth.preferences,
    typed: parts.typed ?? { text: '', evidence: '', error: null },
    emptySteps: [1, 2, 3],
  };
}
