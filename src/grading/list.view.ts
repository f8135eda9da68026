import type { Assignment } from '../assignments/assignment.js';
import { toLocal } from '../assignments/local-time.js';
import { displayName } from '../launch/display-name.js';
import { initialsOf } from './initials.js';
import { deliveryPill } from '../passback/delivery-pill.js';
import type { Delivery } from '../passback/delivery.js';
import type { Words } from '../web/words.js';
import { isReleasable, type GradeStage } from './grade-state.js';
import { isWaiting, type Piece } from './pieces.js';
import type { RubricChange } from './rubric-change.js';
import { scoreOf } from './score.js';

interface PillView {
  readonly text: string;
  readonly tone: string;
  readonly icon: string;
}

export interface ListRow {
  readonly memberId: string;
  readonly name: string;
  readonly initials: string;
  readonly note: string;
  readonly stage: PillView;
  readonly points: string;
  readonly delivery: PillView | null;
  readonly href: string;
  readonly canRelease: boolean;
  /** A co-teacher who is at this piece now. */
  readonly busy: string;
}

export interface ListView {
  readonly title: string;
  readonly nameless: boolean;
  readonly namesHref: string;
  readonly counts: {
    readonly waiting: number;
    readonly held: number;
    readonly released: number;
    readonly none: number;
    readonly all: number;
  };
  readonly rows: readonly ListRow[];
  readonly mayGrade: boolean;
  readonly nextHref: string | null;
  readonly canRelease: number;
  readonly scheduled: string | null;
  readonly scheduledCount: number;
  readonly scheduleValue: string;
  readonly scheduleError: string | null;
  readonly pointsDiffer: string | null;
  readonly changed: { readonly title: string; readonly rows: readonly string[] } | null;
  readonly shares: readonly {
    readonly value: string;
    readonly label: string;
    readonly selected: boolean;
  }[];
  readonly done: string | null;
  readonly at: string;
  readonly isPublished: boolean;
  readonly isNative: boolean;
  readonly planHref: string | null;
}

declare module '../web/render.js' {
  interface Views {
    'grading/list': ListView;
  }
}

const STAGES: Readonly<Record<GradeStage, { tone: string; icon: string }>> = {
  none: { tone: 'neutral', icon: 'circle-dashed' },
  'to-grade': { tone: 'info', icon: 'inbox' },
  begun: { tone: 'info', icon: 'pencil' },
  held: { tone: 'accent', icon: 'lock' },
  scheduled: { tone: 'accent', icon: 'calendar-clock' },
  released: { tone: 'ok', icon: 'check' },
  changed: { tone: 'warn', icon: 'pencil' },
  'new-attempt': { tone: 'info', icon: 'repeat' },
};

/** A stage as a mark with words. */
export function stagePill(stage: GradeStage, words: Words): PillView {
  return { text: words.t(`grading.stage.${stage}`), ...STAGES[stage] };
}

/** What a piece is called: by number while names are hidden. */
export function pieceName(piece: Piece, nameless: boolean, words: Words): string {
  return nameless
    ? words.t('grading.piece', { number: piece.number })
    : displayName(piece.member, (number) => words.t('grading.student', { number }));
}

/** Points as the list shows them: "15 of 20", or in words where there are none. */
export function pointsText(assignment: Assignment, piece: Piece, words: Words): string {
  const { grade } = piece;
  if (grade === null) return '';
  if (grade.kind !== 'scored') return words.t(`grading.kind.${grade.kind}`);
  const design = assignment.published ?? assignment.draft;
  const score = scoreOf(design, grade);
  if (score.state !== 'graded') return '';
  return words.t('grading.points-of', {
    points: words.number(score.points),
    possible: words.number(design.pointsPossible),
  });
}

export interface ListFacts {
  readonly assignment: Assignment;
  readonly pieces: readonly Piece[];
  readonly deliveries: ReadonlyMap<string, Delivery>;
  /** Names of co-teachers at pieces, by membership of the piece. */
  readonly busy: ReadonlyMap<string, string>;
  readonly nameless: boolean;
  readonly mayGrade: boolean;
  readonly nextMemberId: string | null;
  readonly changes: readonly RubricChange[];
  /** What the platform's column is worth where that is another number; null: the same or unknown. */
  readonly columnPoints: number | null;
  readonly shares: ListView['shares'];
  readonly done: string | null;
  readonly scheduleError: string | null;
  readonly scheduleTyped: string | null;
  readonly base: string;
  readonly words: Words;
}

/** The list of an assignment's pieces, in mixed order while names are hidden. */
export function listView(facts: ListFacts): ListView {
  const { assignment, pieces, nameless, words } = facts;
  const design = assignment.published ?? assignment.draft;
  const at = `${facts.base}/a/${assignment.id}/grading`;
  const query = nameless ? '' : '?names=1';
  const tierOf = (id: string): string => {
    const placed = assignment.placements.findLast((p) => p.membershipId === id);
    return design.tiers.find((tier) => tier.id === placed?.tierId)?.name ?? '';
  };
  const nameOf = new Map(pieces.map((p) => [p.member._id, pieceName(p, nameless, words)]));
  const rows = pieces.map((piece): ListRow => {
    const { member, grade } = piece;
    const name = pieceName(piece, nameless, words);
    const delivery = facts.deliveries.get(member._id);
    const pill = delivery === undefined ? null : deliveryPill(delivery.state);
    const others = piece.memberIds.length - 1;
    const notes = [
      nameless ? '' : tierOf(member._id),
      others > 0 ? words.t('grading.shared', { count: others }) : '',
      member.status === 'left' ? words.t('grading.left') : '',
    ];
    return {
      memberId: member._id,
      name,
      initials: nameless ? String(piece.number) : initialsOf(name),
      note: notes.filter((note) => note !== '').join(' · '),
      stage: stagePill(piece.stage, words),
      points: pointsText(assignment, piece, words),
      delivery:
        pill === null ? null : { text: words.t(pill.textKey), tone: pill.tone, icon: pill.icon },
      href: `${at}/${member._id}${query}`,
      canRelease: isReleasable(design, grade),
      busy: facts.busy.get(member._id) ?? '',
    };
  });
  if (!nameless) rows.sort((a, b) => a.name.localeCompare(b.name));
  const scheduled = pieces.flatMap((p) => p.grade?.releaseAt ?? []);
  const [first] = scheduled;
  const has = (...stages: GradeStage[]): number =>
    pieces.filter((piece) => stages.includes(piece.stage)).length;
  return {
    title: design.title,
    nameless,
    namesHref: nameless ? `${at}?names=1` : at,
    counts: {
      waiting: pieces.filter(isWaiting).length,
      held: has('held', 'scheduled', 'changed'),
      released: has('released'),
      none: has('none'),
      all: pieces.length,
    },
    rows,
    mayGrade: facts.mayGrade,
    nextHref: facts.nextMemberId === null ? null : `${at}/${facts.nextMemberId}${query}`,
    canRelease: rows.filter((row) => row.canRelease).length,
    scheduled: first === undefined ? null : words.moment(first),
    scheduledCount: scheduled.length,
    scheduleValue: facts.scheduleTyped ?? toLocal(first ?? null, words.timeZone),
    scheduleError: facts.scheduleError,
    pointsDiffer:
      facts.columnPoints === null
        ? null
        : words.t('grading.column-points.text', {
            theirs: words.number(facts.columnPoints),
            ours: words.number(design.pointsPossible),
          }),
    changed:
      facts.changes.length === 0
        ? null
        : {
            title: words.t('grading.rubric-change.title', { count: facts.changes.length }),
            rows: facts.changes.map((change) =>
              words.t(`grading.rubric-change.${change.after === null ? 'open' : 'row'}`, {
                name: nameOf.get(change.membershipId) ?? '',
                before: words.number(change.before),
                beforePossible: words.number(change.beforePossible),
                after: words.number(change.after ?? 0),
                afterPossible: words.number(change.afterPossible),
              }),
            ),
          },
    shares: facts.shares,
    done: facts.done,
    at,
    isPublished: assignment.published !== null,
    isNative: assignment.isNative,
    planHref: has('held', 'scheduled', 'changed', 'released') > 0 ? `${at}/next-steps` : null,
  };
}
