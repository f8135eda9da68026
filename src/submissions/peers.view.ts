import type { Words } from '../web/words.js';
import type { StudentTask } from './my-task.js';
import type { PeerReview } from './peer-review.model.js';
import type { Submission } from './submission.js';
import { workView, type WorkView } from './work.view.js';

/** One piece to look at; it says nothing of whose it is. */
export interface PeerPiece {
  readonly id: string;
  readonly heading: string;
  readonly stateText: string;
  readonly isGiven: boolean;
  /** May still be written or changed. */
  readonly isOpen: boolean;
  readonly works: readonly { readonly title: string; readonly work: WorkView }[];
  readonly action: string;
  readonly error: string | null;
  readonly criteria: readonly {
    readonly id: string;
    readonly text: string;
    readonly works: string;
    readonly next: string;
    readonly worksError: string | null;
    readonly nextError: string | null;
  }[];
}

export interface PeersView {
  readonly title: string;
  readonly taskHref: string;
  readonly language: string;
  readonly pieces: readonly PeerPiece[];
  readonly message: string | null;
}

/** What classmates said, without who said it. */
export interface PeerWords {
  readonly heading: string;
  readonly notes: readonly {
    readonly criterion: string;
    readonly works: string;
    readonly next: string;
  }[];
}

declare module '../web/render.js' {
  interface Views {
    'submissions/peers': PeersView;
  }
}

/** A piece under a name that says nothing of its maker: files are numbered and keep their kind. */
function nameless(work: WorkView, words: Words): WorkView {
  return {
    ...work,
    files: work.files.map((file, i) => ({
      ...file,
      name: words.t('peers.file', { number: i + 1 }),
    })),
  };
}

/** What was typed where it could not be taken. */
export interface PeerTyped {
  readonly id: string;
  readonly works: Readonly<Record<string, string>>;
  readonly next: Readonly<Record<string, string>>;
}

/**
 * The pieces that one student looks at: the work, the rubric's criteria, and for each of them one
 * thing that works and one next step. No names, points or comparisons.
 *
 * @param pieces - Their reviews in a steady order, each with its author's submission.
 * @param typed - What came back with empty fields.
 */
export function peersView(parts: {
  readonly task: StudentTask;
  readonly pieces: readonly {
    readonly review: PeerReview;
    readonly submission: Pick<Submission, 'handIns'> | null;
  }[];
  readonly typed: PeerTyped | null;
  readonly message: string | null;
  readonly at: string;
  readonly addressOf: (fileId: string) => string;
  readonly words: Words;
}): PeersView {
  const { task, words, at } = parts;
  const { typed } = parts;
  return {
    title: task.design.title,
    taskHref: `${at}/task`,
    language: task.design.language,
    message: parts.message,
    pieces: parts.pieces.map(({ review, submission }, i): PeerPiece => {
      const back = typed?.id === review._id ? typed : null;
      const said = (field: 'works' | 'next', id: string): string =>
        back === null
          ? (review.notes.find((n) => n.criterionId === id)?.[field] ?? '')
          : (back[field][id] ?? '');
      const missing = (field: 'works' | 'next', id: string): string | null =>
        back !== null && said(field, id).trim() === '' ? words.t(`peers.error.${field}`) : null;
      const isGiven = review.state !== 'open';
      return {
        id: review._id,
        heading: words.t('peers.piece', { number: i + 1 }),
        stateText: words.t(isGiven ? 'peers.given' : 'peers.to-give'),
        isGiven,
        isOpen: review.state === 'open' || review.state === 'given',
        works: (submission?.handIns.at(-1)?.works ?? []).map((w) => ({
          title: w.optionTitle,
          work: nameless(workView(w.work, parts.addressOf, words), words),
        })),
        action: `${at}/peers/${review._id}`,
        error: back === null ? null : words.t('peers.error.title'),
        criteria: task.criteria.map((criterion) => ({
          id: criterion.id,
          text: criterion.text,
          works: said('works', criterion.id),
          next: said('next', criterion.id),
          worksError: missing('works', criterion.id),
          nextError: missing('next', criterion.id),
        })),
      };
    }),
  };
}

/** Released reviews as their author reads them. */
export function peerWords(
  reviews: readonly PeerReview[],
  criteria: StudentTask['criteria'],
  words: Words,
): readonly PeerWords[] {
  return reviews
    .filter((review) => review.state === 'released')
    .map((review, i) => ({
      heading: words.t('peers.classmate', { number: i + 1 }),
      notes: criteria.flatMap((criterion) => {
        const note = review.notes.find((n) => n.criterionId === criterion.id);
        return note === undefined
          ? []
          : [{ criterion: criterion.text, works: note.works, next: note.next }];
      }),
    }));
}
