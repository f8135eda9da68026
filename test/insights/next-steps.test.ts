import { describe, expect, test } from 'vitest';
import en from '../../config/locales/en/insights.json' with { type: 'json' };
import { diceOf } from '../../src/groups/dice.js';
import { planNextSteps, type GradedStudent } from '../../src/insights/next-steps.js';
import { LEVELS } from '../../src/insights/placement.js';

const now = new Date(Date.UTC(2026, 2, 20));
const ago = (days: number) => new Date(now.getTime() - days * 86_400_000);
const CRITERIA = ['c1', 'c2', 'c3'];

function aStudent(
  studentId: string,
  shares: number[],
  changes: Partial<GradedStudent> = {},
): GradedStudent {
  return {
    studentId,
    state: 'graded',
    current: 'base',
    criteria: shares.map((share, i) => ({ criterionId: CRITERIA[i]!, share })),
    evidence: shares.map((score, i) => ({ score, at: ago(i + 1) })),
    ...changes,
  };
}
const planOf = (students: GradedStudent[], bases: string[] = []) =>
  planNextSteps(students, CRITERIA, bases, now);

describe('after grading', () => {
  test.each([
    ['all clearly above: further', [95, 96, 100], {}, 'go-further', null],
    ['inside the upper margin: on', [90, 93, 86], {}, 'go-on', null],
    ['in the middle: on', [70, 75, 80], {}, 'go-on', null],
    ['the weakest inside the margin: revise it', [70, 55, 80], {}, 'revise', 'c2'],
    ['one clearly below: a mini task on it', [70, 80, 40], {}, 'mini-task', 'c3'],
    ['two clearly below: a talk about the weakest', [30, 20, 80], {}, 'talk', 'c2'],
    ['not handed in', [], { state: 'missing' }, 'catch-up', null],
    ['not graded', [], { state: 'ungraded' }, 'catch-up', null],
    ['excused', [], { state: 'excused' }, 'go-on', null],
    ['graded without criteria', [], {}, 'go-on', null],
  ] as const)('%s', (_name, shares, changes, kind, criterionId) => {
    expect(planOf([aStudent('ana', [...shares], changes)]).steps).toEqual([
      expect.objectContaining({ studentId: 'ana', kind, criterionId }),
    ]);
  });

  test('one step for each of 28, none missing, and nobody inside a margin is moved', () => {
    const dice = diceOf(28);
    for (let round = 0; round < 200; round += 1) {
      const students = Array.from({ length: 28 }, (_, i) =>
        aStudent(
          `s${i}`,
          [0, 1, 2].map(() => dice.roll(101)),
          {
            state: (['graded', 'graded', 'graded', 'missing', 'excused'] as const)[dice.roll(5)]!,
            current: LEVELS[dice.roll(3)]!,
            evidence: Array.from({ length: dice.roll(6) }, (_unused, e) => ({
              score: dice.roll(101),
              at: ago(e * 3),
            })),
          },
        ),
      );
      const plan = planOf(students);
      expect(plan.steps.map((s) => s.studentId)).toEqual(students.map((s) => s.studentId));
      expect(plan.conferenceIds.length).toBeLessThanOrEqual(5);
      expect(
        plan.steps
          .filter((s) => s.kind === 'talk')
          .map((s) => s.studentId)
          .sort(),
      ).toEqual([...plan.conferenceIds].sort());
      for (const [i, step] of plan.steps.entries()) {
        if (step.move === null) continue;
        const { evidence, current } = students[i]!;
        expect(LEVELS.indexOf(step.move.to)).toBeGreaterThan(LEVELS.indexOf(current!));
        const five = [...evidence].sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, 5);
        const weights = five.map((_e, k) => five.length - k);
        const estimate =
          five.reduce((sum, e, k) => sum + e.score * weights[k]!, 0) /
          weights.reduce((a, b) => a + b, 0);
        for (const cut of [60, 85]) expect(Math.abs(estimate - cut)).toBeGreaterThan(8);
      }
      for (const pile of plan.piles) {
        const sorted = [...pile.oneMorePass, ...pile.ready, ...pile.readyForMore];
        expect(sorted.sort()).toEqual(
          students
            .filter((s) => s.state === 'graded')
            .map((s) => s.studentId)
            .sort(),
        );
      }
    }
  });

  test('evidence that says down only asks the teacher', () => {
    const plan = planOf([aStudent('ana', [10, 10, 10])]);
    expect(plan.askIds).toEqual(['ana']);
    expect(plan.steps[0]?.move).toBeNull();
  });

  test('more in need than talks fit into a week: the neediest talk, the rest get a mini task', () => {
    const students = Array.from({ length: 8 }, (_, i) => aStudent(`s${i}`, [i * 5, i * 5, 90]));
    const plan = planOf(students);
    expect(plan.conferenceIds).toEqual(['s0', 's1', 's2', 's3', 's4']);
    expect(plan.steps.slice(5).map((s) => s.kind)).toEqual(['mini-task', 'mini-task', 'mini-task']);
  });

  test('groups by need only where needs differ, and not three times running', () => {
    const apart = [
      ...[1, 2, 3].map((i) => aStudent(`l${i}`, [20, 70, 80])),
      ...[1, 2, 3].map((i) => aStudent(`h${i}`, [80, 80, 80])),
    ];
    expect(planOf(apart).nextBasis).toBe('similar');
    expect(planOf(apart, ['similar', 'similar']).nextBasis).toBe('mixed');
    expect(planOf(apart.slice(3)).nextBasis).toBe('mixed');
    expect(planOf([]).steps).toEqual([]);
  });

  test('what a student reads names the next move and no pile', () => {
    for (const text of Object.values(en.next))
      expect(text).not.toMatch(/pile|below|low|behind|tier|group|cut/i);
  });
});
