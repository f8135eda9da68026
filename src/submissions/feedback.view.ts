import { markPassages } from '../grading/annotate.js';
import type { Grade } from '../grading/grade.js';
import type { Words } from '../web/words.js';
import { selfLevels } from './hand-in.view.js';
import type { StudentTask } from './my-task.js';
import type { PeerReview } from './peer-review.model.js';
import { peerWords, type PeerWords } from './peers.view.js';
import type { Submission } from './submission.js';
import { workView, type WorkView } from './work.view.js';

export interface FeedbackView {
  readonly title: string;
  readonly taskHref: string;
  readonly kindText: string;
  readonly scoreText: string | null;
  readonly nextMove: string;
  readonly nextMoves: readonly { readonly criterion: string; readonly text: string }[];
  readonly comment: string;
  readonly criteria: readonly {
    readonly text: string;
    readonly result: string | null;
    readonly comment: string;
    readonly mine: string;
    readonly myNote: string;
  }[];
  readonly reflections: readonly { readonly prompt: string; readonly text: string }[];
  readonly attempts: readonly {
    readonly heading: string;
    readonly works: readonly {
      readonly title: string;
      readonly work: WorkView;
      /** What the teacher wrote at passages of this text, numbered in their order. */
      readonly notes: readonly {
        readonly number: number;
        readonly quote: string;
        readonly note: string;
      }[];
    }[];
  }[];
  readonly peers: readonly PeerWords[];
  readonly canRevise: boolean;
  readonly reviseHref: string;
  readonly goals: readonly string[];
}

declare module '../web/render.js' {
  interface Views {
    'submissions/feedback': FeedbackView;
  }
}

/**
 * What a student reads when a grade was released: the next move first, then criterion by criterion
 * with their own words beside the teacher's.
 */
export function feedbackView(parts: {
  readonly task: StudentTask;
  readonly submission: Submission;
  /** null: so far only classmates have said something. */
  readonly released: Grade['released'];
  readonly peers: readonly PeerReview[];
  readonly at: string;
  readonly addressOf: (fileId: string) => string;
  readonly words: Words;
}): FeedbackView {
  const { task, submission, released, words, at } = parts;
  const graded =
    released === null
      ? submission.handIns.at(-1)
      : submission.handIns.find((h) => h.attempt === released.attempt);
  const annotations = released?.annotations ?? [];
  const ratings = graded?.selfRatings ?? submission.selfRatings;
  const markOf = (id: string) => released?.marks.find((m) => m.criterionId === id);
  return {
    title: task.design.title,
    taskHref: `${at}/task`,
    kindText: words.t(`submissions.feedback.kind.${released?.kind ?? 'peers'}`),
    peers: peerWords(parts.peers, task.criteria, words),
    scoreText:
      released?.kind === 'scored'
        ? words.t('submissions.feedback.score', {
            points: words.number(released.points),
            possible: words.number(released.pointsPossible),
          })
        : null,
    nextMove: released?.nextMove ?? '',
    nextMoves: task.criteria.flatMap((criterion) => {
      const move = markOf(criterion.id)?.nextMove ?? '';
      return move === '' ? [] : [{ criterion: criterion.text, text: move }];
    }),
    comment: released?.comment ?? '',
    criteria: (released === null ? [] : task.criteria).map((criterion) => {
      const mark = markOf(criterion.id);
      const mine = ratings.find((r) => r.criterionId === criterion.id);
      const level = criterion.levels.find((l) => l.points === mark?.points);
      return {
        text: criterion.text,
        result:
          mark?.points == null
            ? null
            : [
                level?.label ?? '',
                words.t('submissions.feedback.points', {
                  points: words.number(mark.points),
                  possible: words.number(criterion.points),
                }),
              ]
                .filter((t) => t !== '')
                .join(' · '),
        comment: mark?.comment ?? '',
        mine: selfLevels(criterion, words).find((l) => l.share === mine?.share)?.label ?? '',
        myNote: mine?.note ?? '',
      };
    }),
    reflections: graded?.reflections ?? [],
    attempts: submission.handIns.map((handIn) => ({
      heading: words.t('submissions.student.attempt', {
        attempt: handIn.attempt,
        when: words.moment(handIn.at),
      }),
      works: handIn.works.map((w) => {
        const work = workView(w.work, parts.addressOf, words);
        const notes = (handIn === graded ? annotations : [])
          .filter((note) => note.optionId === w.optionId)
          .map(({ quote, offset, note }, i) => ({ number: i + 1, quote, offset, note }));
        return {
          title: w.optionTitle,
          work: { ...work, html: markPassages(work.html, notes) },
          notes: notes.map(({ number, quote, note }) => ({ number, quote, note })),
        };
      }),
    })),
    canRevise:
      released !== null && task.design.settings.allowsResubmit && submission.handIns.length > 0,
    reviseHref: `${at}/revise`,
    goals: task.design.goals.map((g) => g.text),
  };
}
