import type { Assignment } from '../assignments/assignment.js';
import { deliveryPill } from '../passback/delivery-pill.js';
import type { Delivery } from '../passback/delivery.js';
import type { HandIn } from '../submissions/submission.js';
import { workView, type WorkView } from '../submissions/work.view.js';
import type { Words } from '../web/words.js';
import { markPassages } from './annotate.js';
import type { DeskHabit } from './desk-habit.model.js';
import { displayName } from '../launch/display-name.js';
import type { Grade } from './grade.js';
import type { DeskInput } from './grade.schema.js';
import { pieceName, stagePill } from './list.view.js';
import { bestFirst } from './phrases.js';
import type { Piece } from './pieces.js';
import type { MarkProblem } from './read-marks.js';
import { criterionMost, levelsOf, markPoints, pointRules, scoreOf } from './score.js';

interface LevelView {
  readonly key: string;
  readonly points: string;
  readonly label: string;
  readonly description: string;
  readonly hotkey: string;
  readonly isOn: boolean;
  /** The student's own rating stands here. */
  readonly isSelf: boolean;
}

interface CriterionView {
  readonly id: string;
  readonly number: number;
  readonly text: string;
  readonly most: string;
  readonly levels: readonly LevelView[];
  readonly typed: string;
  readonly note: string;
  readonly move: string;
  readonly selfText: string;
  readonly selfNote: string;
  readonly typedError: string;
}

interface NoteView {
  readonly id: string;
  readonly number: number;
  readonly quote: string;
  readonly note: string;
}

interface DeskWork {
  readonly optionId: string;
  readonly title: string;
  readonly work: WorkView;
  readonly notes: readonly NoteView[];
}

export interface DeskView {
  readonly title: string;
  readonly heading: string;
  readonly count: string;
  readonly nameless: boolean;
  readonly namesHref: string;
  readonly tier: string;
  readonly stage: { readonly text: string; readonly tone: string; readonly icon: string };
  readonly handedIn: string;
  readonly isLate: boolean;
  readonly attempt: string;
  readonly works: readonly DeskWork[];
  readonly earlier: readonly { readonly title: string; readonly works: readonly DeskWork[] }[];
  readonly reflections: readonly { readonly prompt: string; readonly text: string }[];
  readonly criteria: readonly CriterionView[];
  readonly hasCriteria: boolean;
  readonly possible: string;
  readonly points: string;
  readonly pointsError: string;
  readonly adjustment: string;
  readonly adjustmentError: string;
  readonly members: readonly {
    readonly id: string;
    readonly name: string;
    readonly adjustment: string;
    readonly error: string;
  }[];
  readonly kinds: readonly {
    readonly value: string;
    readonly label: string;
    readonly hint: string;
    readonly isOn: boolean;
  }[];
  readonly comment: string;
  readonly nextMove: string;
  readonly total: string;
  readonly version: number;
  readonly at: string;
  readonly query: string;
  readonly skipHref: string;
  readonly listHref: string;
  readonly phrases: readonly string[];
  readonly keys: {
    readonly isOn: boolean;
    readonly levels: string;
    readonly next: string;
    readonly json: string;
  };
  readonly delivery: {
    readonly text: string;
    readonly tone: string;
    readonly icon: string;
    readonly why: string;
    readonly href: string;
  } | null;
  readonly released: string;
  readonly busy: { readonly text: string; readonly takeHref: string } | null;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
  readonly theirs: string;
  readonly saved: string;
  readonly mayRelease: boolean;
}

declare module '../web/render.js' {
  interface Views {
    'grading/desk': DeskView;
  }
}

export interface DeskFacts {
  readonly assignment: Assignment;
  readonly piece: Piece;
  readonly pieces: readonly Piece[];
  readonly grade: Grade;
  /** What was typed and refused, in place of what is stored. */
  readonly typed: DeskInput | null;
  readonly problems: readonly MarkProblem[];
  readonly openCriterionIds: readonly string[];
  readonly conflict: boolean;
  readonly delivery: Delivery | null;
  readonly habit: DeskHabit;
  readonly nameless: boolean;
  readonly busyName: string | null;
  readonly nextMemberId: string | null;
  readonly saved: 'released' | '1' | null;
  readonly addressOf: (fileId: string) => string;
  readonly base: string;
  readonly now: Date;
  readonly words: Words;
}

/** Names of files may name their makers. */
function withoutNames(work: WorkView, words: Words): WorkView {
  return {
    ...work,
    files: work.files.map((file, i) => ({
      ...file,
      name: `${words.t('grading.file', { number: i + 1 })}${/\.[a-z0-9]{1,5}$/i.exec(file.name)?.[0] ?? ''}`,
    })),
  };
}

function worksOf(handIn: HandIn, facts: DeskFacts, hasNotes: boolean): DeskWork[] {
  return handIn.works.map(({ optionId, optionTitle, work }) => {
    const seen = workView(work, facts.addressOf, facts.words);
    const notes = hasNotes
      ? facts.grade.annotations
          .filter((note) => note.optionId === optionId)
          .map((note, i) => ({ ...note, number: i + 1 }))
      : [];
    return {
      optionId,
      title: optionTitle,
      work: {
        ...(facts.nameless ? withoutNames(seen, facts.words) : seen),
        html: markPassages(seen.html, notes),
      },
      notes: notes.map(({ id, number, quote, note }) => ({ id, number, quote, note })),
    };
  });
}

function criteriaOf(facts: DeskFacts, handIn: HandIn | undefined): CriterionView[] {
  const { assignment, grade, typed, words, habit } = facts;
  const design = assignment.published ?? assignment.draft;
  const rules = pointRules(design);
  const errorOf = (field: string): string => {
    const found = facts.problems.find((problem) => problem.field === field);
    return found === undefined ? '' : words.t(found.messageKey, { ...found.vars });
  };
  return design.criteria.map((criterion, i) => {
    const { id } = criterion;
    const mark = grade.marks.find((m) => m.criterionId === id);
    const levels = levelsOf(criterion, rules);
    const points = markPoints(criterion, mark, rules);
    const marked = typed === null ? (mark?.level ?? null) : (typed.level[id] ?? null);
    const onLevel = levels.find((level) => level.key === marked)?.key ?? null;
    const own = handIn?.selfRatings.find((rating) => rating.criterionId === id);
    const most = criterionMost(criterion);
    const selfPoints = own?.share == null ? null : own.share * most;
    const nearest =
      selfPoints === null
        ? null
        : [...levels].sort(
            (a, b) => Math.abs(a.points - selfPoints) - Math.abs(b.points - selfPoints),
          )[0];
    const isTyped = typed === null && onLevel === null && points !== null;
    return {
      id,
      number: i + 1,
      text: criterion.text,
      most: words.number(most),
      levels: levels.map((level, n) => ({
        key: level.key,
        points: words.number(level.points),
        label: level.single === null ? level.label : words.t(`grading.single.${level.single}`),
        description: level.description,
        hotkey: habit.keys.isOn ? (habit.keys.levels[n] ?? '') : '',
        isOn: level.key === onLevel,
        isSelf: level === nearest,
      })),
      typed: typed === null ? (isTyped ? String(points) : '') : (typed.typed[id] ?? ''),
      note: typed === null ? (mark?.comment ?? '') : (typed.note[id] ?? ''),
      move: typed === null ? (mark?.nextMove ?? '') : (typed.move[id] ?? ''),
      selfText:
        selfPoints === null
          ? ''
          : words.t('grading.self-of', {
              points: words.number(Math.round(selfPoints * 10) / 10),
              possible: words.number(most),
            }),
      selfNote: own?.note ?? '',
      typedError:
        errorOf(`typed-${id}`) ||
        (facts.openCriterionIds.includes(id) ? words.t('grading.problem.open') : ''),
    };
  });
}

/** "12 of 20" as it stands, or how many criteria are still open. */
export function totalText(assignment: Assignment, grade: Grade, words: Words): string {
  const design = assignment.published ?? assignment.draft;
  if (grade.kind !== 'scored') return words.t(`grading.kind.${grade.kind}`);
  const score = scoreOf(design, grade);
  if (score.state === 'graded') {
    return words.t('grading.points-of', {
      points: words.number(score.points),
      possible: words.number(design.pointsPossible),
    });
  }
  return design.criteria.length === 0
    ? words.t('grading.no-points-yet')
    : words.t('grading.open-criteria', { count: score.openCriterionIds.length });
}

/** One piece on the desk: the work, the rubric, and where its grade stands. */
export function deskView(facts: DeskFacts): DeskView {
  const { assignment, piece, grade, typed, words, nameless, habit } = facts;
  const design = assignment.published ?? assignment.draft;
  const handIns = piece.submission?.handIns ?? [];
  const last = handIns.at(-1);
  const query = nameless ? '' : '?names=1';
  const listAt = `${facts.base}/a/${assignment.id}/grading`;
  const at = `${listAt}/${piece.member._id}`;
  const errorOf = (field: string): string => {
    const found = facts.problems.find((problem) => problem.field === field);
    return found === undefined ? '' : words.t(found.messageKey, { ...found.vars });
  };
  const criteria = criteriaOf(facts, last);
  const placed = assignment.placements.findLast((p) => p.membershipId === piece.member._id);
  const kind = typed?.kind ?? grade.kind;
  const text = (value: number): string => (value === 0 ? '' : String(value));
  const pill = facts.delivery === null ? null : deliveryPill(facts.delivery.state);
  const neutral = (number: number): string => words.t('grading.student', { number });
  return {
    title: design.title,
    heading: pieceName(piece, nameless, words),
    count: words.t('grading.of-all', { number: piece.number, count: facts.pieces.length }),
    nameless,
    namesHref: nameless ? `${at}?names=1` : at,
    tier: nameless ? '' : (design.tiers.find((tier) => tier.id === placed?.tierId)?.name ?? ''),
    stage: stagePill(piece.stage, words),
    handedIn: last === undefined ? '' : words.moment(last.at),
    isLate: last?.isLate ?? false,
    attempt: handIns.length > 1 ? words.t('grading.attempt', { number: handIns.length }) : '',
    works: last === undefined ? [] : worksOf(last, facts, true),
    earlier: handIns.slice(0, -1).map((handIn) => ({
      title: words.t('grading.earlier', {
        number: handIn.attempt,
        when: words.moment(handIn.at),
      }),
      works: worksOf(handIn, facts, false),
    })),
    reflections: last?.reflections ?? [],
    criteria,
    hasCriteria: criteria.length > 0,
    possible: words.number(design.pointsPossible),
    points: typed?.points ?? (grade.points === null ? '' : String(grade.points)),
    pointsError:
      errorOf('points') ||
      (criteria.length === 0 && facts.openCriterionIds.length > 0
        ? words.t('grading.problem.open-points')
        : ''),
    adjustment: typed?.adjustment ?? text(grade.adjustment),
    adjustmentError: errorOf('adjustment'),
    members:
      piece.memberIds.length < 2
        ? []
        : piece.memberIds.flatMap((id) => {
            const member = facts.pieces.find((p) => p.member._id === id);
            if (member === undefined) return [];
            const stored = id === piece.member._id ? grade : member.grade;
            return [
              {
                id,
                name: nameless
                  ? words.t('grading.piece', { number: member.number })
                  : displayName(member.member, neutral),
                adjustment: typed?.adjust[id] ?? text(stored?.adjustment ?? 0),
                error: errorOf(`adjust-${id}`),
              },
            ];
          }),
    kinds: (['scored', 'excused', 'missing'] as const).map((value) => ({
      value,
      label: words.t(`grading.kind.${value}`),
      hint: words.t(`grading.kind-hint.${value}`),
      isOn: value === kind,
    })),
    comment: typed?.comment ?? grade.comment,
    nextMove: typed?.nextMove ?? grade.nextMove,
    total: totalText(assignment, grade, words),
    version: grade.version,
    at,
    query,
    skipHref:
      facts.nextMemberId === null ? `${listAt}${query}` : `${listAt}/${facts.nextMemberId}${query}`,
    listHref: `${listAt}${query}`,
    phrases: bestFirst(habit.phrases, facts.now)
      .slice(0, 12)
      .map((phrase) => phrase.text),
    keys: { ...habit.keys, json: JSON.stringify(habit.keys) },
    delivery:
      pill === null || facts.delivery === null
        ? null
        : {
            text: words.t(pill.textKey),
            tone: pill.tone,
            icon: pill.icon,
            why:
              facts.delivery.reason === null
                ? ''
                : words.t(`passback.reason.${facts.delivery.reason}.title`),
            href: `${facts.base}/a/${assignment.id}/ledger`,
          },
    released:
      grade.released === null
        ? ''
        : words.t(`grading.released-as.${grade.released.kind}`, {
            points: words.number(grade.released.points),
            possible: words.number(grade.released.pointsPossible),
            when: words.moment(grade.released.at),
          }),
    busy:
      facts.busyName === null
        ? null
        : {
            text: words.t('grading.busy.text', { name: facts.busyName }),
            takeHref: `${at}?take=1${nameless ? '' : '&names=1'}`,
          },
    errors: [
      ...facts.problems.map((problem) => ({
        field: problem.field,
        message: words.t(problem.messageKey, { ...problem.vars }),
      })),
      ...criteria
        .filter((criterion) => facts.openCriterionIds.includes(criterion.id))
        .map((criterion) => ({
          field: `typed-${criterion.id}`,
          message: words.t('grading.problem.open-named', { criterion: criterion.text }),
        })),
      ...(criteria.length === 0 && facts.openCriterionIds.length > 0
        ? [{ field: 'points', message: words.t('grading.problem.open-points') }]
        : []),
    ],
    theirs: facts.conflict
      ? words.t('grading.conflict.theirs', {
          total: totalText(assignment, grade, words),
          comment: grade.comment,
        })
      : '',
    saved:
      facts.saved === null
        ? ''
        : words.t(`grading.saved.${facts.saved === '1' ? 'saved' : 'released'}`),
    mayRelease: facts.busyName === null,
  };
}
