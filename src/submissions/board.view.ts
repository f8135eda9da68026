import type { Assignment } from '../assignments/assignment.js';
import type { Idea } from '../choices/idea.model.js';
import type { MembershipId } from '../ids.js';
import { classOrder, displayName } from '../launch/display-name.js';
import type { Membership } from '../launch/membership.model.js';
import type { Words } from '../web/words.js';
import { laneOf, LANES, type Lane } from './board.js';
import type { FamilyReply } from './family-reply.model.js';
import type { Message } from './message.model.js';
import { studentTask } from './my-task.js';
import type { BoardSubmission } from './submission.model.js';

export interface BoardRow {
  readonly id: string;
  readonly name: string;
  readonly initials: string;
  readonly href: string;
  readonly note: string;
  readonly isNew: boolean;
  readonly isLate: boolean;
  readonly isNudged: boolean;
  readonly family: string | null;
  readonly question: { readonly id: string; readonly text: string; readonly action: string } | null;
  readonly request: { readonly text: string; readonly action: string } | null;
  readonly ideaHref: string | null;
}

export interface LanesView {
  readonly lanes: readonly {
    readonly lane: Lane;
    readonly title: string;
    readonly count: number;
    readonly rows: readonly BoardRow[];
  }[];
  /** Changes whenever anything on the board does. */
  readonly mark: string;
}

export interface BoardView {
  readonly title: string;
  readonly isPublished: boolean;
  readonly designHref: string;
  readonly lanesHref: string;
  readonly nudge: {
    readonly action: string;
    readonly count: number;
    readonly text: string;
    readonly names: string;
  } | null;
  readonly lanes: LanesView;
  readonly total: number;
  readonly handedIn: number;
  readonly message: string | null;
  readonly gradingHref: string;
  /** null: switched off. */
  readonly peersHref: string | null;
  readonly openedLinkNote: string | null;
}

declare module '../web/render.js' {
  interface Views {
    'submissions/board': BoardView;
    'submissions/lanes': LanesView;
  }
}

/** Up to two letters for the round picture of a person. */
export function initialsOf(name: string): string {
  const parts = name.split(/\s+/).filter((p) => p !== '');
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : undefined];
  return letters.map((p) => p?.[0]?.toUpperCase() ?? '').join('');
}

export interface BoardParts {
  readonly assignment: Assignment;
  readonly learners: readonly Membership[];
  readonly submissions: readonly BoardSubmission[];
  readonly messages: readonly Message[];
  readonly ideas: readonly Idea[];
  readonly replies: readonly FamilyReply[];
  readonly base: string;
  readonly words: Words;
  readonly now: Date;
}

function byMember<T extends { readonly membershipId: MembershipId }>(
  items: readonly T[],
): ReadonlyMap<MembershipId, readonly T[]> {
  const map = new Map<MembershipId, T[]>();
  for (const item of items) {
    const list = map.get(item.membershipId);
    if (list === undefined) map.set(item.membershipId, [item]);
    else list.push(item);
  }
  return map;
}

/** How long ago, in words short enough for a row. */
export function agoText(at: Date, now: Date, words: Words): string {
  const minutes = Math.max(0, Math.round((now.getTime() - at.getTime()) / 60_000));
  if (minutes < 2) return words.t('submissions.ago.now');
  if (minutes < 60) return words.t('submissions.ago.minutes', { count: minutes });
  if (minutes < 24 * 60)
    return words.t('submissions.ago.hours', { count: Math.round(minutes / 60) });
  return words.t('submissions.ago.days', { count: Math.round(minutes / 1440) });
}

/** The board's columns; one pass over each list, so that a thousand students stay quick. */
export function lanesView(parts: BoardParts): LanesView {
  const { assignment, words, now, base } = parts;
  const at = `${base}/a/${assignment.id}`;
  const submissions = new Map(parts.submissions.map((s) => [s.membershipId, s]));
  const messages = byMember(parts.messages);
  const ideas = byMember(parts.ideas.filter((i) => i.state === 'open'));
  const replies = new Map(parts.replies.map((r) => [r.childId, r]));
  const placed = new Set(assignment.placements.map((p) => p.membershipId));
  const design = assignment.published ?? assignment.draft;
  const titles = new Map(design.board.options.map((o) => [o.id, o.title]));
  const tierNames = new Map(design.tiers.map((t) => [t.id, t.name]));
  const filled = new Map<Lane, BoardRow[]>(LANES.map((lane) => [lane, []]));
  const neutral = (n: number): string => words.t('submissions.student-number', { number: n });
  const marks: string[] = [];
  for (const member of [...parts.learners].sort(classOrder)) {
    const submission = submissions.get(member._id) ?? null;
    const own = messages.get(member._id) ?? [];
    const open = own.filter((m) => m.kind === 'question' && m.answer === null);
    const idea = ideas.get(member._id)?.[0];
    const lane = laneOf(
      { submission, openQuestions: open.length, hasOpenIdea: idea !== undefined },
      now,
    );
    const chosen = (submission?.chosenIds ?? []).flatMap((id) => titles.get(id) ?? []).join(', ');
    const last = submission?.handIns.at(-1);
    const request = submission?.request?.answer === 'open' ? submission.request : null;
    const name = displayName(member, neutral);
    const [question] = open;
    const tier =
      submission?.tierId === null ? undefined : tierNames.get(submission?.tierId ?? ('' as never));
    const note = [
      chosen,
      submission === null ? '' : agoText(submission.changedAt, now, words),
      design.tiers.length > 1 ? (tier ?? '') : '',
    ]
      .filter((part) => part !== '')
      .join(' · ');
    const reply = replies.get(member._id);
    const href = `${at}/student/${member._id}`;
    const row: BoardRow = {
      id: member._id,
      name,
      initials: initialsOf(name),
      href,
      note,
      isNew:
        assignment.publishedAt !== null &&
        member.joinedAt > assignment.publishedAt &&
        !placed.has(member._id) &&
        assignment.placements.length > 0,
      isLate: last?.isLate === true,
      isNudged: own.some((m) => m.kind === 'nudge' && m.seenAt === null),
      family: reply === undefined ? null : words.t(`submissions.family.reply.${reply.kind}`),
      question:
        question === undefined
          ? null
          : { id: question._id, text: question.text, action: `${href}/answer/${question._id}` },
      request:
        request === null
          ? null
          : {
              text: words.t(`submissions.board.request.${request.kind}`),
              action: `${href}/request`,
            },
      ideaHref: idea === undefined ? null : `${at}/choices#idea-${idea._id}`,
    };
    filled.get(lane)?.push(row);
    marks.push(
      `${member._id}${lane}${note}${question?._id ?? ''}${request === null ? '' : 'r'}${idea?._id ?? ''}${row.isNudged ? 'n' : ''}${reply?.kind ?? ''}`,
    );
  }
  return {
    lanes: LANES.map((lane) => {
      const rows = filled.get(lane) ?? [];
      return {
        lane,
        title: words.t(`submissions.lane.${lane}`),
        count: rows.length,
        rows,
      };
    }),
    mark: hashText(marks.join('|')),
  };
}

/** FNV-1a: enough to see that something differs. */
function hashText(text: string): string {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return (hash >>> 0).toString(36);
}

/** The class page of an assignment. */
export function boardView(
  parts: BoardParts,
  message: string | null,
  openedLinkNote: string | null,
): BoardView {
  const { assignment, words, base } = parts;
  const at = `${base}/a/${assignment.id}`;
  const lanes = lanesView(parts);
  const undecided = lanes.lanes
    .filter(({ lane }) => lane === 'not-chosen' || lane === 'not-started')
    .flatMap(({ rows }) => rows)
    .filter((row) => !row.isNudged);
  return {
    title: (assignment.published ?? assignment.draft).title,
    isPublished: assignment.published !== null,
    designHref: `${at}/design`,
    lanesHref: `${at}/lanes`,
    nudge:
      undecided.length === 0 || assignment.published === null
        ? null
        : {
            action: `${at}/nudge`,
            count: undecided.length,
            text: words.t('submissions.board.nudge-text'),
            names: undecided.map((r) => r.name).join(', '),
          },
    lanes,
    total: parts.learners.length,
    handedIn: lanes.lanes.find(({ lane }) => lane === 'handed-in')?.count ?? 0,
    message,
    gradingHref: `${at}/grading`,
    peersHref: (assignment.published ?? assignment.draft).settings.peerFeedback
      ? `${at}/peer-feedback`
      : null,
    openedLinkNote,
  };
}

/** Tier that a student works on now, for staff. */
export function tierOf(assignment: Assignment, membershipId: MembershipId): string | null {
  return studentTask(assignment, membershipId)?.tier.id ?? null;
}
