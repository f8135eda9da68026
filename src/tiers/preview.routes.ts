import { Router } from 'express';
import type { Assignments } from '../assignments/assignment.model.js';
import { assignmentNav } from '../assignments/nav.view.js';
import { boardLeft } from '../choices/board-left.view.js';
import { TrellisError } from '../errors.js';
import type { MembershipId, SubmissionId } from '../ids.js';
import { studentTask } from '../submissions/my-task.js';
import type { Submission } from '../submissions/submission.js';
import { taskView } from '../submissions/task.view.js';
import { actorOf, param } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { render, renderPart } from '../web/render.js';

export interface PreviewView {
  /** The student's own page, made by the student's own view. */
  readonly html: string;
  readonly backHref: string;
  readonly tiers: readonly {
    readonly href: string;
    readonly label: string;
    readonly current: boolean;
  }[];
}

declare module '../web/render.js' {
  interface Views {
    'tiers/preview': PreviewView;
  }
}

/** Nobody: the preview writes nothing and belongs to no student. */
const NOBODY = 'preview' as MembershipId;

/** "View as a student": exactly the page of a student on one tier, from the draft as it stands. */
export function previewRoutes(deps: {
  readonly assignments: Assignments;
  readonly fileAddress: (sessionId: string, fileId: string, now: Date) => string;
  readonly clock: () => Date;
}): Router {
  const router = Router({ mergeParams: true });

  router.get(
    '/:tier',
    allow('design'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const { words } = actor;
      const now = deps.clock();
      const assignment = await deps.assignments.get(actor.contextId, param(req, 'assignment'));
      const { draft } = assignment;
      const tier = draft.tiers.find(({ id }) => id === req.params['tier']);
      if (tier === undefined) throw new TrellisError('NOT_FOUND', 'no such tier');
      const task = studentTask(
        {
          published: draft,
          placements: [
            {
              membershipId: NOBODY,
              tierId: tier.id,
              because: 'learner',
              groupId: null,
              byMembershipId: actor.membershipId,
              at: now,
              reason: '',
              suggestedTierId: null,
            },
          ],
        },
        NOBODY,
      );
      if (task === null) throw new TrellisError('NOT_FOUND', 'nothing to preview');
      const submission: Submission = {
        id: 'preview' as SubmissionId,
        contextId: actor.contextId,
        assignmentId: assignment.id,
        membershipId: NOBODY,
        resourceLinkId: null,
        version: 0,
        state: 'not-started',
        chosenIds: [],
        wishes: [],
        showsAll: false,
        drafts: [],
        handIns: [],
        doneStepIds: [],
        selfRatings: [],
        reflections: [],
        request: null,
        tierId: null,
        seenRevision: assignment.revision,
        openedAt: now,
        changedAt: now,
      };
      const left = boardLeft(
        task.design.board,
        task.options,
        [],
        { choicesBefore: 0, showsAll: false, placeId: null, now },
        words,
      );
      const view = taskView({
        assignmentId: assignment.id,
        isNative: assignment.isNative,
        revision: assignment.revision,
        task,
        submission,
        messages: [],
        ideas: [],
        left,
        placeText: null,
        lastThought: null,
        hasFeedback: false,
        isGraded: false,
        hasVersions: false,
        sharedWith: [],
        addressOf: (fileId) => deps.fileAddress(actor.sessionId, fileId, now),
        base: actor.base,
        words,
        now,
        asked: { workId: null, showsChoices: false },
        problem: null,
      });
      const pageHref = `${actor.base}/a/${assignment.id}/design`;
      render(
        res,
        'tiers/preview',
        {
          html: renderPart(res, 'submissions/task', view),
          backHref: pageHref,
          tiers: draft.tiers.map((one) => ({
            href: `${pageHref}/preview/${one.id}`,
            label: words.t(`tiers.kind.${one.kind}`),
            current: one.id === tier.id,
          })),
        },
        {
          title: words.t('tiers.previewing.title'),
          nav: assignmentNav(actor, assignment.id, 'design'),
        },
      );
    }),
  );
  return router;
}
