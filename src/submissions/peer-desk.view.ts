import { displayName } from '../launch/display-name.js';
import type { Membership } from '../launch/membership.model.js';
import type { Words } from '../web/words.js';
import type { StudentTask } from './my-task.js';
import type { PeerReview } from './peer-review.model.js';

export interface PeerDeskView {
  readonly title: string;
  readonly at: string;
  readonly isOn: boolean;
  readonly designHref: string;
  /** Handed in and not yet part of it. */
  readonly waiting: number;
  readonly isOpened: boolean;
  readonly countText: string;
  readonly reviews: readonly {
    readonly id: string;
    readonly whoText: string;
    readonly state: PeerReview['state'];
    readonly stateText: string;
    readonly workHref: string;
    readonly action: string | null;
    readonly notes: readonly {
      readonly criterion: string;
      readonly works: string;
      readonly next: string;
    }[];
  }[];
  readonly hasGiven: boolean;
}

declare module '../web/render.js' {
  interface Views {
    'submissions/peer-desk': PeerDeskView;
  }
}

/** What needs the teacher first. */
const ORDER: Readonly<Record<PeerReview['state'], number>> = {
  given: 0,
  released: 1,
  hidden: 2,
  open: 3,
};

/**
 * The teacher's page of peer feedback: who looks at whom, what they said, and what goes on to its
 * author.
 *
 * @param waiting - How many handed in and are not part of it yet.
 */
export function peerDeskView(parts: {
  readonly title: string;
  readonly isOn: boolean;
  readonly criteria: StudentTask['criteria'];
  readonly reviews: readonly PeerReview[];
  readonly members: readonly Membership[];
  readonly waiting: number;
  readonly base: string;
  readonly assignmentId: string;
  readonly words: Words;
}): PeerDeskView {
  const { words } = parts;
  const at = `${parts.base}/a/${parts.assignmentId}`;
  const nameOf = (id: string): string => {
    const member = parts.members.find((m) => m._id === id);
    return member === undefined
      ? words.t('peers.desk.gone')
      : displayName(member, (n) => words.t('submissions.student-number', { number: n }));
  };
  const given = parts.reviews.filter((r) => r.state !== 'open').length;
  return {
    title: parts.title,
    at: `${at}/peer-feedback`,
    isOn: parts.isOn,
    designHref: `${at}/design`,
    waiting: parts.waiting,
    isOpened: parts.reviews.length > 0,
    countText: words.t('peers.desk.count', { count: given, total: parts.reviews.length }),
    hasGiven: parts.reviews.some((r) => r.state === 'given'),
    reviews: [...parts.reviews]
      .sort((a, b) => ORDER[a.state] - ORDER[b.state])
      .map((review) => ({
        id: review._id,
        whoText: words.t('peers.desk.who', {
          reviewer: nameOf(review.reviewerId),
          author: nameOf(review.authorId),
        }),
        state: review.state,
        stateText: words.t(`peers.desk.state.${review.state}`),
        workHref: `${at}/student/${review.authorId}`,
        action: review.state === 'open' ? null : `${at}/peer-feedback/${review._id}`,
        notes: parts.criteria.flatMap((criterion) => {
          const note = review.notes.find((n) => n.criterionId === criterion.id);
          return note === undefined
            ? []
            : [{ criterion: criterion.text, works: note.works, next: note.next }];
        }),
      })),
  };
}
